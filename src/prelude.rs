//! What a notebook needs, in one line: `use gradus::prelude::*;`

pub use crate::activation::{
    Activation, AnyActivation, ElementWise, Elu, Gelu, LeakyRelu, Maxout, Relu, Sigmoid, Softmax, Softplus, Tanh,
};
pub use crate::data::sources as datasets;
pub use crate::data::{
    ClassWeights, Column, Csv, Dataset, Examples, FittedImputer, Imputer, Inputs, Kind, MeanNormalizer, MinMaxScaler,
    OneHotEncoder, OrdinalEncoder, PolynomialFeatures, Scaler, Seed, Split, StandardScaler, Statistics, Table, Targets,
    TrainTest, generators, read_csv,
};
pub use crate::ensemble::VotingEnsemble;
pub use crate::error::{Error, Result};
pub use crate::graph::{ComputationGraph, Expression};
pub use crate::init::Initializer;
pub use crate::interrupt::interrupted;
pub use crate::linalg::{
    ComplexEigen, Eigen, Svd, complex_eigen, complex_eigenvalues, condition_number, determinant, eigen, eigenvalues,
    inverse, norm, pseudo_inverse, rank, solve, spectral_norm, svd, trace,
};
pub use crate::linear::{
    Batch, ClosedForm, FittedClosedForm, FittedGradientDescent, FittedMaximumLikelihood, FittedPolynomialRegression,
    GradientDescent, History, LikelihoodSolver, LinearClassifier, LinearModel, LinearRegression, Link,
    LogisticRegression, MaximumLikelihood, PolynomialRegression, SoftmaxRegression, Solver, SquaredError,
};
pub use crate::loss::{
    BinaryCrossEntropy, CategoricalCrossEntropy, CrammerSingerHinge, HalfMeanSquaredError, Hinge, Huber, Loss,
    MeanAbsoluteError, MeanSquaredError, SparseCategoricalCrossEntropy, SquaredHinge, WestonWatkinsHinge,
};
pub use crate::metrics::{ConfusionMatrix, Normalize, PrecisionRecallCurve, RocCurve};
pub use crate::monitor::{GradientFlow, LayerHistory, Norms};
pub use crate::nn::{
    Backward, Callback, Checkpoint, CustomMetric, DeadUnits, Device, EarlyStopping, Evaluation, Fit, Forward,
    GradientCheck, InitialLoss, LayerwiseHistory, Metric, Network, Precision, Sequential, TinySubset, Training,
    TrainingHistory, WatchedLayers, WorstMistakes,
};
pub use crate::notebook::{InCell, display};
pub use crate::optim::schedule::{
    CosineAnnealing, ExponentialDecay, InverseTimeDecay, LinearAnnealing, ReduceOnPlateau, StepDecay, WarmUp,
};
pub use crate::optim::{
    Adadelta, Adagrad, Adam, AdamW, Adamax, AmsGrad, AnyOptimizer, AveragedMomentum, Clip, Momentum, Nadam, Nesterov,
    Optimizer, RmsProp, Schedule, Sgd,
};
#[cfg(feature = "plot")]
pub use crate::plot::{
    ActivationCurve, Figure, NetworkDrawing, NetworkLayer, Theme, activation_functions, compare_costs, compare_paths,
    compare_precision_recall, compare_roc, cost_contour, cost_curves, cost_surface, cost_tangent, decision_boundary,
    epoch_curve, images, learning_curve, validation_curve, worst_mistakes,
};
pub use crate::regularize::{
    Activity, AnyRegularizer, Constraint, L1, L1L2, L2, MaxNorm, NonNegative, Regularizer, UnitNorm,
};
pub use crate::saved::Saved;
pub use crate::select::{
    BiasVarianceDiagnosis, CrossValidation, Distribution, Estimator, Expectation, FittedLogisticRegressionCv,
    FittedPipeline, Fold, Folds, GridSearch, GroupKFold, KFold, LearningCurve, LeaveOneOut, LogisticRegressionCv,
    ParamSet, Pipeline, Predictor, RandomSearch, RepeatedKFold, RepeatedStratifiedKFold, Scoring, SearchResults, Step,
    StratifiedKFold, TimeSeriesSplit, TrainSizes, ValidationCurve, cross_val_predict, cross_validate,
};
pub use ndarray::{self, Array1, Array2, array};
