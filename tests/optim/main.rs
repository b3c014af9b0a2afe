//! Optimizers, schedules and clipping against Keras 3 and optax, activations against SciPy; `tests/goldens/optimizers.py`
//! made the numbers.

use gradus::optim::schedule::Plateau;
use gradus::prelude::*;
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../goldens/optimizers.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[track_caller]
fn same(ours: &[f64], theirs: &[f64], what: &str) {
    close(ours, theirs, 1e-12, what);
}

#[track_caller]
fn close(ours: &[f64], theirs: &[f64], tolerance: f64, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() < tolerance, "{what}: {ours} against {theirs}");
    }
}

#[test]
fn sequences_of_thirty_steps_are_keras_and_optax() {
    let golden = golden();
    let beside = Adam::new(0.01).epsilon_beside_corrected_root().epsilon(1e-8);
    let decayed = AdamW::new(0.01).epsilon_beside_corrected_root().epsilon(1e-8).weight_decay(0.01);
    let optimizers: Vec<(&str, AnyOptimizer)> = vec![
        ("sgd", Sgd::new(0.1).into()),
        ("momentum", Sgd::new(0.1).momentum(0.9).into()),
        ("momentum-0.5", Sgd::new(0.02).momentum(0.5).into()),
        ("nesterov", Sgd::new(0.1).momentum(0.9).nesterov().into()),
        ("adagrad", Adagrad::new(0.1).into()),
        ("adagrad-0", Adagrad::new(0.1).initial_accumulator(0.0).epsilon(1e-5).into()),
        ("adadelta", Adadelta::new(1.0).into()),
        ("adadelta-0.8", Adadelta::new(0.5).rho(0.8).epsilon(1e-6).into()),
        ("rmsprop", RmsProp::new(0.01).into()),
        ("rmsprop-centered", RmsProp::new(0.01).rho(0.8).centered().into()),
        ("rmsprop-momentum", RmsProp::new(0.01).momentum(0.7).epsilon(1e-5).into()),
        ("rmsprop-both", RmsProp::new(0.01).momentum(0.7).centered().into()),
        ("adam", Adam::new(0.01).into()),
        ("adam-betas", Adam::new(0.1).betas(0.5, 0.9).epsilon(1e-4).into()),
        ("adamw", AdamW::new(0.01).into()),
        ("adamw-0.1", AdamW::new(0.1).weight_decay(0.1).into()),
        ("amsgrad", AmsGrad::new(0.01).betas(0.9, 0.9).into()),
        ("adamax", Adamax::new(0.01).into()),
        ("adamax-betas", Adamax::new(0.1).betas(0.5, 0.9).into()),
        ("nadam", Nadam::new(0.01).into()),
        ("nadam-betas", Nadam::new(0.1).betas(0.5, 0.9).epsilon(1e-4).into()),
        ("optax-adam", beside.into()),
        ("optax-adam-inside", Adam::new(0.01).epsilon_inside_root().into()),
        ("optax-adamw", decayed.into()),
        ("optax-ema", Sgd::new(0.1).averaged_momentum(0.9).into()),
    ];
    assert_eq!(optimizers.len(), golden["paths"].as_object().unwrap().len());
    for (name, optimizer) in optimizers {
        let mut weights = numbers(&golden["start"]);
        let mut state = optimizer.state(weights.len());
        let gradients = golden["gradients"].as_array().unwrap();
        for (gradient, theirs) in gradients.iter().zip(golden["paths"][name].as_array().unwrap()) {
            optimizer.descend(&mut state, &mut weights, &numbers(gradient)).unwrap();
            same(&weights, &numbers(theirs), name);
        }
        assert_eq!(state.steps(), 30);
    }
}

#[test]
fn schedules_are_keras() {
    let golden = golden();
    let schedules: [(&str, Schedule); 6] = [
        ("exponential", ExponentialDecay::new(0.1, 0.5, 100).into()),
        ("step", StepDecay::new(0.1, 0.5, 100).into()),
        ("inverse_time", InverseTimeDecay::new(0.1, 0.01).into()),
        ("linear", LinearAnnealing::new(0.1, 0.001, 100).into()),
        ("cosine", CosineAnnealing::new(0.1, 100).last(0.005).into()),
        ("restarts", CosineAnnealing::new(0.1, 100).restarts().into()),
    ];
    for (name, schedule) in schedules {
        let ours: Vec<f64> = numbers(&golden["steps"]).into_iter().map(|step| schedule.rate(step as u64)).collect();
        // Keras computes them in f32.
        close(&ours, &numbers(&golden["rates"][name]), 2e-8, name);
    }
    let reduce = ReduceOnPlateau::new().patience(2).factor(0.5);
    for (name, reduce) in [("patience-2", reduce), ("cooldown-3", reduce.cooldown(3).lowest(0.02))] {
        let (mut plateau, mut rate) = (Plateau::default(), 0.1);
        let after = |metric: f64| {
            rate = reduce.after_epoch(&mut plateau, metric, rate);
            rate
        };
        let ours: Vec<f64> = numbers(&golden["metric"]).into_iter().map(after).collect();
        same(&ours, &numbers(&golden["plateau"][name]), name);
    }
}

#[test]
fn clipping_is_keras() {
    let golden = golden();
    let tensors: Vec<Vec<f64>> = golden["tensors"].as_array().unwrap().iter().map(numbers).collect();
    let lengths: Vec<usize> = tensors.iter().map(Vec::len).collect();
    let clips = [
        ("value", Clip::Value(0.5)),
        ("norm", Clip::Norm(1.0)),
        ("global", Clip::GlobalNorm(1.0)),
        ("global-loose", Clip::GlobalNorm(100.0)),
    ];
    for (name, clip) in clips {
        let mut gradient = tensors.concat();
        clip.apply(&mut gradient, &lengths).unwrap();
        same(&gradient, &numbers(&golden["clipped"][name]), name);
    }
}

#[test]
fn activations_are_scipys() {
    let golden = golden();
    let z = numbers(&golden["z"]);
    let activations: [(&str, AnyActivation); 10] = [
        ("linear", AnyActivation::Linear),
        ("sigmoid", Sigmoid.into()),
        ("tanh", Tanh.into()),
        ("relu", Relu.into()),
        ("leaky_relu", LeakyRelu { slope: 0.1 }.into()),
        ("elu", Elu { alpha: 0.7 }.into()),
        ("softplus", Softplus.into()),
        ("gelu", Gelu::default().into()),
        ("gelu_tanh", Gelu { tanh: true }.into()),
        ("softmax", Softmax.into()),
    ];
    assert_eq!(activations.len(), golden["activations"].as_object().unwrap().len());
    for (name, activation) in activations {
        let mut ours = vec![0.0; z.len()];
        activation.forward(&z, &mut ours, z.len()).unwrap();
        same(&ours, &numbers(&golden["activations"][name]), name);
    }
}
