//! Ensembles: several models that answer as one (lecture B, slide B14).
//!
//! | to | see |
//! |---|---|
//! | average what fitted models say | [`Averaging`] |
//! | train one network from several seeds, and average | [`Averaging::of_seeds`] |

mod averaged;
mod averaging;
mod evaluate;
mod saved;
#[cfg(test)]
mod tests;

pub use averaged::Averaged;
pub use averaging::Averaging;
