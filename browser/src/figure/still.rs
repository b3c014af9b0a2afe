//! A figure that stands still: what asks to be touched is taken away, what is WebGL gets its plain kind.

use serde_json::{Value, json};

/// The room below a figure's horizontal axis that its name needs, in pixels; more was for sliders and buttons.
const MARGIN_BOTTOM: f64 = 65.0;

/// Prepares plotly.js' description of a figure for painting.
pub(super) fn make(figure: &mut Value) {
    for trace in figure["data"].as_array_mut().into_iter().flatten() {
        if let Some(kind) =
            trace.get("type").and_then(Value::as_str).and_then(|kind| kind.strip_suffix("gl")).map(str::to_string)
        {
            // scattergl, scatterpolargl
            trace["type"] = kind.into();
        }
    }
    let layout = &mut figure["layout"];
    let had_controls =
        ["sliders", "updatemenus"].iter().any(|list| layout[*list].as_array().is_some_and(|all| !all.is_empty()));
    if let Some(layout) = layout.as_object_mut() {
        layout.retain(|key, _| !matches!(key.as_str(), "sliders" | "updatemenus"));
        layout.insert("autosize".into(), false.into());
    }
    if had_controls && layout["margin"]["b"].as_f64().is_some_and(|bottom| bottom > MARGIN_BOTTOM) {
        layout["margin"]["b"] = MARGIN_BOTTOM.into();
    }
    if let Some(figure) = figure.as_object_mut() {
        figure.retain(|key, _| matches!(key.as_str(), "data" | "layout"));
        figure.entry("data").or_insert_with(|| json!([]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_go_and_leave_no_hole() {
        let mut figure = json!({
            "data": [{"type": "scattergl", "x": [1]}, {"type": "bar"}, {}],
            "layout": {"sliders": [{}], "updatemenus": [], "margin": {"b": 145, "l": 75}, "height": 540},
            "frames": [{}], "config": {},
        });
        make(&mut figure);
        assert_eq!(
            figure,
            json!({
                "data": [{"type": "scatter", "x": [1]}, {"type": "bar"}, {}],
                "layout": {"margin": {"b": 65.0, "l": 75}, "height": 540, "autosize": false},
            })
        );
        let mut wide = json!({"data": [], "layout": {"margin": {"b": 145}}});
        make(&mut wide);
        assert_eq!(wide["layout"]["margin"]["b"], 145, "room that was not for controls stays");
    }
}
