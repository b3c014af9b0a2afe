//! The losses, declared once, and any of them as a value.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{
    BinaryCrossEntropy, CategoricalCrossEntropy, CrammerSingerHinge, HalfMeanSquaredError, Hinge, Huber, Loss,
    MeanAbsoluteError, MeanSquaredError, SparseCategoricalCrossEntropy, SquaredHinge, WestonWatkinsHinge,
};
use crate::closed_set::closed_set;
use crate::error::Result;

closed_set! { $ any_loss;
    /// Any loss, as a value that can be stored. Each loss converts into it.
    ///
    /// ```
    /// use gradus::loss::{AnyLoss, Huber, Loss};
    /// let loss = AnyLoss::from(Huber { threshold: 2.0 });
    /// assert_eq!(loss.name(), "Huber loss");
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    pub enum AnyLoss {
        MeanSquaredError(MeanSquaredError),
        HalfMeanSquaredError(HalfMeanSquaredError),
        MeanAbsoluteError(MeanAbsoluteError),
        Huber(Huber),
        BinaryCrossEntropy(BinaryCrossEntropy),
        CategoricalCrossEntropy(CategoricalCrossEntropy),
        SparseCategoricalCrossEntropy(SparseCategoricalCrossEntropy),
        Hinge(Hinge),
        SquaredHinge(SquaredHinge),
        WestonWatkinsHinge(WestonWatkinsHinge),
        CrammerSingerHinge(CrammerSingerHinge),
    }
}

impl Loss for AnyLoss {
    fn name(&self) -> &'static str {
        any_loss!(self, loss => loss.name())
    }

    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        any_loss!(self, loss => loss.formula(truth, predicted, slope))
    }

    fn check_parameters(&self) -> Result<()> {
        any_loss!(self, loss => loss.check_parameters())
    }

    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        any_loss!(self, loss => loss.check(truth, predicted))
    }

    fn is_for_classes(&self) -> bool {
        any_loss!(self, loss => loss.is_for_classes())
    }

    fn takes_class_numbers(&self) -> bool {
        any_loss!(self, loss => loss.takes_class_numbers())
    }

    fn is_mean_over_outputs(&self) -> bool {
        any_loss!(self, loss => loss.is_mean_over_outputs())
    }
}

impl AnyLoss {
    /// The same loss of the scores before the last activation, where there is such a form; the others as they are.
    pub(crate) fn of_logits(self) -> Self {
        match self {
            AnyLoss::BinaryCrossEntropy(_) => BinaryCrossEntropy { from_logits: true }.into(),
            AnyLoss::CategoricalCrossEntropy(_) => CategoricalCrossEntropy { from_logits: true }.into(),
            AnyLoss::SparseCategoricalCrossEntropy(_) => SparseCategoricalCrossEntropy { from_logits: true }.into(),
            other => other,
        }
    }
}
