//! Backpropagation against finite differences, over all parameters.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::network::Network;
use crate::data::Examples;
use crate::data::random::permutation;
use crate::engine::cpu;
use crate::engine::memory::Memory;
use crate::engine::plan::Mode;
use crate::error::{Error, Result};
use crate::interrupt::heeding;

/// More parameters than this are sampled.
const MOST: usize = 2000;

/// How far backpropagation is from finite differences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradientCheck {
    /// The largest |backpropagation − stencil| / max(|backpropagation| + |stencil|, 10⁻³ of the largest derivative).
    pub worst: f64,
    /// Where: `W1[0, 2]`.
    pub place: String,
    /// The derivative by backpropagation.
    pub backpropagation: f64,
    /// The derivative by the stencil.
    pub stencil: f64,
    /// The number of parameters checked.
    pub checked: usize,
}

impl GradientCheck {
    /// Whether the worst error is below 10⁻⁶, which no wrong formula reaches.
    pub fn passed(&self) -> bool {
        self.worst < 1e-6
    }
}

impl fmt::Display for GradientCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "worst relative error {:.1e} of {} parameters, at {}: backpropagation {:.10}, stencil {:.10}",
            self.worst, self.checked, self.place, self.backpropagation, self.stencil
        )
    }
}

impl Network {
    /// Compares backpropagation with the five-point stencil (f(−2h) − 8f(−h) + 8f(h) − f(2h))/12h of the loss with all
    /// penalties, in `f64`, over all parameters, or 2000 drawn at random where there are more.
    ///
    /// The network is as in training: batch statistics, and the masks of its next step, which stay the same throughout.
    /// Where a ReLU's input is within 2h of its kink, the stencil is wrong, not the formula. If the user
    /// interrupts the cell, the result is that of the parameters checked until then.
    ///
    /// # Errors
    /// [`Error::Interrupted`] before the first parameter; examples as [`fit`](Network::fit) refuses them.
    pub fn gradient_check(&self, examples: &dyn Examples) -> Result<GradientCheck> {
        self.gradient_check_in(examples, self.mode())
    }

    pub(super) fn gradient_check_in(&self, examples: &dyn Examples, mode: Mode) -> Result<GradientCheck> {
        let prepared = self.prepare(examples)?;
        let (plan, rows) = (&self.plan, prepared.rows);
        let mut memory = Memory::<f64>::new(plan, rows, prepared.targets, true)?;
        for (place, x) in memory.value_mut(plan.input, rows).iter_mut().zip(&prepared.x) {
            *place = f64::from(*x);
        }
        memory.truth.copy_from_slice(&prepared.y);
        let mut parameters: Vec<f64> = self.parameters.iter().map(|parameter| f64::from(*parameter)).collect();
        cpu::forward(plan, &parameters, &mut memory, rows, mode)?;
        cpu::loss(&self.loss_at, &mut memory, rows, true);
        cpu::backward(plan, &parameters, &mut memory, rows, mode, self.loss_at.fused)?;
        cpu::penalties(plan, &parameters, Some(&mut memory.gradient))?;
        let gradient = memory.gradient.clone();
        let mut loss_at = |parameters: &[f64]| -> Result<f64> {
            let activities = cpu::forward(plan, parameters, &mut memory, rows, mode)?;
            let loss = cpu::loss(&self.loss_at, &mut memory, rows, false);
            Ok(loss + activities + cpu::penalties(plan, parameters, None)?)
        };
        let mut places: Vec<usize> = permutation(plan.trained, &mut self.seed.generator());
        places.truncate(MOST);
        let scale = gradient.iter().fold(0.0, |most: f64, g| most.max(g.abs()));
        let mut check = GradientCheck {
            worst: 0.0,
            place: String::new(),
            backpropagation: 0.0,
            stencil: 0.0,
            checked: places.len(),
        };
        let heeding = heeding();
        for (done, at) in places.into_iter().enumerate() {
            if heeding.requested() {
                check.checked = done;
                break;
            }
            let middle = parameters[at];
            let h = 1e-4 * middle.abs().max(1.0);
            let mut sum = 0.0;
            for (steps, factor) in [(-2.0, 1.0), (-1.0, -8.0), (1.0, 8.0), (2.0, -1.0)] {
                parameters[at] = middle + steps * h;
                sum += factor * loss_at(&parameters)?;
            }
            parameters[at] = middle;
            let (stencil, exact) = (sum / (12.0 * h), gradient[at]);
            let error = (stencil - exact).abs() / (stencil.abs() + exact.abs()).max(1e-3 * scale).max(1e-9);
            if error > check.worst || error.is_nan() || check.place.is_empty() {
                check = GradientCheck {
                    worst: error,
                    place: self.place_name(at),
                    backpropagation: exact,
                    stencil,
                    ..check
                };
            }
        }
        match check.checked {
            0 if plan.trained > 0 => Err(Error::Interrupted("before the first parameter was checked".into())),
            _ => Ok(check),
        }
    }

    /// `W1[0, 2]` for a place in the buffer of parameters.
    fn place_name(&self, at: usize) -> String {
        let parameter = self.plan.parameters.iter().find(|parameter| parameter.range().contains(&at));
        parameter.map_or(String::new(), |parameter| {
            let (inside, columns) = (at - parameter.offset, parameter.spec.shape[1]);
            format!("{}[{}, {}]", parameter.name, inside / columns, inside % columns)
        })
    }
}
