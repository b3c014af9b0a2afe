//! Random numbers without a state: a function of the seed, the step, the operation and the position, so that a mask is the
//! same on every device and in any order, and a run that was interrupted resumes as if it had not been.
//!
//! Philox 2×32 with 10 rounds: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw (2011), *Parallel Random Numbers: As Easy
//! as 1, 2, 3*.

/// The random numbers of one operation at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stream {
    key: u32,
    step: u32,
}

impl Stream {
    /// The numbers of this operation at this step of a run.
    pub fn new(seed: u64, step: u64, operation: usize) -> Self {
        // SplitMix64's finalizer mixes seed, step and operation into a 32-bit key.
        let mut mixed =
            seed ^ (operation as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (step >> 32).rotate_left(40);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Stream { key: (mixed ^ (mixed >> 31)) as u32, step: step as u32 }
    }

    /// The key, with which devices compute the same numbers.
    #[cfg(feature = "gpu")]
    pub fn key(self) -> u32 {
        self.key
    }

    /// Two words of 32 random bits for this position.
    #[inline]
    pub fn words(self, position: usize) -> [u32; 2] {
        let (mut left, mut right, mut key) = (position as u32, self.step, self.key);
        for _ in 0..10 {
            let product = u64::from(left) * 0xd256_d193;
            (left, right) = ((product >> 32) as u32 ^ key ^ right, product as u32);
            key = key.wrapping_add(0x9e37_79b9);
        }
        [left, right]
    }

    /// A number from 0 (included) to 1 (excluded).
    #[inline]
    pub fn uniform(self, position: usize) -> f32 {
        (self.words(position)[0] >> 8) as f32 / (1 << 24) as f32
    }

    /// A number from the normal distribution with mean 0 and standard deviation 1 (Box and Muller).
    #[inline]
    pub fn normal(self, position: usize) -> f64 {
        let [first, second] = self.words(position);
        let unit = |word: u32| (f64::from(word) + 0.5) / 4_294_967_296.0;
        (-2.0 * unit(first).ln()).sqrt() * (std::f64::consts::TAU * unit(second)).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_paper() {
        // Known answers of the authors' library, Random123: `philox2x32 10`.
        let words = |left: u32, right: u32, key: u32| Stream { key, step: right }.words(left as usize);
        assert_eq!(words(0, 0, 0), [0xff1d_ae59, 0x6cd1_0df2]);
        assert_eq!(words(u32::MAX, u32::MAX, u32::MAX), [0x2c3f_628b, 0xab4f_d7ad]);
        assert_eq!(words(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e), [0xdd7c_e038, 0xf62a_4c12]);
    }

    #[test]
    fn numbers_have_the_moments_of_their_distributions() {
        let n = 200_000;
        let stream = Stream::new(7, 3, 1);
        let mean = |power: i32| (0..n).map(|at| stream.normal(at).powi(power)).sum::<f64>() / n as f64;
        let uniform = (0..n).map(|at| f64::from(stream.uniform(at))).sum::<f64>() / n as f64;
        assert!((uniform - 0.5).abs() < 0.002, "{uniform}");
        assert!(mean(1).abs() < 0.008 && (mean(2) - 1.0).abs() < 0.01 && (mean(4) - 3.0).abs() < 0.1);
    }

    #[test]
    fn seed_step_and_operation_each_change_the_numbers() {
        let first = |seed, step, operation| Stream::new(seed, step, operation).words(5);
        let all = [first(1, 1, 1), first(2, 1, 1), first(1, 2, 1), first(1, 1, 2), first(1, 1 + (1 << 32), 1)];
        for (at, words) in all.iter().enumerate() {
            assert!(!all[..at].contains(words));
        }
    }
}
