//! Histograms: how the values of each column are distributed.
//!
//! The bins are counted here, not by the viewer: a figure of 20 640 districts is a few dozen numbers.

use ndarray::ArrayView1;
use serde_json::json;

use super::figure::Figure;
use super::style;
use crate::data::{Column, Dataset, Kind, short};
use crate::error::Result;

/// More panels than this are no overview.
const MOST_COLUMNS: usize = 24;
/// More categories than this are summed up as "others".
const MOST_CATEGORIES: usize = 12;

impl Dataset {
    /// The distribution of one column, feature or target: bins for numbers, a bar each for categories.
    ///
    /// Bins follow Freedman and Diaconis: as wide as 2·IQR/∛n, at least 5 and at most 60 of them; whole numbers of which
    /// there are few get one bin each. Values far outside the rest are left out and said, as they would squeeze it flat.
    ///
    /// # Errors
    /// [`Error::NoColumn`](crate::Error::NoColumn) where no column has this name.
    pub fn histogram(&self, name: &str) -> Result<Figure> {
        let values = self.column(name)?;
        let columns = self.columns().iter().chain(self.target_columns());
        let column = columns.into_iter().find(|column| column.name == name).cloned();
        let column = column.unwrap_or_else(|| Column::number(name));
        Ok(histogram(&column, values, 0).title(style::escape(name)))
    }

    /// The distributions of all columns, features first, then targets, in one figure.
    pub fn histograms(&self) -> Figure {
        let features = self.columns().iter().zip(self.features().columns()).map(|pair| (pair, 0));
        let targets = self.target_columns().iter().zip(self.targets().columns()).map(|pair| (pair, 1));
        let total = self.columns().len() + self.target_columns().len();
        let panels: Vec<Figure> = features
            .chain(targets)
            .take(MOST_COLUMNS)
            .map(|((column, values), color)| histogram(column, values, color).title(style::escape(&column.name)))
            .collect();
        let columns = if panels.len() <= 4 { 2 } else { 3 };
        let mut figure =
            Figure::grid(columns, panels).title(format!("Distributions of {}", style::escape(self.name())));
        figure = figure.caption(format!("{} rows", self.rows()));
        if total > MOST_COLUMNS {
            figure.remark(format!("the first {MOST_COLUMNS} of {total} columns; `histogram(\"name\")` shows any"));
        }
        figure
    }
}

/// One panel; features and targets differ in color.
fn histogram(column: &Column, values: ArrayView1<'_, f64>, color: usize) -> Figure {
    let missing = values.iter().filter(|value| value.is_nan()).count();
    let infinite = values.iter().filter(|value| value.is_infinite()).count();
    let mut figure = Figure::new("").x(style::escape(&column.label())).y("count");
    match &column.kind {
        Kind::Number => {
            let bins = Bins::of(values.iter().copied().filter(|value| value.is_finite()).collect());
            let ranges: Vec<String> =
                bins.edges.windows(2).map(|edge| format!("{} to {}", short(edge[0]), short(edge[1]))).collect();
            let texts = if bins.single { bins.middles().into_iter().map(short).collect() } else { ranges };
            if let [middle] = bins.middles()[..] {
                // A bar alone would be as wide as the figure, and look like a frame.
                figure.set("/xaxis/range", json!([middle - 3.0 * bins.width(), middle + 3.0 * bins.width()]));
            }
            figure.add(json!({
                "type": "bar", "name": "", "x": bins.middles(), "y": bins.counts, "width": bins.width(), "text": texts,
                "marker": {"color": style::color(color), "line": {"width": 0}}, "textposition": "none",
                "hovertemplate": "%{text}: %{y}<extra></extra>",
            }));
            if bins.below + bins.above > 0 {
                let outside = bins.below + bins.above;
                figure.remark(format!("{outside} outside, up to {}", short(bins.farthest)));
            }
        }
        Kind::Category(names) => {
            let (labels, counts) = category_counts(names, values);
            figure = figure.bars("", labels, counts);
            if let Some(trace) = figure.traces.last_mut() {
                trace["marker"]["color"] = style::color(color).into();
                trace["hovertemplate"] = "%{x}: %{y}<extra></extra>".into();
            }
        }
    }
    for (count, what) in [(missing, "missing"), (infinite, "infinite")] {
        if count > 0 {
            figure.remark(format!("{count} {what}"));
        }
    }
    if values.len() == missing + infinite {
        figure.remark("no value to count");
    }
    figure.set("/bargap", 0.06);
    figure.set("/xaxis/showgrid", false);
    figure.set("/yaxis/rangemode", "tozero");
    figure
}

/// How often each category occurs, most frequent first where there are too many to show all.
fn category_counts(names: &[String], values: ArrayView1<'_, f64>) -> (Vec<String>, Vec<usize>) {
    let mut counts = vec![0; names.len()];
    for value in values.iter().filter(|value| value.is_finite()) {
        if let Some(count) = counts.get_mut(*value as usize) {
            *count += 1;
        }
    }
    let mut pairs: Vec<(String, usize)> = names.iter().cloned().zip(counts).collect();
    if pairs.len() > MOST_CATEGORIES {
        pairs.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let others = pairs.split_off(MOST_CATEGORIES - 1);
        pairs.push((format!("{} others", others.len()), others.iter().map(|(_, count)| count).sum()));
    }
    pairs.into_iter().unzip()
}

/// Bins of equal width and what is in them.
#[derive(Debug, PartialEq)]
struct Bins {
    edges: Vec<f64>,
    counts: Vec<usize>,
    /// Values left of the first and right of the last edge.
    below: usize,
    above: usize,
    farthest: f64,
    /// One number a bin.
    single: bool,
}

impl Bins {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let nothing = Bins { edges: vec![0.0, 1.0], counts: vec![0], below: 0, above: 0, farthest: 0.0, single: false };
        let (Some(&least), Some(&greatest)) = (values.first(), values.last()) else { return nothing };
        let quantile = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];

        // A few values far away (households of a thousand people) would leave one bar and an empty axis.
        let (near_low, near_high) = (quantile(0.005), quantile(0.995));
        let bulk = near_high - near_low;
        let low = if bulk > 0.0 && least < near_low - 2.0 * bulk { near_low - 0.5 * bulk } else { least };
        let high = if bulk > 0.0 && greatest > near_high + 2.0 * bulk { near_high + 0.5 * bulk } else { greatest };
        let inside: Vec<f64> = values.iter().copied().filter(|value| (low..=high).contains(value)).collect();
        let (Some(&low), Some(&high)) = (inside.first(), inside.last()) else { return nothing };
        if !(high - low).is_finite() {
            // The distance overflows; that of their halves does not.
            let halves = Bins::of(values.into_iter().map(|value| value / 2.0).collect());
            let doubled = |half: f64| (2.0 * half).clamp(f64::MIN, f64::MAX);
            let edges = halves.edges.iter().map(|edge| doubled(*edge)).collect();
            return Bins { edges, farthest: doubled(halves.farthest), ..halves };
        }

        let size = low.abs().max(high.abs());
        // Beyond, neighboring whole numbers are no longer neighboring floats.
        let whole = inside.iter().all(|value| value.fract() == 0.0) && high - low <= 60.0 && size < 1e15;
        let (start, width, count) = if whole {
            (low - 0.5, 1.0, (high - low) as usize + 1)
        } else if low == high {
            // A bar around the one value, a tenth of it wide, and never finer than plotly.js can divide an axis.
            let half = (0.05 * size).max(1e-290);
            (low - half, 2.0 * half, 1)
        } else {
            let spread = quantile(0.75) - quantile(0.25);
            let wanted = 2.0 * spread / (inside.len() as f64).cbrt();
            let count = if wanted > 0.0 { ((high - low) / wanted).ceil().clamp(5.0, 60.0) } else { 10.0 };
            // No more bins than there are floats for their edges.
            let count = count.min((high - low) / (4.0 * f64::EPSILON * size)).floor().max(1.0);
            (low, (high - low) / count, count as usize)
        };
        let mut counts = vec![0; count];
        for value in &inside {
            counts[(((value - start) / width) as usize).min(count - 1)] += 1;
        }
        let below = values.iter().filter(|value| **value < low).count();
        let above = values.iter().filter(|value| **value > high).count();
        let farthest = if above > 0 { greatest } else { least };
        let edges = (0..=count).map(|edge| start + width * edge as f64).collect();
        Bins { edges, counts, below, above, farthest, single: whole || low == high }
    }

    fn width(&self) -> f64 {
        (self.edges[1] - self.edges[0]) * 0.96
    }

    fn middles(&self) -> Vec<f64> {
        self.edges.windows(2).map(|edge| edge[0].midpoint(edge[1])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use ndarray::{Array2, array};

    #[test]
    fn every_value_is_in_one_bin() {
        let values: Vec<f64> = (0..1000).map(|i| (f64::from(i) * 0.77).sin() * 3.0).collect();
        let bins = Bins::of(values);
        assert_eq!(bins.counts.iter().sum::<usize>(), 1000);
        assert_eq!(bins.edges.len(), bins.counts.len() + 1);
        assert!((5..=60).contains(&bins.counts.len()));
        assert_eq!((bins.below, bins.above), (0, 0));
    }

    #[test]
    fn whole_numbers_have_a_bin_each() {
        let bins = Bins::of(vec![1.0, 2.0, 2.0, 4.0]);
        assert_eq!((bins.counts.clone(), bins.middles()), (vec![1, 2, 0, 1], vec![1.0, 2.0, 3.0, 4.0]));
    }

    #[test]
    fn far_values_are_counted_aside() {
        let mut values: Vec<f64> = (0..2000).map(|i| f64::from(i) / 700.0).collect();
        values.push(1243.0);
        let bins = Bins::of(values);
        assert_eq!((bins.above, bins.farthest, bins.counts.iter().sum::<usize>()), (1, 1243.0, 2000));
    }

    #[test]
    fn constant_and_empty_columns_do_no_harm() {
        assert_eq!(Bins::of(vec![]).counts, [0]);
        assert_eq!(Bins::of(vec![2.5; 9]).counts.iter().sum::<usize>(), 9);
        assert_eq!(Bins::of(vec![7.0; 9]).counts, [9]);
    }

    #[test]
    fn values_that_are_all_the_same_are_one_bar() -> Result<()> {
        for value in [2.5, -2.5, 7.0, 0.0, 1e-280, 1e16, 1e300, 0.1 + 0.2] {
            let data = Dataset::from_arrays(Array2::from_elem((9, 1), value), ndarray::Array1::zeros(9))?;
            let drawn = data.histogram("x1")?.to_value();
            let bar = &drawn["data"][0];
            assert_eq!((&bar["y"], bar["x"].as_array().map(Vec::len)), (&json!([9]), Some(1)), "{value}");
            assert_eq!(bar["text"], json!([short(value)]));
            let middle = bar["x"][0].as_f64().unwrap_or(f64::NAN);
            assert!((middle - value).abs() <= 1e-6 * value.abs(), "{value}: {middle}");
            assert!(bar["width"].as_f64() > Some(0.0), "{value}: {}", bar["width"]);
            // The bar is seen whole, with room around it.
            let end = |at: usize| drawn["layout"]["xaxis"]["range"][at].as_f64().unwrap_or(f64::NAN);
            assert!(end(0) < value && value < end(1), "{value}: {} {}", end(0), end(1));
        }
        Ok(())
    }

    #[test]
    fn bars_are_as_wide_as_floats_allow() {
        for values in [vec![1e15, 1e15 + 0.25], vec![1e17, 1e17 + 16.0, 1e17 + 32.0], vec![-1e308, 1e308]] {
            let bins = Bins::of(values.clone());
            assert_eq!(bins.counts.iter().sum::<usize>() + bins.below + bins.above, values.len());
            assert!(bins.width() > 0.0 && bins.edges.windows(2).all(|pair| pair[0] < pair[1]), "{bins:?}");
        }
    }

    #[test]
    fn values_whose_distance_overflows_have_bins() {
        for most in [1e308, f64::MAX] {
            let bins = Bins::of(vec![-most, -most, 0.0, most]);
            assert_eq!((bins.counts.iter().sum::<usize>(), bins.below + bins.above), (4, 0));
            assert_eq!((bins.counts.first(), bins.counts.last(), bins.edges[0]), (Some(&2), Some(&1), -most));
            assert!(bins.width().is_finite() && bins.middles().iter().all(|middle| middle.is_finite()), "{bins:?}");
        }
    }

    #[test]
    fn what_is_not_counted_is_said() -> Result<()> {
        let text = |values: [f64; 3]| -> Result<String> {
            let data = Dataset::from_arrays(array![[values[0]], [values[1]], [values[2]]], array![0.0, 1.0, 2.0])?;
            Ok(data.histogram("x1")?.description())
        };
        let said = text([f64::NAN, f64::INFINITY, 2.5])?;
        assert!(said.contains("1 missing") && said.contains("1 infinite") && !said.contains("no value"), "{said}");
        assert!(text([f64::NAN; 3])?.contains("no value to count"));
        Ok(())
    }

    #[test]
    fn panels_cover_features_and_targets() -> Result<()> {
        let columns =
            vec![Column::number("age").unit("years"), Column::category("sea", vec!["<1H".into(), "far".into()])];
        let target = vec![Column::number("price")];
        let features = array![[1.0, 0.0], [2.0, 1.0], [f64::NAN, 1.0]];
        let data = Dataset::new("houses", columns, features, target, array![[1.5], [2.5], [3.5]])?;
        let value = data.histograms().to_value();
        assert_eq!(value["data"].as_array().map(Vec::len), Some(3));
        assert_eq!(value["data"][1]["x"], json!(["&lt;1H", "far"]));
        assert_eq!(value["data"][1]["y"], json!([1, 2]));
        assert_eq!(value["layout"]["xaxis"]["title"]["text"], "age (years)");
        assert_eq!(value["layout"]["xaxis2"]["type"], "category");
        assert!(value["layout"]["annotations"].to_string().contains("1 missing"));
        assert!(data.histogram("age").is_ok() && data.histogram("agee").is_err());
        Ok(())
    }

    #[test]
    fn many_columns_and_categories_are_bounded() -> Result<()> {
        let data = Dataset::from_arrays(Array2::zeros((3, 40)), array![1.0, 2.0, 3.0])?;
        let figure = data.histograms();
        assert_eq!(figure.traces.len(), MOST_COLUMNS);
        assert!(figure.description().contains("24 of 41 columns"));
        let names: Vec<String> = (0..50).map(|i| format!("c{i}")).collect();
        let (labels, counts) = category_counts(&names, array![3.0, 3.0, 7.0].view());
        assert_eq!((labels.len(), &labels[0], counts[0]), (MOST_CATEGORIES, &"c3".to_string(), 2));
        assert_eq!(labels[MOST_CATEGORIES - 1], "39 others");
        Ok(())
    }
}
