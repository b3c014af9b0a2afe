//! One layer at a time gives what the whole network gives.

use super::{compiled, wavy};
use crate::loss::MeanSquaredError;
use crate::nn::Sequential;

#[test]
fn layers_alone_add_up_to_the_whole_way() {
    let net = Sequential::new([3]).dense(5).tanh().reshape([5, 1]).flatten().maxout(4, 2).dense(2).sigmoid();
    let net = compiled(&net, MeanSquaredError);
    let (x, y) = (wavy(6, 3), wavy(6, 2));
    let (forward, backward) = (net.forward(&x).unwrap(), net.backward(&(&x, &y)).unwrap());
    let names = net.description().layer_names();
    let mut inputs = vec![x.clone()];
    for name in &names {
        inputs.push(net.forward_layer(name, &inputs[inputs.len() - 1]).unwrap());
    }
    assert_eq!(inputs.last(), Some(forward.get("A3").unwrap()));
    let mut upstream = backward.get("dA3").unwrap().clone();
    for (name, input) in names.iter().zip(&inputs).rev() {
        let alone = net.backward_layer(name, input, &upstream).unwrap();
        for derivative in alone.names().iter().filter(|derivative| **derivative != "dX") {
            assert_eq!(alone.get(derivative).unwrap(), backward.get(derivative).unwrap(), "{name}, {derivative}");
        }
        upstream = alone.get(alone.names().last().unwrap()).unwrap().clone();
    }
    assert_eq!(upstream.dim(), (6, 3));
    let wrong = net.backward_layer("dense 1", &x, &wavy(6, 4)).unwrap_err().to_string();
    assert!(wrong.contains("expected [6, 5], found [6, 4]"), "{wrong}");
    assert!(net.forward_layer("dense 1", &wavy(6, 4)).unwrap_err().to_string().contains("3 columns"));
}
