//! Several figures in one: a cell shows one bundle, so side by side means one figure with several panels.
//!
//! Each figure's axes, legends, colour bars, notes and frames get numbers of their own and move into their panel's
//! rectangle. A grid is a figure like any other: it can be saved, and be a panel of another grid.

use serde_json::{Value, json};

use super::figure::{Figure, put};
use super::style;

/// Room between panels for the axes' numbers and titles, in pixels.
const GAP_X: f64 = 88.0;
const GAP_Y: f64 = 62.0;
/// Room for a panel's colour bar.
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
        let heads: Vec<Head> = figures.iter().map(|figure| Head::of(figure, panel_width)).collect();
        let head = heads.iter().map(Head::height).fold(0.0, f64::max);
        let step = panel_height + GAP_Y + head;
        let inner_width = width - MARGIN_X;
        let inner_height = step * rows as f64 - GAP_Y - head;

        let mut grid = Figure::space("");
        if let Some(first) = figures.first() {
            (grid.theme, grid.scale) = (first.theme, first.scale);
        }
        let mut count = Count::default();
        for (index, (figure, head)) in figures.into_iter().zip(&heads).enumerate() {
            let left = (index % columns) as f64 * (panel_width + GAP_X);
            let top = (index / columns) as f64 * step;
            let right = left + panel_width - if head.color_bar { COLOR_BAR } else { 0.0 };
            let place = Place {
                left: left / inner_width,
                right: right / inner_width,
                top: 1.0 - top / inner_height,
                bottom: 1.0 - (top + panel_height) / inner_height,
                pixel: 1.0 / inner_width,
            };
            count = take(&mut grid, figure, head, &place, &count, columns);
        }
        grid.headroom = head;
        grid.set("/width", width.round());
        let bottom = if grid.layout.contains_key("sliders") { MARGIN_BOTTOM + CONTROLS } else { MARGIN_BOTTOM };
        grid.set("/margin", json!({"l": 75, "r": 25, "b": bottom}));
        grid.set("/height", (inner_height + head + bottom + 60.0).round());
        grid.set("/showlegend", heads.iter().any(|head| head.legend) || count.legends > 0);
        grid
    }
}

/// What stands above a panel.
struct Head {
    title: String,
    lines: Vec<String>,
    legend: bool,
    color_bar: bool,
}

impl Head {
    fn of(figure: &Figure, width: f64) -> Self {
        let has_bar = |trace: &Value| {
            matches!(trace["type"].as_str(), Some("heatmap" | "contour" | "surface")) && trace["showscale"] != false
        };
        let single = !figure.has_panels();
        Head {
            title: figure.title_text().to_string(),
            lines: style::wrap(&figure.full_caption(), (width / 6.4) as usize),
            legend: single && figure.get("/showlegend") != Some(&Value::Bool(false)) && figure.needs_legend(),
            color_bar: single && figure.traces.iter().any(has_bar),
        }
    }

    fn height(&self) -> f64 {
        let title = if self.title.is_empty() { 8.0 } else { 30.0 };
        title + 16.0 * self.lines.len() as f64 + if self.legend { 28.0 } else { 0.0 }
    }

    /// Title and caption as one note above the panel.
    fn note(&self, place: &Place) -> Option<Value> {
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

/// A panel's rectangle, in shares of the grid's inside; the bottom is 0.
struct Place {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    /// A pixel as such a share.
    pixel: f64,
}

impl Place {
    fn x(&self, share: f64) -> f64 {
        self.left + share * (self.right - self.left)
    }

    fn y(&self, share: f64) -> f64 {
        self.bottom + share * (self.top - self.bottom)
    }
}

/// How many of each numbered thing the grid has so far.
#[derive(Clone, Copy, Default)]
struct Count {
    axes: usize,
    scenes: usize,
    legends: usize,
    panels: usize,
}

/// Moves a figure into its place, and tells the new counts.
fn take(grid: &mut Figure, figure: Figure, head: &Head, place: &Place, before: &Count, columns: usize) -> Count {
    let mut after = Count { panels: before.panels + 1, ..*before };
    let first_trace = grid.traces.len();
    let length = figure.traces.len();

    for mut trace in figure.traces.iter().cloned() {
        let flat = !matches!(trace["type"].as_str(), Some("surface" | "scatter3d" | "mesh3d" | "pie" | "splom"));
        if let Some("surface" | "scatter3d" | "mesh3d") = trace["type"].as_str() {
            shift(&mut trace["scene"], "scene", before.scenes);
        }
        for axis in ["x", "y"] {
            let key = format!("{axis}axis");
            if flat {
                shift(&mut trace[&key], axis, before.axes);
            }
            if let Some(Value::Array(ids)) = trace.get_mut(format!("{axis}axes")) {
                ids.iter_mut().for_each(|id| shift(id, axis, before.axes));
            }
        }
        if matches!(trace["type"].as_str(), Some("heatmap" | "contour" | "surface")) {
            let bar = &mut trace["colorbar"];
            if !bar.is_object() {
                *bar = json!({});
            }
            bar["x"] = json!(place.x(bar["x"].as_f64().unwrap_or(1.02)));
            bar["y"] = json!(place.y(bar["y"].as_f64().unwrap_or(0.5)));
            bar["len"] = json!(bar["len"].as_f64().unwrap_or(1.0) * (place.top - place.bottom));
        }
        if trace["type"] == "pie" {
            trace["domain"] = json!({"x": [place.left, place.right], "y": [place.bottom, place.top]});
        }
        shift(&mut trace["legend"], "legend", before.legends);
        grid.traces.push(trace);
    }

    let (title_size, tick_size) = if columns > 2 { (13, 11) } else { (14, 12) };
    let single = !figure.has_panels();
    for (key, mut value) in figure.layout {
        let (word, number) = split(&key);
        if matches!(word, "xaxis" | "yaxis" | "scene" | "legend") && !value.is_object() {
            continue;
        }
        match word {
            "xaxis" | "yaxis" => {
                let (own, other) = if word == "xaxis" { ("x", "y") } else { ("y", "x") };
                let id = number + before.axes;
                after.axes = after.axes.max(id);
                match value.get("anchor").and_then(Value::as_str) {
                    None => value["anchor"] = json!(numbered(other, id)),
                    Some("free") => {}
                    Some(_) => shift(&mut value["anchor"], other, before.axes),
                }
                for link in ["matches", "overlaying", "scaleanchor"] {
                    // These may name an axis of either kind.
                    if let Some(target) = value.get(link).and_then(Value::as_str).map(str::to_string) {
                        let kind = if target.starts_with('x') { "x" } else { "y" };
                        shift(&mut value[link], kind, before.axes);
                    }
                }
                let domain = [value["domain"][0].as_f64().unwrap_or(0.0), value["domain"][1].as_f64().unwrap_or(1.0)];
                value["domain"] = match own {
                    "x" => json!(domain.map(|share| place.x(share))),
                    _ => json!(domain.map(|share| place.y(share))),
                };
                if single {
                    if let Some(text) = value["title"].as_str().map(str::to_string) {
                        value["title"] = json!({"text": text});
                    }
                    put(&mut value, "title/font/size", title_size);
                    put(&mut value, "title/standoff", 6);
                    put(&mut value, "tickfont/size", tick_size);
                }
                grid.layout.insert(numbered(word, id), value);
            }
            "scene" => {
                let id = number + before.scenes;
                after.scenes = after.scenes.max(id);
                let domain = value["domain"].take();
                let share = |axis: &str, end: usize| domain[axis][end].as_f64().unwrap_or(end as f64);
                value["domain"] = json!({
                    "x": [place.x(share("x", 0)), place.x(share("x", 1))],
                    "y": [place.y(share("y", 0)), place.y(share("y", 1))],
                });
                for axis in ["xaxis", "yaxis", "zaxis"] {
                    put(&mut value, &format!("{axis}/title/font/size"), 12);
                    put(&mut value, &format!("{axis}/tickfont/size"), 10);
                }
                // Small panels cut what stands close to their edge.
                for axis in ["x", "y", "z"] {
                    if let Some(eye) = value["camera"]["eye"][axis].as_f64() {
                        value["camera"]["eye"][axis] = json!(eye * 1.3);
                    }
                }
                grid.layout.insert(numbered("scene", id), value);
            }
            "legend" => {
                let id = number + before.legends;
                after.legends = after.legends.max(id);
                if single {
                    value["orientation"] = "h".into();
                    put(&mut value, "font/size", 12);
                    (value["x"], value["y"]) = (json!(place.left), json!(place.top));
                    (value["xanchor"], value["yanchor"]) = ("left".into(), "bottom".into());
                } else {
                    value["x"] = json!(place.x(value["x"].as_f64().unwrap_or(1.0)));
                    value["y"] = json!(place.y(value["y"].as_f64().unwrap_or(1.0)));
                }
                grid.layout.insert(numbered("legend", id), value);
            }
            "annotations" | "shapes" => {
                for item in value.as_array().into_iter().flatten().filter(|item| item.is_object()) {
                    grid.push(word, moved(item.clone(), place, before));
                }
            }
            "sliders" | "updatemenus" => {
                for item in value.as_array().into_iter().flatten().filter(|item| item.is_object()) {
                    let mut item = item.clone();
                    item["x"] = json!(place.x(item["x"].as_f64().unwrap_or(0.0)));
                    item["y"] = json!(place.y(item["y"].as_f64().unwrap_or(0.0)));
                    if word == "sliders" {
                        // Beside the buttons, whose size does not shrink with the panel.
                        let start = place.left + 100.0 * place.pixel;
                        (item["x"], item["len"]) = (json!(start), json!((place.right - start).max(place.pixel)));
                    }
                    rename_frames(&mut item, &figure.frames, after.panels);
                    grid.push(word, item);
                }
            }
            // The grid has its own size and title; what concerns all panels is taken from the first that says it.
            "width" | "height" | "title" | "margin" | "showlegend" => {}
            _ => {
                grid.layout.entry(key).or_insert(value);
            }
        }
    }
    if let Some(note) = head.note(place) {
        grid.push("annotations", note);
    }
    if single && !head.legend {
        // A legend for one series would only repeat the panel's title.
        for trace in &mut grid.traces[first_trace..] {
            trace["showlegend"] = false.into();
        }
    }
    for mut frame in figure.frames {
        let traces: Vec<usize> = match frame["traces"].as_array() {
            Some(list) => list.iter().filter_map(Value::as_u64).map(|index| index as usize + first_trace).collect(),
            None => (first_trace..first_trace + length).collect(),
        };
        frame["traces"] = json!(traces);
        frame["name"] = json!(frame_name(frame["name"].as_str().unwrap_or_default(), after.panels));
        grid.frames.push(frame);
    }
    after
}

/// A note or a shape whose coordinates are shares of the whole, or values of an axis.
fn moved(mut item: Value, place: &Place, before: &Count) -> Value {
    for axis in ["x", "y"] {
        let reference = format!("{axis}ref");
        if item[&reference] == "paper" {
            for key in [axis.to_string(), format!("{axis}0"), format!("{axis}1")] {
                if let Some(share) = item.get(&key).and_then(Value::as_f64) {
                    item[key] = json!(if axis == "x" { place.x(share) } else { place.y(share) });
                }
            }
        } else {
            shift(&mut item[&reference], axis, before.axes);
        }
        if let Some(id) = item.get(format!("a{reference}")).and_then(Value::as_str)
            && id != "pixel"
        {
            shift(&mut item[format!("a{reference}")], axis, before.axes);
        }
    }
    item
}

/// Makes a slider's or a button's arguments name the frames of its own panel.
fn rename_frames(control: &mut Value, frames: &[Value], panel: usize) {
    let list = if control.get("steps").is_some() { "steps" } else { "buttons" };
    let Some(Value::Array(items)) = control.get_mut(list) else { return };
    for item in items {
        let Some(first) = item.get_mut("args").and_then(|arguments| arguments.get_mut(0)) else { continue };
        match first {
            Value::Array(names) => {
                for name in names.iter_mut().filter(|name| name.is_string()) {
                    *name = json!(frame_name(name.as_str().unwrap_or_default(), panel));
                }
            }
            // "All frames" would mean those of every panel.
            all @ Value::Null => {
                let names = frames.iter().filter_map(|frame| frame["name"].as_str());
                *all = names.map(|name| frame_name(name, panel)).collect();
            }
            _ => {}
        }
    }
}

fn frame_name(name: &str, panel: usize) -> String {
    format!("{panel}/{name}")
}

/// `xaxis12` is `xaxis` number 12; without digits it is number 1.
fn split(key: &str) -> (&str, usize) {
    let word = key.trim_end_matches(|letter: char| letter.is_ascii_digit());
    (word, key[word.len()..].parse().unwrap_or(1))
}

/// The first of a kind has no number in its name.
fn numbered(word: &str, number: usize) -> String {
    if number == 1 { word.to_string() } else { format!("{word}{number}") }
}

/// Renumbers a reference such as `x2` or `x2 domain`; an absent one means the first of its kind.
fn shift(id: &mut Value, word: &str, by: usize) {
    let text = id.as_str().unwrap_or(word);
    let (name, suffix) = text.split_once(' ').map_or((text, String::new()), |(name, rest)| (name, format!(" {rest}")));
    let number = split(name).1 + by;
    *id = json!(format!("{}{suffix}", numbered(word, number)));
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn references_are_renumbered() {
        let shifted = |id: Value, word: &str, by: usize| {
            let mut id = id;
            shift(&mut id, word, by);
            id
        };
        assert_eq!(shifted(json!("x2 domain"), "x", 3), "x5 domain");
        assert_eq!(shifted(Value::Null, "y", 1), "y2");
        assert_eq!(shifted(json!("x"), "x", 0), "x");
    }
}
