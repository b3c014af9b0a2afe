//! How good a classifier is, under a cell: confusion matrix, ROC and precision–recall curves.

use super::bundle::Bundle;
use super::in_cell::{InCell, show_without_prelude};
use crate::data::{Table, short};
use crate::metrics::{ClassificationReport, ConfusionMatrix, Normalize, PrecisionRecallCurve, RocCurve};

/// Points of a curve shown.
const POINTS: usize = 8;

impl InCell for ConfusionMatrix {
    fn in_cell(&self) -> Bundle {
        let recalls = self.normalized(Normalize::Rows);
        let rows = self.classes().iter().zip(self.counts().rows()).enumerate().map(|(row, (class, counts))| {
            let right = match counts.sum() {
                0 => "–".into(),
                _ => format!("{:.1} %", 100.0 * recalls[[row, row]]),
            };
            [class.clone()].into_iter().chain(counts.iter().map(usize::to_string)).chain([right]).collect::<Vec<_>>()
        });
        let first = ["actual ↓ predicted →".to_string()];
        let (share, count) = (100.0 * self.accuracy(), self.examples());
        Table {
            title: "Confusion matrix".into(),
            headings: first.into_iter().chain(self.classes().iter().cloned()).chain(["right".into()]).collect(),
            rows: rows.collect(),
            numeric: (0..self.classes().len() + 2).map(|at| at > 0).collect(),
            note: format!("accuracy {share:.1} % on {count} examples; `plot()` draws it"),
        }
        .in_cell()
    }
}

impl InCell for ClassificationReport {
    fn in_cell(&self) -> Bundle {
        let headings = ["", "precision", "recall", "F1", "examples"];
        let mut table = Table::new("Classification report", &headings, &[false, true, true, true, true]);
        for line in self.classes.iter().chain([&self.macro_average, &self.weighted_average]) {
            let [precision, recall, f1] = [line.precision, line.recall, line.f1].map(|score| format!("{score:.3}"));
            table.push([line.name.clone(), precision, recall, f1, line.support.to_string()]);
        }
        table.note = format!("accuracy {:.3}", self.accuracy);
        table.in_cell()
    }
}

impl InCell for RocCurve {
    fn in_cell(&self) -> Bundle {
        let headings = ["score ≥", "false positive rate", "true positive rate"];
        let columns = [self.thresholds(), self.false_positive_rates(), self.true_positive_rates()];
        curve(&format!("ROC curve, AUC {:.4}", self.auc()), headings, columns, self.positives(), self.negatives())
    }
}

impl InCell for PrecisionRecallCurve {
    fn in_cell(&self) -> Bundle {
        let title = format!("Precision–recall curve, average precision {:.4}", self.average_precision());
        // The last point, recall 0, has no threshold and says nothing.
        let columns = [self.thresholds(), self.precision(), self.recall()];
        curve(&title, ["score ≥", "precision", "recall"], columns, self.positives(), self.negatives())
    }
}

/// Some points of a curve, evenly from its first to its last.
fn curve(title: &str, headings: [&str; 3], columns: [&[f64]; 3], positives: usize, negatives: usize) -> Bundle {
    let last = columns[0].len().saturating_sub(1);
    let mut shown: Vec<usize> = (0..POINTS).map(|at| at * last / (POINTS - 1)).collect();
    shown.dedup();
    let mut table = Table::new(title, &headings, &[true; 3]);
    for at in &shown {
        let number = |value: f64| if value.is_finite() { short((value * 1e4).round() / 1e4) } else { "∞".into() };
        table.push(columns.map(|column| number(column[*at])));
    }
    let points = if shown.len() <= last { format!("{} of {} points; ", shown.len(), last + 1) } else { String::new() };
    table.note(format!("{points}{positives} positive, {negatives} negative examples; `plot()` draws it")).in_cell()
}

show_without_prelude!(ClassificationReport, ConfusionMatrix, RocCurve, PrecisionRecallCurve);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use ndarray::{Array1, array};

    #[test]
    fn a_confusion_matrix_is_a_table() -> Result<()> {
        let matrix =
            ConfusionMatrix::new(array![0.0, 0.0, 1.0].view(), array![0.0, 1.0, 1.0].view(), &["a", "b", "c"])?;
        let expected = "Confusion matrix\nactual ↓ predicted →  a  b  c    right\n\
                        a                     1  1  0   50.0 %\nb                     0  1  0  100.0 %\n\
                        c                     0  0  0        –\n\
                        accuracy 66.7 % on 3 examples; `plot()` draws it";
        assert_eq!(matrix.in_cell().plain(), expected);
        Ok(())
    }

    #[test]
    fn curves_show_a_few_of_their_points() -> Result<()> {
        let actual = Array1::from_shape_fn(500, |row| (row % 2) as f64);
        let scores = Array1::from_shape_fn(500, |row| (row as f64 * 0.7).sin() + actual[row]);
        let roc = RocCurve::new(actual.view(), scores.view())?;
        let text = roc.in_cell().plain().to_string();
        assert_eq!(text.lines().count(), 2 + POINTS + 1, "{text}");
        assert!(text.contains("∞") && text.ends_with("250 positive, 250 negative examples; `plot()` draws it"));
        let few = PrecisionRecallCurve::new(array![0.0, 1.0].view(), array![0.25, 0.75].view())?;
        assert!(few.in_cell().plain().contains("0.25        0.5       1"), "{}", few.in_cell().plain());
        Ok(())
    }
}
