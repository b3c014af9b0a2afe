//! How far gradients carry: their length in each layer, and how large the steps are beside the weights (B17, B25).

use serde_json::json;

use super::figure::Figure;
use super::{downsample, style};
use crate::error::{Error, Result};
use crate::monitor::{GradientFlow, Norms};

/// More points than this no curve needs.
const MOST: usize = 1000;
/// What the lecture asks of an update (B25, after CS231n): a thousandth of the weights.
const HEALTHY: f64 = 1e-3;

impl GradientFlow {
    /// The length of each layer's gradient over the steps, on a logarithmic axis.
    ///
    /// Curves that lie apart by powers of ten, the first layers lowest, are the vanishing gradient; curves that climb, the
    /// exploding one. A length of exactly 0, which such an axis cannot hold, is a triangle at the lower edge; steps whose
    /// gradient is not finite are left out; the caption counts both.
    ///
    /// # Errors
    /// [`Error::Data`] where nothing was recorded.
    pub fn norm_plot(&self) -> Result<Figure> {
        self.curves("Length of the gradient, layer by layer", "‖∇W‖", |norms| norms.gradient)
    }

    /// How long each update is beside the weights that it changes, ‖ΔW‖ / ‖W‖, on a logarithmic axis with a line at
    /// 10⁻³, near which a healthy training runs.
    ///
    /// A ratio of exactly 0 is a triangle at the lower edge; where all weights are 0 there is no ratio; the caption counts
    /// both.
    ///
    /// # Errors
    /// [`Error::Data`] where nothing was recorded.
    pub fn ratio_plot(&self) -> Result<Figure> {
        let title = "Updates beside the weights, layer by layer";
        Ok(self.curves(title, "‖ΔW‖ / ‖W‖", Norms::ratio)?.horizontal("10<sup>−3</sup>", HEALTHY))
    }

    /// Both views side by side: what a cell shows.
    pub(crate) fn overview(&self) -> Result<Figure> {
        Ok(Figure::row([self.norm_plot()?, self.ratio_plot()?]).title("Gradient flow"))
    }

    fn curves(&self, title: &str, quantity: &str, number: impl Fn(&Norms) -> f64) -> Result<Figure> {
        if self.layers().is_empty() {
            return Err(Error::Data("nothing was recorded yet; call `record(step, layer, norms)` first".into()));
        }
        let mut figure = Figure::new(title).x("step").y(quantity).log_y();
        let drawn = self.layers().iter().flat_map(|layer| &layer.norms).map(&number);
        let drawn = drawn.filter(|value| *value > 0.0 && value.is_finite());
        let (least, most) =
            drawn.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), value| (low.min(value), high.max(value)));
        // Below everything else; without anything else, 1 is as good as any place.
        let edge = if least.is_finite() { least / 3.0 } else { 1.0 };
        let mut thinned = 0;
        for layer in self.layers() {
            let name = style::escape(&layer.name);
            let values: Vec<f64> = layer.norms.iter().map(&number).collect();
            let steps: Vec<f64> = layer.steps.iter().map(|step| *step as f64).collect();
            // A gap, not a bridge, where there is no point.
            let shown: Vec<f64> =
                values.iter().map(|value| if *value > 0.0 && value.is_finite() { *value } else { f64::NAN }).collect();
            let (xs, ys) = downsample::curve(&steps, &shown, MOST);
            if xs.len() < steps.len() {
                thinned = thinned.max(steps.len());
            }
            figure = match xs.len() {
                0..=40 => figure.line_points(name.clone(), xs, ys),
                _ => figure.line(name.clone(), xs, ys),
            };
            if let Some(trace) = figure.traces.last_mut().filter(|_| steps.len() > 200) {
                // Gradients of batches jump about; thick lines would run together.
                trace["line"]["width"] = 1.2.into();
            }
            let color = figure.traces.last().map_or(json!(style::INK), |trace| trace["line"]["color"].clone());
            let zeros: Vec<f64> =
                steps.iter().zip(&values).filter(|(_, value)| **value == 0.0).map(|(step, _)| *step).collect();
            if !zeros.is_empty() {
                figure.remark(format!("▽ {name}: exactly 0 at {}", count(zeros.len(), "step")));
                let few: Vec<f64> = downsample::sample(zeros.len(), 200).into_iter().map(|at| zeros[at]).collect();
                figure.add(json!({
                    "type": "scatter", "mode": "markers", "name": name, "showlegend": false,
                    "x": few, "y": vec![edge; few.len()], "hovertemplate": "step %{x}: exactly 0",
                    "marker": {"symbol": "triangle-down-open", "size": 9, "color": color, "line": {"width": 1.5}},
                }));
            }
            let unusable: Vec<usize> = layer
                .steps
                .iter()
                .zip(&values)
                .filter(|(_, value)| !value.is_finite())
                .map(|(step, _)| *step)
                .collect();
            if let Some(first) = unusable.first() {
                let steps = count(unusable.len(), "step");
                figure.remark(format!("⚠ {name}: not finite at {steps}, first at {first}"));
            }
        }
        if thinned > 0 {
            figure.remark(format!("{thinned} steps, drawn as {MOST} points with every extreme"));
        }
        figure.log_ticks("yaxis", most / least > 100.0);
        figure.set("/xaxis/zeroline", false);
        Ok(figure)
    }
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn zeros_and_what_is_not_finite_are_said_not_drawn_as_something_else() -> Result<()> {
        let mut flow = GradientFlow::new();
        assert!(flow.norm_plot().is_err());
        for (step, gradient) in [1.0, 0.0, 0.25, f64::NAN, f64::INFINITY, 0.5].into_iter().enumerate() {
            flow.record(step, "dense <1>", Norms { gradient, weight: 2.0, update: 0.002 });
        }
        let figure = flow.norm_plot()?;
        let value = figure.to_value();
        assert_eq!(value["layout"]["yaxis"]["type"], "log");
        assert_eq!(value["data"][0]["y"], json!([1, null, 0.25, null, null, 0.5]));
        assert_eq!(value["data"][1]["x"], json!([1]));
        assert!(value["data"][1]["y"][0].as_f64().is_some_and(|edge| edge < 0.25 && edge > 0.0));
        let text = figure.description();
        assert!(
            text.contains("▽ dense <1>: exactly 0 at 1 step") && text.contains("not finite at 2 steps, first at 3")
        );

        let ratio = flow.ratio_plot()?.to_value();
        assert_eq!((&ratio["data"][0]["y"][0], &ratio["layout"]["shapes"][0]["y0"]), (&json!(0.001), &json!(0.001)));
        Ok(())
    }

    #[test]
    fn weights_that_are_zero_have_no_ratio() -> Result<()> {
        let mut flow = GradientFlow::new();
        flow.record(0, "out", Norms { gradient: 1.0, weight: 0.0, update: 0.1 });
        flow.record(1, "out", Norms { gradient: 1.0, weight: 0.1, update: 0.1 });
        let figure = flow.ratio_plot()?;
        assert_eq!(figure.to_value()["data"][0]["y"], json!([Value::Null, 1]));
        assert!(figure.description().contains("not finite at 1 step, first at 0"));
        Ok(())
    }
}
