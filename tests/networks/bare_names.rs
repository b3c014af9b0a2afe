//! What has only defaulted settings is passed by its bare name, as in Keras, and brought by the prelude alone.

use gradus::activation::Linear;
use gradus::nn::layer::BatchNorm;
use gradus::prelude::*;

/// Through `compile`, whose parameters are `impl Into`.
fn compiled(optimizer: impl Into<AnyOptimizer>, loss: impl Into<gradus::loss::AnyLoss>) -> gradus::Result<Network> {
    let net = Sequential::new([2]).dense(3).softmax();
    net.compile(optimizer, loss, Device::Cpu, Seed(1))
}

#[test]
fn losses_and_optimizers_compile_by_name() -> gradus::Result<()> {
    let net = compiled(Adam, CategoricalCrossEntropy)?;
    assert_eq!(net.loss_function(), CategoricalCrossEntropy::default().into());
    assert_eq!(net.optimizer(), &AnyOptimizer::from(Adam::new(0.001)));
    // The forms with settings stay.
    let logits = Sequential::new([2]).dense(3).linear();
    let logits =
        logits.compile(Adam.betas(0.8, 0.9), CategoricalCrossEntropy { from_logits: true }, Device::Cpu, Seed(1))?;
    assert_eq!(logits.loss_function(), CategoricalCrossEntropy { from_logits: true }.into());
    compiled(Sgd::default(), SparseCategoricalCrossEntropy)?;
    compiled(Sgd.momentum(0.9), SparseCategoricalCrossEntropy)?;
    let one = Sequential::new([2]).dense(1).sigmoid();
    one.compile(RmsProp, BinaryCrossEntropy, Device::Cpu, Seed(1))?;
    let number = Sequential::new([2]).dense(1).linear();
    number.compile(AdamW, Huber, Device::Cpu, Seed(1))?;
    Ok(())
}

/// Keras 3's defaults, written out.
#[test]
fn bare_names_hold_keras_defaults() {
    let rate = |schedule: &Schedule| schedule.rate(0);
    let adam = [Adam.beta_1, Adam.beta_2, Adam.epsilon, rate(&Adam.learning_rate)];
    assert_eq!(adam, [0.9, 0.999, 1e-7, 0.001]);
    assert_eq!((AdamW.weight_decay, rate(&AdamW.learning_rate)), (0.004, 0.001));
    assert_eq!((RmsProp.rho, RmsProp.momentum, RmsProp.centered), (0.9, 0.0, false));
    assert_eq!((Adagrad.initial_accumulator, Adadelta.rho, rate(&Sgd.learning_rate)), (0.1, 0.95, 0.01));
    assert_eq!([&Nadam.learning_rate, &Adamax.learning_rate, &AmsGrad.learning_rate].map(rate), [0.001; 3]);
    assert_eq!([BinaryCrossEntropy.from_logits, SparseCategoricalCrossEntropy.from_logits, Gelu.tanh], [false; 3]);
    assert_eq!((Huber.threshold, LeakyRelu.slope, Elu.alpha, UnitNorm.axis), (1.0, 0.1, 1.0, 0));
    assert_eq!((BatchNorm.momentum, BatchNorm.epsilon), (0.99, 1e-3));
    assert_eq!((ReduceOnPlateau.factor, ReduceOnPlateau.patience), (0.1, 10));
}

#[test]
fn a_bare_name_is_the_default_and_the_new() {
    assert_eq!(Huber, Huber::default());
    assert_eq!((Elu, LeakyRelu, Gelu), Default::default());
    assert_eq!((UnitNorm, ReduceOnPlateau), (UnitNorm::new(), ReduceOnPlateau::new()));
    assert_eq!((Adadelta, Adagrad, Adamax), (Adadelta::new(0.001), Adagrad::new(0.001), Adamax::new(0.001)));
    assert_eq!((AmsGrad, Nadam, AdamW), (AmsGrad::new(0.001), Nadam::new(0.001), AdamW::new(0.001)));
    assert_eq!((RmsProp, Sgd), (RmsProp::new(0.001), Sgd::new(0.01)));
    // Beside those that have no settings at all.
    let activations = [Relu.into(), Elu.into(), LeakyRelu.into(), Gelu.into(), Linear.into()];
    assert!(activations.iter().all(|activation: &AnyActivation| activation.value(2.0).is_some()));
    assert_eq!(Constraint::from(UnitNorm), Constraint::from(UnitNorm::default()));
}
