//! Batch normalization.

use serde::{Deserialize, Serialize};

use super::{Compile, flat};
use crate::by_name::by_name;
use crate::check::positive;
use crate::engine::plan::{BatchNormalization, Builder, Operation, ParamSpec};
use crate::error::{Error, Result};
use crate::init::Initializer;

/// γ (x − μ)/√(σ² + ε) + β for each column. While training μ and σ² are those of the batch (σ² divided by n), and running
/// statistics follow them: running ← momentum · running + (1 − momentum) · batch. A prediction takes the running ones, and
/// so does a frozen layer always.
///
/// γ starts at 1, β at 0, the running mean at 0 and variance at 1. S. Ioffe, C. Szegedy (2015), *Batch Normalization*; slide
/// B16. Defaults as Keras' (PyTorch writes 1 − momentum, and divides the running variance by n − 1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchNorm {
    /// How much of the running statistics a step keeps; 0.99.
    pub momentum: f64,
    /// ε, which bounds the scale of columns that hardly vary; 10⁻³.
    pub epsilon: f64,
    /// Whether the columns are shifted by β.
    pub center: bool,
    /// Whether the columns are scaled by γ.
    pub scale: bool,
}

by_name! {
    /// The layer with Keras' defaults, so that the bare name serves as a value.
    BatchNorm = BatchNorm { momentum: 0.99, epsilon: 1e-3, center: true, scale: true }
}

impl Compile for BatchNorm {
    fn kind(&self) -> &'static str {
        "batch norm"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        flat(input)?;
        if !(0.0..=1.0).contains(&self.momentum) {
            let (value, requirement) = (self.momentum.to_string(), "it must be from 0 to 1".into());
            return Err(Error::Parameter { parameter: "momentum", value, requirement });
        }
        positive("epsilon", self.epsilon)?;
        Ok(input.to_vec())
    }

    fn compile(&self, builder: &mut Builder) -> Result<()> {
        let input = builder.current();
        let spec = |symbol, start, learned| ParamSpec {
            symbol,
            shape: [1, input.width],
            start,
            penalty: None,
            constraint: None,
            learned,
        };
        let gamma = self.scale.then(|| builder.parameter(spec("gamma", Initializer::Ones, true))).transpose()?;
        let beta = self.center.then(|| builder.parameter(spec("beta", Initializer::Zeros, true))).transpose()?;
        let mean = builder.parameter(spec("mean", Initializer::Zeros, false))?;
        let variance = builder.parameter(spec("variance", Initializer::Ones, false))?;
        let output = builder.value("N", input.width)?;
        let normalization = BatchNormalization {
            input,
            output,
            gamma,
            beta,
            mean,
            variance,
            momentum: self.momentum,
            epsilon: self.epsilon,
            frozen: builder.is_frozen(),
            scratch: builder.scratch(4, input.width)?,
        };
        builder.push(Operation::BatchNorm(normalization), output);
        Ok(())
    }
}
