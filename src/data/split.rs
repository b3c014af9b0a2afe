//! Hold-out: parts of a data set for training, validation and test.

use serde::{Deserialize, Serialize};

use super::column::Kind;
use super::dataset::Dataset;
use super::random::{permutation, shuffle};
use super::seed::Seed;
use crate::error::{Error, Result};

/// Three parts of a data set: to learn from, to choose with, to judge with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// To learn from.
    pub train: Dataset,
    /// To choose models and their settings with.
    pub validation: Dataset,
    /// To judge with, once, at the end.
    pub test: Dataset,
}

/// Two parts of a data set: to learn from, to judge with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainTest {
    /// To learn from.
    pub train: Dataset,
    /// To judge with, once, at the end.
    pub test: Dataset,
}

impl Dataset {
    /// Training, validation and test part in these fractions, shuffled.
    ///
    /// Every row is in exactly one part. The parts' sizes are n·fraction, rounded so that they add up to n (the largest
    /// remainders are rounded up). The same seed gives the same parts.
    ///
    /// # Errors
    /// [`Error::Parameter`] for fractions that are not positive, do not add up to 1, or leave a part without a row.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let split = datasets::iris()?.split([0.8, 0.1, 0.1], Seed(7))?;
    /// assert_eq!((split.train.rows(), split.validation.rows(), split.test.rows()), (120, 15, 15));
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn split(&self, fractions: [f64; 3], seed: Seed) -> Result<Split> {
        let [train, validation, test] = self.split_into(fractions, seed)?;
        Ok(Split { train, validation, test })
    }

    /// Training and test part in these fractions, shuffled; otherwise as [`Dataset::split`].
    ///
    /// # Errors
    /// As [`Dataset::split`].
    pub fn train_test(&self, fractions: [f64; 2], seed: Seed) -> Result<TrainTest> {
        let [train, test] = self.split_into(fractions, seed)?;
        Ok(TrainTest { train, test })
    }

    /// Any number of parts in these fractions, shuffled; otherwise as [`Dataset::split`].
    ///
    /// # Errors
    /// As [`Dataset::split`].
    pub fn split_into<const N: usize>(&self, fractions: [f64; N], seed: Seed) -> Result<[Dataset; N]> {
        let sizes = sizes(self.rows(), &fractions)?;
        let order = permutation(self.rows(), &mut seed.generator());
        let mut start = 0;
        let parts = sizes.map(|size| {
            start += size;
            order[start - size..start].to_vec()
        });
        self.parts(parts)
    }

    /// Training, validation and test part in these fractions, shuffled, with the classes in the same shares in each.
    ///
    /// The target must hold classes. Each class is divided like the whole, what rounding takes from one class it gives to
    /// the next, and every part gets at least one row of every class.
    ///
    /// # Errors
    /// As [`Dataset::split`]; also [`Error::Column`] for a target of numbers, with missing values, or with a class that
    /// has fewer rows than there are parts, [`Error::Data`] without one target.
    pub fn split_stratified(&self, fractions: [f64; 3], seed: Seed) -> Result<Split> {
        let [train, validation, test] = self.split_into_stratified(fractions, seed)?;
        Ok(Split { train, validation, test })
    }

    /// Training and test part, stratified as in [`Dataset::split_stratified`].
    ///
    /// # Errors
    /// As [`Dataset::split_stratified`].
    pub fn train_test_stratified(&self, fractions: [f64; 2], seed: Seed) -> Result<TrainTest> {
        let [train, test] = self.split_into_stratified(fractions, seed)?;
        Ok(TrainTest { train, test })
    }

    /// Any number of parts, stratified as in [`Dataset::split_stratified`].
    ///
    /// # Errors
    /// As [`Dataset::split_stratified`].
    pub fn split_into_stratified<const N: usize>(&self, fractions: [f64; N], seed: Seed) -> Result<[Dataset; N]> {
        sizes(self.rows(), &fractions)?;
        let labels = self.target()?;
        let column = &self.target_columns[0];
        let refuse = |problem: String| Err(Error::Column { column: column.name.clone(), problem });
        let Kind::Category(classes) = &column.kind else {
            return refuse(
                "holds numbers, so it has no classes to keep in proportion; `categorized(\"…\")` makes them".into(),
            );
        };
        let mut rows_of = vec![Vec::new(); classes.len()];
        let mut generator = seed.generator();
        for row in permutation(self.rows(), &mut generator) {
            match rows_of.get_mut(labels[row] as usize) {
                Some(rows) if !labels[row].is_nan() => rows.push(row),
                _ => return refuse(format!("row {row} has no class; drop such rows with `drop_missing`")),
            }
        }
        let mut parts: [Vec<usize>; N] = std::array::from_fn(|_| Vec::new());
        let mut carried = [0.0; N];
        for (class, rows) in classes.iter().zip(rows_of).filter(|(_, rows)| !rows.is_empty()) {
            if rows.len() < N {
                let problem =
                    format!("class `{class}` has {} rows, too few for {N} parts; split without strata", rows.len());
                return refuse(problem);
            }
            let ideal: [f64; N] = std::array::from_fn(|part| carried[part] + fractions[part] * rows.len() as f64);
            let mut sizes = round(&ideal, rows.len());
            while let Some(empty) = sizes.iter().position(|size| *size == 0) {
                let largest = (0..N).max_by_key(|part| sizes[*part]).unwrap_or(0);
                sizes[largest] -= 1;
                sizes[empty] += 1;
            }
            let mut rest = rows.as_slice();
            for part in 0..N {
                let (taken, others) = rest.split_at(sizes[part]);
                parts[part].extend(taken);
                rest = others;
                carried[part] = ideal[part] - sizes[part] as f64;
            }
        }
        parts.iter_mut().for_each(|part| shuffle(part, &mut generator));
        self.parts(parts)
    }

    fn parts<const N: usize>(&self, rows: [Vec<usize>; N]) -> Result<[Dataset; N]> {
        let parts = rows.iter().map(|rows| self.select_rows(rows)).collect::<Result<Vec<_>>>()?;
        parts.try_into().map_err(|_| Error::Data("a split lost one of its parts".into()))
    }
}

/// The sizes of the parts, checked: n·fraction, rounded so that they add up to n.
fn sizes<const N: usize>(rows: usize, fractions: &[f64; N]) -> Result<[usize; N]> {
    let refuse = |requirement: String| {
        Err(Error::Parameter { parameter: "fractions", value: format!("{fractions:?}"), requirement })
    };
    if !fractions.iter().all(|fraction| fraction.is_finite() && *fraction > 0.0) {
        return refuse("each must be a number above 0".into());
    }
    let sum: f64 = fractions.iter().sum();
    if (sum - 1.0).abs() > 1e-9 {
        return refuse(format!("they must add up to 1, they add up to {}", crate::format::short(sum)));
    }
    let ideal: [f64; N] = std::array::from_fn(|part| fractions[part] * rows as f64);
    let sizes = round(&ideal, rows);
    match sizes.iter().position(|size| *size == 0) {
        Some(part) => refuse(format!("part {} of {rows} rows would be empty", part + 1)),
        None => Ok(sizes),
    }
}

/// Whole numbers near `ideal` that add up to `total`: all are rounded down, the largest remainders then up again.
fn round<const N: usize>(ideal: &[f64; N], total: usize) -> [usize; N] {
    let mut sizes = ideal.map(|size| size.max(0.0).floor() as usize);
    let remainder = |sizes: &[usize; N], part: usize| ideal[part] - sizes[part] as f64;
    let by_remainder = |sizes: &[usize; N], a: &usize, b: &usize| {
        // Of equal remainders the earlier part wins, so that training is never the one that loses a row.
        remainder(sizes, *a).total_cmp(&remainder(sizes, *b)).then(b.cmp(a))
    };
    while sizes.iter().sum::<usize>() < total {
        let Some(part) = (0..N).max_by(|a, b| by_remainder(&sizes, a, b)) else { break };
        sizes[part] += 1;
    }
    while sizes.iter().sum::<usize>() > total {
        let filled = (0..N).filter(|part| sizes[*part] > 0);
        let Some(part) = filled.min_by(|a, b| by_remainder(&sizes, a, b)) else { break };
        sizes[part] -= 1;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sources;
    use ndarray::{Array1, Array2};

    fn numbered(rows: usize) -> Dataset {
        let x = Array2::from_shape_fn((rows, 1), |(row, _)| row as f64);
        Dataset::from_arrays(x, Array1::zeros(rows)).unwrap()
    }

    fn message<T>(result: Result<T>) -> String {
        result.err().unwrap().to_string()
    }

    #[test]
    fn sizes_add_up() {
        assert_eq!(sizes(20640, &[0.8, 0.1, 0.1]).unwrap(), [16512, 2064, 2064]);
        assert_eq!(sizes(7, &[0.5, 0.25, 0.25]).unwrap(), [3, 2, 2]);
        assert_eq!(sizes(3, &[0.5, 0.5]).unwrap(), [2, 1]);
        assert_eq!(sizes(10, &[0.1; 10]).unwrap(), [1; 10]);
    }

    #[test]
    fn fractions_that_do_not_fit_are_refused() {
        let data = numbered(10);
        let wrong = message(data.split([0.8, 0.1, 0.2], Seed(1)));
        assert!(wrong.contains("[0.8, 0.1, 0.2]") && wrong.contains("they add up to 1.1"), "{wrong}");
        assert!(message(data.train_test([1.0, 0.0], Seed(1))).contains("above 0"));
        assert!(message(data.train_test([f64::NAN, 0.5], Seed(1))).contains("above 0"));
        assert!(message(numbered(2).split([0.9, 0.05, 0.05], Seed(1))).contains("part 2 of 2 rows would be empty"));
    }

    #[test]
    fn parts_are_shuffled_and_repeatable() {
        let data = numbered(50);
        let first = data.split([0.6, 0.2, 0.2], Seed(7)).unwrap();
        assert_eq!(first, data.split([0.6, 0.2, 0.2], Seed(7)).unwrap());
        assert_ne!(first, data.split([0.6, 0.2, 0.2], Seed(8)).unwrap());
        assert_ne!(first.train.features().column(0).to_vec(), (0..30).map(f64::from).collect::<Vec<_>>());
    }

    #[test]
    fn strata_keep_their_shares() {
        let housing = sources::california_housing_raw().unwrap().with_target("ocean_proximity").unwrap();
        let split = housing.split_stratified([0.8, 0.1, 0.1], Seed(7)).unwrap();
        assert_eq!((split.train.rows(), split.validation.rows(), split.test.rows()), (16512, 2064, 2064));
        let counts = |part: &Dataset| -> Vec<usize> {
            part.class_counts().unwrap().rows.iter().map(|row| row[1].parse().unwrap()).collect()
        };
        for (part, share) in [(&split.train, 0.8), (&split.validation, 0.1), (&split.test, 0.1)] {
            for (count, whole) in counts(part).iter().zip([9136, 6551, 5, 2290, 2658]) {
                assert!((*count as f64 - share * f64::from(whole)).abs() < 2.5, "{count} of {whole}");
                assert!(*count > 0);
            }
        }
    }

    #[test]
    fn strata_need_classes_with_enough_rows() {
        let data = numbered(10);
        assert!(message(data.split_stratified([0.8, 0.1, 0.1], Seed(1))).contains("`y`: holds numbers"));
        let rare = sources::iris().unwrap().select_rows(&(0..52).collect::<Vec<_>>()).unwrap();
        let wrong = message(rare.split_stratified([0.8, 0.1, 0.1], Seed(1)));
        assert!(wrong.contains("class `versicolor` has 2 rows, too few for 3 parts"), "{wrong}");
        let unlabelled = rare.with_targets(&[]).unwrap();
        assert!(message(unlabelled.train_test_stratified([0.5, 0.5], Seed(1))).contains("no target"));
    }
}
