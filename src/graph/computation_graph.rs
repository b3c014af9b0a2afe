//! `ComputationGraph`: the steps of an expression, forward values and backward gradients.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::expression::Expression;
use super::operation::{Number, Operation, weighted};
use crate::error::{Error, Result};
use crate::format::short;

/// The steps of an expression in order, each with its value and the output's derivative by it.
///
/// Forward, each node's value is made of its operands'. Backward, from the output J with dJ/dJ = 1, every node hands its
/// operands the product of its own gradient and its local derivative, and a node that is used several times adds up what
/// it gets (the chain rule, reverse mode):
///
/// dJ/da = Σ over the nodes n that use a of dJ/dn · ∂n/∂a
///
/// As a cell's last expression it shows as a drawing; [`plot`](ComputationGraph::plot) gives that as a figure.
///
/// ```
/// use gradus::graph::{ComputationGraph, Expression};
/// // A21: a logistic unit and its loss.
/// let (w, x) = (Expression::variable("w", 0.5), Expression::variable("x", 2.0));
/// let (b, y) = (Expression::variable("b", -1.0), Expression::variable("y", 1.0));
/// let z = (&w * &x + &b).named("z");
/// let a = z.sigmoid().named("A");
/// let graph = ComputationGraph::new(&a.binary_cross_entropy(&y).named("J"))?;
/// assert_eq!(graph.gradient("A")?, -1.0 / 0.5); // −y/A + (1 − y)/(1 − A)
/// assert_eq!(graph.gradient("z")?, 0.5 - 1.0); // A − y
/// assert_eq!(graph.gradient("w")?, (0.5 - 1.0) * 2.0); // (A − y)·x
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct ComputationGraph {
    nodes: Vec<GraphNode>,
}

/// A step of a computation graph.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphNode {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What it does.
    pub operation: Operation,
    /// The numbers of the nodes that it does it with, in order; each stands before this one.
    pub operands: Vec<usize>,
    /// Its value.
    pub value: f64,
    /// The output's derivative by it.
    pub gradient: f64,
    /// Its own derivative by each operand; times [`gradient`](GraphNode::gradient), that is what it hands to them.
    pub derivatives: Vec<f64>,
    /// The value, with what is missing from it to 1.
    pub(super) number: Number,
}

impl ComputationGraph {
    /// The graph of everything that `output` was made of.
    ///
    /// # Errors
    /// [`Error::Data`] where a value or a gradient, other than that by a constant, is not finite (ln 0, a division by 0, an
    /// overflow), with the node, or where two different nodes have the same name.
    pub fn new(output: &Expression) -> Result<Self> {
        let mut graph = ComputationGraph { nodes: steps(output) };
        graph.check_names()?;
        graph.backward();
        graph.check_finite()?;
        Ok(graph)
    }

    /// The nodes, each after its operands; the last is the output.
    pub fn nodes(&self) -> &[GraphNode] {
        &self.nodes
    }

    /// The output's value.
    pub fn output(&self) -> f64 {
        self.nodes.last().map_or(f64::NAN, |node| node.value)
    }

    /// The value of the node with this name.
    ///
    /// # Errors
    /// [`Error::Data`] where no node has it.
    pub fn value(&self, name: &str) -> Result<f64> {
        self.find(name).map(|node| node.value)
    }

    /// The output's derivative by the node with this name.
    ///
    /// # Errors
    /// [`Error::Data`] where no node has it.
    pub fn gradient(&self, name: &str) -> Result<f64> {
        self.find(name).map(|node| node.gradient)
    }

    /// The node's name, or its value where it has none.
    pub(crate) fn describe(&self, at: usize) -> String {
        let node = &self.nodes[at];
        node.name.clone().unwrap_or_else(|| short(node.value).replace('-', "−"))
    }

    /// What the node computes, with its operands' names: `w · x`; nothing for a variable.
    pub(crate) fn formula(&self, at: usize) -> String {
        let operands: Vec<String> = self.nodes[at].operands.iter().map(|operand| self.describe(*operand)).collect();
        self.nodes[at].operation.formula(&operands)
    }

    fn find(&self, name: &str) -> Result<&GraphNode> {
        let found = self.nodes.iter().find(|node| node.name.as_deref() == Some(name));
        found.ok_or_else(|| {
            let names: Vec<String> =
                self.nodes.iter().filter_map(|node| node.name.as_ref()).map(|name| format!("`{name}`")).collect();
            Error::Data(format!("the graph has no node `{name}`; its names are {}", names.join(", ")))
        })
    }

    fn backward(&mut self) {
        let Some(output) = self.nodes.last_mut() else { return };
        output.gradient = 1.0;
        for at in (0..self.nodes.len()).rev() {
            let node = &self.nodes[at];
            let gradient = node.gradient;
            let shares: Vec<(usize, f64)> = node
                .operands
                .iter()
                .copied()
                .zip(node.derivatives.iter().map(|local| weighted(gradient, *local)))
                .collect();
            for (operand, share) in shares {
                self.nodes[operand].gradient += share;
            }
        }
    }

    fn check_names(&self) -> Result<()> {
        let mut seen = HashSet::new();
        match self.nodes.iter().filter_map(|node| node.name.as_deref()).find(|name| !seen.insert(*name)) {
            None => Ok(()),
            Some(name) => Err(Error::Data(format!(
                "two nodes of the graph are called `{name}`; make the expression once and borrow it (`&{name}`), or \
                 give the second another name"
            ))),
        }
    }

    fn check_finite(&self) -> Result<()> {
        // Values first: a gradient often fails because of a value further on.
        let value = self.nodes.iter().position(|node| !node.value.is_finite());
        // Nobody asks for the derivative by a constant. Of the others the last is the one from which the others have it.
        let gradient =
            self.nodes.iter().rposition(|node| !node.gradient.is_finite() && node.operation != Operation::Constant);
        let (what, at, number) = match (value, gradient) {
            (Some(at), _) => ("", at, self.nodes[at].value),
            (None, Some(at)) => ("the gradient of ", at, self.nodes[at].gradient),
            (None, None) => return Ok(()),
        };
        let formula = self.formula(at);
        let unnamed = if formula.is_empty() { "a constant".into() } else { formula.clone() };
        let name = match (&self.nodes[at].name, formula.is_empty()) {
            (Some(name), false) => format!("{name} = {formula}"),
            (Some(name), true) => name.clone(),
            (None, _) => unnamed,
        };
        Err(Error::Data(format!(
            "{what}{name} is {number}: a computation graph needs finite numbers; change the variables' values"
        )))
    }
}

/// The nodes of an expression in an order in which operands come first; a shared one comes once.
fn steps(output: &Expression) -> Vec<GraphNode> {
    let mut places: HashMap<*const super::expression::Node, usize> = HashMap::new();
    let mut nodes: Vec<GraphNode> = Vec::new();
    // Depth first, with a stack of our own: a node is left when it is seen the second time.
    let mut waiting = vec![(output, false)];
    while let Some((expression, ready)) = waiting.pop() {
        let key = Arc::as_ptr(&expression.0);
        if places.contains_key(&key) {
            continue;
        }
        let step = &expression.0;
        if !ready {
            waiting.push((expression, true));
            waiting.extend(step.operands.iter().rev().map(|operand| (operand, false)));
            continue;
        }
        let operands: Vec<usize> =
            step.operands.iter().filter_map(|operand| places.get(&Arc::as_ptr(&operand.0)).copied()).collect();
        let numbers: Vec<Number> = step.operands.iter().map(|operand| operand.0.number).collect();
        places.insert(key, nodes.len());
        nodes.push(GraphNode {
            name: step.name.clone(),
            operation: step.operation,
            operands,
            value: step.number.value,
            gradient: 0.0,
            derivatives: step.operation.derivatives(&numbers, step.number),
            number: step.number,
        });
    }
    nodes
}

impl fmt::Debug for ComputationGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "computation graph of {} nodes", self.nodes.len())?;
        for (at, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.operation != Operation::Constant) {
            let parts = [node.name.clone().unwrap_or_default(), self.formula(at), short(node.value)];
            let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            writeln!(f, "{}, gradient {}", parts.join(" = "), short(node.gradient))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_parts_are_one_node_and_add_up_their_gradients() -> Result<()> {
        let x = Expression::variable("x", 3.0);
        let square = &x * &x;
        let graph = ComputationGraph::new(&(&square + &square))?;
        assert_eq!(graph.nodes().len(), 3);
        assert_eq!((graph.output(), graph.gradient("x")?), (18.0, 12.0));
        Ok(())
    }

    #[test]
    fn what_is_not_finite_is_named() {
        let message = |output: &Expression| match ComputationGraph::new(output) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        let x = Expression::variable("x", 0.0);
        assert!(message(&x.ln()).starts_with("ln(x) is -inf"), "{}", message(&x.ln()));
        assert!(message(&(1.0 / &x)).starts_with("1 / x is inf"));
        assert!(message(&Expression::variable("w", f64::NAN)).starts_with("w is NaN"));
        assert!(message(&x.powi(-1).relu()).starts_with("x⁻¹ is inf"));
        let tiny = Expression::variable("t", 1e-320).ln();
        assert!(message(&tiny).starts_with("the gradient of t is inf"), "{}", message(&tiny));
        let twice = Expression::variable("x", 1.0) + &x;
        assert!(message(&twice).contains("two nodes of the graph are called `x`"));
    }

    #[test]
    fn names_are_found_or_listed() -> Result<()> {
        let a = Expression::variable("w", 2.0).exp().named("A");
        let graph = ComputationGraph::new(&a)?;
        assert_eq!((graph.value("A")?, graph.gradient("w")?), (2f64.exp(), 2f64.exp()));
        let error = graph.value("z").err().map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(error, "the graph has no node `z`; its names are `w`, `A`");
        assert!(format!("{graph:?}").contains("A = exp(w) = 7.389056, gradient 1"), "{graph:?}");
        Ok(())
    }

    #[test]
    fn long_chains_neither_overflow_nor_repeat() -> Result<()> {
        let mut chain = Expression::variable("x", 0.5);
        for _ in 0..100_000 {
            chain = chain + 1.0;
        }
        let graph = ComputationGraph::new(&chain)?;
        assert_eq!((graph.output(), graph.gradient("x")?), (100_000.5, 1.0));
        Ok(())
    }
}
