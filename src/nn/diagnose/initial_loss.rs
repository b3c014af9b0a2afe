//! The loss before training against that of chance (B25).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::data::{Examples, short};
use crate::engine::plan::Operation;
use crate::error::Result;
use crate::loss::AnyLoss;
use crate::nn::Network;

/// The loss of a network that has not been trained, against that of chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InitialLoss {
    /// The mean loss of the examples, without penalties.
    pub loss: f64,
    /// The loss of one that has learned nothing.
    pub chance: f64,
    /// How it is computed: `ln 3` for each of three classes as likely as the others, `the mean prediction`.
    pub guess: String,
    /// How many times chance is still no cause for worry.
    pub tolerance: f64,
    /// Steps that the network was trained for; 0 where the loss is an initial one indeed.
    pub steps: u64,
    /// Whether the targets are classes.
    pub of_classes: bool,
    /// Whether batch normalization trains, which has no statistics of the data before the first step.
    pub batch_norm: bool,
}

impl InitialLoss {
    /// Whether the loss is between half of chance and `tolerance` times chance.
    pub fn as_expected(&self) -> bool {
        self.loss >= 0.5 * self.chance && self.loss <= self.tolerance * self.chance
    }
}

/// `initial loss 1.21, chance (ln 3) 1.0986: as expected`.
impl fmt::Display for InitialLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = if self.steps == 0 { "initial loss".into() } else { format!("loss after step {}", self.steps) };
        write!(f, "{when} {}, chance ({}) {}: ", short(self.loss), self.guess, short(self.chance))?;
        if self.steps > 0 {
            return f.write_str("ask this of a network before its training");
        }
        if self.batch_norm && !self.as_expected() {
            return f.write_str(
                "batch normalization knows nothing of the data before the first step; check the loss of the first epoch",
            );
        }
        f.write_str(match (self.as_expected(), self.loss > self.chance, self.of_classes) {
            (true, ..) => "as expected",
            (_, true, true) => {
                "far above: the network is sure of wrong answers before it has learned any; scale the features, or start \
                 from smaller weights"
            }
            (_, true, false) => {
                "far above: the outputs start far from the targets; standardize the targets or start the last bias at their \
                 mean, scale the features, or start from smaller weights"
            }
            _ => {
                "far below: no untrained network can know so much; is the target among the features, or was the \
                 network given weights that were learned?"
            }
        })
    }
}

impl Network {
    /// The mean loss on these examples, without penalties, against that of chance: the first check of a new network.
    ///
    /// Chance is ln C for the cross-entropy of C classes (ln 2 for the binary one), the loss of scores of 0 for hinges, the
    /// loss of the targets' mean for numbers. Random weights cost a little more. Far off is less than half of chance, or
    /// errors twice as large: twice chance, four times for squared errors and Huber's loss. Slide B25, after CS231n.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?;
    /// let net = Sequential::new([4]).dense(16).relu().dense(3).softmax();
    /// let net = net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy, Device::Cpu, Seed(1))?;
    /// let scaled = StandardScaler::fit(&iris)?.transform(&iris)?;
    /// let initial = net.initial_loss(&scaled)?;
    /// assert_eq!(initial.chance, 3.0_f64.ln());
    /// assert!(initial.as_expected());
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// Examples as [`fit`](Network::fit) refuses them; a loss that is not finite.
    pub fn initial_loss(&self, examples: &dyn Examples) -> Result<InitialLoss> {
        let prepared = self.prepare(examples)?;
        let (losses, _) = self.losses_of(&prepared)?;
        let (chance, guess) = self.chance(&prepared)?;
        let squared = matches!(
            self.loss,
            AnyLoss::MeanSquaredError(_)
                | AnyLoss::HalfMeanSquaredError(_)
                | AnyLoss::SquaredHinge(_)
                | AnyLoss::Huber(_)
        );
        Ok(InitialLoss {
            loss: losses.iter().sum::<f64>() / losses.len() as f64,
            chance,
            guess,
            tolerance: if squared { 4.0 } else { 2.0 },
            steps: self.steps,
            of_classes: self.is_classifier(),
            batch_norm: self.plan.operations.iter().any(|at| matches!(at, Operation::BatchNorm(norm) if !norm.frozen)),
        })
    }
}
