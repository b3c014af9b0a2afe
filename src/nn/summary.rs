//! The table of a network: each layer with its shape and its parameters.

use super::network::Network;
use super::sequential::Sequential;
use crate::data::Table;
use crate::error::Result;

impl Sequential {
    /// Each layer with its output shape and its number of parameters.
    ///
    /// ```
    /// use gradus::nn::Sequential;
    /// let table = Sequential::new([4]).dense(16).relu().dense(3).softmax().summary()?;
    /// assert_eq!(table.cell(0, "parameters"), Some("80"));
    /// assert_eq!(table.note, "131 parameters, 131 of them trained");
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`output_shapes`](Sequential::output_shapes).
    pub fn summary(&self) -> Result<Table> {
        let checked = self.check()?;
        let headings = ["layer", "activation", "output shape", "parameters"];
        let mut table = Table::new("Network", &headings, &[false, false, true, true]);
        for (position, (layer, name)) in self.layers.iter().zip(self.layer_names()).enumerate() {
            let parameters: usize = checked.plan.parameters_of(position).map(|parameter| parameter.length()).sum();
            let shape = checked.shapes[position].iter().map(usize::to_string).collect::<Vec<_>>().join(" × ");
            let name = if layer.frozen { format!("{name} (frozen)") } else { name };
            table.push([name, layer.activation_name().into(), shape, parameters.to_string()]);
        }
        let (all, trained) = (checked.plan.length, checked.plan.trained);
        Ok(table.note(format!("{all} parameters, {trained} of them trained")))
    }
}

impl Network {
    /// Each layer with its output shape and its number of parameters.
    ///
    /// # Errors
    /// None: the network was checked when it was compiled.
    pub fn summary(&self) -> Result<Table> {
        self.description.summary()
    }
}
