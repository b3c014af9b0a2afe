//! The decision boundary of a classifier in two dimensions: which class it says where, and how sure it is.

use ndarray::{Array1, Array2, ArrayView1, Axis, concatenate, s};
use serde_json::json;

use super::classes::{Classes, greatest};
use super::examples::axis_label;
use super::figure::Figure;
use super::outlines::{Place, inner_pieces, outlines, simplified};
use super::{color, style, thin};
use crate::data::{Examples, columns_or_numbered, require_numbers};
use crate::error::{Error, Result};

/// Points of the grid on each side.
const SIDE: usize = 200;
const MOST_POINTS: usize = 1500;
/// The data is surrounded by this share of its span.
const MARGIN: f64 = 0.08;
/// Steps of shading from unsure to sure; fewer where many classes make many regions.
const STEPS: usize = 8;
/// How much of a class' colour is seen where the classifier is unsure, and how much each step adds.
const UNSURE: f64 = 0.12;
const STEP: f64 = 0.055;

/// What a classifier answers for n inputs: class probabilities n × k (n × 1 of two classes is the second one's), or one
/// class a row as an `Array1` of positions; also either in a `Result`, whose error is passed on.
pub trait Answer {
    /// The answer, or why there is none.
    ///
    /// # Errors
    /// The classifier's own.
    fn decide(self) -> Result<Decision>;
}

/// An [`Answer`] taken apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// The probability of each class, n × k.
    Probabilities(Array2<f64>),
    /// The position of the class, n.
    Classes(Array1<f64>),
}

impl Answer for Array2<f64> {
    fn decide(self) -> Result<Decision> {
        Ok(Decision::Probabilities(self))
    }
}

impl Answer for Array1<f64> {
    fn decide(self) -> Result<Decision> {
        Ok(Decision::Classes(self))
    }
}

impl<A: Answer> Answer for Result<A> {
    fn decide(self) -> Result<Decision> {
        self?.decide()
    }
}

/// Where a classifier says which class: regions in the classes' colours, stronger where it is surer, a line where its
/// decision changes, and the data on top.
///
/// The classifier is asked once, for all points of a grid of 200 × 200 over the data's span and the examples themselves.
/// Shading follows the margin, the most probable class' probability minus the second's: 0 on the boundary, 1 where it is
/// certain. A classifier that gives classes alone has regions of one shade.
///
/// # Arguments
/// - `examples`: two features, and one target of classes.
/// - `classifier`: from n × 2 inputs to an [`Answer`], the columns in the order of the classes.
///
/// ```
/// use gradus::{plot::decision_boundary, prelude::*};
/// let moons = generators::moons(200, 0.15, Seed(1))?;
/// // The probability of the second class rises to the right of a slanted line.
/// let figure = decision_boundary(&moons, |x: &Array2<f64>| {
///     let score = x.dot(&array![[1.5], [-3.0]]);
///     score.mapv(|z| 1.0 / (1.0 + (-z).exp()))
/// })?;
/// // Classes alone do as well.
/// let figure = decision_boundary(&moons, |x: &Array2<f64>| x.column(1).mapv(|y| f64::from(y < 0.25)))?;
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] for examples of another width than two and an answer of another shape than asked for;
/// [`Error::Data`] for a probability that is none (NaN, outside of 0 to 1) and a class that does not exist; what the
/// classifier itself returns.
pub fn decision_boundary<A: Answer>(
    examples: &impl Examples,
    classifier: impl Fn(&Array2<f64>) -> A,
) -> Result<Figure> {
    const WHAT: &str = "decision boundary";
    let inputs = examples.inputs();
    if inputs.ncols() != 2 {
        let expected = "2 features, one an axis (`data.select(&[\"one\", \"other\"])` takes two)".into();
        return Err(Error::Shape { what: WHAT.into(), expected, found: format!("{} features", inputs.ncols()) });
    }
    let mut classes = Classes::of(examples, WHAT)?;
    require_numbers(inputs, examples.input_columns(), "x")?;
    let spans = [span(inputs.column(0)), span(inputs.column(1))];
    let place = |axis: usize, step: f64| {
        let [low, high] = spans[axis];
        low + (high - low) * step / (SIDE - 1) as f64
    };
    let grid = Array2::from_shape_fn((SIDE * SIDE, 2), |(point, axis)| match axis {
        0 => place(0, (point % SIDE) as f64),
        _ => place(1, (point / SIDE) as f64),
    });
    let asked = concatenate(Axis(0), &[grid.view(), inputs])
        .map_err(|error| Error::Library { context: WHAT.into(), message: error.to_string() })?;

    let (margins, decided, steps, tolerance) = match classifier(&asked).decide()? {
        Decision::Probabilities(answer) => {
            let answer = classes.probabilities(WHAT, answer.view(), asked.nrows())?;
            let decided: Vec<usize> = answer.rows().into_iter().map(greatest).collect();
            let steps = if classes.names.len() > 4 { STEPS / 2 } else { STEPS };
            (margins(&answer), decided, steps, 0.05)
        }
        Decision::Classes(answer) => {
            let decided = classes.labels(WHAT, answer.view(), asked.nrows())?;
            let shape = (decided.len(), classes.names.len());
            let sides = Array2::from_shape_fn(shape, |(row, class)| if decided[row] == class { 1.0 } else { -1.0 });
            // Classes change from point to point, in stairs; half a step straightens them.
            (sides, decided, 1, 0.5)
        }
    };

    let columns = columns_or_numbered(examples.input_columns(), 2, "x");
    let mut figure =
        Figure::new("Decision boundary").x(axis_label(&columns[..1])).y(axis_label(&columns[1..])).size(800, 560);
    let drawn = |lines: Vec<Vec<Place>>| {
        let gap = (f64::NAN, f64::NAN);
        let joined = lines.into_iter().flat_map(|line| simplified(&line, tolerance).into_iter().chain([gap]));
        joined.map(|(column, row)| (place(0, column), place(1, row))).unzip::<f64, f64, Vec<f64>, Vec<f64>>()
    };
    let mut borders = Vec::new();
    for class in 0..classes.names.len() {
        let margin = margins.slice(s![..SIDE * SIDE, class]).to_owned();
        let margin = margin
            .into_shape_with_order((SIDE, SIDE))
            .map_err(|error| Error::Library { context: WHAT.into(), message: error.to_string() })?;
        for step in 0..steps {
            let region = outlines(&margin, step as f64 / steps as f64);
            if step == 0 && class + 1 < classes.names.len() {
                // A border is the end of both its regions; without the last class each still stands once.
                borders.extend(region.iter().flat_map(|outline| inner_pieces(outline, (SIDE, SIDE))));
            }
            if region.is_empty() {
                continue;
            }
            let opacity = match (step, steps) {
                (_, 1) => 0.3,
                (0, _) => UNSURE,
                _ => STEP * STEPS as f64 / steps as f64,
            };
            let (xs, ys) = drawn(region);
            figure.add(json!({
                "type": "scatter", "mode": "lines", "x": xs, "y": ys, "fill": "toself", "line": {"width": 0},
                "fillcolor": color::faded(style::color(class), opacity), "hoverinfo": "skip", "showlegend": false,
            }));
        }
    }
    let (xs, ys) = drawn(borders);
    figure.add(json!({
        "type": "scatter", "mode": "lines", "name": "boundary", "x": xs, "y": ys, "hoverinfo": "skip",
        "line": {"color": style::INK, "width": 2}, "showlegend": false,
    }));
    add_points(&mut figure, examples, &classes);
    for (axis, [low, high]) in ["xaxis", "yaxis"].into_iter().zip(spans) {
        figure.set(&format!("/{axis}/range"), json!([low, high]));
        figure.set(&format!("/{axis}/showgrid"), false);
        figure.set(&format!("/{axis}/zeroline"), false);
    }
    let (total, right) = (classes.actual.len(), classes.actual.iter().zip(&decided[SIDE * SIDE..]));
    let share = 100.0 * right.filter(|(actual, decided)| actual == decided).count() as f64 / total as f64;
    figure = figure.caption(format!("{share:.1} % of {total} examples lie on their class' side"));
    if total > MOST_POINTS {
        figure.remark(format!("{MOST_POINTS} drawn"));
    }
    Ok(figure)
}

/// By how much each class is more probable than the best of the others.
fn margins(probabilities: &Array2<f64>) -> Array2<f64> {
    let mut margins = probabilities.clone();
    for mut row in margins.rows_mut() {
        let first = greatest(&row);
        let others = row.iter().enumerate().filter(|(at, _)| *at != first);
        let (most, second) = (row[first], others.map(|(_, value)| *value).fold(0.0, f64::max));
        row.indexed_iter_mut().for_each(|(at, value)| *value -= if at == first { second } else { most });
    }
    margins
}

/// The data's span with some room around it; a constant feature gets one unit.
fn span(values: ArrayView1<'_, f64>) -> [f64; 2] {
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    let room = if high > low { MARGIN * (high - low) } else { 0.5 };
    [low - room, high + room]
}

/// The examples, each class a series.
fn add_points(figure: &mut Figure, examples: &impl Examples, classes: &Classes) {
    let inputs = examples.inputs();
    let rows = thin::sample(inputs.nrows(), MOST_POINTS);
    for (class, name) in classes.names.iter().enumerate() {
        let own: Vec<usize> = rows.iter().copied().filter(|row| classes.actual[*row] == class).collect();
        let pick = |axis: usize| match own.is_empty() {
            // A class without examples has its region; a missing point keeps its name in the legend.
            true => vec![f64::NAN],
            false => own.iter().map(|row| inputs[[*row, axis]]).collect(),
        };
        let mut marker = style::marker(rows.len(), style::color(class));
        marker["opacity"] = json!(if rows.len() > 400 { 0.8 } else { 1.0 });
        marker["symbol"] = ["circle", "square", "diamond", "triangle-up"][class / style::PALETTE.len() % 4].into();
        marker["line"] = json!({"color": "#ffffff", "width": if rows.len() > 400 { 0.7 } else { 1.2 }});
        figure.add(json!({
            "type": "scatter", "mode": "markers", "name": name, "x": pick(0), "y": pick(1), "marker": marker,
        }));
    }
}
