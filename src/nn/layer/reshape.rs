//! Reshaping.

use serde::{Deserialize, Serialize};

use super::Compile;
use crate::engine::plan::{Builder, values_of};
use crate::error::{Error, Result};

/// Gives each example another shape with the same number of values, the last axis fastest. It costs nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reshape {
    /// The shape of an example after it.
    pub shape: Vec<usize>,
}

impl Compile for Reshape {
    fn kind(&self) -> &'static str {
        "reshape"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        let (before, after) = (values_of(input)?, values_of(&self.shape)?);
        if before != after {
            return Err(Error::Shape {
                what: "reshape".into(),
                expected: format!("{before} values, as its input {input:?} has"),
                found: format!("{after} in {:?}", self.shape),
            });
        }
        Ok(self.shape.clone())
    }

    fn compile(&self, _: &mut Builder) -> Result<()> {
        Ok(())
    }
}
