//! The regression line through the data, with the residuals that it leaves.

use serde_json::json;

use super::figure::Figure;
use super::one_feature::{one_feature, with_gaps};
use super::{downsample, style};
use crate::data::{Examples, short};
use crate::error::Result;
use crate::linear::LinearModel;

/// More residuals than this would cover the data.
const MOST_RESIDUALS: usize = 150;
/// More points than this are a blot.
const MOST_POINTS: usize = 2000;

impl LinearModel {
    /// The data, the line ŷ = w·x + b through it, and each example's residual, for a model of one feature.
    ///
    /// # Errors
    /// Examples of several features or targets (`predicted_plot` is for those), or which `predict` refuses.
    pub fn regression_plot(&self, examples: &impl Examples) -> Result<Figure> {
        let pair = one_feature(examples, "a regression line", "`predicted_plot` shows a model of several features")?;
        let predicted = self.predict_raw(examples)?.index_axis_move(ndarray::Axis(1), 0);
        let mut figure = Figure::new("Regression line").x(pair.x_label).y(pair.y_label);

        let rows = downsample::sample(pair.x.len(), MOST_POINTS);
        if rows.len() <= MOST_RESIDUALS {
            let xs = with_gaps(rows.iter().map(|row| [pair.x[*row]; 2]));
            let ys = with_gaps(rows.iter().map(|row| [pair.y[*row], predicted[*row]]));
            figure.add(json!({
                "type": "scatter", "mode": "lines", "name": "residuals", "x": xs, "y": ys,
                "line": {"color": style::REFERENCE, "width": 2}, "hoverinfo": "skip",
            }));
        }
        figure = figure.points("data", rows.iter().map(|row| pair.x[*row]), rows.iter().map(|row| pair.y[*row]));

        // A line is known by its two ends.
        let order = |a: &usize, b: &usize| pair.x[*a].total_cmp(&pair.x[*b]);
        let ends = [(0..pair.x.len()).min_by(order).unwrap_or(0), (0..pair.x.len()).max_by(order).unwrap_or(0)];
        let (weight, intercept) = (self.weights()[[0, 0]], self.intercepts()[0]);
        let equation = format!("ŷ = {}·x {} {}", short(weight), sign(intercept), short(intercept.abs()));
        figure = figure.line("ŷ = w·x + b", ends.map(|row| pair.x[row]), ends.map(|row| predicted[row]));
        figure = figure.caption(equation);
        if rows.len() < pair.x.len() {
            figure.remark(format!("{} of {} examples drawn", rows.len(), pair.x.len()));
        }
        Ok(figure)
    }
}

fn sign(value: f64) -> char {
    if value < 0.0 { '−' } else { '+' }
}
