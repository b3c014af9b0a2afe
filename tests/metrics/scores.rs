//! Scores of classes and probabilities, against scikit-learn's; `tests/goldens/scores.py` made the numbers.

use gradus::metrics::{
    Average, Pairing, accuracy, brier_score, coverage, hinge_loss, log_loss, max_error, median_absolute_error, roc_auc,
    top_k_accuracy,
};
use gradus::ndarray::Axis;
use gradus::prelude::*;
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../goldens/scores.json")).unwrap()
}

fn vector(value: &Value) -> Array1<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Array1<f64>> = value.as_array().unwrap().iter().map(vector).collect();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column])
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[track_caller]
fn same(ours: f64, theirs: &Value) {
    let theirs = number(theirs);
    assert!((ours - theirs).abs() < 1e-12, "{ours} against {theirs}");
}

#[test]
fn scores_of_classes_are_scikit_learns() {
    for case in golden()["classification"].as_array().unwrap() {
        let (actual, predicted) = (vector(&case["actual"]), vector(&case["predicted"]));
        let names: Vec<String> = (0..case["classes"].as_u64().unwrap()).map(|class| class.to_string()).collect();
        let counts = ConfusionMatrix::new(actual.view(), predicted.view(), &names).unwrap();
        same(accuracy(actual.view(), predicted.view()).unwrap(), &case["accuracy"]);
        same(counts.balanced_accuracy(), &case["balanced_accuracy"]);
        same(counts.matthews(), &case["matthews"]);
        for (average, name) in [(Average::Micro, "micro"), (Average::Macro, "macro"), (Average::Weighted, "weighted")] {
            let theirs = &case[name];
            same(counts.precision(average), &theirs[0]);
            same(counts.recall(average), &theirs[1]);
            same(counts.f1(average), &theirs[2]);
            same(counts.f_beta(2.0, average), &theirs[3]);
        }
        let (report, theirs) = (counts.report(), &case["report"]);
        let means = [(&report.macro_average, "macro avg"), (&report.weighted_average, "weighted avg")];
        let lines = report.classes.iter().map(|line| (line, line.name.as_str())).chain(means);
        for (line, name) in lines {
            same(line.precision, &theirs[name]["precision"]);
            same(line.recall, &theirs[name]["recall"]);
            same(line.f1, &theirs[name]["f1-score"]);
            assert_eq!(line.support as f64, number(&theirs[name]["support"]));
        }
        assert_eq!(report.classes.len(), names.len());
    }
}

#[test]
fn scores_of_probabilities_are_scikit_learns() {
    for case in golden()["classification"].as_array().unwrap() {
        let (actual, probabilities) = (vector(&case["actual"]), matrix(&case["probabilities"]));
        let scores = matrix(&case["scores"]);
        same(log_loss(actual.view(), probabilities.view()).unwrap(), &case["log_loss"]);
        same(brier_score(actual.view(), probabilities.view()).unwrap(), &case["brier"]);
        if case["top_2"].is_null() {
            let second = probabilities.slice(ndarray::s![.., 1..]);
            same(log_loss(actual.view(), second).unwrap(), &case["log_loss"]);
            same(brier_score(actual.view(), second).unwrap(), &case["brier"]);
            let difference = &scores.column(1) - &scores.column(0);
            let difference = difference.insert_axis(Axis(1));
            same(hinge_loss(actual.view(), difference.view()).unwrap(), &case["hinge"]);
            continue;
        }
        same(hinge_loss(actual.view(), scores.view()).unwrap(), &case["hinge"]);
        same(top_k_accuracy(actual.view(), scores.view(), 2).unwrap(), &case["top_2"]);
        let ways =
            [Pairing::OneVersusRest, Pairing::OneVersusOne].into_iter().flat_map(|way| [(way, false), (way, true)]);
        for ((way, weighted), theirs) in ways.zip(case["roc_auc"].as_array().unwrap()) {
            same(roc_auc(actual.view(), probabilities.view(), way, weighted).unwrap(), theirs);
        }
    }
}

#[test]
fn errors_of_numbers_are_scikit_learns() {
    for case in golden()["regression"].as_array().unwrap() {
        let (actual, predicted) = (vector(&case["actual"]), vector(&case["predicted"]));
        same(median_absolute_error(actual.view(), predicted.view()).unwrap(), &case["median_absolute_error"]);
        same(max_error(actual.view(), predicted.view()).unwrap(), &case["max_error"]);
    }
}

#[test]
fn fewer_answers_are_better_answers() {
    for case in golden()["classification"].as_array().unwrap() {
        let (actual, probabilities) = (vector(&case["actual"]), matrix(&case["probabilities"]));
        let all = coverage(actual.view(), probabilities.view(), 0.0).unwrap();
        assert_eq!(all.coverage, 1.0);
        same(all.accuracy, &case["accuracy"]);
        let sure = coverage(actual.view(), probabilities.view(), 0.7).unwrap();
        let most = probabilities.rows().into_iter().map(|row| row.iter().copied().fold(0.0, f64::max));
        let answered = most.filter(|most| *most >= 0.7).count();
        assert_eq!(sure.coverage, answered as f64 / actual.len() as f64);
        assert!(sure.accuracy > all.accuracy);
    }
}

#[test]
fn what_cannot_be_scored_is_said() {
    let (actual, scores) = (array![0.0, 2.0], array![[0.5, 0.5], [0.1, 0.9]]);
    let said = |result: gradus::Result<f64>| result.unwrap_err().to_string();
    assert!(said(brier_score(actual.view(), scores.view())).contains("class of row 1 is 2"));
    assert!(said(top_k_accuracy(array![0.0].view(), scores.view(), 1)).contains("found 2"));
    assert!(said(top_k_accuracy(array![0.0, 1.0].view(), scores.view(), 0)).contains('k'));
    assert!(said(log_loss(array![0.0, 1.0].view(), array![[0.5, 0.6], [0.1, 0.9]].view())).contains("sum to"));
    let holes = array![[0.5, 0.5], [f64::NAN, 0.9]];
    assert!(
        said(roc_auc(array![0.0, 1.0].view(), holes.view(), Pairing::OneVersusRest, false)).contains("row 1, class 0")
    );
    assert!(coverage(array![0.0, 1.0].view(), scores.view(), 1.5).is_err());
}
