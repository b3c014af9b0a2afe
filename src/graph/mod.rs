//! The computation graph of a scalar expression, for reading backpropagation (A21).
//!
//! [`Expression`] is written as on the slide, `(&w * &x + &b).sigmoid()`, with numbers in it; [`ComputationGraph`] holds
//! its steps with their values, computed forward, and the output's derivative by each of them, computed backward with the
//! chain rule. It shows under a cell as a drawing.
//!
//! It is made for the dozen of steps that a lecture follows by hand, not for training networks.

mod computation_graph;
mod expression;
mod operation;
#[cfg(test)]
mod tests;

pub use computation_graph::{ComputationGraph, GraphNode};
pub use expression::Expression;
pub use operation::Operation;
