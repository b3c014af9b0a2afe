//! Grid search: every combination of the given settings.

use super::estimator::Estimator;
use super::param_set::{ParamSet, Setting};
use super::scoring::Scoring;
use super::search_results::{SearchResults, search};
use super::split::Folds;
use crate::data::Dataset;
use crate::error::{Error, Result};

/// Grid search with cross-validation: every combination of the given settings; the best is fitted again on all data.
///
/// The last parameter changes fastest. Where training is long, a [`RandomSearch`](super::RandomSearch) finds as good
/// settings with fewer fits (slide B26).
///
/// ```
/// use gradus::prelude::*;
/// let data = datasets::diabetes()?;
/// let results = GridSearch::over("λ", [0.0, 0.01, 0.1]).and("degree", [1, 2]).run(
///     |params| {
///         let steps = [Step::polynomial(params.whole("degree")?), Step::Standardize];
///         Ok(Pipeline::new(steps, LinearRegression::closed_form().l2(params.number("λ")?)))
///     },
///     &data,
///     &KFold::new(5),
///     Scoring::RSquared,
/// )?;
/// assert_eq!(results.param_sets().len(), 6);
/// assert_eq!(results.best().to_string(), "λ = 0.1, degree = 2");
/// # Ok::<(), gradus::Error>(())
/// ```
#[doc(alias = "GridSearchCV")]
#[derive(Clone, Debug, PartialEq)]
pub struct GridSearch {
    parameters: Vec<(String, Vec<Setting>)>,
}

impl GridSearch {
    /// Starts a grid with the settings of its first parameter.
    pub fn over<S: Into<Setting>>(name: impl Into<String>, settings: impl IntoIterator<Item = S>) -> Self {
        GridSearch { parameters: Vec::new() }.and(name, settings)
    }

    /// Adds the settings of one more parameter.
    #[must_use]
    pub fn and<S: Into<Setting>>(mut self, name: impl Into<String>, settings: impl IntoIterator<Item = S>) -> Self {
        self.parameters.push((name.into(), settings.into_iter().map(Into::into).collect()));
        self
    }

    /// The candidates of the grid, in order.
    #[doc(alias = "ParameterGrid")]
    pub fn param_sets(&self) -> Vec<ParamSet> {
        let mut candidates: Vec<Vec<(String, Setting)>> = vec![vec![]];
        for (name, settings) in &self.parameters {
            let with = |candidate: &Vec<(String, Setting)>, setting: &Setting| {
                [candidate.as_slice(), &[(name.clone(), setting.clone())]].concat()
            };
            candidates = candidates
                .iter()
                .flat_map(|candidate| settings.iter().map(|setting| with(candidate, setting)))
                .collect();
        }
        candidates.into_iter().map(ParamSet::new).collect()
    }

    /// Cross-validates the estimator that `build` makes of each candidate, on all cores. A candidate that fails, such as a
    /// learning rate that is too large, is ranked last and keeps its [error](SearchResults::errors). Where the reader
    /// interrupts the cell, the results are [those of the candidates done](SearchResults::interrupted).
    ///
    /// # Errors
    /// [`Error::Interrupted`] before the first candidate is done; [`Error::Within`] with the first candidate and fold in which
    /// something failed, where all candidates failed; [`Error::Data`] for a parameter without settings, or a name
    /// given twice; errors of `folds`.
    pub fn run<E: Estimator>(
        &self,
        build: impl Fn(&ParamSet) -> Result<E>,
        data: &Dataset,
        folds: &dyn Folds,
        scoring: Scoring,
    ) -> Result<SearchResults> {
        if let Some((name, _)) = self.parameters.iter().find(|(_, settings)| settings.is_empty()) {
            return Err(Error::Data(format!("the search's parameter `{name}` has no settings to try")));
        }
        search(self.param_sets(), build, data, folds, scoring)
    }
}
