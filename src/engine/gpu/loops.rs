//! How many iterations the loops of a kernel have.
//!
//! llvmpipe, the software driver, counts the iterations of all loops of a thread together, nested or in sequence, each with
//! the last test of its condition. After 65 535 it ends them all, and silently leaves wrong sums. So no thread has more than
//! [`MOST_ITERATIONS`] in one dispatch: products with a long inner index are divided into slices, one dispatch each, and
//! what cannot be divided is refused where a device ends loops.

use super::capabilities::Products;
use super::kernel::{Kernel, TAIL_LANES};
use super::tiles::Tiles;
use crate::activation::AnyActivation;

/// The most iterations of a thread in one dispatch.
pub(super) const MOST_ITERATIONS: usize = 60_000;

/// The most iterations for finding a tile and finishing its sums, with the rounds of a random number for each.
const FINISHING: usize = 2_000;

/// Iterations of reductions over the lanes, in addition to the loops over a line.
const REDUCTIONS: usize = 100;

/// The iterations of a loop, with the last test of its condition.
fn turns(count: usize) -> usize {
    count + 1
}

impl Tiles {
    /// How many numbers of the inner index are multiplied in one dispatch.
    pub fn slice(self) -> usize {
        let rounds = self.rounds();
        let pieces = (MOST_ITERATIONS / rounds - FINISHING) / self.iterations_of_piece();
        pieces * self.depth as usize
    }

    /// How many blocks of matrices a subgroup computes.
    fn rounds(self) -> usize {
        match self.products {
            Products::Matrices { side, subgroup_max, .. } => {
                let blocks = self.rows / (2 * side) * (self.columns / (2 * side));
                blocks.div_ceil((self.threads() / subgroup_max).max(1)) as usize
            }
            _ => 1,
        }
    }

    /// Iterations for loading and multiplying a piece of the inner index.
    fn iterations_of_piece(self) -> usize {
        let load = |side: u32| turns((self.depth * side / 4).div_ceil(self.threads()) as usize);
        let loads = load(self.rows) + load(self.columns);
        let depth = self.depth as usize;
        1 + match self.products {
            Products::Matrices { side, .. } => loads + turns(depth / side as usize),
            _ if self.software => loads + turns(depth),
            _ => turns(depth / self.shares() as usize),
        }
    }

    /// All iterations for this many numbers of the inner index in one dispatch.
    #[cfg(test)]
    fn iterations(self, depth: usize) -> usize {
        self.rounds() * (FINISHING + depth.div_ceil(self.depth as usize) * self.iterations_of_piece())
    }
}

impl Kernel {
    /// An upper bound of the iterations over a line of this length: a row, a column, or a piece of a vector.
    pub fn iterations(self, length: usize) -> usize {
        let loops = match self {
            Kernel::ActivityPenalty | Kernel::WeightPenalty => 1,
            Kernel::BatchNormBackward | Kernel::GradientNorm | Kernel::ClipByNorm | Kernel::Constraint => 2,
            Kernel::BatchNormForward | Kernel::ActivationForward => 3,
            Kernel::ActivationBackward | Kernel::Loss => 4,
            // Each number searches for its tensor.
            Kernel::Optimizer => return turns(length) + REDUCTIONS,
            // One number per thread.
            _ => return REDUCTIONS,
        };
        loops * turns(length.div_ceil(self.lanes() as usize)) + REDUCTIONS
    }
}

/// The length of a line that the lanes share evenly and that takes as many iterations as this activation of a row: one lane
/// reads all pieces of a maxout unit.
pub(super) fn line_of(activation: AnyActivation, width: usize) -> usize {
    let lanes = Kernel::ActivationForward.lanes() as usize;
    match activation {
        AnyActivation::Maxout(maxout) => {
            let units = width / maxout.pieces.max(1);
            units.div_ceil(lanes) * lanes * turns(maxout.pieces)
        }
        _ => width,
    }
}

/// An upper bound of the iterations of the tail of a network whose last layer has this many inputs and outputs.
pub(super) fn of_tail(inputs: usize, outputs: usize) -> usize {
    let shares = 1 << (TAIL_LANES / outputs.max(1)).max(1).ilog2();
    let forward = turns(inputs.div_ceil(4 * shares));
    let backward = turns(inputs.div_ceil(TAIL_LANES)) * (1 + turns(outputs.div_ceil(4)));
    forward + backward + Kernel::Loss.iterations(outputs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Maxout;
    use crate::engine::gpu::capabilities::Capabilities;

    #[test]
    fn slices_stay_below_the_bound_and_are_as_long_as_it_allows() {
        let matrices = |side, subgroup_min, subgroup_max| Products::Matrices { side, subgroup_min, subgroup_max };
        let mut all = 0;
        for products in [
            Products::Full,
            Products::Half,
            matrices(16, 32, 32),
            matrices(16, 64, 64),
            matrices(8, 8, 8),
            matrices(8, 8, 32),
        ] {
            for (software, memory) in [(false, 65_536), (false, 16_384), (true, 32_768)] {
                for tiles in Tiles::all(Capabilities { software, memory, products, ..Capabilities::default() }) {
                    let slice = tiles.slice();
                    assert!(slice >= 16_384 && tiles.iterations(slice) <= MOST_ITERATIONS, "{tiles:?}: {slice}");
                    assert!(tiles.iterations(2 * slice) > MOST_ITERATIONS, "{tiles:?}: {slice}");
                    all += 1;
                }
            }
        }
        assert!(all > 20);
        // llvmpipe was seen to end this loop after 37 448 numbers: 28 iterations for each 16.
        assert_eq!(65_535 / Tiles::SOFTWARE.iterations_of_piece() * 16, 37_440);
    }

    #[test]
    fn a_lane_reads_all_pieces_of_a_maxout_unit() {
        let of = |pieces| line_of(AnyActivation::Maxout(Maxout { pieces }), 10 * pieces);
        assert!(Kernel::ActivationForward.iterations(of(40_000)) > MOST_ITERATIONS);
        assert!(Kernel::ActivationBackward.iterations(of(40_000)) > MOST_ITERATIONS);
        assert!(Kernel::ActivationBackward.iterations(of(4)) < 1000);
        assert_eq!(line_of(AnyActivation::Softmax, 345), 345);
    }

    #[test]
    fn a_tail_has_few_features() {
        assert!(of_tail(784, 10) < 1000);
        assert!(of_tail(40_000, 1) < MOST_ITERATIONS && of_tail(40_000, 128) < MOST_ITERATIONS);
        assert!(of_tail(130_000, 128) > MOST_ITERATIONS);
        assert!(of_tail(3_000_000, 1) > MOST_ITERATIONS);
    }
}
