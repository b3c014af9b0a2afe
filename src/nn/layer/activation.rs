//! An activation as a layer of its own: after a batch normalization, or before anything with weights.

use super::Compile;
use crate::activation::{Activation as _, AnyActivation};
use crate::engine::plan::Builder;
use crate::error::{Error, Result};

impl Compile for AnyActivation {
    fn kind(&self) -> &'static str {
        "activation"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        match (self, input) {
            (AnyActivation::Softmax | AnyActivation::Maxout(_), [width]) => Ok(vec![self.outputs(*width)?]),
            (AnyActivation::Softmax | AnyActivation::Maxout(_), _) => super::flat(input).map(|width| vec![width]),
            _ => self.check().map(|()| input.to_vec()),
        }
    }

    fn compile(&self, builder: &mut Builder) -> Result<()> {
        if builder.current().width == 0 {
            return Err(Error::Data("there is nothing to activate".into()));
        }
        builder.activate(*self)
    }
}
