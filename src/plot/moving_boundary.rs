//! The decision boundary on its way: where the classes are equally likely, step by step of a descent.

use ndarray::ArrayView1;
use serde_json::{Value, json};

use super::classes::Classes;
use super::decision_boundary::{add_points, span};
use super::figure::Figure;
use super::one_feature::axis_label;
use super::rounding::rounded;
use super::step_player::add_player;
use super::surface::early_positions;
use super::{color, style};
use crate::data::{Examples, columns_or_numbered, require_numbers, short};
use crate::error::{Error, Result};
use crate::linear::{FittedGradientDescent, LinearClassifier, Link};

/// More steps than this nobody plays through.
const MOST_STEPS: usize = 30;
/// How much of a class' color is seen in its region.
const SHADE: f64 = 0.16;

/// A corner of a region.
type Point = [f64; 2];

impl FittedGradientDescent<LinearClassifier> {
    /// How the decision boundary moved during the descent: the examples, each class' region and the line between them, with
    /// a slider and a play button. The figure begins with the last step.
    ///
    /// The boundary of two classes is the straight line W·x + b = 0; of several, pieces of the lines on which two scores are
    /// equal and no other is greater. A start at W = 0, b = 0 has none: all classes are equally likely everywhere.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let blobs = generators::blobs(90, 3, 1.0, Seed(1))?;
    /// let fit = SoftmaxRegression::gradient_descent().epochs(100).fit(&blobs)?;
    /// let figure = fit.moving_boundary(&blobs)?;
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// Another number of features than two, columns of other names than the fit's, missing values, classes that the
    /// classifier does not know.
    pub fn moving_boundary(&self, examples: &impl Examples) -> Result<Figure> {
        const WHAT: &str = "moving boundary";
        let inputs = examples.inputs();
        if inputs.ncols() != 2 || self.columns().len() != 2 {
            let expected = "2 features, one an axis (`data.select(&[\"one\", \"other\"])` takes two)".into();
            let found = format!("{} features of a fit on {}", inputs.ncols(), self.columns().len());
            return Err(Error::Shape { what: WHAT.into(), expected, found });
        }
        let classes = Classes::known(self.model(), examples)?;
        require_numbers(inputs, examples.input_columns(), "x")?;
        let colors: Vec<&str> = (0..classes.names.len()).map(style::color).collect();
        let spans = [span(inputs.column(0)), span(inputs.column(1))];

        let picks = early_positions(self.history().steps().len(), MOST_STEPS);
        let frames: Vec<Vec<Value>> = picks.iter().map(|record| self.regions(*record, &colors, spans)).collect();
        let columns = columns_or_numbered(examples.input_columns(), 2, "x");
        let mut figure = Figure::new("Moving boundary").x(axis_label(&columns[..1])).y(axis_label(&columns[1..]));
        frames.last().into_iter().flatten().for_each(|trace| figure.add(trace.clone()));
        let moving: Vec<usize> = (0..figure.traces.len()).collect();
        add_points(&mut figure, examples, &classes);
        let frame = |(index, traces): (usize, &Vec<Value>)| {
            // A frame holds only what changes.
            let changes = |trace: &Value| json!({"x": trace["x"], "y": trace["y"], "name": trace["name"]});
            json!({"name": index.to_string(), "data": traces.iter().map(changes).collect::<Vec<_>>(), "traces": moving})
        };
        figure.frames = frames.iter().enumerate().map(frame).collect();
        for (axis, [low, high]) in ["xaxis", "yaxis"].into_iter().zip(spans) {
            figure.set(&format!("/{axis}/range"), json!([low, high]));
            figure.set(&format!("/{axis}/showgrid"), false);
            figure.set(&format!("/{axis}/zeroline"), false);
        }
        let labels: Vec<String> = picks.iter().map(|record| self.history().steps()[*record].to_string()).collect();
        add_player(&mut figure, &labels, picks.len().saturating_sub(1));
        let history = self.history();
        Ok(figure.caption(format!("{}; J is the {}", style::escape(history.label()), history.cost_name())))
    }

    /// Each class' region at one record of the history, and as the last trace the line around all but the last of them.
    fn regions(&self, record: usize, colors: &[&str], spans: [Point; 2]) -> Vec<Value> {
        let parameters = self.history().parameters().row(record);
        let scores = scores(self.link(), parameters, self.weights().ncols());
        // The window with as much again around it, so that the outer sides of outlines lie outside of what is seen.
        let [[left, right], [low, high]] = spans.map(|[low, high]| [2.0 * low - high, 2.0 * high - low]);
        let window = vec![[left, low], [right, low], [right, high], [left, high]];
        let regions: Vec<Vec<Point>> = (0..scores.len())
            .map(|class| {
                let others = (0..scores.len()).filter(|other| *other != class);
                others.fold(window.clone(), |region, other| {
                    ahead(region, std::array::from_fn(|at| scores[class][at] - scores[other][at]))
                })
            })
            .collect();
        let exact = |axis: usize, value: f64| rounded(value, (spans[axis][1] - spans[axis][0]) / 10_000.0);
        let line = |corners: &[Point], axis: usize| -> Vec<f64> {
            let closed = corners.iter().chain(corners.first()).map(|corner| exact(axis, corner[axis]));
            // A missing point where there is nothing, and between outlines.
            closed.chain([f64::NAN]).collect()
        };
        let mut traces: Vec<Value> = regions
            .iter()
            .zip(colors)
            .map(|(region, shade)| {
                json!({
                    "type": "scatter", "mode": "lines", "fill": "toself", "line": {"width": 0}, "showlegend": false,
                    "x": line(region, 0), "y": line(region, 1), "fillcolor": color::faded(shade, SHADE),
                    "hoverinfo": "skip",
                })
            })
            .collect();
        let outlines = |axis: usize| -> Vec<f64> {
            regions[..regions.len() - 1].iter().flat_map(|region| line(region, axis)).collect()
        };
        traces.push(json!({
            "type": "scatter", "mode": "lines", "x": outlines(0), "y": outlines(1), "hoverinfo": "skip",
            "name": format!("equally likely, J = {}", shown(self.history().costs()[record])),
            "line": {"color": style::INK, "width": 2.5},
        }));
        traces
    }
}

/// Each class' score as a function of the two features, [w₁, w₂, b]; of two classes the first one's is 0.
fn scores(link: Link, parameters: ArrayView1<'_, f64>, columns: usize) -> Vec<[f64; 3]> {
    let of_column = |column: usize| {
        let at = |row: usize| parameters.get(row * columns + column).copied().unwrap_or(0.0);
        [at(0), at(1), at(2)]
    };
    let scores = (0..columns).map(of_column);
    match link {
        Link::Sigmoid => [[0.0; 3]].into_iter().chain(scores).collect(),
        _ => scores.collect(),
    }
}

/// The part of a convex region in which w₁x + w₂y + b > 0 (Sutherland and Hodgman 1974); nothing where that is 0 everywhere.
fn ahead(region: Vec<Point>, [w, v, b]: [f64; 3]) -> Vec<Point> {
    let height = |point: &Point| w * point[0] + v * point[1] + b;
    let mut kept = Vec::new();
    for (at, from) in region.iter().enumerate() {
        let to = &region[(at + 1) % region.len()];
        let (here, there) = (height(from), height(to));
        if here > 0.0 {
            kept.push(*from);
        }
        if (here > 0.0) != (there > 0.0) {
            let share = here / (here - there);
            kept.push(std::array::from_fn(|axis| from[axis] + share * (to[axis] - from[axis])));
        }
    }
    kept
}

/// A cost for a legend: four digits after the point are enough to see it fall.
fn shown(cost: f64) -> String {
    if cost >= 1e-3 { short((cost * 1e4).round() / 1e4) } else { short(cost) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_is_cut_where_the_scores_are_equal() {
        let square = vec![[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]];
        // x > 1 leaves the right half; x + y > 3 a corner; 0 > 0 nothing, −1 > 0 nothing, 1 > 0 all.
        let right = ahead(square.clone(), [1.0, 0.0, -1.0]);
        assert_eq!(right, [[1.0, 0.0], [2.0, 0.0], [2.0, 2.0], [1.0, 2.0]]);
        assert_eq!(ahead(square.clone(), [1.0, 1.0, -3.0]), [[2.0, 1.0], [2.0, 2.0], [1.0, 2.0]]);
        assert!(ahead(square.clone(), [0.0; 3]).is_empty() && ahead(square.clone(), [0.0, 0.0, -1.0]).is_empty());
        assert_eq!(ahead(square.clone(), [0.0, 0.0, 1.0]), square);
    }

    #[test]
    fn parameters_stand_feature_by_feature() {
        let parameters = ndarray::array![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        assert_eq!(scores(Link::Softmax, parameters.view(), 2), [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]);
        let without_intercept = ndarray::array![1.0, 2.0];
        assert_eq!(scores(Link::Sigmoid, without_intercept.view(), 1), [[0.0; 3], [1.0, 2.0, 0.0]]);
    }
}
