//! The title, caption and legend above a panel.

use serde_json::{Value, json};

use super::panel::Place;
use crate::plot::figure::Figure;
use crate::plot::style;

/// The title, caption and legend above a panel.
pub(super) struct Heading {
    title: String,
    lines: Vec<String>,
    pub(super) legend: bool,
    pub(super) color_bar: bool,
}

impl Heading {
    pub(super) fn of(figure: &Figure, width: f64) -> Self {
        let has_bar = |trace: &Value| {
            matches!(trace["type"].as_str(), Some("heatmap" | "contour" | "surface")) && trace["showscale"] != false
        };
        let single = !figure.has_panels();
        Heading {
            title: figure.title_text().to_string(),
            lines: style::wrap(&figure.full_caption(), (width / 6.4) as usize),
            legend: single && figure.get("/showlegend") != Some(&Value::Bool(false)) && figure.needs_legend(),
            color_bar: single && figure.traces.iter().any(has_bar),
        }
    }

    pub(super) fn height(&self) -> f64 {
        let title = if self.title.is_empty() { 8.0 } else { 30.0 };
        title + 16.0 * self.lines.len() as f64 + if self.legend { 28.0 } else { 0.0 }
    }

    /// Title and caption as one note above the panel.
    pub(super) fn note(&self, place: &Place) -> Option<Value> {
        let small = self.lines.iter().map(|line| format!("<span style=\"font-size:12px\">{line}</span>"));
        let title = (!self.title.is_empty()).then(|| self.title.clone());
        let text = title.into_iter().chain(small).collect::<Vec<_>>().join("<br>");
        (!text.is_empty()).then(|| {
            json!({
                "text": text, "showarrow": false, "align": "left", "font": {"size": 15},
                "xref": "paper", "x": place.left, "xanchor": "left",
                "yref": "paper", "y": place.top, "yanchor": "bottom",
                "yshift": if self.legend { 30 } else { 4 },
            })
        })
    }
}
