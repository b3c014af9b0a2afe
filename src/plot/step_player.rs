//! A slider and a play button under a figure that changes from step to step.

use serde_json::{Value, json};

use super::figure::Figure;
use super::style;

/// Milliseconds that each frame stays.
const PACE: u32 = 700;

/// Puts controls under a figure whose frames are named 0, 1, 2, …; `labels` are the steps that they show, and `active` the
/// one whose data the figure has at first.
pub(crate) fn add_player(figure: &mut Figure, labels: &[String], active: usize) {
    let still = json!({"mode": "immediate", "frame": {"duration": 0, "redraw": true}, "transition": {"duration": 0}});
    let step = |(index, label): (usize, &String)| json!({"label": label, "method": "animate", "args": [[index.to_string()], still]});
    let steps: Vec<Value> = labels.iter().enumerate().map(step).collect();
    figure.set("/height", 540);
    // Above the plot: its texts change with each step, and beside it they would push it about.
    figure.set("/legend", json!({"orientation": "h", "x": 0, "xanchor": "left", "y": 1.01, "yanchor": "bottom"}));
    figure.headroom = 26.0;
    figure.set("/margin", json!({"l": 75, "r": 25, "b": 145}));
    figure.push("sliders", json!({
        "x": 0.17, "y": 0, "len": 0.83, "pad": {"t": 62, "b": 10}, "active": active, "steps": steps,
        "currentvalue": {"prefix": "step ", "font": {"size": 15}}, "font": {"size": 12},
        "bgcolor": "rgba(128,128,128,0.3)", "bordercolor": "rgba(128,128,128,0.3)", "activebgcolor": style::PALETTE[0],
        "tickcolor": style::REFERENCE, "ticklen": 4, "minorticklen": 0,
    }));
    let play = json!({
        "mode": "immediate", "fromcurrent": true, "frame": {"duration": PACE, "redraw": true},
        "transition": {"duration": 0},
    });
    let buttons = json!([
        {"label": "▶", "method": "animate", "args": [null, play]},
        {"label": "❚❚", "method": "animate", "args": [[null], still]},
    ]);
    figure.push(
        "updatemenus",
        json!({
            "type": "buttons", "direction": "left", "showactive": false, "x": 0, "xanchor": "left", "y": 0,
            "yanchor": "top", "pad": {"t": 72, "r": 10}, "buttons": buttons,
            "bgcolor": "rgba(128,128,128,0.15)", "bordercolor": "rgba(128,128,128,0.5)", "font": {"size": 14},
        }),
    );
}
