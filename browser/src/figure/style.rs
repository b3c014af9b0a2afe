//! The house style as a file, and figures dressed in it.
//!
//! Figures are written in the built-in style's screen colours. [`Style::look`] says what each of them becomes in a theme
//! of another style, or of the same; [`Look::dress`] puts it on.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What each theme has.
const THEMES: [&str; 3] = ["screen", "print", "dark"];
/// The colours of a theme that a figure is drawn in.
const INKS: [&str; 5] = ["ink", "grid", "axis", "reference", "space_grid"];

/// A house style: palette, fonts, usual size, and the colours of each theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Style(Map<String, Value>);

/// What a theme does to a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Each colour as it is written, and what it becomes.
    colors: BTreeMap<String, String>,
    font: Option<String>,
    /// By what the sizes of texts, and the widths of lines, are multiplied.
    text: f64,
    lines: f64,
    /// The figure's background under a cell or on a page, and in a picture.
    background: String,
    picture_background: String,
}

impl Style {
    /// A style in full, which the built-in one is; what is missing there is missing.
    pub fn built_in(json: &str) -> Self {
        match serde_json::from_str(json) {
            Ok(Value::Object(style)) => Style(style),
            _ => Style(Map::new()),
        }
    }

    /// This style with what a lecturer's file says instead, and what is wrong in that file, with the key: such a value is
    /// left as it was.
    #[must_use]
    pub fn with(&self, json: &str) -> (Self, Vec<String>) {
        let mut style = self.clone();
        let mut problems = Vec::new();
        match serde_json::from_str(json) {
            Ok(Value::Object(own)) => lay(&mut style.0, own, "", &mut problems),
            Ok(_) => problems.push("it must be an object { … }".into()),
            Err(error) => problems.push(format!("it is no JSON: {error}")),
        }
        (style, problems)
    }

    /// The usual width and height of a figure, in pixels.
    pub fn size(&self) -> (f64, f64) {
        (self.number("width", 800.0), self.number("height", 460.0))
    }

    /// What a figure in the screen colours of `from` becomes in this style's theme (`screen`, `print` or `dark`).
    pub fn look(&self, from: &Style, theme: &str) -> Look {
        let mut colors = BTreeMap::new();
        let mut turns = |old: &Value, new: &Value| {
            if let (Some(old), Some(new)) = (old.as_str(), new.as_str()) {
                colors.insert(old.to_string(), new.to_string());
            }
        };
        let (before, after) = (from.get("screen"), self.get(theme));
        for ink in INKS {
            turns(&before[ink], &after[ink]);
        }
        let palette = |style: &Style| style.get("palette").as_array().cloned().unwrap_or_default();
        for (old, new) in palette(from).iter().zip(&palette(self)) {
            turns(old, new);
        }
        let text = |key: &str| after[key].as_str().unwrap_or_default().to_string();
        let font = after["font"].as_str().or(self.get("font").as_str()).map(str::to_string);
        let width = |theme: &Value| theme["line_width"].as_f64().unwrap_or(1.0);
        Look {
            colors,
            font,
            text: self.number("font_size", 15.0) / from.number("font_size", 15.0),
            lines: width(after) / width(before),
            background: text("background"),
            picture_background: text("picture_background"),
        }
    }

    fn get(&self, key: &str) -> &Value {
        self.0.get(key).unwrap_or(&Value::Null)
    }

    fn number(&self, key: &str, usual: f64) -> f64 {
        self.get(key).as_f64().unwrap_or(usual)
    }
}

impl Look {
    /// By what texts are larger than they were written.
    pub fn text(&self) -> f64 {
        self.text
    }

    /// The background under a cell or on a page; transparent on screens.
    pub fn background(&self) -> &str {
        &self.background
    }

    /// Dresses a figure, plotly.js' `{data, layout, frames}`; for a picture it gets that one's background.
    pub fn dress(&self, figure: &mut Value, picture: bool) {
        for part in ["data", "layout", "frames"] {
            if let Some(part) = figure.get_mut(part) {
                self.walk(part, "");
            }
        }
        for trace in figure["data"].as_array_mut().into_iter().flatten() {
            if trace.get("type").and_then(Value::as_str).is_some_and(|kind| kind == "scatter" || kind == "scattergl")
                && let Some(width) = trace.pointer("/line/width").and_then(Value::as_f64)
            {
                trace["line"]["width"] = (width * self.lines).into();
            }
        }
        let background = if picture { &self.picture_background } else { &self.background };
        if let Some(layout) = figure["layout"].as_object_mut() {
            layout.insert("paper_bgcolor".into(), background.as_str().into());
            if let (Some(font), Some(text)) = (&self.font, layout.get_mut("font").and_then(Value::as_object_mut)) {
                text.insert("family".into(), font.as_str().into());
            }
        }
    }

    fn walk(&self, value: &mut Value, key: &str) {
        match value {
            Value::String(text) => {
                if let Some(color) = self.colors.get(text) {
                    text.clone_from(color);
                }
            }
            // Long lists hold data, which is numbers.
            Value::Array(items) => {
                items.iter_mut().filter(|item| !item.is_number()).for_each(|item| self.walk(item, key))
            }
            Value::Object(items) => {
                for (name, item) in items.iter_mut() {
                    if name == "size" && key.ends_with("font") && self.text != 1.0 {
                        if let Some(size) = item.as_f64() {
                            *item = (size * self.text).into();
                        }
                    } else {
                        self.walk(item, name);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Lays a file's values over a style, each checked.
fn lay(style: &mut Map<String, Value>, own: Map<String, Value>, path: &str, problems: &mut Vec<String>) {
    // A theme's own font is the one key that the built-in themes need not have.
    let known = |style: &Map<String, Value>, key: &str| style.contains_key(key) || (!path.is_empty() && key == "font");
    for (key, value) in own {
        let name = format!("`{path}{key}`");
        if !known(style, &key) {
            let keys: Vec<&str> = style.keys().map(String::as_str).collect();
            problems.push(format!("{name} is not known here; the keys are {}", keys.join(", ")));
            continue;
        }
        let problem = match (key.as_str(), value) {
            (theme, Value::Object(own)) if path.is_empty() && THEMES.contains(&theme) => {
                if let Some(Value::Object(theme)) = style.get_mut(theme) {
                    lay(theme, own, &format!("{key}."), problems);
                }
                continue;
            }
            (theme, _) if path.is_empty() && THEMES.contains(&theme) => "must be an object { … }",
            ("palette", Value::Array(colors)) => {
                let needed = style.get("palette").and_then(Value::as_array).map_or(0, Vec::len);
                if colors.len() == needed && colors.iter().all(is_color) {
                    style.insert(key, Value::Array(colors));
                    continue;
                }
                "must be six colours, such as \"#0072B2\""
            }
            ("palette", _) => "must be a list of six colours",
            ("font", value) => {
                if value.as_str().is_some_and(|font| !font.trim().is_empty()) {
                    style.insert(key, value);
                    continue;
                }
                "must be names of fonts in quotes"
            }
            ("font_size" | "line_width" | "width" | "height", value) => {
                let (low, high) = if key.starts_with(['w', 'h']) { (50.0, 10_000.0) } else { (0.1, 100.0) };
                if value.as_f64().is_some_and(|number| (low..=high).contains(&number)) {
                    style.insert(key, value);
                    continue;
                }
                if low > 1.0 {
                    "must be a number of pixels from 50 to 10000"
                } else {
                    "must be a number from 0.1 to 100"
                }
            }
            (_, value) => {
                if is_color(&value) {
                    style.insert(key, value);
                    continue;
                }
                "must be a colour, such as \"#787c82\", \"rgba(128,128,128,0.5)\" or \"white\""
            }
        };
        problems.push(format!("{name} {problem}"));
    }
}

/// `#rgb`, `#rrggbb`, `rgb(…)`, `rgba(…)` or a name of letters.
fn is_color(value: &Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    if let Some(digits) = text.strip_prefix('#') {
        return matches!(digits.len(), 3 | 6) && digits.chars().all(|digit| digit.is_ascii_hexdigit());
    }
    let inside = text.strip_prefix("rgba(").or(text.strip_prefix("rgb(")).and_then(|rest| rest.strip_suffix(')'));
    match inside {
        Some(parts) => {
            let parts: Vec<&str> = parts.split(',').collect();
            matches!(parts.len(), 3 | 4) && parts.iter().all(|part| part.trim().parse::<f64>().is_ok())
        }
        None => !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphabetic()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::HOUSE_STYLE;
    use super::*;
    use serde_json::json;

    fn house() -> Style {
        Style::built_in(HOUSE_STYLE)
    }

    #[test]
    fn a_look_swaps_colours_at_once_and_scales_lines_and_texts() {
        let (own, problems) = house().with(
            r##"{"palette": ["#D55E00", "#0072B2", "#000", "red", "rgb(1,2,3)", "#56B4E9"], "font_size": 30,
                "print": {"line_width": 1.25, "ink": "navy", "font": "Palatino"}}"##,
        );
        assert!(problems.is_empty(), "{problems:?}");
        let figure = json!({
            "data": [{"type": "scatter", "line": {"color": "#0072B2", "width": 2.5}, "name": "#787c82 is ink"},
                     {"type": "bar", "marker": {"color": ["#D55E00", "green"]}}],
            "layout": {"font": {"color": "#787c82", "size": 15}, "xaxis": {"tickfont": {"size": 10}}},
        });
        let mut dressed = figure.clone();
        own.look(&house(), "print").dress(&mut dressed, true);
        assert_eq!(
            dressed["data"][0]["line"],
            json!({"color": "#D55E00", "width": 1.25}),
            "no colour is swapped twice"
        );
        assert_eq!(dressed["data"][1]["marker"]["color"], json!(["#0072B2", "green"]));
        assert_eq!(dressed["data"][0]["name"], "#787c82 is ink");
        assert_eq!(dressed["layout"]["font"], json!({"color": "navy", "size": 30.0, "family": "Palatino"}));
        assert_eq!(dressed["layout"]["xaxis"]["tickfont"]["size"], 20.0);
        assert_eq!(dressed["layout"]["paper_bgcolor"], "#ffffff");

        let mut same = figure.clone();
        house().look(&house(), "screen").dress(&mut same, false);
        assert_eq!((&same["data"], &same["layout"]["paper_bgcolor"]), (&figure["data"], &json!("rgba(0,0,0,0)")));
    }

    #[test]
    fn each_mistake_is_named_and_the_rest_counts() {
        let (style, problems) = house().with(
            r##"{"palete": [], "palette": ["red"], "width": "wide", "height": 500, "font": 7, "dark": 3,
                "screen": {"ink": "#12", "grid": "rgba(1,2)", "hue": 1, "line_width": -1}}"##,
        );
        assert_eq!(style.size(), (800.0, 500.0));
        let text = problems.join("\n");
        for name in [
            "`palete`",
            "`palette`",
            "`width`",
            "`font`",
            "`dark`",
            "`screen.ink`",
            "`screen.grid`",
            "`screen.hue`",
            "`screen.line_width`",
        ] {
            assert!(text.contains(name), "{name} is missing in:\n{text}");
        }
        assert_eq!(problems.len(), 9);
        assert_eq!(
            Style(style.0.into_iter().filter(|(key, _)| key != "height").collect()).get("screen"),
            house().get("screen")
        );
        assert!(house().with("{").1[0].contains("no JSON") && house().with("[]").1[0].contains("object"));
    }

    #[test]
    fn the_house_style_is_itself_without_mistake() {
        assert_eq!(house().with(HOUSE_STYLE), (house(), vec![]));
        for theme in THEMES {
            for key in INKS.iter().chain(&["line_width", "background", "picture_background"]) {
                assert!(!house().get(theme)[*key].is_null(), "{theme}.{key}");
            }
        }
    }
}
