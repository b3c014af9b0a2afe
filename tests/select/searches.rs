//! Grid and random search.

use gradus::prelude::*;

use crate::nearest_centroid::NearestCentroid;
use crate::{close, even_diabetes, golden, message, ridge, whole};

const LAMBDAS: [f64; 6] = [0.0, 1e-3, 1e-2, 0.1, 1.0, 10.0];

fn scaled_ridge(params: &ParamSet) -> Result<Pipeline<gradus::linear::ClosedForm>> {
    Ok(Pipeline::new([Step::Standardize], ridge(params.number("λ")?)))
}

#[test]
fn a_grid_is_ranked_as_in_scikit_learn() -> Result<()> {
    let (golden, data) = (&golden()["grid"], even_diabetes());
    let found = GridSearch::over("λ", LAMBDAS).run(scaled_ridge, &data, &KFold::new(5), Scoring::RSquared)?;
    close(found.means(), &golden["means"]);
    close(found.stds(), &golden["deviations"]);
    let ranks: Vec<usize> = golden["ranks"].as_array().unwrap().iter().map(whole).collect();
    assert_eq!(found.ranks(), ranks);
    assert_eq!(found.best(), &found.param_sets()[whole(&golden["best"])]);
    assert_eq!(found.best_score(), found.means()[2]);
    // The best is fitted again on all rows.
    let again = Pipeline::new([Step::Standardize], ridge(1e-2)).fit(&data)?;
    assert_eq!(found.best_model().predict_values(&data)?, again.predict_values(&data)?);
    Ok(())
}

#[test]
fn of_a_loss_the_smallest_is_best_and_equals_share_a_rank() -> Result<()> {
    let data = even_diabetes();
    let search = GridSearch::over("λ", [10.0, 0.1, 0.01, 0.01, 1.0]);
    let found = search.run(scaled_ridge, &data, &KFold::new(5), Scoring::MeanSquaredError)?;
    assert_eq!(found.ranks(), [5, 3, 1, 1, 4]);
    assert_eq!(found.best().number("λ")?, 0.01);
    assert!(found.best_score() < found.means()[0]);
    Ok(())
}

#[test]
fn the_grids_last_parameter_changes_fastest() {
    let points = GridSearch::over("λ", [0.5, 1.0]).and("degree", [1, 2]).and("solver", ["qr"]).param_sets();
    let shown: Vec<String> = points.iter().map(ParamSet::to_string).collect();
    let expected = ["λ = 0.5, degree = 1, solver = qr", "λ = 0.5, degree = 2, solver = qr"];
    assert_eq!((shown.len(), &shown[..2]), (4, &expected.map(String::from)[..]));
    assert_eq!(points[3].whole("degree").unwrap(), 2);
    assert_eq!(points[3].number("degree").unwrap(), 2.0);
    assert_eq!(points[3].text("solver").unwrap(), "qr");
    assert!(message(points[0].number("lambda")).contains("it has `λ`, `degree`, `solver`"));
    assert!(message(points[0].whole("λ")).contains("`λ` is 0.5, not a whole number of at least 0"));
    assert!(message(points[0].flag("solver")).contains("not yes or no"));
}

#[test]
fn the_result_is_the_same_with_one_thread_and_with_two() -> Result<()> {
    let data = even_diabetes();
    let search = RandomSearch::over("α", Distribution::log_uniform(1e-4, 0.5))
        .and("batch", Distribution::whole(8, 64))
        .draws(12)
        .seed(Seed(3));
    let run = || {
        let build = |params: &ParamSet| {
            let descent = LinearRegression::gradient_descent().learning_rate(params.number("α")?).epochs(5);
            Ok(Pipeline::new([Step::Standardize], descent.batch(Batch::Mini(params.whole("batch")?))))
        };
        search.run(build, &data, &KFold::new(4).shuffled(Seed(1)), Scoring::MeanAbsoluteError)
    };
    let with = |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run);
    let (one, two) = (with(1)?, with(2)?);
    assert_eq!(one.param_sets(), two.param_sets());
    assert_eq!(one.scores(), two.scores());
    assert_eq!(one.best(), two.best());
    Ok(())
}

#[test]
fn more_draws_begin_with_the_same_candidates() -> Result<()> {
    let search = RandomSearch::over("α", Distribution::log_uniform(1e-5, 1e-1))
        .and("solver", Distribution::choice(["qr", "svd"]));
    let (few, many) = (search.clone().draws(3).param_sets()?, search.clone().draws(30).param_sets()?);
    assert_eq!(few, many[..3]);
    assert_ne!(few, search.clone().draws(3).seed(Seed(1)).param_sets()?);
    let different: std::collections::BTreeSet<String> =
        many.iter().map(|params| params.settings()[0].1.to_string()).collect();
    assert_eq!(different.len(), 30, "each draw tries another value");
    Ok(())
}

#[test]
fn errors_name_the_candidate_and_the_fold() -> Result<()> {
    let (data, folds) = (even_diabetes(), KFold::new(5));
    let some = GridSearch::over("λ", [0.1, -1.0]).run(scaled_ridge, &data, &folds, Scoring::RSquared)?;
    assert!(some.errors()[0].is_none());
    let wrong = message(some.errors()[1].clone().map_or(Ok(()), Err));
    assert!(wrong.starts_with("λ = -1, fold 1 of 5: λ = -1: it must be"), "{wrong}");
    let build = |params: &ParamSet| Ok(ridge(params.number("lambda")?));
    let unknown = message(GridSearch::over("λ", [0.1]).run(build, &data, &folds, Scoring::RSquared));
    assert!(unknown.starts_with("λ = 0.1: the search has no parameter `lambda`"), "{unknown}");
    let twice = GridSearch::over("λ", [0.1]).and("λ", [0.2]).run(scaled_ridge, &data, &folds, Scoring::RSquared);
    assert!(message(twice).contains("names the parameter `λ` twice"));
    let none = GridSearch::over("λ", [0.0; 0]).run(scaled_ridge, &data, &folds, Scoring::RSquared);
    assert!(message(none).contains("`λ` has no settings"));
    let no_draws = RandomSearch::over("λ", Distribution::uniform(0.0, 1.0)).draws(0);
    assert!(message(no_draws.run(scaled_ridge, &data, &folds, Scoring::RSquared)).contains("draws = 0"));
    Ok(())
}

#[test]
fn a_search_chooses_a_classifier_too() -> Result<()> {
    let build = |params: &ParamSet| {
        let steps = if params.flag("scaled")? { vec![Step::Standardize] } else { vec![] };
        Ok(Pipeline::new(steps, NearestCentroid))
    };
    let folds = StratifiedKFold::new(5);
    let found = GridSearch::over("scaled", [true, false]).run(build, &datasets::iris()?, &folds, Scoring::Accuracy)?;
    assert_eq!(found.best().to_string(), "scaled = no");
    assert!((found.best_score() - 0.92).abs() < 1e-12);
    Ok(())
}

/// Gradient descent with this learning rate: 0.49 is the largest that the scaled diabetes data bear.
fn descent(params: &ParamSet) -> Result<Pipeline<gradus::linear::GradientDescent>> {
    let descent = LinearRegression::gradient_descent().learning_rate(params.number("α")?).epochs(50);
    Ok(Pipeline::new([Step::Standardize], descent))
}

#[test]
fn a_point_that_diverges_is_marked_and_the_search_goes_on() -> Result<()> {
    let (data, folds) = (datasets::diabetes()?, KFold::new(3));
    let search =
        |rates: &[f64]| GridSearch::over("α", rates.to_vec()).run(descent, &data, &folds, Scoring::MeanSquaredError);
    let found = search(&[10.0, 0.05, 20.0, 0.4])?;
    let alone = search(&[0.05, 0.4])?;
    assert_eq!(found.best(), alone.best());
    assert_eq!(found.best_model().predict_values(&data)?, alone.best_model().predict_values(&data)?);
    assert_eq!([found.scores().row(1), found.scores().row(3)], [alone.scores().row(0), alone.scores().row(1)]);
    assert!(found.means()[0].is_nan() && found.scores().row(2).iter().all(|score| score.is_nan()));
    assert_eq!(found.ranks(), [3, 2, 3, 1]);
    let failed: Vec<bool> = found.errors().iter().map(Option::is_some).collect();
    assert_eq!(failed, [true, false, true, false]);
    let error = message(found.errors()[0].clone().map_or(Ok(()), Err));
    assert!(error.starts_with("α = 10, fold 1 of 3: gradient descent diverged"), "{error}");
    let none = message(search(&[10.0, 20.0]));
    assert!(
        none.starts_with("all 2 candidates failed; the first: α = 10, fold 1 of 3: gradient descent div"),
        "{none}"
    );
    assert!(message(search(&[10.0])).starts_with("α = 10, fold 1 of 3: gradient descent diverged"));
    let drawn = RandomSearch::over("α", Distribution::choice([0.4, 30.0])).draws(8).seed(Seed(2));
    let drawn = drawn.run(descent, &data, &folds, Scoring::MeanSquaredError)?;
    assert_eq!(drawn.best().number("α")?, 0.4);
    assert!((1..8).contains(&drawn.errors().iter().flatten().count()));
    Ok(())
}

#[test]
fn a_score_that_is_nan_is_an_error_and_ends_the_search() -> Result<()> {
    let x = Array2::from_shape_fn((12, 1), |(row, _)| row as f64);
    let y = Array1::from_shape_fn(12, |row| if row == 10 { f64::NAN } else { row as f64 });
    let (data, folds) = (Dataset::from_arrays(x, y)?, vec![Fold::new(0..9, 9..12)]);
    let build = |params: &ParamSet| Ok(ridge(params.number("λ")?));
    let error = message(GridSearch::over("λ", [0.1, 1.0]).run(build, &data, &folds, Scoring::RSquared));
    assert!(error.starts_with("all 2 candidates failed; the first: λ = 0.1, fold 1 of 1: the score is NaN"), "{error}");
    let curve = ValidationCurve::measure("λ", [0.1, 1.0], ridge, &data, &folds, Scoring::RSquared);
    assert!(message(curve).contains("λ = 0.1, fold 1 of 1: the score is NaN"));
    Ok(())
}

#[test]
fn one_fold_that_fails_marks_its_point_alone() -> Result<()> {
    // Of the third fold's training rows all are of one class.
    let iris = datasets::iris()?;
    let folds = vec![Fold::new(0..120, 120..150), Fold::new(30..150, 0..30), Fold::new(0..40, 40..150)];
    let build = |params: &ParamSet| match params.text("model")? {
        "centroid" => Ok(Box::new(NearestCentroid) as Box<dyn Estimator>),
        "mean" => Ok(Box::new(Constant) as Box<dyn Estimator>),
        other => Err(Error::Data(format!("no model {other}"))),
    };
    let search = GridSearch::over("model", ["centroid", "nothing", "mean"]);
    let found = search.run(build, &iris, &folds, Scoring::Accuracy)?;
    assert_eq!(found.best().to_string(), "model = mean");
    assert_eq!(found.ranks(), [2, 2, 1]);
    let said: Vec<String> = found.errors().iter().flatten().map(|error| error.to_string()).collect();
    assert_eq!(said[0], "model = centroid, fold 3 of 3: a classifier needs examples of at least two classes");
    assert_eq!(said[1], "model = nothing: no model nothing");
    // The two folds that could be judged keep their scores.
    assert!(found.scores()[[0, 0]].is_finite() && found.scores()[[0, 2]].is_nan());
    Ok(())
}

/// Says the first class of what it has seen.
#[derive(Debug)]
struct Constant;

impl Estimator for Constant {
    fn fit_model(&self, _train: &Dataset) -> Result<Box<dyn Predictor>> {
        Ok(Box::new(Constant))
    }
}

impl Predictor for Constant {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        Ok(Array2::zeros((data.rows(), 1)))
    }
}

/// Fits on few rows, and on no more.
#[derive(Debug)]
struct Small(usize);

impl Estimator for Small {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        match train.rows() <= self.0 {
            true => LinearRegression::closed_form().fit_model(train),
            false => Err(Error::Data(format!("{} rows are too many", train.rows()))),
        }
    }
}

#[test]
fn where_the_best_cannot_be_fitted_on_all_rows_the_next_best_is() -> Result<()> {
    let data = datasets::diabetes()?;
    // Equal scores: the first would win.
    let search = GridSearch::over("most", [400, 1000]);
    let found = search.run(|params| Ok(Small(params.whole("most")?)), &data, &KFold::new(5), Scoring::RSquared)?;
    assert_eq!(found.best().to_string(), "most = 1000");
    assert_eq!(found.ranks(), [2, 1]);
    let error = message(found.errors()[0].clone().map_or(Ok(()), Err));
    assert_eq!(error, "most = 400, all rows: 442 rows are too many");
    Ok(())
}

#[test]
fn strengths_that_fail_are_passed_over() -> Result<()> {
    let iris = datasets::iris()?;
    let folds = StratifiedKFold::new(5);
    let fit = LogisticRegressionCv::new().cs(&[-1.0, 0.01, 1.0]).fit(&iris, &folds)?;
    let valid = LogisticRegressionCv::new().cs(&[0.01, 1.0]).fit(&iris, &folds)?;
    assert_eq!(fit.model(), valid.model());
    assert!(fit.curves()[0].errors()[0].is_some());
    let none = message(LogisticRegressionCv::new().cs(&[-1.0, 0.0]).fit(&iris, &folds));
    assert!(none.starts_with("all 2 candidates failed; the first: C = -1, fold 1 of 5"), "{none}");
    Ok(())
}
