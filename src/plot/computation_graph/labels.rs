//! The texts of the drawing: signs in the circles, numbers along the lines, explanations under the mouse.

use super::Drawing;
use crate::data::short;
use crate::graph::{ComputationGraph, GraphNode, Operation};
use crate::plot::style;

impl Drawing<'_> {
    pub(super) fn has_name_inside(&self, at: usize) -> bool {
        let node = self.node(at);
        let length = node.name.as_deref().map_or(0, |name| style::plain(name).chars().count());
        node.operation == Operation::Variable && length <= 4
    }

    /// The sign inside the circle.
    pub(super) fn sign(&self, at: usize) -> String {
        let node = self.node(at);
        match folded(self.graph, node) {
            Some((_, sign)) => sign,
            None if self.has_name_inside(at) => style::escape(node.name.as_deref().unwrap_or_default()),
            None => node.operation.symbol(),
        }
    }

    /// Value and gradient in full, and how both are computed.
    pub(super) fn explanation(&self, at: usize) -> String {
        let (node, old) = (self.node(at), self.nodes[at]);
        let name = node.name.as_deref().map(style::escape);
        let formula = style::escape(&self.graph.formula(old));
        let parts = [name.clone().unwrap_or_default(), formula, signed(node.value)];
        let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let mut lines = vec![parts.join(" = ")];
        if node.operation == Operation::Constant {
            return lines.remove(0);
        }
        // The gradient along each line that leaves the node: gradient of the user × its local derivative.
        let mut shares = Vec::new();
        for user in self.graph.nodes() {
            for (operand, local) in user.operands.iter().zip(&user.derivatives) {
                if *operand == old {
                    shares.push(format!("{} · {}", signed(user.gradient), signed(*local)));
                }
            }
        }
        let by = name.unwrap_or_else(|| "·".into());
        let sum = if shares.is_empty() { String::new() } else { format!(" = {}", shares.join(" + ")) };
        lines.push(format!("d{}/d{by}{sum} = {}", self.output_name(), signed(node.gradient)));
        if !shares.is_empty() {
            lines.push("(gradient that comes back · local derivative)".into());
        }
        lines.join("<br>")
    }
}

/// The operand that is part of the operation's sign, and that sign.
pub(super) fn folded(graph: &ComputationGraph, node: &GraphNode) -> Option<(usize, String)> {
    let [left, right] = node.operands[..] else { return None };
    let constant = |at: usize| {
        let node = &graph.nodes()[at];
        (node.operation == Operation::Constant && node.name.is_none()).then_some(node.value)
    };
    let (at, value, first) = match (constant(left), constant(right)) {
        (Some(value), None) => (left, value, true),
        (None, Some(value)) => (right, value, false),
        _ => return None,
    };
    let sign = node.operation.symbol_with(value, first)?;
    (sign.chars().count() <= 8).then_some((at, sign))
}

/// Short enough for its line: three significant digits, or three decimals.
pub(super) fn digits(value: f64) -> String {
    let size = value.abs();
    let text = match size {
        0.0 => "0".into(),
        1e-2..1e5 => {
            let decimals = (2 - size.log10().floor() as i32).clamp(0, 3) as usize;
            short(format!("{value:.decimals$}").parse().unwrap_or(value))
        }
        _ => format!("{value:.1e}"),
    };
    text.replace('-', "−")
}

fn signed(value: f64) -> String {
    short(value).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_their_line() {
        let cases = [(0.0, "0"), (-0.268_941_4, "−0.269"), (1.0, "1"), (-12_345.6, "−12346"), (0.05, "0.05")];
        for (value, text) in cases.into_iter().chain([(-1.234e-7, "−1.2e−7"), (1e200, "1.0e200"), (2.71528, "2.72")])
        {
            assert_eq!(digits(value), text);
            assert!(digits(value).chars().count() <= 7);
        }
    }
}
