//! The house style of every figure, in one place: quiet, readable from the last row, color-blind-safe, and at home on
//! light and dark pages alike.
//!
//! Views are written in these colors, which are the screen's in `house_style.json`; when a figure is drawn, its theme and
//! a lecturer's own file turn them into others (`house.rs`).

use serde_json::{Map, Value, json};

/// The colors of series, in order: Okabe and Ito's palette without its black and yellow, which vanish on a dark or a
/// light page, and reordered so that the first few differ in brightness too.
///
/// Okabe, M. and Ito, K. (2008), *Color Universal Design*, <https://jfly.uni-koeln.de/color/>.
pub const PALETTE: [&str; 6] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

/// After the palette's last color it starts again with the next of these dashes.
const DASHES: [&str; 4] = ["solid", "dash", "dot", "dashdot"];

/// Text and axes: a gray with a contrast of at least 4:1 against white and against the dark themes' near-black.
pub(crate) const INK: &str = "#787c82";
/// Grid lines: barely there on either.
pub(crate) const GRID: &str = "rgba(128,128,128,0.22)";
/// The lines x = 0 and y = 0, and the axes themselves.
pub(crate) const AXIS: &str = "rgba(128,128,128,0.55)";
/// A reference that data is compared with: the diagonal, the zero line.
pub(crate) const REFERENCE: &str = "rgba(128,128,128,0.8)";
/// Half-transparent lines all but vanish in space.
pub(crate) const SPACE_GRID: &str = "#8f9296";
pub(crate) const FONT: &str = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif";

/// The usual width of a figure, in pixels: it fits a notebook's cell and a printed page.
pub(crate) const WIDTH: f64 = 800.0;

/// The color of series number `index`, counted from 0.
pub(crate) fn color(index: usize) -> &'static str {
    PALETTE[index % PALETTE.len()]
}

/// The dash of series number `index`: solid for the first six.
pub(crate) fn dash(index: usize) -> &'static str {
    DASHES[index / PALETTE.len() % DASHES.len()]
}

/// From low to high, in even steps: cividis, made to look alike to readers with and without color blindness.
///
/// Nuñez, Anderton and Renslow (2018), *Optimizing colormaps with consideration for color vision deficiency*.
const SEQUENTIAL: [[u8; 3]; 9] = [
    [0, 32, 76],
    [0, 48, 111],
    [57, 71, 107],
    [87, 93, 109],
    [112, 113, 115],
    [138, 134, 121],
    [166, 156, 117],
    [196, 181, 108],
    [255, 233, 69],
];

/// The color at a share of the way from low to high.
pub(crate) fn sequential(share: f64) -> String {
    let last = SEQUENTIAL.len() - 1;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = (place as usize).min(last - 1);
    let rest = place - below as f64;
    let mix = |channel: usize| {
        let ends = [SEQUENTIAL[below][channel], SEQUENTIAL[below + 1][channel]].map(f64::from);
        (ends[0] + rest * (ends[1] - ends[0])).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

/// The colors from low to high as a color scale of plotly.
pub(crate) fn sequential_scale() -> Value {
    let last = (SEQUENTIAL.len() - 1) as f64;
    (0..SEQUENTIAL.len()).map(|at| json!([at as f64 / last, sequential(at as f64 / last)])).collect()
}

/// From −1 over 0 to +1: vermillion, near-white, blue.
pub(crate) fn diverging() -> Value {
    json!([[0.0, "#B34E00"], [0.25, "#EFA46B"], [0.5, "#F4F4F4"], [0.75, "#6FAED6"], [1.0, "#005A8F"]])
}

/// Markers fade as they get more, so that a crowd shows where it is dense.
pub(crate) fn marker(points: usize, color: &str) -> Value {
    let (size, opacity) = match points {
        0..=60 => (9, 0.95),
        61..=400 => (7, 0.7),
        401..=1000 => (6, 0.6),
        _ => (5, 0.5),
    };
    json!({"color": color, "size": size, "opacity": opacity, "line": {"width": 0}})
}

/// An axis of a flat figure.
pub(crate) fn axis(title: &str) -> Value {
    json!({
        "title": {"text": title, "standoff": 12, "font": {"size": 16}},
        "tickfont": {"size": 14},
        "gridcolor": GRID,
        "zerolinecolor": AXIS,
        "zerolinewidth": 1,
        "linecolor": AXIS,
        "showline": true,
        "automargin": true,
        // Never 10k or 1m: powers of ten, and those only for what is long.
        "exponentformat": "power",
        "minexponent": 6,
    })
}

/// An axis of a figure in space.
pub(crate) fn space_axis(title: &str) -> Value {
    json!({
        "title": {"text": title, "font": {"size": 15}},
        "tickfont": {"size": 12},
        "gridcolor": SPACE_GRID,
        "zerolinecolor": SPACE_GRID,
        "gridwidth": 1,
        "showbackground": false,
        "color": INK,
        "nticks": 6,
    })
}

/// A color bar with its title beside it.
pub(crate) fn color_bar(title: &str) -> Value {
    json!({
        "title": {"text": title, "side": "right", "font": {"size": 14}},
        "tickfont": {"size": 13},
        "thickness": 16,
        "outlinewidth": 0,
        "ticks": "outside",
        "tickcolor": AXIS,
    })
}

/// The layout that every figure starts from, without its title and size.
pub(crate) fn layout() -> Map<String, Value> {
    let layout = json!({
        "font": {"family": FONT, "size": 15, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": PALETTE,
        "hovermode": "closest",
        "hoverlabel": {"font": {"family": FONT, "size": 14}},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": INK, "activecolor": PALETTE[0]},
        // Beside the data, never over it; plotly makes the room.
        "legend": {
            "x": 1.02, "xanchor": "left", "y": 1, "yanchor": "top",
            "bgcolor": "rgba(0,0,0,0)", "font": {"size": 14},
        },
    });
    match layout {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Title and caption at the upper left, and the margin that they need where texts are `larger` times their size here.
pub(crate) fn heading(title: &str, caption: &str, width: f64, headroom: f64, larger: f64) -> (Value, f64) {
    // About two characters in 15 pixels; plotly does not break lines itself.
    let lines = wrap(caption, ((width - 100.0) / (7.2 * larger)).max(24.0) as usize);
    let text = json!({
        "text": title,
        "x": 0, "xref": "paper", "xanchor": "left",
        "y": 1, "yref": "paper", "yanchor": "bottom",
        "pad": {"b": headroom + if lines.is_empty() { 16.0 } else { larger * (18.8 + 18.2 * lines.len() as f64) }},
        "font": {"size": 20, "weight": 500},
        "subtitle": {"text": lines.join("<br>"), "font": {"size": 14}},
    });
    let top = 30.0 + larger * (if title.is_empty() { 0.0 } else { 30.0 } + 19.0 * lines.len() as f64);
    (text, top)
}

/// What the viewer offers: no logo, a picture button that gives vectors, and no formulas: on a page with MathJax, such as
/// JupyterLab's, what stands between two dollar signs (`$100-$200`) would be read as one.
pub(crate) fn config(name: &str) -> Value {
    json!({
        "displaylogo": false,
        "responsive": true,
        "typesetMath": false,
        "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"],
        "toImageButtonOptions": {"format": "svg", "filename": file_name(name)},
    })
}

/// Text from data, safe where plotly understands tags: `<1H OCEAN` stays what it is.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A plotly text as it is read aloud: without tags and entities.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let Some(length) = rest[start..].find('>') else { break };
        plain.push_str(&rest[..start]);
        if rest[start..].starts_with("<br") {
            plain.push(' ');
        }
        rest = &rest[start + length + 1..];
    }
    plain.push_str(rest);
    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Lines of at most `width` characters, broken between words.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    // Not at the narrow spaces inside of 100 480.
    for word in text.split_ascii_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// A file's name made of a title.
fn file_name(title: &str) -> String {
    let name: String =
        plain(title).chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).take(60).collect();
    let name = name.trim_matches('-').to_lowercase();
    if name.is_empty() { "figure".into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_differ_by_color_then_by_dash() {
        let looks: std::collections::BTreeSet<_> = (0..24).map(|index| (color(index), dash(index))).collect();
        assert_eq!(looks.len(), 24);
        assert_eq!(
            (sequential(0.0), sequential(1.0), sequential(0.5)),
            ("#00204c".into(), "#ffe945".into(), "#707173".into())
        );
        assert_eq!((color(0), dash(0), dash(6)), ("#0072B2", "solid", "dash"));
    }

    #[test]
    fn names_from_data_survive_plotlys_tags() {
        assert_eq!(escape("<1H OCEAN"), "&lt;1H OCEAN");
        assert_eq!(plain(&escape("a<b & c>d")), "a<b & c>d");
        assert_eq!(plain("w<sub>1</sub><br>b"), "w1 b");
        assert_eq!(plain("1 < 2"), "1 < 2");
    }

    #[test]
    fn captions_break_between_words() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert!(wrap("  ", 8).is_empty());
        assert_eq!(file_name("J(w) – b = 1"), "j-w----b---1");
        assert_eq!(file_name("?"), "figure");
    }
}
