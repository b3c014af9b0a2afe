//! What must hold of folds of any data.

use gradus::prelude::*;
use proptest::prelude::*;

use crate::{labelled, rows};

/// Every row is validated once, and learned from in all other folds.
fn require_partition(folds: &[Fold], rows: usize) -> Result<(), TestCaseError> {
    let mut validated = vec![0; rows];
    for fold in folds {
        let mut all = [fold.train(), fold.validation.clone()].concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..rows).collect::<Vec<_>>());
        fold.validation.iter().for_each(|row| validated[*row] += 1);
    }
    prop_assert!(validated.iter().all(|times| *times == 1), "{:?}", validated);
    Ok(())
}

proptest! {
    #[test]
    fn k_fold_divides_evenly(count in 2usize..90, folds in 2usize..12, seed: u64) {
        let folds = folds.min(count);
        for scheme in [KFold::new(folds), KFold::new(folds).shuffled(Seed(seed))] {
            let found = scheme.folds(&rows(count)).unwrap();
            prop_assert_eq!(found.len(), folds);
            require_partition(&found, count)?;
            let sizes: Vec<usize> = found.iter().map(|fold| fold.validation.len()).collect();
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }
    }

    #[test]
    fn strata_are_within_one_row(
        counts in proptest::collection::vec(4usize..25, 1..5),
        folds in 2usize..5,
        seed: u64,
        order in any::<u64>(),
    ) {
        let mut labels: Vec<f64> = Vec::new();
        for (class, count) in counts.iter().enumerate() {
            labels.extend(std::iter::repeat_n(class as f64, *count));
        }
        // Any order will do; this one comes from a multiplication.
        let shift = order as usize % labels.len();
        labels.rotate_left(shift);
        let data = labelled(&labels);
        let (new, old) = (StratifiedKFold::new(folds), StratifiedKFold::contiguous(folds));
        for scheme in [new, old, new.shuffled(Seed(seed)), old.shuffled(Seed(seed))] {
            let found = scheme.folds(&data).unwrap();
            require_partition(&found, labels.len())?;
            for class in 0..counts.len() {
                let of_class = |fold: &Fold| fold.validation.iter().filter(|row| labels[**row] == class as f64).count();
                let sizes: Vec<usize> = found.iter().map(of_class).collect();
                prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{:?}", sizes);
            }
        }
        let sizes: Vec<usize> = new.folds(&data).unwrap().iter().map(|fold| fold.validation.len()).collect();
        prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{:?}", sizes);
    }

    #[test]
    fn groups_stay_together(groups in proptest::collection::vec(0u8..9, 12..60), folds in 2usize..4) {
        let different: std::collections::BTreeSet<u8> = groups.iter().copied().collect();
        prop_assume!(different.len() >= folds);
        let found = GroupKFold::new(folds, groups.clone()).folds(&rows(groups.len())).unwrap();
        require_partition(&found, groups.len())?;
        for fold in &found {
            prop_assert!(!fold.validation.is_empty());
            prop_assert!(!fold.train().iter().any(|row| fold.validation.iter().any(|other| groups[*row] == groups[*other])));
        }
    }

    #[test]
    fn time_never_runs_backwards(count in 10usize..80, folds in 2usize..5, gap in 0usize..3, most in 1usize..40) {
        let scheme = TimeSeriesSplit::new(folds).gap(gap).max_train_size(most);
        let Ok(found) = scheme.folds(&rows(count)) else { return Ok(()) };
        for fold in &found {
            let train = fold.train();
            prop_assert!(train.len() <= most && !train.is_empty());
            prop_assert_eq!(train.last().unwrap() + gap + 1, fold.validation[0]);
        }
        prop_assert_eq!(*found.last().unwrap().validation.last().unwrap(), count - 1);
    }
}
