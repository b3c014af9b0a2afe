//! The classes that a classifier learns to tell apart, and which of them each example belongs to.

use ndarray::Array1;
use serde::{Deserialize, Serialize};

use crate::data::{
    Column, Examples, Kind, Labels, class_name, columns_or_numbered, distinct_labels, label_position, number_name,
    quoted_list, stands_twice,
};
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
    /// Several targets, labels that are not whole numbers, fewer than two classes.
    pub fn of(examples: &impl Examples) -> Result<(Self, Vec<usize>)> {
        let target = only_target(examples)?;
        let labels = distinct_labels(examples.outputs().column(0).iter().copied());
        let (names, unseen) = match &target.kind {
            Kind::Category(categories) => {
                let unseen = (0..categories.len()).filter(|at| label_position(&labels, *at as f64).is_none());
                let unseen = unseen.map(|at| categories[at].clone()).collect();
                (labels.iter().filter_map(|label| categories.get(*label as usize).cloned()).collect(), unseen)
            }
            Kind::Number => (labels.iter().map(|label| number_name(*label)).collect::<Vec<_>>(), vec![]),
        };
        if labels.len() < 2 {
            let only = names.first().map_or(String::new(), |name| format!(", `{name}`"));
            let problem = format!("shows one class only{only}: a classifier needs examples of at least two");
            return Err(Error::Column { column: target.name, problem });
        }
        let classes = Classes { target, labels, names, unseen };
        let positions = classes.positions(examples)?;
        Ok((classes, positions))
    }

    /// Classes known by their names before there are examples; their labels are 0, 1, 2, ….
    ///
    /// # Errors
    /// Fewer than two, or one twice.
    pub fn named(names: &[impl AsRef<str>]) -> Result<Self> {
        let names: Vec<String> = names.iter().map(|name| name.as_ref().to_string()).collect();
        if names.len() < 2 {
            let found = format!("{}, `{}`", names.len(), names.join(", "));
            return Err(Error::Shape { what: "classes to learn".into(), expected: "at least two names".into(), found });
        }
        if let Some(twice) = stands_twice(&names) {
            return Err(Error::Data(format!("classes to learn: `{twice}` is named twice")));
        }
        let labels = (0..names.len()).map(|label| label as f64).collect();
        Ok(Classes { target: Column::category("y", names.clone()), labels, names, unseen: vec![] })
    }

    /// For each example the position of its class among these.
    ///
    /// # Errors
    /// Several targets, labels that are not whole numbers, a class that is none of these.
    pub fn positions(&self, examples: &impl Examples) -> Result<Vec<usize>> {
        let labels = self.labels_of(examples)?;
        let position = |(row, label): (usize, &f64)| {
            label_position(&self.labels, *label).ok_or_else(|| {
                let column = columns_or_numbered(examples.output_columns(), 1, "y").swap_remove(0).name;
                self.known().unknown(column, row, &class_name(&self.target, *label))
            })
        };
        labels.iter().enumerate().map(position).collect()
    }

    /// The labels of the examples as the fit's target holds them.
    ///
    /// # Errors
    /// As [`positions`](Self::positions), but a class of the target that had no example, or another number, is none.
    pub fn labels_of(&self, examples: &impl Examples) -> Result<Array1<f64>> {
        let target = only_target(examples)?;
        let given = examples.output_columns().is_some().then_some(&target);
        self.known().read(given, examples.outputs().column(0))
    }

    fn known(&self) -> Labels<'_> {
        let (has, lacks) = ("the classifier was made for", "the classifier does not know");
        Labels { own: &self.target, known: &self.labels, has, lacks }
    }

    /// What does not fit in classes that were read from a file.
    pub fn check(&self) -> std::result::Result<(), String> {
        let (labels, names) = (&self.labels, self.names.len());
        if labels.len() < 2 || labels.len() != names {
            return Err(format!("{} classes with {names} names", labels.len()));
        }
        let known = |label: &f64| match self.target.categories() {
            Some(categories) => *label >= 0.0 && *label < categories.len() as f64,
            None => true,
        };
        let whole = labels.iter().all(|label| label.fract() == 0.0 && known(label));
        match whole && labels.is_sorted_by(|one, next| one < next) {
            true => Ok(()),
            false => Err(format!("the labels {labels:?}")),
        }
    }

    /// How many examples each class has.
    pub fn sizes(&self, positions: &[usize]) -> Vec<usize> {
        let mut sizes = vec![0; self.count()];
        positions.iter().for_each(|class| sizes[*class] += 1);
        sizes
    }

    pub fn count(&self) -> usize {
        self.labels.len()
    }

    /// The names for a message; of many classes the first ones.
    pub fn list(&self) -> String {
        quoted_list(&self.names)
    }
}

/// The one column of targets, after a look at its labels: whole numbers.
fn only_target(examples: &impl Examples) -> Result<Column> {
    let outputs = examples.outputs();
    let mut columns = columns_or_numbered(examples.output_columns(), outputs.ncols(), "y");
    if columns.len() != 1 {
        let found = format!("{} columns", columns.len());
        let expected = "one column of class labels (of one-hot columns take the position of the 1)".into();
        return Err(Error::Shape { what: "classes to learn".into(), expected, found });
    }
    let target = columns.remove(0);
    if let Some((row, label)) = outputs.column(0).indexed_iter().find(|(_, label)| label.fract() != 0.0) {
        // NaN and infinities have no whole part either.
        let problem = match label.is_finite() {
            true => format!("row {row} holds {}, which is not a class: classes are whole numbers", number_name(*label)),
            false => format!("row {row} has no class; drop such rows with `drop_missing`"),
        };
        return Err(Error::Column { column: target.name, problem });
    }
    Ok(target)
}
