//! All weights alike: right for biases, never for the weights of several units.

use crate::check::finite;
use crate::error::Result;

pub(super) fn check(value: f64) -> Result<()> {
    finite("constant of the initializer", value)
}
