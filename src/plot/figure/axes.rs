//! Axes: what is asked of them is kept as it was asked, and put into plotly.js' words when the figure is drawn. So it does
//! not matter whether an axis first becomes logarithmic or first gets its range.

use serde_json::{Map, Value, json};

use super::Figure;

/// What a view wants between the marks of an axis, should it be logarithmic.
const LOG_TICKS: &str = "logticks";

impl Figure {
    /// Makes the horizontal axis logarithmic; values that are not positive disappear, and the caption counts them.
    #[must_use]
    pub fn log_x(mut self) -> Self {
        self.set_kind("xaxis", "log");
        self
    }

    /// Makes the vertical axis logarithmic; values that are not positive disappear, and the caption counts them.
    #[must_use]
    pub fn log_y(mut self) -> Self {
        self.set_kind("yaxis", "log");
        self
    }

    /// Makes both axes linear again, where a view chose a logarithmic one.
    #[must_use]
    pub fn linear(mut self) -> Self {
        self.set_kind("xaxis", "linear");
        self.set_kind("yaxis", "linear");
        self
    }

    /// Shows the horizontal axis from `from` to `to`, whatever the data spans. An end that the axis does not have (NaN,
    /// infinity, 0 on a logarithmic axis) is left to the data.
    #[must_use]
    pub fn x_range(mut self, from: f64, to: f64) -> Self {
        self.set("/xaxis/range", json!([from, to]));
        self
    }

    /// Shows the vertical axis from `from` to `to`, whatever the data spans. An end that the axis does not have (NaN,
    /// infinity, 0 on a logarithmic axis) is left to the data.
    #[must_use]
    pub fn y_range(mut self, from: f64, to: f64) -> Self {
        self.set("/yaxis/range", json!([from, to]));
        self
    }

    /// Where the axis is logarithmic it gets marks at powers of ten, `alone` or with 2 and 5 between them.
    pub(crate) fn log_ticks(&mut self, axis: &str, alone: bool) {
        self.set(&format!("/{axis}/{LOG_TICKS}"), if alone { json!(1) } else { json!("D2") });
    }

    /// An axis of categories has no numbers to be spaced in another way.
    fn set_kind(&mut self, axis: &str, kind: &str) {
        let path = format!("/{axis}/type");
        if self.get(&path).is_none_or(|kind| kind != "category") {
            self.set(&path, kind);
        }
    }
}

/// Puts the axes of a layout into plotly.js' words: a logarithmic one has its range in exponents.
pub(super) fn to_plotly(layout: &mut Map<String, Value>) {
    for axis in axes(layout) {
        let logarithmic = is_log(axis);
        let Some(axis) = axis.as_object_mut() else { continue };
        let ticks = axis.remove(LOG_TICKS);
        if logarithmic {
            if let Some(ticks) = ticks {
                axis.entry("dtick").or_insert(ticks);
            }
            each_end(axis, f64::log10);
        }
    }
}

/// Takes the axes of a layout that is in plotly.js' words to values, in which a figure has its ranges.
pub(super) fn from_plotly(layout: &mut Map<String, Value>) {
    for axis in axes(layout).filter(|axis| is_log(axis)) {
        if let Some(axis) = axis.as_object_mut() {
            each_end(axis, |exponent| 10f64.powf(exponent));
        }
    }
}

/// Whether an axis is logarithmic.
pub(super) fn is_log(axis: &Value) -> bool {
    axis["type"] == "log"
}

fn axes(layout: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    let flat = |key: &str| key.starts_with("xaxis") || key.starts_with("yaxis");
    layout.iter_mut().filter(move |(key, axis)| flat(key) && axis.is_object()).map(|(_, axis)| axis)
}

/// Turns the ends of an axis' range; an end that is not a number is left out, and plotly.js takes the data's.
fn each_end(axis: &mut Map<String, Value>, turned: impl Fn(f64) -> f64) {
    for end in axis.get_mut("range").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(value) = end.as_f64() {
            *end = json!(turned(value));
        }
    }
}
