//! `ClassWeights`: the weights of the classes.

use ndarray::Array1;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The weights of the classes. An example's weight is its own sample weight times that of its class.
#[doc(alias = "class_weight")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum ClassWeights {
    /// Every class has the weight 1.
    #[default]
    Equal,
    /// Σω / (k · Σω of the class), where k is the number of classes with examples: every class counts the same, however
    /// rare, and the mean weight stays 1. scikit-learn's `balanced`.
    Balanced,
    /// The weights of classes by name, as the model's `classes()` lists them; the others have the weight 1.
    ///
    /// ```
    /// use gradus::data::ClassWeights;
    /// let careful = ClassWeights::Given(vec![("malignant".into(), 5.0)]);
    /// ```
    Given(Vec<(String, f64)>),
}

impl ClassWeights {
    /// Returns the weight of each example: its own times that of its class, which is `classes[positions[row]]`. `None` if
    /// all are 1.
    ///
    /// # Errors
    /// A class that does not exist, a weight that is not positive.
    pub(crate) fn of_examples(
        &self,
        classes: &[String],
        positions: &[usize],
        own: Option<&Array1<f64>>,
    ) -> Result<Option<Array1<f64>>> {
        let mut factors = vec![1.0; classes.len()];
        match self {
            ClassWeights::Equal => return Ok(own.cloned()),
            ClassWeights::Balanced => {
                let mut sums = vec![0.0; classes.len()];
                for (row, class) in positions.iter().enumerate() {
                    sums[*class] += own.map_or(1.0, |own| own[row]);
                }
                // A class without examples takes no share from the others.
                let present = sums.iter().filter(|sum| **sum > 0.0).count();
                let share = sums.iter().sum::<f64>() / present as f64;
                for (factor, sum) in factors.iter_mut().zip(&sums).filter(|(_, sum)| **sum > 0.0) {
                    *factor = share / sum;
                }
            }
            ClassWeights::Given(weights) => {
                for (name, weight) in weights {
                    let Some(class) = classes.iter().position(|known| known == name) else {
                        let known = classes.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                        return Err(Error::Data(format!("class weights: there is no class `{name}`, only {known}")));
                    };
                    if !(*weight > 0.0 && weight.is_finite()) {
                        let requirement = format!("the weight of class `{name}` must be a positive number");
                        let value = weight.to_string();
                        return Err(Error::Parameter { parameter: "class weight", value, requirement });
                    }
                    factors[class] = *weight;
                }
            }
        }
        let weigh = |(row, class): (usize, &usize)| factors[*class] * own.map_or(1.0, |own| own[row]);
        Ok(Some(positions.iter().enumerate().map(weigh).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_weights_are_shared_among_the_classes_that_are_there() {
        let names: Vec<String> = (0..10).map(|class| format!("class {class}")).collect();
        // As scikit-learn's `compute_sample_weight("balanced", [7, 7, 7, 2])`: 4 / (2 · 3) and 4 / (2 · 1).
        let weights = ClassWeights::Balanced.of_examples(&names, &[7, 7, 7, 2], None).unwrap().unwrap();
        for (weight, expected) in weights.iter().zip([2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 2.0]) {
            assert!((weight - expected).abs() < 1e-15, "{weights}");
        }
        assert!((weights.sum() - 4.0).abs() < 1e-15);
    }
}
