//! What views of classifiers need of examples and of answers: classes, their names, probabilities that are some.

use ndarray::{Array2, ArrayView2, Axis, concatenate};

use super::style;
use crate::data::{Examples, columns_or_numbered};
use crate::error::{Error, Result};
use crate::linear::LinearClassifier;
use crate::metrics::class_positions;

/// The classes of examples: their names, safe for plotly, and which of them each example has.
pub(crate) struct Classes {
    pub names: Vec<String>,
    pub actual: Vec<usize>,
    /// What the classes are of; nothing where their list is not known, only those that occur.
    pub target: Option<String>,
    /// The target's column, for classes without a name.
    column: String,
}

impl Classes {
    /// The classes of the one target: a data set's categories, or whole numbers from 0.
    pub fn of(examples: &impl Examples, what: &str) -> Result<Self> {
        let (rows, outputs) = (examples.inputs().nrows(), examples.outputs());
        if outputs.ncols() != 1 || outputs.nrows() != rows || rows == 0 {
            let expected = format!("{} classes, one a row", rows.max(1));
            let found = format!("{:?}", outputs.shape());
            return Err(Error::Shape { what: format!("{what}: targets"), expected, found });
        }
        let column = columns_or_numbered(examples.output_columns(), 1, "y").swap_remove(0);
        let categories = column.categories();
        let limit = categories.map_or(MOST_CLASSES, <[String]>::len);
        let actual = class_positions(&format!("class `{}`", column.name), outputs.column(0), limit)?;
        let names = match categories {
            Some(names) => names.iter().map(|name| style::escape(name)).collect(),
            None => {
                let count = actual.iter().max().map_or(0, |most| most + 1);
                (0..count).map(|class| number_name(&column.name, class)).collect()
            }
        };
        let target = categories.map(|_| style::escape(&column.label()));
        Ok(Classes { names, actual, target, column: column.name })
    }

    /// The classes that a classifier knows, and for each example the position of its class among them.
    pub fn known(classifier: &LinearClassifier, examples: &impl Examples) -> Result<Self> {
        let (column, actual) = (classifier.target(), classifier.positions(examples)?);
        let name = |name: &String| match column.categories() {
            Some(_) => style::escape(name),
            None => number_name(&column.name, name),
        };
        let names = classifier.classes().iter().map(name).collect();
        Ok(Classes { names, actual, target: Some(style::escape(&column.label())), column: column.name.clone() })
    }

    /// The answer for `rows` inputs as one probability a class: n × k as it is; n × 1 of two classes is the second
    /// one's. Where nobody named the classes, the answer may know more of them than the examples show; of named ones it may
    /// know only those that the examples show, and the others then have the probability 0.
    pub fn probabilities(&mut self, what: &str, answer: ArrayView2<'_, f64>, rows: usize) -> Result<Array2<f64>> {
        let classes = self.names.len();
        // Examples of one class alone may be of two, unless somebody named only one.
        let shown = self.shown();
        let of_second =
            answer.ncols() == 1 && (classes == 2 || shown.len() == 2 || (classes == 1 && self.target.is_none()));
        let fits = of_second
            || answer.ncols() == classes
            || match self.target {
                Some(_) => answer.ncols() == shown.len(),
                None => answer.ncols() > classes,
            };
        if answer.nrows() != rows || !fits {
            let expected = format!("[{rows}, {classes}], a row an example and a column a class");
            let found = format!("{:?}", answer.shape());
            return Err(Error::Shape { what: format!("{what}: probabilities"), expected, found });
        }
        if let Some(((row, class), value)) =
            answer.indexed_iter().find(|(_, value)| !(-1e-6..=1.0 + 1e-6).contains(*value))
        {
            return Err(Error::Data(format!(
                "{what}: the answer in row {row}, column {class} is {value}, which is no probability; they lie from 0 to \
                 1 (scores become some through a sigmoid or softmax)"
            )));
        }
        self.extend_to(if of_second { 2 } else { answer.ncols() });
        let answer = match of_second {
            true => {
                let first = answer.mapv(|second| 1.0 - second);
                let both = concatenate(Axis(1), &[first.view(), answer]);
                both.map_err(Error::library(what))?
            }
            false => answer.to_owned(),
        };
        if answer.ncols() >= classes {
            return Ok(answer);
        }
        let mut all = Array2::zeros((rows, classes));
        for (class, column) in shown.into_iter().zip(answer.columns()) {
            all.column_mut(class).assign(&column);
        }
        Ok(all)
    }

    /// The classes of which there are examples, in their order.
    fn shown(&self) -> Vec<usize> {
        let mut shown = self.actual.clone();
        shown.sort_unstable();
        shown.dedup();
        shown
    }

    /// The answer for `rows` inputs as a class each.
    pub fn labels(&mut self, what: &str, answer: ndarray::ArrayView1<'_, f64>, rows: usize) -> Result<Vec<usize>> {
        if answer.len() != rows {
            let expected = format!("[{rows}], a class an example");
            let found = format!("{:?}", answer.shape());
            return Err(Error::Shape { what: format!("{what}: classes"), expected, found });
        }
        let limit = if self.target.is_some() { self.names.len() } else { MOST_CLASSES };
        let labels = class_positions("answered class", answer, limit)?;
        self.extend_to(labels.iter().max().map_or(0, |most| most + 1));
        Ok(labels)
    }

    /// Names for classes of which there are no examples.
    fn extend_to(&mut self, count: usize) {
        while self.names.len() < count {
            self.names.push(number_name(&self.column, self.names.len()));
        }
    }
}

/// More classes than this in unnamed numbers are no classes.
const MOST_CLASSES: usize = 1000;

fn number_name(column: &str, class: impl std::fmt::Display) -> String {
    format!("{} = {class}", style::escape(column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Column, Dataset};
    use crate::metrics::greatest;
    use ndarray::array;

    #[test]
    fn numbers_without_names_are_classes_too() -> Result<()> {
        let (x, y) = (array![[1.0], [2.0], [3.0]], array![0.0, 1.0, 0.0]);
        let mut classes = Classes::of(&(&x, &y), "view")?;
        assert_eq!(classes.names, ["y = 0", "y = 1"]);
        let both = classes.probabilities("view", array![[0.25], [1.0], [0.0]].view(), 3)?;
        assert_eq!(both, array![[0.75, 0.25], [0.0, 1.0], [1.0, 0.0]]);
        assert_eq!(classes.labels("view", array![2.0, 0.0].view(), 2)?, [2, 0]);
        assert_eq!(classes.names, ["y = 0", "y = 1", "y = 2"]);
        Ok(())
    }

    #[test]
    fn answers_of_another_shape_or_no_probabilities_are_refused() -> Result<()> {
        let (x, y) = (array![[1.0], [2.0]], array![0.0, 2.0]);
        let mut classes = Classes::of(&(&x, &y), "view")?;
        let mut message = |answer: Array2<f64>| {
            classes.probabilities("view", answer.view(), 2).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let text = message(array![[0.5, 0.5], [0.5, 0.5]]);
        assert_eq!(text, "view: probabilities: expected [2, 3], a row an example and a column a class, found [2, 2]");
        assert!(message(array![[0.5, 0.5, 0.0]]).contains("found [1, 3]"));
        assert!(message(array![[0.5, 0.5, 0.0], [0.5, f64::NAN, 0.0]]).contains("row 1, column 1 is NaN"));
        assert!(message(array![[0.5, 0.5, 0.0], [3.5, 0.5, 0.0]]).contains("is 3.5, which is no probability"));
        assert!(Classes::of(&(&x, &array![0.0, 0.5]), "view").is_err());
        assert!(Classes::of(&(&x, &array![[0.0, 1.0], [1.0, 0.0]]), "view").is_err());
        Ok(())
    }

    #[test]
    fn a_classifier_may_know_only_the_categories_that_are_shown() -> Result<()> {
        let names = ["a", "b", "c"].map(String::from).to_vec();
        let (columns, x) = (vec![Column::number("x")], array![[1.0], [2.0]]);
        let data = Dataset::new("two", columns, x, vec![Column::category("kind", names)], array![[2.0], [0.0]])?;
        let mut classes = Classes::of(&data, "view")?;
        let two = array![[0.1, 0.9], [0.7, 0.3]];
        assert_eq!(classes.probabilities("view", two.view(), 2)?, array![[0.1, 0.0, 0.9], [0.7, 0.0, 0.3]]);
        let second = array![[0.75], [0.25]];
        assert_eq!(classes.probabilities("view", second.view(), 2)?, array![[0.25, 0.0, 0.75], [0.75, 0.0, 0.25]]);
        Ok(())
    }

    #[test]
    fn the_first_of_equals_wins() {
        assert_eq!((greatest(&[0.5, 0.5]), greatest(&[0.1, 0.7, 0.2]), greatest(&[])), (0, 1, 0));
    }
}
