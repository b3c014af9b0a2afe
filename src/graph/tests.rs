//! Gradients against central differences, over random expressions; the lecture's unit against its formulas.

use proptest::prelude::*;

use super::{ComputationGraph, Expression, Operation};
use crate::error::Result;

/// A recipe for an expression: each step takes operands among the variables and the steps before it.
#[derive(Clone, Debug)]
struct Recipe {
    start: [f64; 3],
    steps: Vec<(u8, usize, usize)>,
}

fn recipes() -> impl Strategy<Value = Recipe> {
    let start = prop::array::uniform3(-2.0..2.0_f64);
    let steps = prop::collection::vec((0_u8..16, any::<usize>(), any::<usize>()), 1..14);
    (start, steps).prop_map(|(start, steps)| Recipe { start, steps })
}

/// The expression at these variables. Divisors and logarithms' arguments are kept away from their poles.
fn build(recipe: &Recipe, at: [f64; 3]) -> Expression {
    let mut known: Vec<Expression> =
        ["x", "y", "z"].iter().zip(at).map(|(name, value)| Expression::variable(*name, value)).collect();
    for (kind, left, right) in &recipe.steps {
        // The last step is always used, so that expressions grow deep.
        let a = known[known.len() - 1 - left % known.len().min(2)].clone();
        let b = known[right % known.len()].clone();
        known.push(match kind {
            0 => &a + &b,
            1 => a - &b,
            2 => &a * b,
            3 => &a / (b.powi(2) + 0.5),
            4 => -a,
            5 => a.tanh().exp(),
            6 => (1.5 + a.tanh()).ln(),
            7 => a.sigmoid(),
            8 => a.tanh(),
            9 => a.relu(),
            10 => a.max(&b),
            11 => (a.sigmoid() + 0.5).powi(-3),
            12 => a.powi(2) * 0.25,
            13 => Expression::sum([&a, &b, &a]),
            14 => a.sigmoid().binary_cross_entropy(&b.sigmoid()),
            _ => 1.0 - 2.0 / (a.powi(2) + 1.0),
        });
    }
    known.swap_remove(known.len() - 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn gradients_are_slopes(recipe in recipes()) {
        let output = build(&recipe, recipe.start);
        prop_assume!(output.value().abs() < 1e4);
        let Ok(graph) = ComputationGraph::new(&output) else { return Err(TestCaseError::reject("overflow")) };
        for (which, name) in ["x", "y", "z"].into_iter().enumerate() {
            // A variable that the output does not use is not in the graph.
            let gradient = graph.gradient(name).unwrap_or(0.0);
            let slope = |h: f64| {
                let at = |shift: f64| {
                    let mut moved = recipe.start;
                    moved[which] += shift;
                    build(&recipe, moved).value()
                };
                // Five points: the error is of fourth order.
                (at(-2.0 * h) - 8.0 * at(-h) + 8.0 * at(h) - at(2.0 * h)) / (12.0 * h)
            };
            let (wide, narrow) = (slope(1e-3), slope(1e-4));
            let scale = 1.0 + narrow.abs();
            // Where two widths disagree, a kink (ReLU, max) or a steep spot lies between the points.
            if (wide - narrow).abs() < 1e-7 * scale {
                prop_assert!((gradient - narrow).abs() < 1e-5 * scale, "d/d{}: {} but slope {}", name, gradient, narrow);
            }
        }
    }

    #[test]
    fn nodes_come_after_their_operands_and_hold_their_values(recipe in recipes()) {
        let output = build(&recipe, recipe.start);
        let Ok(graph) = ComputationGraph::new(&output) else { return Err(TestCaseError::reject("overflow")) };
        for (at, node) in graph.nodes().iter().enumerate() {
            prop_assert!(node.operands.iter().all(|operand| *operand < at));
            prop_assert_eq!(node.operands.len(), node.derivatives.len());
            if !matches!(node.operation, Operation::Variable | Operation::Constant) {
                let numbers: Vec<_> = node.operands.iter().map(|operand| graph.nodes()[*operand].number).collect();
                prop_assert_eq!(node.operation.value(&numbers).value, node.value);
            }
        }
        prop_assert_eq!(graph.output(), output.value());
    }
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-14 * (1.0 + right.abs())
}

/// A21, by its formulas: dJ/dA = −y/A + (1 − y)/(1 − A), dA/dz = A(1 − A), dJ/dz = A − y; once with the loss as one step,
/// once written out.
#[test]
fn the_lectures_logistic_unit() -> Result<()> {
    for label in [0.0, 1.0, 0.3] {
        let variable = Expression::variable;
        let (w, x, b, y) = (variable("w", 0.8), variable("x", 1.5), variable("b", -0.4), variable("y", label));
        let z = (&w * &x + &b).named("z");
        let a = z.sigmoid().named("A");
        let written_out = (-(&y * a.ln() + (1.0 - &y) * (1.0 - &a).ln())).named("J");
        let in_one = a.binary_cross_entropy(&y).named("J");
        let probability = 1.0 / (1.0 + (-0.8_f64).exp());
        for output in [written_out, in_one] {
            let graph = ComputationGraph::new(&output)?;
            assert!(close(graph.value("A")?, probability));
            assert!(close(graph.output(), -(label * probability.ln() + (1.0 - label) * (1.0 - probability).ln())));
            let by_a = -label / probability + (1.0 - label) / (1.0 - probability);
            assert!(close(graph.gradient("A")?, by_a));
            assert!(close(graph.gradient("z")?, by_a * probability * (1.0 - probability)));
            assert!(close(graph.gradient("z")?, probability - label));
            assert!(close(graph.gradient("w")?, (probability - label) * 1.5));
            assert!(close(graph.gradient("x")?, (probability - label) * 0.8));
            assert!(close(graph.gradient("b")?, probability - label));
        }
    }
    Ok(())
}

/// The neuron of CS231n's notes on backpropagation, with the numbers printed there to two digits.
#[test]
fn the_neuron_of_cs231n() -> Result<()> {
    let variable = Expression::variable;
    let (w0, x0, w1, x1) = (variable("w0", 2.0), variable("x0", -1.0), variable("w1", -3.0), variable("x1", -2.0));
    let neuron = 1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + variable("w2", -3.0))).exp());
    let graph = ComputationGraph::new(&neuron)?;
    assert!((graph.output() - 0.73).abs() < 0.005);
    for (name, printed) in [("w0", -0.20), ("x0", 0.39), ("w1", -0.39), ("x1", -0.59), ("w2", 0.20)] {
        assert!((graph.gradient(name)? - printed).abs() < 0.0051, "{name}: {}", graph.gradient(name)?);
    }
    Ok(())
}

#[test]
fn saturated_units_keep_their_digits() -> Result<()> {
    let unit = Expression::variable("z", 40.0).sigmoid();
    assert!((ComputationGraph::new(&unit)?.gradient("z")? / (-40f64).exp() - 1.0).abs() < 1e-12);
    let unit = Expression::variable("z", -800.0).sigmoid();
    assert_eq!(ComputationGraph::new(&unit)?.gradient("z")?, 0.0);
    let (a, y) = (Expression::variable("A", 1e-20), Expression::constant(0.0));
    let graph = ComputationGraph::new(&a.binary_cross_entropy(&y))?;
    assert_eq!((graph.output(), graph.gradient("A")?), (1e-20, 1.0));
    Ok(())
}

/// dJ/dz = A − y, and dJ/dy = ln(1 − A) − ln A = −z, whatever of them a number holds.
#[test]
fn a_logistic_unit_that_is_sure_has_its_loss_and_gradients() -> Result<()> {
    for (z, label) in [(40.0, 1.0), (40.0, 0.0), (-40.0, 1.0), (-40.0, 0.0), (30.0, 0.0), (600.0, 0.0), (800.0, 1.0)] {
        let (variable, y) = (Expression::variable("z", z), Expression::variable("y", label));
        let a = variable.sigmoid().named("A");
        let softplus = |z: f64| z.max(0.0) + (-z.abs()).exp().ln_1p();
        let written_out = -(&y * a.ln() + (1.0 - &y) * (1.0 - &a).ln());
        let loss = if label == 1.0 { softplus(-z) } else { softplus(z) };
        let slope = if label == 1.0 { -1.0 / (1.0 + z.exp()) } else { 1.0 / (1.0 + (-z).exp()) };
        for output in [a.binary_cross_entropy(&y), written_out] {
            let graph = ComputationGraph::new(&output.named("J"))?;
            let near = |ours: f64, exact: f64| (ours - exact).abs() <= 1e-12 * exact.abs().max(1e-5);
            assert!(near(graph.output(), loss), "{z} {label}: {} for {loss}", graph.output());
            assert!(near(graph.gradient("z")?, slope), "{z} {label}: {} for {slope}", graph.gradient("z")?);
            assert!(near(graph.gradient("y")?, -z), "{z} {label}: {}", graph.gradient("y")?);
        }
    }
    let (z, one) = (Expression::variable("z", 40.0), Expression::constant(1.0));
    let graph = ComputationGraph::new(&z.sigmoid().named("A").binary_cross_entropy(&one))?;
    assert_eq!((graph.output(), graph.gradient("A")?), (0.0, -1.0));
    // A itself, with a label that is a constant: nobody asks for dJ/dy = −∞.
    let graph = ComputationGraph::new(&Expression::variable("A", 1.0).binary_cross_entropy(&one))?;
    assert_eq!((graph.output(), graph.gradient("A")?), (0.0, -1.0));
    let certain = Expression::variable("A", 1.0).binary_cross_entropy(&Expression::variable("y", 1.0));
    let error = ComputationGraph::new(&certain).map(|_| ()).unwrap_err().to_string();
    assert!(error.starts_with("the gradient of y is -inf"), "{error}");
    Ok(())
}

#[test]
fn nothing_times_infinity_is_nothing() -> Result<()> {
    // ReLU lets nothing back to 1/t, which is infinite.
    let output = Expression::variable("t", 1e-320).ln().relu();
    assert_eq!(ComputationGraph::new(&output)?.gradient("t")?, 0.0);
    let (a, b) = (Expression::variable("a", 0.0), Expression::variable("b", 1e-200));
    let graph = ComputationGraph::new(&(&a / &b))?;
    assert_eq!((graph.gradient("a")?, graph.gradient("b")?), (1e200, 0.0));
    let (a, b) = (Expression::variable("a", 1e-250), Expression::variable("b", 1e-200));
    assert!((ComputationGraph::new(&(&a / &b))?.gradient("b")? / -1e150 - 1.0).abs() < 1e-12);
    Ok(())
}
