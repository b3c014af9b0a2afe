//! Maxout: units that learn their own activation.

use serde::{Deserialize, Serialize};

use super::dense::Dense;
use super::{Compile, flat, require_units};
use crate::activation::{self, Activation as _, AnyActivation};
use crate::engine::plan::{Builder, values_of};
use crate::error::Result;

/// Each unit is the largest of `pieces` sums X·W + b: a convex function of as many straight pieces, which it learns.
///
/// Shapes: W inputs × units·pieces, Z n × units·pieces with a unit's pieces next to each other, A n × units. The derivative
/// flows to the largest piece alone. I. J. Goodfellow et al. (2013), *Maxout Networks*; slide A35.
///
/// ```
/// use gradus::nn::Sequential;
/// let net = Sequential::new([2]).maxout(3, 4).dense(1);
/// assert_eq!(net.parameter_count()?, (2 + 1) * 3 * 4 + (3 + 1));
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Maxout {
    /// The sums: a dense layer with this many units, whose activation is not used.
    pub sums: Dense,
    /// The number of sums that a unit chooses from.
    pub pieces: usize,
}

impl Compile for Maxout {
    fn kind(&self) -> &'static str {
        "maxout"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        flat(input)?;
        require_units(self.sums.units)?;
        AnyActivation::from(activation::Maxout { pieces: self.pieces }).check()?;
        Ok(vec![self.sums.units])
    }

    fn compile(&self, builder: &mut Builder) -> Result<()> {
        self.sums.compile_sums(values_of(&[self.sums.units, self.pieces])?, builder)?;
        builder.activate(activation::Maxout { pieces: self.pieces }.into())
    }
}
