//! What a model predicts against what is true: every point on the diagonal would be perfect.

use ndarray::ArrayView1;
use serde_json::json;

use super::figure::Figure;
use super::one_feature::axis_label;
use super::{downsample, style};
use crate::data::{Examples, columns_or_numbered};
use crate::error::{Error, Result};
use crate::linear::LinearModel;
use crate::metrics;

const MOST_POINTS: usize = 2000;

impl LinearModel {
    /// Predictions against true values, with the diagonal on which they would agree; R² stands below the title.
    ///
    /// # Errors
    /// What `predict` refuses, and targets of another width than the model's.
    pub fn predicted_plot(&self, examples: &impl Examples) -> Result<Figure> {
        let residuals = self.residuals(examples)?;
        let actual = examples.outputs();
        let predicted = &actual - &residuals;
        let columns = columns_or_numbered(examples.output_columns(), actual.ncols(), "y");
        let mut figures = Vec::new();
        for (target, column) in columns.iter().enumerate() {
            figures.push(predicted_against_actual(
                actual.column(target),
                predicted.column(target),
                &axis_label(std::slice::from_ref(column)),
            )?);
        }
        match (figures.len(), figures.pop()) {
            (1, Some(figure)) => Ok(figure),
            (_, last) => Ok(Figure::grid(2, figures.into_iter().chain(last))),
        }
    }
}

/// Predictions against true values of anything that predicts numbers; `label` names the quantity and its unit.
///
/// # Errors
/// [`Error::Shape`] where the two differ in length.
#[doc(alias = "PredictionErrorDisplay")]
pub fn predicted_against_actual(
    actual: ArrayView1<'_, f64>,
    predicted: ArrayView1<'_, f64>,
    label: &str,
) -> Result<Figure> {
    if actual.len() != predicted.len() {
        let (expected, found) = (format!("{} predictions", actual.len()), predicted.len().to_string());
        return Err(Error::Shape { what: "predicted against actual".into(), expected, found });
    }
    let rows = downsample::sample(actual.len(), MOST_POINTS);
    let (low, high) = rows
        .iter()
        .flat_map(|row| [actual[*row], predicted[*row]])
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let mut figure = Figure::new("Predicted against actual")
        .x(format!("actual {label}"))
        .y(format!("predicted {label}"))
        .points("examples", rows.iter().map(|row| actual[*row]), rows.iter().map(|row| predicted[*row]))
        .size(640, 560);
    if high > low {
        let margin = 0.03 * (high - low);
        let ends = [low - margin, high + margin];
        figure.add(json!({
            "type": "scatter", "mode": "lines", "name": "perfect", "x": ends, "y": ends,
            "line": {"color": style::REFERENCE, "width": 1.5, "dash": "dash"}, "hoverinfo": "skip",
        }));
        figure = figure.x_range(ends[0], ends[1]).y_range(ends[0], ends[1]);
    }
    if let Ok(score) = metrics::r_squared(actual, predicted) {
        figure = figure.caption(format!("R² = {score:.4} on {} examples", actual.len()));
    }
    if rows.len() < actual.len() {
        figure.remark(format!("{} drawn", rows.len()));
    }
    Ok(figure)
}
