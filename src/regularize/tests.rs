//! Penalties against a five-point stencil and the slide's numbers; constraints and bad parameters.

use super::*;
use crate::optim::{Optimizer, Sgd};

const WEIGHTS: [f64; 20] =
    [1.0, 2.0, -3.0, 0.5, -0.1, 0.7, 1.3, -2.2, 4.0, -0.01, 0.2, 0.3, -0.4, 0.9, 1.1, -1.7, 2.5, -0.6, 0.05, 3.3];

#[test]
fn gradients_are_the_derivatives_of_the_values() -> Result<()> {
    let penalties: [AnyRegularizer; 5] = [
        L1::new(0.3).into(),
        L2::new(0.2).into(),
        L2::per_example(0.5, 7).into(),
        L2::mean(0.4).into(),
        L1L2::new(0.1, 0.2).into(),
    ];
    for penalty in penalties {
        // The gradient of a batch of 4, on top of what was there.
        for activity in [false, true] {
            let cost = |weights: &[f64]| {
                if activity { Activity::new(penalty).value(weights, 4) } else { Ok(penalty.value(weights)) }
            };
            let mut gradient = [1.0; 20];
            if activity {
                Activity::new(penalty).add_gradient(&WEIGHTS, &mut gradient, 4)?;
            } else {
                penalty.add_gradient(&WEIGHTS, &mut gradient)?;
            }
            for at in 0..WEIGHTS.len() {
                let h = 1e-3;
                let moved = |by: f64| {
                    let mut weights = WEIGHTS;
                    weights[at] += by * h;
                    cost(&weights)
                };
                let stencil = (moved(-2.0)? - 8.0 * moved(-1.0)? + 8.0 * moved(1.0)? - moved(2.0)?) / (12.0 * h);
                assert!((1.0 + stencil - gradient[at]).abs() < 1e-10, "{penalty:?}: {stencil}, {}", gradient[at]);
            }
        }
    }
    Ok(())
}

#[test]
fn the_three_forms_of_slide_a37_give_its_three_numbers() -> Result<()> {
    let slide = [
        (L2::new(0.5), [0.9_f64, 1.8, -2.7]),
        (L2::mean(0.5), [2.9 / 3.0, 5.8 / 3.0, -2.9]),
        (L2::per_example(0.5, 4), [0.9875, 1.975, -2.9625]),
    ];
    for (penalty, expected) in slide {
        let (mut weights, mut gradient) = ([1.0_f64, 2.0, -3.0], [0.0; 3]);
        penalty.add_gradient(&weights, &mut gradient)?;
        let sgd = Sgd::new(0.1);
        sgd.descend(&mut sgd.state(3), &mut weights, &gradient)?;
        assert!(weights.iter().zip(expected).all(|(w, e)| (w - e).abs() < 1e-15), "{penalty:?}: {weights:?}");
    }
    Ok(())
}

#[test]
fn the_derivative_of_l1_at_zero_is_zero() -> Result<()> {
    let mut gradient = [0.0_f32; 3];
    L1::new(1.0).add_gradient(&[0.0, -0.0, -2.0], &mut gradient)?;
    assert_eq!(gradient, [0.0, 0.0, -1.0]);
    Ok(())
}

#[test]
fn constraints_hold_afterwards_and_leave_what_holds_already() -> Result<()> {
    let norms = |weights: &[f64], axis: usize| -> Vec<f64> {
        let matrix = ndarray::ArrayView2::from_shape((5, 4), weights).unwrap();
        matrix.lanes(ndarray::Axis(axis)).into_iter().map(|lane| lane.dot(&lane).sqrt()).collect()
    };
    for axis in [0, 1] {
        let mut weights = WEIGHTS;
        Constraint::from(MaxNorm::new(2.0).axis(axis)).apply(&mut weights, 4)?;
        for (before, after) in norms(&WEIGHTS, axis).into_iter().zip(norms(&weights, axis)) {
            assert!((after - before.min(2.0)).abs() < 1e-14, "axis {axis}: {before}, {after}");
        }
        let once = weights;
        Constraint::from(MaxNorm::new(2.1).axis(axis)).apply(&mut weights, 4)?;
        assert_eq!(weights, once);
        Constraint::from(UnitNorm::new().axis(axis)).apply(&mut weights, 4)?;
        assert!(norms(&weights, axis).iter().all(|norm| (norm - 1.0).abs() < 1e-14));
    }
    let mut weights = WEIGHTS;
    Constraint::NonNegative.apply(&mut weights, 4)?;
    assert!(weights.iter().zip(&WEIGHTS).all(|(after, before)| *after == before.max(0.0)));
    let mut bad = [f64::NAN, -1.0];
    Constraint::NonNegative.apply(&mut bad, 1)?;
    assert!(bad[0].is_nan() && bad[1] == 0.0);
    Ok(())
}

#[test]
fn bad_parameters_are_said() {
    let said = |result: Result<()>| result.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(said(L1::new(-0.1).check()).contains("strength of the L1 penalty = -0.1"));
    assert!(said(AnyRegularizer::from(L1L2::new(0.1, f64::NAN)).check()).contains("strength of the L2 penalty = NaN"));
    assert!(said(L2::per_example(0.5, 0).check()).contains("at least one example"));
    assert!(said(Constraint::from(MaxNorm::new(0.0)).check()).contains("max of the max norm = 0"));
    assert!(said(Constraint::from(UnitNorm::new().axis(2)).check()).contains("axis of the unit norm = 2"));
    assert!(said(Constraint::NonNegative.apply(&mut [0.0; 5], 2)).contains("rows of 2"));
    assert!(said(Constraint::NonNegative.apply(&mut [0.0; 5], 0)).contains("at least 1"));
    assert!(said(L2::new(0.1).add_gradient(&[1.0; 3], &mut [0.0; 2])).contains("expected 3 values, found 2"));
    assert!(said(Activity::new(L1::new(0.1)).value(&[1.0], 0).map(|_| ())).contains("examples"));
}
