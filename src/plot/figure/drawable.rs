//! What of the data has no place in the picture, in words: an empty figure says why it is empty.

use serde_json::Value;

use super::Figure;
use super::axes::is_log;

impl Figure {
    /// What the caption says of values that cannot be drawn. The panels of a grid have said it of theirs.
    pub(super) fn unseen(&self) -> Vec<String> {
        let is_matrix = |trace: &Value| trace["type"] == "splom";
        if self.has_panels() && !self.traces.iter().any(is_matrix) {
            return Vec::new();
        }
        let mut remarks = Vec::new();
        if !self.traces.is_empty() && !self.traces.iter().any(|trace| self.has_place(trace)) {
            remarks.push("⚠ nothing is drawn: no value can be shown on these axes".into());
        }
        let lost: usize = self.traces.iter().map(|trace| self.lost(trace)).sum();
        if lost > 0 {
            remarks.push(match lost {
                1 => "⚠ 1 value is not above 0, and has no place on a logarithmic axis".into(),
                _ => format!("⚠ {lost} values are not above 0, and have no place on a logarithmic axis"),
            });
        }
        remarks
    }

    /// Whether any value of a trace is on its axes. Of kinds that gradus does not draw itself, nothing is known.
    fn has_place(&self, trace: &Value) -> bool {
        let any = |values: &Value| numbers(values).any(|value| value.is_some_and(f64::is_finite));
        match trace["type"].as_str() {
            Some("scatter" | "scattergl" | "bar") => {
                // A series may say where its x begin instead of listing them.
                let given = ["x", "y"].into_iter().filter(|axis| trace[*axis].is_array());
                let sides: Vec<Vec<bool>> = given.map(|axis| self.seen(trace, axis)).collect();
                match sides.as_slice() {
                    [xs, ys] => xs.iter().zip(ys).any(|(x, y)| *x && *y),
                    [only] => only.contains(&true),
                    _ => true,
                }
            }
            Some("heatmap" | "contour" | "surface") => any(&trace["z"]),
            Some("splom") => trace["dimensions"].as_array().into_iter().flatten().any(|side| any(&side["values"])),
            _ => true,
        }
    }

    /// For each coordinate of a flat series whether it is on its axis; categories are.
    fn seen(&self, trace: &Value, axis: &str) -> Vec<bool> {
        let logarithmic = self.is_logarithmic(axis);
        let seen = |value: &Value| match value.as_f64() {
            Some(value) => value.is_finite() && (!logarithmic || value > 0.0),
            None => value.is_string(),
        };
        trace[axis].as_array().into_iter().flatten().map(seen).collect()
    }

    /// How many values of a series a logarithmic axis cannot hold. A bar of height 0 is not seen on any axis.
    fn lost(&self, trace: &Value) -> usize {
        let zero_is_seen = match trace["type"].as_str() {
            Some("scatter" | "scattergl") if trace.get("fill").is_none() => true,
            Some("bar") => false,
            _ => return 0,
        };
        let beyond = |value: f64| value < 0.0 || (value == 0.0 && zero_is_seen);
        let of_axis = |axis: &&str| self.is_logarithmic(axis);
        let lost = ["x", "y"].into_iter().filter(of_axis).flat_map(|axis| numbers(&trace[axis]));
        lost.flatten().filter(|value| beyond(*value)).count()
    }

    fn is_logarithmic(&self, axis: &str) -> bool {
        self.layout.get(&format!("{axis}axis")).is_some_and(is_log)
    }
}

/// The numbers of a list, or of a list of lists.
fn numbers(values: &Value) -> Box<dyn Iterator<Item = Option<f64>> + '_> {
    match values {
        Value::Array(items) => Box::new(items.iter().flat_map(numbers)),
        other => Box::new(std::iter::once(other.as_f64())),
    }
}
