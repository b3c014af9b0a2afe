//! Polynomials that are orthonormal on the data: q₀, q₁, … with Σ ω qᵢqⱼ = [i = j].

use ndarray::Array1;
use rayon::prelude::*;

use crate::interrupt::heeding;
use crate::linear::double::Double;

/// Values that one task takes. Fixed, and added in order, so that the digits do not depend on the number of threads.
const BLOCK: usize = 4096;
/// If orthogonalization shortens a polynomial by more than this factor, predictions in f64 lose digits, …
const STEEP: f64 = 1e3;
/// … and by more than this factor, doubled precision keeps too few.
const STEEPEST: f64 = 1e26;

/// Lanczos' recurrence β_{j+1} q_{j+1} = (t − α_j) q_j − β_j q_{j−1} for t = (x − centre) / scale, from q₀ = 1/β₀, or
/// x/β₀ where there is no intercept. Each new polynomial is freed once more of what it has of all before it (Brubeck,
/// Nakatsukasa and Trefethen (2021), *Vandermonde with Arnoldi*).
pub(super) struct Basis<'a> {
    /// The values on the data, one list a polynomial.
    q: Vec<Vec<Double>>,
    alpha: Vec<Double>,
    beta: Vec<Double>,
    weights: Option<&'a [f64]>,
    centre: f64,
    scale: f64,
    intercept: bool,
    /// By which factor orthogonalization makes the rounding of the polynomials larger, 1 for most data.
    pub loss: f64,
}

/// Why there are fewer polynomials than requested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fault {
    /// They leave the range of f64.
    Range,
    /// What remains of one after orthogonalization is rounding.
    Rounding,
    /// The user interrupted the cell after this many.
    Interrupted(usize),
}

/// What a target has in a basis.
pub(super) struct Projected {
    pub coefficients: Vec<Double>,
    /// Σ ω (y − ŷ)².
    pub residual_squares: Double,
}

impl<'a> Basis<'a> {
    /// `count` polynomials.
    ///
    /// # Errors
    /// Why there are fewer.
    pub fn of(
        x: &[f64],
        centre: f64,
        scale: f64,
        weights: Option<&'a [f64]>,
        intercept: bool,
        count: usize,
    ) -> Result<Self, Fault> {
        // Powers of two: nothing is rounded.
        let over = |value: Double| Double { high: value.high / scale, low: value.low / scale };
        let t: Vec<Double> = x.iter().map(|x| over(Double::sum(*x, -centre))).collect();
        let start = match intercept {
            true => vec![Double::from(1.0); x.len()],
            false => x.iter().map(|x| over(Double::from(*x))).collect(),
        };
        let mut basis = Basis { q: vec![], alpha: vec![], beta: vec![], weights, centre, scale, intercept, loss: 1.0 };
        let length = basis.length(&start)?;
        basis.push(start, length)?;
        let heeding = heeding();
        while basis.q.len() < count {
            if heeding.requested() {
                return Err(Fault::Interrupted(basis.q.len()));
            }
            let last = basis.q.len() - 1;
            let mut next: Vec<Double> = t.iter().zip(&basis.q[last]).map(|(t, q)| *t * *q).collect();
            let before = basis.length(&next)?;
            let alpha = inner(&next, &basis.q[last], weights);
            basis.alpha.push(alpha);
            subtract(&mut next, alpha, &basis.q[last]);
            if last > 0 {
                subtract(&mut next, basis.beta[last], &basis.q[last - 1]);
            }
            for q in &basis.q {
                let share = inner(&next, q, weights);
                subtract(&mut next, share, q);
            }
            basis.push(next, before)?;
        }
        Ok(basis)
    }

    fn length(&self, values: &[Double]) -> Result<Double, Fault> {
        let length = inner(values, values, self.weights).sqrt();
        if length.high >= 0.0 && length.high.is_finite() { Ok(length) } else { Err(Fault::Range) }
    }

    /// Adds a polynomial that had the length `before` until it was orthogonalized.
    fn push(&mut self, mut values: Vec<Double>, before: Double) -> Result<(), Fault> {
        let length = self.length(&values)?;
        if before.high == 0.0 {
            return Err(Fault::Range);
        }
        let steepness = before.high / length.high;
        if steepness > STEEP {
            self.loss *= steepness;
        }
        if self.loss > STEEPEST {
            return Err(Fault::Rounding);
        }
        values.par_iter_mut().for_each(|value| *value = *value / length);
        self.beta.push(length);
        self.q.push(values);
        Ok(())
    }

    /// The coefficients of y, and what they leave of it.
    pub fn project(&self, y: &[f64]) -> Projected {
        let mut rest: Vec<Double> = y.iter().copied().map(Double::from).collect();
        let mut coefficients = vec![Double::ZERO; self.q.len()];
        // The second time takes what rounding left the first.
        for _ in 0..2 {
            for (coefficient, q) in coefficients.iter_mut().zip(&self.q) {
                let share = inner(&rest, q, self.weights);
                subtract(&mut rest, share, q);
                *coefficient += share;
            }
        }
        Projected { coefficients, residual_squares: inner(&rest, &rest, self.weights) }
    }

    /// The coefficients of 1, x, x², …, and the largest relative error that cancellation can have left in one: relative
    /// to the coefficient, or to what a change of y in its last digit does to it, where that is more.
    pub fn in_powers(&self, coefficients: &[Double]) -> (Vec<Double>, f64) {
        let length = coefficients.iter().map(|value| value.high.abs()).fold(0.0, f64::max);
        let mut sums = vec![(Double::ZERO, 0.0, 0.0); self.terms()];
        for (powers, coefficient) in self.powers().into_iter().zip(coefficients) {
            for ((sum, bound, reach), power) in sums.iter_mut().zip(powers) {
                *sum += power.value * *coefficient;
                *bound += power.bound * coefficient.high.abs();
                *reach += power.value.high.abs() * length;
            }
        }
        let lost = sums.iter().map(|(sum, bound, reach)| match *bound == 0.0 {
            true => 0.0,
            false => 8.0 * Double::EPSILON * bound / sum.high.abs().max(f64::EPSILON * reach),
        });
        let lost = lost.fold(0.0, f64::max);
        (sums.into_iter().map(|(sum, ..)| sum).collect(), lost)
    }

    /// The standard error of each power's coefficient, 1 first, for residuals of standard deviation 1.
    pub fn standard_errors(&self) -> Vec<f64> {
        let mut squares = vec![Double::ZERO; self.terms()];
        for powers in self.powers() {
            for (sum, power) in squares.iter_mut().zip(powers) {
                *sum += power.value * power.value;
            }
        }
        squares.into_iter().map(|sum| sum.sqrt().value()).collect()
    }

    /// α and β, rounded.
    pub fn recurrence(&self) -> (Array1<f64>, Array1<f64>) {
        let rounded = |values: &[Double]| values.iter().map(|value| value.value()).collect();
        (rounded(&self.alpha), rounded(&self.beta))
    }

    /// How many powers there are, x⁰ counted in.
    fn terms(&self) -> usize {
        self.q.len() + usize::from(!self.intercept)
    }

    /// Each polynomial's coefficients of 1, x, x², …, by the same recurrence.
    fn powers(&self) -> Vec<Vec<Power>> {
        let terms = self.terms();
        let shift = Double::from(self.centre / self.scale);
        let mut all: Vec<Vec<Power>> = Vec::with_capacity(self.q.len());
        let mut first = vec![Power::default(); terms];
        let (at, start) = if self.intercept { (0, 1.0) } else { (1, self.scale.recip()) };
        first[at] = Power { value: Double::from(start), bound: start }.over(self.beta[0]);
        all.push(first);
        for step in 1..self.q.len() {
            let last = &all[step - 1];
            let next = (0..terms).map(|at| {
                let lower = if at == 0 { Power::default() } else { last[at - 1] };
                let before = if step == 1 { Power::default() } else { all[step - 2][at] };
                let (own, beta) = (last[at], self.beta[step - 1]);
                let alpha = shift + self.alpha[step - 1];
                let shifted = Double { high: lower.value.high / self.scale, low: lower.value.low / self.scale };
                let size = shift.high.abs() + self.alpha[step - 1].high.abs();
                Power {
                    value: shifted - own.value * alpha - before.value * beta,
                    bound: lower.bound / self.scale + own.bound * size + before.bound * beta.high,
                }
                .over(self.beta[step])
            });
            let next = next.collect();
            all.push(next);
        }
        all
    }
}

/// A coefficient of a power.
#[derive(Clone, Copy, Default)]
struct Power {
    value: Double,
    /// The sum of the sizes of its terms: what cancels in the value adds up here.
    bound: f64,
}

impl Power {
    fn over(self, divisor: Double) -> Self {
        Power { value: self.value / divisor, bound: self.bound / divisor.high }
    }
}

/// Σ ω u v, in fixed blocks that are added in order.
fn inner(u: &[Double], v: &[Double], weights: Option<&[f64]>) -> Double {
    let blocks: Vec<Double> = (0..u.len().div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            (block * BLOCK..((block + 1) * BLOCK).min(u.len())).fold(Double::ZERO, |sum, row| {
                let product = u[row] * v[row];
                sum + weights.map_or(product, |weights| product * weights[row])
            })
        })
        .collect();
    blocks.into_iter().fold(Double::ZERO, |sum, block| sum + block)
}

/// values − share · q.
fn subtract(values: &mut [Double], share: Double, q: &[Double]) {
    values.par_chunks_mut(BLOCK).zip(q.par_chunks(BLOCK)).for_each(|(values, q)| {
        for (value, q) in values.iter_mut().zip(q) {
            *value -= *q * share;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polynomial_of_rounding_is_refused() {
        let basis = |x: &[f64], centre: f64, scale: f64| Basis::of(x, centre, scale, None, true, 3);
        assert_eq!(basis(&[0.0, 1e-40, 1.0], 1.0 / 3.0, 0.5).err(), Some(Fault::Rounding));
        let far = [0.0, 1.0, 2.0, 3.0, 4.0, 9.969_21e36];
        assert!(basis(&far, far[5] / 6.0, 2.0_f64.powi(122)).is_err());
        let loss = basis(&[0.0, 1e-10, 1.0], 1.0 / 3.0, 0.5).unwrap().loss;
        assert!((1e9..1e11).contains(&loss), "{loss}");
        assert_eq!(basis(&[0.0, 1.0, 3.0, 4.0], 2.0, 1.0).unwrap().loss, 1.0);
    }

    #[test]
    fn the_basis_is_orthonormal_to_thirty_digits() {
        let x: Vec<f64> = (0..60).map(|row| 1e9 + f64::from(row) * 0.5).collect();
        let weights: Vec<f64> = (0..60).map(|row| 0.5 + f64::from(row % 7)).collect();
        for (intercept, weights) in [(true, None), (false, None), (true, Some(weights.as_slice()))] {
            let basis = Basis::of(&x, 1e9 + 15.0, 8.0, weights, intercept, 12).unwrap();
            for (i, a) in basis.q.iter().enumerate() {
                for (j, b) in basis.q.iter().enumerate() {
                    let expected = if i == j { 1.0 } else { 0.0 };
                    let gap = (inner(a, b, weights) + -expected).value().abs();
                    assert!(gap < 1e-28, "{i}, {j}: {gap:.1e}");
                }
            }
        }
    }
}
