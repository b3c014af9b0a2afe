//! The cost seen from above: lines of equal cost over weight and intercept, and the descent's path across them.

use serde_json::json;

use super::figure::Figure;
use super::squared_error_cost::spaced;
use super::style;
use super::surface::{Landscape, with};
use crate::data::{Examples, short};
use crate::error::Result;
use crate::linear::{History, SquaredError};

/// Ellipses of equal cost, and points of each: exact and smooth at any zoom, where a grid would be neither.
const LEVELS: usize = 14;
const POINTS: usize = 121;

/// Lines of equal squared-error cost over (w, b) of one-feature examples.
///
/// # Errors
/// Examples of several features or targets, or with missing values.
pub fn cost_contour(examples: &impl Examples, cost: SquaredError) -> Result<Figure> {
    Ok(contour(&Landscape::of(examples, cost.name(), None)?, &[]))
}

/// Several descents over the same landscape: batch and stochastic, small and great learning rates.
///
/// # Errors
/// No history, examples of several features or targets, or with missing values.
pub fn compare_paths<'a>(examples: &impl Examples, histories: impl IntoIterator<Item = &'a History>) -> Result<Figure> {
    let mut landscapes = Vec::new();
    for history in histories {
        landscapes.push(Landscape::of(examples, history.cost_name(), Some(history))?);
    }
    match landscapes.split_first() {
        Some((first, others)) => Ok(contour(first, others)),
        None => cost_contour(examples, SquaredError::default()),
    }
}

impl History {
    /// Lines of equal cost over (w, b), with the path of the descent from its start to its end.
    ///
    /// # Errors
    /// Examples of several features or targets, or with missing values.
    pub fn cost_contour(&self, examples: &impl Examples) -> Result<Figure> {
        compare_paths(examples, [self])
    }
}

fn contour(land: &Landscape, others: &[Landscape]) -> Figure {
    let mut points = land.points();
    points.extend(others.iter().flat_map(Landscape::points));
    let [w_range, b_range] = land.quadratic.window(&points);
    let corners = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(w, b)| land.quadratic.at(w_range[w], b_range[b]));
    // Ellipses of equally spaced costs crowd at the rim. Over the root of the rise they are evenly spaced, and show the
    // shape of the valley down to its bottom; the color bar says the cost itself.
    let top = (corners.into_iter().fold(0.0, f64::max) - land.quadratic.lowest).max(0.0).sqrt();
    let mut figure = Figure::new("Cost, seen from above").x(land.w_name.clone()).y("b (intercept)").size(800, 560);
    let (left, right, low, high) = (w_range[0], w_range[1], b_range[0], b_range[1]);
    let rim = [(left, low), (right, low), (right, high), (left, high)].to_vec();
    let mut fill = |outline: Vec<(f64, f64)>, share: f64, line: f64| {
        let (xs, ys): (Vec<f64>, Vec<f64>) = outline.into_iter().unzip();
        figure.add(json!({
            "type": "scatter", "mode": "lines", "x": xs, "y": ys, "fill": "toself", "hoverinfo": "skip",
            "showlegend": false, "fillcolor": style::sequential(share),
            "line": {"color": "rgba(255,255,255,0.5)", "width": line},
        }));
    };
    // From the rim inwards, each laid over the one before.
    fill(rim, 1.0, 0.0);
    for level in (1..=LEVELS).rev() {
        let share = level as f64 / LEVELS as f64;
        fill(land.quadratic.ellipse((share * top).powi(2), POINTS), share - 0.5 / LEVELS as f64, 0.7);
    }
    let ticks = spaced([0.0, 1.0], 6);
    let labels: Vec<String> =
        ticks.iter().map(|share| three_digits(land.quadratic.lowest + (share * top).powi(2))).collect();
    // For its color bar alone: it lies below the fills, which cover it.
    figure.add(json!({
        "type": "heatmap", "x": [left, right], "y": [low, high], "z": [[0, 1], [0, 1]], "zmin": 0, "zmax": 1, "hoverinfo": "skip",
        "colorscale": style::sequential_scale(),
        "colorbar": with(style::color_bar(&land.cost_name), json!({"tickvals": ticks, "ticktext": labels})),
    }));
    for (index, run) in std::iter::once(land).chain(others).enumerate().filter(|(_, run)| !run.path.is_empty()) {
        let series = figure.take_color();
        // The map is blue and yellow: paths begin with vermillion and a light blue.
        let color = ["#D55E00", "#56B4E9", "#CC79A7", "#009E73", "#E69F00", "#0072B2"][series % 6];
        let (xs, ys): (Vec<f64>, Vec<f64>) = run.points().into_iter().unzip();
        let notes: Vec<String> = run
            .path
            .iter()
            .map(|(step, w, b)| {
                format!(
                    "step {step}<br>w = {}<br>b = {}<br>J = {}",
                    short(*w),
                    short(*b),
                    short(run.quadratic.at(*w, *b))
                )
            })
            .collect();
        // A long path would be a band of markers.
        let (size, width) = if xs.len() > 40 { (4, 1.8) } else { (7, 2.5) };
        let sizes: Vec<usize> = (0..xs.len()).map(|at| if at == 0 { 12 } else { size }).collect();
        figure.add(json!({
            "type": "scatter", "mode": "lines+markers", "name": run.label, "x": xs, "y": ys, "text": notes,
            "line": {"color": color, "width": width},
            "marker": {"color": color, "size": sizes, "opacity": 1, "line": {"width": 0}},
            "hovertemplate": "%{text}<extra></extra>", "zorder": index + 1,
        }));
    }
    figure.add(json!({
        "type": "scatter", "mode": "markers", "name": "minimum", "x": [land.quadratic.w], "y": [land.quadratic.b],
        "marker": {"color": "#FFFFFF", "size": 13, "symbol": "x", "line": {"color": "#000000", "width": 1.5}},
        "hovertemplate": format!("{}<extra></extra>", land.minimum()), "zorder": 50,
    }));
    figure.set("/xaxis/range", json!(w_range));
    figure.set("/yaxis/range", json!(b_range));
    figure.set("/xaxis/showgrid", false);
    figure.set("/yaxis/showgrid", false);
    figure.set("/xaxis/zeroline", false);
    figure.set("/yaxis/zeroline", false);
    // The color bar stands at the right; the legend goes below.
    figure.set("/legend", json!({"orientation": "h", "x": 0, "xanchor": "left", "y": -0.17, "yanchor": "top"}));
    figure.caption(land.minimum())
}

/// A number for a color bar, in three digits.
fn three_digits(value: f64) -> String {
    let digits = 2 - value.abs().max(1e-300).log10().floor() as i32;
    let factor = 10f64.powi(digits);
    if factor.is_finite() { short((value * factor).round() / factor) } else { short(value) }
}
