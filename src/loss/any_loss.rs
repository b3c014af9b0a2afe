//! `AnyLoss`: one of the losses, chosen at run time, to be kept and saved beside a network.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{
    BinaryCrossEntropy, CategoricalCrossEntropy, CrammerSingerHinge, HalfMeanSquaredError, Hinge, Huber, Loss,
    MeanAbsoluteError, MeanSquaredError, SparseCategoricalCrossEntropy, SquaredHinge, WestonWatkinsHinge,
};
use crate::error::Result;

macro_rules! any_loss {
    ($($loss:ident),* $(,)?) => {
        /// Any of the losses, as a value that can be stored; each of them turns into it by itself.
        ///
        /// ```
        /// use gradus::loss::{AnyLoss, Huber, Loss};
        /// let loss = AnyLoss::from(Huber { threshold: 2.0 });
        /// assert_eq!(loss.name(), "Huber loss");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub enum AnyLoss {
            $(#[doc = concat!("[`struct@", stringify!($loss), "`].")] $loss($loss)),*
        }

        $(impl From<$loss> for AnyLoss {
            fn from(loss: $loss) -> Self {
                AnyLoss::$loss(loss)
            }
        })*

        impl Loss for AnyLoss {
            fn name(&self) -> &'static str {
                match self {
                    $(AnyLoss::$loss(loss) => loss.name()),*
                }
            }

            fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
                match self {
                    $(AnyLoss::$loss(loss) => loss.formula(truth, predicted, slope)),*
                }
            }

            fn check_parameters(&self) -> Result<()> {
                match self {
                    $(AnyLoss::$loss(loss) => loss.check_parameters()),*
                }
            }

            fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
                match self {
                    $(AnyLoss::$loss(loss) => loss.check(truth, predicted)),*
                }
            }
        }
    };
}

any_loss! {
    MeanSquaredError, HalfMeanSquaredError, MeanAbsoluteError, Huber, BinaryCrossEntropy, CategoricalCrossEntropy,
    SparseCategoricalCrossEntropy, Hinge, SquaredHinge, WestonWatkinsHinge, CrammerSingerHinge,
}

impl AnyLoss {
    /// Whether its targets are classes.
    pub fn tells_classes_apart(&self) -> bool {
        !matches!(
            self,
            AnyLoss::MeanSquaredError(_)
                | AnyLoss::HalfMeanSquaredError(_)
                | AnyLoss::MeanAbsoluteError(_)
                | AnyLoss::Huber(_)
        )
    }

    /// Whether one column of class numbers serves as its targets, whatever the number of outputs.
    pub fn takes_class_numbers(&self) -> bool {
        matches!(
            self,
            AnyLoss::SparseCategoricalCrossEntropy(_) | AnyLoss::WestonWatkinsHinge(_) | AnyLoss::CrammerSingerHinge(_)
        )
    }

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
