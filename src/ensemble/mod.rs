//! Ensembles: several models that answer as one (lecture B, slide B14).
//!
//! | to | see |
//! |---|---|
//! | average the predictions of fitted models | [`VotingEnsemble`] |
//! | train one network from several seeds, and average | [`VotingEnsemble::of_seeds`] |

mod evaluate;
mod saved;
#[cfg(test)]
mod tests;
mod voter;
mod voting_ensemble;

pub use voter::Voter;
pub use voting_ensemble::VotingEnsemble;
