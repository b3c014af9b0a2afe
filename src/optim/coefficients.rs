//! What a device other than the processor needs for a step: which optimizer, and the numbers that are the same for all
//! parameters. `shaders/common/optimizer.wgsl` has the formulas.

use super::adam::Coefficients;
use super::{Optimizer, State, inside_and_beside};

impl Optimizer {
    /// Its number in the shader.
    #[cfg(feature = "gpu")]
    pub(crate) fn kernel(&self) -> u32 {
        match self {
            Optimizer::Sgd(_) => 0,
            Optimizer::Momentum(_) => 1,
            Optimizer::AveragedMomentum(_) => 2,
            Optimizer::Nesterov(_) => 3,
            Optimizer::Adagrad(_) => 4,
            Optimizer::Adadelta(_) => 5,
            Optimizer::RmsProp(optimizer) => 6 + u32::from(optimizer.centered),
            Optimizer::Adam(_) => 8,
            Optimizer::AdamW(_) => 9,
            Optimizer::AmsGrad(_) => 10,
            Optimizer::Adamax(_) => 11,
            Optimizer::Nadam(_) => 12,
        }
    }

    /// The numbers of the step that comes after those which the state has counted, with this learning rate; counts it.
    pub(crate) fn coefficients(&self, state: &mut State<f32>, rate: f64) -> [f32; 8] {
        let t = state.count() as f64;
        let adam = |of: Coefficients<f32>, decay: f64| of.numbers(decay as f32);
        let numbers: &[f64] = match self {
            Optimizer::Sgd(_) => &[rate],
            Optimizer::Momentum(optimizer) => &[rate, optimizer.momentum],
            Optimizer::AveragedMomentum(optimizer) => &[rate, optimizer.beta, 1.0 - optimizer.beta],
            Optimizer::Nesterov(optimizer) => &[rate, optimizer.momentum],
            Optimizer::Adagrad(optimizer) => {
                let [inside, beside] = inside_and_beside(optimizer.epsilon, optimizer.beside_root);
                &[rate, inside, beside]
            }
            Optimizer::Adadelta(optimizer) => &[rate, optimizer.rho, 1.0 - optimizer.rho, optimizer.epsilon],
            Optimizer::RmsProp(optimizer) => {
                let [inside, beside] = inside_and_beside(optimizer.epsilon, optimizer.beside_root);
                &[rate, optimizer.rho, 1.0 - optimizer.rho, optimizer.momentum, inside, beside]
            }
            Optimizer::Adam(o) => {
                return adam(Coefficients::new(o.beta_1, o.beta_2, o.epsilon, o.epsilon_place, t, rate as f32), 0.0);
            }
            Optimizer::AdamW(o) => {
                let of = Coefficients::new(o.beta_1, o.beta_2, o.epsilon, o.epsilon_place, t, rate as f32);
                return adam(of, rate * o.weight_decay);
            }
            Optimizer::AmsGrad(o) => {
                return adam(Coefficients::new(o.beta_1, o.beta_2, o.epsilon, o.epsilon_place, t, rate as f32), 0.0);
            }
            Optimizer::Adamax(o) => &[1.0 - o.beta_1, o.beta_2, o.epsilon, rate / (1.0 - o.beta_1.powf(t))],
            Optimizer::Nadam(o) => {
                let [of_m, of_g] = o.shares(&mut state.product, t);
                &[1.0 - o.beta_1, 1.0 - o.beta_2, o.epsilon, of_m, of_g, 1.0 / (1.0 - o.beta_2.powf(t)), rate]
            }
        };
        std::array::from_fn(|at| numbers.get(at).map_or(0.0, |number| *number as f32))
    }
}
