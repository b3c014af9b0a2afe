//! Random numbers whose values are fixed by a few lines here, not by the release of a library.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// The numbers 0 to n − 1 in random order (Fisher and Yates).
pub(crate) fn permutation(n: usize, generator: &mut impl Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    shuffle(&mut order, generator);
    order
}

/// Puts the items into random order (Fisher and Yates).
pub(crate) fn shuffle<T>(items: &mut [T], generator: &mut impl Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(last + 1, generator));
    }
}

/// A whole number from 0 to `bound` − 1. The high half of a 128-bit product; its bias is below `bound` / 2⁶⁴.
pub(crate) fn below(bound: usize, generator: &mut impl Rng) -> usize {
    ((u128::from(generator.next_u64()) * bound as u128) >> 64) as usize
}

/// A number from `low` (included) to `high` (excluded), evenly distributed, from 53 random bits.
pub(crate) fn uniform(low: f64, high: f64, generator: &mut impl Rng) -> f64 {
    let unit = (generator.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    low + (high - low) * unit
}

/// A number from the normal distribution with mean 0 and standard deviation 1.
pub(crate) fn normal(generator: &mut impl Rng) -> f64 {
    StandardNormal.sample(generator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Seed;

    #[test]
    fn a_permutation_holds_every_number_once_and_depends_on_the_seed() {
        let mut order = permutation(100, &mut Seed(1).generator());
        assert_ne!(order, permutation(100, &mut Seed(2).generator()));
        assert_eq!(order, permutation(100, &mut Seed(1).generator()));
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
        assert_eq!(permutation(0, &mut Seed(1).generator()), Vec::<usize>::new());
    }

    #[test]
    fn every_order_of_three_comes_equally_often() {
        let mut generator = Seed(3).generator();
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..6000 {
            *counts.entry(permutation(3, &mut generator)).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|count| (850..1150).contains(count)), "{counts:?}");
    }

    #[test]
    fn uniform_numbers_fill_their_range() {
        let mut generator = Seed(4).generator();
        let values: Vec<f64> = (0..10_000).map(|_| uniform(-3.0, 3.0, &mut generator)).collect();
        assert!(values.iter().all(|value| (-3.0..3.0).contains(value)));
        assert!((values.iter().sum::<f64>() / 10_000.0).abs() < 0.1);
    }
}
