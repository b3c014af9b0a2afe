//! Dropout.

use serde::{Deserialize, Serialize};

use super::Compile;
use crate::check::share;
use crate::engine::plan::{Builder, Operation};
use crate::error::Result;

/// While training each number is set to 0 with the probability `rate`, and the others are divided by 1 − rate, so that the
/// expected value stays ("inverted" dropout, which slide B15 calls vanilla; its p is the probability to keep). A
/// prediction drops nothing.
///
/// N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2014), *Dropout: A Simple Way to Prevent
/// Neural Networks from Overfitting*.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dropout {
    /// The probability to drop a number, at least 0 and below 1, as in Keras.
    pub rate: f64,
}

impl Compile for Dropout {
    fn kind(&self) -> &'static str {
        "dropout"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        share("dropout rate", self.rate)?;
        Ok(input.to_vec())
    }

    fn compile(&self, builder: &mut Builder) -> Result<()> {
        let input = builder.current();
        let mask = builder.value("M", input.width)?;
        let output = builder.value("D", input.width)?;
        builder.push(Operation::Dropout { input, mask, output, rate: self.rate }, output);
        Ok(())
    }
}
