//! What is NaN, infinite or too large is said, and nothing is left half done.

use ndarray::{Array2, array};

use super::{compiled, wavy};
use crate::activation::{Activation as _, AnyActivation};
use crate::data::Seed;
use crate::loss::*;
use crate::nn::{Device, EarlyStopping, Fit, Metric, Network, Sequential};
use crate::optim::schedule::ReduceOnPlateau;
use crate::optim::{Adam, Sgd};

fn said<T>(outcome: crate::Result<T>) -> String {
    outcome.err().map(|error| error.to_string()).unwrap_or_default()
}

/// A network without weights of its own to speak of: its outputs are these, for the input 1.
pub(super) fn saying(outputs: [f64; 3], loss: impl Into<AnyLoss>) -> Network {
    let mut net = compiled(&Sequential::new([2]).dense(3), loss);
    // Products of finite weights and inputs that overflow f32 give what is not finite.
    let large = outputs.map(|output| if output.is_finite() { output } else { output.signum() * 1e38 });
    net.set_weights("dense 1", &Array2::from_shape_fn((2, 3), |(_, at)| large[at]), &array![0.0, 0.0, 0.0]).unwrap();
    net
}

#[test]
fn a_step_that_ruins_the_weights_is_an_error_and_leaves_them() {
    let data = (wavy(10, 3), wavy(10, 1));
    for optimizer in [crate::optim::AnyOptimizer::from(Sgd::new(1e30)), Sgd::new(1e38).momentum(0.9).into()] {
        let mut net = compiled(&Sequential::new([3]).dense(4).batch_norm().tanh().dense(1), MeanSquaredError);
        net.partial_fit(&data).unwrap();
        // A loss with large slopes, so that one step overflows.
        let steep = (wavy(10, 3), wavy(10, 1) * 1e12);
        net.set_optimizer(optimizer).unwrap();
        let before = net.clone();
        for error in [said(net.partial_fit(&steep)), said(net.step(&steep)), said(net.fit(&steep, Fit::epochs(1)))] {
            assert!(error.contains("became") && error.contains("The network is as before"), "{error}");
            assert_eq!(net, before);
        }
    }
    // Adam divides by its memory of squares: where that is infinite, no weight moves any more.
    let mut net = compiled(&Sequential::new([3]).dense(1), MeanSquaredError);
    net.set_optimizer(Adam::new(0.01)).unwrap();
    let error = said(net.partial_fit(&(wavy(10, 3), wavy(10, 1) * 1e25)));
    assert!(error.contains("the optimizer's memory became inf at step 1"), "{error}");
}

/// Losses of scores, which look at some of them only, or cut them off.
pub(super) fn of_scores() -> [AnyLoss; 7] {
    [
        CrammerSingerHinge.into(),
        WestonWatkinsHinge.into(),
        Hinge.into(),
        SquaredHinge.into(),
        SparseCategoricalCrossEntropy { from_logits: true }.into(),
        CategoricalCrossEntropy { from_logits: true }.into(),
        BinaryCrossEntropy { from_logits: true }.into(),
    ]
}

#[test]
fn outputs_that_are_not_finite_are_no_small_loss() {
    let x = array![[1.0, 1.0], [10.0, 10.0]];
    for loss in of_scores() {
        let mut net = saying([f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY], loss);
        let y =
            if loss.takes_class_numbers() { array![[0.0], [0.0]] } else { array![[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]] };
        let before = net.clone();
        let data = (&x, &y);
        assert!(!net.evaluate_with(&data, &[]).unwrap().loss.is_finite(), "{loss:?}");
        let accuracy = net.evaluate_with(&data, &[Metric::Accuracy]).unwrap().metrics[0].1;
        assert!(accuracy.is_nan(), "{loss:?}");
        for error in [said(net.fit(&data, Fit::epochs(2))), said(net.partial_fit(&data))] {
            assert!(error.contains("the loss became"), "{loss:?}: {error}");
            assert_eq!(net, before);
        }
        for error in [said(net.score(&data)), said(net.predict_proba(&x)), said(net.initial_loss(&data))] {
            assert!(!error.is_empty(), "{loss:?}");
        }
        let error = if net.is_multi_label() { said(net.predict_labels(&x)) } else { said(net.predict(&x)) };
        assert!(error.contains("the network's output for row 1 is"), "{loss:?}: {error}");
    }
}

#[test]
fn an_epoch_of_nan_is_never_the_best_nor_a_plateaus() {
    let (x, y) = (1e3 * wavy(8, 2), array![0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0, 1.0]);
    for quantity in ["loss", "accuracy"] {
        let net = Sequential::new([2]).dense(3);
        let mut net = compiled(&net, CrammerSingerHinge);
        net.set_optimizer(Sgd::new(3e38)).unwrap();
        let start = net.clone();
        let fit = Fit::epochs(4).terminate_on_nan(false).metric(Metric::Accuracy);
        let fit = fit.early_stopping(EarlyStopping::on(quantity).patience(10));
        let fit = fit.reduce_on_plateau(quantity, ReduceOnPlateau::new().patience(1));
        let history = net.fit(&(&x, &y), fit).unwrap();
        assert!(history.loss()[1..].iter().all(|loss| !loss.is_finite()), "{:?}", history.loss());
        let accuracy = history.get("accuracy").unwrap();
        assert!(accuracy[1..].iter().all(|accuracy| accuracy.is_nan()), "{accuracy:?}");
        assert_eq!(history.best_epoch(), None, "{quantity}: each epoch ended with weights that are not finite");
        assert!(net.learning_rate() < 3e38 && start.learning_rate() == 3e38);
    }
}

#[test]
fn networks_that_no_memory_holds_are_refused_in_words() {
    let compile = |net: &Sequential| said(net.compile(Adam::new(0.1), MeanSquaredError, Device::Cpu, Seed(1)));
    let new = || Sequential::new([4]);
    for net in [
        new().dense(usize::MAX),
        new().dense(usize::MAX / 4),
        new().dense(1 << 40).dense(1 << 40),
        new().maxout(usize::MAX, 2),
        new().maxout(1 << 33, 1 << 33),
        Sequential::new([usize::MAX, 2]).flatten().dense(1),
        Sequential::new([usize::MAX]).dense(1),
        Sequential::new([usize::MAX / 2]).batch_norm().dense(1),
        Sequential::new([1 << 62]).batch_norm().dense(1),
        Sequential::new([1 << 62]).dropout(0.5).gaussian_noise(0.1).relu().dense(1),
    ] {
        for error in [compile(&net), said(net.summary()), said(net.parameter_count()), said(net.output_shapes())] {
            assert!(error.contains("more than can be counted"), "{net:?}: {error}");
        }
    }
    let reshaped = compile(&new().reshape([usize::MAX, 2]));
    assert!(reshaped.contains("layer `reshape 1`") && reshaped.contains("more than can be counted"), "{reshaped}");
    // These can be counted, but no memory holds them.
    let huge = Sequential::new([1_000_000]).dense(10_000_000_000);
    assert_eq!(huge.parameter_count().unwrap(), 10_000_010_000_000_000);
    assert!(huge.summary().unwrap().note.starts_with("10000010000000000 parameters"));
    let error = compile(&huge);
    assert!(error.contains("10000010000000000 parameters") && error.contains("GB of memory"), "{error}");
    // Few parameters, but values that a batch has no room for.
    let wide = Sequential::new([1]).dense(1 << 20).dropout(0.1).dense(1);
    let wide = compiled(&wide, MeanSquaredError);
    let plan = &wide.plan;
    let error = said(crate::engine::memory::Memory::<f32>::new(plan, 1 << 40, 1, true));
    assert!(error.contains("a batch of 1099511627776 examples"), "{error}");
}

#[test]
fn a_softmax_of_one_unit_is_refused_with_the_way_out() {
    let nets = [
        Sequential::new([2]).dense(1).softmax(),
        Sequential::new([2]).dense(1).batch_norm().softmax(),
        Sequential::new([2]).maxout(1, 2).softmax(),
        Sequential::new([2]).dense(1).softmax().dense(2),
    ];
    for net in nets {
        let error = said(net.compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(1)));
        assert!(error.starts_with("layer `") && error.contains("always 1"), "{error}");
        assert!(error.contains(".dense(1).sigmoid()") && error.contains(".dense(2).softmax()"), "{error}");
        assert_eq!(said(net.summary()), error);
    }
    assert_eq!(AnyActivation::Softmax.outputs(1).unwrap(), 1);
}
