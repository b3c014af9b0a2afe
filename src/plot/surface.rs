//! The cost as a surface over weight and intercept, with the descent rolling down it.

use serde_json::{Value, json};

use super::figure::Figure;
use super::one_feature::one_feature;
use super::squared_error_cost::{QuadraticCost, spaced};
use super::style;
use crate::data::{Examples, short};
use crate::error::{Error, Result};
use crate::linear::{History, SquaredError};

/// The grid's fineness: a smooth surface, and few enough numbers for a notebook.
const GRID: usize = 36;
/// Points of a path; the first are kept one by one, as they are the farthest apart.
const MOST_PATH: usize = 150;

/// The squared-error cost over (w, b) of one-feature examples, as a surface.
///
/// # Errors
/// Examples of several features or targets, or with missing values.
pub fn cost_surface(examples: &impl Examples, cost: SquaredError) -> Result<Figure> {
    surface(&Landscape::of(examples, cost.name(), None)?)
}

impl History {
    /// The cost over (w, b) as a surface, with the descent's path on it.
    ///
    /// # Errors
    /// Examples of several features or targets, or with missing values.
    pub fn cost_surface(&self, examples: &impl Examples) -> Result<Figure> {
        surface(&Landscape::of(examples, self.cost_name(), Some(self))?)
    }
}

/// What surface, contour and tangent are drawn from: the quadratic, its names, and the path through it.
pub(crate) struct Landscape {
    pub quadratic: QuadraticCost,
    pub cost_name: String,
    pub w_name: String,
    pub label: String,
    /// (step, w, b), thinned.
    pub path: Vec<(usize, f64, f64)>,
}

impl Landscape {
    pub(crate) fn of(examples: &impl Examples, cost_name: &str, history: Option<&History>) -> Result<Self> {
        let pair = one_feature(examples, "the cost over w and b", "`select` one; more do not fit into a picture")?;
        let half = cost_name != SquaredError::Mean.name();
        let quadratic = QuadraticCost::of(pair.x, pair.y, half)?;
        let path = history.map(|history| path(history, MOST_PATH)).transpose()?.unwrap_or_default();
        Ok(Landscape {
            quadratic,
            cost_name: cost_name.into(),
            w_name: format!(
                "w (weight of {})",
                style::plain(&pair.x_label).split(" (").next().map(style::escape).unwrap_or_default()
            ),
            label: history.map(|history| style::escape(history.label())).unwrap_or_default(),
            path,
        })
    }

    /// The path as (w, b).
    pub(crate) fn points(&self) -> Vec<(f64, f64)> {
        self.path.iter().map(|(_, w, b)| (*w, *b)).collect()
    }

    /// The lowest point in words.
    pub(crate) fn minimum(&self) -> String {
        let QuadraticCost { w, b, lowest, .. } = self.quadratic;
        format!("minimum J = {} at w = {}, b = {}", short(lowest), short(w), short(b))
    }
}

/// Weight and intercept along a descent of one feature; without an intercept, b is 0.
pub(crate) fn path(history: &History, most: usize) -> Result<Vec<(usize, f64, f64)>> {
    let parameters = history.parameters();
    if !(1..=2).contains(&parameters.ncols()) {
        let found = format!("{} parameters: {}", parameters.ncols(), history.parameter_names().join(", "));
        return Err(Error::Shape {
            what: "the path of the descent".into(),
            expected: "one weight and one intercept".into(),
            found,
        });
    }
    Ok(early_positions(parameters.nrows(), most)
        .into_iter()
        .map(|record| {
            let b = if parameters.ncols() == 2 { parameters[[record, 1]] } else { 0.0 };
            (history.steps().get(record).copied().unwrap_or(record), parameters[[record, 0]], b)
        })
        .collect())
}

/// At most `most` of `total` positions: every early one, then ever fewer, and the last.
pub(crate) fn early_positions(total: usize, most: usize) -> Vec<usize> {
    if total <= most || most < 2 {
        return (0..total.min(most)).collect();
    }
    // Half of them one by one, the others spread geometrically over the rest.
    let each = most / 2;
    let rest = most - each;
    let growth = ((total - 1) as f64 / each as f64).powf(1.0 / rest as f64);
    let mut picks: Vec<usize> = (0..each).collect();
    picks.extend((1..=rest).map(|power| ((each as f64 * growth.powi(power as i32)).round() as usize).min(total - 1)));
    picks.dedup();
    picks
}

fn surface(land: &Landscape) -> Result<Figure> {
    let [w_range, b_range] = land.quadratic.window(&land.points());
    let (ws, bs) = (spaced(w_range, GRID), spaced(b_range, GRID));
    let heights: Vec<Vec<f64>> = bs.iter().map(|b| ws.iter().map(|w| land.quadratic.at(*w, *b)).collect()).collect();
    let top = heights.iter().flatten().copied().fold(0.0, f64::max);

    let mut figure = Figure::space("Cost surface").size(800, 620).caption(land.minimum());
    let line = json!({"show": true, "color": "rgba(255,255,255,0.35)", "width": 1, "highlight": false});
    figure.add(json!({
        "type": "surface", "name": "J(w, b)", "x": ws, "y": bs, "z": heights,
        "colorscale": style::sequential_scale(), "showlegend": false,
        "colorbar": with(style::color_bar(&land.cost_name), json!({"len": 0.7, "x": 1.0})),
        "contours": {"x": line, "y": line},
        "lighting": {"ambient": 0.85, "diffuse": 0.3, "specular": 0.05},
        "hovertemplate": "w = %{x}<br>b = %{y}<br>J = %{z}<extra></extra>",
    }));
    if !land.path.is_empty() {
        // Lifted by a hair, so that the surface does not swallow it.
        let lift = 0.006 * (top - land.quadratic.lowest);
        let points = |value: fn(&(usize, f64, f64)) -> f64| land.path.iter().map(value).collect::<Vec<_>>();
        let heights: Vec<f64> = land.path.iter().map(|(_, w, b)| land.quadratic.at(*w, *b) + lift).collect();
        let steps: Vec<usize> = land.path.iter().map(|(step, ..)| *step).collect();
        figure.add(json!({
            "type": "scatter3d", "mode": "lines+markers", "name": land.label, "showlegend": false,
            "x": points(|point| point.1), "y": points(|point| point.2), "z": heights, "customdata": steps,
            "line": {"color": style::PALETTE[1], "width": 6}, "marker": {"color": style::PALETTE[1], "size": if land.path.len() > 40 { 2.5 } else { 4.0 }},
            "hovertemplate": "step %{customdata}<br>w = %{x}<br>b = %{y}<br>J = %{z}<extra></extra>",
        }));
        figure = figure.caption(format!("{} · {}", land.label, land.minimum()));
    }
    figure.add(json!({
        "type": "scatter3d", "mode": "markers", "name": "minimum", "showlegend": false,
        "x": [land.quadratic.w], "y": [land.quadratic.b], "z": [land.quadratic.lowest + 0.01 * (top - land.quadratic.lowest)],
        "marker": {"color": style::PALETTE[3], "size": 6, "symbol": "diamond"},
        "hovertemplate": "minimum<br>w = %{x}<br>b = %{y}<br>J = %{z}<extra></extra>",
    }));
    figure.set(
        "/scene",
        json!({
            "xaxis": style::space_axis(&land.w_name),
            "yaxis": style::space_axis("b (intercept)"),
            "zaxis": style::space_axis("J(w, b)"),
            "aspectmode": "manual", "aspectratio": {"x": 1.15, "y": 1.15, "z": 0.85},
            "camera": {"eye": {"x": 0.85, "y": -1.8, "z": 1.05}, "center": {"x": 0, "y": 0, "z": -0.15}},
        }),
    );
    figure.set("/margin", json!({"l": 10, "r": 10, "b": 20}));
    Ok(figure)
}

/// One object laid over another.
pub(crate) fn with(mut under: Value, over: Value) -> Value {
    if let (Value::Object(under), Value::Object(over)) = (&mut under, over) {
        under.extend(over);
    }
    under
}
