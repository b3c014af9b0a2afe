//! What the goldens do not show: bad parameters, the ends, and that a description survives.

use super::*;

fn said(schedule: impl Into<Schedule>) -> String {
    schedule.into().check().err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn bad_parameters_are_said() {
    assert!(said(0.0).contains("learning_rate = 0: it must be a finite number above 0"));
    assert!(said(-0.1).contains("learning_rate = -0.1"));
    assert!(said(f64::NAN).contains("learning_rate = NaN"));
    assert!(said(StepDecay::new(0.1, 0.5, 0)).contains("steps of the step decay = 0"));
    assert!(said(ExponentialDecay::new(0.1, -0.5, 10)).contains("factor of the exponential decay"));
    assert!(said(InverseTimeDecay::new(0.1, -1.0)).contains("decay of the inverse-time decay"));
    assert!(said(LinearAnnealing::new(0.1, 0.01, 0)).contains("tau"));
    assert!(said(CosineAnnealing::new(f64::INFINITY, 10)).contains("initial rate of the cosine annealing"));
    assert!(said(WarmUp::new(5, -0.1)).contains("learning_rate = -0.1"));
    assert!(said(WarmUp::new(0, 0.1)).contains("warm-up"));
    let reduce = |reduce: ReduceOnPlateau| reduce.check().err().map(|error| error.to_string()).unwrap_or_default();
    assert!(reduce(ReduceOnPlateau::new().factor(1.0)).contains("below 1"));
    assert!(reduce(ReduceOnPlateau::new().patience(0)).contains("patience"));
    assert_eq!(reduce(ReduceOnPlateau::new()), "");
}

#[test]
fn rates_are_finite_at_every_step() {
    let schedules: [Schedule; 7] = [
        0.1.into(),
        StepDecay::new(0.1, 0.5, 0).into(),
        ExponentialDecay::new(0.1, 0.5, 0).into(),
        InverseTimeDecay::new(0.1, 0.01).into(),
        LinearAnnealing::new(0.1, 0.0, 0).into(),
        CosineAnnealing::new(0.1, 0).restarts().into(),
        WarmUp::new(3, CosineAnnealing::new(0.1, 5)).into(),
    ];
    for schedule in schedules {
        for step in [0, 1, 5, u64::from(u32::MAX), u64::MAX] {
            assert!((0.0..=0.1).contains(&schedule.rate(step)), "{schedule:?} at {step}");
        }
        let text = serde_json::to_string(&schedule).unwrap();
        assert_eq!(serde_json::from_str::<Schedule>(&text).unwrap(), schedule);
    }
}

#[test]
fn a_plateau_of_nan_reduces_and_a_rising_metric_counts_upward() {
    let mut plateau = Plateau::default();
    let reduce = ReduceOnPlateau::new().patience(2).lowest(0.05);
    let rates = [f64::NAN; 4].map(|metric| reduce.after_epoch(&mut plateau, metric, 0.1));
    assert_eq!(rates, [0.1, 0.05, 0.1, 0.05]);
    let (rising, mut plateau) = (reduce.rising(), Plateau::default());
    let rates = [0.5, 0.6, 0.7, 0.7, 0.7].map(|metric| rising.after_epoch(&mut plateau, metric, 0.1));
    assert_eq!(rates, [0.1, 0.1, 0.1, 0.1, 0.05]);
}
