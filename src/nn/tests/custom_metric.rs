//! Metrics of the user's own.

use ndarray::{Array2, array};

use super::{compiled, wavy};
use crate::data::{Scaler, Seed, StandardScaler, sources};
use crate::loss::{BinaryCrossEntropy, MeanSquaredError};
use crate::nn::{Checkpoint, CustomMetric, Device, EarlyStopping, Fit, Metric, Network, Sequential};
use crate::optim::Adam;
use crate::optim::schedule::ReduceOnPlateau;
use crate::saved::Saved;

/// F1 as slide B24 has it.
fn f1_with_epsilon(truth: &Array2<f64>, outputs: &Array2<f64>) -> f64 {
    let (positive, epsilon) = (outputs.mapv(|p| p.clamp(0.0, 1.0).round()), 1e-7);
    let hits = (truth * &positive).sum();
    let (precision, recall) = (hits / (positive.sum() + epsilon), hits / (truth.sum() + epsilon));
    2.0 * precision * recall / (precision + recall + epsilon)
}

/// How far the outputs' mean is from the targets'.
fn bias(truth: &Array2<f64>, outputs: &Array2<f64>) -> f64 {
    (truth.sum() - outputs.sum()).abs() / truth.len() as f64
}

fn classifier() -> Network {
    let net = Sequential::new([30]).dense(4).tanh().dense(1).sigmoid();
    net.compile(Adam::new(0.01), BinaryCrossEntropy::default(), Device::Cpu, Seed(2)).unwrap()
}

#[test]
fn the_f1_of_the_slide_is_that_of_the_library_but_for_its_epsilon() {
    let data = sources::breast_cancer().unwrap();
    let data = StandardScaler::fit(&data).unwrap().transform(&data).unwrap();
    let own = CustomMetric::new("F1 with ε", f1_with_epsilon);
    let mut net = classifier();
    let fit = Fit::epochs(4).validation_split(0.3).metric(Metric::F1).metric(own.clone());
    let history = net.fit(&data, fit).unwrap();
    for quantity in ["", "validation "] {
        let of = |name: &str| history.get(&format!("{quantity}{name}")).unwrap();
        let close = of("F1").iter().zip(of("F1 with ε")).all(|(exact, own)| (exact - own).abs() < 1e-6);
        assert!(close, "{:?} {:?}", of("F1"), of("F1 with ε"));
    }
    let evaluation = net.evaluate_with(&data, &[Metric::F1, own.into()]).unwrap();
    assert!(evaluation.metrics[1].0 == "F1 with ε" && evaluation.metrics[1].1 != 0.0);
    assert!((evaluation.metrics[0].1 - evaluation.metrics[1].1).abs() < 1e-6);
}

#[test]
fn early_stopping_and_plateaus_know_which_way_is_better() {
    let (x, y) = (wavy(40, 3), wavy(40, 1).mapv(|y| f64::from(u8::from(y > 0.2))));
    let stopping = || EarlyStopping::on("validation own").patience(1000);
    let run = |metric: CustomMetric, before: bool| {
        let mut net = compiled(&Sequential::new([3]).dense(6).tanh().dense(1).sigmoid(), BinaryCrossEntropy::default());
        let fit = Fit::epochs(25).batch(8).validation_split(0.4);
        // In whatever order they are set.
        let fit = match before {
            true => fit.metric(metric).early_stopping(stopping()),
            false => fit.early_stopping(stopping()).metric(metric),
        };
        let history = net.fit(&(&x, &y), fit).unwrap();
        (history.best_epoch().unwrap(), history.get("validation own").unwrap().to_vec())
    };
    for before in [true, false] {
        let (best, values) = run(CustomMetric::new("own", bias), before);
        assert_eq!(values[best - 1], values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        let (best, values) = run(CustomMetric::new("own", bias).greater_is_better(false), before);
        assert_eq!(values[best - 1], values.iter().copied().fold(f64::INFINITY, f64::min));
    }
    // A measure that falls from epoch to epoch is a plateau for what should rise, and none for what should fall.
    let rates = |metric: CustomMetric| {
        let mut net = compiled(&Sequential::new([3]).dense(1), MeanSquaredError);
        let reduce = ReduceOnPlateau::new().patience(1);
        let fit = Fit::epochs(3).batch(40).reduce_on_plateau("own", reduce).metric(metric);
        net.fit(&(&x, &y), fit).unwrap().learning_rates().to_vec()
    };
    fn square(truth: &Array2<f64>, outputs: &Array2<f64>) -> f64 {
        (truth - outputs).mapv(|error| error * error).sum()
    }
    assert!(rates(CustomMetric::new("own", square))[2] < 0.1);
    assert_eq!(rates(CustomMetric::new("own", square).greater_is_better(false)), [0.1; 3]);
}

#[test]
fn a_checkpoint_asks_for_the_function_again() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("run.safetensors"), folder.path().join("left.safetensors"));
    let data = sources::breast_cancer().unwrap();
    let data = StandardScaler::fit(&data).unwrap().transform(&data).unwrap();
    let mut net = classifier();
    let own = || CustomMetric::new("my F1", f1_with_epsilon);
    let fit = Fit::epochs(6).metric(Metric::Accuracy).metric(own()).checkpoint(&path, 2);
    let fit = fit.early_stopping(EarlyStopping::on("my F1").patience(100));
    let history = net.fit_while(&data, fit, |_, so_far| {
        if so_far.epochs() == 3 {
            std::fs::copy(&path, &copy).unwrap();
        }
        true
    });
    let left = Checkpoint::load(&copy).unwrap();
    let error = left.clone().resume(&data).unwrap_err().to_string();
    assert!(
        error.contains("give the metric `my F1` with `Checkpoint::metric(CustomMetric::new(\"my F1\", …))`"),
        "{error}"
    );
    let error = left.clone().metric(CustomMetric::new("other", bias)).unwrap_err().to_string();
    assert!(error.contains("does not measure `other`; it measures `accuracy`, `my F1`"), "{error}");
    let (resumed, whole) = left.metric(own()).unwrap().resume(&data).unwrap();
    assert_eq!(resumed, net);
    assert_eq!(whole, history.unwrap());
}

#[test]
fn names_that_mean_something_else_are_refused() {
    let mut net = compiled(&Sequential::new([1]).dense(1), MeanSquaredError);
    let data = (array![[0.0], [1.0]], array![0.0, 1.0]);
    for name in ["", "loss", "accuracy", "validation own"] {
        let own = CustomMetric::new(name, bias).greater_is_better(false);
        let error = net.fit(&data, Fit::epochs(1).metric(own)).unwrap_err().to_string();
        assert!(error.contains(&format!("cannot be named `{name}`")), "{error}");
        assert!(net.evaluate_with(&data, &[CustomMetric::new(name, bias).into()]).is_err());
    }
    let fit = Fit::epochs(1)
        .metric(CustomMetric::new("own", bias).greater_is_better(false))
        .metric(CustomMetric::new("own", bias));
    assert!(net.fit(&data, fit).unwrap_err().to_string().contains("two metrics are named `own`"));
}
