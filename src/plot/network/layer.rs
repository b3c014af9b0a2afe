//! `NetworkLayer`: a layer as a drawing shows it.

/// A layer as a drawing shows it: any network can be described by a few of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkLayer {
    pub(super) name: String,
    pub(super) units: usize,
    pub(super) activation: String,
    pub(super) parameters: Option<usize>,
    pub(super) bias: bool,
}

impl NetworkLayer {
    /// A layer of this many units: the input where it comes first, else connected to all units of the layer before it,
    /// with biases.
    pub fn new(name: impl Into<String>, units: usize) -> Self {
        NetworkLayer { name: name.into(), units, activation: String::new(), parameters: None, bias: true }
    }

    /// Names its activation function.
    #[must_use]
    pub fn activation(mut self, name: impl Into<String>) -> Self {
        self.activation = name.into();
        self
    }

    /// Gives its number of parameters, where that is not (units before it + 1) · units.
    #[must_use]
    pub fn parameters(mut self, parameters: usize) -> Self {
        self.parameters = Some(parameters);
        self
    }

    /// Says that it has no biases.
    #[must_use]
    pub fn without_bias(mut self) -> Self {
        self.bias = false;
        self
    }

    /// Its parameters: weights and biases of all its units.
    pub(super) fn count(&self, before: usize) -> usize {
        self.parameters.unwrap_or_else(|| (before.saturating_add(usize::from(self.bias))).saturating_mul(self.units))
    }
}
