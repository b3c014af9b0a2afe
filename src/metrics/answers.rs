//! A classifier's answers beside the truth: what its confusion matrix, its report and its curves are made of, whatever it is.

use std::collections::BTreeMap;

use ndarray::{Array1, Array2, Axis, concatenate};

use super::{ClassificationReport, ConfusionMatrix, Evaluation, RocCurve, accuracy, log_loss};
use crate::error::{Error, Result};

/// For each example its class, and what the classifier says of it.
pub(crate) struct Answers {
    /// The names of the classes, in the order of their labels: those that the classifier knows and those of the truth.
    classes: Vec<String>,
    /// The position of each example's class.
    truth: Array1<f64>,
    /// The position of the class said.
    said: Array1<f64>,
    /// How much speaks for each class, n × classes.
    scores: Option<Scores>,
}

/// How much speaks for each of the classes that a classifier knows, in the order of their labels.
pub(crate) enum Scores {
    /// Probabilities, n × classes.
    Probabilities(Array2<f64>),
    /// Any scores, n × classes, or n × 1 for the second of two.
    Margins(Array2<f64>),
}

impl Answers {
    /// From the label and name of each class that the classifier knows, in rising order of the labels, and the labels of
    /// each example; `name` names a class of the truth that it does not know.
    ///
    /// # Errors
    /// Examples without a class.
    pub fn new(
        known: Vec<(f64, String)>,
        name: impl Fn(f64) -> String,
        truth: &Array1<f64>,
        said: &Array1<f64>,
        scores: Option<Scores>,
    ) -> Result<Self> {
        if let Some(row) = truth.iter().position(|label| label.is_nan()) {
            return Err(Error::Data(format!("row {row} has no class; drop such rows with `drop_missing`")));
        }
        let mut names: BTreeMap<Label, String> =
            known.iter().map(|(label, name)| (Label::of(*label), name.clone())).collect();
        for label in truth.iter().chain(said) {
            names.entry(Label::of(*label)).or_insert_with(|| name(*label));
        }
        let places: BTreeMap<Label, usize> = names.keys().copied().zip(0..).collect();
        let position = |label: &f64| places.get(&Label::of(*label)).map_or(f64::NAN, |place| *place as f64);
        let columns: Vec<usize> =
            known.iter().filter_map(|(label, _)| places.get(&Label::of(*label)).copied()).collect();
        let spread = |values: Array2<f64>, nothing: f64| {
            let mut all = Array2::from_elem((values.nrows(), places.len()), nothing);
            for (own, place) in values.columns().into_iter().zip(&columns) {
                all.column_mut(*place).assign(&own);
            }
            all
        };
        let scores = scores.map(|scores| match scores {
            Scores::Probabilities(values) => Scores::Probabilities(spread(values, 0.0)),
            Scores::Margins(values) if values.ncols() == 1 => {
                Scores::Margins(spread(concatenate![Axis(1), values.mapv(|score| -score), values], f64::NEG_INFINITY))
            }
            Scores::Margins(values) => Scores::Margins(spread(values, f64::NEG_INFINITY)),
        });
        let (truth, said) = (truth.iter().map(position).collect(), said.iter().map(position).collect());
        Ok(Answers { classes: names.into_values().collect(), truth, said, scores })
    }

    /// How often each class is called what.
    pub fn confusion_matrix(&self) -> Result<ConfusionMatrix> {
        ConfusionMatrix::new(self.truth.view(), self.said.view(), &self.classes)
    }

    /// Precision, recall and F1 of each class.
    pub fn report(&self) -> Result<ClassificationReport> {
        Ok(self.confusion_matrix()?.report())
    }

    /// Log loss and accuracy.
    pub fn evaluation(&self) -> Result<Evaluation> {
        let Some(Scores::Probabilities(probabilities)) = &self.scores else {
            return Err(Error::Data(
                "the log loss needs probabilities, and this model has none; `score` and `report` need none".into(),
            ));
        };
        Ok(Evaluation {
            loss: log_loss(self.truth.view(), probabilities.view())?,
            metrics: vec![("accuracy".into(), accuracy(self.truth.view(), self.said.view())?)],
        })
    }

    /// The curve of the second of two classes.
    pub fn roc_curve(&self) -> Result<RocCurve> {
        match &self.classes[..] {
            [_, second] => self.roc_curve_of(second),
            several => Err(Error::Data(format!(
                "a ROC curve is of two classes, but here are {}: {}; `roc_curve_of(&data, \"{}\")` takes one class against \
                 the others",
                several.len(),
                list(several),
                several.first().map_or("class", String::as_str)
            ))),
        }
    }

    /// The curve of this class against the others.
    pub fn roc_curve_of(&self, class: &str) -> Result<RocCurve> {
        let Some(place) = self.classes.iter().position(|known| known == class) else {
            return Err(Error::Data(format!("there is no class `{class}`; the classes are {}", list(&self.classes))));
        };
        let (Some(Scores::Probabilities(scores)) | Some(Scores::Margins(scores))) = &self.scores else {
            return Err(Error::Data(
                "a ROC curve needs probabilities or scores, and this model has none; take a classifier that has".into(),
            ));
        };
        RocCurve::one_vs_rest(self.truth.view(), scores.column(place), place)
    }
}

/// A label to sort and to find by: −0 is 0.
#[derive(Clone, Copy)]
struct Label(f64);

impl Label {
    fn of(label: f64) -> Self {
        Label(label + 0.0)
    }
}

impl Ord for Label {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Label {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Label {}

/// Names between back-ticks, the first ten.
fn list(names: &[String]) -> String {
    let more = if names.len() > 10 { ", …" } else { "" };
    names.iter().take(10).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ") + more
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn classes_that_the_classifier_does_not_know_have_a_place() -> Result<()> {
        // It knows 1 and 3; the truth shows a 2 as well.
        let known = vec![(1.0, "one".to_string()), (3.0, "three".to_string())];
        let probabilities = Scores::Probabilities(array![[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.7, 0.3]]);
        let (truth, said) = (array![1.0, 2.0, 3.0, 3.0], array![1.0, 3.0, 3.0, 1.0]);
        let answers = Answers::new(known, |label| format!("no {label}"), &truth, &said, Some(probabilities))?;
        let matrix = answers.confusion_matrix()?;
        assert_eq!(matrix.classes(), ["one", "no 2", "three"]);
        assert_eq!(matrix.counts(), &array![[1, 0, 0], [0, 0, 1], [1, 0, 1]]);
        let loss = -(0.9_f64.ln() + f64::EPSILON.ln() + 0.8_f64.ln() + 0.3_f64.ln()) / 4.0;
        let evaluation = answers.evaluation()?;
        assert!((evaluation.loss - loss).abs() < 1e-12 && evaluation.get("accuracy")? == 0.5);
        assert_eq!(answers.roc_curve_of("three")?.auc(), 0.75);
        let message = answers.roc_curve().unwrap_err().to_string();
        assert!(message.contains("are 3: `one`, `no 2`, `three`; `roc_curve_of(&data, \"one\")`"), "{message}");
        assert!(answers.roc_curve_of("two").unwrap_err().to_string().contains("no class `two`"));
        assert!(evaluation.get("recall").unwrap_err().to_string().contains("`loss` and `accuracy`"));
        Ok(())
    }

    #[test]
    fn margins_rank_and_have_no_log_loss() -> Result<()> {
        let known = || vec![(-0.0, "no".to_string()), (1.0, "yes".to_string())];
        let margins = Scores::Margins(array![[-2.0], [0.5], [0.1], [3.0]]);
        let (truth, said) = (array![0.0, 0.0, 1.0, 1.0], array![0.0, 1.0, 1.0, 1.0]);
        let answers = Answers::new(known(), |label| label.to_string(), &truth, &said, Some(margins))?;
        assert_eq!((answers.roc_curve()?.auc(), answers.roc_curve_of("no")?.auc()), (0.75, 0.75));
        assert!(answers.evaluation().unwrap_err().to_string().contains("needs probabilities"));
        let missing = Answers::new(known(), |label| label.to_string(), &array![f64::NAN], &array![0.0], None);
        assert!(missing.err().is_some_and(|error| error.to_string().contains("row 0 has no class")));
        Ok(())
    }
}
