//! The scatter matrix: every column against every other.

use serde_json::json;

use super::figure::Figure;
use super::{downsample, style};
use crate::data::{Column, Dataset, Kind};

/// Rows drawn; more only darken the picture and swell the notebook.
const MOST_ROWS: usize = 500;
/// More columns than this leave no room for points.
const MOST_COLUMNS: usize = 9;

impl Dataset {
    /// Every column of numbers against every other, features and targets; classes differ in color.
    ///
    /// At most 500 rows and 9 columns are drawn, and the caption says so; `select` chooses the columns.
    pub fn scatter_matrix(&self) -> Figure {
        let columns = self.columns().iter().zip(self.features().columns());
        let columns = columns.chain(self.target_columns().iter().zip(self.targets().columns()));
        let numbers: Vec<_> = columns.filter(|(column, _)| column.kind == Kind::Number).collect();
        let shown = &numbers[..numbers.len().min(MOST_COLUMNS)];
        let rows = downsample::sample(self.rows(), MOST_ROWS);

        let mut figure = Figure::space(format!("Scatter matrix of {}", style::escape(self.name())));
        let size = match shown.len() {
            0..=4 => 720,
            5..=6 => 860,
            _ => 1000,
        };
        figure = figure.size(size, size);
        let groups = self.by_class(&rows);
        for (series, (name, rows)) in groups.iter().enumerate() {
            let dimensions: Vec<_> = shown
                .iter()
                .map(|(column, values)| {
                    let values: Vec<f64> = rows.iter().map(|row| values[*row]).collect();
                    json!({"label": style::escape(&column.name), "values": values})
                })
                .collect();
            let mut marker = style::marker(rows.len(), style::color(series));
            marker["size"] = json!(if shown.len() > 5 { 3 } else { 4 });
            figure.add(json!({
                "type": "splom", "name": name, "dimensions": dimensions, "marker": marker,
                "showupperhalf": false, "diagonal": {"visible": false},
            }));
        }
        // Every panel's grid and numbers in small; plotly names the axes after the columns.
        for number in 1..=shown.len() {
            for axis in ["xaxis", "yaxis"] {
                let key = if number == 1 { axis.to_string() } else { format!("{axis}{number}") };
                let mut style = style::axis("");
                if let Some(map) = style.as_object_mut() {
                    map.remove("title");
                }
                figure.set(&format!("/{key}"), style);
                figure.set(&format!("/{key}/tickfont/size"), 10);
                figure.set(&format!("/{key}/title/font/size"), if shown.len() > 5 { 11 } else { 14 });
                figure.set(&format!("/{key}/nticks"), 4);
                figure.set(&format!("/{key}/zeroline"), false);
            }
        }
        figure
            .set("/legend", json!({"x": 0.98, "xanchor": "right", "y": 0.98, "yanchor": "top", "font": {"size": 15}}));
        figure.set("/showlegend", groups.len() > 1);
        if rows.len() < self.rows() {
            figure.remark(format!("{} of {} rows drawn", rows.len(), self.rows()));
        }
        if shown.len() < numbers.len() {
            let named = |column: &&Column| format!("`{}`", style::escape(&column.name));
            let last = shown.last().map(|(column, _)| named(column)).unwrap_or_default();
            figure.remark(format!("{} of {} columns, up to {last}", shown.len(), numbers.len()));
        }
        figure
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use ndarray::{Array1, Array2};

    #[test]
    fn rows_and_columns_are_bounded_and_said() -> Result<()> {
        let x = Array2::from_shape_fn((2000, 12), |(row, column)| (row * 7 + column) as f64 % 13.0);
        let data = Dataset::from_arrays(x, Array1::zeros(2000))?;
        let figure = data.scatter_matrix();
        let value = figure.to_value();
        assert_eq!(value["data"][0]["dimensions"].as_array().map(Vec::len), Some(MOST_COLUMNS));
        assert_eq!(value["data"][0]["dimensions"][0]["values"].as_array().map(Vec::len), Some(MOST_ROWS));
        assert_eq!(value["data"][0]["dimensions"][0]["label"], "x1");
        assert!(figure.description().contains("500 of 2000 rows") && figure.description().contains("9 of 13 columns"));
        assert!(figure.to_json().len() < 60_000, "{}", figure.to_json().len());
        Ok(())
    }
}
