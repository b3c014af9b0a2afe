//! `head`: the first rows as a table.

use ndarray::ArrayView1;

use crate::data::column::{Column, Kind};
use crate::data::dataset::Dataset;
use crate::data::table::Table;

/// More columns than this are cut in the middle, as pandas does.
const WIDEST: usize = 20;

impl Dataset {
    /// The first `rows` rows as a table, the targets first, then the features.
    ///
    /// Numbers are written as pandas writes them: in each column the same number of decimals, as many as it needs, at
    /// least one and at most six. Of more than twenty features the middle ones are left out.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let table = datasets::iris()?.head(1);
    /// assert_eq!(table.rows, [["setosa", "5.1", "3.5", "1.4", "0.2"]]);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn head(&self, rows: usize) -> Table {
        let rows = rows.min(self.rows());
        let targets = self.target_columns.iter().zip(self.targets.columns());
        let features: Vec<_> = self.columns.iter().zip(self.features.columns()).collect();
        let width = features.len();
        let shown = |position: usize| width <= WIDEST || position < WIDEST / 2 || position >= width - WIDEST / 2;

        let (mut headings, mut numeric, mut columns) = (Vec::new(), Vec::new(), Vec::new());
        let mut add = |heading: &str, is_number: bool, cells: Vec<String>| {
            headings.push(heading.to_string());
            numeric.push(is_number);
            columns.push(cells);
        };
        let top = |column: &Column, values: ArrayView1<'_, f64>| {
            cells(column, values.iter().take(rows).copied().collect::<Vec<_>>().as_slice())
        };
        for (column, values) in targets {
            add(&column.name, column.kind == Kind::Number, top(column, values));
        }
        for (position, (column, values)) in features.into_iter().enumerate() {
            if shown(position) {
                add(&column.name, column.kind == Kind::Number, top(column, values));
            } else if position == WIDEST / 2 {
                add("…", false, vec!["…".to_string(); rows]);
            }
        }
        let table_rows = (0..rows).map(|row| columns.iter().map(|cells| cells[row].clone()).collect()).collect();
        let target = match self.target_columns.as_slice() {
            [] => "no target".to_string(),
            targets => {
                let labels: Vec<String> = targets.iter().map(Column::label).collect();
                format!("target, first: {}", labels.join(", "))
            }
        };
        let note = format!("{rows} of {} rows, {width} features; {target}", self.rows());
        Table { title: self.name.clone(), headings, rows: table_rows, numeric, note }
    }
}

/// The values of a column as text, numbers with the same number of decimals.
fn cells(column: &Column, values: &[f64]) -> Vec<String> {
    let Kind::Number = column.kind else {
        return values.iter().map(|value| column.show(*value)).collect();
    };
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    // As in pandas: one value that six decimals cannot show puts the whole column into powers of ten.
    let powers = finite().any(|value| (value != 0.0 && value.abs() < 1e-6) || value.abs() >= 1e15);
    let decimals = finite().map(decimals).max().unwrap_or(1);
    let text = |value: &f64| match value {
        value if value.is_nan() => column.show(*value),
        value if !value.is_finite() => value.to_string(),
        value if powers => format!("{value:.6e}"),
        value => format!("{value:.decimals$}"),
    };
    values.iter().map(text).collect()
}

/// How many decimals a number needs, from one to six.
fn decimals(value: f64) -> usize {
    let text = format!("{value:.6}");
    let needed = text.trim_end_matches('0').split('.').nth(1).map_or(0, str::len);
    needed.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sources;
    use ndarray::array;

    #[test]
    fn california_housing_is_the_slides_table_to_the_last_digit() {
        let table = sources::california_housing().unwrap().head(5);
        assert_eq!(
            table.headings,
            [
                "MedHouseVal",
                "MedInc",
                "HouseAge",
                "AveRooms",
                "AveBedrms",
                "Population",
                "AveOccup",
                "Latitude",
                "Longitude"
            ]
        );
        let slide = [
            ["4.526", "8.3252", "41.0", "6.984127", "1.023810", "322.0", "2.555556", "37.88", "-122.23"],
            ["3.585", "8.3014", "21.0", "6.238137", "0.971880", "2401.0", "2.109842", "37.86", "-122.22"],
            ["3.521", "7.2574", "52.0", "8.288136", "1.073446", "496.0", "2.802260", "37.85", "-122.24"],
            ["3.413", "5.6431", "52.0", "5.817352", "1.073059", "558.0", "2.547945", "37.85", "-122.25"],
            ["3.422", "3.8462", "52.0", "6.281853", "1.081081", "565.0", "2.181467", "37.85", "-122.25"],
        ];
        assert_eq!(table.rows, slide);
        assert!(table.note.contains("5 of 20640 rows, 8 features"), "{}", table.note);
    }

    #[test]
    fn odd_numbers_are_still_readable() {
        let column = Column::number("x");
        assert_eq!(cells(&column, &[1.0, f64::NAN, f64::INFINITY]), ["1.0", "–", "inf"]);
        assert_eq!(cells(&column, &[1e-9, 2.0]), ["1.000000e-9", "2.000000e0"]);
        assert_eq!(cells(&column, &[1e20]), ["1.000000e20"]);
    }

    #[test]
    fn more_rows_than_there_are_and_very_wide_data() {
        let data = Dataset::from_arrays(array![[1.0], [2.0]], array![1.0, 2.0]).unwrap();
        assert_eq!(data.head(5).rows.len(), 2);
        assert_eq!(data.head(0).rows.len(), 0);
        let digits = sources::digits().unwrap().head(3);
        assert_eq!(digits.headings.len(), 22);
        assert!(digits.rows.iter().all(|row| row.len() == 22));
        assert_eq!((digits.headings[11].as_str(), digits.headings[21].as_str()), ("…", "pixel_7_7"));
    }
}
