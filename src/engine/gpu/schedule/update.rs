//! The gradient of the weights, and what comes of it: penalties, clipping, the optimizer, constraints.

use std::ops::Range;

use super::{Ending, Groups, NONE, Scheduler, bits};
use crate::engine::gpu::kernel::Kernel;
use crate::engine::gpu::layout::pieces;
use crate::engine::gpu::numbers;
use crate::engine::plan::{Operation, Parameter};
use crate::optim::{Clip, Optimizer};

impl Scheduler<'_> {
    /// The gradient of all weights and what comes of it.
    pub(super) fn update(&mut self, ending: Ending<'_>) {
        let (plan, layout) = (self.plan, self.layout);
        let trains = |id: usize| plan.parameters[id].trained;
        let dense = plan.operations.iter().filter_map(|operation| match operation {
            Operation::Dense { input, output, weights, bias } if trains(*weights) => {
                Some((*input, *output, *weights, *bias))
            }
            _ => None,
        });
        let dense: Vec<_> = dense.collect();
        let covered = |id: &usize| dense.iter().any(|(_, _, weights, bias)| weights == id || *bias == Some(*id));
        let all_dense = (0..plan.parameters.len()).filter(|id| trains(*id)).all(|id| covered(&id));
        let (optimizer, clip) = match ending {
            Ending::Gradient => (None, None),
            Ending::Step(optimizer, clip) => (Some(optimizer), clip),
        };
        let limit = match clip {
            Some(Clip::Value(limit)) => bits(limit),
            _ => 0,
        };
        let norm = match clip {
            Some(Clip::Norm(limit)) => Some((limit, false)),
            Some(Clip::GlobalNorm(limit)) => Some((limit, true)),
            _ => None,
        };
        let at_once = optimizer.is_some() && norm.is_none() && all_dense;
        let kind = optimizer.map_or(0, Optimizer::kernel);
        let (slots, trained, gradient) = (layout.slots as u32, plan.trained as u32, layout.gradient as u32);
        if !dense.is_empty() {
            let widest = dense.iter().max_by_key(|(input, output, ..)| input.width * output.width);
            let shape = widest.map_or((1, 1), |(input, output, ..)| (input.width + 1, output.width));
            let tiles = self.tiles_for(shape.0, shape.1);
            let mut record = vec![dense.len() as u32, u32::from(at_once), kind, slots, trained, gradient, limit];
            let mut count = 0;
            for (input, output, weights, bias) in &dense {
                record.extend([count, input.width as u32, output.width as u32]);
                record.extend([self.input(*input), layout.delta(*output), self.place(Some(*weights))]);
                record.push(self.place(*bias));
                for id in [Some(*weights), *bias] {
                    let strengths = id.map(|id| self.parameter(id));
                    let strengths = strengths.map_or([0.0; 2], |parameter| {
                        numbers::strengths_for(parameter.wanted.penalty, parameter.length())
                    });
                    record.extend(strengths.map(bits));
                }
                let rows = input.width + usize::from(bias.is_some());
                let across = output.width.div_ceil(tiles.columns as usize);
                count += (rows.div_ceil(tiles.rows as usize) * across) as u32;
            }
            record.push(count);
            self.push_with(Kernel::DenseBackwardWeights, tiles, Groups::Fixed(count as usize), record);
        }
        let Some(optimizer) = optimizer else { return };
        if !at_once {
            let tensors: Vec<Range<usize>> = match norm {
                Some((_, true)) => std::iter::once(0..plan.trained).collect(),
                _ => {
                    let mut places: Vec<_> =
                        plan.parameters.iter().filter(|p| p.trained).map(Parameter::place).collect();
                    places.sort_by_key(|place| place.start);
                    places
                }
            };
            if let Some((limit, _)) = norm {
                let (mut norms, mut count) = (vec![], 0);
                let mut record = vec![layout.factors as u32, bits(limit), layout.norms as u32];
                for tensor in &tensors {
                    let first = count;
                    for piece in pieces(tensor.clone()) {
                        norms.extend([(layout.gradient + piece.start) as u32, piece.len() as u32]);
                        count += 1;
                    }
                    record.extend([first, count - first]);
                }
                norms.splice(0..0, [count, layout.norms as u32]);
                self.push(Kernel::GradientNorm, Groups::Fixed(count as usize), norms);
                self.push(Kernel::ClipByNorm, Groups::Fixed(tensors.len()), record);
            }
            let factors = if norm.is_some() { layout.factors as u32 } else { NONE };
            let mut record = vec![optimizer.kernel(), slots, trained, gradient, limit, factors, tensors.len() as u32];
            record.extend(tensors.iter().map(|tensor| tensor.end as u32));
            self.push(Kernel::Optimizer, Groups::Fixed(plan.trained.div_ceil(256)), record);
        }
        for parameter in plan.parameters.iter().filter(|parameter| parameter.trained) {
            let Some(constraint) = parameter.wanted.constraint else { continue };
            let (kind, most, axis) = numbers::constraint(constraint);
            let [rows, columns] = parameter.wanted.shape;
            let record = vec![parameter.offset as u32, rows as u32, columns as u32, kind, bits(most), axis];
            self.push(Kernel::Constraint, Groups::Fixed(if axis == 0 { columns } else { rows }), record);
        }
    }
}
