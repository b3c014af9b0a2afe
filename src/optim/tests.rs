//! What the goldens do not show: states, single precision, bad hyper-parameters, and that descriptions survive.

use super::*;
use crate::closed_set::Samples;

fn all() -> Vec<AnyOptimizer> {
    AnyOptimizer::samples()
}

/// This many steps down ½Σ cᵢ(wᵢ − 1)² with 345 curvatures cᵢ, from this state and these parameters.
fn run<F: Real>(optimizer: &AnyOptimizer, state: &mut State<F>, parameters: &mut [F], steps: usize) -> Result<()> {
    for _ in 0..steps {
        let gradient: Vec<F> =
            parameters.iter().enumerate().map(|(at, w)| F::of(0.1 + at as f64 / 345.0) * (*w - F::one())).collect();
        optimizer.descend(state, parameters, &gradient)?;
    }
    Ok(())
}

#[test]
fn each_descends_in_both_precisions_alike() -> Result<()> {
    for optimizer in all() {
        let (mut single, mut double) = (vec![0.0_f32; 345], vec![0.0_f64; 345]);
        run(&optimizer, &mut optimizer.state(345), &mut single, 60)?;
        run(&optimizer, &mut optimizer.state(345), &mut double, 60)?;
        for (single, double) in single.iter().zip(&double) {
            assert!((f64::from(*single) - double).abs() < 2e-5, "{optimizer:?}: {single} against {double}");
            assert!(*double > 0.0 && *double < 1.7, "{optimizer:?}: {double}");
        }
    }
    Ok(())
}

#[test]
fn training_goes_on_from_a_saved_state_as_without_a_break() -> Result<()> {
    for optimizer in all() {
        let (mut state, mut parameters) = (optimizer.state::<f32>(345), vec![0.0_f32; 345]);
        run(&optimizer, &mut state, &mut parameters, 7)?;
        let text = serde_json::to_string(&(&optimizer, &state, &parameters)).unwrap();
        let (read, mut read_state, mut read_parameters): (AnyOptimizer, State<f32>, Vec<f32>) =
            serde_json::from_str(&text).unwrap();
        assert_eq!((&read, &read_state), (&optimizer, &state));
        run(&optimizer, &mut state, &mut parameters, 7)?;
        run(&read, &mut read_state, &mut read_parameters, 7)?;
        assert_eq!((read_parameters, read_state), (parameters, state), "{optimizer:?}");
    }
    Ok(())
}

#[test]
fn without_a_gradient_nothing_moves_but_by_decay() -> Result<()> {
    let start = [0.0_f32, 1.5, -2.0];
    for optimizer in all().into_iter().filter(|optimizer| !matches!(optimizer, AnyOptimizer::AdamW(_))) {
        let (mut state, mut parameters) = (optimizer.state(3), start);
        for _ in 0..3 {
            optimizer.descend(&mut state, &mut parameters, &[0.0; 3])?;
        }
        assert_eq!((parameters, state.steps()), (start, 3), "{optimizer:?}");
    }
    Ok(())
}

#[test]
fn the_places_of_epsilon_give_the_numbers_of_the_table() -> Result<()> {
    let table =
        [(1e-2, [0.99968, 0.999999, 0.9995]), (1e-4, [0.9693, 0.9999, 0.3015]), (1e-6, [0.2403, 0.990, 0.0032])];
    for (gradient, expected) in table {
        let adam = Adam::new(1.0);
        let forms =
            [adam.clone(), adam.clone().epsilon_beside_corrected_root().epsilon(1e-8), adam.epsilon_inside_root()];
        for (form, expected) in forms.into_iter().zip(expected) {
            let mut weights = [0.0_f64];
            form.descend(&mut form.state(1), &mut weights, &[gradient])?;
            assert!((weights[0] + expected).abs() < 1e-4, "{form:?} at {gradient}: {}", weights[0]);
        }
    }
    Ok(())
}

#[test]
fn the_two_momenta_are_one_with_another_rate() -> Result<()> {
    let (mut ours, mut slides) = (vec![0.0_f64; 345], vec![0.0_f64; 345]);
    let (keras, lecture) = (Momentum::new(0.01, 0.9).into(), AveragedMomentum::new(0.1, 0.9).into());
    run(&keras, &mut keras.state(345), &mut ours, 50)?;
    run(&lecture, &mut lecture.state(345), &mut slides, 50)?;
    assert!(ours.iter().zip(&slides).all(|(a, b)| (a - b).abs() < 1e-14));
    Ok(())
}

#[test]
fn a_gradient_that_is_no_number_is_not_hidden() -> Result<()> {
    for optimizer in all() {
        let mut parameters = [1.0_f32];
        optimizer.descend(&mut optimizer.state(1), &mut parameters, &[f32::NAN])?;
        assert!(parameters[0].is_nan(), "{optimizer:?}");
    }
    Ok(())
}

#[test]
fn bad_hyper_parameters_are_said() {
    let said = |optimizer: AnyOptimizer| optimizer.check().err().map(|error| error.to_string()).unwrap_or_default();
    for optimizer in all() {
        assert_eq!(said(optimizer), "");
    }
    assert!(said(Sgd::new(-0.1).into()).contains("learning_rate = -0.1"));
    assert!(said(Sgd::new(0.1).momentum(1.0).into()).contains("momentum = 1"));
    assert!(said(Nesterov::new(0.1, f64::NAN).into()).contains("momentum = NaN"));
    assert!(said(AveragedMomentum::new(0.1, -0.5).into()).contains("beta = -0.5"));
    assert!(said(Adagrad::new(0.1).initial_accumulator(-1.0).into()).contains("initial_accumulator = -1"));
    assert!(said(Adadelta::new(1.0).rho(1.5).into()).contains("rho = 1.5"));
    assert!(said(RmsProp::new(0.1).epsilon(0.0).into()).contains("epsilon = 0"));
    assert!(said(Adam::new(0.1).betas(0.9, 1.0).into()).contains("beta_2 = 1"));
    assert!(said(AdamW::new(0.1).weight_decay(-0.1).into()).contains("weight_decay = -0.1"));
    assert!(said(Nadam::new(0.1).momentum_decay(-1.0).into()).contains("momentum_decay = -1"));
    assert!(said(Nadam::new(f64::NAN).into()).contains("learning_rate = NaN"));
}

#[test]
fn states_and_gradients_of_other_lengths_are_said() {
    let adam = Adam::new(0.1);
    let said = |state: &mut State<f32>, parameters: usize, gradient: usize| match adam.descend(
        state,
        &mut vec![0.0; parameters],
        &vec![0.0; gradient],
    ) {
        Err(error) => error.to_string(),
        Ok(()) => String::new(),
    };
    let mut state = adam.state(3);
    assert!(said(&mut state, 3, 2).contains("the gradient: expected 3 values, found 2"));
    assert!(said(&mut state, 4, 4).contains("of its state: expected 4 values, found 3"));
    assert!(said(&mut Sgd::new(0.1).state(3), 3, 3).contains("made by another kind"));
    assert_eq!(state.steps(), 0, "what failed is not counted");
    assert_eq!(said(&mut adam.state(0), 0, 0), "");
    assert!(state.slot(7).is_empty());
}

/// PyTorch's documented algorithms, written out for one parameter.
#[test]
fn forms_of_pytorch_are_its_algorithms() -> Result<()> {
    use super::schedule::InverseTimeDecay;
    let gradients: Vec<f64> = (0..40).map(|t| (f64::from(t) * 0.7).sin() * 10_f64.powi(t % 5 - 4)).collect();
    let run = |optimizer: AnyOptimizer| -> Result<Vec<f64>> {
        let (mut state, mut weights) = (optimizer.state(1), [0.3]);
        let step = |gradient: &f64| {
            optimizer.descend(&mut state, &mut weights, &[*gradient])?;
            Ok(weights[0])
        };
        gradients.iter().map(step).collect()
    };
    let near = |ours: Vec<f64>, theirs: Vec<f64>, what: &str| {
        for (at, (ours, theirs)) in ours.into_iter().zip(theirs).enumerate() {
            assert!((ours - theirs).abs() < 1e-12, "{what}, step {at}: {ours} for {theirs}");
        }
    };
    for (centered, momentum) in [(false, 0.0), (true, 0.0), (false, 0.9), (true, 0.9)] {
        let (mut w, mut square, mut average, mut buffer) = (0.3, 0.0, 0.0, 0.0);
        let mut torch = |g: &f64| -> f64 {
            square = 0.99 * square + 0.01 * g * g;
            average = 0.99 * average + 0.01 * g;
            let mean: f64 = if centered { square - average * average } else { square };
            buffer = momentum * buffer + g / (mean.sqrt() + 1e-8);
            w -= 0.01 * buffer;
            w
        };
        let ours = RmsProp::new(0.01).rho(0.99).epsilon(1e-8).epsilon_beside_root().momentum(momentum);
        let ours = if centered { ours.centered() } else { ours };
        near(run(ours.into())?, gradients.iter().map(&mut torch).collect(), "RMSprop");
    }
    let (mut w, mut sum, mut t) = (0.3, 0.0, 0.0);
    let mut torch = |g: &f64| -> f64 {
        sum += g * g;
        w -= 0.01 / (1.0 + t * 0.1) * g / (f64::sqrt(sum) + 1e-10);
        t += 1.0;
        w
    };
    let ours =
        Adagrad::new(InverseTimeDecay::new(0.01, 0.1)).initial_accumulator(0.0).epsilon(1e-10).epsilon_beside_root();
    near(run(ours.into())?, gradients.iter().map(&mut torch).collect(), "Adagrad");
    let (mut w, mut m, mut v, mut product, mut t) = (0.3, 0.0, 0.0, 1.0, 0.0);
    let mut torch = |g: &f64| -> f64 {
        t += 1.0;
        let momentum = |t: f64| 0.9 * (1.0 - 0.5 * 0.96_f64.powf(t * 0.004));
        product *= momentum(t);
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        let ahead = momentum(t + 1.0) * m / (1.0 - product * momentum(t + 1.0));
        let mean = ahead + (1.0 - momentum(t)) * g / (1.0 - product);
        w -= 0.002 * mean / (f64::sqrt(v / (1.0 - 0.999_f64.powf(t))) + 1e-8);
        w
    };
    let ours = Nadam::new(0.002).epsilon(1e-8).momentum_decay(0.004);
    near(run(ours.into())?, gradients.iter().map(&mut torch).collect(), "Nadam");
    Ok(())
}

/// Rounding makes the variance of a gradient that stays the same a little less than 0, after some 1200 steps.
#[test]
fn a_gradient_that_stays_the_same_has_no_variance_below_0() -> Result<()> {
    let optimizer = AnyOptimizer::from(RmsProp::new(1e-4).rho(0.99).epsilon(1e-8).centered().epsilon_beside_root());
    let (mut state, mut weights) = (optimizer.state::<f32>(1), [0.0_f32]);
    for _ in 0..3000 {
        optimizer.step(&mut state, &mut weights, &[0.1], 1e-4)?;
        assert!(weights[0].is_finite());
    }
    Ok(())
}

#[test]
fn files_without_the_newer_settings_mean_keras() {
    let read = |text: &str| serde_json::from_str::<AnyOptimizer>(text).unwrap();
    let mut known = serde_json::to_value(all()).unwrap();
    for optimizer in known.as_array_mut().unwrap() {
        for settings in optimizer.as_object_mut().unwrap().values_mut() {
            let settings = settings.as_object_mut().unwrap();
            settings.remove("beside_root");
            settings.remove("momentum_decay");
        }
        let read = read(&optimizer.to_string());
        assert_eq!(read.check().map_err(|error| error.to_string()), Ok(()));
        match read {
            AnyOptimizer::RmsProp(RmsProp { beside_root, .. }) | AnyOptimizer::Adagrad(Adagrad { beside_root, .. }) => {
                assert!(!beside_root);
            }
            AnyOptimizer::Nadam(nadam) => assert_eq!(nadam.momentum_decay, 1.0),
            _ => {}
        }
    }
}
