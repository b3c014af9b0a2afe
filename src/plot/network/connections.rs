//! The connections of a drawn network, colored by the sign of their weights and as thick as these are large.

use serde_json::{Value, json};

use super::NetworkDrawing;
use super::unit_layout::{RADIUS, UnitLayout};
use crate::data::short;
use crate::plot::style;

/// Widths of connections, from the smallest weights to the largest.
const WIDTHS: [f64; 6] = [0.4, 1.0, 1.8, 2.8, 4.0, 5.2];

impl NetworkDrawing {
    pub(super) fn largest_weight(&self) -> f64 {
        let all = self.weights.iter().flat_map(|(matrix, biases)| matrix.iter().chain(biases));
        all.map(|weight| weight.abs()).fold(0.0, f64::max)
    }

    /// All connections: in one style without weights, else a trace for each sign and width and one that shows the weight under the mouse.
    pub(super) fn connections(&self, layout: &UnitLayout) -> Vec<Value> {
        let largest = self.largest_weight();
        let classes = 2 * WIDTHS.len();
        let mut lines: Vec<[Vec<Option<f64>>; 2]> = vec![Default::default(); classes];
        let mut hints: (Vec<f64>, Vec<f64>, Vec<String>) = Default::default();
        for (at, pair) in self.layers.windows(2).enumerate() {
            let (before, layer) = (&pair[0], &pair[1]);
            let weights = self.weights.get(at);
            for from in layout.columns[at].sources(layer.bias) {
                for to in layout.columns[at + 1].units() {
                    let weight = weights.map(|(matrix, biases)| match from.unit {
                        Some(unit) => matrix[[unit, to.1]],
                        None => biases[to.1],
                    });
                    let start = [layout.columns[at].x, from.y];
                    let end = [layout.columns[at + 1].x, to.0];
                    let class = weight.map_or(1, |weight| line_class(weight, largest));
                    let [xs, ys] = &mut lines[class];
                    let [start, end] = clip(start, end, from.radius);
                    xs.extend([Some(start[0]), Some(end[0]), None]);
                    ys.extend([Some(start[1]), Some(end[1]), None]);
                    if let Some(weight) = weight {
                        // Off the middle, where many lines cross.
                        hints.0.push(start[0] + 0.38 * (end[0] - start[0]));
                        hints.1.push(start[1] + 0.38 * (end[1] - start[1]));
                        let source = from.unit.map_or("bias".into(), |unit| format!("{} {}", before.name, unit + 1));
                        let text = format!("{source} → {} {}: {}", layer.name, to.1 + 1, short(weight));
                        hints.2.push(style::escape(&text).replace('-', "−"));
                    }
                }
            }
        }
        let colored = !self.weights.is_empty();
        let mut traces: Vec<Value> = lines
            .into_iter()
            .enumerate()
            .filter(|(_, [xs, _])| !xs.is_empty())
            .map(|(class, [xs, ys])| {
                let color = if colored { style::PALETTE[class / WIDTHS.len()] } else { style::REFERENCE };
                json!({
                    "type": "scatter", "mode": "lines", "x": xs, "y": ys, "hoverinfo": "skip",
                    "line": {"color": color, "width": WIDTHS[class % WIDTHS.len()]}, "opacity": 0.8,
                })
            })
            .collect();
        if colored {
            let (xs, ys, texts) = hints;
            traces.push(json!({
                "type": "scatter", "mode": "markers", "name": "weights", "x": xs, "y": ys,
                "marker": {"size": 10, "color": style::INK, "opacity": 0}, "hovertext": texts, "hoverinfo": "text",
            }));
        }
        traces
    }
}

/// The trace of a weight: by its sign and its size relative to the largest.
pub(super) fn line_class(weight: f64, largest: f64) -> usize {
    let share = if largest > 0.0 { weight.abs() / largest } else { 0.0 };
    let width = ((share * WIDTHS.len() as f64) as usize).min(WIDTHS.len() - 1);
    if weight < 0.0 { WIDTHS.len() + width } else { width }
}

/// The part of a line between two circles' middles that lies outside of both.
fn clip(start: [f64; 2], end: [f64; 2], radius: f64) -> [[f64; 2]; 2] {
    let (dx, dy) = (end[0] - start[0], end[1] - start[1]);
    let length = dx.hypot(dy).max(1.0);
    let along = |from: [f64; 2], by: f64| [from[0] + dx / length * by, from[1] + dy / length * by];
    [along(start, radius), along(end, -RADIUS)]
}
