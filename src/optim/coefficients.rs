//! What a device other than the processor needs for a step: which optimizer, and the numbers that are the same for all
//! parameters. `shaders/common/optimizer.wgsl` has the formulas.

use super::adam::Coefficients;
use super::{AnyOptimizer, State, inside_and_beside};

impl AnyOptimizer {
    /// Its number in the shader.
    #[cfg(feature = "gpu")]
    pub(crate) fn kernel(&self) -> u32 {
        match self {
            AnyOptimizer::Sgd(_) => 0,
            AnyOptimizer::Momentum(_) => 1,
            AnyOptimizer::AveragedMomentum(_) => 2,
            AnyOptimizer::Nesterov(_) => 3,
            AnyOptimizer::Adagrad(_) => 4,
            AnyOptimizer::Adadelta(_) => 5,
            AnyOptimizer::RmsProp(optimizer) => 6 + u32::from(optimizer.centered),
            AnyOptimizer::Adam(_) => 8,
            AnyOptimizer::AdamW(_) => 9,
            AnyOptimizer::AmsGrad(_) => 10,
            AnyOptimizer::Adamax(_) => 11,
            AnyOptimizer::Nadam(_) => 12,
        }
    }

    /// The numbers of the step that comes after those which the state has counted, with this learning rate; counts it.
    pub(crate) fn coefficients(&self, state: &mut State<f32>, rate: f64) -> [f32; 8] {
        let t = state.count() as f64;
        let adam = |of: Coefficients<f32>, decay: f64| of.numbers(decay as f32);
        let numbers: &[f64] = match self {
            AnyOptimizer::Sgd(_) => &[rate],
            AnyOptimizer::Momentum(optimizer) => &[rate, optimizer.momentum],
            AnyOptimizer::AveragedMomentum(optimizer) => &[rate, optimizer.beta, 1.0 - optimizer.beta],
            AnyOptimizer::Nesterov(optimizer) => &[rate, optimizer.momentum],
            AnyOptimizer::Adagrad(optimizer) => {
                let [inside, beside] = inside_and_beside(optimizer.epsilon, optimizer.beside_root);
                &[rate, inside, beside]
            }
            AnyOptimizer::Adadelta(optimizer) => &[rate, optimizer.rho, 1.0 - optimizer.rho, optimizer.epsilon],
            AnyOptimizer::RmsProp(optimizer) => {
                let [inside, beside] = inside_and_beside(optimizer.epsilon, optimizer.beside_root);
                &[rate, optimizer.rho, 1.0 - optimizer.rho, optimizer.momentum, inside, beside]
            }
            AnyOptimizer::Adam(o) => {
                return adam(Coefficients::new(o.beta_1, o.beta_2, o.epsilon, o.epsilon_place, t, rate as f32), 0.0);
            }
            AnyOptimizer::AdamW(o) => {
                let of = Coefficients::new(o.beta_1, o.beta_2, o.epsilon, o.epsilon_place, t, rate as f32);
                return adam(of, rate * o.weight_decay);
            }
            AnyOptimizer::AmsGrad(o) => {
                return adam(Coefficients::new(o.beta_1, o.beta_2, o.epsilon, o.epsilon_place, t, rate as f32), 0.0);
            }
            AnyOptimizer::Adamax(o) => &[1.0 - o.beta_1, o.beta_2, o.epsilon, rate / (1.0 - o.beta_1.powf(t))],
            AnyOptimizer::Nadam(o) => {
                let [of_m, of_g] = o.shares(&mut state.product, t);
                &[1.0 - o.beta_1, 1.0 - o.beta_2, o.epsilon, of_m, of_g, 1.0 / (1.0 - o.beta_2.powf(t)), rate]
            }
        };
        std::array::from_fn(|at| numbers.get(at).map_or(0.0, |number| *number as f32))
    }
}
