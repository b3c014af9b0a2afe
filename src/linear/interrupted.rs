//! Fits of linear models that the reader interrupts.

use ndarray::{Array1, Array2, array};

use super::{Batch, FittedGradientDescent, LikelihoodSolver, LinearRegression, LogisticRegression, SoftmaxRegression};
use crate::data::{Dataset, Scaler, StandardScaler, sources};
use crate::error::{Error, Result};
use crate::interrupt::scripted::interrupted_after;
use crate::notebook::InCell;

fn scaled(data: Result<Dataset>) -> Dataset {
    let data = data.unwrap();
    StandardScaler::fit(&data).unwrap().transform(&data).unwrap()
}

#[test]
fn a_descent_ends_after_a_whole_epoch_of_full_batches() {
    let data = scaled(sources::diabetes());
    let fit = |epochs: usize| LinearRegression::gradient_descent().learning_rate(0.1).epochs(epochs);
    let mut descent = interrupted_after(7, || fit(1000).fit(&data)).unwrap();
    let exact = fit(7).fit(&data).unwrap();
    assert!(descent.interrupted() && !descent.converged() && !exact.interrupted());
    assert_eq!((descent.epochs(), descent.steps(), descent.weights()), (7, 7, exact.weights()));
    assert_eq!(descent.history(), exact.history());
    assert!(descent.in_cell().plain().contains("7 steps, interrupted: "), "{}", descent.in_cell().plain());
    assert_eq!(descent.predict(&data).unwrap().len(), 442);
    descent.train(&data, 3).unwrap();
    let ten = fit(10).fit(&data).unwrap();
    assert!(!descent.interrupted());
    assert!((descent.weights() - ten.weights()).iter().all(|far| far.abs() < 1e-12));
    assert_eq!(descent.history().epoch_costs().len(), 11);
}

#[test]
fn a_descent_in_small_batches_ends_within_an_epoch() {
    let data = scaled(sources::breast_cancer());
    let fit = |epochs: usize| LogisticRegression::gradient_descent().batch(Batch::Mini(100)).epochs(epochs);
    // 569 rows are six batches; whether to go on is asked before each.
    let mut descent = interrupted_after(8, || fit(1000).fit(&data)).unwrap();
    assert!(descent.interrupted());
    assert_eq!((descent.epochs(), descent.steps(), descent.history().epoch_costs().len()), (1, 8, 2));
    assert_eq!(descent.history().steps(), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!(descent.score(&data).unwrap() > 0.8);
    descent.train(&data, 5).unwrap();
    assert_eq!((descent.interrupted(), descent.epochs(), descent.steps()), (false, 6, 38));
    // Before the first step it is a model of nothing, and goes on from there.
    let mut start = interrupted_after(0, || fit(3).fit(&data)).unwrap();
    assert!(start.interrupted() && start.steps() == 0 && start.weights().iter().all(|weight| *weight == 0.0));
    start.train(&data, 3).unwrap();
    assert_eq!(start.weights(), fit(3).fit(&data).unwrap().weights());
}

#[test]
fn a_pass_over_a_stream_ends_before_its_next_step() {
    let (x, y) = (Array2::from_shape_fn((50, 1), |(row, _)| (row % 5) as f64), Array1::from_elem(50, 1.0));
    let settings = LinearRegression::gradient_descent().batch(Batch::Stochastic);
    let mut descent = settings.online(1).unwrap();
    interrupted_after(20, || descent.partial_fit(&(&x, &y))).unwrap();
    assert!(descent.interrupted() && descent.steps() == 20);
    descent.partial_fit(&(&x, &y)).unwrap();
    assert!(!descent.interrupted() && descent.steps() == 70);
}

#[test]
fn a_ruined_descent_is_an_error_also_where_it_is_interrupted() {
    let (x, y) = (array![[1e155], [-1e155], [2e155]], array![1e155, 2.0, 3.0]);
    let settings = LinearRegression::gradient_descent().batch(Batch::Mini(2)).learning_rate(1e300);
    let outcome = interrupted_after(1, || settings.fit(&(&x, &y)));
    assert!(matches!(outcome, Err(Error::Diverged(_))), "{outcome:?}");
}

#[test]
fn each_likelihood_solver_gives_the_point_it_has_reached() {
    let data = scaled(sources::breast_cancer());
    for solver in [LikelihoodSolver::Newton, LikelihoodSolver::Lbfgs, LikelihoodSolver::CoordinateDescent] {
        let settings = LogisticRegression::maximum_likelihood().c(1.0).solver(solver);
        let whole = settings.fit(&data).unwrap();
        let part = interrupted_after(2, || settings.fit(&data)).unwrap();
        assert!(part.interrupted() && !part.converged(), "{solver:?}");
        assert!((1..whole.iterations()).contains(&part.iterations()), "{solver:?}: {}", part.iterations());
        let said = format!("Interrupted after {} steps: the largest derivative is", part.iterations());
        assert!(part.note().starts_with(&said), "{}", part.note());
        // θ = 0 has the loss log 2.
        assert!(part.objective() > whole.objective() && part.objective() < 2.0_f64.ln(), "{solver:?}");
        assert!(part.score(&data).unwrap() > 0.9, "{solver:?}");
        assert!(whole.converged() && !whole.interrupted() && whole.note().is_empty());
        let said = interrupted_after(0, || settings.fit(&data)).unwrap_err();
        assert_eq!(said.to_string(), "interrupted before the first step of the fit");
    }
}

#[test]
fn classes_against_the_rest_need_a_step_each() {
    let iris = scaled(sources::iris());
    let settings = SoftmaxRegression::maximum_likelihood().l2(1e-3).one_vs_rest();
    let said = interrupted_after(2, || settings.fit(&iris)).unwrap_err();
    assert_eq!(said, Error::Interrupted("before the first step of the fit".into()));
    let without_penalty = SoftmaxRegression::maximum_likelihood();
    let part = interrupted_after(3, || without_penalty.fit(&iris)).unwrap();
    assert!(part.interrupted() && part.coefficients().is_err() && part.score(&iris).unwrap() > 0.8);
}

#[test]
fn a_polynomial_is_not_half_done() {
    let (x, y) = (Array2::from_shape_fn((50, 1), |(row, _)| row as f64), Array1::from_shape_fn(50, |row| row as f64));
    let settings = LinearRegression::closed_form().polynomial(5);
    let said = interrupted_after(2, || settings.fit(&(&x, &y))).unwrap_err();
    assert_eq!(said.to_string(), "interrupted after 3 of 6 terms of the polynomial");
    assert!(settings.fit(&(&x, &y)).is_ok());
}

#[test]
fn what_was_interrupted_is_saved_with_its_ending() {
    use crate::saved::Saved;
    let data = scaled(sources::diabetes());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("descent.safetensors");
    let descent = interrupted_after(3, || LinearRegression::gradient_descent().fit(&data)).unwrap();
    descent.save(&path).unwrap();
    let read: FittedGradientDescent = FittedGradientDescent::load(&path).unwrap();
    assert!(read.interrupted() && read == descent);
}
