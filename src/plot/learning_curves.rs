//! Learning curves: training and validation score over examples, epochs or a hyper-parameter.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde_json::json;

use super::figure::Figure;
use super::rounding::Coordinate;
use super::{color, style};
use crate::error::{Error, Result};

/// A hyper-parameter that spans more than this factor is drawn on a logarithmic axis.
const WIDE: f64 = 20.0;

/// Scores or losses of a curve: one a point (a list, an `Array1`), or points × folds (an `Array2`).
pub trait Scores {
    /// The scores, points × folds.
    fn by_fold(&self) -> ArrayView2<'_, f64>;
}

impl Scores for [f64] {
    fn by_fold(&self) -> ArrayView2<'_, f64> {
        ArrayView1::from(self).insert_axis(Axis(1))
    }
}

impl<const N: usize> Scores for [f64; N] {
    fn by_fold(&self) -> ArrayView2<'_, f64> {
        self.as_slice().by_fold()
    }
}

impl Scores for Vec<f64> {
    fn by_fold(&self) -> ArrayView2<'_, f64> {
        self.as_slice().by_fold()
    }
}

impl Scores for Array1<f64> {
    fn by_fold(&self) -> ArrayView2<'_, f64> {
        self.view().insert_axis(Axis(1))
    }
}

impl Scores for Array2<f64> {
    fn by_fold(&self) -> ArrayView2<'_, f64> {
        self.view()
    }
}

impl<S: Scores + ?Sized> Scores for &S {
    fn by_fold(&self) -> ArrayView2<'_, f64> {
        (**self).by_fold()
    }
}

/// Score or loss of training and validation against the number of training examples: would more data help?
///
/// Of several folds the mean is drawn, with a band of one standard deviation (the population's) to each side.
///
/// # Arguments
/// - `score`: what is measured, for the axis: `accuracy`, `cross-entropy`.
/// - `sizes`: the numbers of training examples.
/// - `training`, `validation`: the [`Scores`] at each size.
///
/// ```
/// use gradus::{plot::learning_curve, prelude::*};
/// let training = array![[1.00, 0.98, 0.99], [0.97, 0.96, 0.97], [0.95, 0.95, 0.96]];
/// let validation = array![[0.70, 0.78, 0.74], [0.85, 0.88, 0.87], [0.91, 0.92, 0.90]];
/// let figure = learning_curve("accuracy", &[50, 150, 500], &training, &validation)?;
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] where there are not as many scores as sizes.
#[doc(alias = "LearningCurveDisplay")]
pub fn learning_curve(
    score: &str,
    sizes: impl IntoIterator<Item: Coordinate>,
    training: &(impl Scores + ?Sized),
    validation: &(impl Scores + ?Sized),
) -> Result<Figure> {
    let sizes: Vec<f64> = sizes.into_iter().map(|size| size.coordinate()).collect();
    curves("Learning curve", "training examples", score, &sizes, [training.by_fold(), validation.by_fold()])
}

/// Score or loss of training and validation after each epoch, counted from 1: where does overfitting begin?
///
/// Columns of an `Array2` are runs, from different seeds or folds, drawn as their mean with a band of one standard
/// deviation to each side.
///
/// ```
/// use gradus::{plot::epoch_curve, prelude::*};
/// let figure = epoch_curve("cross-entropy", &[0.69, 0.41, 0.22, 0.11], &[0.68, 0.45, 0.39, 0.44])?;
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] where the two differ in their number of epochs.
pub fn epoch_curve(
    score: &str,
    training: &(impl Scores + ?Sized),
    validation: &(impl Scores + ?Sized),
) -> Result<Figure> {
    let epochs: Vec<f64> = (1..=training.by_fold().nrows()).map(|epoch| epoch as f64).collect();
    curves("Learning curve", "epoch", score, &epochs, [training.by_fold(), validation.by_fold()])
}

/// Score or loss of training and validation against a hyper-parameter: between underfitting and overfitting.
///
/// The axis is logarithmic where the values are positive and span more than a factor of 20. Of several folds the mean is
/// drawn, with a band of one standard deviation to each side.
///
/// ```
/// use gradus::{plot::validation_curve, prelude::*};
/// let figure = validation_curve("R²", "λ", &[1e-4, 1e-2, 1.0], &[0.93, 0.90, 0.55], &[0.61, 0.84, 0.52])?;
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] where there are not as many scores as values.
#[doc(alias = "ValidationCurveDisplay")]
pub fn validation_curve(
    score: &str,
    parameter: &str,
    values: impl IntoIterator<Item: Coordinate>,
    training: &(impl Scores + ?Sized),
    validation: &(impl Scores + ?Sized),
) -> Result<Figure> {
    let values: Vec<f64> = values.into_iter().map(|value| value.coordinate()).collect();
    let scores = [training.by_fold(), validation.by_fold()];
    let mut figure = curves("Validation curve", &style::escape(parameter), score, &values, scores)?;
    let (low, high) =
        values.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
    figure.log_ticks("xaxis", high / low > 1000.0);
    if low > 0.0 && high / low > WIDE {
        figure = figure.log_x();
    }
    Ok(figure)
}

fn curves(title: &str, x: &str, score: &str, at: &[f64], scores: [ArrayView2<'_, f64>; 2]) -> Result<Figure> {
    let mut figure = Figure::new(title).x(x).y(style::escape(score));
    let (mut folds, mut missing) = (0, 0);
    for (index, (name, scores)) in ["training", "validation"].into_iter().zip(scores).enumerate() {
        if scores.nrows() != at.len() || scores.is_empty() {
            let expected = format!("[{}, folds], one row each for {x}", at.len());
            let found = format!("{:?}", scores.shape());
            return Err(Error::Shape { what: format!("{name} scores"), expected, found });
        }
        // A run that diverged has its curve up to there.
        let finite: Vec<usize> = (0..at.len()).filter(|row| scores.row(*row).iter().all(|v| v.is_finite())).collect();
        missing = missing.max(at.len() - finite.len());
        folds = folds.max(scores.ncols());
        let xs: Vec<f64> = finite.iter().map(|row| at[*row]).collect();
        let rows = finite.iter().map(|row| scores.row(*row));
        let (means, deviations): (Vec<f64>, Vec<f64>) = rows.map(|row| (mean(row), deviation(row))).unzip();
        if scores.ncols() > 1 {
            let edge = |sign: f64| means.iter().zip(&deviations).map(move |(mean, deviation)| mean + sign * deviation);
            let mut upper: Vec<f64> = edge(1.0).collect();
            upper.reverse();
            let around: Vec<f64> = xs.iter().chain(xs.iter().rev()).copied().collect();
            figure.add(json!({
                "type": "scatter", "mode": "lines", "x": around, "y": edge(-1.0).chain(upper).collect::<Vec<f64>>(),
                "fill": "toself", "fillcolor": color::faded(style::color(index), 0.2), "line": {"width": 0},
                "hoverinfo": "skip", "showlegend": false, "name": "",
            }));
        }
        figure = if xs.len() <= 40 { figure.line_points(name, xs, means) } else { figure.line(name, xs, means) };
    }
    figure.set("/xaxis/zeroline", false);
    figure.set("/yaxis/zeroline", false);
    if folds > 1 {
        figure = figure.caption(format!("mean of {folds} runs, band: ± one standard deviation"));
    }
    if missing > 0 {
        figure.remark(format!("{missing} of {} points are not finite and not drawn", at.len()));
    }
    Ok(figure)
}

fn mean(values: ArrayView1<'_, f64>) -> f64 {
    values.sum() / values.len() as f64
}

/// The population's standard deviation.
fn deviation(values: ArrayView1<'_, f64>) -> f64 {
    let mean = mean(values);
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn folds_become_a_mean_and_a_band() -> Result<()> {
        // numpy: mean([1, 2, 6]) = 3, std([1, 2, 6]) = 2.160246899
        let folds = array![[1.0, 2.0, 6.0], [4.0, 4.0, 4.0]];
        let value = learning_curve("accuracy", [10, 20], &folds, &[0.5, 0.25])?.to_value();
        assert_eq!(
            (&value["data"][0]["x"], &value["data"][0]["y"]),
            (&json!([10, 20, 20, 10]), &json!([0.8397531, 4, 4, 5.160247]))
        );
        assert_eq!((&value["data"][1]["name"], &value["data"][1]["y"]), (&json!("training"), &json!([3, 4])));
        assert_eq!((&value["data"][2]["name"], &value["data"][2]["y"]), (&json!("validation"), &json!([0.5, 0.25])));
        assert_eq!(value["layout"]["xaxis"]["title"]["text"], "training examples");
        assert_eq!(value["layout"]["yaxis"]["title"]["text"], "accuracy");
        Ok(())
    }

    #[test]
    fn wide_spans_of_a_parameter_are_logarithmic() -> Result<()> {
        let kind = |values: [f64; 2]| -> Result<_> {
            Ok(validation_curve("R²", "λ", values, &[1.0, 2.0], &[1.0, 2.0])?.to_value()["layout"]["xaxis"]["type"]
                .clone())
        };
        assert_eq!(kind([1e-3, 1.0])?, "log");
        assert_eq!(kind([0.0, 1.0])?, json!(null));
        assert_eq!(kind([1.0, 5.0])?, json!(null));
        Ok(())
    }

    #[test]
    fn lengths_that_differ_are_errors_and_lost_points_are_said() -> Result<()> {
        let error = epoch_curve("loss", &[1.0, 2.0, 3.0], &vec![1.0, 2.0]).err().map(|error| error.to_string());
        assert_eq!(
            error.as_deref(),
            Some("validation scores: expected [3, folds], one row each for epoch, found [2, 1]")
        );
        assert!(learning_curve("loss", [1, 2], &[1.0], &[1.0]).is_err());
        assert!(epoch_curve("loss", &[0.0; 0], &[0.0; 0]).is_err());
        let figure = epoch_curve("loss", &array![1.0, 9.0, f64::NAN], &[1.0, 2.0, 3.0])?;
        assert_eq!(figure.to_value()["data"][0]["x"], json!([1, 2]));
        assert!(figure.description().contains("1 of 3 points are not finite"));
        Ok(())
    }
}
