//! The decision boundary of a classifier in two dimensions: which class it says where, and how sure it is.

use ndarray::{Array1, Array2, ArrayView1, Axis, concatenate};
use serde_json::json;

use super::classes::Classes;
use super::figure::Figure;
use super::level_sets::{Place, inner_pieces, outlines, simplified};
use super::one_feature::axis_label;
use super::rounding::rounded;
use super::{color, downsample, style};
use crate::data::{Examples, columns_or_numbered, require_numbers};
use crate::error::{Error, Result};
use crate::metrics::greatest;

/// Points of the grid on each side.
const SIDE: usize = 200;
const MOST_POINTS: usize = 1500;
/// The data is surrounded by this share of its span.
const MARGIN: f64 = 0.08;
/// Steps of shading from unsure to sure; fewer where many classes make many regions.
const STEPS: usize = 8;
/// How much of a class' color is seen where the classifier is unsure, and how much each step adds.
const UNSURE: f64 = 0.12;
const STEP: f64 = 0.055;
/// How much is seen where the classifier does not say how sure it is.
const CLASSES_ALONE: f64 = 0.3;

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

/// Where a classifier says which class: regions in the classes' colors, stronger where it is surer, a line where its
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
#[doc(alias = "DecisionBoundaryDisplay")]
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
    let grid = Grid { spans: [span(inputs.column(0)), span(inputs.column(1))] };
    let asked = concatenate(Axis(0), &[grid.points().view(), inputs]).map_err(Error::library(WHAT))?;
    let (regions, decided) = match classifier(&asked).decide()? {
        Decision::Probabilities(answer) => {
            let answer = classes.probabilities(WHAT, answer.view(), asked.nrows())?;
            let decided: Vec<usize> = answer.rows().into_iter().map(greatest).collect();
            let steps = if classes.names.len() > 4 { STEPS / 2 } else { STEPS };
            (Regions { margins: margins(answer), steps, tolerance: 0.05 }, decided)
        }
        Decision::Classes(answer) => {
            let decided = classes.labels(WHAT, answer.view(), asked.nrows())?;
            let shape = (decided.len(), classes.names.len());
            let sides = Array2::from_shape_fn(shape, |(row, class)| if decided[row] == class { 1.0 } else { -1.0 });
            // Classes change from point to point, in stairs; most of a step straightens them.
            (Regions { margins: sides, steps: 1, tolerance: 0.8 }, decided)
        }
    };

    let columns = columns_or_numbered(examples.input_columns(), 2, "x");
    let mut figure = Figure::new("Decision boundary").x(axis_label(&columns[..1])).y(axis_label(&columns[1..]));
    regions.draw(&mut figure, &grid);
    add_points(&mut figure, examples, &classes);
    for (axis, [low, high]) in ["xaxis", "yaxis"].into_iter().zip(grid.spans) {
        figure.set(&format!("/{axis}/range"), json!([low, high]));
        figure.set(&format!("/{axis}/showgrid"), false);
        figure.set(&format!("/{axis}/zeroline"), false);
    }
    if let Some(target) = classes.target {
        figure.set("/legend/title/text", target);
    }
    let (total, pairs) = (classes.actual.len(), classes.actual.iter().zip(&decided[SIDE * SIDE..]));
    let share = 100.0 * pairs.filter(|(actual, decided)| actual == decided).count() as f64 / total as f64;
    figure = figure.size(800, 560).caption(format!("{share:.1} % of {total} examples lie on their class' side"));
    if total > MOST_POINTS {
        figure.remark(format!("{MOST_POINTS} drawn"));
    }
    Ok(figure)
}

/// The points at which the classifier is asked: 200 × 200 over the spans of both features, row by row from below.
struct Grid {
    spans: [[f64; 2]; 2],
}

impl Grid {
    /// A place on the grid in the unit of a feature.
    fn value(&self, axis: usize, step: f64) -> f64 {
        let [low, high] = self.spans[axis];
        low + (high - low) * step / (SIDE - 1) as f64
    }

    fn points(&self) -> Array2<f64> {
        Array2::from_shape_fn((SIDE * SIDE, 2), |(point, axis)| {
            let step = if axis == 0 { point % SIDE } else { point / SIDE };
            self.value(axis, step as f64)
        })
    }

    /// Lines on the grid as both coordinates of one series, with gaps between them.
    fn series(&self, lines: &[Vec<Place>], tolerance: f64) -> (Vec<f64>, Vec<f64>) {
        let exact =
            |axis: usize, step: f64| rounded(self.value(axis, step), self.value(axis, 0.02) - self.value(axis, 0.0));
        let gap = (f64::NAN, f64::NAN);
        let places = lines.iter().flat_map(|line| {
            let places = simplified(line, tolerance).into_iter().map(|(x, y)| (exact(0, x), exact(1, y)));
            places.chain([gap])
        });
        places.unzip()
    }
}

/// Which class has which part of the grid.
struct Regions {
    /// By how much each class is ahead at each point: positive in its own region.
    margins: Array2<f64>,
    /// Steps of shading.
    steps: usize,
    /// How far a drawn line may be from the computed one, in steps of the grid.
    tolerance: f64,
}

impl Regions {
    /// Draws each region, from unsure to sure, and the borders between them.
    fn draw(&self, figure: &mut Figure, grid: &Grid) {
        let classes = self.margins.ncols();
        let mut borders = Vec::new();
        for class in 0..classes {
            let margin =
                Array2::from_shape_fn((SIDE, SIDE), |(row, column)| self.margins[[row * SIDE + column, class]]);
            for step in 0..self.steps {
                let region = outlines(&margin, step as f64 / self.steps as f64);
                // A border is the end of both its regions; without the last class each still stands once.
                if step == 0 && class + 1 < classes {
                    borders.extend(region.iter().flat_map(|outline| inner_pieces(outline, (SIDE, SIDE))));
                }
                if region.is_empty() {
                    break;
                }
                let opacity = match (step, self.steps) {
                    (_, 1) => CLASSES_ALONE,
                    (0, _) => UNSURE,
                    _ => STEP * (STEPS / self.steps) as f64,
                };
                let (xs, ys) = grid.series(&region, self.tolerance);
                figure.add(json!({
                    "type": "scatter", "mode": "lines", "x": xs, "y": ys, "fill": "toself", "line": {"width": 0},
                    "fillcolor": color::faded(style::color(class), opacity), "hoverinfo": "skip", "showlegend": false,
                }));
            }
        }
        let (xs, ys) = grid.series(&borders, self.tolerance);
        figure.add(json!({
            "type": "scatter", "mode": "lines", "name": "boundary", "x": xs, "y": ys, "hoverinfo": "skip",
            "line": {"color": style::INK, "width": 2}, "showlegend": false,
        }));
    }
}

/// By how much each class is more probable than the best of the others.
fn margins(mut probabilities: Array2<f64>) -> Array2<f64> {
    for mut row in probabilities.rows_mut() {
        let first = greatest(&row);
        let others = row.iter().enumerate().filter(|(at, _)| *at != first);
        let (most, second) = (row[first], others.map(|(_, value)| *value).fold(0.0, f64::max));
        row.indexed_iter_mut().for_each(|(at, value)| *value -= if at == first { second } else { most });
    }
    probabilities
}

/// The data's span with some room around it; a constant feature gets one unit, or more where its numbers are so large that
/// one unit is lost in their digits.
pub(super) fn span(values: ArrayView1<'_, f64>) -> [f64; 2] {
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    let room = if high > low { MARGIN * (high - low) } else { (1e-9 * low.abs()).max(0.5) };
    [low - room, high + room]
}

/// The examples, each class a series.
pub(super) fn add_points(figure: &mut Figure, examples: &impl Examples, classes: &Classes) {
    let inputs = examples.inputs();
    let rows = downsample::sample(inputs.nrows(), MOST_POINTS);
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
