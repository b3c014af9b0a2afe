//! Curves of a network's training: loss, metrics and learning rate of each epoch.

use super::figure::Figure;
use super::style;
use crate::error::{Error, Result};
use crate::nn::TrainingHistory;

impl TrainingHistory {
    /// Loss of training and validation after each epoch.
    ///
    /// # Errors
    /// [`Error::Data`] before the first epoch.
    pub fn loss_plot(&self) -> Result<Figure> {
        self.metric_plot("loss")
    }

    /// A metric of training and validation after each epoch, by its name: `accuracy`.
    ///
    /// The training's is a mean over the epoch while the network changed; the validation's was taken after it.
    ///
    /// # Errors
    /// [`Error::Data`] where it was not measured, with the names of what was.
    pub fn metric_plot(&self, quantity: &str) -> Result<Figure> {
        let training = self.get(quantity)?;
        let mut figure =
            Figure::new(format!("Training: {}", style::escape(quantity))).x("epoch").y(style::escape(quantity));
        figure = curve(figure, "training", training);
        if let Ok(validation) = self.get(&format!("validation {quantity}")) {
            figure = curve(figure, "validation", validation);
        }
        if let Some(best) = self.best_epoch() {
            figure = figure.caption(format!("the network has the weights of epoch {best}"));
        }
        Ok(figure)
    }

    /// The learning rate of each epoch.
    ///
    /// # Errors
    /// [`Error::Data`] before the first epoch.
    pub fn learning_rate_plot(&self) -> Result<Figure> {
        if self.epochs() == 0 {
            return Err(Error::Data("no epoch was run yet".into()));
        }
        let figure = Figure::new("Training: learning rate").x("epoch").y("learning rate");
        Ok(curve(figure, "learning rate", self.learning_rates()))
    }
}

/// One value an epoch, counted from 1.
fn curve(figure: Figure, name: &str, values: &[f64]) -> Figure {
    let epochs: Vec<f64> = (1..=values.len()).map(|epoch| epoch as f64).collect();
    match values.len() {
        0..=40 => figure.line_points(name, epochs, values.to_vec()),
        _ => figure.line(name, epochs, values.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use crate::data::{Seed, sources};
    use crate::loss::SparseCategoricalCrossEntropy;
    use crate::nn::{Device, Fit, Metric, Sequential};
    use crate::optim::Adam;

    #[test]
    fn both_curves_count_epochs_from_one() -> crate::Result<()> {
        let iris = sources::iris()?;
        let net = Sequential::new([4]).dense(3).softmax();
        let mut net = net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(1))?;
        let history = net.fit(&iris, Fit::epochs(3).metric(Metric::Accuracy).validate(&iris))?;
        let figure = history.metric_plot("accuracy")?.to_value();
        assert_eq!(figure["data"][0]["x"][0].as_f64(), Some(1.0));
        assert_eq!(figure["data"][0]["x"][2].as_f64(), Some(3.0));
        assert_eq!(figure["data"][1]["name"], "validation");
        let drawn = history.loss_plot()?.to_value()["data"][0]["y"][2].as_f64();
        assert!(drawn.is_some_and(|drawn| (drawn - history.loss()[2]).abs() < 1e-6));
        assert!(history.metric_plot("F1").is_err_and(|error| error.to_string().contains("`validation accuracy`")));
        assert_eq!(history.learning_rate_plot()?.to_value()["data"][0]["y"][2].as_f64(), Some(0.01));
        Ok(())
    }
}
