//! `Precision`: the precision of the products of a training.

use serde::{Deserialize, Serialize};

/// The precision of the products of a training on a GPU.
///
/// ```
/// use gradus::prelude::*;
/// let net = Sequential::new([2]).dense(64).relu().dense(1).sigmoid();
/// let mut net = net.compile(Adam::new(0.01), BinaryCrossEntropy, Device::auto(), Seed(1))?;
/// let moons = generators::moons(200, 0.1, Seed(2))?;
/// let history = net.fit(&moons, Fit::epochs(3).precision(Precision::Mixed))?;
/// println!("{}", history.device()); // in which precision, and why
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Precision {
    /// `f32` throughout, six to seven digits: the same as on the CPU.
    #[default]
    Full,
    /// What enters a product of matrices is rounded to `f16`, three digits: features, which the device stores so, weights,
    /// hidden values, derivatives. Units for matrices, where the device has them, multiply these many times as quickly. Sums,
    /// weights, the optimizer's state, activations, the loss, and the products of a last layer with few outputs stay in
    /// `f32` (Micikevicius et al., *Mixed Precision Training*, 2018). Derivatives are multiplied by the number of a batch's
    /// examples on their way into a product, so that small ones do not become 0. A feature beyond 65504 is refused; a weight,
    /// a hidden value or a derivative beyond it makes the loss NaN or infinite, which ends the training.
    ///
    /// `partial_fit`, predictions and evaluations stay in `f32`. Where a device has no `f16`, or gave wrong products in `f16`
    /// when it was opened, and on the CPU, trainings do too: [`TrainingHistory::device`](super::TrainingHistory::device)
    /// reports it.
    Mixed,
}
