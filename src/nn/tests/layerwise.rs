//! Layer-wise training against the same stages by hand.

use crate::data::{Dataset, Scaler, Seed, StandardScaler, sources};
use crate::loss::SparseCategoricalCrossEntropy;
use crate::nn::{Device, Fit, Network, Sequential};
use crate::optim::Adam;

fn iris() -> Dataset {
    let iris = sources::iris().unwrap();
    StandardScaler::fit(&iris).unwrap().transform(&iris).unwrap()
}

fn compiled(description: &Sequential) -> Network {
    description.compile(Adam::new(0.01), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(4)).unwrap()
}

#[test]
fn its_stages_are_those_of_truncated_and_frozen() {
    let (data, each, whole) = (iris(), Fit::epochs(4).batch(16), Fit::epochs(6).batch(16));
    let hidden = Sequential::new([4]).dense(8).tanh().dropout(0.2).dense(6).relu();
    let mut net = compiled(&hidden.clone().dense(3).softmax());
    let history = net.fit_layerwise(&data, each.clone(), whole.clone().validation_split(0.2)).unwrap();
    assert_eq!(history.layers(), ["dense 1", "dense 2"]);
    assert_eq!([history.layer("dense 1"), history.layer("dense 2")].map(|stage| stage.unwrap().epochs()), [4, 4]);
    assert_eq!((history.whole().epochs(), history.table().rows.len()), (6, 3));
    assert!(history.layer("dense 3").unwrap_err().to_string().contains("`dense 1`, `dense 2`"));

    let mut first = compiled(&Sequential::new([4]).dense(8).tanh().dropout(0.2).dense(3).softmax());
    let by_hand = first.fit(&data, each.clone()).unwrap();
    assert_eq!(&by_hand, history.layer("dense 1").unwrap());
    // The dropout of the first layer stands between `frozen` and it.
    let mut second = compiled(&first.truncated(2).unwrap().dense(6).relu().dense(3).softmax());
    second.freeze("dense 1").unwrap();
    assert_eq!(&second.fit(&data, each).unwrap(), history.layer("dense 2").unwrap());
    assert_eq!(second.weights("dense 1").unwrap(), first.weights("dense 1").unwrap());
    let mut together = second.truncated(4).unwrap();
    together.layers[0].frozen = false;
    let mut together = compiled(&together);
    assert_eq!(&together.fit(&data, whole.validation_split(0.2)).unwrap(), history.whole());
    assert_eq!(together, net);
}

#[test]
fn the_whole_begins_where_the_stages_ended() {
    let data = iris();
    let description = Sequential::new([4]).dense(8).sigmoid().dense(8).sigmoid().dense(8).sigmoid().dense(3).softmax();
    let mut plain = compiled(&description);
    let from_scratch = plain.fit(&data, Fit::epochs(20)).unwrap();
    let mut net = compiled(&description);
    let history = net.fit_layerwise(&data, Fit::epochs(40), Fit::epochs(20)).unwrap();
    let ended = history.layer("dense 3").unwrap().loss()[39];
    assert!(history.whole().loss()[0] < 1.1 * ended, "{} {ended}", history.whole().loss()[0]);
    assert!(history.whole().loss()[19] < 0.5 * from_scratch.loss()[19], "{history:?} {from_scratch:?}");
}

#[test]
fn a_frozen_layer_stays_and_a_failure_changes_nothing() {
    let data = iris();
    let mut net = compiled(&Sequential::new([4]).dense(5).tanh().frozen().dense(4).tanh().dense(3).softmax());
    let (first, second) = (net.weights("dense 1").unwrap(), net.weights("dense 2").unwrap());
    net.fit_layerwise(&data, Fit::epochs(2), Fit::epochs(2)).unwrap();
    assert_eq!(net.weights("dense 1").unwrap(), first);
    assert_ne!(net.weights("dense 2").unwrap(), second);
    assert_eq!(net.description().layer_names(), ["dense 1", "dense 2", "dense 3"]);

    let before = net.clone();
    let text = net.fit_layerwise(&data, Fit::epochs(0), Fit::epochs(1)).unwrap_err().to_string();
    assert!(text.starts_with("stage of `dense 1`: epochs = 0"), "{text}");
    assert!(net.fit_layerwise(&data, Fit::epochs(1), Fit::epochs(0)).is_err());
    assert_eq!(net, before);
    let text = compiled(&Sequential::new([4]).dense(3).softmax());
    let text = text.clone().fit_layerwise(&data, Fit::epochs(1), Fit::epochs(1)).unwrap_err().to_string();
    assert!(text.contains("has no hidden layer; `fit` trains it"), "{text}");
}
