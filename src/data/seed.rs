//! `Seed`: randomness that can be repeated.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// The seed of everything random; the same seed gives the same result on every machine and in every release.
///
/// The generator is ChaCha with 8 rounds, whose output, unlike that of rand's `StdRng`, is fixed by its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seed(pub u64);

impl Seed {
    /// The generator that this seed starts.
    pub(crate) fn generator(self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.0)
    }

    /// The generator of one epoch: a stream of its own, so that training in two parts equals training in one.
    pub(crate) fn of_epoch(self, epoch: usize) -> ChaCha8Rng {
        let mut generator = self.generator();
        generator.set_stream(1 + epoch as u64);
        generator
    }
}
