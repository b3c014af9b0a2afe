//! Flattening.

use serde::{Deserialize, Serialize};

use super::Compile;
use crate::engine::plan::{Builder, values_of};
use crate::error::Result;

/// Makes each example one row of numbers, the last axis fastest: `[28, 28]` becomes `[784]`. It costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flatten;

impl Compile for Flatten {
    fn kind(&self) -> &'static str {
        "flatten"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        Ok(vec![values_of(input)?])
    }

    fn compile(&self, _: &mut Builder) -> Result<()> {
        Ok(())
    }
}
