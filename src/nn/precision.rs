//! `Precision`: how many digits the products of a training keep.

use serde::{Deserialize, Serialize};

/// How many digits the products of a training keep on a graphics processor.
///
/// ```no_run
/// use gradus::prelude::*;
/// let net = Sequential::new([2]).dense(64).relu().dense(1).sigmoid();
/// let mut net = net.compile(Adam::new(0.01), BinaryCrossEntropy::default(), Device::gpu()?, Seed(1))?;
/// let moons = generators::moons(1000, 0.1, Seed(2))?;
/// let history = net.fit(&moons, Fit::epochs(20).precision(Precision::Mixed))?;
/// println!("{}", history.device()); // … in f16 by matrices of 16 × 16 …
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Precision {
    /// `f32` throughout, six to seven digits: the same as on the processor.
    #[default]
    Full,
    /// Features, weights and derivatives are rounded to `f16`, three digits, where they enter a product of matrices: by the
    /// device's units for matrices where it has them, which are many times as quick. Sums, weights, the optimizer's memory,
    /// activations, the loss, and the products of a last layer with few outputs stay in `f32` (Micikevicius et al., *Mixed
    /// Precision Training*, 2018). Derivatives are multiplied by the number of a batch's examples on their way into a product,
    /// so that small ones do not become 0; one that is then beyond 65504 ends the training as no number.
    ///
    /// Predictions and evaluations stay in `f32`. Where a device has no `f16`, or gave wrong products in `f16` when it was
    /// opened, and on the processor, trainings do too: [`TrainingHistory::device`](super::TrainingHistory::device) says so.
    Mixed,
}
