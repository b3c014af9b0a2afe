//! What shows under a cell as a drawing: computation graphs, networks, what was watched of their layers.

use super::bundle::Bundle;
use super::in_cell::{InCell, show_without_prelude};
use crate::graph::{ComputationGraph, Expression};
use crate::monitor::{GradientFlow, LayerHistory};
use crate::nn::WatchedLayers;
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

/// The gradient flow; the distributions are its fields.
impl InCell for WatchedLayers {
    fn in_cell(&self) -> Bundle {
        self.flow.in_cell()
    }
}

show_without_prelude!(ComputationGraph, Expression, LayerHistory, GradientFlow, NetworkDrawing, WatchedLayers);

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
    fn watched_layers_show_their_gradient_flow() -> crate::Result<()> {
        use crate::nn::{Device, Fit, Sequential};
        use crate::{data::Seed, loss::MeanSquaredError, optim::Sgd};
        let net = Sequential::new([2]).dense(3).tanh().dense(1);
        let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(1))?;
        let data = (ndarray::array![[0.0, 1.0], [1.0, 0.5]], ndarray::array![1.0, 2.0]);
        let history = net.fit(&data, Fit::epochs(2).watch_layers())?;
        assert!(history.layers()?.in_cell().plain().starts_with("Figure: Gradient flow"));
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
