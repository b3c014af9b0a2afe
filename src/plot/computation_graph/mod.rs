//! The drawing of a computation graph: the value above each line, the gradient below it (A21).
//!
//! Every line leaves its node level, and there its two numbers stand; it slants only between that stretch and the next
//! column. So nothing can run through a number, however the graph is tangled.

mod labels;
mod layered_layout;

use serde_json::{Value, json};

use self::labels::{digits, folded};
use self::layered_layout::LayeredLayout;
use super::figure::Figure;
use super::style;
use crate::error::{Error, Result};
use crate::graph::{ComputationGraph, GraphNode, Operation};

/// Nobody reads more than this.
const MOST_NODES: usize = 120;
/// All in pixels: a node's radius, the level stretch that bears the numbers, the least width of a slant, the height that
/// a line needs.
const RADIUS: f64 = 18.0;
const LEVEL: f64 = 52.0;
const SLANT: f64 = 14.0;
const SLOT: f64 = 64.0;
const MARGIN: f64 = 20.0;
const GRADIENT: &str = style::PALETTE[1];

impl ComputationGraph {
    /// The graph as a drawing from left to right: above each line the value that runs along it, below it the output's
    /// derivative by that value.
    ///
    /// A value that is used several times branches after its numbers: its gradient is the sum of what comes back along
    /// the branches, which is shown where the mouse rests on it. A number that an operation is done with, as in 1 − x, is
    /// part of the operation's sign.
    ///
    /// # Errors
    /// [`Error::Data`] for a graph of more than 120 nodes, which nobody can read.
    ///
    /// ```
    /// use gradus::graph::{ComputationGraph, Expression};
    /// let (w, x) = (Expression::variable("w", 0.5), Expression::variable("x", 2.0));
    /// let figure = ComputationGraph::new(&(&w * &x).sigmoid().named("A"))?.plot()?;
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn plot(&self) -> Result<Figure> {
        let drawing = Drawing::of(self);
        if drawing.nodes.len() > MOST_NODES {
            return Err(Error::Data(format!(
                "a drawing of {} nodes cannot be read (at most {MOST_NODES}); draw a part of the expression, or take \
                 several steps as one (`sum`, `sigmoid`, `binary_cross_entropy`)",
                drawing.nodes.len()
            )));
        }
        Ok(drawing.figure())
    }
}

/// The nodes that are drawing: all but the numbers that are part of a sign.
struct Drawing<'a> {
    graph: &'a ComputationGraph,
    /// Their numbers in the graph.
    nodes: Vec<usize>,
    layout: LayeredLayout,
    /// Pixels from one column to the next.
    step: f64,
    /// Pixels for the output's name, behind its line.
    name_room: f64,
}

impl<'a> Drawing<'a> {
    fn of(graph: &'a ComputationGraph) -> Self {
        let mut used = vec![false; graph.nodes().len()];
        let mut edges = Vec::new();
        if let Some(output) = used.last_mut() {
            *output = true;
        }
        for (to, node) in graph.nodes().iter().enumerate() {
            let folded = folded(graph, node).map(|(constant, _)| constant);
            for from in node.operands.iter().filter(|from| Some(**from) != folded) {
                used[*from] = true;
                edges.push((*from, to));
            }
        }
        let nodes: Vec<usize> = (0..used.len()).filter(|at| used[*at]).collect();
        let new = |old: usize| nodes.partition_point(|at| *at < old);
        let mut edges: Vec<(usize, usize)> = edges.into_iter().map(|(from, to)| (new(from), new(to))).collect();
        edges.sort();
        edges.dedup();
        let layout = match nodes.len() {
            0..=MOST_NODES => LayeredLayout::of(nodes.len(), &edges),
            _ => LayeredLayout { places: vec![], routes: vec![], columns: 0 },
        };
        // As wide as a page, where the columns need no more: all steps, and the output's line with its name.
        let gaps = layout.columns.saturating_sub(1) as f64;
        let name = graph.nodes().last().and_then(|node| node.name.as_deref()).unwrap_or_default();
        let name_room = if name.is_empty() { 0.0 } else { 10.0 + 9.0 * name.chars().count() as f64 };
        let room = style::WIDTH - 2.0 * MARGIN - SLANT - name_room;
        let least = 2.0 * RADIUS + LEVEL + SLANT;
        let share = LEVEL / (LEVEL + SLANT);
        let step = (room - 2.0 * RADIUS * (1.0 - share)) / (gaps + share);
        Drawing { graph, nodes, layout, step: step.clamp(least, 1.7 * least), name_room }
    }

    fn x(&self, column: usize) -> f64 {
        RADIUS + column as f64 * self.step
    }

    /// The level stretch grows with the columns' distance.
    fn level(&self) -> f64 {
        (self.step - 2.0 * RADIUS) * LEVEL / (LEVEL + SLANT)
    }

    fn figure(&self) -> Figure {
        let (low, high) = self.layout.span();
        let output = self.output_name();
        let mut figure = Figure::space(format!("Computation graph of {output}"));
        figure = figure.caption(format!(
            "forward: the value above each line; backward: the gradient d{output}/d· below it, in orange; rounded"
        ));
        for trace in [self.wires(), self.circles()] {
            figure.add(trace);
        }
        figure.add(self.numbers("value", 9.0, style::INK));
        figure.add(self.numbers("gradient", -9.0, GRADIENT));
        figure.add(self.names());
        let end = self.x(self.layout.columns.saturating_sub(1)) + RADIUS + self.level() + self.name_room;
        let width = (end + 2.0 * MARGIN).max(style::WIDTH);
        // In the middle where there is room to spare.
        let shift = (width - 2.0 * MARGIN - end) / 2.0;
        let height = (high - low + 1.0) * SLOT + 16.0;
        figure.set("/width", width.ceil());
        figure.set("/height", (height + 79.0 + MARGIN).ceil());
        figure.set("/margin", json!({"l": MARGIN, "r": MARGIN, "b": MARGIN}));
        figure.set("/xaxis", json!({"visible": false, "range": [-shift, width - 2.0 * MARGIN - shift]}));
        let middle = -(low + high) / 2.0 * SLOT;
        figure.set("/yaxis", json!({"visible": false, "range": [middle - height / 2.0, middle + height / 2.0]}));
        figure.set("/showlegend", false);
        figure
    }

    fn node(&self, at: usize) -> &GraphNode {
        &self.graph.nodes()[self.nodes[at]]
    }

    fn place(&self, at: usize) -> [f64; 2] {
        let (column, height) = self.layout.places[at];
        [self.x(column), -height * SLOT]
    }

    fn output_name(&self) -> String {
        let name = self.graph.nodes().last().and_then(|node| node.name.clone());
        style::escape(&name.unwrap_or_else(|| "J".into()))
    }

    /// All lines, with an arrow's head at the end of each.
    fn wires(&self) -> Value {
        let (mut xs, mut ys, mut heads) = (vec![], vec![], vec![]);
        let mut go = |x: Option<f64>, y: f64, head: f64| {
            xs.push(x);
            ys.push(y);
            heads.push(head);
        };
        for route in &self.layout.routes {
            for (at, (column, height)) in route.iter().enumerate() {
                let (x, y) = (self.x(*column), -height * SLOT);
                if at + 1 == route.len() {
                    go(Some(x - RADIUS), y, 9.0);
                } else {
                    go(Some(if at == 0 { x + RADIUS } else { x - RADIUS }), y, 0.0);
                    go(Some(x + RADIUS + self.level()), y, 0.0);
                }
            }
            go(None, 0.0, 0.0);
        }
        if let Some(output) = self.nodes.len().checked_sub(1) {
            let [x, y] = self.place(output);
            go(Some(x + RADIUS), y, 0.0);
            go(Some(x + RADIUS + self.level()), y, 9.0);
        }
        json!({
            "type": "scatter", "mode": "lines+markers", "x": xs, "y": ys, "hoverinfo": "skip",
            "line": {"color": style::REFERENCE, "width": 1.5},
            "marker": {"symbol": "arrow", "angleref": "previous", "size": heads, "color": style::REFERENCE, "opacity": 1,
                "line": {"width": 0}},
        })
    }

    fn circles(&self) -> Value {
        let all = 0..self.nodes.len();
        let input = |at: usize| matches!(self.node(at).operation, Operation::Variable);
        let pick = |at: usize, yes: &'static str, no: &'static str| if input(at) { yes } else { no };
        let signs: Vec<String> = all.clone().map(|at| self.sign(at)).collect();
        // What is too long for its circle gets smaller letters.
        let sizes: Vec<f64> = signs.iter().map(|sign| (42.0 / sign.chars().count() as f64).clamp(8.0, 17.0)).collect();
        json!({
            "type": "scatter", "mode": "markers+text", "cliponaxis": false,
            "x": all.clone().map(|at| self.place(at)[0]).collect::<Vec<_>>(),
            "y": all.clone().map(|at| self.place(at)[1]).collect::<Vec<_>>(),
            "text": signs, "textposition": "middle center",
            "textfont": {
                "color": all.clone().map(|at| pick(at, "white", style::INK)).collect::<Vec<_>>(), "size": sizes,
            },
            "marker": {
                "size": 2.0 * RADIUS, "opacity": 1,
                "color": all.clone().map(|at| pick(at, style::PALETTE[2], "rgba(128,128,128,0.12)")).collect::<Vec<_>>(),
                "line": {
                    "width": 1.5,
                    "color": all.clone().map(|at| pick(at, style::PALETTE[2], style::INK)).collect::<Vec<_>>(),
                },
            },
            "hovertext": all.map(|at| self.explanation(at)).collect::<Vec<_>>(), "hoverinfo": "text",
        })
    }

    /// The values above the lines, or the gradients below them.
    fn numbers(&self, name: &str, above: f64, color: &str) -> Value {
        let gradients = above < 0.0;
        let bearing = |at: &usize| !gradients || self.node(*at).operation != Operation::Constant;
        let all: Vec<usize> = (0..self.nodes.len()).filter(bearing).collect();
        let number = |at: &usize| {
            let node = self.node(*at);
            digits(if gradients { node.gradient } else { node.value })
        };
        json!({
            "type": "scatter", "mode": "text", "name": name,
            "x": all.iter().map(|at| self.place(*at)[0] + RADIUS + self.level() / 2.0).collect::<Vec<_>>(),
            "y": all.iter().map(|at| self.place(*at)[1] + above).collect::<Vec<_>>(),
            "text": all.iter().map(number).collect::<Vec<_>>(), "textposition": "middle center",
            "textfont": {"size": 12, "color": color}, "cliponaxis": false,
            "hovertext": all.iter().map(|at| self.explanation(*at)).collect::<Vec<_>>(), "hoverinfo": "text",
        })
    }

    /// The names that do not stand inside a circle: above it; the output's at the end of its line.
    fn names(&self) -> Value {
        let (mut xs, mut ys, mut texts, mut positions) = (vec![], vec![], vec![], vec![]);
        for at in 0..self.nodes.len() {
            let Some(name) = self.node(at).name.as_deref().filter(|_| !self.has_name_inside(at)) else { continue };
            let [x, y] = self.place(at);
            let last = at + 1 == self.nodes.len();
            xs.push(if last { x + RADIUS + self.level() + 4.0 } else { x });
            ys.push(if last { y } else { y + RADIUS });
            positions.push(if last { "middle right" } else { "top center" });
            texts.push(format!("<b>{}</b>", style::escape(name)));
        }
        json!({
            "type": "scatter", "mode": "text", "x": xs, "y": ys, "text": texts, "textposition": positions,
            "textfont": {"size": 13, "color": style::INK}, "hoverinfo": "skip", "cliponaxis": false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Expression;

    #[test]
    fn a_number_in_an_operation_is_part_of_its_sign() -> Result<()> {
        let x = Expression::variable("x", 2.0);
        let graph = ComputationGraph::new(&(1.0 / (1.0 + (-&x).exp())))?;
        let drawing = Drawing::of(&graph);
        let signs: Vec<String> = (0..drawing.nodes.len()).map(|at| drawing.sign(at)).collect();
        assert_eq!(signs, ["x", "−x", "exp", "+1", "1/x"]);
        assert_eq!(drawing.layout.columns, 5);
        Ok(())
    }

    #[test]
    fn what_branches_says_the_sum_of_its_branches() -> Result<()> {
        let a = Expression::variable("A", 0.25);
        let graph = ComputationGraph::new(&(&a * 3.0 + a.powi(2)))?;
        let drawing = Drawing::of(&graph);
        assert!(drawing.explanation(0).contains("dJ/dA = 1 · 3 + 1 · 0.5 = 3.5"), "{}", drawing.explanation(0));
        Ok(())
    }

    #[test]
    fn what_nobody_can_read_is_not_drawing() -> Result<()> {
        let mut chain = Expression::variable("x", 0.5);
        for _ in 0..200 {
            chain = chain.tanh();
        }
        let error = ComputationGraph::new(&chain)?.plot().err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("201 nodes"), "{error}");
        Ok(())
    }
}
