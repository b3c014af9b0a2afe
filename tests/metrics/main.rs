//! `metrics/` from outside, against what scikit-learn says; `tests/goldens/classification.py` made the numbers.

use gradus::metrics::Normalize;
mod ends;
mod scores;

use gradus::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    curves: Vec<Curves>,
    confusion: Vec<Confusion>,
}

#[derive(Deserialize)]
struct Curves {
    actual: Vec<f64>,
    scores: Vec<f64>,
    fpr: Vec<f64>,
    tpr: Vec<f64>,
    roc_thresholds: Vec<f64>,
    auc: f64,
    precision: Vec<f64>,
    recall: Vec<f64>,
    pr_thresholds: Vec<f64>,
    average_precision: f64,
}

#[derive(Deserialize)]
struct Confusion {
    classes: usize,
    actual: Vec<f64>,
    predicted: Vec<f64>,
    counts: Vec<Vec<usize>>,
    accuracy: f64,
    #[serde(rename = "true")]
    rows: Vec<Vec<f64>>,
    #[serde(rename = "pred")]
    columns: Vec<Vec<f64>>,
    all: Vec<Vec<f64>>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../goldens/classification.json")).unwrap()
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-14, "{found} is not {expected}");
    }
}

#[test]
fn roc_curves_agree_with_scikit_learn() -> Result<()> {
    for golden in golden().curves {
        let curve = RocCurve::new(golden.actual[..].into(), golden.scores[..].into())?;
        assert_close(curve.false_positive_rates(), &golden.fpr);
        assert_close(curve.true_positive_rates(), &golden.tpr);
        assert_eq!(curve.thresholds()[0], f64::INFINITY);
        assert_eq!(curve.thresholds()[1..], golden.roc_thresholds);
        assert_close(&[curve.auc()], &[golden.auc]);
    }
    Ok(())
}

#[test]
fn precision_recall_curves_agree_with_scikit_learn() -> Result<()> {
    for golden in golden().curves {
        let curve = PrecisionRecallCurve::new(golden.actual[..].into(), golden.scores[..].into())?;
        assert_close(curve.precision(), &golden.precision);
        assert_close(curve.recall(), &golden.recall);
        assert_eq!(curve.thresholds(), golden.pr_thresholds);
        assert_close(&[curve.average_precision()], &[golden.average_precision]);
    }
    Ok(())
}

#[test]
fn confusion_matrices_agree_with_scikit_learn() -> Result<()> {
    let flat = |rows: &[Vec<f64>]| rows.concat();
    for golden in golden().confusion {
        let classes: Vec<String> = (0..golden.classes).map(|class| class.to_string()).collect();
        let matrix = ConfusionMatrix::new(golden.actual[..].into(), golden.predicted[..].into(), &classes)?;
        assert_eq!(matrix.counts().iter().copied().collect::<Vec<_>>(), golden.counts.concat());
        assert_close(&[matrix.accuracy()], &[golden.accuracy]);
        let ways = [(Normalize::Rows, golden.rows), (Normalize::Columns, golden.columns), (Normalize::All, golden.all)];
        for (way, expected) in ways {
            assert_close(&matrix.normalized(way).iter().copied().collect::<Vec<_>>(), &flat(&expected));
        }
    }
    Ok(())
}
