//! Reduce on plateau: the rate falls when a metric no longer improves.

use serde::{Deserialize, Serialize};

use crate::by_name::by_name;
use crate::check::{at_least, not_negative, positive};
use crate::error::{Error, Result};

/// After `patience` epochs without an improvement of more than `min_delta`, the rate is multiplied by `factor`, down
/// to `lowest`; `cooldown` epochs are then not counted. Defaults and order of events are Keras': 0.1, 10, 10⁻⁴, 0, 0.
///
/// The metric is one that falls, as a loss; [`rising`](ReduceOnPlateau::rising) is for an accuracy.
///
/// ```
/// use gradus::optim::schedule::{Plateau, ReduceOnPlateau};
/// let (reduce, mut plateau) = (ReduceOnPlateau.patience(2), Plateau::default());
/// let rates: Vec<f64> = [1.0, 0.5, 0.5, 0.5, 0.4]
///     .iter()
///     .scan(0.1, |rate, loss| { *rate = reduce.after_epoch(&mut plateau, *loss, *rate); Some(*rate) })
///     .collect();
/// assert!(rates[2] == 0.1 && (rates[3] - 0.01).abs() < 1e-15 && rates[4] == rates[3]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReduceOnPlateau {
    /// What the rate is multiplied by, below 1.
    pub factor: f64,
    /// Epochs without improvement before it is.
    pub patience: u64,
    /// What counts as an improvement.
    #[serde(alias = "minimum_change")]
    pub min_delta: f64,
    /// Epochs after a reduction that are not counted.
    pub cooldown: u64,
    /// The rate that is not undercut.
    pub lowest: f64,
    /// Whether larger metrics are better.
    pub rising: bool,
}

/// What [`struct@ReduceOnPlateau`] remembers between epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plateau {
    best: Option<f64>,
    waited: u64,
    cooling: u64,
}

by_name! {
    /// With Keras' defaults, so that the bare name serves as a value.
    ReduceOnPlateau = ReduceOnPlateau {
        factor: 0.1,
        patience: 10,
        min_delta: 1e-4,
        cooldown: 0,
        lowest: 0.0,
        rising: false,
    }
}

impl ReduceOnPlateau {
    /// With Keras' defaults.
    pub fn new() -> Self {
        ReduceOnPlateau
    }

    /// With this factor.
    #[must_use]
    pub fn factor(self, factor: f64) -> Self {
        ReduceOnPlateau { factor, ..self }
    }

    /// With this patience.
    #[must_use]
    pub fn patience(self, patience: u64) -> Self {
        ReduceOnPlateau { patience, ..self }
    }

    /// With this least improvement.
    #[must_use]
    pub fn min_delta(self, min_delta: f64) -> Self {
        ReduceOnPlateau { min_delta, ..self }
    }

    /// With this cooldown.
    #[must_use]
    pub fn cooldown(self, cooldown: u64) -> Self {
        ReduceOnPlateau { cooldown, ..self }
    }

    /// With this lowest rate.
    #[must_use]
    pub fn lowest(self, lowest: f64) -> Self {
        ReduceOnPlateau { lowest, ..self }
    }

    /// For a metric that should rise.
    #[must_use]
    pub fn rising(self) -> Self {
        ReduceOnPlateau { rising: true, ..self }
    }

    /// The rate after an epoch that ended with this metric and ran with this rate. A NaN is no improvement.
    #[must_use]
    pub fn after_epoch(&self, plateau: &mut Plateau, metric: f64, rate: f64) -> f64 {
        if plateau.cooling > 0 {
            plateau.cooling -= 1;
            plateau.waited = 0;
        }
        let improved = metric.is_finite()
            && match plateau.best {
                None => true,
                Some(best) if self.rising => metric > best + self.min_delta,
                Some(best) => metric < best - self.min_delta,
            };
        if improved {
            (plateau.best, plateau.waited) = (Some(metric), 0);
            return rate;
        }
        if plateau.cooling > 0 {
            return rate;
        }
        plateau.waited += 1;
        if plateau.waited < self.patience || rate <= self.lowest {
            return rate;
        }
        (plateau.waited, plateau.cooling) = (0, self.cooldown);
        (rate * self.factor).max(self.lowest)
    }

    /// Refuses a factor that does not reduce, no patience, and negative bounds.
    ///
    /// # Errors
    /// [`Error::Parameter`] with the parameter, its value and its range.
    pub fn check(&self) -> Result<()> {
        positive("factor of the reduction on a plateau", self.factor)?;
        if self.factor >= 1.0 {
            let (value, requirement) = (self.factor.to_string(), "it must be below 1, as 0.1".into());
            return Err(Error::Parameter { parameter: "factor of the reduction on a plateau", value, requirement });
        }
        at_least("patience of the reduction on a plateau", 1, self.patience)?;
        not_negative("min_delta of the reduction on a plateau", self.min_delta)?;
        not_negative("lowest rate of the reduction on a plateau", self.lowest)
    }
}
