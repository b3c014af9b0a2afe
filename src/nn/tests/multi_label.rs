//! Several labels an example: answers, metrics, what has no meaning for them.

use ndarray::{Array2, array};

use super::{compiled, wavy};
use crate::data::{ClassWeights, Column, Dataset, Seed};
use crate::ensemble::VotingEnsemble;
use crate::loss::*;
use crate::nn::{Device, Fit, Metric, Network, Sequential};
use crate::optim::Adam;
use crate::select::Predictor;

fn said<T>(outcome: crate::Result<T>) -> String {
    outcome.err().map(|error| error.to_string()).unwrap_or_default()
}

/// Scores of an example are its features.
fn identity(loss: impl Into<AnyLoss>, sigmoid: bool) -> Network {
    let net = Sequential::new([3]).dense(3);
    let mut net = compiled(&if sigmoid { net.sigmoid() } else { net }, loss);
    net.set_weights("dense 1", &Array2::eye(3), &array![0.0, 0.0, 0.0]).unwrap();
    net
}

#[test]
fn each_output_answers_for_its_own_label() {
    let scores = array![[2.0, 1.0, -3.0], [-1.0, -2.0, -0.5], [0.5, -0.1, 4.0], [-1.0, 3.0, 0.0]];
    let answers = array![[1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]];
    let truth = array![[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]];
    let signs = truth.mapv(|label: f64| 2.0 * label - 1.0);
    let nets = [
        identity(BinaryCrossEntropy::default(), true),
        identity(BinaryCrossEntropy { from_logits: true }, false),
        identity(Hinge, false),
        identity(SquaredHinge, false),
    ];
    for net in nets {
        assert!(net.is_multi_label());
        assert_eq!(net.predict_labels(&scores).unwrap(), answers, "{net:?}");
        assert!(said(net.predict(&scores)).contains("`predict_labels` gives them, examples × 3"));
        let y = if matches!(net.loss_function(), AnyLoss::BinaryCrossEntropy(_)) { &truth } else { &signs };
        let data = (&scores, y);
        // Nine of twelve are right.
        assert_eq!(net.score(&data).unwrap(), 0.75);
        let all = [Metric::Accuracy, Metric::Precision, Metric::Recall, Metric::F1, Metric::BalancedAccuracy];
        let found: Vec<f64> = net.evaluate_with(&data, &all).unwrap().metrics.iter().map(|(_, value)| *value).collect();
        // Of the labels: precision 1, ½, 1; recall 1, ½, ½; F1 1, ½, ⅔; recall of its absence 1, ½, 1.
        let exact = [0.75, 2.5 / 3.0, 2.0 / 3.0, 6.5 / 9.0, (1.0 + 0.5 + 0.75) / 3.0];
        assert!(found.iter().zip(exact).all(|(ours, exact)| (ours - exact).abs() < 1e-12), "{found:?}");
    }
}

#[test]
fn what_has_one_class_an_example_has_no_labels() {
    let three = Sequential::new([3]).dense(3);
    let x = wavy(2, 3);
    let softmax = compiled(&three.clone().softmax(), BinaryCrossEntropy::default());
    let nets = [
        softmax.clone(),
        compiled(&three.clone().softmax(), CategoricalCrossEntropy::default()),
        compiled(&three.clone(), CrammerSingerHinge),
        compiled(&three, MeanSquaredError),
    ];
    for net in nets {
        assert!(!net.is_multi_label(), "{net:?}");
        assert!(said(net.predict_labels(&x)).contains("`predict` gives it"));
    }
    let one = compiled(&Sequential::new([3]).dense(1).sigmoid(), BinaryCrossEntropy::default());
    assert!(!one.is_multi_label());
    assert_eq!(one.predict_labels(&x).unwrap().column(0), one.predict(&x).unwrap());
    // A metric of one class for several labels is refused before anything is trained.
    let mut softmax = softmax;
    let before = softmax.clone();
    let several = (x, array![[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
    let seen = std::cell::Cell::new(0);
    let outcome = softmax.fit_while(&several, Fit::epochs(3).metric(Metric::Accuracy), |_, _| {
        seen.set(seen.get() + 1);
        true
    });
    assert!(said(outcome).contains("needs one class per example") && seen.get() == 0);
    assert_eq!(softmax, before);
}

#[test]
fn one_column_of_categories_is_one_class_against_the_rest() {
    let names = ["a", "b", "c"].map(String::from).to_vec();
    let features = (0..3).map(|at| Column::number(format!("x{at}"))).collect();
    let y = array![[0.0], [1.0], [2.0], [0.0], [1.0], [2.0]];
    let data = Dataset::new("three", features, wavy(6, 3), vec![Column::category("kind", names)], y).unwrap();
    let mut net = compiled(&Sequential::new([3]).dense(3).sigmoid(), BinaryCrossEntropy::default());
    let history = net.fit(&data, Fit::epochs(2).metric(Metric::Accuracy)).unwrap();
    assert!(!net.is_multi_label() && history.get("accuracy").is_ok());
    assert_eq!(net.predict(&data).unwrap().len(), 6);
    assert_eq!(net.classes(), ["a", "b", "c"]);
}

#[test]
fn labels_are_learned_averaged_and_not_weighed_by_class() {
    let (x, y) = (wavy(40, 3), wavy(40, 3).mapv(|x| f64::from(u8::from(x > 0.2))));
    let train = |seed: u64| {
        let net = Sequential::new([3]).dense(16).tanh().dense(3).sigmoid();
        let mut net = net.compile(Adam::new(0.05), BinaryCrossEntropy::default(), Device::Cpu, Seed(seed)).unwrap();
        let fit = Fit::epochs(150).metric(Metric::Accuracy).metric(Metric::F1).validation_split(0.2);
        let history = net.fit(&(&x, &y), fit).unwrap();
        assert!(*history.get("accuracy").unwrap().last().unwrap() > 0.95);
        (net, history)
    };
    let nets: Vec<Network> = (1..4).map(|seed| train(seed).0).collect();
    let net = &nets[0];
    let right = (&net.predict_labels(&x).unwrap() - &y).iter().filter(|difference| **difference == 0.0).count();
    assert!((net.score(&(&x, &y)).unwrap() - right as f64 / 120.0).abs() < 1e-12);
    assert_eq!(net.worst_mistakes(&(&x, &y), 2).unwrap().wrong, None);
    let chances = net.predict_proba(&x).unwrap();
    assert_eq!(chances.mapv(|p| f64::from(u8::from(p > 0.5))), net.predict_labels(&x).unwrap());
    let weighed = net.clone().fit(&(&x, &y), Fit::epochs(1).class_weights(ClassWeights::Balanced));
    assert!(said(weighed).contains("weight the examples with `sample_weights`"));
    let numbers = |name: &str| (0..3).map(|at| Column::number(format!("{name}{at}"))).collect();
    let data = Dataset::new("labels", numbers("x"), x.clone(), numbers("y"), y.clone()).unwrap();
    assert_eq!(Predictor::predict_values(net, &data).unwrap(), net.predict_labels(&x).unwrap());
    let average = VotingEnsemble::new(nets.clone()).unwrap();
    assert!(said(average.predict(&x)).contains("`predict_raw` gives them all"));
    let mean = (&chances + &nets[1].predict_proba(&x).unwrap() + nets[2].predict_proba(&x).unwrap()) / 3.0;
    assert!((average.predict_raw(&x).unwrap() - mean).iter().all(|difference| difference.abs() < 1e-9));
    assert!(average.score(&(&x, &y)).unwrap() > 0.95);
    assert!(said(average.by_majority()).contains("average those"));
}
