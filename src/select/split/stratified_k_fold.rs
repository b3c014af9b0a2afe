//! Stratified k-fold: k-fold with the same shares of the classes in every part.

use std::collections::HashMap;

use super::{Fold, Folds, by_fold_of_row, even_sizes, require_folds};
use crate::data::{Dataset, Seed, shuffle};
use crate::error::{Error, Result};

/// Stratified k-fold: k parts of about equal size with the same shares of the classes in each; otherwise as [`KFold`](super::KFold).
///
/// There are two ways to divide a class whose count is no multiple of k. [`new`](Self::new) deals the classes out in turn, so that
/// the parts, too, differ by one row at most: scikit-learn since version 0.22. [`contiguous`](Self::contiguous) cuts each class
/// separately into runs in the order of the rows, the first ones larger: scikit-learn before 0.22, whose numbers older
/// slides show (B28). In both the rows of a class stay in order, unless [`shuffled`](Self::shuffled). R. Kohavi (1995), *A
/// Study of Cross-Validation and Bootstrap for Accuracy Estimation and Model Selection*.
///
/// ```
/// use gradus::prelude::*;
/// let iris = datasets::iris()?;
/// for fold in StratifiedKFold::new(5).shuffled(Seed(1)).folds(&iris)? {
///     let counts = iris.select_rows(&fold.validation)?.class_counts()?;
///     assert_eq!(counts.cell(0, "rows"), Some("10")); // of each of the three species
/// }
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Column`] for a target that holds no classes, or a class with fewer rows than there are folds, which some folds
/// would lack (scikit-learn only warns, unless all classes are so rare).
/// [`Error::Parameter`] for fewer than two folds, [`Error::Data`] without one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StratifiedKFold {
    folds: usize,
    contiguous: bool,
    seed: Option<Seed>,
}

impl StratifiedKFold {
    /// Returns a division into `folds` parts, at least 2, as in scikit-learn since 0.22.
    pub fn new(folds: usize) -> Self {
        StratifiedKFold { folds, contiguous: false, seed: None }
    }

    /// Returns a division into `folds` parts, at least 2, as in scikit-learn before 0.22: each class cut into runs.
    pub fn contiguous(folds: usize) -> Self {
        StratifiedKFold { folds, contiguous: true, seed: None }
    }

    /// Shuffles the rows of each class first.
    #[must_use]
    pub fn shuffled(mut self, seed: Seed) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The folds; `round` numbers the repetitions of one seed.
    pub(super) fn of_data(self, data: &Dataset, round: usize) -> Result<Vec<Fold>> {
        require_folds(self.folds, data.rows(), "rows")?;
        let classes = rows_of_classes(data)?;
        for rows in &classes {
            if rows.len() < self.folds {
                let label = data.target_columns()[0].show(data.target()?[rows[0]]);
                let problem = format!(
                    "class `{label}` has {}, fewer than {} folds; take fewer folds, or `KFold` without strata",
                    if rows.len() == 1 { "one row".into() } else { format!("{} rows", rows.len()) },
                    self.folds
                );
                return Err(Error::Column { column: data.target_columns()[0].name.clone(), problem });
            }
        }
        let mut generator = self.seed.map(|seed| seed.of_epoch(round));
        let mut fold_of = vec![0; data.rows()];
        let mut dealt = 0;
        for rows in classes {
            let mut sizes: Vec<usize> = even_sizes(rows.len(), self.folds).collect();
            if !self.contiguous {
                // One row after the other goes to the next fold, from class to class without a break.
                sizes.rotate_right(dealt % self.folds);
                dealt += rows.len();
            }
            let mut folds: Vec<usize> =
                sizes.into_iter().enumerate().flat_map(|(fold, size)| std::iter::repeat_n(fold, size)).collect();
            if let Some(generator) = &mut generator {
                shuffle(&mut folds, generator);
            }
            for (row, fold) in rows.into_iter().zip(folds) {
                fold_of[row] = fold;
            }
        }
        Ok(by_fold_of_row(&fold_of, self.folds))
    }
}

impl Folds for StratifiedKFold {
    fn folds(&self, data: &Dataset) -> Result<Vec<Fold>> {
        self.of_data(data, 0)
    }
}

/// The rows of each class, the classes in the order in which they first appear.
fn rows_of_classes(data: &Dataset) -> Result<Vec<Vec<usize>>> {
    let labels = data.target()?;
    let mut classes: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<u64, usize> = HashMap::new();
    for (row, label) in labels.iter().enumerate() {
        if label.fract() != 0.0 {
            // NaN and infinities are no whole numbers either.
            let problem = match label.is_finite() {
                true => format!("row {row} holds {label}, which is not a class; stratify by classes, or take `KFold`"),
                false => format!("row {row} has no class; drop such rows with `drop_missing`"),
            };
            return Err(Error::Column { column: data.target_columns()[0].name.clone(), problem });
        }
        // The sum of −0 and 0 is 0.
        let class = *known.entry((label + 0.0).to_bits()).or_insert(classes.len());
        match classes.get_mut(class) {
            Some(rows) => rows.push(row),
            None => classes.push(vec![row]),
        }
    }
    Ok(classes)
}
