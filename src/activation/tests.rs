//! Every activation against a five-point stencil, at the ends of the range, and against Keras.

use super::*;
use crate::closed_set::Samples;

fn all() -> Vec<AnyActivation> {
    AnyActivation::samples()
}

/// Two examples of six sums, none at a corner and no two close.
const Z: [f64; 12] = [-3.1, -0.7, 0.25, 1.4, 2.2, -1.9, 0.9, -0.3, 5.0, -6.2, 0.05, 3.3];

#[test]
fn backward_is_the_derivative_of_forward() -> Result<()> {
    for activation in all() {
        let outputs = 2 * activation.outputs(6)?;
        let upstream: Vec<f64> = (0..outputs).map(|at| 0.3 - 0.17 * at as f64).collect();
        let cost = |z: &[f64]| -> Result<f64> {
            let mut a = vec![0.0; outputs];
            activation.forward(z, &mut a, 6)?;
            Ok(a.iter().zip(&upstream).map(|(a, upstream)| a * upstream).sum())
        };
        let (mut a, mut dz) = (vec![0.0; outputs], [0.0; 12]);
        activation.forward(&Z, &mut a, 6)?;
        activation.backward(&Z, &a, &upstream, &mut dz, 6)?;
        for at in 0..Z.len() {
            let h = 1e-3;
            let moved = |by: f64| {
                let mut z = Z;
                z[at] += by * h;
                cost(&z)
            };
            let stencil = (moved(-2.0)? - 8.0 * moved(-1.0)? + 8.0 * moved(1.0)? - moved(2.0)?) / (12.0 * h);
            assert!((stencil - dz[at]).abs() < 1e-10, "{activation:?} at {}: {stencil} against {}", Z[at], dz[at]);
        }
    }
    Ok(())
}

#[test]
fn single_and_double_precision_agree() -> Result<()> {
    let z: Vec<f32> = Z.iter().map(|z| *z as f32).collect();
    for activation in all() {
        let outputs = 2 * activation.outputs(6)?;
        let (mut a, mut dz) = (vec![0.0_f64; outputs], [0.0_f64; 12]);
        let (mut a_single, mut dz_single) = (vec![0.0_f32; outputs], [0.0_f32; 12]);
        activation.forward(&Z, &mut a, 6)?;
        activation.forward(&z, &mut a_single, 6)?;
        activation.backward(&Z, &a, &vec![1.5; outputs], &mut dz, 6)?;
        activation.backward(&z, &a_single, &vec![1.5; outputs], &mut dz_single, 6)?;
        for (double, single) in a.iter().chain(&dz).zip(a_single.iter().chain(&dz_single)) {
            let scale = double.abs().max(0.1);
            assert!((double - f64::from(*single)).abs() < 5e-6 * scale, "{activation:?}: {double} against {single}");
        }
    }
    Ok(())
}

#[test]
fn the_ends_of_the_range_have_their_limits_and_nan_stays() -> Result<()> {
    for activation in all() {
        let (Some(low), Some(high)) = (activation.value(-1e300), activation.value(1e300)) else { continue };
        assert!(!low.is_nan() && !high.is_nan(), "{activation:?}");
        assert!(activation.derivative(-1e300).is_some_and(|slope| (-1e-30..=1.0).contains(&slope)), "{activation:?}");
        assert!(activation.derivative(1e300).is_some_and(|slope| (-1e-30..=1.0).contains(&slope)), "{activation:?}");
        assert!(activation.value(f64::NAN).is_some_and(f64::is_nan), "{activation:?}");
        let mut a = [0.0_f32; 3];
        activation.forward(&[f32::NEG_INFINITY, f32::INFINITY, f32::NAN], &mut a, 3)?;
        assert!(!a[0].is_nan() && !a[1].is_nan() && a[2].is_nan(), "{activation:?}: {a:?}");
    }
    let mut a = [0.0_f32; 2];
    AnyActivation::Softmax.forward(&[1.0, f32::NAN], &mut a, 2)?;
    assert!(a.iter().all(|a| a.is_nan()));
    AnyActivation::from(Maxout { pieces: 2 }).forward(&[1.0, f32::NAN, f32::NAN, 1.0], &mut a, 4)?;
    assert!(a[0].is_nan(), "NaN behind a number");
    Ok(())
}

/// In arrays as wide as a processor's registers, and beyond: a NaN or an infinity stays where it is.
#[test]
fn one_nan_among_many_is_never_swallowed() -> Result<()> {
    fn of<F: Real>(activation: AnyActivation, wrong: f64) -> Result<()> {
        for at in 0..36 {
            let mut z = vec![F::of(0.5); 36];
            z[at] = F::of(wrong);
            let outputs = activation.outputs(36)?;
            let (mut a, mut dz) = (vec![F::zero(); outputs], vec![F::zero(); 36]);
            activation.forward(&z, &mut a, 36)?;
            let wide = matches!(activation, AnyActivation::Softmax);
            let seen = a.iter().filter(|a| a.is_nan()).count();
            assert_eq!(seen, if wide { outputs } else { 1 }, "{activation:?} at {at}");
            // The loss' derivative is NaN there, too: what comes back is not a number that could be right.
            let upstream: Vec<F> = a.iter().map(|a| if a.is_nan() { F::nan() } else { F::one() }).collect();
            activation.backward(&z, &a, &upstream, &mut dz, 36)?;
            assert!(dz.iter().any(|dz| dz.is_nan()), "{activation:?} at {at}");
        }
        Ok(())
    }
    for activation in all() {
        for wrong in [f64::NAN, -f64::NAN] {
            of::<f32>(activation, wrong)?;
            of::<f64>(activation, wrong)?;
        }
    }
    let (inf, mut a) = (f32::INFINITY, [0.0_f32; 3]);
    for z in [[inf, -inf, inf], [-inf; 3], [inf, 0.0, 0.0]] {
        AnyActivation::Softmax.forward(&z, &mut a, 3)?;
        assert!(a.iter().all(|a| a.is_nan()), "{z:?}: {a:?}");
    }
    Ok(())
}

#[test]
fn bad_parameters_and_lengths_are_said() {
    let said = |result: Result<()>| result.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(said(AnyActivation::from(LeakyRelu { slope: -0.1 }).check()).contains("slope of the leaky ReLU = -0.1"));
    assert!(said(AnyActivation::from(Elu { alpha: f64::NAN }).check()).contains("alpha of the ELU = NaN"));
    assert!(said(AnyActivation::from(Maxout { pieces: 0 }).check()).contains("at least 2"));
    let mut a = [0.0_f32; 4];
    assert!(
        said(AnyActivation::from(Maxout { pieces: 3 }).forward(&[0.0; 4], &mut a, 4)).contains("multiple of its 3")
    );
    assert!(said(AnyActivation::Relu.forward(&[0.0; 3], &mut a, 3)).contains("expected 3 values, found 4"));
    assert!(said(AnyActivation::Relu.forward(&[0.0; 4], &mut a, 3)).contains("rows of 3"));
    assert!(said(AnyActivation::Relu.forward(&[0.0; 4], &mut a, 0)).contains("rows of 0"));
}

#[test]
fn descriptions_survive_json() {
    for activation in all() {
        let text = serde_json::to_string(&activation).unwrap();
        assert_eq!(serde_json::from_str::<AnyActivation>(&text).unwrap(), activation);
    }
}
