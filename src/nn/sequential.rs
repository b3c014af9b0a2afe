//! `Sequential`: a network described layer by layer.

use serde::{Deserialize, Serialize};

use super::layer::{BatchNorm, Dense, Dropout, Flatten, GaussianNoise, Kind, Layer, Maxout, Reshape, at_layer};
use crate::activation::{AnyActivation, Elu, Gelu, LeakyRelu};
use crate::engine::plan::{Builder, Plan, values_of};
use crate::error::{Error, Result};
use crate::init::Initializer;
use crate::regularize::{Activity, AnyRegularizer, Constraint, L1, L2};

/// A network as a row of layers, each of which takes the output of the one before: a description, without weights.
///
/// [`compile`](Sequential::compile) checks it and builds a [`Network`](super::Network), which can be trained. A setter
/// such as [`init`](Sequential::init) or [`frozen`](Sequential::frozen) applies to the last layer before it; an activation
/// belongs to the dense layer before it.
///
/// ```
/// use gradus::nn::Sequential;
/// let net = Sequential::new([784]).dense(128).relu().dropout(0.2).dense(10).softmax();
/// assert_eq!(net.layer_names(), ["dense 1", "dropout 1", "dense 2"]);
/// assert_eq!(net.parameter_count()?, 101_770);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sequential {
    pub(super) input: Vec<usize>,
    pub(super) layers: Vec<Layer>,
    /// The first setter that had no layer to set, which `compile` reports.
    mistake: Option<String>,
}

/// A checked description.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub plan: Plan,
    /// The shape of an example after each layer.
    pub shapes: Vec<Vec<usize>>,
}

impl Sequential {
    /// A network whose examples have this shape: `[784]`, or `[28, 28]` before a [`flatten`](Sequential::flatten).
    pub fn new(input: impl Into<Vec<usize>>) -> Self {
        Sequential { input: input.into(), layers: vec![], mistake: None }
    }

    /// Adds a layer.
    #[must_use]
    pub fn layer(mut self, layer: impl Into<Layer>) -> Self {
        self.layers.push(layer.into());
        self
    }

    /// Adds a fully connected layer: [`Dense`].
    #[must_use]
    pub fn dense(self, units: usize) -> Self {
        self.layer(Kind::Dense(Dense::new(units)))
    }

    /// Adds a layer of maxout units, each the largest of `pieces` sums: [`Maxout`].
    #[must_use]
    pub fn maxout(self, units: usize, pieces: usize) -> Self {
        self.layer(Kind::Maxout(Maxout { sums: Dense::new(units), pieces }))
    }

    /// Adds a layer that drops this share of the values while training: [`Dropout`].
    #[must_use]
    pub fn dropout(self, rate: f64) -> Self {
        self.layer(Kind::Dropout(Dropout { rate }))
    }

    /// Adds a layer of noise with this standard deviation while training: [`GaussianNoise`].
    #[must_use]
    pub fn gaussian_noise(self, std: f64) -> Self {
        self.layer(Kind::GaussianNoise(GaussianNoise { std }))
    }

    /// Adds a layer that normalizes each column: [`struct@BatchNorm`] with Keras' momentum 0.99 and ε = 10⁻³.
    #[must_use]
    pub fn batch_norm(self) -> Self {
        self.layer(Kind::BatchNorm(BatchNorm::default()))
    }

    /// Adds a layer that flattens examples of several axes: [`Flatten`].
    #[must_use]
    pub fn flatten(self) -> Self {
        self.layer(Kind::Flatten(Flatten))
    }

    /// Adds a layer that gives examples another shape: [`Reshape`].
    #[must_use]
    pub fn reshape(self, shape: impl Into<Vec<usize>>) -> Self {
        self.layer(Kind::Reshape(Reshape { shape: shape.into() }))
    }

    /// Sets the activation of the dense layer before it, or adds it as a layer of its own.
    #[must_use]
    pub fn activation(mut self, activation: impl Into<AnyActivation>) -> Self {
        let activation = activation.into();
        let own = match self.layers.last_mut() {
            Some(Layer { kind: Kind::Dense(dense), activity_penalty: None, .. })
                if dense.activation == AnyActivation::Linear =>
            {
                Some(&mut dense.activation)
            }
            _ => None,
        };
        match own {
            Some(own) => {
                *own = activation;
                self
            }
            None => self.layer(Kind::Activation(activation)),
        }
    }

    /// z itself, as a dense layer without an activation.
    #[must_use]
    pub fn linear(self) -> Self {
        self.activation(AnyActivation::Linear)
    }

    /// 1/(1 + e⁻ᶻ).
    #[must_use]
    pub fn sigmoid(self) -> Self {
        self.activation(AnyActivation::Sigmoid)
    }

    /// tanh z.
    #[must_use]
    pub fn tanh(self) -> Self {
        self.activation(AnyActivation::Tanh)
    }

    /// max(0, z).
    #[must_use]
    pub fn relu(self) -> Self {
        self.activation(AnyActivation::Relu)
    }

    /// z, or slope · z below 0; the lecture's slope is 0.1.
    #[must_use]
    pub fn leaky_relu(self, slope: f64) -> Self {
        self.activation(LeakyRelu { slope })
    }

    /// z, or α(eᶻ − 1) below 0.
    #[must_use]
    pub fn elu(self, alpha: f64) -> Self {
        self.activation(Elu { alpha })
    }

    /// e^zⱼ/Σ e^zₖ: probabilities of classes.
    #[must_use]
    pub fn softmax(self) -> Self {
        self.activation(AnyActivation::Softmax)
    }

    /// ln(1 + eᶻ).
    #[must_use]
    pub fn softplus(self) -> Self {
        self.activation(AnyActivation::Softplus)
    }

    /// z Φ(z), exactly.
    #[must_use]
    pub fn gelu(self) -> Self {
        self.activation(Gelu::default())
    }

    /// Sets the initial weights of the last layer; default Glorot's uniform distribution.
    #[doc(alias = "kernel_initializer")]
    #[must_use]
    pub fn init(self, init: Initializer) -> Self {
        self.set_dense("init", |dense| dense.init = init)
    }

    /// Sets the initial biases of the last layer; default 0.
    #[must_use]
    pub fn bias_init(self, init: Initializer) -> Self {
        self.set_dense("bias_init", |dense| dense.bias_init = init)
    }

    /// Leaves the last layer without biases.
    #[must_use]
    pub fn no_bias(self) -> Self {
        self.set_dense("no_bias", |dense| dense.bias = false)
    }

    /// Sets a penalty on the weights of the last layer, which adds to the loss.
    #[doc(alias = "kernel_regularizer")]
    #[must_use]
    pub fn regularizer(self, penalty: impl Into<AnyRegularizer>) -> Self {
        let penalty = penalty.into();
        self.set_dense("regularizer", |dense| dense.penalty = Some(penalty))
    }

    /// Sets the penalty λΣ|w| on the weights of the last layer: `.regularizer(L1::new(strength))`.
    #[doc(alias = "kernel_regularizer")]
    #[must_use]
    pub fn l1(self, strength: f64) -> Self {
        self.regularizer(L1::new(strength))
    }

    /// Sets the penalty λΣw² on the weights of the last layer: `.regularizer(L2::new(strength))`.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let short = Sequential::new([4]).dense(3).l2(0.01);
    /// assert_eq!(short, Sequential::new([4]).dense(3).regularizer(L2::new(0.01)));
    /// ```
    #[doc(alias = "kernel_regularizer")]
    #[doc(alias = "weight_decay")]
    #[must_use]
    pub fn l2(self, strength: f64) -> Self {
        self.regularizer(L2::new(strength))
    }

    /// Sets what the weights of the last layer must satisfy after each step.
    #[doc(alias = "kernel_constraint")]
    #[must_use]
    pub fn constraint(self, constraint: impl Into<Constraint>) -> Self {
        let constraint = constraint.into();
        self.set_dense("constraint", |dense| dense.constraint = Some(constraint))
    }

    /// Sets a penalty on the outputs of the last layer, divided by the number of examples, as in Keras.
    #[must_use]
    pub fn activity_regularizer(self, penalty: impl Into<AnyRegularizer>) -> Self {
        let penalty = Activity::new(penalty);
        self.set_last("activity_regularizer", |layer| layer.activity_penalty = Some(penalty))
    }

    /// Names the last layer.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.set_last("name", |layer| layer.name = Some(name))
    }

    /// Freezes the parameters of the last layer. Right after [`truncated`](super::Network::truncated) it freezes all layers
    /// that were taken over, as Keras' `base.trainable = False`; [`Network::unfreeze`](super::Network::unfreeze) lets a layer
    /// train again.
    #[doc(alias = "trainable")]
    #[doc(alias = "requires_grad")]
    #[must_use]
    pub fn frozen(mut self) -> Self {
        if self.layers.last().is_some_and(|layer| layer.learned.is_some()) {
            self.layers.iter_mut().filter(|layer| layer.learned.is_some()).for_each(|layer| layer.frozen = true);
            return self;
        }
        self.set_last("frozen", |layer| layer.frozen = true)
    }

    /// The name of the first layer that does not train.
    pub(crate) fn frozen_layer(&self) -> Option<String> {
        let at = self.layers.iter().position(|layer| layer.frozen)?;
        self.layer_names().get(at).map(|name| format!("layer `{name}`"))
    }

    fn set_last(mut self, setter: &str, set: impl FnOnce(&mut Layer)) -> Self {
        match self.layers.last_mut() {
            Some(layer) => set(layer),
            None => {
                self.mistaken(format!("`.{setter}(…)` comes before the first layer; put it after the layer it is for"))
            }
        }
        self
    }

    fn set_dense(mut self, setter: &str, set: impl FnOnce(&mut Dense)) -> Self {
        match self.layers.last_mut().map(|layer| &mut layer.kind) {
            Some(Kind::Dense(dense) | Kind::Maxout(Maxout { sums: dense, .. })) => set(dense),
            _ => self.mistaken(format!(
                "`.{setter}(…)` does not follow a dense or maxout layer; put it after the layer it is for"
            )),
        }
        self
    }

    fn mistaken(&mut self, mistake: String) {
        self.mistake.get_or_insert(mistake);
    }

    /// The layers.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The names of the layers: those set, else kind and number.
    pub fn layer_names(&self) -> Vec<String> {
        let mut counts = std::collections::BTreeMap::new();
        let name = |layer: &Layer| {
            let kind = layer.kind.as_compile().kind();
            let count = counts.entry(kind).or_insert(0);
            *count += 1;
            layer.name.clone().unwrap_or_else(|| format!("{kind} {count}"))
        };
        self.layers.iter().map(name).collect()
    }

    /// The shape of an example after each layer.
    ///
    /// # Errors
    /// [`Error::Shape`] with the layer's name and both shapes; parameters out of range; a setter without a layer.
    pub fn output_shapes(&self) -> Result<Vec<Vec<usize>>> {
        Ok(self.check()?.shapes)
    }

    /// The number of parameters of the network, those of frozen layers and running statistics included.
    ///
    /// # Errors
    /// As [`output_shapes`](Sequential::output_shapes).
    pub fn parameter_count(&self) -> Result<usize> {
        Ok(self.check()?.plan.length)
    }

    /// Checks the description and returns the plan of the network.
    pub(crate) fn check(&self) -> Result<Checked> {
        if let Some(mistake) = &self.mistake {
            return Err(Error::Data(mistake.clone()));
        }
        if self.layers.is_empty() {
            return Err(Error::Data("a network needs at least one layer, as `.dense(1)`".into()));
        }
        if self.input.is_empty() || self.input.contains(&0) {
            return Err(Error::Shape {
                what: "shape of the network's input".into(),
                expected: "at least one axis, none of length 0".into(),
                found: format!("{:?}", self.input),
            });
        }
        let names = self.layer_names();
        if let Some(at) = (1..names.len()).find(|at| names[..*at].contains(&names[*at])) {
            return Err(Error::Data(format!("two layers are named `{}`; rename one", names[at])));
        }
        let mut builder = Builder::new(values_of(&self.input)?);
        let mut shape = self.input.clone();
        let mut shapes = vec![];
        for (position, (layer, name)) in self.layers.iter().zip(&names).enumerate() {
            shape = layer.kind.as_compile().output_shape(&shape).map_err(|error| at_layer(name, error))?;
            layer.compile(position, name, &mut builder)?;
            shapes.push(shape.clone());
        }
        Ok(Checked { plan: builder.finish(), shapes })
    }
}
