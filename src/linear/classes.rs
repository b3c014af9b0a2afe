//! The classes that a classifier learns to tell apart, and which of them each example belongs to.

use serde::{Deserialize, Serialize};

use crate::data::{Column, Examples, Kind, columns_or_numbered, short};
use crate::error::{Error, Result};

/// The classes of a fit: those that its examples show, in the order of their labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Classes {
    /// The target's column.
    pub target: Column,
    /// The label of each class as the data holds it: a whole number, for categories the position among them all.
    pub labels: Vec<f64>,
    /// What each class is called.
    pub names: Vec<String>,
    /// Categories of the target that have no example to learn from.
    pub unseen: Vec<String>,
}

impl Classes {
    /// The classes of the one target, and for each example the position of its class among them.
    ///
    /// # Errors
    /// Several targets, labels that are no whole numbers, fewer than two classes.
    pub fn of(examples: &impl Examples) -> Result<(Self, Vec<usize>)> {
        let outputs = examples.outputs();
        let mut columns = columns_or_numbered(examples.output_columns(), outputs.ncols(), "y");
        if columns.len() != 1 {
            let found = format!("{} columns", columns.len());
            let expected = "one column of class labels (of one-hot columns take the position of the 1)".into();
            return Err(Error::Shape { what: "classes to learn".into(), expected, found });
        }
        let target = columns.remove(0);
        let values = outputs.column(0);
        if let Some((row, label)) = values.indexed_iter().find(|(_, label)| label.fract() != 0.0) {
            // NaN and infinities have no whole part either.
            let problem = match label.is_finite() {
                true => format!("row {row} holds {}, which is no class: classes are whole numbers", short(*label)),
                false => format!("row {row} has no class; drop such rows with `drop_missing`"),
            };
            return Err(Error::Column { column: target.name, problem });
        }
        let mut labels = values.to_vec();
        labels.sort_unstable_by(f64::total_cmp);
        labels.dedup();
        let (names, unseen) = match &target.kind {
            Kind::Category(categories) => {
                let unseen = (0..categories.len()).filter(|at| !labels.contains(&(*at as f64)));
                let unseen = unseen.map(|at| categories[at].clone()).collect();
                (labels.iter().filter_map(|label| categories.get(*label as usize).cloned()).collect(), unseen)
            }
            Kind::Number => (labels.iter().map(f64::to_string).collect::<Vec<_>>(), vec![]),
        };
        if labels.len() < 2 {
            let only = names.first().map_or(String::new(), |name| format!(", `{name}`"));
            let problem = format!("shows one class only{only}: a classifier needs examples of at least two");
            return Err(Error::Column { column: target.name, problem });
        }
        let position = |label: &f64| labels.binary_search_by(|known| known.total_cmp(label)).unwrap_or_default();
        let positions = values.iter().map(position).collect();
        Ok((Classes { target, labels, names, unseen }, positions))
    }

    pub fn count(&self) -> usize {
        self.labels.len()
    }
}
