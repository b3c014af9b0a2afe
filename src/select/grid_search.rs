//! Grid search: every combination of the given settings.

use super::estimator::Estimator;
use super::param_set::{ParamSet, Setting};
use super::scoring::Scoring;
use super::search_results::{SearchResults, search};
use super::split::Folds;
use crate::data::Dataset;
use crate::error::{Error, Result};

/// All combinations of the given settings, each cross-validated; the best is fitted again on all data.
///
/// The last parameter changes fastest. Where training is long, a [`RandomSearch`](super::RandomSearch) finds as good a
/// point with fewer fits (slide B26).
///
/// ```
/// use gradus::prelude::*;
/// let data = datasets::diabetes()?;
/// let results = GridSearch::over("λ", [0.0, 0.01, 0.1]).and("degree", [1, 2]).run(
///     |point| {
///         let steps = [Step::polynomial(point.whole("degree")?), Step::Standardize];
///         Ok(Pipeline::new(steps, LinearRegression::closed_form().l2(point.number("λ")?)))
///     },
///     &data,
///     &KFold::new(5),
///     Scoring::RSquared,
/// )?;
/// assert_eq!(results.param_sets().len(), 6);
/// assert_eq!(results.best().to_string(), "λ = 0.1, degree = 2");
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GridSearch {
    parameters: Vec<(String, Vec<Setting>)>,
}

impl GridSearch {
    /// The settings of the first parameter.
    pub fn over<S: Into<Setting>>(name: impl Into<String>, settings: impl IntoIterator<Item = S>) -> Self {
        GridSearch { parameters: Vec::new() }.and(name, settings)
    }

    /// The settings of one more parameter.
    #[must_use]
    pub fn and<S: Into<Setting>>(mut self, name: impl Into<String>, settings: impl IntoIterator<Item = S>) -> Self {
        self.parameters.push((name.into(), settings.into_iter().map(Into::into).collect()));
        self
    }

    /// The points of the grid, in order.
    pub fn param_sets(&self) -> Vec<ParamSet> {
        let mut points: Vec<Vec<(String, Setting)>> = vec![vec![]];
        for (name, settings) in &self.parameters {
            let with = |point: &Vec<(String, Setting)>, setting: &Setting| {
                [point.as_slice(), &[(name.clone(), setting.clone())]].concat()
            };
            points = points.iter().flat_map(|point| settings.iter().map(|setting| with(point, setting))).collect();
        }
        points.into_iter().map(ParamSet::new).collect()
    }

    /// Cross-validates the estimator that `build` makes of each point, over all cores. A point that fails, such as a
    /// learning rate that is too large, is ranked last and keeps its [error](SearchResults::errors). Where the reader
    /// interrupts the cell, the results are [those of the points done](SearchResults::interrupted).
    ///
    /// # Errors
    /// [`Error::Interrupted`] before the first point is done; [`Error::Within`] with the first point and fold in which
    /// something failed, where all points failed; [`Error::Data`] for a parameter without settings, or a name that
    /// stands twice; what the scheme of the folds refuses.
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
