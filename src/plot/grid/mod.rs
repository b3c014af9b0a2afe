//! Several figures in one: a cell shows one output, so figures side by side are one figure with several panels.
//!
//! Each figure's axes, legends, color bars, notes and frames get numbers of their own and move into their panel's
//! rectangle. A grid is a figure like any other: it can be saved, and be a panel of another grid.

mod heading;
mod numbering;
mod panel;

use serde_json::json;

use self::heading::Heading;
use self::panel::{Counts, Place, add_panel};
use super::figure::Figure;
use super::style;

/// Room between panels for the axes' numbers and titles, in pixels.
const GAP_X: f64 = 88.0;
const GAP_Y: f64 = 62.0;
/// Room for a panel's color bar.
const COLOR_BAR: f64 = 78.0;
const MARGIN_X: f64 = 75.0 + 25.0;
const MARGIN_BOTTOM: f64 = 65.0;
/// Room for sliders and buttons below the last row.
const CONTROLS: f64 = 90.0;

impl Figure {
    /// These figures side by side, as one.
    ///
    /// ```
    /// use gradus::plot::Figure;
    /// let cost = Figure::new("Cost").line("batch", [0, 1, 2], [65.75, 43.72, 29.11]);
    /// let weight = Figure::new("Weight").line("w", [0, 1, 2], [5.0, 4.52, 4.12]);
    /// let both = Figure::row([cost, weight]).title("Two steps of descent");
    /// ```
    pub fn row(figures: impl IntoIterator<Item = Figure>) -> Figure {
        let figures: Vec<Figure> = figures.into_iter().collect();
        Figure::grid(figures.len(), figures)
    }

    /// These figures as one, in rows of `columns`; theme and scale are the first one's.
    pub fn grid(columns: usize, figures: impl IntoIterator<Item = Figure>) -> Figure {
        let figures: Vec<Figure> = figures.into_iter().collect();
        let columns = columns.clamp(1, figures.len().max(1));
        let rows = figures.len().div_ceil(columns).max(1);
        let width = [style::WIDTH, 940.0].get(columns - 1).copied().unwrap_or(1080.0);
        let panel_width = ((width - MARGIN_X - GAP_X * (columns - 1) as f64) / columns as f64).max(60.0);
        let panel_height = (panel_width * 0.72).clamp(150.0, 360.0);
        // Every panel has room for the highest heading.
        let headings: Vec<Heading> = figures.iter().map(|figure| Heading::of(figure, panel_width)).collect();
        let head = headings.iter().map(Heading::height).fold(0.0, f64::max);
        let step = panel_height + GAP_Y + head;
        let inner_width = width - MARGIN_X;
        let inner_height = step * rows as f64 - GAP_Y - head;

        let mut grid = Figure::space("");
        if let Some(first) = figures.first() {
            (grid.theme, grid.scale) = (first.theme, first.scale);
        }
        let mut counts = Counts::default();
        for (index, (figure, heading)) in figures.into_iter().zip(&headings).enumerate() {
            let left = (index % columns) as f64 * (panel_width + GAP_X);
            let top = (index / columns) as f64 * step;
            let right = left + panel_width - if heading.color_bar { COLOR_BAR } else { 0.0 };
            let place = Place {
                left: left / inner_width,
                right: right / inner_width,
                top: 1.0 - top / inner_height,
                bottom: 1.0 - (top + panel_height) / inner_height,
                pixel: 1.0 / inner_width,
            };
            counts = add_panel(&mut grid, figure, heading, &place, &counts, columns);
        }
        grid.headroom = head;
        grid.set("/width", width.round());
        let bottom = if grid.layout.contains_key("sliders") { MARGIN_BOTTOM + CONTROLS } else { MARGIN_BOTTOM };
        grid.set("/margin", json!({"l": 75, "r": 25, "b": bottom}));
        grid.set("/height", (inner_height + head + bottom + 60.0).round());
        grid.set("/showlegend", headings.iter().any(|heading| heading.legend) || counts.legends > 0);
        grid
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn pair() -> Value {
        let left = Figure::new("left").line("a", [1, 2], [3, 4]).x("x").y("y").horizontal("h", 3.5);
        let right = Figure::new("right").points("b", [1, 2], [3, 4]).line("c", [1, 2], [3, 4]).log_y();
        Figure::row([left, right]).title("both").to_value()
    }

    #[test]
    fn panels_have_their_own_axes_side_by_side() {
        let value = pair();
        let (layout, data) = (&value["layout"], &value["data"]);
        assert_eq!([&data[0]["xaxis"], &data[1]["xaxis"], &data[2]["yaxis"]], ["x", "x2", "y2"]);
        assert_eq!([&layout["xaxis2"]["anchor"], &layout["yaxis2"]["anchor"]], ["y2", "x2"]);
        let domain = |axis: &str, end: usize| layout[axis]["domain"][end].as_f64().unwrap_or(f64::NAN);
        assert!(domain("xaxis", 0) == 0.0 && domain("xaxis", 1) < domain("xaxis2", 0));
        assert!((domain("xaxis2", 1) - 1.0).abs() < 1e-6);
        assert_eq!((&layout["yaxis"]["type"], &layout["yaxis2"]["type"]), (&Value::Null, &json!("log")));
        assert_eq!(layout["title"]["text"], "both");
        assert_eq!(layout["shapes"][0]["yref"], "y");
        let notes: Vec<_> = layout["annotations"].as_array().into_iter().flatten().map(|note| &note["text"]).collect();
        assert_eq!(notes, ["left", "right"]);
    }

    #[test]
    fn a_panel_with_several_series_has_its_own_legend() {
        let value = pair();
        assert_eq!(value["data"][0]["showlegend"], false);
        assert_eq!((&value["data"][1]["legend"], &value["data"][1]["showlegend"]), (&json!("legend2"), &Value::Null));
        assert!(value["layout"]["legend2"]["x"].as_f64() > Some(0.5));
    }

    #[test]
    fn grids_nest() {
        let one = |name: &str| Figure::new(name).line(name, [1, 2], [3, 4]);
        let inner = Figure::grid(1, [one("a"), one("b")]);
        let value = Figure::row([one("c"), inner]).to_value();
        let ids: Vec<_> = value["data"].as_array().into_iter().flatten().map(|trace| &trace["xaxis"]).collect();
        assert_eq!(ids, ["x", "x2", "x3"]);
        let layout = &value["layout"];
        assert_eq!(layout["xaxis2"]["domain"], layout["xaxis3"]["domain"]);
        assert!(layout["yaxis3"]["domain"][1].as_f64() < layout["yaxis2"]["domain"][0].as_f64());
        assert_eq!([&layout["xaxis3"]["anchor"], &layout["yaxis3"]["anchor"]], ["y3", "x3"]);
    }

    #[test]
    fn frames_and_their_controls_stay_with_their_panel() {
        let mut moving = Figure::new("m").line("a", [1], [1]);
        moving.frames = vec![json!({"name": "0", "data": [{"y": [2]}]}), json!({"name": "1", "data": [{"y": [3]}]})];
        moving.push("sliders", json!({"x": 0, "len": 1, "steps": [{"args": [["1"], {}]}]}));
        moving.push("updatemenus", json!({"buttons": [{"args": [null, {}]}, {"args": [[null], {}]}]}));
        let value = Figure::row([Figure::new("f").line("b", [1], [1]), moving]).to_value();
        assert_eq!(value["frames"][1]["name"], "2/1");
        assert_eq!(value["frames"][1]["traces"], json!([1]));
        assert_eq!(value["layout"]["sliders"][0]["steps"][0]["args"][0], json!(["2/1"]));
        assert_eq!(value["layout"]["updatemenus"][0]["buttons"][0]["args"][0], json!(["2/0", "2/1"]));
        assert_eq!(value["layout"]["updatemenus"][0]["buttons"][1]["args"][0], json!([null]));
    }

    #[test]
    fn no_figures_make_an_empty_one() {
        assert_eq!(Figure::row([]).to_value()["data"], json!([]));
        assert_eq!(Figure::grid(0, [Figure::new("a").line("a", [1], [1])]).to_value()["data"][0]["xaxis"], "x");
    }
}
