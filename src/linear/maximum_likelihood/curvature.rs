//! The Hessian of J: XᵀSX with S from the probabilities, whole or block by block.

use ndarray::{Array1, Array2, ArrayView2, s};

use super::objective::Objective;
use crate::linear::classifier::Link;
use crate::linear::least_squares::gram;

/// Examples a matrix product takes at once: 4096 of 50 features are 1.6 MB.
const BLOCK: usize = 4096;

impl Objective<'_> {
    /// ∇²J at θ, (height · scores)², the parameters of one score side by side.
    ///
    /// For one score XᵀSX / Σω with S = ω p(1 − p). For k scores the block of classes a and b is XᵀSX / Σω with
    /// S = ω pₐ(δₐᵦ − pᵦ). The L2 penalty adds 2λ₂ for each weight.
    pub fn hessian(&self, theta: &Array2<f64>) -> Array2<f64> {
        let pairs: Vec<(usize, usize)> = (0..self.scores).flat_map(|a| (a..self.scores).map(move |b| (a, b))).collect();
        let blocks = self.blocks(theta, 1, &pairs);
        let height = self.height();
        let mut hessian = Array2::zeros((self.parameters(), self.parameters()));
        for ((a, b), block) in pairs.into_iter().zip(blocks) {
            hessian.slice_mut(s![a * height..(a + 1) * height, b * height..(b + 1) * height]).assign(&block);
            hessian.slice_mut(s![b * height..(b + 1) * height, a * height..(a + 1) * height]).assign(&block);
        }
        hessian
    }

    /// The Hessian's blocks on the diagonal, one per score, from every `stride`-th example.
    pub fn diagonal_blocks(&self, theta: &Array2<f64>, stride: usize) -> Vec<Array2<f64>> {
        let pairs: Vec<(usize, usize)> = (0..self.scores).map(|score| (score, score)).collect();
        self.blocks(theta, stride, &pairs)
    }

    fn blocks(&self, theta: &Array2<f64>, stride: usize, pairs: &[(usize, usize)]) -> Vec<Array2<f64>> {
        let (d, height) = (self.features(), self.height());
        let sample = self.x.slice(s![..;stride, ..]);
        let mut blocks = vec![Array2::<f64>::zeros((height, height)); pairs.len()];
        let mut seen = 0.0;
        for start in (0..sample.nrows()).step_by(BLOCK) {
            let end = (start + BLOCK).min(sample.nrows());
            let x = sample.slice(s![start..end, ..]);
            let weights = Array1::from_shape_fn(end - start, |row| self.weight((start + row) * stride));
            seen += weights.sum();
            let probabilities = self.probabilities(x, theta);
            let mut scaled = Array2::zeros((end - start, height));
            for ((a, b), block) in pairs.iter().zip(&mut blocks) {
                for ((row, mut scaled), x) in scaled.rows_mut().into_iter().enumerate().zip(x.rows()) {
                    let [first, second] = [*a, *b].map(|score| probabilities[[row, score]]);
                    // |∂²l / ∂zₐ∂zᵦ|; the symmetric product wants its root, so its sign, − off the diagonal, comes
                    // afterwards.
                    let curvature = first * if a == b { 1.0 - first } else { second };
                    let root = (weights[row] * curvature).sqrt();
                    scaled.fill(root);
                    scaled.iter_mut().zip(x).for_each(|(scaled, x)| *scaled *= x);
                }
                block.scaled_add(if a == b { 1.0 } else { -1.0 }, &gram(scaled.view()));
            }
        }
        for ((a, b), block) in pairs.iter().zip(&mut blocks) {
            *block /= if seen > 0.0 { seen } else { 1.0 };
            if a == b {
                block.diag_mut().slice_mut(s![..d]).scaled_add(2.0, &self.penalty.l2);
            }
        }
        blocks
    }

    /// Probabilities of the examples, n × scores.
    fn probabilities(&self, rows: ArrayView2<'_, f64>, theta: &Array2<f64>) -> Array2<f64> {
        let mut scores = self.scores_of(rows, theta);
        let link = if self.scores == 1 { Link::Sigmoid } else { Link::Softmax };
        link.probabilities(&mut scores);
        scores
    }
}
