//! Correlation: which columns go together, −1 to +1.

use ndarray::ArrayView1;
use serde_json::json;

use super::figure::Figure;
use super::style;
use super::surface::with;
use crate::data::{Dataset, Kind};

/// Up to this many columns the value is written in its cell.
const MOST_ANNOTATED: usize = 14;
const MOST_COLUMNS: usize = 40;

impl Dataset {
    /// Pearson's correlation of every column of numbers with every other, features and targets, as a heat map.
    ///
    /// r = Σ(x−x̄)(y−ȳ) / √(Σ(x−x̄)²·Σ(y−ȳ)²), over the rows in which neither is missing. A constant column has none.
    pub fn correlation_plot(&self) -> Figure {
        let columns = self.columns().iter().zip(self.features().columns());
        let columns = columns.chain(self.target_columns().iter().zip(self.targets().columns()));
        let numbers: Vec<_> = columns.filter(|(column, _)| column.kind == Kind::Number).collect();
        let shown = &numbers[..numbers.len().min(MOST_COLUMNS)];
        let names: Vec<String> = shown.iter().map(|(column, _)| style::escape(&column.name)).collect();
        let values: Vec<Vec<f64>> =
            shown.iter().map(|(_, a)| shown.iter().map(|(_, b)| correlation(*a, *b)).collect()).collect();
        // Two digits: more than a color can say, and small in a notebook. Adding 0 makes −0 a 0.
        let values: Vec<Vec<f64>> = values
            .into_iter()
            .map(|row| row.into_iter().map(|value| (value * 100.0).round() / 100.0 + 0.0).collect())
            .collect();

        let side = (220.0 + 62.0 * names.len() as f64).clamp(420.0, 900.0);
        let mut figure = Figure::new(format!("Correlations in {}", style::escape(self.name())));
        figure = figure.size((side + 110.0) as u32, side as u32);
        let mut trace = json!({
            "type": "heatmap", "name": "", "x": names, "y": names, "z": values,
            "zmin": -1, "zmax": 1, "colorscale": style::diverging(), "xgap": 2, "ygap": 2, "showlegend": false,
            "colorbar": with(style::color_bar("correlation r"), json!({"tickvals": [-1, -0.5, 0, 0.5, 1]})),
            "hovertemplate": "%{x} and %{y}<br>r = %{z}<extra></extra>", "hoverongaps": false,
        });
        if names.len() <= MOST_ANNOTATED {
            trace["texttemplate"] = "%{z:.2f}".into();
            trace["textfont"] = json!({"size": if names.len() > 9 { 11 } else { 14 }});
        }
        figure.add(trace);
        for axis in ["xaxis", "yaxis"] {
            for (key, value) in [("showgrid", false), ("showline", false), ("zeroline", false)] {
                figure.set(&format!("/{axis}/{key}"), value);
            }
            figure.set(&format!("/{axis}/type"), "category");
            figure.set(&format!("/{axis}/title"), json!({"text": ""}));
        }
        // The first column at the top, as in a table.
        figure.set("/yaxis/autorange", "reversed");
        figure.set("/xaxis/tickangle", if names.len() > 4 { -45 } else { 0 });
        let constant: Vec<&str> =
            (0..names.len()).filter(|at| values[*at][*at].is_nan()).map(|at| names[at].as_str()).collect();
        if !constant.is_empty() {
            figure.remark(format!("constant, so without correlation: {}", constant.join(", ")));
        }
        if shown.len() < numbers.len() {
            figure.remark(format!("the first {} of {} columns", shown.len(), numbers.len()));
        }
        figure
    }
}

/// Pearson's r over the rows in which both are finite; NaN where one of them does not vary.
fn correlation(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
    let pairs = || a.iter().zip(&b).filter(|(x, y)| x.is_finite() && y.is_finite());
    let n = pairs().count() as f64;
    let (sum_a, sum_b) = pairs().fold((0.0, 0.0), |(x, y), (a, b)| (x + a, y + b));
    let (mean_a, mean_b) = (sum_a / n, sum_b / n);
    let (aa, ab, bb) = pairs().fold((0.0, 0.0, 0.0), |(aa, ab, bb), (x, y)| {
        let (x, y) = (x - mean_a, y - mean_b);
        (aa + x * x, ab + x * y, bb + y * y)
    });
    // What remains of a constant column is rounding.
    let varies = |squares: f64, mean: f64| squares / n > 1e-24 * mean * mean && squares > 0.0;
    if !varies(aa, mean_a) || !varies(bb, mean_b) {
        return f64::NAN;
    }
    (ab / (aa.sqrt() * bb.sqrt())).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use ndarray::array;

    #[test]
    fn correlations_are_pearsons() {
        let a = array![1.0, 2.0, 3.0, 4.0, f64::NAN];
        assert!((correlation(a.view(), array![2.0, 4.0, 6.0, 8.0, 1.0].view()) - 1.0).abs() < 1e-12);
        assert!((correlation(a.view(), array![4.0, 3.0, 2.0, 1.0, 9.0].view()) + 1.0).abs() < 1e-12);
        // numpy: corrcoef([1, 2, 3, 4], [1, 3, 2, 5])[0, 1]
        assert!((correlation(a.view(), array![1.0, 3.0, 2.0, 5.0, 0.0].view()) - 0.831_521_8).abs() < 1e-6);
        assert!(correlation(a.view(), array![0.1, 0.1, 0.1, 0.1, 0.1].view()).is_nan());
    }

    #[test]
    fn the_scale_is_fixed_and_constants_are_named() -> Result<()> {
        let data = Dataset::from_arrays(array![[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]], array![1.0, 0.0, 2.0])?;
        let figure = data.correlation_plot();
        let value = figure.to_value();
        let map = &value["data"][0];
        assert_eq!((&map["zmin"], &map["zmax"]), (&json!(-1), &json!(1)));
        assert_eq!(map["z"][0], json!([1, null, 0.5]));
        assert_eq!(map["x"], json!(["x1", "x2", "y"]));
        assert!(figure.description().contains("constant, so without correlation: x2"));
        Ok(())
    }
}
