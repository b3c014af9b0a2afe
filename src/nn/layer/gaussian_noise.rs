//! Gaussian noise.

use serde::{Deserialize, Serialize};

use super::Compile;
use crate::check::not_negative;
use crate::engine::plan::{Builder, Operation};
use crate::error::Result;

/// While training a number from N(0, σ²) is added to each value: a kind of augmentation, slide B11. A prediction adds none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GaussianNoise {
    /// σ, at least 0, in the unit of the values.
    #[serde(alias = "deviation")]
    pub std: f64,
}

impl Compile for GaussianNoise {
    fn kind(&self) -> &'static str {
        "gaussian noise"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        not_negative("standard deviation of the noise", self.std)?;
        Ok(input.to_vec())
    }

    fn compile(&self, builder: &mut Builder) -> Result<()> {
        let input = builder.current();
        let output = builder.value("G", input.width)?;
        builder.push(Operation::GaussianNoise { input, output, std: self.std }, output);
        Ok(())
    }
}
