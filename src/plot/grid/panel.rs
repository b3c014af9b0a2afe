//! One panel of a grid: a figure's traces, axes, legends, controls and frames, moved into its rectangle.

use serde_json::{Map, Value, json};

use super::heading::Heading;
use super::numbering::{numbered, renumber, split};
use crate::plot::figure::{Figure, put};

/// A panel's rectangle, in shares of the area inside the grid's margins; the bottom is 0.
pub(super) struct Place {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    /// A pixel as a share of the width.
    pub(super) pixel: f64,
}

impl Place {
    pub(super) fn x(&self, share: f64) -> f64 {
        self.left + share * (self.right - self.left)
    }

    pub(super) fn y(&self, share: f64) -> f64 {
        self.bottom + share * (self.top - self.bottom)
    }
}

/// The numbers of axes, scenes, legends and panels in the grid so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    axes: usize,
    scenes: usize,
    pub(super) legends: usize,
    panels: usize,
}

/// Moves a figure into its place and returns the new counts.
pub(super) fn add_panel(
    grid: &mut Figure,
    figure: Figure,
    heading: &Heading,
    place: &Place,
    before: &Counts,
    columns: usize,
) -> Counts {
    let first_trace = grid.traces.len();
    let single = !figure.has_panels();
    let mut panel = Panel {
        place,
        before,
        after: Counts { panels: before.panels + 1, ..*before },
        single,
        font_sizes: if columns > 2 { (13, 11) } else { (14, 12) },
    };
    let traces = figure.traces.len();
    grid.traces.extend(figure.traces.into_iter().map(|trace| panel.trace(trace)));
    panel.layout(grid, figure.layout, &figure.frames);
    if let Some(note) = heading.note(place) {
        grid.push("annotations", note);
    }
    if single && !heading.legend {
        // A legend for one series would only repeat the panel's title.
        for trace in &mut grid.traces[first_trace..] {
            trace["showlegend"] = false.into();
        }
    }
    for frame in figure.frames {
        grid.frames.push(panel.frame(frame, first_trace, traces));
    }
    panel.after
}

/// A figure on its way into its place.
struct Panel<'a> {
    place: &'a Place,
    before: &'a Counts,
    after: Counts,
    /// Whether the figure is not itself a grid.
    single: bool,
    /// The sizes of axis titles and of their numbers.
    font_sizes: (i64, i64),
}

impl Panel<'_> {
    fn trace(&self, mut trace: Value) -> Value {
        let (place, before) = (self.place, self.before);
        let flat = !matches!(trace["type"].as_str(), Some("surface" | "scatter3d" | "mesh3d" | "pie" | "splom"));
        if let Some("surface" | "scatter3d" | "mesh3d") = trace["type"].as_str() {
            renumber(&mut trace["scene"], "scene", before.scenes);
        }
        for axis in ["x", "y"] {
            let key = format!("{axis}axis");
            if flat {
                renumber(&mut trace[&key], axis, before.axes);
            }
            if let Some(Value::Array(ids)) = trace.get_mut(format!("{axis}axes")) {
                ids.iter_mut().for_each(|id| renumber(id, axis, before.axes));
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
        renumber(&mut trace["legend"], "legend", before.legends);
        trace
    }

    fn layout(&mut self, grid: &mut Figure, layout: Map<String, Value>, frames: &[Value]) {
        for (key, value) in layout {
            let (word, number) = split(&key);
            match word {
                "xaxis" | "yaxis" | "scene" | "legend" if !value.is_object() => {}
                "xaxis" | "yaxis" => {
                    let id = number + self.before.axes;
                    self.after.axes = self.after.axes.max(id);
                    grid.layout.insert(numbered(word, id), self.axis(value, word, id));
                }
                "scene" => {
                    let id = number + self.before.scenes;
                    self.after.scenes = self.after.scenes.max(id);
                    grid.layout.insert(numbered(word, id), self.scene(value));
                }
                "legend" => {
                    let id = number + self.before.legends;
                    self.after.legends = self.after.legends.max(id);
                    grid.layout.insert(numbered(word, id), self.legend(value));
                }
                "annotations" | "shapes" => {
                    for item in objects(&value) {
                        grid.push(word, moved(item.clone(), self.place, self.before));
                    }
                }
                "sliders" | "updatemenus" => {
                    for item in objects(&value) {
                        grid.push(word, self.control(item.clone(), word, frames));
                    }
                }
                // The grid has its own size and title; what concerns all panels is taken from the first that sets it.
                "width" | "height" | "title" | "margin" | "showlegend" => {}
                _ => {
                    grid.layout.entry(key).or_insert(value);
                }
            }
        }
    }

    fn axis(&self, mut value: Value, word: &str, id: usize) -> Value {
        let (own, other) = if word == "xaxis" { ("x", "y") } else { ("y", "x") };
        match value.get("anchor").and_then(Value::as_str) {
            None => value["anchor"] = json!(numbered(other, id)),
            Some("free") => {}
            Some(_) => renumber(&mut value["anchor"], other, self.before.axes),
        }
        for link in ["matches", "overlaying", "scaleanchor"] {
            // These may name an axis of either kind.
            if let Some(target) = value.get(link).and_then(Value::as_str).map(str::to_string) {
                let kind = if target.starts_with('x') { "x" } else { "y" };
                renumber(&mut value[link], kind, self.before.axes);
            }
        }
        let domain = [value["domain"][0].as_f64().unwrap_or(0.0), value["domain"][1].as_f64().unwrap_or(1.0)];
        value["domain"] = match own {
            "x" => json!(domain.map(|share| self.place.x(share))),
            _ => json!(domain.map(|share| self.place.y(share))),
        };
        if self.single {
            if let Some(text) = value["title"].as_str().map(str::to_string) {
                value["title"] = json!({"text": text});
            }
            put(&mut value, "title/font/size", self.font_sizes.0);
            put(&mut value, "title/standoff", 6);
            put(&mut value, "tickfont/size", self.font_sizes.1);
        }
        value
    }

    fn scene(&self, mut value: Value) -> Value {
        let domain = value["domain"].take();
        let share = |axis: &str, end: usize| domain[axis][end].as_f64().unwrap_or(end as f64);
        value["domain"] = json!({
            "x": [self.place.x(share("x", 0)), self.place.x(share("x", 1))],
            "y": [self.place.y(share("y", 0)), self.place.y(share("y", 1))],
        });
        for axis in ["xaxis", "yaxis", "zaxis"] {
            put(&mut value, &format!("{axis}/title/font/size"), 12);
            put(&mut value, &format!("{axis}/tickfont/size"), 10);
        }
        // Small panels cut off what is close to their edge.
        for axis in ["x", "y", "z"] {
            if let Some(eye) = value["camera"]["eye"][axis].as_f64() {
                value["camera"]["eye"][axis] = json!(eye * 1.3);
            }
        }
        value
    }

    fn legend(&self, mut value: Value) -> Value {
        if self.single {
            value["orientation"] = "h".into();
            put(&mut value, "font/size", 12);
            (value["x"], value["y"]) = (json!(self.place.left), json!(self.place.top));
            (value["xanchor"], value["yanchor"]) = ("left".into(), "bottom".into());
        } else {
            value["x"] = json!(self.place.x(value["x"].as_f64().unwrap_or(1.0)));
            value["y"] = json!(self.place.y(value["y"].as_f64().unwrap_or(1.0)));
        }
        value
    }

    /// A slider or a menu of buttons.
    fn control(&self, mut item: Value, word: &str, frames: &[Value]) -> Value {
        let place = self.place;
        item["x"] = json!(place.x(item["x"].as_f64().unwrap_or(0.0)));
        item["y"] = json!(place.y(item["y"].as_f64().unwrap_or(0.0)));
        if word == "sliders" {
            // Next to the buttons, whose size does not shrink with the panel.
            let start = place.left + 100.0 * place.pixel;
            (item["x"], item["len"]) = (json!(start), json!((place.right - start).max(place.pixel)));
        }
        rename_frames(&mut item, frames, self.after.panels);
        item
    }

    fn frame(&self, mut frame: Value, first_trace: usize, traces: usize) -> Value {
        let traces: Vec<usize> = match frame["traces"].as_array() {
            Some(list) => list.iter().filter_map(Value::as_u64).map(|index| index as usize + first_trace).collect(),
            None => (first_trace..first_trace + traces).collect(),
        };
        frame["traces"] = json!(traces);
        frame["name"] = json!(frame_name(frame["name"].as_str().unwrap_or_default(), self.after.panels));
        frame
    }
}

fn objects(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten().filter(|item| item.is_object())
}

/// A note or a shape whose coordinates are shares of the whole, or values of an axis.
fn moved(mut item: Value, place: &Place, before: &Counts) -> Value {
    for axis in ["x", "y"] {
        let reference = format!("{axis}ref");
        if item[&reference] == "paper" {
            for key in [axis.to_string(), format!("{axis}0"), format!("{axis}1")] {
                if let Some(share) = item.get(&key).and_then(Value::as_f64) {
                    item[key] = json!(if axis == "x" { place.x(share) } else { place.y(share) });
                }
            }
        } else {
            renumber(&mut item[&reference], axis, before.axes);
        }
        if let Some(id) = item.get(format!("a{reference}")).and_then(Value::as_str)
            && id != "pixel"
        {
            renumber(&mut item[format!("a{reference}")], axis, before.axes);
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
