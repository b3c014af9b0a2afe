//! What cannot be divided, fitted or scored is refused in words.

use std::sync::atomic::{AtomicUsize, Ordering};

use gradus::prelude::*;
use gradus::select::cross_val_probabilities;

use crate::nearest_centroid::NearestCentroid;
use crate::{labelled, message, rows};

#[track_caller]
fn refused(folds: &dyn Folds, data: &Dataset, problem: &str) {
    let found = message(folds.folds(data));
    assert!(found.contains(problem), "{found}");
}

#[test]
fn folds_that_cannot_be() {
    refused(&KFold::new(1), &rows(5), "folds = 1: it must be at least 2");
    refused(&KFold::new(6), &rows(5), "folds = 6: it must be at most 5, as there are 5 rows");
    refused(&LeaveOneOut, &rows(1), "at least 2");
    refused(&LeaveOneOut, &rows(0), "at least 2");
    refused(&RepeatedKFold::new(2, 0, Seed(1)), &rows(5), "rounds = 0");
    let rare = labelled(&[0.0, 0.0, 0.0, 1.0]);
    refused(&StratifiedKFold::new(3), &rare, "class `1` has one row, fewer than 3 folds; take fewer folds");
    refused(&StratifiedKFold::contiguous(2), &rare, "class `1` has one row");
    refused(&RepeatedStratifiedKFold::new(2, 2, Seed(1)), &rare, "class `1` has one row");
    refused(&StratifiedKFold::new(2), &labelled(&[0.5, 1.0]), "row 0 holds 0.5, which is not a class");
    refused(&StratifiedKFold::new(2), &labelled(&[1.0, f64::NAN]), "row 1 has no class");
    refused(&GroupKFold::new(2, ["a", "a", "a"]), &rows(3), "at most 1, as there are 1 group");
    refused(&GroupKFold::new(2, ["a", "b"]), &rows(3), "groups: expected 3, one for each row, found 2");
    refused(&TimeSeriesSplit::new(5), &rows(5), "at most 4");
    refused(&TimeSeriesSplit::new(2).gap(2), &rows(6), "leave none of 6 rows to learn from");
    refused(&TimeSeriesSplit::new(2).max_train_size(0), &rows(6), "max_train_size = 0");
    refused(&TimeSeriesSplit::new(2).validation_size(usize::MAX), &rows(6), "leave none");
}

#[test]
fn scores_that_cannot_be() -> Result<()> {
    let (diabetes, iris) = (datasets::diabetes()?, datasets::iris()?);
    let (linear, folds) = (LinearRegression::closed_form(), KFold::new(5));
    let score =
        |model: &dyn Estimator, data: &Dataset, scoring| message(cross_validate(model, data, &folds, &[scoring]));
    assert!(
        score(&linear, &diabetes, Scoring::LogLoss).contains("log loss needs probabilities, and this model has none")
    );
    assert!(score(&linear, &diabetes, Scoring::Accuracy).contains("none of the 214 classes of the target"));
    assert!(score(&linear, &iris, Scoring::RSquared).starts_with("fold 1 of 5: column `species`"));
    // Five folds of sorted rows: the first validation part holds one class alone.
    assert!(score(&NearestCentroid, &iris, Scoring::RocAuc).starts_with("fold 1 of 5: "));
    assert!(message(cross_validate(&linear, &diabetes, &folds, &[])).contains("nothing to score by"));
    assert!(
        message(cross_validate(&linear, &diabetes, &Vec::<Fold>::new(), &[Scoring::RSquared])).contains("no folds")
    );
    let beyond = vec![Fold::new(0..100, [442])];
    assert!(message(cross_validate(&linear, &diabetes, &beyond, &[Scoring::RSquared])).contains("row = 442"));
    let empty = vec![Fold::new(0..100, [])];
    assert!(message(cross_validate(&linear, &diabetes, &empty, &[Scoring::RSquared])).starts_with("fold 1 of 1: "));
    assert!(message(cross_val_probabilities(&linear, &diabetes, &folds)).contains("needs probabilities"));
    let weighted = LinearRegression::closed_form().sample_weights(Array1::ones(442));
    assert!(score(&weighted, &diabetes, Scoring::RSquared).contains("sample weights"));
    let unlabelled = diabetes.with_targets(&[])?;
    assert!(score(&linear, &unlabelled, Scoring::RSquared).contains("no target"));
    Ok(())
}

#[test]
fn a_column_that_is_constant_in_one_fold_is_no_error() -> Result<()> {
    let x = Array2::from_shape_fn(
        (12, 2),
        |(row, column)| if column == 0 { row as f64 } else { f64::from(u8::from(row == 0)) },
    );
    let data = Dataset::from_arrays(x, Array1::from_shape_fn(12, |row| 2.0 * row as f64))?;
    for step in [Step::Standardize, Step::NormalizeMean, Step::MinMax] {
        let model = Pipeline::new([step], LinearRegression::closed_form());
        let found = cross_validate(&model, &data, &KFold::new(3), &[Scoring::RSquared])?;
        assert!((found.mean(Scoring::RSquared)? - 1.0).abs() < 1e-9);
    }
    Ok(())
}

#[test]
fn a_class_that_does_not_exist_has_no_score() -> Result<()> {
    let cancer = datasets::breast_cancer()?;
    let beyond = Scoring::F1(gradus::metrics::Average::Class(2));
    let error = message(cross_validate(&NearestCentroid, &cancer, &StratifiedKFold::new(2), &[beyond]));
    assert!(error.contains("the target has 2 classes, counted from 0"), "{error}");
    Ok(())
}

/// Counts its fits, none of which succeeds.
#[derive(Debug)]
struct Broken(AtomicUsize);

impl Estimator for Broken {
    fn fit_model(&self, _: &Dataset) -> Result<Box<dyn Predictor>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Err(Error::Data("a broken column".into()))
    }
}

#[test]
fn cross_validation_ends_with_the_first_error() {
    let (broken, data) = (Broken(AtomicUsize::new(0)), rows(1000));
    let error = message(cross_validate(&broken, &data, &LeaveOneOut, &[Scoring::RSquared]));
    assert_eq!(error, "fold 1 of 1000: a broken column");
    let error = message(cross_val_predict(&broken, &data, &LeaveOneOut));
    assert_eq!(error, "fold 1 of 1000: a broken column");
    // Each core has one fit that fails, or a few, before it learns of the others'.
    assert!(broken.0.into_inner() < 1000);
}

#[test]
fn a_missing_label_is_no_class() -> Result<()> {
    let x = array![[0.0], [1.0], [0.0], [1.0], [0.5]];
    let data = Dataset::from_arrays(x, array![0.0, 1.0, 0.0, 1.0, f64::NAN])?;
    let fold = vec![Fold::new([0, 1, 2, 3], [0, 1, 4])];
    let error = message(cross_validate(&NearestCentroid, &data, &fold, &[Scoring::BalancedAccuracy]));
    assert!(error.contains("class"), "{error}");
    Ok(())
}
