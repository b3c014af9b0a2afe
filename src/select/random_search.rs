//! Random search: hyper-parameters drawn at random.

use super::distribution::Distribution;
use super::estimator::Estimator;
use super::param_set::ParamSet;
use super::scoring::Scoring;
use super::search_results::{SearchResults, search};
use super::split::Folds;
use crate::check::at_least;
use crate::data::{Dataset, Seed};
use crate::error::Result;

/// Random search with cross-validation: candidates drawn at random; the best is fitted again on all data.
///
/// In n draws each parameter takes n different values, in a grid of the same size only a few: where one parameter
/// matters more than the others, random search finds its best value sooner (slide B26). J. Bergstra, Y. Bengio (2012), *Random Search
/// for Hyper-Parameter Optimization*. Defaults: 10 draws, `Seed(0)`.
///
/// ```
/// use gradus::prelude::*;
/// let data = datasets::diabetes()?;
/// let results = RandomSearch::over("α", Distribution::log_uniform(1e-5, 1e-1)).draws(20).seed(Seed(1)).run(
///     |params| {
///         let descent = LinearRegression::gradient_descent().learning_rate(params.number("α")?);
///         Ok(Pipeline::new([Step::Standardize], descent))
///     },
///     &data,
///     &KFold::new(5),
///     Scoring::RSquared,
/// )?;
/// assert!(results.best().number("α")? > 1e-2); // the 100 epochs of the default are few for a smaller one
/// # Ok::<(), gradus::Error>(())
/// ```
#[doc(alias = "RandomizedSearchCV")]
#[derive(Clone, Debug, PartialEq)]
pub struct RandomSearch {
    parameters: Vec<(String, Distribution)>,
    draws: usize,
    seed: Seed,
}

impl RandomSearch {
    /// Starts a search with the distribution of its first parameter.
    pub fn over(name: impl Into<String>, distribution: Distribution) -> Self {
        RandomSearch { parameters: vec![(name.into(), distribution)], draws: 10, seed: Seed(0) }
    }

    /// Adds the distribution of one more parameter.
    #[must_use]
    pub fn and(mut self, name: impl Into<String>, distribution: Distribution) -> Self {
        self.parameters.push((name.into(), distribution));
        self
    }

    /// Sets the number of candidates drawn; default 10.
    #[doc(alias = "n_iter")]
    #[must_use]
    pub fn draws(mut self, draws: usize) -> Self {
        self.draws = draws;
        self
    }

    /// Sets the seed of the draws; default `Seed(0)`. More draws with the same seed begin with the same candidates.
    #[doc(alias = "random_state")]
    #[must_use]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = seed;
        self
    }

    /// The candidates, in the order in which they are drawn.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) for an empty distribution, [`Error::Parameter`](crate::Error::Parameter) without
    /// draws.
    pub fn param_sets(&self) -> Result<Vec<ParamSet>> {
        self.parameters.iter().try_for_each(|(name, distribution)| distribution.check(name))?;
        at_least("draws", 1, self.draws as u64)?;
        let mut generator = self.seed.generator();
        let mut candidate = || {
            let settings =
                self.parameters.iter().map(|(name, distribution)| (name.clone(), distribution.draw(&mut generator)));
            ParamSet::new(settings.collect())
        };
        Ok((0..self.draws).map(|_| candidate()).collect())
    }

    /// Cross-validates the estimator that `build` makes of each candidate, on all cores. A candidate that fails, such as a
    /// learning rate that is too large, is ranked last and keeps its [error](SearchResults::errors). Where the reader
    /// interrupts the cell, the results are [those of the candidates done](SearchResults::interrupted).
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) before the first candidate is done;
    /// [`Error::Within`](crate::Error::Within) with the first candidate and fold in which something failed, where all
    /// candidates failed; as [`param_sets`](Self::param_sets); a name given twice; errors of `folds`.
    pub fn run<E: Estimator>(
        &self,
        build: impl Fn(&ParamSet) -> Result<E>,
        data: &Dataset,
        folds: &dyn Folds,
        scoring: Scoring,
    ) -> Result<SearchResults> {
        search(self.param_sets()?, build, data, folds, scoring)
    }
}
