//! "Why does this work?": the cost over the weight, and its tangent stepping down with the descent.
//!
//! At each step the tangent's slope is dJ/dw: it is negative left of the minimum and positive right of it, so that
//! w ← w − α·dJ/dw moves toward the minimum from both sides, in steps that shrink as the slope does.

use serde_json::{Value, json};

use super::figure::Figure;
use super::squared_error_cost::{QuadraticCost, spaced};
use super::step_player::add_player;
use super::style;
use super::surface::{Landscape, early_positions, path};
use crate::data::{Examples, short};
use crate::error::Result;
use crate::linear::{History, SquaredError};

/// More steps than this nobody plays through.
const MOST_STEPS: usize = 40;
/// Points of the parabola.
const CURVE: usize = 81;

/// J over w at the fixed intercept `b`, with the tangent at each of these weights: step through with the slider.
///
/// # Errors
/// Examples of several features or targets, or with missing values.
pub fn cost_tangent(examples: &impl Examples, cost: SquaredError, weights: &[f64], b: f64) -> Result<Figure> {
    let land = Landscape::of(examples, cost.name(), None)?;
    let picks = early_positions(weights.len(), MOST_STEPS);
    let path: Vec<(usize, f64, f64)> = picks.into_iter().map(|step| (step, weights[step], b)).collect();
    Ok(tangent(&land, &path).caption(format!("at b = {}", short(b))))
}

impl History {
    /// J over w with its tangent at each step of the descent, with a slider and a play button.
    ///
    /// Where the descent moves the intercept too, each step shows J over w at that step's b: the parabola moves along.
    ///
    /// # Errors
    /// Examples of several features or targets, or with missing values.
    pub fn tangent_plot(&self, examples: &impl Examples) -> Result<Figure> {
        let land = Landscape::of(examples, self.cost_name(), None)?;
        Ok(tangent(&land, &path(self, MOST_STEPS)?).caption(style::escape(self.label())))
    }
}

fn tangent(land: &Landscape, path: &[(usize, f64, f64)]) -> Figure {
    let quadratic = &land.quadratic;
    let start = path.first().map_or((quadratic.w, quadratic.b), |(_, w, b)| (*w, *b));
    let path = if path.is_empty() { &[(0, start.0, start.1)][..] } else { path };

    // Room for every weight and for the parabola's whole bottom, with the minimum a little off the edge.
    let ends = path.iter().flat_map(|(_, w, b)| [*w, quadratic.lowest_w(*b)]).filter(|w| w.is_finite());
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), w| (low.min(w), high.max(w)));
    let spread = if high > low { high - low } else { quadratic.window(&[])[0][1] - quadratic.w };
    let range = [low - 0.6 * spread, high + 0.2 * spread];
    let ws = spaced(range, CURVE);
    let top = path.iter().map(|(_, w, b)| quadratic.at(*w, *b)).fold(quadratic.lowest, f64::max);
    let top = if top > 0.0 { top } else { 1.0 };
    let height = [-0.08 * top, 1.15 * top];
    let moving = path.iter().any(|(_, _, b)| *b != path[0].2);

    let mut figure = Figure::new("Cost and its tangent").x(land.w_name.clone()).y(format!("J(w): {}", land.cost_name));
    let traces = |index: usize| frame(quadratic, &ws, path, index, spread);
    for trace in traces(0) {
        figure.add(trace);
    }
    figure.frames = (0..path.len())
        .map(|index| {
            let [curve, line, point] = traces(index);
            let (data, which) =
                if moving { (vec![curve, line, point], vec![0, 1, 2]) } else { (vec![line, point], vec![1, 2]) };
            // A frame holds only what changes.
            let data: Vec<Value> = data
                .into_iter()
                .map(|trace| json!({"x": trace["x"], "y": trace["y"], "name": trace["name"], "text": trace["text"]}))
                .collect();
            json!({"name": index.to_string(), "data": data, "traces": which})
        })
        .collect();
    figure.set("/xaxis/range", json!(range));
    figure.set("/yaxis/range", json!(height));
    let labels: Vec<String> = path.iter().map(|(step, ..)| step.to_string()).collect();
    add_player(&mut figure, &labels, 0);
    figure
}

/// Parabola, tangent and point at one step.
fn frame(quadratic: &QuadraticCost, ws: &[f64], path: &[(usize, f64, f64)], index: usize, spread: f64) -> [Value; 3] {
    let (_, w, b) = path[index];
    let (cost, slope) = (quadratic.at(w, b), quadratic.slope(w, b));
    let curve: Vec<f64> = ws.iter().map(|w| quadratic.at(*w, b)).collect();
    let reach = 0.55 * spread;
    let ends = [w - reach, w + reach];
    [
        json!({
            "type": "scatter", "mode": "lines", "name": format!("J(w) at b = {}", short(b)), "x": ws, "y": curve,
            "line": {"color": style::color(0), "width": 2.5}, "hovertemplate": "w = %{x}<br>J = %{y}<extra></extra>",
        }),
        json!({
            "type": "scatter", "mode": "lines", "name": format!("slope dJ/dw = {}", four_decimals(slope)), "x": ends,
            "y": ends.map(|at| cost + slope * (at - w)), "hoverinfo": "skip",
            "line": {"color": style::color(1), "width": 2.5},
        }),
        json!({
            "type": "scatter", "mode": "markers", "name": format!("w = {}, J = {}", four_decimals(w), four_decimals(cost)),
            "x": [w], "y": [cost], "marker": {"color": style::color(1), "size": 13},
            "hovertemplate": "w = %{x}<br>J = %{y}<extra></extra>",
        }),
    ]
}

/// A number for a legend: four decimals at most.
fn four_decimals(value: f64) -> String {
    if value.abs() >= 1e-3 && value.abs() < 1e6 { short((value * 1e4).round() / 1e4) } else { short(value) }
}
