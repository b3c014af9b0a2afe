//! The cost curve: how the cost falls, step by step, for one or several runs.

use super::figure::Figure;
use super::{downsample, style};
use crate::linear::History;

/// More points than this no curve needs.
const MOST: usize = 1000;

/// The costs of several runs over their steps, in one figure: learning rates compared.
///
/// Each run is its name, the numbers of its steps and the cost at each. The cost's axis is logarithmic where costs span
/// more than a factor of 30, unless one is zero or negative.
///
/// ```
/// use gradus::plot::cost_curves;
/// let figure = cost_curves("½ mean squared error", [
///     ("α = 0.01", &[0, 1, 2][..], &[65.75, 43.72, 29.11][..]),
///     ("α = 0.11", &[0, 1, 2][..], &[65.75, 71.17, 77.03][..]),
/// ]);
/// ```
pub fn cost_curves<'a>(cost_name: &str, runs: impl IntoIterator<Item = (&'a str, &'a [usize], &'a [f64])>) -> Figure {
    curves("Cost curve", cost_name, runs)
}

impl History {
    /// How the cost fell, step by step.
    ///
    /// For a mini-batch this is the cost of the batch that each step saw; the cost of the whole training data after each
    /// epoch is drawn with it.
    pub fn cost_plot(&self) -> Figure {
        compare_costs([self])
    }

    /// How the gradient's length fell, step by step; descent ends where it is 0.
    pub fn gradient_plot(&self) -> Figure {
        let name = style::escape(self.label());
        curves("Length of the gradient", "‖∇J‖", [(name.as_str(), self.steps(), self.gradient_norms())])
    }
}

/// The cost curves of several descents in one figure.
///
/// ```no_run
/// # use gradus::{linear::History, plot::{Figure, compare_costs}};
/// # fn show(slow: History, fast: History) -> Figure {
/// compare_costs([&slow, &fast])
/// # }
/// ```
pub fn compare_costs<'a>(histories: impl IntoIterator<Item = &'a History>) -> Figure {
    let histories: Vec<&History> = histories.into_iter().collect();
    let names: Vec<String> = histories.iter().map(|history| style::escape(history.label())).collect();
    let cost_name = histories.first().map(|history| history.cost_name()).unwrap_or("cost").to_string();
    let runs = histories.iter().zip(&names).map(|(history, name)| (name.as_str(), history.steps(), history.costs()));
    let mut figure = curves("Cost curve", &cost_name, runs);
    if let [history] = histories.as_slice()
        && let Some((steps, costs)) = epochs(history)
    {
        figure = figure.line_points("all data, after each epoch", steps, costs);
        if let Some(trace) = figure.traces.first_mut() {
            // The batches' costs jump about; they stand behind what they are estimates of.
            trace["opacity"] = 0.45.into();
            trace["line"]["width"] = 1.5.into();
            trace["name"] = "the batch of each step".into();
        }
        figure = figure.caption(names[0].clone());
    }
    figure
}

/// The cost of the whole training data after each epoch, where an epoch is more than one step.
fn epochs(history: &History) -> Option<(Vec<f64>, Vec<f64>)> {
    let costs = history.epoch_costs();
    let last = *history.steps().last()? as f64;
    let epochs = costs.len().checked_sub(1).filter(|epochs| *epochs > 0)?;
    let per_epoch = last / epochs as f64;
    if per_epoch < 1.5 {
        return None;
    }
    let steps: Vec<f64> = (0..costs.len()).map(|epoch| epoch as f64 * per_epoch).collect();
    Some(downsample::curve(&steps, costs, 200))
}

fn curves<'a>(
    title: &str,
    quantity: &str,
    runs: impl IntoIterator<Item = (&'a str, &'a [usize], &'a [f64])>,
) -> Figure {
    let mut figure = Figure::new(title).x("step").y(quantity);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut thinned = 0;
    for (name, steps, costs) in runs {
        for cost in costs.iter().filter(|cost| cost.is_finite()) {
            (low, high) = (low.min(*cost), high.max(*cost));
        }
        let xs: Vec<f64> = steps.iter().map(|step| *step as f64).collect();
        let (short_xs, short_ys) = downsample::curve(&xs, costs, MOST);
        if short_xs.len() < xs.len().min(costs.len()) {
            thinned = thinned.max(xs.len());
        }
        // A handful of steps is worth counting.
        figure = match short_xs.len() {
            0..=40 => figure.line_points(name, short_xs, short_ys),
            _ => figure.line(name, short_xs, short_ys),
        };
    }
    if thinned > 0 {
        figure.remark(format!("{thinned} steps, drawn as {MOST} points with every extreme"));
    }
    figure.log_ticks("yaxis", high / low > 1000.0);
    figure.set("/xaxis/zeroline", false);
    if low > 0.0 && high / low > 30.0 { figure.log_y() } else { figure }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_run_is_a_curve() {
        let runs = [("slow", &[0, 1][..], &[65.75, 43.72][..]), ("fast", &[0, 1][..], &[65.75, 10.5][..])];
        let value = cost_curves("½ mean squared error", runs).to_value();
        assert_eq!(value["data"][1]["y"], json!([65.75, 10.5]));
        assert_eq!(value["data"][1]["name"], "fast");
        assert_eq!(value["layout"]["xaxis"]["title"]["text"], "step");
        assert_eq!(value["layout"]["yaxis"]["title"]["text"], "½ mean squared error");
        assert_ne!(value["layout"]["yaxis"]["type"], "log");
    }

    #[test]
    fn wide_spans_are_logarithmic_unless_something_is_zero() {
        let kind =
            |costs: &[f64]| cost_curves("J", [("", &[0, 1][..], costs)]).to_value()["layout"]["yaxis"]["type"].clone();
        assert_eq!(kind(&[100.0, 1.0]), "log");
        assert_eq!(kind(&[100.0, 0.0]), json!(null));
        assert_eq!(kind(&[1e300, f64::INFINITY]), json!(null));
    }

    #[test]
    fn long_runs_stay_small() {
        let steps: Vec<usize> = (0..50_000).collect();
        let costs: Vec<f64> = steps.iter().map(|step| 1.0 / (1.0 + *step as f64)).collect();
        let figure = cost_curves("J", [("long", &steps[..], &costs[..])]);
        assert!(figure.to_json().len() < 40_000, "{}", figure.to_json().len());
        assert!(figure.description().contains("50000 steps"));
    }
}
