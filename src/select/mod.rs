//! Model selection: cross-validation, hyper-parameter search, learning and validation curves.
//!
//! | question | see |
//! |---|---|
//! | which rows for training, which for validation? | [`KFold`], [`StratifiedKFold`] and the other [`Folds`] |
//! | how good is a model on unseen rows? | [`cross_validate`], [`cross_val_predict`] with a [`Scoring`] |
//! | which settings are best? | [`GridSearch`], [`RandomSearch`], for a classifier's penalty [`LogisticRegressionCv`] |
//! | would more data help, or another setting? | [`LearningCurve`], [`ValidationCurve`], their [`BiasVarianceDiagnosis`] |
//! | how to scale without using the validation rows? | [`Pipeline`] |
//!
//! All of these take any [`Estimator`]: hyper-parameters that can be fitted. Fits run in parallel on all cores; the
//! same seeds give the same scores and predictions to the last bit, whatever the number of cores, as BLAS has one thread in
//! each fit. Accelerate on macOS, and an OpenBLAS on OpenMP, choose their threads themselves, so last digits may differ
//! there. A model that is fitted again on all data uses all cores, so its last digits may differ.

mod bias_variance_diagnosis;
mod candidates;
mod class_labels;
mod cross_val_predict;
mod cross_validation;
mod distribution;
mod estimator;
mod fit_jobs;
mod grid_search;
#[cfg(test)]
mod interruption_tests;
mod learning_curve;
mod linear_estimators;
mod logistic_regression_cv;
mod network_estimator;
mod param_set;
mod pipeline;
mod predictor_evaluation;
mod random_search;
mod scoring;
mod search_results;
mod split;
mod validation_curve;

pub use bias_variance_diagnosis::{BiasVarianceDiagnosis, Expectation};
pub use cross_val_predict::{cross_val_predict, cross_val_probabilities};
pub use cross_validation::{CrossValidation, cross_validate};
pub use distribution::Distribution;
pub use estimator::{Estimator, Predictor, Probabilities};
pub use grid_search::GridSearch;
pub use learning_curve::{LearningCurve, TrainSizes};
pub use logistic_regression_cv::{FittedLogisticRegressionCv, LogisticRegressionCv};
pub use param_set::{ParamSet, Setting};
pub use pipeline::{FittedPipeline, Pipeline, Step};
pub use random_search::RandomSearch;
pub use scoring::Scoring;
pub use search_results::SearchResults;
pub use split::{
    Fold, Folds, GroupKFold, KFold, LeaveOneOut, RepeatedKFold, RepeatedStratifiedKFold, StratifiedKFold,
    TimeSeriesSplit,
};
pub use validation_curve::ValidationCurve;
