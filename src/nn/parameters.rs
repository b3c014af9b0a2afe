//! The weights of a network, by the names of layers and parameters.

use ndarray::{Array1, Array2};

use super::network::Network;
use crate::engine::plan::Parameter;
use crate::error::{Error, Result};

impl Network {
    /// The names of all parameters with their shapes, layer by layer: `W1` [4, 16], `b1` [1, 16], …
    pub fn parameter_shapes(&self) -> Vec<(String, [usize; 2])> {
        self.plan.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.spec.shape)).collect()
    }

    /// A parameter by its name, such as `W1`; biases have one row.
    ///
    /// # Errors
    /// [`Error::Data`] where there is none of this name.
    pub fn parameter(&self, name: &str) -> Result<Array2<f64>> {
        Ok(self.matrix(self.find(name)?))
    }

    /// Sets the values of a parameter.
    ///
    /// # Errors
    /// [`Error::Data`] where there is none of this name or a value is not finite, [`Error::Shape`] for another shape.
    pub fn set_parameter(&mut self, name: &str, values: &Array2<f64>) -> Result<()> {
        let parameter = self.find(name)?;
        if values.shape() != parameter.spec.shape {
            let (expected, found) = (format!("{:?}", parameter.spec.shape), format!("{:?}", values.shape()));
            return Err(Error::Shape { what: format!("parameter `{name}`"), expected, found });
        }
        if let Some(value) = values.iter().find(|value| !(**value as f32).is_finite()) {
            return Err(Error::Data(format!("parameter `{name}`: {value} is not a finite 32-bit number")));
        }
        let place = parameter.range();
        for (parameter, value) in self.parameters[place].iter_mut().zip(values) {
            *parameter = *value as f32;
        }
        Ok(())
    }

    /// The weights W of a layer, inputs × units (the lectures write the transpose).
    ///
    /// # Errors
    /// [`Error::Data`] where no layer has this name, or it has no weights.
    pub fn weights(&self, layer: &str) -> Result<Array2<f64>> {
        Ok(self.matrix(self.of_layer(layer, "W")?))
    }

    /// The biases b of a layer, one for each unit.
    ///
    /// # Errors
    /// [`Error::Data`] where no layer has this name, or it has no biases.
    pub fn biases(&self, layer: &str) -> Result<Array1<f64>> {
        Ok(self.matrix(self.of_layer(layer, "b")?).row(0).to_owned())
    }

    /// Sets the weights, inputs × units, and the biases of a layer.
    ///
    /// ```
    /// use gradus::nn::{Device, Sequential};
    /// use gradus::{loss::MeanSquaredError, optim::Sgd, prelude::*};
    /// // B7: ReLU solves XOR exactly.
    /// let mut net = Sequential::new([2]).dense(2).relu().dense(1).compile(
    ///     Sgd::new(0.1),
    ///     MeanSquaredError,
    ///     Device::Cpu,
    ///     Seed(0),
    /// )?;
    /// net.set_weights("dense 1", &array![[1.0, 1.0], [1.0, 1.0]], &array![0.0, -1.0])?;
    /// net.set_weights("dense 2", &array![[1.0], [-2.0]], &array![0.0])?;
    /// let corners = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    /// assert_eq!(net.predict(&corners)?, array![0.0, 1.0, 1.0, 0.0]);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`set_parameter`](Network::set_parameter).
    pub fn set_weights(&mut self, layer: &str, weights: &Array2<f64>, biases: &Array1<f64>) -> Result<()> {
        let [w, b] = [self.of_layer(layer, "W")?.name.clone(), self.of_layer(layer, "b")?.name.clone()];
        self.set_parameter(&w, weights)?;
        self.set_parameter(&b, &biases.clone().insert_axis(ndarray::Axis(0)))
    }

    pub(super) fn matrix(&self, parameter: &Parameter) -> Array2<f64> {
        let [rows, columns] = parameter.spec.shape;
        let values = &self.parameters[parameter.range()];
        Array2::from_shape_fn((rows, columns), |(row, column)| f64::from(values[row * columns + column]))
    }

    fn find(&self, name: &str) -> Result<&Parameter> {
        self.plan.parameters.iter().find(|parameter| parameter.name == name).ok_or_else(|| {
            let names = self.plan.parameters.iter().map(|parameter| format!("`{}`", parameter.name));
            let names = names.collect::<Vec<_>>().join(", ");
            Error::Data(format!("the network has no parameter `{name}`; its parameters are {names}"))
        })
    }

    /// The position of a layer by its name.
    pub(super) fn layer_position(&self, layer: &str) -> Result<usize> {
        let names = self.description.layer_names();
        names.iter().position(|name| name == layer).ok_or_else(|| {
            let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            Error::Data(format!("the network has no layer `{layer}`; its layers are {names}"))
        })
    }

    fn of_layer(&self, layer: &str, symbol: &str) -> Result<&Parameter> {
        let position = self.layer_position(layer)?;
        self.plan.parameters_of(position).find(|parameter| parameter.spec.symbol == symbol).ok_or_else(|| {
            let what = if symbol == "W" { "weights" } else { "biases" };
            Error::Data(format!("the layer `{layer}` has no {what}"))
        })
    }
}
