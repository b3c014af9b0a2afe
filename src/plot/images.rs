//! Images in a grid, each with its label; the worst mistakes of a classifier.

use ndarray::ArrayView2;
use serde_json::{Value, json};

use super::classes::Classes;
use super::figure::Figure;
use super::rounding::rounded;
use super::style;
use crate::data::{Dataset, Examples, Inputs};
use crate::error::{Error, Result};
use crate::metrics::greatest;
use crate::nn::WorstMistakes;

/// More images than this are no overview, and heavy in a notebook.
const MOST: usize = 200;
/// Width of all images together, height of a line of text and room between images, in pixels of the screen.
const WIDTH: f64 = 800.0;
const LINE: f64 = 25.0;
const GAP: f64 = 10.0;
/// From low to high.
const GRAYS: [&str; 2] = ["#f4f4f4", "#101010"];

/// Images side by side, each with its label above it; gray from the least value (light) to the greatest (dark).
///
/// # Arguments
/// - `pixels`: n × (height·width), an image a row, line by line, in any unit; at most 200 images are drawn.
/// - `(height, width)`: the images' size.
/// - `labels`: one an image, or none at all (`&[""; 0]`).
///
/// ```
/// use gradus::{plot::images, prelude::*};
/// let digits = datasets::digits()?;
/// let first = digits.features().slice(gradus::ndarray::s![..3, ..]);
/// let figure = images(first, (8, 8), &["zero", "one", "two"])?;
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] where a row is no image of this size, or there are not as many labels as images.
pub fn images(
    pixels: ArrayView2<'_, f64>,
    (height, width): (usize, usize),
    labels: &[impl AsRef<str>],
) -> Result<Figure> {
    require_shape(pixels, (height, width))?;
    if !labels.is_empty() && labels.len() != pixels.nrows() {
        let expected = format!("{}, one an image, or none at all", pixels.nrows());
        return Err(Error::Shape { what: "labels of images".into(), expected, found: labels.len().to_string() });
    }
    let labels: Vec<String> = labels.iter().map(|label| style::escape(label.as_ref())).collect();
    let shown: Vec<usize> = (0..pixels.nrows().min(MOST)).collect();
    let mut figure = mosaic(pixels, &shown, (height, width), &labels);
    if shown.len() < pixels.nrows() {
        figure.remark(format!("the first {} of {} images", shown.len(), pixels.nrows()));
    }
    Ok(figure.title("Images"))
}

impl Dataset {
    /// The first images of a data set whose features are pixels, line by line, each with its class above it.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let figure = datasets::digits()?.images((8, 8), 40)?;
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] where a row is no image of `(height, width)`.
    pub fn images(&self, (height, width): (usize, usize), most: usize) -> Result<Figure> {
        let rows = self.rows().min(most.min(MOST));
        let pixels = self.features().slice(ndarray::s![..rows, ..]);
        let labels: Vec<String> = match self.target_columns() {
            [column] => self.targets().column(0).iter().take(rows).map(|value| column.show(*value)).collect(),
            _ => Vec::new(),
        };
        let name = format!("Images of {}", style::escape(self.name()));
        let caption = format!("the first {rows} of {}", self.rows());
        Ok(images(pixels, (height, width), &labels)?.title(name).caption(caption))
    }
}

/// The images that a classifier gets wrong with the greatest probability, worst first, each under what it is, what it was
/// taken for, and how sure the classifier was of that: `7 → 1 (0.98)`.
///
/// # Arguments
/// - `examples`: images, (height·width) features each, and their classes as the one target.
/// - `(height, width)`: the images' size.
/// - `probabilities`: n × k, one a class, in the order of the classes; n × 1 of two classes is the second one's.
/// - `most`: how many to draw, at most 200.
///
/// ```
/// use gradus::{plot::worst_mistakes, prelude::*};
/// let digits = datasets::digits()?;
/// // Someone who always says 1, and is fairly sure.
/// let ones = Array2::from_shape_fn((digits.rows(), 10), |(_, class)| if class == 1 { 0.91 } else { 0.01 });
/// let figure = worst_mistakes(&digits, (8, 8), ones.view(), 20)?;
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] where a row is no image of this size or the probabilities are not n × k; [`Error::Data`] for what is
/// no probability or no class.
pub fn worst_mistakes(
    examples: &impl Examples,
    (height, width): (usize, usize),
    probabilities: ArrayView2<'_, f64>,
    most: usize,
) -> Result<Figure> {
    const WHAT: &str = "worst mistakes";
    let pixels = examples.inputs();
    require_shape(pixels, (height, width))?;
    let mut classes = Classes::of(examples, WHAT)?;
    let probabilities = classes.probabilities(WHAT, probabilities, pixels.nrows())?;
    let mut mistakes: Vec<(usize, usize, f64)> = Vec::new();
    for (row, answer) in probabilities.rows().into_iter().enumerate() {
        let said = greatest(answer);
        if said != classes.actual[row] {
            mistakes.push((row, said, answer[said]));
        }
    }
    // Stable: of equals the first in the data stays first.
    mistakes.sort_by(|a, b| b.2.total_cmp(&a.2));
    let wrong = mistakes.len();
    mistakes.truncate(most.clamp(1, MOST));
    let label = |(row, said, sure): &(usize, usize, f64)| {
        (*row, format!("{} → {} ({sure:.2})", classes.names[classes.actual[*row]], classes.names[*said]))
    };
    let labels: Vec<(usize, String)> = mistakes.iter().map(label).collect();
    Ok(mistaken(pixels, (height, width), &labels, Some(wrong), "surest", true))
}

impl WorstMistakes {
    /// The images among the examples that a network gets most wrong, each under what it is, what it was taken for, and the
    /// probability of that: `7 → 1 (0.98)`. At most 200 are drawn.
    ///
    /// # Arguments
    /// - `inputs`: the examples that were looked at, (height·width) features each.
    /// - `(height, width)`: the images' size.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let digits = datasets::digits()?;
    /// let net = Sequential::new([64]).dense(10).softmax();
    /// let mut net = net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy, Device::Cpu, Seed(1))?;
    /// net.fit(&digits, Fit::epochs(2))?;
    /// let figure = net.worst_mistakes(&digits, 20)?.images(&digits, (8, 8))?;
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] where a row is no image of this size, or there are not as many rows as examples were looked at.
    pub fn images(&self, inputs: &impl Inputs, (height, width): (usize, usize)) -> Result<Figure> {
        let pixels = inputs.inputs();
        require_shape(pixels, (height, width))?;
        if pixels.nrows() != self.examples {
            let expected = format!("{}, those that were looked at", self.examples);
            return Err(Error::Shape { what: "images".into(), expected, found: pixels.nrows().to_string() });
        }
        let labels = self.mistakes.iter().take(MOST).map(|mistake| {
            let sure = mistake.of_predicted.map(|p| format!(" ({p:.2})")).unwrap_or_default();
            (mistake.row, style::escape(&format!("{} → {}{sure}", mistake.truth, mistake.predicted)))
        });
        let labels: Vec<(usize, String)> = labels.collect();
        let probabilities = self.mistakes.iter().any(|mistake| mistake.of_predicted.is_some());
        Ok(mistaken(pixels, (height, width), &labels, self.wrong, "worst", probabilities))
    }
}

/// The images of these rows under their labels, or that there are none.
fn mistaken(
    pixels: ArrayView2<'_, f64>,
    size: (usize, usize),
    shown: &[(usize, String)],
    wrong: Option<usize>,
    which: &str,
    probabilities: bool,
) -> Figure {
    let total = pixels.nrows();
    if shown.is_empty() {
        let mut figure = Figure::space("No mistakes").caption(format!("all {total} examples are classified rightly"));
        figure.set("/height", 160);
        return figure;
    }
    let count = match wrong {
        Some(wrong) if shown.len() < wrong => {
            format!("{wrong} of {total} examples are wrong; the {} {which}", shown.len())
        }
        Some(wrong) => format!("{wrong} of {total} examples are wrong"),
        None => format!("the {} {which} of {total} examples", shown.len()),
    };
    let (rows, labels): (Vec<usize>, Vec<String>) = shown.iter().cloned().unzip();
    let probability = if probabilities { " (its probability)" } else { "" };
    let caption = format!("{count}; actual → predicted{probability}");
    mosaic(pixels, &rows, size, &labels).title("The worst mistakes").caption(caption)
}

fn require_shape(pixels: ArrayView2<'_, f64>, (height, width): (usize, usize)) -> Result<()> {
    if height * width == 0 || pixels.ncols() != height * width || pixels.nrows() == 0 {
        let expected = format!("[n, {}] pixels for images of {height} × {width}, at least one", height * width);
        return Err(Error::Shape { what: "images".into(), expected, found: format!("{:?}", pixels.shape()) });
    }
    Ok(())
}

/// The rows `shown` as images in one heat map with gaps between them: one trace draws many images as fast as one.
fn mosaic(pixels: ArrayView2<'_, f64>, shown: &[usize], (height, width): (usize, usize), labels: &[String]) -> Figure {
    // A label takes about 7 pixels of the screen a letter, and an image is no narrower than its label.
    let letters = labels.iter().map(|label| style::plain(label).chars().count()).max().unwrap_or(0);
    let narrowest = (7.2 * letters as f64 + 6.0).max(56.0);
    let most_columns = (WIDTH / (narrowest + GAP)).floor().max(1.0);
    // A few are in one row, many in a picture that is wider than high.
    let wanted = if shown.len() <= 8 { shown.len() as f64 } else { (1.8 * shown.len() as f64).sqrt().ceil().max(8.0) };
    let columns = wanted.min(most_columns) as usize;
    let rows = shown.len().div_ceil(columns);
    // The size of an image's pixel on the screen, in which the gaps are measured.
    let side = (WIDTH / columns as f64 - GAP).clamp(narrowest, narrowest.max(110.0));
    let dot = side / width as f64;
    let gap = GAP / dot;
    let above = if labels.is_empty() { gap } else { LINE / dot };
    let (step_x, step_y) = (width as f64 + gap, height as f64 + above);

    let (low, high) = shown
        .iter()
        .flat_map(|row| pixels.row(*row))
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    let (low, high) = if high > low { (low, high) } else { (0.0, 1.0) };
    // A gap is one wide cell without a value, between the edges of two images.
    let mut cells = vec![vec![Value::Null; columns * (width + 1) - 1]; rows * (height + 1) - 1];
    let edges = |count: usize, length: usize, step: f64, start: f64| -> Vec<f64> {
        (0..count).flat_map(|at| (0..=length).map(move |edge| start + at as f64 * step + edge as f64)).collect()
    };
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for (index, row) in shown.iter().enumerate() {
        let (left, top) = (index % columns, index / columns);
        for (at, value) in pixels.row(*row).iter().enumerate() {
            let cell = &mut cells[top * (height + 1) + at / width][left * (width + 1) + at % width];
            *cell = json!(rounded(*value, (high - low) / 1000.0));
        }
        xs.push(left as f64 * step_x + width as f64 / 2.0);
        ys.push(top as f64 * step_y + above - 2.0 / dot);
    }
    let mut figure = Figure::new("");
    figure.add(json!({
        "type": "heatmap", "x": edges(columns, width, step_x, 0.0), "y": edges(rows, height, step_y, above),
        "z": cells, "zmin": low, "zmax": high, "showscale": false, "showlegend": false, "name": "",
        "colorscale": [[0, GRAYS[0]], [1, GRAYS[1]]], "hovertemplate": "%{z}<extra></extra>", "hoverongaps": false,
    }));
    if !labels.is_empty() {
        figure.add(json!({
            "type": "scatter", "mode": "text", "x": xs, "y": ys, "text": labels, "textposition": "top center",
            "textfont": {"size": 13}, "hoverinfo": "skip", "showlegend": false, "cliponaxis": false,
        }));
    }
    let (across, down) = (columns as f64 * step_x - gap, rows as f64 * step_y);
    figure.set("/xaxis/visible", false);
    figure.set("/yaxis/visible", false);
    // The first line of an image is its upper one, and its pixels are squares.
    figure.set("/xaxis/range", json!([0.0, across]));
    figure.set("/yaxis/range", json!([down, 0.0]));
    figure.set("/yaxis/scaleanchor", "x");
    figure.set("/yaxis/constrain", "domain");
    figure.set("/xaxis/constrain", "domain");
    figure.set("/margin", json!({"l": 20, "r": 20, "b": 20}));
    figure.size((across * dot + 40.0).max(420.0) as u32, (down * dot + 100.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, Array2, array};

    #[test]
    fn images_stand_upright_in_one_trace() -> Result<()> {
        let figure = images(array![[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [7.0; 6]].view(), (2, 3), &["a", "<b"])?;
        let value = figure.to_value();
        assert_eq!(value["data"][0]["z"], json!([[1, 2, 3, null, 7, 7, 7], [4, 5, 6, null, 7, 7, 7]]));
        let edges = |axis: &str| value["data"][0][axis].as_array().map_or(0, Vec::len);
        assert_eq!((edges("x"), edges("y")), (8, 3));
        assert!(value["layout"]["yaxis"]["range"][0].as_f64() > value["layout"]["yaxis"]["range"][1].as_f64());
        assert_eq!(value["data"][1]["text"], json!(["a", "&lt;b"]));
        assert_eq!((&value["data"][0]["zmin"], &value["data"][0]["zmax"]), (&json!(1), &json!(7)));
        Ok(())
    }

    #[test]
    fn shapes_and_labels_must_fit() {
        let message = |figure: Result<Figure>| figure.err().map(|error| error.to_string()).unwrap_or_default();
        let pixels = Array2::<f64>::zeros((3, 6));
        let text = message(images(pixels.view(), (2, 2), &[""; 0]));
        assert_eq!(text, "images: expected [n, 4] pixels for images of 2 × 2, at least one, found [3, 6]");
        assert!(message(images(pixels.view(), (2, 3), &["a"])).contains("expected 3, one an image"));
        assert!(images(pixels.view(), (2, 3), &[""; 0]).is_ok());
        assert!(images(Array2::zeros((0, 6)).view(), (2, 3), &[""; 0]).is_err());
    }

    #[test]
    fn mistakes_come_worst_first() -> Result<()> {
        let (x, y) = (Array2::<f64>::zeros((4, 4)), array![0.0, 1.0, 1.0, 0.0]);
        let probabilities = array![[0.4, 0.6], [0.9, 0.1], [0.2, 0.8], [0.25, 0.75]];
        let figure = worst_mistakes(&(&x, &y), (2, 2), probabilities.view(), 2)?;
        let text = &figure.to_value()["data"][1]["text"];
        assert_eq!(text, &json!(["y = 1 → y = 0 (0.90)", "y = 0 → y = 1 (0.75)"]));
        assert!(figure.description().contains("3 of 4 examples are wrong; the 2 surest"));
        let right =
            worst_mistakes(&(&x, &y), (2, 2), array![[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]].view(), 2)?;
        assert_eq!(right.name(), "No mistakes");
        assert!(worst_mistakes(&(&x, &y), (2, 2), array![[1.0, 0.0]].view(), 2).is_err());
        Ok(())
    }

    #[test]
    fn pixels_are_as_exact_as_the_eye() {
        let gray = Array1::linspace(0.0, 1.0, 64).insert_axis(ndarray::Axis(0));
        let json = images(gray.view(), (8, 8), &[""; 0]).map(|figure| figure.to_json()).unwrap_or_default();
        assert!(json.contains("0.016,0.032,0.048"), "{json}");
    }
}
