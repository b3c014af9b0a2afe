//! The gradient of the weights, and what comes of it: penalties, clipping, the optimizer, constraints.

use std::ops::Range;

use super::{AfterGradient, Groups, NONE, Scheduler, bits};
use crate::engine::gpu::kernel::{Kernel, THREADS};
use crate::engine::gpu::layout::pieces;
use crate::engine::gpu::numbers;
use crate::engine::plan::{Operation, Parameter, Value};
use crate::optim::{Clip, Optimizer};

/// A dense layer whose weights are trained: input, output, weights, bias.
type Dense = (Value, Value, usize, Option<usize>);

impl Scheduler<'_> {
    /// The gradient of all weights and what comes of it.
    pub(super) fn update(&mut self, after: AfterGradient<'_>) {
        let dense = self.trained_dense();
        match after {
            AfterGradient::Keep => self.dense_gradients(&dense, None),
            AfterGradient::Step(optimizer, clip) => {
                let norm = match clip {
                    Some(Clip::Norm(limit)) => Some((limit, false)),
                    Some(Clip::GlobalNorm(limit)) => Some((limit, true)),
                    _ => None,
                };
                let limit = match clip {
                    Some(Clip::Value(limit)) => bits(limit),
                    _ => 0,
                };
                let covered = |id: usize| dense.iter().any(|(.., weights, bias)| *weights == id || *bias == Some(id));
                let all_dense = (0..self.plan.parameters.len()).all(|id| !self.parameter(id).trained || covered(id));
                if norm.is_none() && all_dense {
                    self.dense_gradients(&dense, Some((optimizer, limit)));
                } else {
                    self.dense_gradients(&dense, None);
                    self.step(optimizer, limit, norm);
                }
                self.constraints();
            }
        }
    }

    fn trained_dense(&self) -> Vec<Dense> {
        let dense = self.plan.operations.iter().filter_map(|operation| match operation {
            Operation::Dense { input, output, weights, bias } if self.parameter(*weights).trained => {
                Some((*input, *output, *weights, *bias))
            }
            _ => None,
        });
        dense.collect()
    }

    /// The gradients of all dense layers, and the optimizer's step along them where it is given with its bound of clipping.
    fn dense_gradients(&mut self, dense: &[Dense], step: Option<(&Optimizer, u32)>) {
        let widest = dense.iter().max_by_key(|(input, output, ..)| input.width * output.width);
        let Some((input, output, ..)) = widest else { return };
        let tiles = self.tiles_for(input.width + 1, output.width);
        let (kind, limit) = step.map_or((0, 0), |(optimizer, limit)| (optimizer.kernel(), limit));
        let mut record = vec![dense.len() as u32, u32::from(step.is_some()), kind];
        record.extend([limit, numbers::mean_over(self.loss)]);
        let slice_at = record.len();
        let mut count = 0;
        for (input, output, weights, bias) in dense {
            record.extend([count, input.width as u32, output.width as u32]);
            record.extend([self.input(*input), self.layout.delta(*output), self.offset(Some(*weights))]);
            record.push(self.offset(*bias));
            for id in [Some(*weights), *bias] {
                let strengths = id
                    .map(|id| self.parameter(id))
                    .map_or([0.0; 2], |parameter| numbers::strengths_for(parameter.spec.penalty, parameter.length()));
                record.extend(strengths.map(bits));
            }
            let rows = input.width + usize::from(bias.is_some());
            let across = output.width.div_ceil(tiles.columns as usize);
            count += (rows.div_ceil(tiles.rows as usize) * across) as u32;
        }
        record.push(count);
        let groups = Groups::Fixed(count as usize);
        self.push_product(Kernel::DenseBackwardWeights, tiles, groups, self.rows, record, slice_at);
    }

    /// The optimizer's step along a gradient that is known as a whole, with a bound of its numbers or of norms: of each
    /// tensor's or of all together.
    fn step(&mut self, optimizer: &Optimizer, limit: u32, norm: Option<(f64, bool)>) {
        let tensors: Vec<Range<usize>> = match norm {
            Some((_, true)) => std::iter::once(0..self.plan.trained).collect(),
            _ => {
                let trained = self.plan.parameters.iter().filter(|parameter| parameter.trained);
                let mut places: Vec<_> = trained.map(Parameter::range).collect();
                places.sort_by_key(|place| place.start);
                places
            }
        };
        if let Some((limit, _)) = norm {
            self.clip_by_norm(&tensors, limit);
        }
        let factors = if norm.is_some() { self.layout.factors as u32 } else { NONE };
        let mut record = vec![optimizer.kernel(), self.plan.trained as u32, limit, factors, tensors.len() as u32];
        record.extend(tensors.iter().map(|tensor| tensor.end as u32));
        let groups = Groups::Fixed(self.plan.trained.div_ceil(THREADS as usize));
        self.push_lines(Kernel::Optimizer, groups, tensors.len(), record);
    }

    /// What each of these is multiplied by so that its norm is at most this.
    fn clip_by_norm(&mut self, tensors: &[Range<usize>], limit: f64) {
        let layout = self.layout;
        let (mut norms, mut count) = (vec![], 0);
        let mut record = vec![layout.factors as u32, bits(limit), layout.norms as u32, tensors.len() as u32];
        for tensor in tensors {
            let first = count;
            for piece in pieces(tensor.clone()) {
                norms.extend([piece.start as u32, piece.len() as u32]);
                count += 1;
            }
            record.extend([first, count - first]);
        }
        norms.splice(0..0, [count, layout.norms as u32]);
        self.push(Kernel::GradientNorm, Groups::Fixed(count as usize), norms);
        self.push_lines(Kernel::ClipByNorm, Groups::Fixed(tensors.len()), count as usize, record);
    }

    fn constraints(&mut self) {
        let plan = self.plan;
        for parameter in plan.parameters.iter().filter(|parameter| parameter.trained) {
            let Some(constraint) = parameter.spec.constraint else { continue };
            let (kind, most, axis) = numbers::constraint(constraint);
            let [rows, columns] = parameter.spec.shape;
            let record = vec![parameter.offset as u32, rows as u32, columns as u32, kind, bits(most), axis];
            let [lines, length] = if axis == 0 { [columns, rows] } else { [rows, columns] };
            self.push_lines(Kernel::Constraint, Groups::Fixed(lines), length, record);
        }
    }
}
