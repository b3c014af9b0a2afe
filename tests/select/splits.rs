//! Folds row by row.

use std::collections::BTreeSet;

use gradus::prelude::*;
use serde_json::Value;

use crate::{golden, labelled, numbers, rows, whole};

#[track_caller]
fn same(folds: &[Fold], expected: &Value) {
    let row = |value: &Value| value.as_array().unwrap().iter().map(whole).collect::<Vec<_>>();
    let expected: Vec<Fold> =
        expected.as_array().unwrap().iter().map(|parts| Fold::new(row(&parts[0]), row(&parts[1]))).collect();
    assert_eq!(folds, expected);
}

fn cases(scheme: &str) -> Vec<Value> {
    golden()["splits"][scheme].as_array().unwrap().clone()
}

#[test]
fn k_fold_is_scikit_learns() -> Result<()> {
    for case in cases("k_fold") {
        same(&KFold::new(whole(&case["folds"])).folds(&rows(whole(&case["rows"])))?, &case["splits"]);
    }
    Ok(())
}

#[test]
fn stratified_k_fold_is_scikit_learns_old_and_new() -> Result<()> {
    let mut differ = 0;
    for (new, old) in cases("stratified").iter().zip(cases("contiguous")) {
        let (data, folds) = (labelled(&numbers(&new["labels"])), whole(&new["folds"]));
        same(&StratifiedKFold::new(folds).folds(&data)?, &new["splits"]);
        same(&StratifiedKFold::contiguous(folds).folds(&data)?, &old["splits"]);
        differ += usize::from(new["splits"] != old["splits"]);
    }
    assert!(differ >= 2, "the goldens must tell the two apart");
    Ok(())
}

#[test]
fn group_k_fold_is_scikit_learns() -> Result<()> {
    for case in cases("group") {
        let groups: Vec<i64> = numbers(&case["groups"]).into_iter().map(|group| group as i64).collect();
        let folds = GroupKFold::new(whole(&case["folds"]), groups.clone()).folds(&rows(groups.len()))?;
        same(&folds, &case["splits"]);
    }
    Ok(())
}

#[test]
fn time_series_split_is_scikit_learns() -> Result<()> {
    for case in cases("time") {
        let option = |name: &str| case["options"][name].as_u64().map(|value| value as usize);
        let mut scheme = TimeSeriesSplit::new(option("n_splits").unwrap()).gap(option("gap").unwrap_or(0));
        if let Some(size) = option("max_train_size") {
            scheme = scheme.max_train_size(size);
        }
        if let Some(size) = option("test_size") {
            scheme = scheme.validation_size(size);
        }
        same(&scheme.folds(&rows(whole(&case["rows"])))?, &case["splits"]);
    }
    Ok(())
}

#[test]
fn leave_one_out_validates_each_row_alone() -> Result<()> {
    let folds = LeaveOneOut.folds(&rows(4))?;
    let validated: Vec<Vec<usize>> = folds.iter().map(|fold| fold.validation.clone()).collect();
    assert_eq!(validated, [[0], [1], [2], [3]]);
    assert_eq!(folds[2].train(), [0, 1, 3]);
    Ok(())
}

#[test]
fn repeated_rounds_are_each_a_partition_and_differ() -> Result<()> {
    let iris = datasets::iris()?;
    let schemes: [(&dyn Folds, &dyn Folds); 2] = [
        (&RepeatedKFold::new(5, 3, Seed(2)), &KFold::new(5).shuffled(Seed(2))),
        (&RepeatedStratifiedKFold::new(5, 3, Seed(2)), &StratifiedKFold::new(5).shuffled(Seed(2))),
    ];
    for (repeated, once) in schemes {
        let folds = repeated.folds(&iris)?;
        assert_eq!(folds.len(), 15);
        assert_eq!(folds[..5], once.folds(&iris)?);
        for round in folds.chunks(5) {
            let validated: BTreeSet<usize> = round.iter().flat_map(|fold| fold.validation.clone()).collect();
            assert_eq!(validated.len(), 150);
        }
        assert_ne!(folds[..5], folds[5..10]);
        assert_eq!(folds, repeated.folds(&iris)?);
    }
    Ok(())
}
