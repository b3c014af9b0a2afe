//! Measures at the ends of their range: what rounding made, what is missing, what there is nothing of.

use gradus::metrics::{
    Average, Pairing, accuracy, brier_score, coverage, hinge_loss, log_loss, max_error, mean_absolute_error,
    mean_squared_error, median_absolute_error, r_squared, roc_auc, top_k_accuracy,
};
use gradus::prelude::*;
use ndarray::{ArrayView1, ArrayView2};

type OfNumbers = fn(ArrayView1<'_, f64>, ArrayView1<'_, f64>) -> Result<f64>;
type OfProbabilities = fn(ArrayView1<'_, f64>, ArrayView2<'_, f64>) -> Result<f64>;

const NUMBERS: [OfNumbers; 5] = [r_squared, mean_squared_error, mean_absolute_error, median_absolute_error, max_error];

const PROBABILITIES: [OfProbabilities; 3] =
    [log_loss, brier_score, |truth, chances| Ok(coverage(truth, chances, 0.5)?.accuracy)];

fn message<T>(result: Result<T>) -> String {
    result.err().map_or("no error".into(), |error| error.to_string())
}

#[test]
fn a_nan_among_numbers_is_seen_in_every_measure() {
    let numbers = array![1.0, 2.0, 3.0, 4.0];
    for measure in NUMBERS {
        for row in 0..4 {
            for wrong in [f64::NAN, -f64::NAN] {
                let mut holes = numbers.clone();
                holes[row] = wrong;
                assert!(measure(numbers.view(), holes.view()).unwrap().is_nan(), "row {row}");
                assert!(measure(holes.view(), numbers.view()).unwrap().is_nan(), "row {row}");
            }
        }
        assert!(message(measure(array![].view(), array![].view())).contains("of no values"));
        assert!(message(measure(numbers.view(), array![1.0].view())).contains("expected 4"));
    }
}

#[test]
fn a_nan_among_classes_or_scores_is_refused() {
    let (classes, holes) = (array![0.0, 1.0, 1.0], array![0.0, f64::NAN, 1.0]);
    assert!(message(accuracy(holes.view(), classes.view())).contains("true class of row 1 is NaN"));
    assert!(message(accuracy(classes.view(), holes.view())).contains("predicted class of row 1 is NaN"));
    let scores = array![[0.5, 0.5], [0.2, f64::NAN], [0.1, 0.9]];
    let whole = array![[0.5, 0.5], [0.2, 0.8], [0.1, 0.9]];
    let more: [OfProbabilities; 3] = [
        |truth, scores| roc_auc(truth, scores, Pairing::OneVersusRest, false),
        |truth, scores| top_k_accuracy(truth, scores, 1),
        hinge_loss,
    ];
    for measure in PROBABILITIES.into_iter().chain(more) {
        assert!(message(measure(classes.view(), scores.view())).contains("row 1"));
        assert!(message(measure(holes.view(), whole.view())).contains("NaN"));
        assert_ne!(message(measure(array![].view(), Array2::zeros((0, 2)).view())), "no error");
        assert_ne!(message(measure(classes.view(), Array2::zeros((3, 0)).view())), "no error");
    }
}

#[test]
fn probabilities_that_rounding_made_are_taken() -> Result<()> {
    let above = 1.0 + f64::EPSILON;
    let (truth, chances) = (array![0.0, 1.0, 0.0], array![[above, 0.0], [-1e-17, above], [above, 0.0]]);
    let sure = array![[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]];
    for measure in PROBABILITIES {
        let (found, exact) = (measure(truth.view(), chances.view())?, measure(truth.view(), sure.view())?);
        assert!((found - exact).abs() < 1e-15, "{found} {exact}");
    }
    assert_eq!(log_loss(truth.view(), chances.view())?, 0.0);
    // A softmax of 5000 classes in f32, summed in order: off by more than 10⁻⁶.
    let raw: Vec<f32> = (0..5000).map(|class| ((class * class % 101) as f32 / 20.0).exp()).collect();
    let sum = raw.iter().fold(0.0_f32, |sum, value| sum + value);
    let shares = Array2::from_shape_fn((2, 5000), |(_, class)| f64::from(raw[class] / sum));
    let truth = array![17.0, 4999.0];
    let own = |class: usize| shares[[0, class]].ln();
    assert!((log_loss(truth.view(), shares.view())? + (own(17) + own(4999)) / 2.0).abs() < 1e-12);
    brier_score(truth.view(), shares.view())?;
    coverage(truth.view(), shares.view(), 0.5)?;
    Ok(())
}

#[test]
fn what_no_rounding_explains_is_refused() {
    let truth = array![0.0, 1.0];
    for (chances, problem) in [
        (array![[0.9, 0.1], [0.4, 0.5]], "those of row 1 sum to 0.9, not 1"),
        (array![[0.9, 0.1], [-0.5, 1.5]], "row 1, class 0 is -0.5"),
        (array![[2.0, 3.0], [0.5, 0.5]], "row 0, class 0 is 2"),
        (array![[0.5, 0.5], [f64::INFINITY, 0.0]], "row 1, class 0 is inf"),
    ] {
        for measure in PROBABILITIES {
            let found = message(measure(truth.view(), chances.view()));
            assert!(found.contains("needs probabilities") && found.contains(problem), "{found}");
        }
    }
    assert!(message(brier_score(truth.view(), array![[0.5], [1.5]].view())).contains("row 1, class 0 is 1.5"));
}

#[test]
fn a_class_that_there_is_not_has_no_score() -> Result<()> {
    let matrix = ConfusionMatrix::new(array![0.0, 1.0].view(), array![0.0, 1.0].view(), &["a", "b"])?;
    for score in [matrix.precision(Average::Class(2)), matrix.recall(Average::Class(2)), matrix.f1(Average::Class(2))] {
        assert!(score.is_nan());
    }
    // β without end: recall alone counts.
    let matrix =
        ConfusionMatrix::new(array![0.0, 1.0, 1.0, 1.0].view(), array![1.0, 1.0, 0.0, 1.0].view(), &["a", "b"])?;
    let recall = matrix.recall(Average::Class(1));
    assert!((matrix.f_beta(1e9, Average::Class(1)) - recall).abs() < 1e-9);
    assert_eq!(matrix.f_beta(f64::INFINITY, Average::Class(1)), recall);
    assert_eq!(matrix.f_beta(1e200, Average::Class(1)), recall);
    Ok(())
}
