//! `Table`: a small table of text, the answer of `head`, `describe`, `class_counts` and the like.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A small table to be read by people: a title, headings, rows of text and a note below.
///
/// In a notebook it shows as an HTML table; printed, as aligned text. The numbers behind it come from other methods
/// ([`Dataset::statistics`](crate::data::Dataset::statistics), [`Dataset::column`](crate::data::Dataset::column)).
///
/// ```
/// use gradus::prelude::*;
/// let table = Table::new("Fruit", &["name", "grams"], &[false, true]).row(["apple", "182"]).row(["fig", "50"]);
/// assert_eq!(table.to_string(), "Fruit\nname   grams\n-----  -----\napple    182\nfig       50\n");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What the table shows; empty for none.
    pub title: String,
    /// One heading a column.
    pub headings: Vec<String>,
    /// The cells, row by row; every row is as long as the headings.
    pub rows: Vec<Vec<String>>,
    /// For each column whether it holds numbers, which stand on the right.
    pub numeric: Vec<bool>,
    /// What a reader must know beside it; empty for none.
    pub note: String,
}

impl Table {
    /// A table without rows yet; `numeric` says which columns stand on the right.
    pub fn new(title: impl Into<String>, headings: &[&str], numeric: &[bool]) -> Self {
        Table {
            title: title.into(),
            headings: headings.iter().map(|heading| heading.to_string()).collect(),
            rows: Vec::new(),
            numeric: numeric.to_vec(),
            note: String::new(),
        }
    }

    /// The same table with one more row.
    #[must_use]
    pub fn row<T: Into<String>>(mut self, cells: impl IntoIterator<Item = T>) -> Self {
        self.push(cells);
        self
    }

    /// Adds a row.
    pub fn push<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The same table with this note below it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The cell in this row under this heading, where both exist.
    pub fn cell(&self, row: usize, heading: &str) -> Option<&str> {
        let column = self.headings.iter().position(|name| name == heading)?;
        self.rows.get(row)?.get(column).map(String::as_str)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = |text: &String| text.chars().count();
        let widths: Vec<usize> = self
            .headings
            .iter()
            .enumerate()
            .map(|(column, heading)| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.chain([heading]).map(length).max().unwrap_or(0)
            })
            .collect();
        let line = |cells: &[String]| {
            let padded = cells.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
                let gap = " ".repeat(width.saturating_sub(length(cell)));
                match self.numeric.get(column) {
                    Some(true) => format!("{gap}{cell}"),
                    _ => format!("{cell}{gap}"),
                }
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_string()
        };
        if !self.title.is_empty() {
            writeln!(f, "{}", self.title)?;
        }
        writeln!(f, "{}", line(&self.headings))?;
        writeln!(f, "{}", widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  "))?;
        for row in &self.rows {
            writeln!(f, "{}", line(row))?;
        }
        if !self.note.is_empty() {
            writeln!(f, "{}", self.note)?;
        }
        Ok(())
    }
}
