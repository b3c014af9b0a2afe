//! Networks and their training under a cell: tables and lines.

use super::bundle::Bundle;
use super::in_cell::{InCell, show_without_prelude};
use crate::loss::Loss;
use crate::nn::{
    Adapter, Backward, DeadUnits, Device, DeviceUse, Evaluation, Forward, GradientCheck, InitialLoss, LayerwiseHistory,
    Network, Sequential, TinySubset, TrainingHistory, WorstMistakes,
};
use crate::optim::Optimizer as _;

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

show_without_prelude!(
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
    Device,
    Adapter,
    DeviceUse,
);

#[cfg(test)]
mod tests {
    use super::*;

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
        Ok(())
    }
}
