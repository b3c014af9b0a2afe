//! Networks, their training, computation graphs and what was watched, under a cell.

use super::bundle::Bundle;
use super::show::{InCell, show_without_prelude};
use crate::graph::{ComputationGraph, Expression};
use crate::loss::Loss;
use crate::monitor::{GradientFlow, LayerHistory};
use crate::nn::{
    Adapter, Backward, DeadUnits, Device, DeviceUse, Evaluation, Forward, GradientCheck, InitialLoss, LayerwiseHistory,
    Network, Sequential, TinySubset, TrainingHistory, WatchedLayers, WorstMistakes,
};
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

/// The table of its layers; where it is wrong, the error.
impl InCell for Sequential {
    fn in_cell(&self) -> Bundle {
        self.summary().in_cell()
    }
}

/// The table of its layers, with what it is trained by.
impl InCell for Network {
    fn in_cell(&self) -> Bundle {
        let table = self.summary().map(|mut table| {
            let (optimizer, loss) = (self.optimizer().name(), self.loss_function().name());
            table.note += &format!("; {optimizer}, {loss}, {} epochs", self.epochs());
            table
        });
        table.in_cell()
    }
}

impl InCell for TrainingHistory {
    fn in_cell(&self) -> Bundle {
        self.table().in_cell()
    }
}

impl InCell for LayerwiseHistory {
    fn in_cell(&self) -> Bundle {
        self.table().in_cell()
    }
}

impl InCell for Forward {
    fn in_cell(&self) -> Bundle {
        self.table().in_cell()
    }
}

impl InCell for Backward {
    fn in_cell(&self) -> Bundle {
        self.table().in_cell()
    }
}

impl InCell for GradientCheck {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.to_string())
    }
}

impl InCell for Evaluation {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.to_string())
    }
}

impl InCell for Device {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.to_string())
    }
}

impl InCell for Adapter {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.name().to_string())
    }
}

impl InCell for DeviceUse {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.to_string())
    }
}

impl InCell for InitialLoss {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.to_string())
    }
}

impl InCell for TinySubset {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.to_string())
    }
}

impl InCell for DeadUnits {
    fn in_cell(&self) -> Bundle {
        self.table().in_cell()
    }
}

impl InCell for WorstMistakes {
    fn in_cell(&self) -> Bundle {
        self.table().in_cell()
    }
}

/// The gradient flow; the distributions are its fields.
impl InCell for WatchedLayers {
    fn in_cell(&self) -> Bundle {
        self.flow.in_cell()
    }
}

show_without_prelude!(
    ComputationGraph,
    Expression,
    LayerHistory,
    GradientFlow,
    NetworkDrawing,
    Sequential,
    Network,
    TrainingHistory,
    LayerwiseHistory,
    Forward,
    Backward,
    GradientCheck,
    Evaluation,
    InitialLoss,
    TinySubset,
    DeadUnits,
    WorstMistakes,
    WatchedLayers,
    Device,
    Adapter,
    DeviceUse,
);

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
    fn a_network_and_its_training_show_their_tables() -> crate::Result<()> {
        use crate::nn::{Device, Fit};
        use crate::{data::Seed, loss::MeanSquaredError, optim::Sgd};
        use ndarray::array;
        let description = Sequential::new([2]).dense(3).tanh().dense(1);
        assert!(description.in_cell().plain().contains("13 parameters"));
        assert!(Sequential::new([2]).dense(0).in_cell().plain().starts_with("Error: units = 0"));
        let mut net = description.compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(1))?;
        let data = (array![[0.0, 1.0], [1.0, 0.5]], array![1.0, 2.0]);
        let history = net.fit(&data, Fit::epochs(20))?;
        assert!(net.in_cell().plain().contains("SGD, mean squared error, 20 epochs"));
        assert!(history.in_cell().plain().contains('…') && history.in_cell().plain().contains("all 20 epochs"));
        assert_eq!(history.device().in_cell().plain(), "CPU");
        assert_eq!((Device::Cpu.in_cell().plain(), Device::auto().in_cell().plain()), ("CPU", "auto"));
        assert!(net.forward(&data)?.in_cell().plain().contains("A1"));
        assert!(net.backward(&data)?.in_cell().plain().contains("dW1"));
        assert!(net.gradient_check(&data)?.in_cell().plain().starts_with("worst relative error"));
        assert!(net.evaluate_with(&data, &[])?.in_cell().plain().starts_with("loss "));
        assert!(net.initial_loss(&data)?.in_cell().plain().starts_with("loss after step 20"));
        assert!(net.overfit_tiny_subset(&data, 2, 3)?.in_cell().plain().starts_with("2 examples: "));
        assert!(net.dead_units(&data)?.in_cell().plain().contains("tanh"));
        assert!(net.worst_mistakes(&data, 1)?.in_cell().plain().contains("of 2 examples"));
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
