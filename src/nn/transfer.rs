//! Freezing layers, and building on those of a trained network (B22).

use super::network::{Network, place_of_loss};
use super::sequential::Sequential;
use crate::error::{Error, Result};
use crate::optim::Optimizer;

impl Network {
    /// Freezes the parameters of this layer. The optimizer forgets its past and starts its schedule
    /// again.
    ///
    /// # Errors
    /// [`Error::Data`] where no layer has this name.
    pub fn freeze(&mut self, layer: &str) -> Result<()> {
        self.set_frozen(layer, true)
    }

    /// Trains the parameters of this layer again. The optimizer forgets its past and starts its schedule again.
    ///
    /// # Errors
    /// [`Error::Data`] where no layer has this name.
    pub fn unfreeze(&mut self, layer: &str) -> Result<()> {
        self.set_frozen(layer, false)
    }

    fn set_frozen(&mut self, layer: &str, frozen: bool) -> Result<()> {
        let position = self.layer_position(layer)?;
        self.description.layers[position].frozen = frozen;
        let plan = self.description.check()?.plan;
        let mut parameters = vec![0.0; plan.length];
        // The same parameters in the same order, in other places.
        for (old, new) in self.plan.parameters.iter().zip(&plan.parameters) {
            parameters[new.range()].copy_from_slice(&self.parameters[old.range()]);
        }
        self.loss_at = place_of_loss(&plan, self.loss)?;
        (self.state, self.rate_factor) = (self.optimizer.state(plan.trained), 1.0);
        (self.plan, self.parameters) = (plan, parameters);
        Ok(())
    }

    /// The first `layers` layers with what they have learned, as a description to build on: transfer learning, and
    /// pretraining layer by layer. [`frozen`](Sequential::frozen) right after it freezes all of them.
    ///
    /// ```
    /// use gradus::nn::{Device, Fit, Sequential};
    /// use gradus::{loss::SparseCategoricalCrossEntropy, optim::Adam, prelude::*};
    /// let iris = datasets::iris()?;
    /// let loss = SparseCategoricalCrossEntropy;
    /// let mut net = Sequential::new([4]).dense(8).relu().dense(3).softmax().compile(
    ///     Adam::new(0.01),
    ///     loss,
    ///     Device::Cpu,
    ///     Seed(1),
    /// )?;
    /// net.fit(&iris, Fit::epochs(5))?;
    /// // One layer deeper; the first one stays as it is.
    /// let deeper = net.truncated(1)?.frozen().dense(8).relu().dense(3).softmax();
    /// let mut deeper = deeper.compile(Adam::new(0.01), loss, Device::Cpu, Seed(2))?;
    /// deeper.fit(&iris, Fit::epochs(5))?;
    /// assert_eq!(deeper.weights("dense 1")?, net.weights("dense 1")?);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`] for no layers or more than there are.
    pub fn truncated(&self, layers: usize) -> Result<Sequential> {
        let count = self.description.layers.len();
        if layers == 0 || layers > count {
            let requirement = format!("the network has {count} layers; keep from 1 to all of them");
            return Err(Error::Parameter { parameter: "layers", value: layers.to_string(), requirement });
        }
        let mut description = self.description.clone();
        description.layers.truncate(layers);
        for (position, layer) in description.layers.iter_mut().enumerate() {
            let learned = self.plan.parameters_of(position).map(|parameter| self.matrix(parameter).mapv(|w| w as f32));
            layer.learned = Some(learned.collect());
        }
        Ok(description)
    }
}
