//! A figure under a cell, in a format for every viewer: JupyterLab's own plotly, pages with scripts, plain text.

use super::bundle::Bundle;
use super::in_cell::{InCell, show_without_prelude};
use crate::plot::Figure;

impl InCell for Figure {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.description())
            .html(self.to_cell_html())
            .format("application/vnd.plotly.v1+json", self.to_json())
    }
}

/// A figure of the `plotly` crate. As a cell's last expression it shows itself in its own way.
impl InCell for plotly::Plot {
    fn in_cell(&self) -> Bundle {
        Figure::from_plotly(self).in_cell()
    }
}

show_without_prelude!(Figure);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_one_bundle_of_three_formats() {
        let bundle = Figure::new("Cost").line("a", [1, 2], [3, 4]).y("J").in_cell();
        assert_eq!(bundle.plain(), "Figure: Cost · y: J");
        let json = bundle.get("application/vnd.plotly.v1+json").unwrap_or_default();
        let value: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
        assert_eq!(value["data"][0]["y"], serde_json::json!([3, 4]));
        assert!(bundle.get("text/html").is_some_and(|html| html.contains("window.Plotly")));
        // The kernel reads lines: one line keeps the JSON whole.
        assert_eq!(json.lines().count(), 1);
    }
}
