//! Logistic and softmax regression with a penalty chosen by cross-validation.

use std::ops::Deref;

use ndarray::{Array1, Array2};

use super::scoring::Scoring;
use super::split::{Fold, Folds};
use super::validation_curve::ValidationCurve;
use crate::data::{Column, Dataset};
use crate::error::{Error, Result};
use crate::interrupt::heeding;
use crate::linear::{
    FittedMaximumLikelihood, LinearClassifier, LogisticRegression, MaximumLikelihood, SoftmaxRegression,
};

/// Logistic regression (two classes) or softmax regression (more) with the strength C of its L2 penalty chosen by
/// cross-validation; the best is fitted again on all data. The smaller C, the stronger the penalty ½‖W‖² / (C n), added to the mean loss.
///
/// Defaults are those of scikit-learn's `LogisticRegressionCV`: ten strengths from 10⁻⁴ to 10⁴, evenly in their logarithm,
/// scored by accuracy, the first of equals wins.
///
/// ```
/// use gradus::prelude::*;
/// let iris = datasets::iris()?;
/// let fit = LogisticRegressionCv::new().fit(&iris, &StratifiedKFold::new(5))?;
/// assert!(fit.score(&iris)? > 0.97);
/// assert_eq!(fit.chosen_cs().len(), 1);
/// # Ok::<(), gradus::Error>(())
/// ```
#[doc(alias = "LogisticRegressionCV")]
#[derive(Clone, Debug, PartialEq)]
pub struct LogisticRegressionCv {
    strengths: Vec<f64>,
    one_vs_rest: bool,
    scoring: Scoring,
}

impl Default for LogisticRegressionCv {
    fn default() -> Self {
        let strengths = (0..10).map(|at| 10_f64.powf(-4.0 + 8.0 * f64::from(at) / 9.0)).collect();
        LogisticRegressionCv { strengths, one_vs_rest: false, scoring: Scoring::Accuracy }
    }
}

impl LogisticRegressionCv {
    /// Ten strengths from 10⁻⁴ to 10⁴, accuracy, one softmax over all classes.
    pub fn new() -> Self {
        LogisticRegressionCv::default()
    }

    /// Sets the strengths C to choose from; default ten from 10⁻⁴ to 10⁴.
    #[must_use]
    pub fn cs(mut self, strengths: &[f64]) -> Self {
        self.strengths = strengths.to_vec();
        self
    }

    /// Sets the measure by which a strength is chosen; default accuracy.
    #[must_use]
    pub fn scoring(mut self, scoring: Scoring) -> Self {
        self.scoring = scoring;
        self
    }

    /// Fits one logistic regression per class, against all the others, each with a strength of its own, as scikit-learn did
    /// until version 0.21 and slide B28 shows. Their scores are compared though each was tuned separately.
    #[must_use]
    pub fn one_vs_rest(mut self) -> Self {
        self.one_vs_rest = true;
        self
    }

    /// Measures each strength on the folds, and fits the best one on all of `data`. A strength with which a fit fails, on a fold or
    /// on all of them together, is passed over for the next best; its curve keeps the [error](ValidationCurve::errors).
    ///
    /// # Errors
    /// [`Error::Interrupted`] where the user interrupts the cell; errors of `folds`; the first error, with its strength and fold, where all
    /// strengths fail; no strengths.
    pub fn fit(&self, data: &Dataset, folds: &dyn Folds) -> Result<FittedLogisticRegressionCv> {
        let folds = folds.folds(data)?;
        let _heeding = heeding();
        // The whole fit first knows the classes, and refuses what no fold could use.
        let whole = |strength: f64| finished(SoftmaxRegression::maximum_likelihood().c(strength).fit(data)?);
        let classes = whole(1.0)?;
        if classes.classes().len() == 2 {
            let mut curve = self.curve("C", data, &folds)?;
            let model = curve.fit_best(|strength| finished(logistic(strength).fit(data)?))?;
            return Ok(FittedLogisticRegressionCv { model: model.model().clone(), curves: vec![curve] });
        }
        if !self.one_vs_rest {
            let softmax = |strength: f64| SoftmaxRegression::maximum_likelihood().c(strength);
            let mut curve = ValidationCurve::measure("C", self.strengths.clone(), softmax, data, &folds, self.scoring)?;
            let model = curve.fit_best(whole)?;
            return Ok(FittedLogisticRegressionCv { model: model.model().clone(), curves: vec![curve] });
        }
        let (mut curves, mut parts) = (vec![], vec![]);
        for (label, name) in classes.labels().iter().zip(classes.classes()) {
            let one = against_rest(data, *label, &name)?;
            let mut curve = self.curve(&format!("C of {name}"), &one, &folds)?;
            let part = curve.fit_best(|strength| finished(logistic(strength).fit(&one)?))?;
            curves.push(curve);
            parts.push(part.model().clone());
        }
        Ok(FittedLogisticRegressionCv { model: LinearClassifier::of_parts(classes.model(), &parts), curves })
    }

    fn curve(&self, parameter: &str, data: &Dataset, folds: &Vec<Fold>) -> Result<ValidationCurve> {
        ValidationCurve::measure(parameter, self.strengths.clone(), logistic, data, folds, self.scoring)
    }
}

/// Refuses a fit that the user interrupted: nothing in the result would say so.
fn finished(fit: FittedMaximumLikelihood) -> Result<FittedMaximumLikelihood> {
    match fit.interrupted() {
        true => Err(Error::Interrupted(format!("after {} steps of a fit on all data", fit.iterations()))),
        false => Ok(fit),
    }
}

fn logistic(strength: f64) -> MaximumLikelihood<LogisticRegression> {
    LogisticRegression::maximum_likelihood().c(strength)
}

/// The same examples with two classes: the rest, and the one with this label.
fn against_rest(data: &Dataset, label: f64, name: &str) -> Result<Dataset> {
    let is = data.target()?.mapv(|other| f64::from(u8::from(other == label)));
    let target = Column::category(name, vec!["the rest".into(), name.into()]);
    let target = if data.feature_names().contains(&target.name) {
        Column { name: format!("is {name}"), ..target }
    } else {
        target
    };
    let targets: Array2<f64> = is.insert_axis(ndarray::Axis(1));
    Dataset::new(data.name(), data.columns().to_vec(), data.features().clone(), vec![target], targets)
}

/// A classifier whose penalty was chosen by cross-validation: everything a [`LinearClassifier`] can do, and how it was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedLogisticRegressionCv {
    model: LinearClassifier,
    curves: Vec<ValidationCurve>,
}

impl Deref for FittedLogisticRegressionCv {
    type Target = LinearClassifier;

    fn deref(&self) -> &LinearClassifier {
        &self.model
    }
}

impl FittedLogisticRegressionCv {
    /// The classifier alone, fitted on all data.
    pub fn model(&self) -> &LinearClassifier {
        &self.model
    }

    /// The chosen strength C; for one-vs-rest, one per class.
    #[doc(alias = "C_")]
    pub fn chosen_cs(&self) -> Array1<f64> {
        self.curves.iter().map(ValidationCurve::best).collect()
    }

    /// The scores of each strength on the folds; for one-vs-rest, one curve per class.
    pub fn curves(&self) -> &[ValidationCurve] {
        &self.curves
    }
}
