//! Can the network learn a few examples by heart? (B25)

use std::fmt;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::data::random::permutation;
use crate::data::{Examples, short};
use crate::error::{Error, Result};
use crate::nn::layer::{Kind, Maxout};
use crate::nn::metric::Metric;
use crate::nn::prepare::Prepared;
use crate::nn::{Fit, Network};

/// For numbers: the share of the mean prediction's loss that counts as learned by heart; of the squared error R² = 0.99.
const SHARE: f64 = 0.01;

/// How a copy of the network learned a few examples by heart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TinySubset {
    /// How many examples.
    pub examples: usize,
    /// How many epochs it took, or was given.
    pub epochs: usize,
    /// The mean loss of the examples in the end, without penalties and with nothing dropped.
    pub loss: f64,
    /// Where each example has one class: the share that is right in the end.
    pub accuracy: Option<f64>,
    /// Whether all were learned: an accuracy of 1; without classes a loss of 1 % of the mean prediction's.
    pub passed: bool,
    /// Parts of the network that hinder learning by heart: dropout, noise, penalties, constraints, frozen
    /// layers, the running statistics of batch normalization. It was left on.
    pub hindrances: Vec<String>,
}

/// `20 examples: learned by heart after 31 epochs, loss 0.35, accuracy 1`.
impl fmt::Display for TinySubset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let learned = if self.passed { "learned by heart" } else { "not learned by heart" };
        write!(f, "{} examples: {learned} after {} epochs, loss {}", self.examples, self.epochs, short(self.loss))?;
        if let Some(accuracy) = self.accuracy {
            write!(f, ", accuracy {}", short(accuracy))?;
        }
        if self.passed {
            return Ok(());
        }
        f.write_str(
            "; check the labels, the scale of the features, the loss, the learning rate; try more epochs or more units",
        )?;
        if self.hindrances.is_empty() {
            return Ok(());
        }
        write!(f, "; first remove what hinders learning by heart: {}", self.hindrances.join(", "))
    }
}

/// How well a few examples are known.
struct Known {
    loss: f64,
    accuracy: Option<f64>,
    all: bool,
}

impl Network {
    /// Trains a copy of the network on `count` of the examples until it knows them by heart: a network that cannot overfit
    /// these has a fault that more data will not mend. The network itself stays as it is. Slide B25, after CS231n.
    ///
    /// The examples are drawn by the network's seed (all, where there are fewer). The copy trains with the network's own
    /// optimizer and loss, in batches of 32, for at most `epochs` epochs, and ends as soon as the accuracy is 1; of
    /// numbers, or of several labels an example, as soon as the loss is 1 % of what [chance](Network::initial_loss) gives.
    /// Dropout, noise, penalties and constraints stay on, and the verdict lists them if it fails.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?;
    /// let iris = StandardScaler::fit(&iris)?.transform(&iris)?;
    /// let net = Sequential::new([4]).dense(16).relu().dense(3).softmax();
    /// let net = net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy, Device::Cpu, Seed(1))?;
    /// let tiny = net.overfit_tiny_subset(&iris, 20, 500)?;
    /// assert!(tiny.passed, "{tiny}");
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Interrupted`] if the user interrupts the cell before a verdict; no examples or epochs; examples
    /// that all have the same target, which a bias alone can learn; what [`fit`](Network::fit) refuses.
    pub fn overfit_tiny_subset(&self, examples: &dyn Examples, count: usize, epochs: usize) -> Result<TinySubset> {
        if count == 0 {
            let requirement = "a network needs some examples to learn by heart, such as 20".into();
            return Err(Error::Parameter { parameter: "count", value: "0".into(), requirement });
        }
        let all = self.prepare(examples)?;
        let mut rows = permutation(all.rows, &mut self.seed.generator());
        rows.truncate(count);
        let tiny = Prepared {
            rows: rows.len(),
            x: rows.iter().flat_map(|row| all.x(*row)).copied().collect(),
            y: rows.iter().flat_map(|row| all.y(*row)).copied().collect(),
            weights: None,
            ..all
        };
        if (1..tiny.rows).all(|row| tiny.y(row) == tiny.y(0)) {
            return Err(Error::Data(format!(
                "the {} examples drawn all have the same target, which a bias alone can learn; take more of them",
                tiny.rows
            )));
        }
        let x = Array2::from_shape_fn((tiny.rows, tiny.inputs), |(row, column)| f64::from(tiny.x(row)[column]));
        let (y, mut network) = (tiny.truth(), self.clone());
        let one_class = self.is_classifier() && self.one_class_each(&all.truth());
        let (mut known, mut problem) = (network.knows(&tiny, one_class)?, None);
        let history =
            network.fit_while(&(&x, &y), Fit::epochs(epochs), |network, _| match network.knows(&tiny, one_class) {
                Ok(now) => {
                    known = now;
                    !known.all
                }
                Err(error) => {
                    problem = Some(error);
                    false
                }
            })?;
        match problem {
            Some(error) => Err(error),
            None if history.interrupted() && !known.all => Err(Error::Interrupted(format!(
                "after {} of {epochs} epochs, in which the {} examples were not learned by heart yet",
                history.epochs(),
                tiny.rows
            ))),
            None => Ok(TinySubset {
                examples: tiny.rows,
                epochs: history.epochs(),
                loss: known.loss,
                accuracy: known.accuracy,
                passed: known.all,
                hindrances: self.hindrances(),
            }),
        }
    }

    fn knows(&self, examples: &Prepared, one_class: bool) -> Result<Known> {
        let (losses, outputs) = self.losses_of(examples)?;
        let loss = losses.iter().sum::<f64>() / losses.len() as f64;
        let truth = examples.truth();
        if one_class {
            let accuracy = Metric::Accuracy.of(self, &truth, &outputs)?;
            return Ok(Known { loss, accuracy: Some(accuracy), all: accuracy == 1.0 });
        }
        Ok(Known { loss, accuracy: None, all: loss <= SHARE * self.chance(examples)?.0 })
    }

    /// What keeps the network from learning by heart.
    fn hindrances(&self) -> Vec<String> {
        let mut found = vec![];
        for (layer, name) in self.description.layers().iter().zip(self.description.layer_names()) {
            match &layer.kind {
                Kind::Dropout(dropout) if dropout.rate > 0.0 => found.push(format!("`{name}`")),
                Kind::GaussianNoise(noise) if noise.std > 0.0 => found.push(format!("`{name}`")),
                Kind::Dense(dense) | Kind::Maxout(Maxout { sums: dense, .. }) => {
                    found.extend(dense.penalty.map(|_| format!("the penalty of `{name}`")));
                    found.extend(dense.constraint.map(|_| format!("the constraint of `{name}`")));
                    found.extend(layer.frozen.then(|| format!("that `{name}` is frozen")));
                }
                Kind::BatchNorm(_) => found.push(format!("`{name}`, whose running statistics lag behind")),
                _ => {}
            }
            found.extend(layer.activity_penalty.map(|_| format!("the activity penalty of `{name}`")));
        }
        found
    }
}
