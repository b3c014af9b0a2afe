//! Precision–recall curves: how many alarms are right, while how many positives are found.

use serde_json::json;

use super::figure::Figure;
use super::roc::{add, unit_square};
use super::style;
use crate::metrics::PrecisionRecallCurve;

impl PrecisionRecallCurve {
    /// The curve as steps, with the level that chance would keep; the average precision stands below the title.
    #[doc(alias = "PrecisionRecallDisplay")]
    pub fn plot(&self) -> Figure {
        let caption = format!(
            "average precision = {:.3} · {} positive, {} negative examples",
            self.average_precision(),
            self.positives(),
            self.negatives()
        );
        draw(&[("this classifier".to_string(), self)]).title("Precision–recall curve").caption(caption)
    }
}

/// Several precision–recall curves in one figure, each with its name and average precision.
///
/// ```
/// use gradus::{plot::compare_precision_recall, prelude::*};
/// let actual = array![0.0, 0.0, 1.0, 1.0];
/// let good = PrecisionRecallCurve::new(actual.view(), array![0.1, 0.4, 0.6, 0.8].view())?;
/// let fair = PrecisionRecallCurve::new(actual.view(), array![0.1, 0.4, 0.35, 0.8].view())?;
/// let figure = compare_precision_recall([("good", &good), ("fair", &fair)]);
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn compare_precision_recall<'a>(curves: impl IntoIterator<Item = (&'a str, &'a PrecisionRecallCurve)>) -> Figure {
    let named = |(name, curve): (&str, &'a PrecisionRecallCurve)| {
        (format!("{}: AP {:.3}", style::escape(name), curve.average_precision()), curve)
    };
    let curves: Vec<(String, &PrecisionRecallCurve)> = curves.into_iter().map(named).collect();
    draw(&curves).title("Precision–recall curves")
}

fn draw(curves: &[(String, &PrecisionRecallCurve)]) -> Figure {
    let mut figure = unit_square("recall", "precision");
    for (name, curve) in curves {
        // Steps: a threshold's precision holds down to the next recall.
        add(&mut figure, name.clone(), curve.recall(), curve.precision(), curve.thresholds(), "hv");
    }
    // Chance is one level only where all curves have the same share of positives.
    let share =
        |curve: &PrecisionRecallCurve| curve.positives() as f64 / (curve.positives() + curve.negatives()) as f64;
    let mut shares = curves.iter().map(|(_, curve)| share(curve));
    if let Some(first) = shares.next()
        && shares.all(|share| share == first)
    {
        figure.add(json!({
            "type": "scatter", "mode": "lines", "name": "chance", "x": [0, 1], "y": [first, first],
            "hoverinfo": "skip", "line": {"color": style::REFERENCE, "width": 1.5, "dash": "dash"},
        }));
    }
    figure
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use ndarray::array;

    #[test]
    fn chance_is_drawn_where_all_curves_share_it() -> Result<()> {
        let scores = array![0.1, 0.4, 0.35, 0.8];
        let half = PrecisionRecallCurve::new(array![0.0, 0.0, 1.0, 1.0].view(), scores.view())?;
        let quarter = PrecisionRecallCurve::new(array![0.0, 0.0, 1.0, 0.0].view(), scores.view())?;
        let value = half.plot().to_value();
        assert_eq!((&value["data"][1]["name"], &value["data"][1]["y"]), (&json!("chance"), &json!([0.5, 0.5])));
        assert_eq!(value["data"][0]["line"]["shape"], "hv");
        assert_eq!(compare_precision_recall([("a", &half), ("b", &quarter)]).traces.len(), 2);
        assert!(half.plot().description().contains("average precision = 0.833"));
        Ok(())
    }
}
