//! `missing`: where values are missing.

use crate::data::dataset::Dataset;
use crate::data::table::Table;

impl Dataset {
    /// The columns with missing values: how many, which share, and the first such row.
    pub fn missing(&self) -> Table {
        let mut table =
            Table::new(self.name.clone(), &["column", "missing", "share", "first row"], &[false, true, true, true]);
        let features = self.columns.iter().zip(self.features.columns());
        for (column, values) in features.chain(self.target_columns.iter().zip(self.targets.columns())) {
            let missing = values.iter().filter(|value| value.is_nan()).count();
            if let Some(first) = values.iter().position(|value| value.is_nan()) {
                let share = 100.0 * missing as f64 / self.rows() as f64;
                table.push([column.name.clone(), missing.to_string(), format!("{share:.2} %"), first.to_string()]);
            }
        }
        let note = if table.rows.is_empty() { "nothing is missing" } else { "rows are counted from 0" };
        table.note(note)
    }
}

#[cfg(test)]
mod tests {
    use crate::data::sources;

    #[test]
    fn the_missing_bedrooms_are_found() {
        let table = sources::california_housing_raw().unwrap().missing();
        assert_eq!(table.rows, [["total_bedrooms", "207", "1.00 %", "290"]]);
        assert_eq!(sources::iris().unwrap().missing().note, "nothing is missing");
    }
}
