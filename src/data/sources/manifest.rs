//! `datasets/manifest.json`: what is known about every data set.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::data::column::Column;
use crate::data::csv::Csv;
use crate::data::dataset::Dataset;
use crate::data::fetch::{Remote, Source};
use crate::data::table::Table;
use crate::error::{Error, Result};

const MANIFEST: &str = include_str!("../../../datasets/manifest.json");

/// One data set of the manifest.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Entry {
    pub title: String,
    pub file: String,
    pub rows: usize,
    pub bytes: u64,
    pub sha256: String,
    pub origin: String,
    pub target: String,
    pub columns: Vec<Described>,
    /// Empty for a shipped set.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Further files of a set that is fetched.
    #[serde(default)]
    pub others: Vec<Remote>,
    /// How many features there are, where the columns are not named one by one.
    #[serde(default)]
    features: Option<usize>,
}

/// Name, meaning and unit of a column.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Described {
    pub name: String,
    pub meaning: String,
    pub unit: String,
}

fn manifest() -> Result<BTreeMap<String, Entry>> {
    serde_json::from_str(MANIFEST).map_err(Error::library("reading datasets/manifest.json"))
}

/// The entry of one data set.
pub(super) fn entry(name: &str) -> Result<Entry> {
    manifest()?.remove(name).ok_or_else(|| Error::Data(format!("datasets/manifest.json does not know `{name}`")))
}

impl Entry {
    /// The data of a shipped file, with meanings, units and target.
    pub fn shipped(&self, content: &str) -> Result<Dataset> {
        // The target of digits looks like numbers and means classes; that of diabetes is a number.
        let csv = match self.target.as_str() {
            "digit" => Csv::new(&self.file).text([&self.target]),
            _ => Csv::new(&self.file),
        };
        self.describe(csv.parse(content.as_bytes())?)
    }

    /// The file of a set that is fetched.
    pub fn remote(&self) -> Remote {
        Remote {
            file: self.file.clone(),
            bytes: self.bytes,
            sha256: self.sha256.clone(),
            sources: self.sources.clone(),
        }
    }

    /// The data with title, meanings, units and target, and the rows counted.
    pub fn describe(&self, data: Dataset) -> Result<Dataset> {
        if data.rows() != self.rows {
            let (expected, found) = (format!("{} rows", self.rows), format!("{} rows", data.rows()));
            return Err(Error::Shape { what: self.title.clone(), expected, found });
        }
        let mut data = data.named(self.title.clone());
        for Described { name, meaning, unit } in &self.columns {
            data = data.describe_column(name, meaning, unit)?;
        }
        data.with_target(&self.target)
    }

    /// The columns with their meanings and units, all of them numbers.
    pub fn number_columns(&self) -> Vec<Column> {
        let column = |column: &Described| Column::number(&column.name).meaning(&column.meaning).unit(&column.unit);
        self.columns.iter().map(column).collect()
    }
}

/// All data sets as a table: rows, features, target, size, and where they come from.
///
/// # Errors
/// Only if the manifest inside the library is broken, which its tests exclude.
pub fn list() -> Result<Table> {
    let headings = ["function", "title", "rows", "features", "target", "where it is", "origin"];
    let mut table = Table::new("Data sets", &headings, &[false, false, true, true, false, false, false]);
    for (name, entry) in manifest()? {
        let bytes = entry.bytes + entry.others.iter().map(|other| other.bytes).sum::<u64>();
        let place = match entry.sources.is_empty() {
            true => "shipped".to_string(),
            false => format!("fetched, {:.1} MB", bytes as f64 / 1e6),
        };
        let features = entry.features.unwrap_or(entry.columns.len() - 1);
        table.push([
            format!("datasets::{name}()"),
            entry.title,
            entry.rows.to_string(),
            features.to_string(),
            entry.target,
            place,
            entry.origin,
        ]);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::hexadecimal;
    use sha2::{Digest, Sha256};

    #[test]
    fn shipped_files_are_those_of_the_manifest() {
        for (name, entry) in manifest().unwrap() {
            if entry.sources.is_empty() {
                let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets").join(&entry.file);
                let bytes = std::fs::read(path).unwrap();
                assert_eq!(bytes.len() as u64, entry.bytes, "{name}");
                assert_eq!(hexadecimal(&Sha256::digest(&bytes)), entry.sha256, "{name}");
            }
        }
    }

    #[test]
    fn every_set_is_listed() {
        let table = list().unwrap();
        assert_eq!(table.rows.len(), 7);
        let housing = table.rows.iter().find(|row| row[0] == "datasets::california_housing_raw()").unwrap();
        assert_eq!(housing[2..6], ["20640", "9", "median_house_value", "fetched, 1.4 MB"]);
        assert!(entry("nothing").unwrap_err().to_string().contains("`nothing`"));
    }
}
