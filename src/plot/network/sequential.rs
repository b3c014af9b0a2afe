//! The drawing of a described or trained network.

use ndarray::Array1;

use super::{NetworkDrawing, NetworkLayer};
use crate::error::Result;
use crate::nn::layer::Kind;
use crate::nn::{Network, Sequential};

/// With more connections than this the weights would only be a carpet.
const MOST: usize = 2000;

impl Sequential {
    /// The network as columns of units: its input and each layer with units of its own. What stands between two of them
    /// (dropout, batch normalization) is named beside the layer before.
    ///
    /// # Errors
    /// As [`output_shapes`](Sequential::output_shapes); a network without dense layers.
    pub fn drawing(&self) -> Result<NetworkDrawing> {
        let checked = self.check()?;
        let inputs = checked.plan.input.width;
        let mut columns: Vec<(String, usize, Vec<String>, usize, bool)> =
            vec![("input".into(), inputs, vec![], 0, true)];
        for (position, (layer, name)) in self.layers().iter().zip(self.layer_names()).enumerate() {
            let parameters: usize = checked.plan.parameters_of(position).map(|parameter| parameter.length()).sum();
            let label = match layer.activation_name() {
                "" => vec![],
                activation => vec![activation.to_string()],
            };
            match &layer.kind {
                Kind::Dense(dense) => columns.push((name, dense.units, label, parameters, dense.bias)),
                Kind::Maxout(maxout) => columns.push((name, maxout.sums.units, label, parameters, maxout.sums.bias)),
                _ => {
                    if let Some((_, _, labels, before, _)) = columns.last_mut() {
                        labels.push(if label.is_empty() { name } else { label.concat() });
                        *before += parameters;
                    }
                }
            }
        }
        NetworkDrawing::new(columns.into_iter().enumerate().map(|(at, (name, units, labels, parameters, bias))| {
            let layer = NetworkLayer::new(name, units).activation(labels.join(", "));
            let layer = if at > 0 { layer.parameters(parameters) } else { layer };
            if bias { layer } else { layer.without_bias() }
        }))
    }
}

impl Network {
    /// The network as columns of units, where it is small enough with its weights.
    ///
    /// # Errors
    /// A network without dense layers, weights that are not finite.
    pub fn drawing(&self) -> Result<NetworkDrawing> {
        let drawing = self.description().drawing()?;
        let layers = self.description().layers();
        let has_units = |kind: &Kind| matches!(kind, Kind::Dense(_) | Kind::Maxout(_));
        if self.parameter_count() > MOST || layers.iter().any(|layer| matches!(layer.kind, Kind::Maxout(_))) {
            return Ok(drawing);
        }
        let mut weights = vec![];
        for (layer, name) in layers.iter().zip(self.description().layer_names()) {
            if let (true, Kind::Dense(dense)) = (has_units(&layer.kind), &layer.kind) {
                let biases = if dense.bias { self.biases(&name)? } else { Array1::zeros(0) };
                weights.push((self.weights(&name)?, biases));
            }
        }
        drawing.weights(weights)
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Seed;
    use crate::loss::SparseCategoricalCrossEntropy;
    use crate::nn::{Device, Sequential};
    use crate::optim::Adam;

    #[test]
    fn the_drawing_has_the_parameters_of_the_network() -> crate::Result<()> {
        let net = Sequential::new([4]).dense(16).relu().batch_norm().dropout(0.2).dense(3).softmax();
        assert_eq!(net.drawing()?.parameters(), 131 + 4 * 16);
        let trained = net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(1))?;
        let figure = trained.drawing()?.plot();
        assert!(figure.description().contains("blue positive"), "{}", figure.description());
        let wide = Sequential::new([784]).dense(128).relu().maxout(10, 2).no_bias().softmax();
        assert_eq!(wide.drawing()?.parameters(), 785 * 128 + 128 * 20);
        assert!(Sequential::new([4]).dropout(0.5).drawing().is_err());
        Ok(())
    }
}
