//! `describe`: every column in numbers.

use ndarray::ArrayView1;

use crate::data::column::{Column, Kind};
use crate::data::dataset::Dataset;
use crate::data::statistics::Statistics;
use crate::data::table::Table;
use crate::format::short;

impl Dataset {
    /// Every column in one row: unit, how many values there are and are missing, mean, standard deviation (dividing by n),
    /// smallest value, quartiles, largest value; for categories how many there are and the most frequent one.
    ///
    /// The numbers themselves come from [`Dataset::statistics`].
    pub fn describe(&self) -> Table {
        let numbers = ["column", "unit", "count", "missing", "mean", "std", "min", "25 %", "50 %", "75 %", "max"];
        let columns = || {
            let features = self.columns.iter().zip(self.features.columns());
            features.chain(self.target_columns.iter().zip(self.targets.columns()))
        };
        let with_categories = columns().any(|(column, _)| column.kind != Kind::Number);
        let mut headings = numbers.to_vec();
        let mut numeric = vec![true; numbers.len()];
        numeric[..2].fill(false);
        if with_categories {
            headings.push("categories");
            numeric.push(false);
        }
        let mut table = Table::new(self.name.clone(), &headings, &numeric);
        for (column, values) in columns() {
            table.push(row(column, values, with_categories));
        }
        let targets: Vec<&str> = self.target_columns.iter().map(|column| column.name.as_str()).collect();
        let target = match targets.as_slice() {
            [] => "no target".into(),
            targets => format!("target, last: {}", targets.join(", ")),
        };
        table.note(format!("{} rows; std divides by n; {target}", self.rows()))
    }
}

fn row(column: &Column, values: ArrayView1<'_, f64>, with_categories: bool) -> Vec<String> {
    let statistics = Statistics::of(values);
    let Statistics { count, missing, mean, std, min, lower_quartile, median, upper_quartile, max } = statistics;
    let mut cells = vec![column.name.clone(), column.unit.clone(), count.to_string(), missing.to_string()];
    let numbers = [mean, std, min, lower_quartile, median, upper_quartile, max];
    match &column.kind {
        Kind::Number => cells.extend(numbers.map(|number| if count == 0 { "–".into() } else { short(number) })),
        Kind::Category(_) => cells.extend(numbers.map(|_| String::new())),
    }
    if with_categories {
        let counts = super::counts::count(column, values);
        let most = counts.iter().max_by_key(|(position, count)| (*count, std::cmp::Reverse(*position)));
        cells.push(match (column.categories(), most) {
            (Some(categories), Some((_, 0))) => format!("{}", categories.len()),
            (Some(categories), Some((position, count))) => {
                format!("{}, most often {} ({count})", categories.len(), categories[*position])
            }
            _ => String::new(),
        });
    }
    cells
}

#[cfg(test)]
mod tests {
    use crate::data::sources;

    #[test]
    fn raw_housing_is_described_as_its_authors_do() {
        let table = sources::california_housing_raw().unwrap().describe();
        let row = |name: &str| table.rows.iter().position(|row| row[0] == name).unwrap();
        let cell = |name: &str, heading: &str| table.cell(row(name), heading).unwrap();
        assert_eq!((cell("total_bedrooms", "count"), cell("total_bedrooms", "missing")), ("20433", "207"));
        assert_eq!((cell("housing_median_age", "max"), cell("median_house_value", "max")), ("52", "500001"));
        assert_eq!(cell("total_bedrooms", "50 %"), "435");
        assert_eq!(cell("ocean_proximity", "categories"), "5, most often <1H OCEAN (9136)");
        assert_eq!(cell("ocean_proximity", "mean"), "");
        assert!(table.rows.iter().all(|row| row.len() == table.headings.len()));
    }
}
