//! ROC curves: how many positives are found at the price of how many false alarms.

use serde_json::json;

use super::figure::Figure;
use super::{downsample, style};
use crate::data::short;
use crate::metrics::RocCurve;

/// More points than this no curve needs.
const MOST: usize = 400;

impl RocCurve {
    /// The curve, with the diagonal on which chance lies; the area under it stands below the title.
    #[doc(alias = "RocCurveDisplay")]
    pub fn plot(&self) -> Figure {
        let caption =
            format!("AUC = {:.3} · {} positive, {} negative examples", self.auc(), self.positives(), self.negatives());
        draw(&[("this classifier".to_string(), self)]).title("ROC curve").caption(caption)
    }
}

/// Several ROC curves in one figure, each with its name and the area under it: classifiers compared, or one class
/// against the rest each.
///
/// ```
/// use gradus::{plot::compare_roc, prelude::*};
/// let actual = array![0.0, 0.0, 1.0, 1.0];
/// let good = RocCurve::new(actual.view(), array![0.1, 0.4, 0.6, 0.8].view())?;
/// let fair = RocCurve::new(actual.view(), array![0.1, 0.4, 0.35, 0.8].view())?;
/// let figure = compare_roc([("good", &good), ("fair", &fair)]);
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn compare_roc<'a>(curves: impl IntoIterator<Item = (&'a str, &'a RocCurve)>) -> Figure {
    let named =
        |(name, curve): (&str, &'a RocCurve)| (format!("{}: AUC {:.3}", style::escape(name), curve.auc()), curve);
    let curves: Vec<(String, &RocCurve)> = curves.into_iter().map(named).collect();
    draw(&curves).title("ROC curves")
}

fn draw(curves: &[(String, &RocCurve)]) -> Figure {
    let mut figure = unit_square("false positive rate", "true positive rate (recall)");
    for (name, curve) in curves {
        let (xs, ys) = (curve.false_positive_rates(), curve.true_positive_rates());
        add(&mut figure, name.clone(), xs, ys, curve.thresholds(), "linear");
    }
    figure.add(json!({
        "type": "scatter", "mode": "lines", "name": "chance", "x": [0, 1], "y": [0, 1], "hoverinfo": "skip",
        "line": {"color": style::REFERENCE, "width": 1.5, "dash": "dash"},
    }));
    figure
}

/// A figure whose axes both run from 0 to 1, with a little room for lines at the rim.
pub(super) fn unit_square(x: &str, y: &str) -> Figure {
    let mut figure = Figure::new("").x(x).y(y).size(760, 540).x_range(-0.01, 1.01).y_range(-0.01, 1.02);
    figure.set("/xaxis/zeroline", false);
    figure.set("/yaxis/zeroline", false);
    figure
}

/// Draws a curve of rates with the threshold of each point, thinned where it has very many.
pub(super) fn add(figure: &mut Figure, name: String, xs: &[f64], ys: &[f64], thresholds: &[f64], shape: &str) {
    let places: Vec<f64> = (0..xs.len()).map(|at| at as f64).collect();
    let kept: Vec<usize> = downsample::curve(&places, ys, MOST).0.into_iter().map(|at| at as usize).collect();
    let pick = |values: &[f64]| kept.iter().map(|at| values[*at]).collect::<Vec<f64>>();
    let notes: Vec<String> = kept
        .iter()
        .map(|at| match thresholds.get(*at) {
            Some(threshold) if threshold.is_finite() => format!("score ≥ {}", short((threshold * 1e4).round() / 1e4)),
            _ => "nothing is called positive".into(),
        })
        .collect();
    let index = figure.take_color();
    figure.add(json!({
        "type": "scatter", "mode": "lines", "name": name, "x": pick(xs), "y": pick(ys), "text": notes,
        "line": {"color": style::color(index), "dash": style::dash(index), "width": 2.5, "shape": shape},
        "hovertemplate": "(%{x:.3f}, %{y:.3f})<br>%{text}<extra></extra>",
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use ndarray::Array1;

    #[test]
    fn long_curves_are_thinned_and_named_with_their_area() -> Result<()> {
        let actual = Array1::from_shape_fn(20_000, |row| f64::from(row * 7 % 13 < 5));
        let scores = Array1::from_shape_fn(20_000, |row| actual[row] + (row as f64 * 0.37).sin() * 2.0);
        let curve = RocCurve::new(actual.view(), scores.view())?;
        let figure = compare_roc([("a < b", &curve)]);
        let value = figure.to_value();
        assert_eq!(value["data"][0]["name"], format!("a &lt; b: AUC {:.3}", curve.auc()));
        let xs: Vec<f64> =
            value["data"][0]["x"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect();
        assert!(xs.len() <= MOST + 2 && xs.is_sorted() && xs[0] == 0.0 && xs.last() == Some(&1.0));
        assert_eq!(value["data"][0]["text"][0], "nothing is called positive");
        assert!(figure.to_json().len() < 40_000);
        Ok(())
    }
}
