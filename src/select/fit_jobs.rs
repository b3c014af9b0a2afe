//! Fits on all cores, shared by cross-validation, searches and curves.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rayon::prelude::*;

use super::class_labels::ClassLabels;
use super::estimator::{Estimator, Predictor};
use super::scoring::{Scoring, scores};
use super::split::Fold;
use crate::blas::with_one_thread;
use crate::data::{Dataset, Seed, permutation};
use crate::error::{Error, Result};
use crate::interrupt::heeding;
use crate::progress::{Progress, quietly};

/// One fit: the estimator, its place in the computation (for errors), and the rows.
pub(super) struct Job<'a> {
    pub estimator: &'a dyn Estimator,
    pub place: String,
    pub fold: &'a Fold,
    /// The seed and round by which the fold's training rows are shuffled; without one they keep their order.
    pub order: Option<(Seed, usize)>,
    /// The number of training rows, taken from the front.
    pub most: usize,
}

impl Job<'_> {
    /// The training rows, gathered for this fit alone.
    fn train(&self) -> Vec<usize> {
        let mut rows = self.fold.train();
        if let Some((seed, round)) = self.order {
            rows = permutation(rows.len(), &mut seed.of_epoch(round)).into_iter().map(|at| rows[at]).collect();
        }
        rows.truncate(self.most);
        rows
    }
}

/// The scores of one fit.
pub(super) struct Outcome {
    /// One score per scoring.
    pub validation: Vec<f64>,
    /// One score per scoring, or none where not requested.
    pub training: Vec<f64>,
    pub fit_seconds: f64,
}

/// Whether the training rows are scored too.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Training {
    Score,
    Skip,
}

/// What happens to the other jobs when one fails.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum OnFailure {
    /// All of them have an outcome.
    Continue,
    /// Jobs after it may be skipped; all before it have an outcome, so the first error is always the same.
    Stop,
}

/// Fits and scores each job.
///
/// # Errors
/// Only where there is nothing to score by.
pub(super) fn evaluate(
    jobs: &[Job<'_>],
    data: &Dataset,
    scorings: &[Scoring],
    training: Training,
    failure: OnFailure,
) -> Result<Vec<Result<Outcome>>> {
    if scorings.is_empty() {
        return Err(Error::Data("there is nothing to score by; name a `Scoring`".into()));
    }
    let labels = ClassLabels::for_scorings(scorings, data);
    let outcomes = for_each(jobs, data, failure, |model, train, validation| {
        Ok((
            scores(scorings, model, validation, &labels)?,
            match training {
                Training::Score => scores(scorings, model, train, &labels)?,
                Training::Skip => Vec::new(),
            },
        ))
    });
    let outcome = |((validation, training), fit_seconds)| Outcome { validation, training, fit_seconds };
    Ok(outcomes.into_iter().map(|found| found.map(outcome)).collect())
}

/// Fits each job and evaluates the model with its training and validation part; in the order of the jobs, with the
/// seconds of each fit.
///
/// The result does not depend on the number of threads, to the last bit: each job is a computation of its own, in which BLAS
/// has one thread, since it adds in another order with more. (Accelerate on macOS, and an OpenBLAS on OpenMP, ignore
/// this: last digits may differ there.)
///
/// Where the user interrupts the cell, jobs not done by then are [`Error::Interrupted`].
pub(super) fn for_each<T: Send>(
    jobs: &[Job<'_>],
    data: &Dataset,
    failure: OnFailure,
    evaluate: impl Fn(&dyn Predictor, &Dataset, &Dataset) -> Result<T> + Sync,
) -> Vec<Result<(T, f64)>> {
    let progress = Mutex::new((Progress::new("fit", jobs.len()), 0));
    let heeding = heeding();
    let run = |job: &Job<'_>| {
        if heeding.requested() {
            return Err(Error::Interrupted(format!("before {}", job.place)));
        }
        let result = quietly(|| {
            let train = data.select_rows(&job.train())?;
            let validation = data.select_rows(&job.fold.validation)?;
            let start = Instant::now();
            let model = job.estimator.fit_model(&train)?;
            let seconds = start.elapsed().as_secs_f64();
            Ok((evaluate(model.as_ref(), &train, &validation)?, seconds))
        });
        if heeding.requested() {
            // An interrupted fit gives a model, too, and its score would mislead.
            return Err(Error::Interrupted(format!("at {}", job.place)));
        }
        if let Ok(mut progress) = progress.lock() {
            progress.1 += 1;
            let done = progress.1;
            progress.0.update(done, String::new);
        }
        result.map_err(|error| Error::Within { place: job.place.clone(), error: Box::new(error) })
    };
    let failed = AtomicUsize::new(usize::MAX);
    let run_unless_failed = |(at, job): (usize, &Job<'_>)| {
        if failure == OnFailure::Stop && at > failed.load(Ordering::Relaxed) {
            return None;
        }
        Some(run(job).inspect_err(|error| {
            if !error.is_interruption() {
                failed.fetch_min(at, Ordering::Relaxed);
            }
        }))
    };
    with_one_thread(|| jobs.par_iter().enumerate().filter_map(run_unless_failed).collect())
}

/// The candidates whose fits were all done before the user interrupted the cell: their positions, and the outcomes of
/// their folds.
///
/// # Errors
/// [`Error::Interrupted`] where there is none.
pub(super) fn finished_candidates<T>(outcomes: Vec<Result<T>>, folds: usize) -> Result<(Vec<usize>, Vec<Result<T>>)> {
    let candidates = outcomes.len().checked_div(folds).unwrap_or(0);
    let is_open = |outcome: &Result<T>| outcome.as_ref().is_err_and(Error::is_interruption);
    let done: Vec<usize> =
        (0..candidates).filter(|candidate| !outcomes[candidate * folds..][..folds].iter().any(is_open)).collect();
    if done.is_empty() && candidates > 0 {
        return Err(Error::Interrupted(format!("before the first of {candidates} candidates was done")));
    }
    let mut whole = vec![false; candidates];
    done.iter().for_each(|candidate| whole[*candidate] = true);
    let kept = outcomes.into_iter().enumerate().filter(|(at, _)| whole[at / folds]).map(|(_, outcome)| outcome);
    Ok((done, kept.collect()))
}

/// One job for each fold.
pub(super) fn jobs_of_folds<'a>(estimator: &'a dyn Estimator, folds: &'a [Fold], candidate: &str) -> Vec<Job<'a>> {
    let job = |(number, fold): (usize, &'a Fold)| Job {
        estimator,
        place: place(candidate, number, folds.len()),
        fold,
        order: None,
        most: usize::MAX,
    };
    folds.iter().enumerate().map(job).collect()
}

/// The name of a fit in errors: `λ = 0.1, fold 2 of 5`.
pub(super) fn place(candidate: &str, fold: usize, folds: usize) -> String {
    let comma = if candidate.is_empty() { "" } else { ", " };
    format!("{candidate}{comma}fold {} of {folds}", fold + 1)
}

/// Refuses a scheme that gives no fold at all.
pub(super) fn require_some(folds: Vec<Fold>) -> Result<Vec<Fold>> {
    match folds.is_empty() {
        true => Err(Error::Data("there are no folds to fit and evaluate on".into())),
        false => Ok(folds),
    }
}
