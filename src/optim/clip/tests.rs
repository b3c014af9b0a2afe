//! What the goldens do not show: bad bounds, and gradients that are no numbers.

use super::*;

#[test]
fn bad_bounds_and_lengths_are_said() {
    let said = |clip: Clip, tensors: &[usize]| match clip.apply(&mut [1.0_f32, 2.0], tensors) {
        Err(error) => error.to_string(),
        Ok(()) => String::new(),
    };
    assert!(said(Clip::Value(0.0), &[2]).contains("clipping by value = 0"));
    assert!(said(Clip::Norm(-1.0), &[2]).contains("clipping by norm = -1"));
    assert!(said(Clip::GlobalNorm(f64::NAN), &[2]).contains("clipping by global norm = NaN"));
    assert!(said(Clip::Norm(1.0), &[2, 1]).contains("expected 3 values, found 2"));
    assert_eq!(said(Clip::Norm(1.0), &[1, 0, 1]), "");
}

#[test]
fn what_is_no_number_stays_visible_and_what_is_huge_is_clipped() -> Result<()> {
    for clip in [Clip::Norm(1.0), Clip::GlobalNorm(1.0)] {
        for bad in [f32::NAN, f32::INFINITY] {
            let mut gradient = [1.0, bad];
            clip.apply(&mut gradient, &[2])?;
            assert!(gradient.iter().all(|g| g.is_nan()), "{clip:?}: {gradient:?}");
        }
        let mut gradient = [3e30_f32, -4e30];
        clip.apply(&mut gradient, &[2])?;
        assert!((gradient[0] - 0.6).abs() < 1e-6 && (gradient[1] + 0.8).abs() < 1e-6);
    }
    let mut gradient = [f32::NAN, f32::INFINITY, -2.0];
    Clip::Value(0.5).apply(&mut gradient, &[3])?;
    assert!(gradient[0].is_nan() && gradient[1..] == [0.5, -0.5]);
    Ok(())
}
