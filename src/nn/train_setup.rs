//! What a training takes: settings that make sense, and the examples to train on and to judge by.

use ndarray::Array1;

use super::fit::{Fit, Validation};
use super::network::Network;
use super::prepare::Prepared;
use crate::data::ClassWeights;
use crate::error::{Error, Result};

impl Network {
    /// Refuses settings that no training can have.
    pub(super) fn check_fit(&self, fit: &Fit) -> Result<()> {
        let refuse = |parameter, value: String, requirement: &str| {
            Err(Error::Parameter { parameter, value, requirement: requirement.into() })
        };
        if fit.epochs == 0 {
            return refuse("epochs", "0".into(), "at least one is needed to learn anything");
        }
        if fit.batch == 0 {
            return refuse("batch", "0".into(), "a batch needs at least one example");
        }
        if let Some((_, 0)) = &fit.checkpoint {
            return refuse("epochs between checkpoints", "0".into(), "at least 1");
        }
        if let Validation::Share(share) = fit.validation
            && !(share > 0.0 && share < 1.0)
        {
            return refuse("validation_split", share.to_string(), "it must be above 0 and below 1");
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
        if let Some((quantity, reduce)) = &fit.plateau {
            reduce.check()?;
            if !known.contains(quantity) {
                let known = known.join("`, `");
                return Err(Error::Data(format!("no plateau of `{quantity}`: this training measures `{known}`")));
            }
        }
        fit.early_stopping.as_ref().map_or(Ok(()), |stopping| stopping.check(&known))
    }

    /// The examples to train on and those to judge by, with their weights. `all` are those with a weight, of so many
    /// rows.
    pub(super) fn divide(&self, all: Prepared, fit: &Fit, rows: usize) -> Result<(Prepared, Option<Prepared>)> {
        let weights = fit.sample_weights.as_ref().map(|weights| weights.iter().copied());
        let there = |rows: usize| weights.clone().map_or(rows, |all| all.take(rows).filter(|w| *w != 0.0).count());
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
                let cut = there(at);
                if cut == 0 || cut == all.rows {
                    let (which, first, last) = if cut == 0 { ("train on", 0, at) } else { ("judge by", at, rows) };
                    return Err(Error::Data(format!(
                        "the examples to {which}, rows {first} to {}, all have the sample weight 0; shuffle the examples \
                         or give those to judge by with `validate`",
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
                Err(Error::Data("a file holds no validation set; give it with `Checkpoint::validate(&set)`".into()))
            }
        }
    }

    /// The examples to train on with the weights of their classes, too.
    pub(super) fn weigh_classes(&self, train: Prepared, fit: &Fit) -> Result<Prepared> {
        if fit.class_weights == ClassWeights::Equal {
            return Ok(train);
        }
        if !self.is_classifier() {
            return Err(Error::Data("class weights need classes, but the network's loss is one of numbers".into()));
        }
        if self.is_multi_label() {
            return Err(Error::Data(
                "class weights need one class an example, but each output tells a label of its own; weigh the examples \
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

pub(super) fn check_sample_weights(fit: &Fit, rows: usize) -> Result<()> {
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
