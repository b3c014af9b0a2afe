//! `GradientFlow`: the sizes of gradients, weights and updates of each layer, step by step.

use serde::{Deserialize, Serialize};

use crate::real;

/// Euclidean norms of one layer at one step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Norms {
    /// ‖∇W‖, the length of the cost's gradient by the layer's weights.
    pub gradient: f64,
    /// ‖W‖ before the step.
    pub weight: f64,
    /// ‖ΔW‖, the length of the step that the optimizer took; for plain descent α·‖∇W‖.
    pub update: f64,
}

impl Norms {
    /// The norms of these lists.
    ///
    /// ```
    /// use gradus::monitor::Norms;
    /// let norms = Norms::of([3.0, 4.0], [6.0, 8.0], [0.003, 0.004]);
    /// assert_eq!((norms.gradient, norms.weight, norms.ratio()), (5.0, 10.0, 0.0005));
    /// ```
    pub fn of<T: Into<f64>>(
        gradient: impl IntoIterator<Item = T>,
        weights: impl IntoIterator<Item = T>,
        update: impl IntoIterator<Item = T>,
    ) -> Self {
        Norms { gradient: norm(gradient), weight: norm(weights), update: norm(update) }
    }

    /// ‖ΔW‖ / ‖W‖, which should be near 10⁻³ (B25): much more and the weights jump, much less and they hardly learn.
    ///
    /// Not finite where all weights are 0.
    pub fn ratio(&self) -> f64 {
        self.update / self.weight
    }
}

/// The norms of each layer along a training.
///
/// ```
/// use gradus::monitor::{GradientFlow, Norms};
/// let mut flow = GradientFlow::new();
/// for step in 0..100 {
///     let gradient = (-0.05 * step as f64).exp();
///     flow.record(step, "dense 1", Norms { gradient, weight: 2.0, update: 0.01 * gradient });
/// }
/// let figure = flow.norm_plot()?;
/// let figure = flow.ratio_plot()?;
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GradientFlow {
    layers: Vec<LayerSteps>,
}

/// The norms of one layer, step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerSteps {
    /// The layer's name.
    pub name: String,
    /// The steps, in the order in which they were recorded.
    pub steps: Vec<usize>,
    /// The norms at each step.
    #[serde(with = "columns")]
    pub norms: Vec<Norms>,
}

/// Norms as three lists in a file, in place of three numbers a step.
mod columns {
    use super::Norms;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Columns {
        gradient: Vec<f64>,
        weight: Vec<f64>,
        update: Vec<f64>,
    }

    pub fn serialize<S: Serializer>(norms: &[Norms], serializer: S) -> Result<S::Ok, S::Error> {
        let column = |of: fn(&Norms) -> f64| norms.iter().map(of).collect();
        Columns { gradient: column(|n| n.gradient), weight: column(|n| n.weight), update: column(|n| n.update) }
            .serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Norms>, D::Error> {
        let Columns { gradient, weight, update } = Columns::deserialize(deserializer)?;
        let all = gradient.into_iter().zip(weight).zip(update);
        Ok(all.map(|((gradient, weight), update)| Norms { gradient, weight, update }).collect())
    }
}

impl GradientFlow {
    /// An empty record.
    pub fn new() -> Self {
        GradientFlow::default()
    }

    /// Notes a layer's norms at this step.
    pub fn record(&mut self, step: usize, layer: &str, norms: Norms) {
        let place = self.layers.iter().position(|steps| steps.name == layer).unwrap_or_else(|| {
            self.layers.push(LayerSteps { name: layer.to_string(), steps: vec![], norms: vec![] });
            self.layers.len() - 1
        });
        let layer = &mut self.layers[place];
        layer.steps.push(step);
        layer.norms.push(norms);
    }

    /// The layers, in the order of their first records.
    pub fn layers(&self) -> &[LayerSteps] {
        &self.layers
    }
}

fn norm<T: Into<f64>>(values: impl IntoIterator<Item = T>) -> f64 {
    real::norm(&values.into_iter().map(Into::into).collect::<Vec<f64>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norms_neither_overflow_nor_vanish_nor_hide_nan() {
        assert!((norm([3e200, 4e200]) / 5e200 - 1.0).abs() < 1e-15);
        assert!((norm([3e-200, 4e-200]) / 5e-200 - 1.0).abs() < 1e-15);
        assert_eq!((norm([0.0_f32; 3]), norm::<f64>([]), norm([f64::INFINITY, 1.0])), (0.0, 0.0, f64::INFINITY));
        assert!(norm([1.0, f64::NAN]).is_nan());
    }

    #[test]
    fn layers_keep_their_order() {
        let norms = Norms { gradient: 1.0, weight: 0.0, update: 1.0 };
        let mut flow = GradientFlow::new();
        for (step, layer) in [(0, "b"), (0, "a"), (1, "b")] {
            flow.record(step, layer, norms);
        }
        assert_eq!((flow.layers()[0].name.as_str(), flow.layers()[0].steps.as_slice()), ("b", &[0, 1][..]));
        assert!(norms.ratio().is_infinite());
    }
}
