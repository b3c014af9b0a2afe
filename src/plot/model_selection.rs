//! Curves of models that were fitted again and again, drawn.

use super::figure::Figure;
use super::learning_curves::{learning_curve, validation_curve};
use crate::error::Result;
use crate::select::{FittedLogisticRegressionCv, LearningCurve, ValidationCurve};

impl LearningCurve {
    /// The scores of training and validation against the number of training examples, with a band of one standard deviation
    /// over the folds.
    ///
    /// # Errors
    /// None but for a curve without points, which [`measure`](Self::measure) does not make.
    pub fn plot(&self) -> Result<Figure> {
        let sizes = self.sizes().iter().copied();
        learning_curve(&self.scoring().to_string(), sizes, self.training(), self.validation())
    }
}

impl ValidationCurve {
    /// The scores of training and validation against the hyper-parameter, with a band of one standard deviation over the
    /// folds.
    ///
    /// # Errors
    /// None but for a curve without points, which [`measure`](Self::measure) does not make.
    pub fn plot(&self) -> Result<Figure> {
        let values = self.values().iter().copied();
        validation_curve(&self.scoring().to_string(), self.parameter(), values, self.training(), self.validation())
    }
}

impl FittedLogisticRegressionCv {
    /// The scores of training and validation against the strength C of the penalty; of one-against-rest a panel a class.
    ///
    /// # Errors
    /// As [`ValidationCurve::plot`].
    pub fn validation_plot(&self) -> Result<Figure> {
        if let [curve] = self.curves() {
            return curve.plot();
        }
        let panel = |curve: &ValidationCurve| Ok(curve.plot()?.title(curve.parameter()).caption("").x("C"));
        let panels = self.curves().iter().map(panel).collect::<Result<Vec<Figure>>>()?;
        Ok(Figure::grid(2, panels).title("Validation curves, each class against the rest"))
    }
}
