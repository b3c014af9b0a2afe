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
            loss.formula(&truth, &predicted, &mut slope);
            for place in 0..predicted.len() {
                let h = 2e-4 * predicted[place].abs().max(0.1);
                let at = |steps: f64| {
                    let mut moved = predicted.clone();
                    moved[place] += steps * h;
                    loss.formula(&truth, &moved, &mut vec![0.0; moved.len()])
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
    for reduction in [Reduction::Mean, Reduction::MeanOverExamples, Reduction::Sum] {
        for wrong in [0.0, f64::INFINITY, f64::NAN] {
            let found = MeanSquaredError.weighted_value(&one, &one, Some(&array![wrong]), reduction);
            assert!(said(found).contains("finite numbers of at least 0, and not all 0"), "{reduction:?} {wrong}");
        }
    }
}

/// Every loss, with a truth of one example that fits three outputs.
fn of_three() -> Vec<(AnyLoss, [f64; 3])> {
    let (number, sign, one_hot) = ([2.0, 0.0, 1.0], [1.0, -1.0, 1.0], [1.0, 0.0, 0.0]);
    let logits = true;
    vec![
        (MeanSquaredError.into(), number),
        (HalfMeanSquaredError.into(), number),
        (MeanAbsoluteError.into(), number),
        (Huber::default().into(), number),
        (BinaryCrossEntropy::default().into(), one_hot),
        (BinaryCrossEntropy { from_logits: logits }.into(), one_hot),
        (CategoricalCrossEntropy::default().into(), one_hot),
        (CategoricalCrossEntropy { from_logits: logits }.into(), one_hot),
        (SparseCategoricalCrossEntropy::default().into(), one_hot),
        (SparseCategoricalCrossEntropy { from_logits: logits }.into(), one_hot),
        (Hinge.into(), sign),
        (SquaredHinge.into(), sign),
        (WestonWatkinsHinge.into(), one_hot),
        (CrammerSingerHinge.into(), one_hot),
    ]
}

#[test]
fn outputs_without_end_never_cost_a_number_that_could_be_right() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let ends = [[inf, -inf, inf], [-inf, inf, -inf], [nan, 0.2, 0.3], [0.2, nan, 0.3], [0.2, 0.3, -nan], [nan; 3]];
    for (loss, truth) in of_three() {
        for outputs in ends {
            let mut slope = [0.0; 3];
            let cost = loss.formula(&truth, &outputs, &mut slope);
            assert!(cost.is_nan() || cost == inf, "{loss:?} of {outputs:?}: {cost}");
            let error = loss.example(&truth, &outputs, &mut slope).unwrap_err();
            assert!(matches!(error, Error::NotFinite { .. }), "{loss:?}: {error}");
        }
        // The last class alone, and one output alone.
        let cost = loss.formula(&[2.0], &[inf, -inf, inf], &mut [0.0; 3]);
        assert!(cost.is_nan() || cost == inf, "{loss:?}: {cost}");
    }
    for loss in [AnyLoss::from(Hinge), SquaredHinge.into()] {
        for score in [nan, inf, -inf] {
            assert!(!loss.formula(&[1.0], &[score], &mut [0.0]).is_finite(), "{loss:?} of {score}");
        }
    }
}

#[test]
fn one_example_is_checked_as_many_are() {
    let chances = [0.2, 0.5, 0.3];
    let mut slope = [0.0; 3];
    let classes: [AnyLoss; 4] = [
        SparseCategoricalCrossEntropy::default().into(),
        SparseCategoricalCrossEntropy { from_logits: true }.into(),
        WestonWatkinsHinge.into(),
        CrammerSingerHinge.into(),
    ];
    for loss in classes {
        for label in [5.0, 3.0, -1.0, 0.5, 1e300] {
            let text = loss.example(&[label], &chances, &mut slope).unwrap_err().to_string();
            assert!(text.contains("class numbers from 0 to 2") && text.contains("row 0"), "{loss:?}: {text}");
            assert!(loss.formula(&[label], &chances, &mut slope).is_nan() && slope.iter().all(|slope| slope.is_nan()));
        }
        assert!(loss.example(&[f64::NAN], &chances, &mut slope).is_err());
        assert!(loss.formula(&[f64::NAN], &chances, &mut slope).is_nan());
        // Neither one-hot nor as long as the outputs.
        for truth in [&[1.0, 1.0, 0.0][..], &[0.0; 3], &[1.0, 0.0], &[]] {
            assert!(loss.example(truth, &chances, &mut slope).is_err(), "{loss:?} {truth:?}");
        }
        assert!(loss.formula(&[0.0; 3], &chances, &mut slope).is_nan());
        assert!(loss.formula(&[1.0, 0.0], &chances, &mut slope).is_nan());
    }
    for (loss, truth) in of_three() {
        let fits = loss.example(&truth, &chances, &mut slope).unwrap();
        assert_eq!(fits, loss.formula(&truth, &chances, &mut slope), "{loss:?}");
        assert!(loss.example(&truth, &chances, &mut [0.0; 2]).unwrap_err().to_string().contains("expected 3"));
        assert!(loss.example(&truth, &chances[..2], &mut [0.0; 2]).is_err(), "{loss:?}");
        assert!(loss.example(&truth, &[], &mut []).is_err(), "{loss:?}");
        for length in 0..3 {
            // No panic, whatever is passed to the formula.
            loss.formula(&truth[..length], &chances, &mut slope);
            loss.formula(&truth, &chances[..length], &mut [0.0; 3][..length]);
            loss.formula(&truth, &chances, &mut [0.0; 3][..length]);
        }
    }
}

#[test]
fn thresholds_that_are_none_are_refused() {
    for threshold in [-1.0, 0.0, f64::NAN, f64::INFINITY] {
        let huber = AnyLoss::from(Huber { threshold });
        let said = [
            huber.example(&[1.0], &[3.0], &mut [0.0]).err(),
            huber.value(&array![1.0], &array![3.0]).err(),
            huber.check_parameters().err(),
        ];
        assert!(said.into_iter().flatten().all(|error| error.to_string().contains("threshold of the Huber loss")));
        assert!(huber.formula(&[1.0], &[3.0], &mut [0.0]).is_nan());
    }
}

#[test]
fn an_example_of_weight_0_may_hold_anything() {
    let weights = array![0.0, 1.0, 3.0];
    let (truth, predicted) = (array![f64::NAN, 1.0, 2.0], array![f64::INFINITY, 2.0, 4.0]);
    let of = |reduction| MeanSquaredError.weighted_value(&truth, &predicted, Some(&weights), reduction).unwrap();
    // (1·1 + 3·4) by 4, by 3, by 1.
    assert_eq!(of(Reduction::Mean), 13.0 / 4.0);
    assert!((of(Reduction::MeanOverExamples) - 13.0 / 3.0).abs() < 1e-15);
    assert_eq!(of(Reduction::Sum), 13.0);
    let gradient = MeanSquaredError.weighted_gradient(&truth, &predicted, Some(&weights), Reduction::Sum).unwrap();
    assert_eq!(gradient, array![[0.0], [2.0], [12.0]]);
    let wrong =
        MeanSquaredError.weighted_value(&array![0.0, 1.0, f64::NAN], &predicted, Some(&weights), Reduction::Sum);
    assert!(matches!(wrong.unwrap_err(), Error::NotFinite { row: 2, .. }));
    let classes = SparseCategoricalCrossEntropy { from_logits: true };
    let scores = array![[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]];
    let value = classes.weighted_value(&array![7.0, 1.0, 0.0], &scores, Some(&weights), Reduction::Mean).unwrap();
    assert!((value - 2.0_f64.ln()).abs() < 1e-15);
}

#[test]
fn probabilities_that_rounding_made_are_probabilities() {
    let above = 1.0 + f64::EPSILON;
    assert_eq!(SparseCategoricalCrossEntropy::default().value(&array![0.0], &array![[above, 0.0]]).unwrap(), 0.0);
    assert_eq!(CategoricalCrossEntropy::default().value(&array![[above, 0.0]], &array![[above, -1e-17]]).unwrap(), 0.0);
    assert!(BinaryCrossEntropy::default().value(&array![1.0], &array![above]).unwrap() < 1e-15);
    // A softmax of 5000 classes in f32.
    let raw: Vec<f32> = (0..5000).map(|class| ((class % 37) as f32 / 9.0).exp()).collect();
    let sum = raw.iter().fold(0.0_f32, |sum, value| sum + value);
    let shares = Array2::from_shape_fn((1, 5000), |(_, class)| f64::from(raw[class] / sum));
    let value = SparseCategoricalCrossEntropy::default().value(&array![0.0], &shares).unwrap();
    assert!((value + shares[[0, 0]].ln()).abs() < 1e-15);
    // What no rounding explains.
    let said =
        |chances: Array2<f64>| SparseCategoricalCrossEntropy::default().value(&array![0.0], &chances).unwrap_err();
    assert!(said(array![[0.6, 0.41]]).to_string().contains("sum to 1.01"));
    assert!(said(array![[1.001, -0.001]]).to_string().contains("1.001"));
    assert!(said(&shares * 1.01).to_string().contains("sum to 1.0"));
}
