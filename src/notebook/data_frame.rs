//! polars' tables and columns under a cell.

use polars::prelude::{AnyValue, Column, DataFrame, DataType, Series};

use super::bundle::Bundle;
use super::in_cell::InCell;
use crate::data::{Table, short};

/// Rows shown at each end of a long table.
const ENDS: usize = 5;
const COLUMNS: usize = 16;

impl InCell for DataFrame {
    fn in_cell(&self) -> Bundle {
        table(self.columns(), self.height()).in_cell()
    }
}

impl InCell for Series {
    fn in_cell(&self) -> Bundle {
        table(&[self.clone().into()], self.len()).in_cell()
    }
}

impl InCell for Column {
    fn in_cell(&self) -> Bundle {
        table(std::slice::from_ref(self), self.len()).in_cell()
    }
}

fn table(columns: &[Column], height: usize) -> Table {
    let shown = &columns[..columns.len().min(COLUMNS)];
    let places: Vec<Option<usize>> = match height {
        0..=10 => (0..height).map(Some).collect(),
        _ => (0..ENDS).map(Some).chain([None]).chain((height - ENDS..height).map(Some)).collect(),
    };
    let cell = |column: &Column, place: Option<usize>| match place {
        Some(row) => column.get(row).map_or_else(|_| "?".into(), value),
        None => "…".into(),
    };
    let rows = places.into_iter().map(|place| shown.iter().map(|column| cell(column, place)).collect()).collect();
    let mut note = format!("{height} rows × {} columns", columns.len());
    if shown.len() < columns.len() {
        note.push_str(&format!(", the first {COLUMNS} shown"));
    }
    let missing: usize = columns.iter().map(Column::null_count).sum();
    if missing > 0 {
        note.push_str(&format!(", {missing} missing (–)"));
    }
    Table {
        title: String::new(),
        headings: shown.iter().map(|column| column.name().to_string()).collect(),
        rows,
        numeric: shown.iter().map(|column| is_number(column.dtype())).collect(),
        note,
    }
}

fn is_number(kind: &DataType) -> bool {
    kind.is_primitive_numeric()
}

fn value(value: AnyValue<'_>) -> String {
    match value {
        AnyValue::Null => "–".into(),
        AnyValue::String(text) => text.to_string(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Float64(number) => short(number),
        AnyValue::Float32(number) => short(f64::from(number)),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::df;

    #[test]
    fn a_frame_shows_both_ends_and_what_is_missing() -> polars::prelude::PolarsResult<()> {
        let ages: Vec<Option<f64>> = (0..100).map(|age| (age != 1).then_some(f64::from(age) + 0.5)).collect();
        let names: Vec<String> = (0..100).map(|at| format!("<{at}>")).collect();
        let bundle = df!("name" => names, "age" => ages)?.in_cell();
        let lines: Vec<&str> = bundle.plain().lines().collect();
        assert_eq!((lines[0], lines[1], lines[2]), ("name   age", "<0>    0.5", "<1>      –"));
        assert_eq!((lines[6], lines[11]), ("…        …", "<99>  99.5"));
        assert_eq!(lines[12], "100 rows × 2 columns, 1 missing (–)");
        assert!(bundle.get("text/html").is_some_and(|html| html.contains("&lt;99&gt;")));
        Ok(())
    }
}
