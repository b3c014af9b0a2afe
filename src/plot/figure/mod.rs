//! `Figure`: what a cell shows and a report exports.

mod axes;
mod drawable;
mod series;

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::house_style::HouseStyle;
use super::rounding::shorten;
use super::style;
use super::theme::Theme;
use crate::error::{Error, Result};

/// A figure in the house style: shown under a cell as its last expression, or saved to a file.
///
/// Views such as `history.cost_plot()` and `data.histograms()` give one; anything simple is drawn series by series. It
/// holds plotly.js' own description (traces, layout, frames) and no reference to the data it was drawn from.
///
/// ```
/// use gradus::plot::Figure;
/// let xs: Vec<f64> = (0..50).map(|i| f64::from(i) / 10.0).collect();
/// let squares: Vec<f64> = xs.iter().map(|x| x * x).collect();
/// let figure = Figure::new("A parabola")
///     .line("x²", &xs, &squares)
///     .points("measured", [1.0, 2.0, 3.0], [1.1, 3.8, 9.3])
///     .x("length (m)")
///     .y("area (m²)");
/// assert!(figure.to_json().contains("measured"));
/// ```
#[derive(Clone, PartialEq)]
pub struct Figure {
    title: String,
    caption: String,
    /// Things a reader must know that came up while drawing; they follow the caption.
    remarks: Vec<String>,
    pub(crate) traces: Vec<Value>,
    /// As plotly.js wants it, except that the ranges of all axes are in their values (`axes.rs`).
    pub(crate) layout: Map<String, Value>,
    pub(crate) frames: Vec<Value>,
    /// Room between title and figure, in pixels, for what stands above the panels of a grid.
    pub(crate) headroom: f64,
    pub(crate) theme: Theme,
    /// A PNG's pixels for each of the figure's own.
    pub(crate) scale: f64,
    /// How many series have taken a color.
    series: usize,
}

impl Figure {
    /// An empty figure with this title, which may be empty.
    ///
    /// Titles and labels may hold plotly's few tags: `w<sub>1</sub>`, `<b>…</b>`. Dollar signs are dollar signs: what stands
    /// between two of them is not read as a formula.
    pub fn new(title: impl Into<String>) -> Self {
        let mut figure = Figure::space(title);
        figure.set("/xaxis", style::axis(""));
        figure.set("/yaxis", style::axis(""));
        figure
    }

    /// An empty figure without flat axes: for what has a scene in space, or panels.
    pub(crate) fn space(title: impl Into<String>) -> Self {
        Figure {
            title: title.into(),
            caption: String::new(),
            remarks: Vec::new(),
            traces: Vec::new(),
            layout: style::layout(),
            frames: Vec::new(),
            headroom: 0.0,
            theme: Theme::Screen,
            scale: 1.0,
            series: 0,
        }
    }

    /// A figure built with the `plotly` crate (a `plotly::Plot`), or any value that serializes to plotly.js'
    /// `{data, layout, frames}`. Its layout is laid over the house style.
    ///
    /// ```
    /// use gradus::plot::Figure;
    /// use gradus::plotly::{Pie, Plot};
    /// let mut plot = Plot::new();
    /// plot.add_trace(Pie::new(vec![70, 20, 10]).labels(vec!["train", "validation", "test"]));
    /// let figure = Figure::from_plotly(&plot)?.title("A split");
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Library`] where the value has no list `data`.
    pub fn from_plotly(plot: &impl Serialize) -> Result<Self> {
        let context = "reading a plotly figure";
        let problem = |message: String| Error::Library { context: context.into(), message, source: None };
        let mut plot = serde_json::to_value(plot).map_err(Error::library(context))?;
        let Some(Value::Array(traces)) = plot.get_mut("data").map(Value::take) else {
            return Err(problem("it has no list `data` of traces".into()));
        };
        if !traces.iter().all(Value::is_object) {
            return Err(problem("a trace in `data` is no object".into()));
        }
        let mut figure = Figure { traces, ..Figure::new("") };
        if let Some(Value::Array(frames)) = plot.get_mut("frames").map(Value::take) {
            figure.frames = frames.into_iter().filter(Value::is_object).collect();
        }
        if let Some(Value::Object(mut layout)) = plot.get_mut("layout").map(Value::take) {
            let title = layout.remove("title").unwrap_or_default();
            if let Some(text) = title.get("text").unwrap_or(&title).as_str() {
                figure.title = text.into();
            }
            merge(&mut figure.layout, layout);
            axes::from_plotly(&mut figure.layout);
        }
        Ok(figure)
    }

    /// Puts this title above the figure.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Puts this sentence below the title.
    #[must_use]
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = caption.into();
        self
    }

    /// Names the horizontal axis, with its unit: `MedInc (10 000 $)`.
    #[must_use]
    pub fn x(mut self, label: impl Into<String>) -> Self {
        self.set("/xaxis/title/text", label.into());
        self
    }

    /// Names the vertical axis, with its unit.
    #[must_use]
    pub fn y(mut self, label: impl Into<String>) -> Self {
        self.set("/yaxis/title/text", label.into());
        self
    }

    /// Makes the figure this wide and high, in pixels (the usual size is 800 × 460, or what the house style says).
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.set("/width", width);
        self.set("/height", height);
        self
    }

    /// The title as plain text.
    pub fn name(&self) -> String {
        style::plain(&self.title)
    }

    /// The figure in plotly.js' JSON: `{"data": …, "layout": …, "config": …}`, with `frames` where it moves.
    pub fn to_json(&self) -> String {
        // Escaped so that the same text is safe inside an HTML script.
        self.to_value().to_string().replace('<', "\\u003c")
    }

    /// One line for where no picture can be: what it is and what it says.
    pub fn description(&self) -> String {
        let mut parts = vec![format!("Figure: {}", self.name())];
        parts.push(style::plain(&self.full_caption()));
        for (axis, letter) in [("/xaxis/title/text", "x"), ("/yaxis/title/text", "y")] {
            let label = self.get(axis).and_then(Value::as_str).unwrap_or_default();
            if !label.is_empty() && !self.has_panels() {
                parts.push(format!("{letter}: {}", style::plain(label)));
            }
        }
        parts.retain(|part| !part.trim().is_empty());
        parts.join(" · ")
    }

    /// Caption, remarks and what cannot be drawn as one text.
    pub(crate) fn full_caption(&self) -> String {
        let mut parts = vec![self.caption.clone()];
        parts.extend(self.remarks.iter().cloned());
        parts.extend(self.unseen());
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    /// The title with its tags.
    pub(crate) fn title_text(&self) -> &str {
        &self.title
    }

    /// Everything, complete with title, margins and rounded numbers, in its theme.
    pub(crate) fn to_value(&self) -> Value {
        self.complete(false)
    }

    /// The same for a picture, which has a background in every theme.
    pub(crate) fn to_picture(&self) -> Value {
        self.complete(true)
    }

    fn complete(&self, picture: bool) -> Value {
        let house = HouseStyle::now();
        let look = house.of_theme(self.theme);
        let mut layout = self.layout.clone();
        axes::to_plotly(&mut layout);
        for (key, usual) in [("width", house.size().0), ("height", house.size().1)] {
            layout.entry(key).or_insert(usual.into());
        }
        let width = layout.get("width").and_then(Value::as_f64).unwrap_or(style::WIDTH);
        let mut caption = vec![self.full_caption()];
        caption.extend(house.remark);
        caption.retain(|part| !part.is_empty());
        let (title, top) = style::heading(&self.title, &caption.join(" · "), width, self.headroom, look.text());
        layout.insert("title".into(), title);
        let margin = layout.entry("margin").or_insert_with(|| json!({"l": 75, "r": 25, "b": 65}));
        put(margin, "t", top + self.headroom);
        if !layout.contains_key("showlegend") {
            layout.insert("showlegend".into(), json!(self.needs_legend()));
        }
        let mut value = json!({"data": self.traces, "layout": layout, "config": style::config(&self.title)});
        if !self.frames.is_empty() {
            value["frames"] = json!(self.frames);
        }
        look.dress(&mut value, picture);
        shorten(&mut value);
        value
    }

    /// Whether there are several named series to tell apart.
    pub(crate) fn needs_legend(&self) -> bool {
        let named = |trace: &&Value| {
            trace.get("showlegend") != Some(&Value::Bool(false))
                && trace.get("name").and_then(Value::as_str).is_some_and(|name| !name.is_empty())
        };
        self.traces.iter().filter(named).count() > 1
    }

    /// Whether this figure is made of several, each with its own axes.
    pub(crate) fn has_panels(&self) -> bool {
        self.layout.contains_key("xaxis2") || self.layout.contains_key("scene2")
    }

    /// Adds a trace in plotly.js' words.
    pub(crate) fn add(&mut self, trace: Value) {
        self.traces.push(trace);
    }

    /// Appends a sentence to the caption.
    pub(crate) fn remark(&mut self, remark: impl Into<String>) {
        self.remarks.push(remark.into());
    }

    /// The next series' number, which gives its color and dash.
    pub(crate) fn take_color(&mut self) -> usize {
        self.series += 1;
        self.series - 1
    }

    /// A value of the layout by its path: `/xaxis/title/text`.
    pub(crate) fn get(&self, path: &str) -> Option<&Value> {
        let mut keys = path.split('/').skip(1);
        let mut value = self.layout.get(keys.next()?)?;
        for key in keys {
            value = value.get(key)?;
        }
        Some(value)
    }

    /// Sets a value of the layout by its path; objects on the way are made.
    pub(crate) fn set(&mut self, path: &str, value: impl Into<Value>) {
        let path = path.trim_start_matches('/');
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        put(self.layout.entry(first).or_insert(Value::Null), rest, value);
    }

    /// Appends to a list of the layout (`annotations`, `shapes`, …).
    pub(crate) fn push(&mut self, list: &str, item: Value) {
        match self.layout.entry(list).or_insert_with(|| json!([])) {
            Value::Array(items) => items.push(item),
            other => *other = json!([item]),
        }
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description())
    }
}

/// Sets a value inside another by its path, `title/font/size`; what is no object on the way becomes one.
pub(crate) fn put(place: &mut Value, path: &str, value: impl Into<Value>) {
    let mut place = place;
    for key in path.split('/').filter(|key| !key.is_empty()) {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[key];
    }
    *place = value.into();
}

/// Lays one tree of settings over another.
fn merge(under: &mut Map<String, Value>, over: Map<String, Value>) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Object(under)), Value::Object(over)) => merge(under, over),
            (_, Value::Null) => {}
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests;
