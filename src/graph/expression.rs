//! `Expression`: a formula with numbers in it.

use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::sync::Arc;

use super::operation::{Number, Operation};
use crate::format::short;

/// A scalar formula, evaluated as it is written, that remembers how it came about.
///
/// Written with `+`, `−`, `*`, `/`, functions and plain numbers. An expression that is used again is borrowed: `&w * &x`.
///
/// ```
/// use gradus::graph::Expression;
/// let (w, x, b) = (
///     Expression::variable("w", 0.5),
///     Expression::variable("x", 2.0),
///     Expression::variable("b", -1.0),
/// );
/// let a = (&w * &x + &b).named("z").sigmoid().named("A");
/// assert_eq!(a.value(), 0.5);
/// ```
#[derive(Clone)]
pub struct Expression(pub(super) Arc<Node>);

/// One step. Nodes never change, so that an expression can be used in several others.
pub(super) struct Node {
    pub(super) name: Option<String>,
    pub(super) operation: Operation,
    pub(super) operands: Vec<Expression>,
    pub(super) number: Number,
}

impl Expression {
    /// A named number, which the output is differentiated by.
    pub fn variable(name: impl Into<String>, value: f64) -> Self {
        let name = Some(name.into());
        Expression(Arc::new(Node { name, operation: Operation::Variable, operands: vec![], number: Number::of(value) }))
    }

    /// A number that is no variable. Plain numbers in a formula become this by themselves: `1.0 - &a`.
    pub fn constant(value: f64) -> Self {
        Expression(Arc::new(Node {
            name: None,
            operation: Operation::Constant,
            operands: vec![],
            number: Number::of(value),
        }))
    }

    /// Gives the expression a name, which stands at its node: `A` for σ(z).
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        let node = &self.0;
        let (operation, operands) = (node.operation, node.operands.clone());
        Expression(Arc::new(Node { name: Some(name.into()), operation, operands, number: node.number }))
    }

    /// The value.
    pub fn value(&self) -> f64 {
        self.0.number.value
    }

    /// The name, where it has one.
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// eᵃ
    #[must_use]
    pub fn exp(&self) -> Self {
        Expression::of(Operation::Exp, [self])
    }

    /// The natural logarithm ln a, for a > 0.
    #[must_use]
    pub fn ln(&self) -> Self {
        Expression::of(Operation::Ln, [self])
    }

    /// σ(a) = 1 / (1 + e⁻ᵃ) as one step; written out, `1.0 / (1.0 + (-a).exp())` shows all four.
    #[must_use]
    pub fn sigmoid(&self) -> Self {
        Expression::of(Operation::Sigmoid, [self])
    }

    /// tanh a
    #[must_use]
    pub fn tanh(&self) -> Self {
        Expression::of(Operation::Tanh, [self])
    }

    /// max(0, a), with the derivative 0 at 0.
    #[must_use]
    pub fn relu(&self) -> Self {
        Expression::of(Operation::Relu, [self])
    }

    /// max(a, b); where both are equal, each has half of the derivative.
    #[must_use]
    pub fn max(&self, other: &Expression) -> Self {
        Expression::of(Operation::Max, [self, other])
    }

    /// aᵏ for a whole exponent.
    #[must_use]
    pub fn powi(&self, exponent: i32) -> Self {
        Expression::of(Operation::Power(exponent), [self])
    }

    /// Σ aᵢ as one step.
    pub fn sum<'a>(terms: impl IntoIterator<Item = &'a Expression>) -> Self {
        Expression::of(Operation::Sum, terms)
    }

    /// L = −y·ln a − (1 − y)·ln(1 − a) as one step, as in A21: a is the probability that a logistic unit gives, y the
    /// label, 0 or 1. Of σ(z) it keeps its digits where σ(z) rounds to 1.
    #[must_use]
    pub fn binary_cross_entropy(&self, label: &Expression) -> Self {
        Expression::of(Operation::BinaryCrossEntropy, [self, label])
    }

    fn of<'a>(operation: Operation, operands: impl IntoIterator<Item = &'a Expression>) -> Self {
        let operands: Vec<Expression> = operands.into_iter().cloned().collect();
        let numbers: Vec<Number> = operands.iter().map(|operand| operand.0.number).collect();
        Expression(Arc::new(Node { name: None, operation, number: operation.value(&numbers), operands }))
    }
}

macro_rules! operators {
    ($($operator:ident $method:ident)*) => {$(
        operators!(@ $operator $method, Expression, Expression, |a, b| (&a, &b));
        operators!(@ $operator $method, Expression, &Expression, |a, b| (&a, b));
        operators!(@ $operator $method, &Expression, Expression, |a, b| (a, &b));
        operators!(@ $operator $method, &Expression, &Expression, |a, b| (a, b));
        operators!(@ $operator $method, Expression, f64, |a, b| (&a, &Expression::constant(b)));
        operators!(@ $operator $method, &Expression, f64, |a, b| (a, &Expression::constant(b)));
        operators!(@ $operator $method, f64, Expression, |a, b| (&Expression::constant(a), &b));
        operators!(@ $operator $method, f64, &Expression, |a, b| (&Expression::constant(a), b));
    )*};
    (@ $operator:ident $method:ident, $left:ty, $right:ty, |$a:ident, $b:ident| ($x:expr, $y:expr)) => {
        impl $operator<$right> for $left {
            type Output = Expression;

            fn $method(self, other: $right) -> Expression {
                let ($a, $b) = (self, other);
                Expression::of(operators!(# $operator), [$x, $y])
            }
        }
    };
    (# Add) => { Operation::Add };
    (# Sub) => { Operation::Subtract };
    (# Mul) => { Operation::Multiply };
    (# Div) => { Operation::Divide };
}

operators! { Add add Sub sub Mul mul Div div }

impl Neg for Expression {
    type Output = Expression;

    fn neg(self) -> Expression {
        -&self
    }
}

impl Neg for &Expression {
    type Output = Expression;

    fn neg(self) -> Expression {
        Expression::of(Operation::Negate, [self])
    }
}

/// A chain of many thousand steps is taken apart in a loop, where the usual way, each step dropping the one before it,
/// would overflow the stack.
impl Drop for Node {
    fn drop(&mut self) {
        let mut waiting = std::mem::take(&mut self.operands);
        while let Some(Expression(node)) = waiting.pop() {
            if let Some(mut node) = Arc::into_inner(node) {
                waiting.append(&mut node.operands);
            }
        }
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} = {}", short(self.value())),
            None => f.write_str(&short(self.value())),
        }
    }
}
