//! Searches that the user interrupts.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::data::{Dataset, Seed, sources};
use crate::error::{Error, Result};
use crate::interrupt::scripted::interrupted_after;
use crate::linear::LinearRegression;
use crate::nn::{Device, Fit, Network, Sequential};
use crate::notebook::InCell;

/// One job after the other, so that it is known which are done. Whether to go on is asked before and after each.
fn in_order<T: Send>(questions: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| interrupted_after(questions, work))
}

fn data() -> Dataset {
    sources::diabetes().unwrap()
}

fn ridge(lambda: f64) -> crate::linear::ClosedForm {
    LinearRegression::closed_form().l2(lambda)
}

fn search(questions: usize) -> Result<SearchResults> {
    let grid = GridSearch::over("λ", [0.0, 0.1, 10.0, 100.0]);
    in_order(questions, || {
        grid.run(|params| Ok(ridge(params.number("λ")?)), &data(), &KFold::new(3), Scoring::RSquared)
    })
}

#[test]
fn cross_validation_scores_the_folds_that_are_done() {
    let (model, data) = (ridge(0.0), data());
    let scorings = [Scoring::RSquared];
    let all = cross_validate(&model, &data, &KFold::new(5), &scorings).unwrap();
    let part = in_order(7, || cross_validate(&model, &data, &KFold::new(5), &scorings)).unwrap();
    assert_eq!((part.folds(), part.planned_folds(), part.interrupted(), all.interrupted()), (3, 5, true, false));
    let (some, every) = (part.validation(scorings[0]).unwrap(), all.validation(scorings[0]).unwrap());
    assert_eq!(some.to_vec(), every.to_vec()[..3]);
    assert!(part.in_cell().plain().starts_with("Cross-validation, interrupted after 3 of 5 folds"));
    let said = in_order(1, || cross_validate(&model, &data, &KFold::new(5), &scorings)).unwrap_err();
    assert_eq!(said.to_string(), "interrupted before the first of 5 folds was done");
    let said = in_order(4, || cross_val_predict(&model, &data, &KFold::new(5))).unwrap_err();
    assert_eq!(said.to_string(), "interrupted after 2 of 5 folds, and each row needs its own");
}

#[test]
fn a_search_keeps_the_candidates_that_are_done() {
    // Three folds per candidate, of two questions each: the third candidate lacks a fold.
    let part = search(16).unwrap();
    assert!(part.interrupted());
    let candidates: Vec<String> = part.param_sets().iter().map(ToString::to_string).collect();
    assert_eq!((candidates, part.planned_param_sets()), (vec!["λ = 0".to_string(), "λ = 0.1".into()], 4));
    let whole = search(usize::MAX).unwrap();
    assert!(!whole.interrupted() && whole.planned_param_sets() == 4);
    assert_eq!(part.scores(), whole.scores().slice(ndarray::s![..2, ..]));
    assert_eq!(part.best().to_string(), "λ = 0");
    let said = part.best_model().predict_values(&data()).unwrap_err().to_string();
    assert!(
        said.contains("interrupted before the best candidate was fitted on all data; build the estimator"),
        "{said}"
    );
    assert!(whole.best_model().predict_values(&data()).is_ok());
    let shown = part.in_cell().plain().to_string();
    assert!(shown.ends_with("; interrupted with 2 of 4 candidates done"), "{shown}");
    // All folds, but no last fit.
    let last = search(24).unwrap();
    assert!(last.interrupted() && last.param_sets().len() == 4 && last.best_model().predict_values(&data()).is_err());
    assert_eq!(search(5).unwrap_err(), Error::Interrupted("before the first of 4 candidates was done".into()));
}

#[test]
fn curves_keep_the_sizes_and_values_that_are_done() {
    let (data, sizes) = (data(), TrainSizes::counts([50, 100, 200]));
    let measure = || LearningCurve::measure(&ridge(0.0), &data, &KFold::new(3), &sizes, Scoring::RSquared);
    let part = in_order(13, measure).unwrap();
    assert!(part.interrupted() && part.sizes() == [50, 100]);
    assert_eq!(part.validation(), measure().unwrap().validation().slice(ndarray::s![..2, ..]));
    assert!(part.diagnosis().unwrap_err().to_string().starts_with("interrupted before all sizes were done"));
    assert!(part.plot().is_ok() && part.in_cell().plain().contains("; interrupted, the other points are missing"));
    assert!(in_order(3, measure).is_err_and(|error| error.is_interruption()));
    let measure = || ValidationCurve::measure("λ", [1.0, 0.1, 0.0], ridge, &data, &KFold::new(3), Scoring::RSquared);
    let part = in_order(8, measure).unwrap();
    assert!(part.interrupted() && part.values() == [1.0] && part.best() == 1.0 && part.plot().is_ok());
    let iris = sources::iris().unwrap();
    let chosen = |questions| in_order(questions, || LogisticRegressionCv::new().fit(&iris, &StratifiedKFold::new(3)));
    assert!(chosen(40).is_err_and(|error| error.is_interruption()));
}

/// Counts its fits.
#[derive(Debug)]
struct Counted(AtomicUsize, (Network, Fit));

impl Estimator for Counted {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        self.1.fit_model(train)
    }
}

#[test]
fn half_a_training_is_not_scored() {
    let iris = sources::iris().unwrap();
    let net = Sequential::new([4]).dense(3).softmax();
    let loss = crate::loss::SparseCategoricalCrossEntropy::default();
    let net = net.compile(crate::optim::Adam::new(0.1), loss, Device::Cpu, Seed(1)).unwrap();
    // 100 rows are four batches, 40 questions in a fit: the second fit comes to its middle.
    let counted = Counted(AtomicUsize::new(0), (net, Fit::epochs(10)));
    let part =
        in_order(63, || cross_validate(&counted, &iris, &StratifiedKFold::new(3), &[Scoring::Accuracy])).unwrap();
    assert_eq!((part.folds(), counted.0.into_inner()), (1, 2));
}

/// A fit of its own kind of failure stays what it is.
#[derive(Debug)]
struct Failing;

impl Estimator for Failing {
    fn fit_model(&self, _train: &Dataset) -> Result<Box<dyn Predictor>> {
        Err(Error::Data("no model".into()))
    }
}

#[test]
fn a_failure_before_the_interruption_is_told() {
    let said = in_order(3, || cross_validate(&Failing, &data(), &KFold::new(5), &[Scoring::RSquared])).unwrap_err();
    assert_eq!(said.to_string(), "fold 1 of 5: no model");
}
