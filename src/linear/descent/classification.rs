//! Logistic and softmax regression by gradient descent: the cross-entropies.

use ndarray::{Array1, Array2};

use super::state::{Data, TrainingState};
use super::{FittedGradientDescent, require_widths};
use crate::data::{ClassWeights, Column, Examples, columns_or_numbered, short};
use crate::error::{Error, Result};
use crate::linear::classes::Classes;
use crate::linear::classifier::{LinearClassifier, Link};
use crate::linear::cross_entropy::CrossEntropy;
use crate::linear::gradient_descent::GradientDescent;
use crate::linear::model::LinearModel;
use crate::linear::{present_examples, require_features};
use crate::metrics::greatest;

/// A class is rare where another has more than this many times its examples.
const RARE: usize = 10;

impl GradientDescent<CrossEntropy> {
    /// Sets the weight of each class; default all the same.
    #[must_use]
    #[doc(alias = "class_weight")]
    pub fn class_weights(mut self, weights: ClassWeights) -> Self {
        self.settings.class_weights = weights;
        self
    }

    /// Descends for the given number of epochs, or until the user [interrupts](FittedGradientDescent::interrupted) the
    /// cell. The classes are those that the examples show, in the order of their labels.
    ///
    /// # Errors
    /// Features that are not numbers; one target of whole numbers or categories is needed, with examples of two classes
    /// at least (of exactly two for logistic regression); parameters out of range; [`Error::Diverged`] with the largest
    /// safe rate where the cost ends, or swings, above its start.
    pub fn fit(&self, examples: &impl Examples) -> Result<FittedGradientDescent<LinearClassifier>> {
        let own = self.settings.sample_weights.as_ref();
        match present_examples(examples, own)? {
            Some(present) => {
                self.fit_present(&present, Some(&present.weights)).map_err(|error| present.in_all_rows(error))
            }
            None => self.fit_present(examples, own),
        }
    }

    /// The fit of examples that all count, each with its own weight.
    fn fit_present(
        &self,
        examples: &impl Examples,
        own: Option<&Array1<f64>>,
    ) -> Result<FittedGradientDescent<LinearClassifier>> {
        require_features(examples, true)?;
        let epochs = self.settings.epochs()?;
        let (classes, positions) = Classes::of(examples)?;
        let columns = columns_or_numbered(examples.input_columns(), examples.inputs().ncols(), "x");
        let mut descent = self.begin(columns, classes, examples.input_columns().is_some())?;
        descent.train_checked(examples, &positions, own, epochs)?;
        Ok(descent)
    }

    /// A classifier at its start, to be fed a stream of examples through
    /// [`partial_fit`](FittedGradientDescent::partial_fit): online learning. A part of the stream need not show every
    /// class, so that all are named here; their labels are 0, 1, 2, …, as a data set's categories have them. The
    /// features' names are learned from the first examples that have any.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let mut online = LogisticRegression::gradient_descent().batch(Batch::Stochastic).online(1, &["fails", "passes"])?;
    /// online.partial_fit(&(array![[1.0], [4.0]], array![0.0, 1.0]))?;
    /// online.partial_fit(&(array![[5.0]], array![1.0]))?; // one class alone
    /// assert_eq!((online.steps(), online.classes()[1].as_str()), (3, "passes"));
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// Fewer than two classes, or one twice; balanced class weights, which need all examples at once; parameters out of
    /// range; a start of another shape.
    pub fn online(
        &self,
        features: usize,
        classes: &[impl AsRef<str>],
    ) -> Result<FittedGradientDescent<LinearClassifier>> {
        require_online(&self.settings.class_weights)?;
        let classes = Classes::named(classes)?;
        self.begin(columns_or_numbered(None, features, "x"), classes, false)
    }

    /// A learning rate at which full batches surely converge on these examples: 2/λmax of ¼[1 X]ᵀ[1 X]/n + 2λ for two
    /// classes, of ½[1 X]ᵀ[1 X]/n + 2λ for one score per class.
    ///
    /// The Hessian Xᵀ diag(σ(1 − σ)) X/n changes from place to place, but never exceeds this bound, since σ(1 − σ) ≤ ¼
    /// and diag(p) − ppᵀ ≤ ½(I − 11ᵀ/k) (Böhning 1992). Below the rate the cost falls with every step; above it may
    /// rise, and far above it swings without end: it cannot explode as a squared error does, since its derivative is
    /// bounded.
    ///
    /// # Errors
    /// Examples as [`fit`](Self::fit) refuses them.
    pub fn largest_safe_rate(&self, examples: &impl Examples) -> Result<f64> {
        let own = self.settings.sample_weights.as_ref();
        match present_examples(examples, own)? {
            Some(present) => {
                self.safe_rate_of_present(&present, Some(&present.weights)).map_err(|error| present.in_all_rows(error))
            }
            None => self.safe_rate_of_present(examples, own),
        }
    }

    fn safe_rate_of_present(&self, examples: &impl Examples, own: Option<&Array1<f64>>) -> Result<f64> {
        require_features(examples, true)?;
        let (classes, positions) = Classes::of(examples)?;
        self.require_number(&classes)?;
        let weights = self.settings.class_weights.of_examples(&classes.names, &positions, own)?;
        let curvature = super::cost::Cost::from(self.cost).curvature();
        let eigenvalues = self.settings.eigenvalues(examples.inputs(), weights.as_ref(), curvature)?;
        Ok(2.0 / eigenvalues.last().copied().unwrap_or(f64::NAN))
    }

    /// Refuses more classes than one score can distinguish.
    fn require_number(&self, classes: &Classes) -> Result<()> {
        if self.cost != CrossEntropy::Binary || classes.count() == 2 {
            return Ok(());
        }
        let problem = format!(
            "has {} classes, {}: logistic regression takes two, `SoftmaxRegression` any number",
            classes.count(),
            classes.list()
        );
        Err(Error::Column { column: classes.target.name.clone(), problem })
    }

    /// A descent before its first step.
    fn begin(
        &self,
        columns: Vec<Column>,
        classes: Classes,
        named: bool,
    ) -> Result<FittedGradientDescent<LinearClassifier>> {
        self.settings.check()?;
        self.require_number(&classes)?;
        let (link, scored) = match self.cost {
            CrossEntropy::Binary => (Link::Sigmoid, &classes.names[1..]),
            CrossEntropy::Categorical => (Link::Softmax, &classes.names[..]),
        };
        let target_columns: Vec<Column> = scored.iter().map(|name| Column::number(name.clone())).collect();
        let (weights, intercepts) = self.settings.start(columns.len(), target_columns.len())?;
        let scores = LinearModel::new(columns, target_columns, named, &weights, intercepts);
        let state = TrainingState::new(&scores, self.settings.clone(), self.cost.into());
        let model = LinearClassifier { scores, link, classes, threshold: 0.5 };
        Ok(FittedGradientDescent { model, state, notes: vec![] })
    }
}

impl FittedGradientDescent<LinearClassifier> {
    /// Runs more epochs from the present parameters. The examples need not show every class.
    ///
    /// # Errors
    /// As [`GradientDescent::fit`], examples of another width than before or with the columns in another order, and a
    /// class that the classifier does not know. After an error the classifier is unchanged.
    pub fn train(&mut self, examples: &impl Examples, epochs: usize) -> Result<()> {
        let own = self.state.settings.sample_weights.clone();
        match present_examples(examples, own.as_ref())? {
            Some(present) => {
                self.train_present(&present, Some(&present.weights), epochs).map_err(|error| present.in_all_rows(error))
            }
            None => self.train_present(examples, own.as_ref(), epochs),
        }
    }

    fn train_present(&mut self, examples: &impl Examples, own: Option<&Array1<f64>>, epochs: usize) -> Result<()> {
        require_features(examples, true)?;
        let positions = self.model.classes.positions(examples)?;
        self.train_checked(examples, &positions, own, epochs)
    }

    /// Learns from examples as they come: one pass over these rows in their order, in steps of the batch's size. Each
    /// step's gradient is the mean over its rows, each times the weight of its class where classes have
    /// [weights](GradientDescent::class_weights); sample weights belong to the rows of a fit, and play no part here.
    ///
    /// # Errors
    /// As [`train`](Self::train), and balanced class weights, which need all examples at once.
    pub fn partial_fit(&mut self, examples: &impl Examples) -> Result<()> {
        require_features(examples, true)?;
        require_online(&self.state.settings.class_weights)?;
        let positions = self.model.classes.positions(examples)?;
        let (x, y) = (examples.inputs(), column(&positions));
        require_widths(&self.model.scores, 1, x, y.view())?;
        self.model.scores.require_names(examples.input_columns())?;
        let weights = self.state.settings.class_weights.of_examples(&self.model.classes.names, &positions, None)?;
        let data = Data { x, y: y.view(), weights: weights.as_ref() };
        let outcome = self.state.pass(&mut self.model.scores, data);
        outcome.map_err(|failure| self.state.error(data, failure))?;
        self.model.scores.learn_names(examples.input_columns());
        Ok(())
    }

    fn train_checked(
        &mut self,
        examples: &impl Examples,
        positions: &[usize],
        own: Option<&Array1<f64>>,
        epochs: usize,
    ) -> Result<()> {
        let (x, y) = (examples.inputs(), column(positions));
        require_widths(&self.model.scores, 1, x, y.view())?;
        self.model.scores.require_names(examples.input_columns())?;
        let weights = self.state.settings.class_weights.of_examples(&self.model.classes.names, positions, own)?;
        let weights = weights.map(|weights| &weights * (weights.len() as f64 / weights.sum()));
        let data = Data { x, y: y.view(), weights: weights.as_ref() };
        let outcome = self.state.train(&mut self.model.scores, data, epochs);
        outcome.map_err(|failure| self.state.error(data, failure))?;
        self.model.scores.learn_names(examples.input_columns());
        self.notes = self.remarks(data, positions);
        Ok(())
    }

    /// Warnings about the fit on these examples.
    fn remarks(&self, data: Data<'_>, positions: &[usize]) -> Vec<String> {
        let (classes, settings) = (&self.model.classes, &self.state.settings);
        let mut notes = vec![];
        if !classes.unseen.is_empty() {
            let names = classes.unseen.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            notes.push(format!("no example shows {names}: the classifier never predicts it"));
        }
        let full = settings.batch.size(positions.len()) == positions.len();
        let rises = self.state.rises();
        if full && rises > 0 && settings.steps_plainly() {
            let eigenvalues = settings.eigenvalues(data.x, data.weights, self.state.cost.curvature());
            let safe = eigenvalues.ok().and_then(|values| values.last().map(|most| 2.0 / most));
            let safe = safe.map_or(String::new(), |safe| format!("; up to {safe:.4} it falls with every step"));
            notes.push(format!(
                "the cost rose in {rises} of {} epochs: the learning rate is large{safe}",
                self.state.epoch
            ));
        }
        if settings.ridge == 0.0 && settings.l1 == 0.0 && self.separates(data, positions) {
            notes.push(
                "every training example is on its class' side: the classes are separable, the cost has no minimum, and the \
                 weights grow as long as training continues; an L2 penalty, `.l2(λ)`, gives it one"
                    .into(),
            );
        }
        let counts = classes.sizes(positions);
        let most = counts.iter().copied().max().unwrap_or(0);
        if settings.class_weights == ClassWeights::Equal
            && let Some((rare, count)) = counts.iter().enumerate().min_by_key(|(_, count)| **count)
            && most > RARE * count
        {
            notes.push(format!(
                "`{}` has {count} of {} examples; predicting `{}` for everything would be right for {} % of them, so check the \
                 recall of each class; `ClassWeights::Balanced` gives all classes the same weight",
                classes.names[rare],
                positions.len(),
                classes.names[counts.iter().position(|count| *count == most).unwrap_or(0)],
                short((1000.0 * most as f64 / positions.len() as f64).round() / 10.0),
            ));
        }
        notes
    }

    /// Whether the scores put every example strictly on the side of its class, which proves separability.
    fn separates(&self, data: Data<'_>, positions: &[usize]) -> bool {
        let scores = data.x.dot(self.model.weights()) + self.model.intercepts();
        scores.rows().into_iter().zip(positions).all(|(scores, class)| match self.model.link {
            Link::Sigmoid if *class == 1 => scores[0] > 0.0,
            Link::Sigmoid => scores[0] < 0.0,
            _ => {
                let others = scores.iter().enumerate().filter(|(at, _)| at != class);
                greatest(scores) == *class && others.into_iter().all(|(_, other)| *other < scores[*class])
            }
        })
    }
}

/// Refuses class weights that a part of the examples does not know.
fn require_online(weights: &ClassWeights) -> Result<()> {
    match weights {
        ClassWeights::Balanced => Err(Error::Data(
            "balanced class weights need all examples at once; give each class its own weight with `ClassWeights::Given` to \
             learn online"
                .into(),
        )),
        _ => Ok(()),
    }
}

/// Positions of classes as the one column of targets that training takes.
fn column(positions: &[usize]) -> Array2<f64> {
    Array2::from_shape_fn((positions.len(), 1), |(row, _)| positions[row] as f64)
}
