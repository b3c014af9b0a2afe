//! What prepares data, under a cell: splits, scalers, imputers, statistics.

use super::bundle::Bundle;
use super::in_cell::{InCell, show_without_prelude};
use crate::data::{
    Dataset, FittedImputer, MeanNormalizer, MinMaxScaler, Scaler, Split, StandardScaler, Statistics, Table, TrainTest,
    short,
};

impl InCell for Split {
    fn in_cell(&self) -> Bundle {
        parts(&[("training", &self.train), ("validation", &self.validation), ("test", &self.test)]).in_cell()
    }
}

impl InCell for TrainTest {
    fn in_cell(&self) -> Bundle {
        parts(&[("training", &self.train), ("test", &self.test)]).in_cell()
    }
}

/// One row a part: how many examples, and which share of all.
fn parts(parts: &[(&str, &Dataset)]) -> Table {
    let total: usize = parts.iter().map(|(_, data)| data.rows()).sum();
    let share = |rows: usize| format!("{:.1} %", 100.0 * rows as f64 / total.max(1) as f64);
    let row = |(name, data): &(&str, &Dataset)| vec![name.to_string(), data.rows().to_string(), share(data.rows())];
    Table {
        title: "Split".into(),
        headings: ["part", "rows", "share"].map(String::from).into(),
        rows: parts.iter().map(row).collect(),
        numeric: vec![false, true, true],
        note: format!("{total} rows"),
    }
}

/// One row a column: what is subtracted, and what divides.
fn scaler(title: &str, scaler: &impl Scaler, shift: &str, scale: &str) -> Bundle {
    let rows = scaler.columns().iter().zip(scaler.shift().iter().zip(scaler.scale()));
    Table {
        title: title.into(),
        headings: vec!["column".into(), shift.into(), scale.into()],
        rows: rows.map(|(column, (shift, scale))| vec![column.label(), short(*shift), short(*scale)]).collect(),
        numeric: vec![false, true, true],
        note: "z = (x − shift) / scale, learned from the training part".replace("shift", shift).replace("scale", scale),
    }
    .in_cell()
}

impl InCell for StandardScaler {
    fn in_cell(&self) -> Bundle {
        scaler("Standardization", self, "mean", "standard deviation")
    }
}

impl InCell for MeanNormalizer {
    fn in_cell(&self) -> Bundle {
        scaler("Mean normalization", self, "mean", "range")
    }
}

impl InCell for MinMaxScaler {
    fn in_cell(&self) -> Bundle {
        scaler("Min–max scaling", self, "minimum", "range")
    }
}

impl InCell for FittedImputer {
    fn in_cell(&self) -> Bundle {
        Table {
            title: "Filled in for missing values".into(),
            headings: vec!["column".into(), "value".into()],
            rows: self.values().into_iter().map(|(column, value)| vec![column, value]).collect(),
            numeric: vec![false, true],
            note: String::new(),
        }
        .in_cell()
    }
}

impl InCell for Statistics {
    fn in_cell(&self) -> Bundle {
        let numbers = [
            ("mean", self.mean),
            ("standard deviation", self.std),
            ("minimum", self.min),
            ("lower quartile", self.lower_quartile),
            ("median", self.median),
            ("upper quartile", self.upper_quartile),
            ("maximum", self.max),
        ];
        let counts = [("values", self.count), ("missing", self.missing)];
        let counts = counts.into_iter().map(|(name, count)| vec![name.to_string(), count.to_string()]);
        let numbers = numbers.into_iter().map(|(name, number)| vec![name.to_string(), short(number)]);
        Table {
            title: String::new(),
            headings: vec![],
            rows: counts.chain(numbers).collect(),
            numeric: vec![false, true],
            note: String::new(),
        }
        .in_cell()
    }
}

show_without_prelude!(Split, TrainTest, StandardScaler, MeanNormalizer, MinMaxScaler, FittedImputer, Statistics);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use ndarray::array;

    #[test]
    fn splits_say_their_parts_and_scalers_their_numbers() -> Result<()> {
        let data = Dataset::from_arrays(array![[1.0], [3.0]], array![0.0, 1.0])?;
        let text = parts(&[("training", &data), ("test", &data)]).in_cell().plain().to_string();
        assert_eq!(text, "Split\npart      rows   share\ntraining     2  50.0 %\ntest         2  50.0 %\n4 rows");
        let text = StandardScaler::fit(&data)?.in_cell().plain().to_string();
        assert!(text.contains("x1         2                   1"), "{text}");
        assert!(text.ends_with("z = (x − mean) / standard deviation, learned from the training part"), "{text}");
        let text = Statistics::of(array![1.0, 3.0].view()).in_cell().plain().to_string();
        let median = text.lines().find(|line| line.starts_with("median"));
        assert_eq!(median.map(|line| line.split_whitespace().collect::<Vec<_>>()), Some(vec!["median", "2"]));
        Ok(())
    }
}
