//! What the lectures' networks reach: the toy net of slide B28 and MNIST.

mod bare_names;

use gradus::prelude::*;

/// The rows that the slide's `train_test_split(…, test_size=0.4, random_state=0)` draws: 60 for the test, then 90 to train.
const DRAWN: [usize; 150] = [
    114, 62, 33, 107, 7, 100, 40, 86, 76, 71, 134, 51, 73, 54, 63, 37, 78, 90, 45, 16, 121, 66, 24, 8, 126, 22, 44, 97,
    93, 26, 137, 84, 27, 127, 132, 59, 18, 83, 61, 92, 112, 2, 141, 43, 10, 60, 116, 144, 119, 108, 69, 135, 56, 80,
    123, 133, 106, 146, 50, 147, 85, 30, 101, 94, 64, 89, 91, 125, 48, 13, 111, 95, 20, 15, 52, 3, 149, 98, 6, 68, 109,
    96, 12, 102, 120, 104, 128, 46, 11, 110, 124, 41, 148, 1, 113, 139, 42, 4, 129, 17, 38, 5, 53, 143, 105, 0, 34, 28,
    55, 75, 35, 23, 74, 31, 118, 57, 131, 65, 32, 138, 14, 122, 19, 29, 130, 49, 136, 99, 82, 79, 115, 145, 72, 77, 25,
    81, 140, 142, 39, 58, 88, 70, 87, 36, 21, 9, 103, 67, 117, 47,
];

/// Slide B28 gives 0.97, which is 58 of 60. A flower or two lie on a boundary, and the last digits of a CPU's arithmetic
/// decide about them in a single run: so the mean of several is judged.
#[test]
fn the_toy_net_errs_once_or_twice() {
    let iris = datasets::iris().unwrap();
    let (test, train) = (iris.select_rows(&DRAWN[..60]).unwrap(), iris.select_rows(&DRAWN[60..]).unwrap());
    let right: Vec<f64> = (0..5)
        .map(|seed| {
            let net = Sequential::new([4]).dense(16).relu().dense(3).softmax();
            let loss = CategoricalCrossEntropy::default();
            let mut net = net.compile(Adam::new(1e-3), loss, Device::Cpu, Seed(seed)).unwrap();
            assert_eq!(net.parameter_count(), 131);
            net.fit(&train, Fit::epochs(100).batch(1)).unwrap();
            (60.0 * net.score(&test).unwrap()).round()
        })
        .collect();
    let mean = right.iter().sum::<f64>() / 5.0;
    assert!((57.5..=59.5).contains(&mean), "{right:?} of 60");
    assert!(right.iter().all(|right| *right >= 56.0), "{right:?} of 60");
}

/// 784-128-10 after five epochs. A single run's last digit is luck, and the mean of three has less of it.
#[test]
fn mnist_is_read_at_0_973() {
    let mnist = datasets::mnist().unwrap();
    let scale = |data: &Dataset| (data.features() / 255.0, data.target().unwrap().to_owned());
    let (train, test) = (scale(&mnist.train), scale(&mnist.test));
    let accuracies: Vec<f64> = (0..3)
        .map(|seed| {
            let net = Sequential::new([784]).dense(128).relu().dense(10).softmax();
            let loss = SparseCategoricalCrossEntropy::default();
            let mut net = net.compile(Adam::new(1e-3), loss, Device::Cpu, Seed(seed)).unwrap();
            net.fit(&train, Fit::epochs(5).batch(128)).unwrap();
            net.score(&test).unwrap()
        })
        .collect();
    let mean = accuracies.iter().sum::<f64>() / 3.0;
    println!("MNIST {accuracies:?}");
    assert!(mean >= 0.971, "{accuracies:?}");
    assert!(accuracies.iter().all(|accuracy| *accuracy >= 0.967), "{accuracies:?}");
}
