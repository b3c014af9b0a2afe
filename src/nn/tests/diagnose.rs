//! Diagnostics against numbers from paper.

use ndarray::{Array1, Array2, array};

use super::{compiled, wavy};
use crate::data::{Scaler, Seed, StandardScaler, sources};
use crate::init::Initializer;
use crate::loss::*;
use crate::nn::{Device, Fit, Network, Sequential};
use crate::optim::{Adam, Sgd};
use crate::regularize::{L2, MaxNorm};

/// One layer that starts from zeros.
fn zeros(inputs: usize, outputs: usize) -> Sequential {
    Sequential::new([inputs]).dense(outputs).init(Initializer::Zeros)
}

#[test]
fn zeros_cost_what_chance_costs() {
    let (x, classes) = (wavy(12, 4), Array1::from_iter((0..12).map(|row| f64::from(row % 3))));
    let labels = classes.mapv(|class| f64::from(u8::from(class > 0.5)));
    let check = |net: Network, y: &Array1<f64>, chance: f64| {
        let initial = net.initial_loss(&(&x, y)).unwrap();
        assert!((initial.loss - chance).abs() < 1e-7 && (initial.chance - chance).abs() < 1e-12, "{initial:?}");
        assert!(initial.as_expected() && initial.to_string().ends_with("as expected"), "{initial}");
    };
    check(compiled(&zeros(4, 3).softmax(), SparseCategoricalCrossEntropy::default()), &classes, 3.0_f64.ln());
    check(compiled(&zeros(4, 3), SparseCategoricalCrossEntropy { from_logits: true }), &classes, 3.0_f64.ln());
    check(compiled(&zeros(4, 1).sigmoid(), BinaryCrossEntropy::default()), &labels, 2.0_f64.ln());
    check(compiled(&zeros(4, 1), Hinge), &labels, 1.0);
    check(compiled(&zeros(4, 3), WestonWatkinsHinge), &classes, 2.0);
    // Penalties are no part of it.
    let ones = zeros(4, 1).bias_init(Initializer::Zeros).regularizer(L2::new(10.0));
    check(compiled(&ones.sigmoid(), BinaryCrossEntropy::default()), &labels, 2.0_f64.ln());
}

#[test]
fn an_initial_loss_far_from_chance_is_said() {
    let diabetes = sources::diabetes().unwrap();
    let y = diabetes.targets().column(0);
    let initial = compiled(&zeros(10, 1), MeanSquaredError).initial_loss(&diabetes).unwrap();
    // Outputs of 0 cost the mean square, the mean prediction the variance.
    let (square, variance) = (y.mapv(|y| y * y).mean().unwrap(), y.var(0.0));
    assert!((initial.loss / square - 1.0).abs() < 1e-6 && (initial.chance / variance - 1.0).abs() < 1e-9);
    assert!(!initial.as_expected() && initial.to_string().contains("standardize the targets"), "{initial}");

    // Scores (0, 8x): for x = 1 of class 0 that is ln(1 + e⁸), for x = −1 of class 0 ln(1 + e⁻⁸).
    let mut sure = compiled(&zeros(1, 2).softmax(), SparseCategoricalCrossEntropy::default());
    sure.set_weights("dense 1", &array![[0.0, 8.0]], &array![0.0, 0.0]).unwrap();
    let of = |x: f64| sure.initial_loss(&(array![[x]], array![0.0])).unwrap();
    assert!((of(1.0).loss - (1.0 + 8.0_f64.exp()).ln()).abs() < 1e-6);
    assert!(of(1.0).to_string().contains("far above: the network is sure of wrong answers"));
    assert!((of(-1.0).loss - (-8.0_f64).exp().ln_1p()).abs() < 1e-9);
    assert!(of(-1.0).to_string().contains("far below"));

    let mut trained = sure.clone();
    trained.step(&(array![[1.0]], array![0.0])).unwrap();
    let text = trained.initial_loss(&(array![[1.0]], array![0.0])).unwrap().to_string();
    assert!(text.starts_with("loss after step 1") && text.ends_with("before its training"), "{text}");
    let broken = compiled(&zeros(1, 1), MeanSquaredError);
    let huge = broken.initial_loss(&(array![[1.0]], array![1e200])).unwrap_err().to_string();
    assert!(huge.contains("row 0 is inf"), "{huge}");
}

#[test]
fn a_tiny_subset_is_learned_by_a_copy() {
    let iris = sources::iris().unwrap();
    let iris = StandardScaler::fit(&iris).unwrap().transform(&iris).unwrap();
    let net = Sequential::new([4]).dense(16).relu().dense(3).softmax();
    for loss in [AnyLoss::from(SparseCategoricalCrossEntropy::default()), CategoricalCrossEntropy::default().into()] {
        let net = net.compile(Adam::new(0.01), loss, Device::Cpu, Seed(1)).unwrap();
        let before = net.clone();
        let tiny = net.overfit_tiny_subset(&iris, 20, 1000).unwrap();
        assert_eq!(net, before);
        assert!(tiny.passed && tiny.accuracy == Some(1.0) && tiny.examples == 20 && tiny.epochs < 1000, "{tiny}");
        assert!(tiny.hindrances.is_empty());
    }
    // Numbers: R² of 0.99, which one line cannot reach here but forty units can.
    let (x, y) = (wavy(30, 2), wavy(30, 1));
    let tiny = |units: usize| {
        let net = Sequential::new([2]).dense(units).tanh().dense(1);
        let net = net.compile(Adam::new(0.02), MeanSquaredError, Device::Cpu, Seed(1)).unwrap();
        net.overfit_tiny_subset(&(&x, &y), 5, 3000).unwrap()
    };
    let (many, one) = (tiny(40), tiny(1));
    assert!(many.passed && many.accuracy.is_none(), "{many}");
    assert!(!one.passed || one.epochs > many.epochs, "{one}");
}

#[test]
fn what_cannot_be_learned_by_heart_is_said_with_what_stands_in_the_way() {
    // The same example with both classes.
    let (x, y) = (Array2::ones((4, 2)), array![0.0, 1.0, 0.0, 1.0]);
    let plain = Sequential::new([2]).dense(8).tanh().dense(1).sigmoid();
    let tiny = compiled(&plain, BinaryCrossEntropy::default()).overfit_tiny_subset(&(&x, &y), 4, 50).unwrap();
    assert!(!tiny.passed && tiny.accuracy == Some(0.5) && tiny.epochs == 50, "{tiny}");
    assert!(
        tiny.to_string().contains("not learned by heart after 50 epochs") && !tiny.to_string().contains("first take")
    );
    let hindered = Sequential::new([2])
        .dense(8)
        .regularizer(L2::new(1.0))
        .tanh()
        .dropout(0.5)
        .gaussian_noise(0.1)
        .dense(4)
        .constraint(MaxNorm::new(1.0))
        .activity_regularizer(L2::new(0.1))
        .dense(1)
        .frozen()
        .sigmoid();
    let hindered = compiled(&hindered, BinaryCrossEntropy::default());
    let tiny = hindered.overfit_tiny_subset(&(&x, &y), 4, 2).unwrap();
    let expected = [
        "the penalty of `dense 1`",
        "`dropout 1`",
        "`gaussian noise 1`",
        "the constraint of `dense 2`",
        "the activity penalty of `dense 2`",
        "that `dense 3` is frozen",
    ];
    assert_eq!(tiny.hindrances, expected);
    assert!(tiny.to_string().contains("first remove"));
    let error = |y: &Array1<f64>, count| hindered.overfit_tiny_subset(&(&x, y), count, 2).unwrap_err().to_string();
    assert!(error(&y, 0).contains("count = 0"));
    assert!(error(&y, 1).contains("a bias alone"));
    assert!(error(&Array1::ones(4), 4).contains("a bias alone"));
}

#[test]
fn units_are_dead_where_no_example_reaches_them() {
    // z = (x, −x, x − 10, 0) for x from 0 to 5.99, in more rows than go through at once.
    let x = Array2::from_shape_fn((600, 1), |(row, _)| row as f64 / 100.0);
    let weights = (array![[1.0, -1.0, 1.0, 0.0]], array![0.0, 0.0, -10.0, 0.0]);
    let units = |description: Sequential| {
        let mut net = compiled(&description, MeanSquaredError);
        net.set_weights("dense 1", &weights.0, &weights.1).unwrap();
        net.dead_units(&x).unwrap()
    };
    let first = || Sequential::new([1]).dense(4);
    let relu = units(first().relu().dense(1));
    // The first one gives 0 for x = 0 only.
    assert_eq!((relu.examples, relu.count(), relu.layers[0].dead.as_slice()), (600, 3, &[1, 2, 3][..]));
    assert!((relu.layers[0].flat - (1.0 + 3.0 * 600.0) / 2400.0).abs() < 1e-12);
    assert_eq!(relu.table().cell(0, "which"), Some("1, 2, 3"));
    assert_eq!(units(first().leaky_relu(0.1).dense(1)).count(), 0);
    // σ′ < 0.01 beyond ±4.585: z = x from 4.59 on (141 rows), −x as much, x − 10 for x up to 5.41 (542 rows), 0 never.
    let sigmoid = units(first().sigmoid().dense(1));
    assert_eq!(sigmoid.count(), 0);
    assert!((sigmoid.layers[0].flat * 2400.0 - (141.0 + 141.0 + 542.0)).abs() < 1e-9, "{sigmoid:?}");
    // tanh′ < 0.01 beyond ±2.993: x − 10 always is.
    assert_eq!(units(first().tanh().dense(1)).get("dense 1").unwrap().dead, [2]);
    // Behind a batch normalization the activation is a layer of its own.
    let own = units(first().batch_norm().relu().dense(1));
    assert_eq!(own.get("activation 1").unwrap().dead, [1, 2, 3]);
    // What the loss is fused with, and softmax, are left out.
    let fused = compiled(&Sequential::new([1]).dense(1).sigmoid(), BinaryCrossEntropy::default());
    let none = fused.dead_units(&x).unwrap();
    assert!(none.layers.is_empty() && none.table().note.starts_with("no layer"));
    assert!(none.get("dense 1").unwrap_err().to_string().ends_with("there are none"));
    assert_eq!(
        compiled(&Sequential::new([1]).dense(1).sigmoid(), MeanSquaredError).dead_units(&x).unwrap().layers.len(),
        1
    );
}

#[test]
fn worst_mistakes_have_the_highest_loss() {
    // Scores (0, 2x): p of the second class is σ(2x).
    let (x, y) = (array![[1.0], [-1.0], [2.0], [0.5]], array![0.0, 1.0, 0.0, 1.0]);
    let mut net = compiled(&zeros(1, 2).softmax(), SparseCategoricalCrossEntropy::default());
    net.set_weights("dense 1", &array![[0.0, 2.0]], &array![0.0, 0.0]).unwrap();
    let worst = net.worst_mistakes(&(&x, &y), 2).unwrap();
    assert_eq!((worst.wrong, worst.examples), (Some(3), 4));
    // Rows 0 and 1 cost the same: the first one stays.
    assert_eq!(worst.mistakes.iter().map(|mistake| mistake.row).collect::<Vec<_>>(), [2, 0]);
    let (first, p) = (&worst.mistakes[0], 1.0 / (1.0 + 4.0_f64.exp()));
    assert!((first.loss + p.ln()).abs() < 1e-6 && (first.of_truth.unwrap() - p).abs() < 1e-6);
    assert!((first.of_predicted.unwrap() - (1.0 - p)).abs() < 1e-6);
    assert_eq!((first.truth.as_str(), first.predicted.as_str()), ("0", "1"));
    let figure = worst.images(&x, (1, 1)).unwrap();
    assert_eq!(figure.to_value()["data"][1]["text"], serde_json::json!(["0 → 1 (0.98)", "0 → 1 (0.88)"]));
    assert!(figure.description().contains("3 of 4 examples are wrong; the 2 worst"), "{}", figure.description());
    assert!(worst.images(&array![[1.0]], (1, 1)).is_err() && worst.images(&x, (2, 1)).is_err());
    assert!(net.worst_mistakes(&(&x, &y), 0).is_err());
    // One output, from logits.
    let mut one = compiled(&zeros(1, 1), BinaryCrossEntropy { from_logits: true });
    one.set_weights("dense 1", &array![[2.0]], &array![0.0]).unwrap();
    assert_eq!(one.worst_mistakes(&(&x, &y), 2).unwrap().table().rows, worst.table().rows);
    // Without probabilities, and numbers.
    let hinge = compiled(&zeros(1, 1), Hinge).worst_mistakes(&(&x, &y), 9).unwrap();
    assert_eq!((hinge.wrong, hinge.mistakes[0].of_truth), (Some(2), None));
    let numbers =
        compiled(&zeros(1, 1), MeanSquaredError).worst_mistakes(&(&x, array![1.0, -3.0, 2.0, 0.0]), 2).unwrap();
    assert_eq!(numbers.wrong, None);
    let rows: Vec<_> =
        numbers.mistakes.iter().map(|m| (m.row, m.loss, m.truth.as_str(), m.predicted.as_str())).collect();
    assert_eq!(rows, [(1, 9.0, "-3", "0"), (2, 4.0, "2", "0")]);
    assert!(numbers.images(&x, (1, 1)).unwrap().description().contains("the 2 worst of 4 examples"));
}

#[test]
fn losses_of_many_rows_are_those_of_the_loss_itself() {
    let digits = sources::digits().unwrap();
    let mut net = Sequential::new([64])
        .dense(10)
        .dropout(0.3)
        .softmax()
        .compile(Sgd::new(0.001), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(2))
        .unwrap();
    net.fit(&digits, Fit::epochs(1)).unwrap();
    let exact = SparseCategoricalCrossEntropy::default()
        .losses(&digits.targets().column(0).to_owned(), &net.predict_proba(&digits).unwrap())
        .unwrap();
    let initial = net.initial_loss(&digits).unwrap();
    assert!((initial.loss / exact.mean().unwrap() - 1.0).abs() < 1e-4, "{initial}");
    let worst = net.worst_mistakes(&digits, 5).unwrap();
    let most = exact.iter().copied().fold(0.0, f64::max);
    assert!((worst.mistakes[0].loss / most - 1.0).abs() < 1e-3, "{most}");
    let right = net.score(&digits).unwrap();
    assert_eq!(worst.wrong.unwrap(), ((1.0 - right) * 1797.0).round() as usize);
}
