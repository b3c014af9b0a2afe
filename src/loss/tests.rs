use ndarray::{Array1, Array2, array};

use super::*;
use crate::data::Seed;

type Case = (Box<dyn Loss>, Array2<f64>, Array2<f64>);

/// Every loss, with truth and outputs that it is smooth at.
fn all() -> Vec<Case> {
    let mut random = Seed(7).generator();
    let mut draw = |from: f64, to: f64| rand::RngExt::random_range(&mut random, from..to);
    let scores = Array2::from_shape_simple_fn((5, 3), || draw(-3.0, 3.0));
    let chances = scores.mapv(|score| 1.0 / (1.0 + f64::exp(-score)));
    let shares = &chances / &chances.sum_axis(Axis(1)).insert_axis(Axis(1));
    let soft = Array2::from_shape_simple_fn((5, 3), || draw(0.0, 1.0));
    let soft_shares = &soft / &soft.sum_axis(Axis(1)).insert_axis(Axis(1));
    let numbers = array![[0.0], [2.0], [1.0], [1.0], [2.0]];
    let signs = soft.mapv(|share| if share < 0.5 { -1.0 } else { 1.0 });
    vec![
        (Box::new(MeanSquaredError), soft.clone(), scores.clone()),
        (Box::new(HalfMeanSquaredError), soft.clone(), scores.clone()),
        (Box::new(MeanAbsoluteError), soft.clone(), scores.clone()),
        (Box::new(Huber { threshold: 0.7 }), soft.clone(), scores.clone()),
        (Box::new(BinaryCrossEntropy { from_logits: true }), soft.clone(), scores.clone()),
        (Box::new(BinaryCrossEntropy { from_logits: false }), soft.clone(), chances),
        (Box::new(CategoricalCrossEntropy { from_logits: true }), soft_shares.clone(), scores.clone()),
        (Box::new(CategoricalCrossEntropy { from_logits: false }), soft_shares, shares.clone()),
        (Box::new(SparseCategoricalCrossEntropy { from_logits: true }), numbers.clone(), scores.clone()),
        (Box::new(SparseCategoricalCrossEntropy { from_logits: false }), numbers.clone(), shares),
        (Box::new(Hinge), signs.clone(), scores.clone()),
        (Box::new(SquaredHinge), signs, scores.clone()),
        (Box::new(WestonWatkinsHinge), numbers.clone(), scores.clone()),
        (Box::new(CrammerSingerHinge), numbers, scores),
    ]
}

#[test]
fn each_gradient_is_the_five_point_stencil_of_its_value() {
    for (loss, truth, predicted) in all() {
        for (truth, predicted) in truth.rows().into_iter().zip(predicted.rows()) {
            let (truth, predicted) = (truth.to_vec(), predicted.to_vec());
            let mut slope = vec![0.0; predicted.len()];
            loss.example(&truth, &predicted, &mut slope);
            for place in 0..predicted.len() {
                let h = 2e-4 * predicted[place].abs().max(0.1);
                let at = |steps: f64| {
                    let mut moved = predicted.clone();
                    moved[place] += steps * h;
                    loss.example(&truth, &moved, &mut vec![0.0; moved.len()])
                };
                let stencil = (at(-2.0) - 8.0 * at(-1.0) + 8.0 * at(1.0) - at(2.0)) / (12.0 * h);
                let error = (stencil - slope[place]).abs() / slope[place].abs().max(1.0);
                assert!(error < 1e-8, "{loss:?}: {} against {stencil}", slope[place]);
            }
        }
    }
}

#[test]
fn weights_and_reductions_multiply_value_and_gradient_alike() {
    let weights = array![1.0, 0.0, 2.0, 0.5, 1.5];
    for (loss, truth, predicted) in all() {
        let (losses, slopes) = loss.losses_and_slopes(&truth, &predicted).unwrap();
        let sum: f64 = losses.iter().zip(&weights).map(|(loss, weight)| loss * weight).sum();
        for (reduction, divisor) in [(Reduction::Mean, 5.0), (Reduction::MeanOverExamples, 5.0), (Reduction::Sum, 1.0)]
        {
            let value = loss.weighted_value(&truth, &predicted, Some(&weights), reduction).unwrap();
            assert!((value - sum / divisor).abs() < 1e-12 * sum.abs().max(1.0));
            let gradient = loss.weighted_gradient(&truth, &predicted, Some(&weights), reduction).unwrap();
            assert!((gradient[(2, 1)] - 2.0 * slopes[(2, 1)] / divisor).abs() < 1e-15);
        }
        // Twice the weights: the weighted mean stays, the others double.
        let twice = &weights * 2.0;
        let of = |weights, reduction| loss.weighted_value(&truth, &predicted, Some(weights), reduction).unwrap();
        assert!((of(&twice, Reduction::Mean) - of(&weights, Reduction::Mean)).abs() < 1e-12);
        let doubled = of(&twice, Reduction::MeanOverExamples) / of(&weights, Reduction::MeanOverExamples);
        assert!((doubled - 2.0).abs() < 1e-12);
    }
}

#[test]
fn logits_and_probabilities_agree_where_both_keep_their_digits() {
    let (truth, scores) = (array![[1.0, 0.0, 0.0], [0.0, 0.3, 0.7]], array![[2.0, -1.0, 0.5], [0.1, 0.2, -3.0]]);
    let chances = scores.mapv(|score: f64| 1.0 / (1.0 + (-score).exp()));
    let exponentials = scores.mapv(f64::exp);
    let shares = &exponentials / &exponentials.sum_axis(Axis(1)).insert_axis(Axis(1));
    let pairs: [(&dyn Loss, &dyn Loss, &Array2<f64>); 2] = [
        (&BinaryCrossEntropy { from_logits: true }, &BinaryCrossEntropy { from_logits: false }, &chances),
        (&CategoricalCrossEntropy { from_logits: true }, &CategoricalCrossEntropy { from_logits: false }, &shares),
    ];
    for (logits, probabilities, predicted) in pairs {
        let (a, b) = (logits.value(&truth, &scores).unwrap(), probabilities.value(&truth, predicted).unwrap());
        assert!((a - b).abs() < 1e-14, "{logits:?}: {a} against {b}");
    }
}

#[test]
fn the_sparse_form_is_the_one_hot_form() {
    let (numbers, scores) = (array![2.0, 0.0], array![[2.0, -1.0, 0.5], [0.1, 0.2, -3.0]]);
    let one_hot = array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]];
    let sparse = SparseCategoricalCrossEntropy { from_logits: true };
    let dense = CategoricalCrossEntropy { from_logits: true };
    assert!((sparse.value(&numbers, &scores).unwrap() - dense.value(&one_hot, &scores).unwrap()).abs() < 1e-15);
    let difference = sparse.gradient(&numbers, &scores).unwrap() - dense.gradient(&one_hot, &scores).unwrap();
    assert!(difference.iter().all(|value| value.abs() < 1e-15));
    for hinge in [&WestonWatkinsHinge as &dyn Loss, &CrammerSingerHinge] {
        assert_eq!(hinge.value(&numbers, &scores).unwrap(), hinge.value(&one_hot, &scores).unwrap());
    }
}

#[test]
fn certainty_costs_much_and_is_finite() {
    let wrong = BinaryCrossEntropy::default().value(&array![1.0, 0.0], &array![0.0, 1.0]).unwrap();
    assert!((wrong + f64::EPSILON.ln()).abs() < 1e-12);
    assert_eq!(BinaryCrossEntropy { from_logits: true }.value(&array![1.0], &array![-800.0]).unwrap(), 800.0);
    let far = CategoricalCrossEntropy { from_logits: true }.value(&array![[0.0, 1.0]], &array![[900.0, -900.0]]);
    assert_eq!(far.unwrap(), 1800.0);
}

#[test]
fn what_a_loss_is_not_defined_for_is_said() {
    let said = |result: Result<f64>| result.unwrap_err().to_string();
    let (one, none) = (array![1.0], Array1::<f64>::zeros(0));
    assert!(said(MeanSquaredError.value(&one, &array![1.0, 2.0])).contains('2'));
    assert!(said(MeanSquaredError.value(&none, &none)).contains("no values"));
    assert!(said(Hinge.value(&one, &array![f64::NAN])).contains("NaN"));
    assert!(said(Hinge.value(&array![3.0], &one)).contains("has 3"));
    assert!(said(Hinge.value(&array![-1.0, 0.0], &array![1.0, 1.0])).contains("two classes"));
    assert!(said(Huber { threshold: 0.0 }.value(&one, &one)).contains("threshold"));
    assert!(said(BinaryCrossEntropy::default().value(&one, &array![1.5])).contains("from_logits"));
    assert!(said(BinaryCrossEntropy::default().value(&array![2.0], &one)).contains("true value in row 0"));
    let scores = array![[0.5, 0.2]];
    assert!(said(SparseCategoricalCrossEntropy::default().value(&array![2.0], &scores)).contains("from 0 to 1"));
    assert!(said(SparseCategoricalCrossEntropy::default().value(&array![1.0], &scores)).contains("sum to 0.7"));
    assert!(said(WestonWatkinsHinge.value(&array![[1.0, 1.0]], &scores)).contains("one 1"));
    let weights = |weights: Array1<f64>| MeanSquaredError.weighted_value(&one, &one, Some(&weights), Reduction::Mean);
    assert!(said(weights(array![1.0, 1.0])).contains("sample weights"));
    assert!(said(weights(array![0.0])).contains("not all 0"));
    assert!(said(weights(array![-1.0])).contains("at least 0"));
}
