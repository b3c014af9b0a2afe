use super::*;
use crate::data::Seed;

fn all(rows: usize, noise: f64, seed: Seed) -> Vec<Result<Dataset>> {
    vec![
        linear(rows, &[2.0, -1.0], 0.5, noise, seed),
        polynomial(rows, &[1.0, 0.0, 2.0], noise, seed),
        xor(rows, noise, seed),
        moons(rows, noise, seed),
        circles(rows, 0.5, noise, seed),
        blobs(rows, 3, noise, seed),
    ]
}

#[test]
fn the_same_seed_makes_the_same_data_and_another_one_other_data() {
    let (first, again, other) = (all(40, 0.1, Seed(1)), all(40, 0.1, Seed(1)), all(40, 0.1, Seed(2)));
    for ((first, again), other) in first.into_iter().zip(again).zip(other) {
        let first = first.unwrap();
        assert_eq!((first.rows(), &first), (40, &again.unwrap()));
        assert_ne!(first, other.unwrap());
    }
}

#[test]
fn no_rows_and_impossible_noise_are_refused() {
    for noise in [-1.0, f64::NAN, f64::INFINITY] {
        for refused in all(10, noise, Seed(1)) {
            assert!(refused.unwrap_err().to_string().contains("standard deviation"));
        }
    }
    for refused in all(0, 0.1, Seed(1)).into_iter().chain([hastie(0, Seed(1))]) {
        assert!(refused.unwrap_err().to_string().contains("rows = 0"));
    }
}

#[test]
fn classes_are_as_even_as_can_be() {
    for data in [xor(41, 0.1, Seed(1)), moons(41, 0.1, Seed(1)), circles(41, 0.5, 0.1, Seed(1))] {
        let ones = data.unwrap().target().unwrap().sum();
        assert!(ones == 20.0 || ones == 21.0, "{ones}");
    }
}
