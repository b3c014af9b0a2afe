//! The examples that cost the most (B27).

use serde::{Deserialize, Serialize};

use crate::data::{Examples, Table, short};
use crate::error::{Error, Result};
use crate::nn::Network;
use crate::nn::metric::true_classes;

/// The examples with the highest loss, worst first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorstMistakes {
    /// The examples, worst first.
    pub mistakes: Vec<Mistake>,
    /// The number of examples.
    pub examples: usize,
    /// The number of examples with a wrong class; `None` unless each has one class.
    pub wrong: Option<usize>,
}

/// What a network made of an example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// Its row in the examples.
    pub row: usize,
    /// Its loss, without penalties.
    pub loss: f64,
    /// Its class, or its numbers.
    pub truth: String,
    /// The class that it was taken for, or the outputs.
    pub predicted: String,
    /// The probability that the network gave to its class, where there are any.
    pub of_truth: Option<f64>,
    /// The probability that the network gave to the class that it took it for.
    pub of_predicted: Option<f64>,
}

impl WorstMistakes {
    /// A table of one row per example.
    pub fn table(&self) -> Table {
        let headings = ["row", "loss", "truth", "predicted", "p(truth)", "p(predicted)"];
        let mut table = Table::new("Worst mistakes", &headings, &[true, true, false, false, true, true]);
        let probability = |p: Option<f64>| p.map_or("–".into(), |p| format!("{p:.4}"));
        for mistake in &self.mistakes {
            table.push([
                mistake.row.to_string(),
                short(mistake.loss),
                mistake.truth.clone(),
                mistake.predicted.clone(),
                probability(mistake.of_truth),
                probability(mistake.of_predicted),
            ]);
        }
        match self.wrong {
            Some(wrong) => table.note(format!("{wrong} of {} examples are wrong", self.examples)),
            None => table.note(format!("of {} examples", self.examples)),
        }
    }
}

impl Network {
    /// The examples with the highest loss: of classes those that the network gets wrong, of numbers any. What do they have
    /// in common, and are their labels right? Slide B27; I. Goodfellow, Y. Bengio, A. Courville (2016), *Deep Learning*,
    /// 11.5.
    ///
    /// Of images [`WorstMistakes::images`] shows them.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?;
    /// let net = Sequential::new([4]).dense(3).softmax();
    /// let mut net = net.compile(Adam::new(0.05), SparseCategoricalCrossEntropy, Device::Cpu, Seed(1))?;
    /// net.fit(&iris, Fit::epochs(20))?;
    /// let worst = net.worst_mistakes(&iris, 3)?;
    /// let first = &worst.mistakes[0];
    /// assert!(first.truth != first.predicted && first.of_truth < first.of_predicted);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// Examples as [`fit`](Network::fit) refuses them; a loss that is not finite; none requested.
    pub fn worst_mistakes(&self, examples: &dyn Examples, most: usize) -> Result<WorstMistakes> {
        if most == 0 {
            let requirement = "ask for at least one example".into();
            return Err(Error::Parameter { parameter: "most", value: "0".into(), requirement });
        }
        let prepared = self.prepare(examples)?;
        let (losses, outputs) = self.losses_of(&prepared)?;
        let truth = prepared.truth();
        let classes = (self.is_classifier() && self.one_class_each(&truth))
            .then(|| (true_classes(&truth), self.class_numbers(&outputs)));
        let mut order: Vec<usize> = (0..prepared.rows).collect();
        if let Some((actual, predicted)) = &classes {
            order.retain(|row| actual[*row] != predicted[*row]);
        }
        let wrong = classes.is_some().then_some(order.len());
        // Stable: of equals the first in the data stays first.
        order.sort_by(|a, b| losses[*b].total_cmp(&losses[*a]));
        order.truncate(most);
        let names = self.classes();
        let probabilities = match classes.is_some() && self.gives_probabilities() {
            true => Some(self.probabilities_of(outputs.clone())?),
            false => None,
        };
        let numbers = |values: ndarray::ArrayView1<'_, f64>| {
            values.iter().map(|value| short(*value)).collect::<Vec<_>>().join(", ")
        };
        let mistake = |row: usize| {
            let (actual, predicted) = match &classes {
                Some((actual, predicted)) => (Some(actual[row] as usize), Some(predicted[row] as usize)),
                None => (None, None),
            };
            let name = |class: Option<usize>, values| match class {
                Some(class) => names.get(class).cloned().unwrap_or_else(|| class.to_string()),
                None => numbers(values),
            };
            let probability = |class: Option<usize>| Some(*probabilities.as_ref()?.get([row, class?])?);
            Mistake {
                row,
                loss: losses[row],
                truth: name(actual, truth.row(row)),
                predicted: name(predicted, outputs.row(row)),
                of_truth: probability(actual),
                of_predicted: probability(predicted),
            }
        };
        Ok(WorstMistakes { mistakes: order.into_iter().map(mistake).collect(), examples: prepared.rows, wrong })
    }
}
