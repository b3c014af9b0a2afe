//! candle on the CPU.

use std::error::Error;

use candle_core::{DType, Device, Tensor};
use candle_nn::{AdamW, Linear, Module, AnyOptimizer, ParamsAdamW, VarBuilder, VarMap, linear, loss};
use peers::Task;

fn main() -> Result<(), Box<dyn Error>> {
    let (task, device, variables) = (Task::from_arguments()?, Device::Cpu, VarMap::new());
    let builder = VarBuilder::from_varmap(&variables, DType::F32, &device);
    let layers: Vec<Linear> = task
        .sizes
        .windows(2)
        .enumerate()
        .map(|(at, pair)| linear(pair[0], pair[1], builder.pp(at)))
        .collect::<Result<_, _>>()?;
    // Adam is AdamW without decay.
    let options = ParamsAdamW { lr: 1e-3, weight_decay: 0.0, ..Default::default() };
    let mut optimizer = AdamW::new(variables.all_vars(), options)?;
    let batches = task
        .batches()
        .into_iter()
        .map(|(x, y)| {
            let y: Vec<u32> = y.into_iter().map(|class| class as u32).collect();
            let x = Tensor::from_vec(x, (task.batch, task.inputs()), &device)?;
            Ok((x, Tensor::from_vec(y, task.batch, &device)?))
        })
        .collect::<candle_core::Result<Vec<_>>>()?;
    task.time(|at| {
        let (x, y) = &batches[at % batches.len()];
        let mut values = x.clone();
        for (at, layer) in layers.iter().enumerate() {
            values = layer.forward(&values)?;
            if at + 1 < layers.len() {
                values = values.relu()?;
            }
        }
        optimizer.backward_step(&loss::cross_entropy(&values, y)?)?;
        Ok(())
    })
}
