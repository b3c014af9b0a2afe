//! What a training needs: valid settings, the examples to train on and to validate on, and a device.

use std::sync::Arc;

use ndarray::Array1;

use super::device::DeviceUse;
use super::fit::{Fit, Validation};
use super::network::Network;
use super::prepare::{Prepared, require_size};
use crate::check::at_least;
use crate::data::{ClassWeights, Examples, present};
use crate::engine::gpu::Gpu;
use crate::engine::work::MOST_IN_HALF;
use crate::error::{Error, Result};

/// The examples of a training, checked, and what trains on them.
pub(super) struct TrainingSets {
    pub train: Prepared,
    pub validation: Option<Prepared>,
    /// Rows and columns of the training data as they were given.
    pub shape: [usize; 2],
    /// The examples of a step.
    pub batch: usize,
    pub gpu: Option<Arc<Gpu>>,
    pub device: DeviceUse,
}

impl TrainingSets {
    /// The number of steps per epoch.
    pub fn batches(&self) -> usize {
        self.train.rows.div_ceil(self.batch)
    }
}

impl Network {
    /// Checks settings and examples, and chooses the device.
    pub(super) fn training_sets(&mut self, examples: &dyn Examples, fit: &Fit) -> Result<TrainingSets> {
        self.check_fit(fit)?;
        let (all_rows, columns) = examples.inputs().dim();
        check_sample_weights(fit, all_rows)?;
        // Rows of weight 0 are left out.
        let present = present(&examples, fit.sample_weights.as_ref());
        let given: &dyn Examples = present.as_ref().map_or(examples, |present| present);
        let in_all_rows = |error| match &present {
            Some(present) => present.in_all_rows(error),
            None => error,
        };
        let all = self.prepare(given).map_err(in_all_rows)?;
        self.learn_columns(examples);
        let (train, validation) = self.divide(all, fit, all_rows)?;
        let train = self.weigh_classes(train, fit)?;
        for set in [Some(&train), validation.as_ref()].into_iter().flatten() {
            fit.metrics.iter().try_for_each(|metric| metric.check_targets(self, set))?;
        }
        let batch = fit.batch.min(train.rows);
        let (gpu, device) = self.choose_device(&train, fit, batch)?;
        if gpu.as_ref().is_some_and(|gpu| gpu.is_mixed()) {
            // The first rows are those that are trained on.
            require_size(given, &train.x, MOST_IN_HALF, 16).map_err(in_all_rows)?;
        }
        Ok(TrainingSets { train, validation, shape: [all_rows, columns], batch, gpu, device })
    }

    /// Checks the settings.
    fn check_fit(&self, fit: &Fit) -> Result<()> {
        at_least("epochs", 1, fit.epochs as u64)?;
        at_least("batch", 1, fit.batch as u64)?;
        if let Some((_, every)) = &fit.checkpoint {
            at_least("epochs between checkpoints", 1, *every as u64)?;
        }
        if let Validation::Share(share) = fit.validation
            && !(share > 0.0 && share < 1.0)
        {
            let requirement = "it must be above 0 and below 1".into();
            return Err(Error::Parameter { parameter: "validation_split", value: share.to_string(), requirement });
        }
        if self.plan.trained == 0 {
            return Err(Error::Data("there is nothing to train: every layer is frozen or has no weights".into()));
        }
        fit.metrics.iter().try_for_each(|metric| metric.check(self))?;
        fit.clip.map_or(Ok(()), |clip| clip.check())?;
        let names = ["loss".to_string()].into_iter().chain(fit.metrics.iter().map(ToString::to_string));
        let mut known: Vec<String> = names.collect();
        if let Some(at) = (1..known.len()).find(|at| known[..*at].contains(&known[*at])) {
            return Err(Error::Data(format!("two metrics are named `{}`; leave one out or rename it", known[at])));
        }
        if fit.validation != Validation::None {
            known.extend(known.clone().iter().map(|name| format!("validation {name}")));
        }
        if let Some((monitor, reduce)) = &fit.plateau {
            reduce.check()?;
            if !known.contains(monitor) {
                let known = known.join("`, `");
                return Err(Error::Data(format!("no plateau of `{monitor}`: this training measures `{known}`")));
            }
        }
        fit.early_stopping.as_ref().map_or(Ok(()), |stopping| stopping.check(&known))
    }

    /// Returns the examples to train on and those to validate on, with their weights. `all` are the examples with a weight
    /// above 0, out of `rows`.
    fn divide(&self, all: Prepared, fit: &Fit, rows: usize) -> Result<(Prepared, Option<Prepared>)> {
        let weights = fit.sample_weights.as_ref().map(|weights| weights.iter().copied());
        let present = |rows: usize| weights.clone().map_or(rows, |all| all.take(rows).filter(|w| *w != 0.0).count());
        let own = weights.clone().map(|weights| weights.filter(|weight| *weight != 0.0).collect());
        let all = Prepared { weights: own, ..all };
        match &fit.validation {
            Validation::None => Ok((all, None)),
            Validation::Share(share) => {
                let at = (rows as f64 * (1.0 - share)).floor() as usize;
                if at == 0 || at == rows {
                    let problem = format!("a validation split of {share} leaves one part of {rows} rows empty");
                    return Err(Error::Data(problem));
                }
                let cut = present(at);
                if cut == 0 || cut == all.rows {
                    let (which, first, last) = if cut == 0 { ("train on", 0, at) } else { ("validate on", at, rows) };
                    return Err(Error::Data(format!(
                        "the examples to {which}, rows {first} to {}, all have the sample weight 0; shuffle the examples \
                         or give those to validate on with `validate`",
                        last - 1
                    )));
                }
                Ok((all.range(0..cut), Some(all.range(cut..all.rows))))
            }
            Validation::Set(Some(set)) => {
                if set.x.nrows() == 0 {
                    return Err(Error::Data("the validation set has no rows".into()));
                }
                Ok((all, Some(self.prepare(set)?)))
            }
            Validation::Set(None) => {
                Err(Error::Data("a file stores no validation set; give it with `Checkpoint::validate(&set)`".into()))
            }
        }
    }

    /// Multiplies the weights of the examples with those of their classes.
    fn weigh_classes(&self, train: Prepared, fit: &Fit) -> Result<Prepared> {
        if fit.class_weights == ClassWeights::Equal {
            return Ok(train);
        }
        if !self.is_classifier() {
            return Err(Error::Data("class weights need classes, but the network's loss is for numbers".into()));
        }
        if self.is_multi_label() {
            return Err(Error::Data(
                "class weights need one class per example, but each output is a label of its own; weight the examples \
                 with `sample_weights`"
                    .into(),
            ));
        }
        let own = train.weights.clone().map(Array1::from);
        let class = |row: usize| match train.y(row) {
            [number] => number.max(0.0).round() as usize,
            shares => crate::metrics::greatest(shares),
        };
        let positions: Vec<usize> = (0..train.rows).map(class).collect();
        let Some(weights) = fit.class_weights.of_examples(&self.classes(), &positions, own.as_ref())? else {
            return Ok(train);
        };
        Ok(Prepared { weights: Some(weights.to_vec()), ..train })
    }
}

fn check_sample_weights(fit: &Fit, rows: usize) -> Result<()> {
    let Some(weights) = &fit.sample_weights else { return Ok(()) };
    if weights.len() != rows {
        let (expected, found) = (format!("{rows}, one per example"), weights.len().to_string());
        return Err(Error::Shape { what: "sample weights".into(), expected, found });
    }
    require_weights("sample weight", weights)
}

fn require_weights<'a>(parameter: &'static str, weights: impl IntoIterator<Item = &'a f64> + Clone) -> Result<()> {
    match weights.clone().into_iter().find(|weight| !(**weight >= 0.0 && weight.is_finite())) {
        Some(weight) => {
            let requirement = "each must be 0 or a positive number".into();
            Err(Error::Parameter { parameter, value: weight.to_string(), requirement })
        }
        None if weights.into_iter().all(|weight| *weight == 0.0) => {
            Err(Error::Data(format!("each {parameter} is 0: there is nothing to learn from")))
        }
        None => Ok(()),
    }
}
