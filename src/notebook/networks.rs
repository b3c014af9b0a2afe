//! Computation graphs, drawn networks and what was watched of a training, under a cell: as their figures.

use super::bundle::Bundle;
use super::show::{InCell, show_without_prelude};
use crate::graph::{ComputationGraph, Expression};
use crate::monitor::{GradientFlow, LayerHistory};
use crate::plot::NetworkDrawing;

/// The drawing; where it would be too large, every node in words.
impl InCell for ComputationGraph {
    fn in_cell(&self) -> Bundle {
        match self.plot() {
            Ok(figure) => figure.in_cell(),
            Err(_) => Bundle::text(format!("{self:?}")),
        }
    }
}

/// The graph of the expression.
impl InCell for Expression {
    fn in_cell(&self) -> Bundle {
        ComputationGraph::new(self).in_cell()
    }
}

impl InCell for LayerHistory {
    fn in_cell(&self) -> Bundle {
        self.histogram_plot().in_cell()
    }
}

impl InCell for GradientFlow {
    fn in_cell(&self) -> Bundle {
        self.overview().in_cell()
    }
}

impl InCell for NetworkDrawing {
    fn in_cell(&self) -> Bundle {
        self.plot().in_cell()
    }
}

show_without_prelude!(ComputationGraph, Expression, LayerHistory, GradientFlow, NetworkDrawing);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::Norms;
    use crate::plot::NetworkLayer;

    #[test]
    fn each_shows_its_figure() -> crate::Result<()> {
        let layers = [NetworkLayer::new("input", 2), NetworkLayer::new("output", 1)];
        let mut history = LayerHistory::new("weight");
        assert!(history.in_cell().plain().starts_with("Error: the history of weights holds no finite value"));
        history.record(0, "dense", [0.5, 1.5]);
        let mut flow = GradientFlow::new();
        flow.record(0, "dense", Norms { gradient: 1.0, weight: 1.0, update: 0.01 });
        let w = Expression::variable("w", 2.0);
        let shown = [w.tanh().in_cell(), history.in_cell(), flow.in_cell(), NetworkDrawing::new(layers)?.in_cell()];
        for bundle in shown {
            assert!(bundle.plain().starts_with("Figure: "), "{}", bundle.plain());
            assert!(bundle.get("application/vnd.plotly.v1+json").is_some());
        }
        assert!((-w.exp()).ln().in_cell().plain().starts_with("Error: ln(−7.389056) is NaN"));
        Ok(())
    }

    #[test]
    fn a_graph_too_large_to_draw_shows_in_words() {
        let mut chain = Expression::variable("x", 0.5);
        for _ in 0..200 {
            chain = chain.tanh();
        }
        assert!(chain.in_cell().plain().starts_with("computation graph of 201 nodes\nx = 0.5, gradient "));
    }
}
