//! A classifier's answers beside the truth: what its confusion matrix, its report and its curves are made of, whatever it is.

use ndarray::{Array1, Array2, ArrayView1, Axis, concatenate};

use super::{ClassificationReport, ConfusionMatrix, Evaluation, PrecisionRecallCurve, RocCurve, accuracy, log_loss};
use crate::data::{distinct_labels, label_position, quoted_list};
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
        let own: Vec<f64> = known.iter().map(|(label, _)| label + 0.0).collect();
        let labels = distinct_labels(own.iter().chain(truth).chain(said).copied());
        let classes = labels.iter().map(|label| match label_position(&own, *label) {
            Some(at) => known[at].1.clone(),
            None => name(*label),
        });
        let classes: Vec<String> = classes.collect();
        let position = |label: &f64| label_position(&labels, *label).map_or(f64::NAN, |place| place as f64);
        let columns: Vec<usize> = own.iter().filter_map(|label| label_position(&labels, *label)).collect();
        let spread = |values: Array2<f64>, nothing: f64| {
            let mut all = Array2::from_elem((values.nrows(), labels.len()), nothing);
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
        Ok(Answers { classes, truth, said, scores })
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

    /// The ROC curve of the second of two classes.
    pub fn roc_curve(&self) -> Result<RocCurve> {
        self.roc_curve_of(self.second("a ROC curve", "roc_curve_of")?)
    }

    /// The ROC curve of this class against the others.
    pub fn roc_curve_of(&self, class: &str) -> Result<RocCurve> {
        let (place, scores) = self.scores_of("a ROC curve", class)?;
        RocCurve::one_vs_rest(self.truth.view(), scores, place)
    }

    /// The precision–recall curve of the second of two classes.
    pub fn precision_recall_curve(&self) -> Result<PrecisionRecallCurve> {
        self.precision_recall_curve_of(self.second("a precision–recall curve", "precision_recall_curve_of")?)
    }

    /// The precision–recall curve of this class against the others.
    pub fn precision_recall_curve_of(&self, class: &str) -> Result<PrecisionRecallCurve> {
        let (place, scores) = self.scores_of("a precision–recall curve", class)?;
        PrecisionRecallCurve::one_vs_rest(self.truth.view(), scores, place)
    }

    /// The second of two classes, which `curve` is about.
    fn second(&self, curve: &str, method_of_one: &str) -> Result<&str> {
        match &self.classes[..] {
            [_, second] => Ok(second),
            several => Err(Error::Data(format!(
                "{curve} is of two classes, but here are {}: {}; `{method_of_one}(&data, \"{}\")` takes one class against \
                 the others",
                several.len(),
                quoted_list(several),
                several.first().map_or("class", String::as_str)
            ))),
        }
    }

    /// The position of a class, and each example's score for it.
    fn scores_of(&self, curve: &str, class: &str) -> Result<(usize, ArrayView1<'_, f64>)> {
        let Some(place) = self.classes.iter().position(|known| known == class) else {
            let known = quoted_list(&self.classes);
            return Err(Error::Data(format!("there is no class `{class}`; the classes are {known}")));
        };
        match &self.scores {
            Some(Scores::Probabilities(scores) | Scores::Margins(scores)) => Ok((place, scores.column(place))),
            None => Err(Error::Data(format!(
                "{curve} needs probabilities or scores, and this model has none; use a classifier that has them"
            ))),
        }
    }
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
