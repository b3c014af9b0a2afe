//! Ranges and moments of each initializer with fixed seeds, and orthogonality.

use super::*;

/// Mean, standard deviation and the largest absolute value.
fn moments(weights: &Array2<f64>) -> (f64, f64, f64) {
    let n = weights.len() as f64;
    let mean = weights.sum() / n;
    let variance = weights.mapv(|w| (w - mean).powi(2)).sum() / n;
    (mean, variance.sqrt(), weights.fold(0.0, |most, w| w.abs().max(most)))
}

#[test]
fn scaled_initializers_have_their_variance_and_bound() -> Result<()> {
    let (inputs, outputs) = (400, 250);
    let (sum, inputs_) = (650.0_f64, 400.0_f64);
    // The bound of the truncated ones is two deviations before the cut.
    let cut = 2.0 / 0.879_625_66;
    let cases = [
        (Initializer::GlorotUniform, (2.0 / sum).sqrt(), (6.0 / sum).sqrt()),
        (Initializer::GlorotNormal, (2.0 / sum).sqrt(), cut * (2.0 / sum).sqrt()),
        (Initializer::HeUniform, (2.0 / inputs_).sqrt(), (6.0 / inputs_).sqrt()),
        (Initializer::HeNormal, (2.0 / inputs_).sqrt(), cut * (2.0 / inputs_).sqrt()),
        (Initializer::LecunUniform, (1.0 / inputs_).sqrt(), (3.0 / inputs_).sqrt()),
        (Initializer::LecunNormal, (1.0 / inputs_).sqrt(), cut * (1.0 / inputs_).sqrt()),
    ];
    for (initializer, deviation, bound) in cases {
        let (mean, found, largest) = moments(&initializer.matrix(inputs, outputs, Seed(3))?);
        // 100 000 draws: a standard error of 0.003 of the deviation for the mean, less for the deviation.
        assert!(mean.abs() < 0.012 * deviation, "{initializer:?}: mean {mean}");
        assert!((found / deviation - 1.0).abs() < 0.01, "{initializer:?}: {found} against {deviation}");
        assert!(largest <= bound && largest > 0.999 * bound, "{initializer:?}: {largest} against {bound}");
    }
    Ok(())
}

#[test]
fn plain_distributions_have_their_moments() -> Result<()> {
    let (mean, deviation, _) = moments(&Initializer::Normal { mean: 2.0, deviation: 0.5 }.matrix(300, 300, Seed(4))?);
    assert!((mean - 2.0).abs() < 0.01 && (deviation - 0.5).abs() < 0.005);
    let truncated = Initializer::TruncatedNormal { mean: 0.0, deviation: 0.05 }.matrix(300, 300, Seed(5))?;
    let (_, deviation, largest) = moments(&truncated);
    assert!((deviation / (0.05 * 0.879_625_66) - 1.0).abs() < 0.01 && largest <= 0.1 && largest > 0.0999);
    let uniform = Initializer::Uniform { low: -1.0, high: 3.0 }.matrix(300, 300, Seed(6))?;
    let (mean, deviation, largest) = moments(&uniform);
    assert!((mean - 1.0).abs() < 0.02 && (deviation - 4.0 / 12.0_f64.sqrt()).abs() < 0.01 && largest < 3.0);
    Ok(())
}

#[test]
fn constants_and_given_values_are_themselves() -> Result<()> {
    for (initializer, value) in [(Initializer::Zeros, 0.0), (Initializer::Ones, 1.0), (Initializer::Constant(0.3), 0.3)]
    {
        assert_eq!(initializer.matrix(2, 3, Seed(0))?, Array2::from_elem((2, 3), value));
    }
    let given = Initializer::Given(vec![1.0, 2.0, 3.0, 4.0]).matrix(2, 2, Seed(0))?;
    assert_eq!(given, ndarray::array![[1.0, 2.0], [3.0, 4.0]]);
    Ok(())
}

#[test]
fn orthogonal_matrices_are() -> Result<()> {
    for (rows, columns) in [(7, 7), (20, 6), (5, 13), (1, 4), (4, 1)] {
        let weights = Initializer::Orthogonal { gain: 1.5 }.matrix(rows, columns, Seed(8))?;
        let product = if rows >= columns { weights.t().dot(&weights) } else { weights.dot(&weights.t()) };
        let expected = Array2::<f64>::eye(rows.min(columns)) * 2.25;
        assert!((product - expected).iter().all(|error| error.abs() < 1e-13), "{rows} × {columns}");
    }
    // Without the signs of R the corner would be negative for every seed.
    let positive = |seed| Ok(Initializer::Orthogonal { gain: 1.0 }.matrix(3, 3, Seed(seed))?[[0, 0]] > 0.0);
    let count = (0..40).map(positive).collect::<Result<Vec<bool>>>()?.into_iter().filter(|positive| *positive).count();
    assert!((10..=30).contains(&count), "{count} of 40");
    Ok(())
}

#[test]
fn seeds_decide_and_single_precision_is_double_rounded() -> Result<()> {
    let initializer = Initializer::GlorotUniform;
    let weights = initializer.matrix(8, 5, Seed(1))?;
    assert_eq!(weights, initializer.matrix(8, 5, Seed(1))?);
    assert_ne!(weights, initializer.matrix(8, 5, Seed(2))?);
    let mut single = vec![0.0_f32; 40];
    initializer.fill(&mut single, 8, 5, Seed(1))?;
    assert!(single.iter().zip(&weights).all(|(single, double)| *single == *double as f32));
    Ok(())
}

#[test]
fn bad_parameters_are_said() {
    let said = |initializer: Initializer| match initializer.matrix(2, 2, Seed(0)) {
        Err(error) => error.to_string(),
        Ok(_) => String::new(),
    };
    assert!(said(Initializer::Uniform { low: 1.0, high: 1.0 }).contains("above low = 1"));
    assert!(said(Initializer::Normal { mean: 0.0, deviation: -1.0 }).contains("deviation of the initializer = -1"));
    assert!(said(Initializer::Orthogonal { gain: f64::NAN }).contains("gain"));
    assert!(said(Initializer::Constant(f64::INFINITY)).contains("finite"));
    assert!(said(Initializer::Given(vec![1.0])).contains("expected 4 values, found 1"));
    assert!(Initializer::Zeros.fill(&mut [0.0_f32; 3], 2, 2, Seed(0)).is_err());
}
