//! What is known about one column: its name, its meaning, its unit, and whether it holds numbers or categories.

use serde::{Deserialize, Serialize};

use crate::format::short;

/// Name, meaning, unit and kind of a column of a [`Dataset`](crate::data::Dataset).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The name, unique in its data set.
    pub name: String,
    /// What it means, in a few words; empty where unknown.
    pub meaning: String,
    /// The unit of its values ("100 000 $", "cm"); empty where there is none.
    pub unit: String,
    /// Numbers, or categories.
    pub kind: Kind,
}

/// What the values of a column are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// Numbers that can be computed with.
    Number,
    /// Categories in sorted order; a value is a position in this list.
    Category(Vec<String>),
}

impl Column {
    /// A column of numbers.
    pub fn number(name: impl Into<String>) -> Self {
        Column { name: name.into(), meaning: String::new(), unit: String::new(), kind: Kind::Number }
    }

    /// A column of categories; its values are positions in `categories`.
    pub fn category(name: impl Into<String>, categories: Vec<String>) -> Self {
        Column { kind: Kind::Category(categories), ..Column::number(name) }
    }

    /// The same column with its meaning.
    #[must_use]
    pub fn meaning(mut self, meaning: impl Into<String>) -> Self {
        self.meaning = meaning.into();
        self
    }

    /// The same column with its unit.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// The categories, or nothing for a column of numbers.
    pub fn categories(&self) -> Option<&[String]> {
        match &self.kind {
            Kind::Number => None,
            Kind::Category(categories) => Some(categories),
        }
    }

    /// Name and unit for an axis: `MedInc (10 000 $)`.
    pub fn label(&self) -> String {
        if self.unit.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.unit) }
    }

    /// A value of this column as a reader wants it: a number in short, a category by its name, `–` where missing.
    pub fn show(&self, value: f64) -> String {
        if value.is_nan() {
            return "–".into();
        }
        match &self.kind {
            Kind::Number => short(value),
            Kind::Category(categories) => {
                categories.get(value as usize).cloned().unwrap_or_else(|| format!("category {value}"))
            }
        }
    }
}

/// A name that stands twice in the list.
pub(crate) fn stands_twice(names: &[String]) -> Option<&String> {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// Refuses columns of which two have one name.
pub(crate) fn require_distinct<'a>(columns: impl IntoIterator<Item = &'a Column>) -> Result<(), String> {
    let mut names: Vec<&str> = columns.into_iter().map(|column| column.name.as_str()).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
    twice.map_or(Ok(()), |pair| Err(format!("two columns are called `{}`", pair[0])))
}
