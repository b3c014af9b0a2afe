//! The gradient of the weights and its use: penalties, clipping, the optimizer, constraints.

use std::ops::Range;

use super::{AfterGradient, Groups, Scheduler};
use crate::engine::gpu::layout::pieces;
use crate::engine::gpu::numbers;
use crate::engine::gpu::records::{
    self, ClipByNorm, DenseBackwardWeights, DenseLayer, GradientNorm, Piece, Strengths, Tensor, TensorPieces,
};
use crate::engine::gpu::tiles::{THREADS, Tiles};
use crate::engine::plan::{Operation, Parameter, Value};
use crate::optim::{AnyOptimizer, Clip};

/// A dense layer whose weights are trained: input, output, weights, bias.
type Dense = (Value, Value, usize, Option<usize>);

impl Scheduler<'_> {
    /// The gradient of all weights, and what follows it.
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
                    Some(Clip::Value(limit)) => limit as f32,
                    _ => 0.0,
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

    /// The gradients of all dense layers; with an optimizer and its bound of clipping also its step.
    fn dense_gradients(&mut self, dense: &[Dense], step: Option<(&AnyOptimizer, f32)>) {
        let widest = dense.iter().max_by_key(|(input, output, ..)| input.width * output.width);
        let Some((input, output, ..)) = widest else { return };
        let tiles = self.tiles_for(input.width + 1, output.width);
        let (optimizer, clip) = step.map_or((0, 0.0), |(optimizer, limit)| (optimizer.kind_number(), limit));
        let (steps, mean_over) = (step.is_some(), numbers::mean_over(self.loss));
        let (layers, count) = self.dense_layers(dense, tiles);
        let groups = Groups::Fixed(count as usize);
        self.push_product(tiles, groups, self.rows, |slice| {
            let layers = layers.clone();
            DenseBackwardWeights { steps, optimizer, clip, mean_over, slice, tiles: count, layers }
        });
    }

    /// The layers, and the number of all their tiles.
    fn dense_layers(&self, dense: &[Dense], tiles: Tiles) -> (Vec<DenseLayer>, u32) {
        let strengths =
            |parameter: &Parameter| Strengths::of(numbers::strengths_for(parameter.spec.penalty, parameter.length()));
        let mut count = 0;
        let layers = dense.iter().map(|(input, output, weights, bias)| {
            let layer = DenseLayer {
                first_tile: count,
                inputs: input.width as u32,
                units: output.width as u32,
                x: self.input(*input),
                dz: self.layout.delta(*output),
                weights: self.offset(*weights),
                bias: bias.map(|bias| self.offset(bias)),
                weights_penalty: strengths(self.parameter(*weights)),
                bias_penalty: bias.map_or(Strengths::NONE, |bias| strengths(self.parameter(bias))),
            };
            let rows = input.width + usize::from(bias.is_some());
            let across = output.width.div_ceil(tiles.columns as usize);
            count += (rows.div_ceil(tiles.rows as usize) * across) as u32;
            layer
        });
        (layers.collect(), count)
    }

    /// The optimizer's step along a gradient that is known as a whole, with a bound of its numbers or of norms: of each
    /// tensor or of all together.
    fn step(&mut self, optimizer: &AnyOptimizer, clip: f32, norm: Option<(f64, bool)>) {
        let tensors: Vec<Range<usize>> = match norm {
            Some((_, true)) => std::iter::once(0..self.plan.trained).collect(),
            _ => {
                let trained = self.plan.parameters.iter().filter(|parameter| parameter.trained);
                let mut ranges: Vec<_> = trained.map(Parameter::range).collect();
                ranges.sort_by_key(|range| range.start);
                ranges
            }
        };
        if let Some((limit, _)) = norm {
            self.clip_by_norm(&tensors, limit);
        }
        let record = records::Optimizer {
            kind: optimizer.kind_number(),
            trained: self.plan.trained as u32,
            clip,
            factors: norm.map(|_| self.layout.factors as u32),
            tensors: tensors.iter().map(|tensor| Tensor { end: tensor.end as u32 }).collect(),
        };
        let groups = Groups::Fixed(self.plan.trained.div_ceil(THREADS as usize));
        self.push_lines(groups, tensors.len(), &record);
    }

    /// The factor for each of these tensors that keeps its norm within the limit.
    fn clip_by_norm(&mut self, tensors: &[Range<usize>], limit: f64) {
        let (factors, norms) = (self.layout.factors as u32, self.layout.norms as u32);
        let mut all = vec![];
        let tensors = tensors.iter().map(|tensor| {
            let first = all.len() as u32;
            all.extend(
                pieces(tensor.clone()).map(|piece| Piece { start: piece.start as u32, length: piece.len() as u32 }),
            );
            TensorPieces { first, pieces: all.len() as u32 - first }
        });
        let record = ClipByNorm { factors, limit: limit as f32, norms, tensors: tensors.collect() };
        let count = all.len();
        self.push(Groups::Fixed(count), &GradientNorm { norms, pieces: all });
        self.push_lines(Groups::Fixed(record.tensors.len()), count, &record);
    }

    fn constraints(&mut self) {
        let plan = self.plan;
        for parameter in plan.parameters.iter().filter(|parameter| parameter.trained) {
            let Some(constraint) = parameter.spec.constraint else { continue };
            let (kind, most, axis) = numbers::constraint(constraint);
            let [rows, columns] = parameter.spec.shape;
            let record = records::Constraint {
                weights: parameter.offset as u32,
                rows: rows as u32,
                columns: columns as u32,
                kind,
                most: most as f32,
                axis,
            };
            let [lines, length] = if axis == 0 { [columns, rows] } else { [rows, columns] };
            self.push_lines(Groups::Fixed(lines), length, &record);
        }
    }
}
