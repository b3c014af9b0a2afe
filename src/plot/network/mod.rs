//! The drawing of a network: layers as columns of units, connections, and a table of what each layer is (A23, A26).

mod connections;
mod layer;
mod sequential;
mod unit_layout;

use ndarray::{Array1, Array2};
use serde_json::{Value, json};

pub use self::layer::NetworkLayer;
use self::unit_layout::{Kind, LINE, MARGIN, RADIUS, UnitLayout, grouped};
use super::figure::Figure;
use super::style;
use crate::data::short;
use crate::error::{Error, Result};

/// A network, to be drawn: it shows under a cell, or [`plot`](NetworkDrawing::plot) gives its figure.
///
/// Biases are drawn as connections from a unit that is always 1, above the units of the layer before.
///
/// ```
/// use gradus::plot::{NetworkDrawing, NetworkLayer};
/// // A23: two features, four logistic units, one output.
/// let network = NetworkDrawing::new([
///     NetworkLayer::new("input", 2),
///     NetworkLayer::new("layer 1", 4).activation("σ"),
///     NetworkLayer::new("output", 1).activation("σ"),
/// ])?;
/// assert_eq!(network.parameters(), (2 + 1) * 4 + (4 + 1) * 1);
/// let figure = network.plot();
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkDrawing {
    title: String,
    layers: Vec<NetworkLayer>,
    /// For each layer after the input; empty where no weights are drawn.
    weights: Vec<(Array2<f64>, Array1<f64>)>,
}

impl NetworkDrawing {
    /// The network of these layers, the input first.
    ///
    /// # Errors
    /// [`Error::Data`] for fewer than two layers, or a layer without units.
    pub fn new(layers: impl IntoIterator<Item = NetworkLayer>) -> Result<Self> {
        let layers: Vec<NetworkLayer> = layers.into_iter().collect();
        if layers.len() < 2 {
            return Err(Error::Data("a network has an input and at least one layer; give both".into()));
        }
        if let Some(layer) = layers.iter().find(|layer| layer.units == 0) {
            return Err(Error::Data(format!("the layer `{}` has no units; give it at least one", layer.name)));
        }
        Ok(NetworkDrawing { title: "Network".into(), layers, weights: vec![] })
    }

    /// Puts this title above the drawing.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Colors each connection by its weight's sign and makes it as thick as the weight is large.
    ///
    /// For each layer after the input its weights, a row for each unit of the layer before and a column for each unit of
    /// its own (the lectures write the transpose), and its biases, empty where it has none.
    ///
    /// # Errors
    /// [`Error::Shape`] where they do not fit the layers, [`Error::Data`] where one is not finite.
    pub fn weights(mut self, weights: impl IntoIterator<Item = (Array2<f64>, Array1<f64>)>) -> Result<Self> {
        let weights: Vec<(Array2<f64>, Array1<f64>)> = weights.into_iter().collect();
        let wrong = |what: String, expected: String, found: String| Err(Error::Shape { what, expected, found });
        if weights.len() + 1 != self.layers.len() {
            let expected = format!("{}, one pair for each layer after the input", self.layers.len() - 1);
            return wrong("pairs of weights and biases".into(), expected, weights.len().to_string());
        }
        for (pair, (matrix, biases)) in self.layers.windows(2).zip(&weights) {
            let (before, layer) = (&pair[0], &pair[1]);
            if matrix.dim() != (before.units, layer.units) {
                let expected = format!("{} × {} (units before × units)", before.units, layer.units);
                let found = format!("{} × {}", matrix.nrows(), matrix.ncols());
                return wrong(format!("weights of `{}`", layer.name), expected, found);
            }
            let expected = if layer.bias { layer.units } else { 0 };
            if biases.len() != expected {
                return wrong(format!("biases of `{}`", layer.name), expected.to_string(), biases.len().to_string());
            }
            if let Some(value) = matrix.iter().chain(biases).find(|value| !value.is_finite()) {
                let name = &layer.name;
                return Err(Error::Data(format!("a weight of `{name}` is {value}; only finite ones can be drawn")));
            }
        }
        self.weights = weights;
        Ok(self)
    }

    /// The number of parameters of all layers together.
    pub fn parameters(&self) -> usize {
        self.layers.windows(2).map(|pair| pair[1].count(pair[0].units)).sum()
    }

    /// The drawing, from the input at the left to the output at the right.
    pub fn plot(&self) -> Figure {
        let layout = UnitLayout::of(&self.layers);
        let mut figure = Figure::space(style::escape(&self.title));
        let mut caption = format!("{} parameters", grouped(self.parameters()));
        if !self.weights.is_empty() {
            let largest = short(self.largest_weight()).replace('-', "−");
            caption += &format!(" · weights: blue positive, orange negative, thick where large (up to {largest})");
        }
        figure = figure.caption(caption);
        for trace in self.connections(&layout) {
            figure.add(trace);
        }
        figure.add(self.units(&layout));
        figure.add(layout.table(&self.layers));
        let height = layout.top - layout.bottom + 5.0 * LINE;
        figure.set("/width", layout.width);
        figure.set("/height", (height + 90.0 + MARGIN).ceil());
        figure.set("/margin", json!({"l": MARGIN, "r": MARGIN, "b": MARGIN}));
        figure.set("/xaxis", json!({"visible": false, "range": [0.0, layout.width - 2.0 * MARGIN]}));
        figure.set("/yaxis", json!({"visible": false, "range": [layout.bottom - 5.0 * LINE, layout.top]}));
        figure.set("/showlegend", false);
        figure
    }

    /// All circles: units, the units that are always 1, and the dots for those left out.
    fn units(&self, layout: &UnitLayout) -> Value {
        let (mut xs, mut ys, mut texts, mut hints) = (vec![], vec![], vec![], vec![]);
        let (mut sizes, mut fills, mut inks, mut letters) = (vec![], vec![], vec![], vec![]);
        let last = self.layers.len() - 1;
        for (at, (layer, column)) in self.layers.iter().zip(&layout.columns).enumerate() {
            let name = style::escape(&layer.name);
            for slot in &column.slots {
                xs.push(column.x);
                ys.push(slot.y);
                let (text, hint) = match slot.kind {
                    Kind::Unit(unit) => {
                        let letter = ["x", "a", "ŷ"][if at == 0 { 0 } else { 1 + usize::from(at == last) }];
                        let only = layer.units == 1 && at == last;
                        let text = if only { letter.into() } else { format!("{letter}<sub>{}</sub>", unit + 1) };
                        let mut hint = format!("{name}, unit {} of {}", unit + 1, grouped(layer.units));
                        if let Some(bias) = at.checked_sub(1).and_then(|at| self.weights.get(at)?.1.get(unit)) {
                            hint += &format!("<br>bias {}", short(*bias).replace('-', "−"));
                        }
                        (text, hint)
                    }
                    Kind::Bias => ("1".to_string(), "always 1; its weights are the biases".to_string()),
                    Kind::Dots { from, to } => {
                        ("⋮".to_string(), format!("{name}, units {} to {}", grouped(from), grouped(to)))
                    }
                };
                texts.push(text);
                hints.push(hint);
                let (size, fill, ink, letter) = match slot.kind {
                    Kind::Unit(_) if at == 0 => (2.0 * RADIUS, style::PALETTE[2], style::PALETTE[2], "white"),
                    Kind::Unit(_) => (2.0 * RADIUS, "rgba(128,128,128,0.12)", style::INK, style::INK),
                    Kind::Bias => (2.0 * slot.radius(), "rgba(0,0,0,0)", style::REFERENCE, style::INK),
                    Kind::Dots { .. } => (2.0 * RADIUS, "rgba(0,0,0,0)", "rgba(0,0,0,0)", style::INK),
                };
                sizes.push(size);
                fills.push(fill);
                inks.push(ink);
                letters.push(letter);
            }
        }
        json!({
            "type": "scatter", "mode": "markers+text", "x": xs, "y": ys, "text": texts, "textposition": "middle center",
            "textfont": {"size": 14, "color": letters}, "cliponaxis": false,
            "marker": {"size": sizes, "color": fills, "opacity": 1, "line": {"color": inks, "width": 1.5}},
            "hovertext": hints, "hoverinfo": "text",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::connections::line_class;
    use super::*;
    use ndarray::array;

    fn small() -> Result<NetworkDrawing> {
        let output = NetworkLayer::new("output", 1).without_bias();
        NetworkDrawing::new([NetworkLayer::new("input", 2), NetworkLayer::new("hidden", 2), output])
    }

    #[test]
    fn parameters_are_counted_or_told() -> Result<()> {
        assert_eq!(small()?.parameters(), 3 * 2 + 2);
        let told = NetworkLayer::new("convolution", 2704).parameters(160);
        let network = NetworkDrawing::new([NetworkLayer::new("image", 784), told, NetworkLayer::new("class", 10)])?;
        assert_eq!(network.parameters(), 160 + 2705 * 10);
        assert!(network.plot().description().contains("27\u{202f}210 parameters"));
        Ok(())
    }

    #[test]
    fn every_connection_is_drawn_once() -> Result<()> {
        let value = small()?.plot().to_value();
        // Two units and the bias to two units, two units to one: 8 lines of two points and a gap.
        assert_eq!(value["data"][0]["x"].as_array().map(Vec::len), Some(3 * 8));
        let texts = value["data"][1]["text"].as_array().cloned().unwrap_or_default();
        assert_eq!(texts.iter().filter(|text| *text == "1").count(), 1, "the output has no bias");
        assert!(texts.iter().any(|text| text == "ŷ"));
        Ok(())
    }

    #[test]
    fn weights_tell_sign_and_size() -> Result<()> {
        let weights = [(array![[1.0, -2.0], [0.0, 0.5]], array![-0.1, 2.0]), (array![[0.25], [-0.25]], array![])];
        let value = small()?.weights(weights)?.plot().to_value();
        let traces = value["data"].as_array().cloned().unwrap_or_default();
        let hints = traces.iter().find(|trace| trace["name"] == "weights").map(|trace| trace["hovertext"].to_string());
        let hints = hints.unwrap_or_default();
        assert!(hints.contains("input 1 → hidden 2: −2") && hints.contains("bias → hidden 2: 2"), "{hints}");
        assert!(hints.contains("hidden 2 → output 1: −0.25"), "{hints}");
        let thickest = |color: &str| {
            let own = traces.iter().filter(|trace| trace["line"]["color"] == color);
            own.filter_map(|trace| trace["line"]["width"].as_f64()).fold(0.0, f64::max)
        };
        assert_eq!((thickest(style::PALETTE[0]), thickest(style::PALETTE[1])), (5.2, 5.2));
        assert_eq!((line_class(-1e-9, 2.0), line_class(0.0, 0.0), line_class(2.0, 2.0)), (6, 0, 5));
        Ok(())
    }

    #[test]
    fn what_does_not_fit_is_an_error() -> Result<()> {
        let message = |weights: Vec<(Array2<f64>, Array1<f64>)>| -> Result<String> {
            Ok(small()?.weights(weights).err().map(|error| error.to_string()).unwrap_or_default())
        };
        let fine = (array![[1.0, 1.0], [1.0, 1.0]], array![0.0, 0.0]);
        assert!(message(vec![fine.clone()])?.contains("expected 2, one pair for each layer"));
        let wide = (array![[1.0, 1.0]], array![]);
        let text = message(vec![fine.clone(), wide])?;
        assert_eq!(text, "weights of `output`: expected 2 × 1 (units before × units), found 1 × 2");
        let text = message(vec![fine.clone(), (array![[1.0], [1.0]], array![0.0])])?;
        assert_eq!(text, "biases of `output`: expected 0, found 1");
        assert!(message(vec![fine, (array![[1.0], [f64::NAN]], array![])])?.contains("is NaN"));
        assert!(NetworkDrawing::new([NetworkLayer::new("input", 2)]).is_err());
        assert!(NetworkDrawing::new([NetworkLayer::new("a", 2), NetworkLayer::new("b", 0)]).is_err());
        Ok(())
    }
}
