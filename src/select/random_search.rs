//! Random search: points drawn at random.

use super::distribution::Distribution;
use super::estimator::Estimator;
use super::param_set::ParamSet;
use super::scoring::Scoring;
use super::search_results::{SearchResults, search};
use super::split::Folds;
use crate::data::{Dataset, Seed};
use crate::error::{Error, Result};

/// Candidates drawn at random, each cross-validated; the best is fitted again on all data.
///
/// Of n draws each parameter sees n different values, of a grid with as many points only a few: where one parameter
/// matters more than the others, this finds its best value sooner (slide B26). J. Bergstra, Y. Bengio (2012), *Random Search
/// for Hyper-Parameter Optimization*. Defaults: 10 draws, `Seed(0)`.
///
/// ```
/// use gradus::prelude::*;
/// let data = datasets::diabetes()?;
/// let results = RandomSearch::over("α", Distribution::log_uniform(1e-5, 1e-1)).draws(20).seed(Seed(1)).run(
///     |point| {
///         let descent = LinearRegression::gradient_descent().learning_rate(point.number("α")?);
///         Ok(Pipeline::new([Step::Standardize], descent))
///     },
///     &data,
///     &KFold::new(5),
///     Scoring::RSquared,
/// )?;
/// assert!(results.best().number("α")? > 1e-2); // the 100 epochs of the default are few for a smaller one
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RandomSearch {
    parameters: Vec<(String, Distribution)>,
    draws: usize,
    seed: Seed,
}

impl RandomSearch {
    /// The distribution of the first parameter.
    pub fn over(name: impl Into<String>, draw: Distribution) -> Self {
        RandomSearch { parameters: vec![(name.into(), draw)], draws: 10, seed: Seed(0) }
    }

    /// The distribution of one more parameter.
    #[must_use]
    pub fn and(mut self, name: impl Into<String>, draw: Distribution) -> Self {
        self.parameters.push((name.into(), draw));
        self
    }

    /// How many points are drawn; default 10.
    #[must_use]
    pub fn draws(mut self, draws: usize) -> Self {
        self.draws = draws;
        self
    }

    /// The seed of the draws; default `Seed(0)`. More draws of one seed begin with the same points.
    #[must_use]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = seed;
        self
    }

    /// The points, in the order in which they are drawn.
    ///
    /// # Errors
    /// [`Error::Data`] for a distribution of nothing, [`Error::Parameter`] without draws.
    pub fn param_sets(&self) -> Result<Vec<ParamSet>> {
        self.parameters.iter().try_for_each(|(name, draw)| draw.check(name))?;
        if self.draws == 0 {
            return Err(Error::Parameter { parameter: "draws", value: "0".into(), requirement: "at least 1".into() });
        }
        let mut generator = self.seed.generator();
        let mut point = || {
            let settings = self.parameters.iter().map(|(name, draw)| (name.clone(), draw.draw(&mut generator)));
            ParamSet::new(settings.collect())
        };
        Ok((0..self.draws).map(|_| point()).collect())
    }

    /// Cross-validates the estimator that `build` makes of each point, over all cores. A point that fails, such as a
    /// learning rate that is too large, is ranked last and keeps its [error](SearchResults::errors). Where the reader
    /// interrupts the cell, the results are [those of the points done](SearchResults::interrupted).
    ///
    /// # Errors
    /// [`Error::Interrupted`] before the first point is done; [`Error::Within`] with the first point and fold in which
    /// something failed, where all points failed; as [`points`](Self::param_sets); a name that stands twice; what the
    /// scheme of the folds refuses.
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
