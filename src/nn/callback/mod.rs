//! Callbacks: what runs before, between and after the epochs of a training. One per file.

mod callbacks;
mod checkpoint;
mod early_stopping;
mod layer_norms;
mod progress_bar;
mod reduce_on_plateau;
mod training;
mod watched_layers;

pub(super) use callbacks::{Callbacks, Event};
pub use checkpoint::Checkpoint;
pub use early_stopping::EarlyStopping;
pub(super) use early_stopping::EarlyStoppingState;
pub(super) use layer_norms::LayerNorms;
pub use training::Training;
pub use watched_layers::WatchedLayers;

use crate::error::Result;

/// What runs before, between and after the epochs of a training: [`Network::fit_with`](super::Network::fit_with) takes
/// callbacks. Each method does nothing unless you write it, and sees the [`Training`].
///
/// After an epoch, plateaus and early stopping come first, then your callbacks in their order, then the progress bar and
/// the checkpoint. An error ends the training, and the network is as it was before.
///
/// A closure of `&mut Training` is a callback that runs at the end of each epoch.
///
/// ```
/// use std::fs::File;
/// use std::io::Write;
/// use gradus::prelude::*;
///
/// /// Writes the losses to a CSV file, one line per epoch.
/// struct CsvLog {
///     path: std::path::PathBuf,
///     file: Option<File>,
/// }
///
/// impl CsvLog {
///     fn failed(&self, error: std::io::Error) -> Error {
///         Error::file_because(&self.path, "cannot be written", error)
///     }
/// }
///
/// impl Callback for CsvLog {
///     fn on_train_begin(&mut self, _: &mut Training<'_>) -> Result<()> {
///         self.file = Some(File::create(&self.path).map_err(|error| self.failed(error))?);
///         Ok(())
///     }
///
///     fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
///         let (epoch, loss) = (training.epoch(), training.last("loss")?);
///         match &mut self.file {
///             Some(file) => writeln!(file, "{epoch},{loss}").map_err(|error| self.failed(error)),
///             None => Ok(()),
///         }
///     }
/// }
///
/// /// Halves the learning rate after each epoch.
/// struct Halve;
///
/// impl Callback for Halve {
///     fn on_epoch_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
///         training.set_learning_rate(0.1 * 0.5_f64.powi(training.epoch() as i32))
///     }
/// }
///
/// let data = (array![[0.0], [1.0], [2.0]], array![1.0, 3.0, 5.0]);
/// let mut net = Sequential::new([1]).dense(1).compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(1))?;
/// let path = std::env::temp_dir().join(format!("gradus-losses-{}.csv", std::process::id()));
/// let mut log = CsvLog { path: path.clone(), file: None };
/// let mut stop = |training: &mut Training<'_>| {
///     if training.epoch() == 3 {
///         training.stop("three are enough");
///     }
///     Ok(())
/// };
/// let history = net.fit_with(&data, Fit::epochs(100), &mut [&mut log, &mut Halve, &mut stop])?;
/// assert_eq!(history.stop_reason(), "stopped after epoch 3: three are enough");
/// assert_eq!(history.learning_rates(), [0.1, 0.05, 0.025]);
/// # assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
/// # let _ = std::fs::remove_file(&path);
/// # Ok::<(), Error>(())
/// ```
#[doc(alias = "LambdaCallback")]
#[doc(alias = "CSVLogger")]
#[doc(alias = "LearningRateScheduler")]
pub trait Callback {
    /// Runs before the first epoch, also where a [`Checkpoint`] resumes.
    ///
    /// # Errors
    /// Any, which [`fit_with`](super::Network::fit_with) returns.
    fn on_train_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
        let _ = training;
        Ok(())
    }

    /// Runs before each epoch.
    ///
    /// # Errors
    /// As [`on_train_begin`](Callback::on_train_begin).
    fn on_epoch_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
        let _ = training;
        Ok(())
    }

    /// Runs after each whole epoch and its validation.
    ///
    /// # Errors
    /// As [`on_train_begin`](Callback::on_train_begin).
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        let _ = training;
        Ok(())
    }

    /// Runs where the user interrupts the training, before [`on_train_end`](Callback::on_train_end).
    ///
    /// # Errors
    /// As [`on_train_begin`](Callback::on_train_begin).
    fn on_interrupt(&mut self, training: &mut Training<'_>) -> Result<()> {
        let _ = training;
        Ok(())
    }

    /// Runs after the last epoch, however the training ended but for an error. With early stopping the network has the
    /// weights of the best epoch.
    ///
    /// # Errors
    /// As [`on_train_begin`](Callback::on_train_begin).
    fn on_train_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        let _ = training;
        Ok(())
    }
}

impl<F: FnMut(&mut Training<'_>) -> Result<()>> Callback for F {
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        self(training)
    }
}
