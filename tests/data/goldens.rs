//! Against what scikit-learn, pandas and numpy say; `tests/goldens/data.py` made the numbers.

use std::collections::BTreeMap;

use gradus::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    x: Vec<Vec<f64>>,
    standard: Vec<Vec<f64>>,
    mean: Vec<Vec<f64>>,
    min_max: Vec<Vec<f64>>,
    polynomial_3: Polynomial,
    polynomial_2_bias_interactions: Polynomial,
    diabetes: Described,
}

#[derive(Deserialize)]
struct Polynomial {
    names: Vec<String>,
    values: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Described {
    names: Vec<String>,
    correlations: Vec<Vec<f64>>,
    #[serde(flatten)]
    statistics: BTreeMap<String, Vec<f64>>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../goldens/data.json")).unwrap()
}

fn matrix(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column])
}

fn assert_close(found: &Array2<f64>, expected: &[Vec<f64>], tolerance: f64) {
    let expected = matrix(expected);
    assert_eq!(found.dim(), expected.dim());
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found} is not {expected}");
    }
}

#[test]
fn scalers_agree_with_scikit_learn() {
    let golden = golden();
    let x = matrix(&golden.x);
    let scaled = |scaler: &dyn Scaler| scaler.transform_array(&x).unwrap();
    assert_close(&scaled(&StandardScaler::fit(&x).unwrap()), &golden.standard, 1e-14);
    assert_close(&scaled(&MeanNormalizer::fit(&x).unwrap()), &golden.mean, 1e-14);
    assert_close(&scaled(&MinMaxScaler::fit(&x).unwrap()), &golden.min_max, 1e-14);
}

#[test]
fn polynomial_features_agree_with_scikit_learn() {
    let golden = golden();
    let x = matrix(&golden.x);
    let data = Dataset::from_arrays(x.clone(), Array1::zeros(x.nrows())).unwrap();
    let cases = [
        (PolynomialFeatures::degree(3), golden.polynomial_3),
        (PolynomialFeatures::degree(2).interaction_only().with_bias(), golden.polynomial_2_bias_interactions),
    ];
    for (features, expected) in cases {
        let found = features.transform(&data).unwrap();
        assert_eq!(found.feature_names(), expected.names);
        assert_close(found.features(), &expected.values, 0.0);
    }
}

#[test]
fn statistics_and_correlations_agree_with_pandas() {
    let diabetes = datasets::diabetes().unwrap();
    let expected = golden().diabetes;
    assert_eq!(diabetes.feature_names(), expected.names);
    for (position, name) in expected.names.iter().enumerate() {
        let found = diabetes.statistics(name).unwrap();
        let all = [
            ("mean", found.mean),
            ("std", found.std),
            ("min", found.min),
            ("lower_quartile", found.lower_quartile),
            ("median", found.median),
            ("upper_quartile", found.upper_quartile),
            ("max", found.max),
        ];
        for (statistic, found) in all {
            let expected = expected.statistics[statistic][position];
            assert!((found - expected).abs() <= 1e-13 * expected.abs(), "{name}, {statistic}: {found}, not {expected}");
        }
    }
    let (names, correlations) =
        diabetes.with_targets(&[]).unwrap().without(&["progression"]).unwrap().correlations().unwrap();
    assert_eq!(names, expected.names);
    assert_close(&correlations, &expected.correlations, 1e-13);
}
