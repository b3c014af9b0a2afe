//! How weights, activations or gradients of each layer are distributed over the epochs: ridges, and bands of quantiles.
//!
//! The ridges show shapes (what saturates at ±1, what dies at 0, what never leaves its start), the bands show sizes.
//! Both are still pictures, as good on paper as under a cell.

use serde_json::{Value, json};

use super::figure::Figure;
use super::style;
use crate::data::short;
use crate::error::{Error, Result};
use crate::monitor::{LayerHistory, ValueDistribution};

/// More panels than this are no overview.
const MOST_LAYERS: usize = 12;
/// Ridges of a panel; more would lie upon each other.
const MOST_RIDGES: usize = 11;
/// The height of a ridge, in distances between two of them.
const HEIGHT: f64 = 1.5;
/// From this share on, exact zeros are said and left out of the shape, which they would flatten.
const MANY_ZEROS: f64 = 0.1;

type Records<'a> = &'a [(usize, ValueDistribution)];

impl LayerHistory {
    /// A histogram for each layer and epoch, as ridges one behind the other, the first epoch in front.
    ///
    /// Every ridge is scaled to its own peak: shapes and widths can be compared, heights not. Of many epochs eleven are
    /// shown, the first and the last among them.
    ///
    /// # Errors
    /// [`Error::Data`] where no finite value was recorded.
    pub fn histogram_plot(&self) -> Result<Figure> {
        let title = format!("Distribution of each layer’s {}s", style::escape(self.quantity()));
        self.panels(title, "each ridge is scaled to its own peak", ridges)
    }

    /// The quantiles of each layer's values over the epochs: the median as a line, around it the middle half, the middle
    /// 90 % and all values as bands.
    ///
    /// # Errors
    /// [`Error::Data`] where no finite value was recorded.
    pub fn quantile_plot(&self) -> Result<Figure> {
        let title = format!("Quantiles of each layer’s {}s", style::escape(self.quantity()));
        let caption = "line: the median; bands from dark to light: the middle 50 %, the middle 90 %, all values";
        self.panels(title, caption, bands)
    }

    fn panels(&self, title: String, caption: &str, panel: fn(&str, Records) -> Figure) -> Result<Figure> {
        let layers = self.layers();
        let mut panels = Vec::new();
        for layer in layers.iter().filter(|layer| self.records(layer).iter().any(|(_, all)| all.count > 0)) {
            let records = self.records(layer);
            let mut figure = panel(&style::escape(self.quantity()), records).title(style::escape(layer));
            if let Some(warning) = unusable(records) {
                figure.remark(warning);
            }
            panels.push(figure);
        }
        if panels.is_empty() {
            return Err(Error::Data(format!(
                "the history of {}s holds no finite value; call `record(epoch, layer, values)` first",
                self.quantity()
            )));
        }
        let (shown, empty) = (panels.len(), layers.len() - panels.len());
        panels.truncate(MOST_LAYERS);
        let columns = if shown <= 4 { shown.min(2) } else { 3 };
        let mut figure = Figure::grid(columns, panels).title(title).caption(caption);
        if shown > MOST_LAYERS {
            figure.remark(format!("the first {MOST_LAYERS} of {shown} layers"));
        }
        if empty > 0 {
            figure.remark(format!("⚠ layers without a finite value: {empty}"));
        }
        Ok(figure)
    }
}

/// How many values no histogram can hold, and since when.
fn unusable(records: Records) -> Option<String> {
    let bad = |all: &ValueDistribution| all.nan + all.infinite;
    let (first, _) = records.iter().find(|(_, all)| bad(all) > 0)?;
    let nan: usize = records.iter().map(|(_, all)| all.nan).sum();
    let infinite: usize = records.iter().map(|(_, all)| all.infinite).sum();
    Some(format!("⚠ NaN: {nan}, infinite: {infinite}, since epoch {first}"))
}

/// One layer's histograms.
fn ridges(quantity: &str, records: Records) -> Figure {
    let records: Vec<&(usize, ValueDistribution)> = records.iter().filter(|(_, all)| all.count > 0).collect();
    let last = records.len().saturating_sub(1);
    let picks: Vec<usize> = match last {
        0..MOST_RIDGES => (0..=last).collect(),
        _ => (0..MOST_RIDGES).map(|at| (at * last + (MOST_RIDGES - 1) / 2) / (MOST_RIDGES - 1)).collect(),
    };
    let shown: Vec<&(usize, ValueDistribution)> = picks.into_iter().map(|at| records[at]).collect();

    let low = shown.iter().map(|(_, all)| all.range[0]).fold(f64::INFINITY, f64::min);
    let high = shown.iter().map(|(_, all)| all.range[1]).fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { high.abs().max(1.0) * 0.2 };

    let mut figure = Figure::new("").x(quantity).y("epoch");
    // The ones behind first.
    for (place, (epoch, all)) in shown.iter().enumerate().rev() {
        figure.add(ridge(*epoch, all, place, shown.len(), span / 120.0));
    }
    figure.set("/xaxis/range", json!([low - 0.06 * span, high + 0.06 * span]));
    figure.set("/yaxis/range", json!([-0.15, shown.len() as f64 - 1.0 + HEIGHT + 0.1]));
    let few = if shown.len() > 6 { 2 } else { 1 };
    let ticks: Vec<usize> = (0..shown.len()).rev().step_by(few).collect();
    figure.set("/yaxis/tickvals", json!(ticks));
    figure.set("/yaxis/ticktext", ticks.iter().map(|at| json!(shown[*at].0.to_string())).collect::<Value>());
    figure.set("/yaxis/zeroline", false);
    // Gradients are small: −3×10⁻⁶, not −0.000003.
    figure.set("/xaxis/minexponent", 3);
    let outside: usize = shown.iter().map(|(_, all)| all.outside).sum();
    if outside > 0 {
        figure.remark(format!("outside: {outside} values far from the rest"));
    }
    if let Some((_, all)) = shown.last().filter(|(_, all)| many_zeros(all)) {
        let share = 100.0 * all.zeros as f64 / all.count as f64;
        figure.remark(format!("without exact zeros, {share:.0} % of the values at the end"));
    }
    figure
}

fn many_zeros(all: &ValueDistribution) -> bool {
    all.zeros < all.count && all.zeros as f64 >= MANY_ZEROS * all.count as f64
}

fn ridge(epoch: usize, all: &ValueDistribution, place: usize, of: usize, narrow: f64) -> Value {
    let mut counts = all.bins.clone();
    let width = (all.range[1] - all.range[0]) / counts.len().max(1) as f64;
    if many_zeros(all) && width > 0.0 {
        let zero = ((-all.range[0] / width) as usize).min(counts.len() - 1);
        counts[zero] = counts[zero].saturating_sub(all.zeros);
    }
    // Values that are all the same: a thin spike.
    let (start, width) = if width > 0.0 {
        (all.range[0], width)
    } else {
        counts = vec![all.count];
        (all.range[0] - narrow / 2.0, narrow)
    };
    let peak = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let base = place as f64;
    let heights = counts.iter().map(|count| base + HEIGHT * *count as f64 / peak);
    let ys: Vec<f64> = [base].into_iter().chain(heights).chain([base]).collect();
    let counts: Vec<usize> = [0].into_iter().chain(counts).chain([0]).collect();
    let share = if of > 1 { place as f64 / (of - 1) as f64 } else { 0.5 };
    let [least, low, _, median, _, high, greatest] = all.quantiles.map(short);
    json!({
        "type": "scatter", "mode": "lines", "name": format!("epoch {epoch}"), "showlegend": false,
        // The middles of the bins, with one more on each side.
        "x0": start - width / 2.0, "dx": width, "y": ys, "customdata": counts,
        "fill": "toself", "fillcolor": style::sequential(0.2 + 0.75 * share), "line": {"color": style::INK, "width": 1},
        "hoveron": "points",
        "hovertemplate": format!(
            "epoch {epoch}, near %{{x:.3~g}}: %{{customdata}} of {}<br>median {median}, 90 % from {low} to {high}, all \
             from {least} to {greatest}<extra></extra>",
            all.count
        ),
    })
}

/// One layer's quantiles over the epochs.
fn bands(quantity: &str, records: Records) -> Figure {
    let records: Vec<&(usize, ValueDistribution)> = records.iter().filter(|(_, all)| all.count > 0).collect();
    let epochs: Vec<usize> = records.iter().map(|(epoch, _)| *epoch).collect();
    let line = |at: usize| -> Vec<f64> { records.iter().map(|(_, all)| all.quantiles[at]).collect() };
    let mut figure = Figure::new("").x("epoch").y(quantity);
    let color = style::color(0);
    // Two hexadecimal digits more are the opacity.
    for (lower, upper, opacity, name) in [(0, 6, "30", "all"), (1, 5, "48", "90 %"), (2, 4, "70", "50 %")] {
        for (at, fill, end) in [(lower, "none", "from"), (upper, "tonexty", "to")] {
            figure.add(json!({
                "type": "scatter", "mode": "lines", "name": name, "showlegend": false, "x": epochs, "y": line(at),
                "line": {"width": 0.5, "color": color}, "fill": fill, "fillcolor": format!("{color}{opacity}"),
                "hovertemplate": format!("epoch %{{x}}: {name} {end} %{{y:.4~g}}<extra></extra>"),
            }));
        }
    }
    figure.add(json!({
        "type": "scatter", "mode": if epochs.len() <= 40 { "lines+markers" } else { "lines" }, "name": "median",
        "showlegend": false, "x": epochs, "y": line(3), "line": {"width": 2.5, "color": color}, "marker": {"size": 5},
        "hovertemplate": "epoch %{x}: median %{y:.4~g}<extra></extra>",
    }));
    figure.set("/xaxis/zeroline", false);
    figure.set("/yaxis/minexponent", 3);
    figure
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> LayerHistory {
        let mut history = LayerHistory::new("activation");
        for epoch in 0..30 {
            let wide = (0..400).map(|i| (f64::from(i) * 0.77).sin() * f64::from(epoch + 1));
            history.record(epoch as usize, "dense 1", wide);
            let relu = (0..400).map(|i| (f64::from(i) * 0.77).sin().max(0.0));
            history.record(epoch as usize, "ReLU", relu);
        }
        history
    }

    #[test]
    fn first_and_last_epoch_are_among_the_ridges() -> Result<()> {
        let value = history().histogram_plot()?.to_value();
        let names: Vec<&str> =
            value["data"].as_array().into_iter().flatten().filter_map(|trace| trace["name"].as_str()).collect();
        assert_eq!(names.len(), 2 * MOST_RIDGES);
        assert_eq!((names[0], names[MOST_RIDGES - 1]), ("epoch 29", "epoch 0"), "the first epoch is in front");
        let front = &value["data"][MOST_RIDGES - 1];
        let counts: i64 = front["customdata"].as_array().into_iter().flatten().filter_map(Value::as_i64).sum();
        assert_eq!((counts, &front["y"][0]), (400, &json!(0)));
        Ok(())
    }

    #[test]
    fn zeros_of_relu_and_what_is_not_finite_are_said() -> Result<()> {
        let mut history = history();
        history.record(7, "dense 1", [1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
        history.record(3, "dead", [f64::NAN]);
        let figure = history.histogram_plot()?;
        let notes = figure.layout["annotations"].to_string();
        assert!(
            notes.contains("without exact zeros, 5") && notes.contains("NaN: 1, infinite: 2, since epoch 7"),
            "{notes}"
        );
        assert!(figure.description().contains("layers without a finite value: 1"));
        assert!(LayerHistory::new("weight").quantile_plot().is_err());
        Ok(())
    }

    #[test]
    fn the_bands_are_the_quantiles() -> Result<()> {
        let mut history = LayerHistory::new("weight");
        for epoch in [0, 5] {
            history.record(epoch, "dense", (0..=100).map(f64::from));
        }
        let value = history.quantile_plot()?.to_value();
        let ends: Vec<&Value> = value["data"].as_array().into_iter().flatten().map(|trace| &trace["y"][0]).collect();
        assert_eq!(ends, [0, 100, 5, 95, 25, 75, 50]);
        assert_eq!(value["data"][0]["x"], json!([0, 5]));
        Ok(())
    }

    #[test]
    fn values_that_never_change_are_spikes() -> Result<()> {
        let mut history = LayerHistory::new("bias");
        history.record(0, "dense", [0.0; 10]);
        let value = history.histogram_plot()?.to_value();
        assert_eq!(value["data"][0]["customdata"], json!([0, 10, 0]));
        assert!(value["data"][0]["dx"].as_f64().is_some_and(|width| width > 0.0));
        Ok(())
    }
}
