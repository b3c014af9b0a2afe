//! `LayerHistory`: how the values of each layer are distributed, epoch by epoch.

use serde::{Deserialize, Serialize};

use super::value_distribution::ValueDistribution;

/// The distributions of weights, activations or gradients of each layer over the epochs.
///
/// A record keeps quantiles and bin counts (half a kilobyte), not the values.
///
/// ```
/// use gradus::monitor::LayerHistory;
/// let mut weights = LayerHistory::new("weight");
/// for epoch in 0..=3 {
///     let shrinking = (-50..=50).map(|i| f64::from(i) / 50.0 / f64::from(epoch + 1));
///     weights.record(epoch as usize, "dense 1", shrinking);
/// }
/// let last = weights.get("dense 1", 3).unwrap();
/// assert_eq!((last.count, last.quantiles[6]), (101, 0.25));
/// let figure = weights.histogram_plot()?;
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerHistory {
    quantity: String,
    /// In the order of their first records: of each layer its name and its records by epoch.
    layers: Vec<(String, Vec<(usize, ValueDistribution)>)>,
}

impl LayerHistory {
    /// An empty history of this quantity, in the singular, as it will name an axis: `weight`, `activation`, `gradient`.
    pub fn new(quantity: impl Into<String>) -> Self {
        LayerHistory { quantity: quantity.into(), layers: vec![] }
    }

    /// Notes how the values of this layer are distributed after this epoch.
    ///
    /// Takes `f32` and `f64` by value: `weights.iter().copied()`. A second record of a layer at the same epoch takes the
    /// first one's place. NaN and infinite values are counted, and said in every figure.
    pub fn record(&mut self, epoch: usize, layer: &str, values: impl IntoIterator<Item: Into<f64>>) {
        let distribution = ValueDistribution::of(values);
        let place = self.layers.iter().position(|(name, _)| name == layer).unwrap_or_else(|| {
            self.layers.push((layer.to_string(), vec![]));
            self.layers.len() - 1
        });
        let records = &mut self.layers[place].1;
        match records.binary_search_by_key(&epoch, |(epoch, _)| *epoch) {
            Ok(at) => records[at].1 = distribution,
            Err(at) => records.insert(at, (epoch, distribution)),
        }
    }

    /// What is watched.
    pub fn quantity(&self) -> &str {
        &self.quantity
    }

    /// The layers, in the order of their first records.
    pub fn layers(&self) -> Vec<&str> {
        self.layers.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The records of a layer, by epoch; empty where there is no such layer.
    pub fn records(&self, layer: &str) -> &[(usize, ValueDistribution)] {
        self.layers.iter().find(|(name, _)| name == layer).map_or(&[], |(_, records)| records)
    }

    /// The distribution of a layer's values after an epoch, where it was recorded.
    pub fn get(&self, layer: &str, epoch: usize) -> Option<&ValueDistribution> {
        let records = self.records(layer);
        records.iter().find(|(at, _)| *at == epoch).map(|(_, distribution)| distribution)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_stand_by_epoch_and_the_last_one_counts() {
        let mut history = LayerHistory::new("gradient");
        history.record(2, "b", [2.0]);
        history.record(0, "b", [0.0]);
        history.record(0, "a", [1.0_f32]);
        history.record(2, "b", [3.0, 5.0]);
        assert_eq!(history.layers(), ["b", "a"]);
        let epochs: Vec<usize> = history.records("b").iter().map(|(epoch, _)| *epoch).collect();
        assert_eq!(epochs, [0, 2]);
        assert_eq!(history.get("b", 2).map(|all| all.quantiles[3]), Some(4.0));
        assert!(history.get("b", 1).is_none() && history.records("c").is_empty());
    }
}
