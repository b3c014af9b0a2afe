//! burn, its ndarray backend.

use std::error::Error;

use burn::backend::{Autodiff, NdArray};
use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, AnyOptimizer};
use burn::tensor::activation::relu;
use burn::tensor::backend::Backend;
use burn::tensor::{Int, Tensor, TensorData};
use peers::Task;

#[derive(Module, Debug)]
struct Network<B: Backend> {
    layers: Vec<Linear<B>>,
}

impl<B: Backend> Network<B> {
    fn forward(&self, x: Tensor<B, 2>) -> Tensor<B, 2> {
        let last = self.layers.len() - 1;
        self.layers.iter().enumerate().fold(x, |x, (at, layer)| {
            let z = layer.forward(x);
            if at < last { relu(z) } else { z }
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    type B = Autodiff<NdArray<f32>>;
    let (task, device) = (Task::from_arguments()?, Default::default());
    let layers = task.sizes.windows(2).map(|pair| LinearConfig::new(pair[0], pair[1]).init::<B>(&device)).collect();
    let mut network = Some(Network { layers });
    let mut optimizer = AdamConfig::new().init();
    let loss = CrossEntropyLossConfig::new().init(&device);
    let batches: Vec<(Tensor<B, 2>, Tensor<B, 1, Int>)> = task
        .batches()
        .into_iter()
        .map(|(x, y)| {
            let x = Tensor::from_data(TensorData::new(x, [task.batch, task.inputs()]), &device);
            (x, Tensor::from_data(TensorData::new(y, [task.batch]), &device))
        })
        .collect();
    task.time(|at| {
        let (x, y) = &batches[at % batches.len()];
        let net = network.take().ok_or("no network")?;
        let gradients = loss.forward(net.forward(x.clone()), y.clone()).backward();
        let gradients = GradientsParams::from_grads(gradients, &net);
        network = Some(optimizer.step(1e-3, net, gradients));
        Ok(())
    })
}
