//! The operations of a computation graph: value and local derivatives of each.

use crate::real::sigmoid;

/// What a node of a computation graph does with its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// A named number that the output is differentiated by.
    Variable,
    /// A number.
    Constant,
    /// a + b
    Add,
    /// a − b
    Subtract,
    /// a · b
    Multiply,
    /// a / b
    Divide,
    /// −a
    Negate,
    /// eᵃ
    Exp,
    /// The natural logarithm.
    Ln,
    /// σ(a) = 1 / (1 + e⁻ᵃ)
    Sigmoid,
    /// tanh a
    Tanh,
    /// max(0, a), with the derivative 0 at 0.
    Relu,
    /// max(a, b); where both are equal, each has half of the derivative.
    Max,
    /// aᵏ
    Power(i32),
    /// Σ aᵢ
    Sum,
    /// −y·ln a − (1 − y)·ln(1 − a), the loss of a logistic unit; the operands are a and y.
    BinaryCrossEntropy,
}

/// A number, and what is missing from it to 1: of σ(z) that is σ(−z), which keeps its digits where σ(z) rounds to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub value: f64,
    pub rest: f64,
    /// z of σ(z), to which the logarithm comes near where σ(z) rounds to 0.
    logit: Option<f64>,
}

impl Number {
    /// A number of which nothing else is known.
    pub fn of(value: f64) -> Self {
        Number { value, rest: 1.0 - value, logit: None }
    }

    fn sigmoid(z: f64) -> Self {
        Number { value: sigmoid(z), rest: sigmoid(-z), logit: Some(z) }
    }

    /// 1 − the number.
    fn complement(self) -> Self {
        Number { value: self.rest, rest: self.value, logit: self.logit.map(|z| -z) }
    }

    fn ln(self) -> f64 {
        match self.logit {
            Some(z) if self.value == 0.0 => z,
            _ => self.value.ln(),
        }
    }

    /// ln(1 − the number).
    fn ln_of_rest(self) -> f64 {
        // 1 − value loses the digits of a small value, and is exact for a large one.
        if self.value < 0.5 { (-self.value).ln_1p() } else { self.complement().ln() }
    }
}

impl Operation {
    /// The value for these operands. NaN where operands are missing, which the constructors rule out.
    pub(super) fn value(self, operands: &[Number]) -> Number {
        match (self, operands) {
            (Operation::Sigmoid, [a]) => Number::sigmoid(a.value),
            // 1 − σ(z), written out.
            (Operation::Subtract, [one, a]) if one.value == 1.0 => a.complement(),
            (Operation::Ln, [a]) => Number::of(a.ln()),
            (Operation::BinaryCrossEntropy, [a, y]) => {
                Number::of(0.0 - (weighted(y.value, a.ln()) + weighted(1.0 - y.value, a.ln_of_rest())))
            }
            _ => Number::of(self.plain_value(&operands.iter().map(|operand| operand.value).collect::<Vec<_>>())),
        }
    }

    fn plain_value(self, operands: &[f64]) -> f64 {
        use Operation::*;
        match (self, operands) {
            (Add, [a, b]) => a + b,
            (Subtract, [a, b]) => a - b,
            (Multiply, [a, b]) => a * b,
            (Divide, [a, b]) => a / b,
            (Negate, [a]) => -a,
            (Exp, [a]) => a.exp(),
            (Tanh, [a]) => a.tanh(),
            // Unlike `f64::max`, these hand NaN on.
            (Relu, [a]) => {
                if *a <= 0.0 {
                    0.0
                } else {
                    *a
                }
            }
            (Max, [a, b]) => {
                if a >= b {
                    *a
                } else if b > a {
                    *b
                } else {
                    f64::NAN
                }
            }
            (Power(exponent), [a]) => a.powi(exponent),
            (Sum, _) => operands.iter().sum(),
            _ => f64::NAN,
        }
    }

    /// The value's derivative by each operand.
    pub(super) fn derivatives(self, operands: &[Number], value: Number) -> Vec<f64> {
        match (self, operands) {
            // Not σ(1 − σ), which loses every digit for large a.
            (Operation::Sigmoid, [_]) => vec![value.value * value.rest],
            (Operation::BinaryCrossEntropy, [a, y]) => {
                vec![weighted(1.0 - y.value, 1.0 / a.rest) - weighted(y.value, 1.0 / a.value), a.ln_of_rest() - a.ln()]
            }
            _ => {
                let operands: Vec<f64> = operands.iter().map(|operand| operand.value).collect();
                self.plain_derivatives(&operands, value.value)
            }
        }
    }

    fn plain_derivatives(self, operands: &[f64], value: f64) -> Vec<f64> {
        use Operation::*;
        match (self, operands) {
            (Add, [_, _]) => vec![1.0, 1.0],
            (Subtract, [_, _]) => vec![1.0, -1.0],
            (Multiply, [a, b]) => vec![*b, *a],
            // Not −a/b², whose square can be 0 or infinite where this is not.
            (Divide, [_, b]) => vec![1.0 / b, -value / b],
            (Negate, [_]) => vec![-1.0],
            (Exp, [_]) => vec![value],
            (Ln, [a]) => vec![1.0 / a],
            (Tanh, [a]) => vec![a.cosh().recip().powi(2)],
            (Relu, [a]) => vec![if *a > 0.0 { 1.0 } else { 0.0 }],
            (Max, [a, b]) if a == b => vec![0.5, 0.5],
            (Max, [a, b]) => {
                if a > b {
                    vec![1.0, 0.0]
                } else {
                    vec![0.0, 1.0]
                }
            }
            (Power(0), [_]) => vec![0.0],
            (Power(exponent), [a]) => vec![f64::from(exponent) * a.powi(exponent.saturating_sub(1))],
            (Sum, _) => vec![1.0; operands.len()],
            _ => vec![f64::NAN; operands.len()],
        }
    }

    /// What stands inside the node's circle, with `x` for the operand of a function without a sign of its own.
    pub(crate) fn symbol(self) -> String {
        use Operation::*;
        match self {
            Variable | Constant => "".into(),
            Add => "+".into(),
            Subtract => "−".into(),
            Multiply => "×".into(),
            Divide => "÷".into(),
            Negate => "−x".into(),
            Exp => "exp".into(),
            Ln => "ln".into(),
            Sigmoid => "σ".into(),
            Tanh => "tanh".into(),
            Relu => "ReLU".into(),
            Max => "max".into(),
            Power(exponent) => format!("x{}", superscript(exponent)),
            Sum => "Σ".into(),
            BinaryCrossEntropy => "L".into(),
        }
    }

    /// The same for an operation of which one operand is a number that need not be drawn: `+1`, `1−x`, `1/x`.
    #[cfg(feature = "plot")]
    pub(crate) fn symbol_with(self, constant: f64, first: bool) -> Option<String> {
        let number = crate::format::short(constant).replace('-', "−");
        Some(match (self, first) {
            (Operation::Add, _) if constant < 0.0 => number,
            (Operation::Add, _) => format!("+{number}"),
            (Operation::Multiply, _) => format!("×{number}"),
            (Operation::Subtract, true) => format!("{number}−x"),
            (Operation::Subtract, false) => format!("x−{number}"),
            (Operation::Divide, true) => format!("{number}/x"),
            (Operation::Divide, false) => format!("÷{number}"),
            _ => return None,
        })
    }

    /// The operation in words and formula, with these names for its operands.
    pub(crate) fn formula(self, operands: &[String]) -> String {
        use Operation::*;
        match (self, operands) {
            (Add, [a, b]) => format!("{a} + {b}"),
            (Subtract, [a, b]) => format!("{a} − {b}"),
            (Multiply, [a, b]) => format!("{a} · {b}"),
            (Divide, [a, b]) => format!("{a} / {b}"),
            (Negate, [a]) => format!("−{a}"),
            (Power(exponent), [a]) => format!("{a}{}", superscript(exponent)),
            (Max, [a, b]) => format!("max({a}, {b})"),
            (Sum, _) => operands.join(" + "),
            (BinaryCrossEntropy, [a, y]) => format!("−{y}·ln {a} − (1 − {y})·ln(1 − {a})"),
            (operation, [a]) => format!("{}({a})", operation.symbol()),
            _ => String::new(),
        }
    }
}

/// 0 · ∞ = 0: a label of exactly 0 takes its whole term away, as the lecture's two branches do (A19).
pub(super) fn weighted(weight: f64, term: f64) -> f64 {
    if weight == 0.0 { 0.0 } else { weight * term }
}

/// ⁻¹²
fn superscript(number: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raise = |digit: char| digit.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    number.to_string().chars().map(raise).collect()
}
