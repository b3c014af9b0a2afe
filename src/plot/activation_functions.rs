//! Activation functions with their derivatives, side by side (A35).

use serde_json::json;

use super::figure::Figure;
use super::style;
use crate::activation::{Activation as _, AnyActivation};
use crate::error::{Error, Result};

/// Points of a curve, before jumps are located.
const POINTS: usize = 300;
/// A step that keeps half of its height while its width is halved this often is a jump.
const HALVINGS: usize = 10;

type Function<'a> = Box<dyn Fn(f64) -> f64 + 'a>;

/// A function of one number with its name and, where known, its derivative: what [`activation_functions`] draws.
pub struct ActivationCurve<'a> {
    name: String,
    function: Function<'a>,
    derivative: Option<Function<'a>>,
}

impl<'a> ActivationCurve<'a> {
    /// Returns the curve of this function. Its derivative is computed by central differences, and the figure says so.
    pub fn new(name: impl Into<String>, function: impl Fn(f64) -> f64 + 'a) -> Self {
        ActivationCurve { name: name.into(), function: Box::new(function), derivative: None }
    }

    /// Sets the derivative as a formula.
    #[must_use]
    pub fn derivative(mut self, derivative: impl Fn(f64) -> f64 + 'a) -> Self {
        self.derivative = Some(Box::new(derivative));
        self
    }
}

impl ActivationCurve<'static> {
    /// Returns the curve of an activation of one number, with its derivative.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let curves = [ActivationCurve::of(Relu)?, ActivationCurve::of(Elu)?, ActivationCurve::of(Tanh)?];
    /// let figure = activation_functions([-4.0, 4.0], curves)?;
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`] for softmax and maxout, which take several numbers at once, and for parameters out of range.
    pub fn of(activation: impl Into<AnyActivation>) -> Result<Self> {
        let activation = activation.into();
        activation.check()?;
        if activation.value(0.0).is_none() {
            let requirement =
                "it takes several numbers at once, so it has no curve; draw one of a single number".into();
            return Err(Error::Parameter { parameter: "activation", value: activation.name().into(), requirement });
        }
        Ok(ActivationCurve::new(activation.name(), move |z| activation.value(z).unwrap_or(f64::NAN))
            .derivative(move |z| activation.derivative(z).unwrap_or(f64::NAN)))
    }
}

impl AnyActivation {
    /// g(z) over this range with its derivative: [`activation_functions`] of this one.
    ///
    /// # Errors
    /// As [`ActivationCurve::of`], and for an empty range.
    pub fn plot(&self, range: [f64; 2]) -> Result<Figure> {
        activation_functions(range, [ActivationCurve::of(*self)?])
    }
}

/// Each function g(z) over this range, with its derivative g′(z) dashed; several form a grid.
///
/// Where a function or a derivative jumps, as ReLU's does at 0, the curve has a gap. Without a formula the derivative is
/// (g(z + h) − g(z − h)) / 2h with h = 10⁻⁶·max(1, |z|), and the caption says so.
///
/// ```
/// use gradus::plot::{ActivationCurve, activation_functions};
/// let figure = activation_functions([-6.0, 6.0], [
///     ActivationCurve::new("tanh", f64::tanh).derivative(|z| 1.0 - z.tanh().powi(2)),
///     ActivationCurve::new("leaky ReLU", |z| z.max(0.1 * z)),
/// ])?;
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] for an empty range; [`Error::Data`] without functions.
pub fn activation_functions<'a>(
    range: [f64; 2],
    curves: impl IntoIterator<Item = ActivationCurve<'a>>,
) -> Result<Figure> {
    let [from, to] = range;
    if !(from < to && (to - from).is_finite()) {
        let requirement = "a range goes from a number up to a greater one, as [-6.0, 6.0]".into();
        return Err(Error::Parameter { parameter: "range", value: format!("[{from}, {to}]"), requirement });
    }
    let mut panels: Vec<Figure> = curves.into_iter().map(|curve| panel(&curve, range)).collect();
    match (panels.len(), panels.pop()) {
        (0 | 1, Some(mut one)) => {
            // Next to a single panel the legend would be alone in its margin.
            one.set("/legend", json!({"x": 0.02, "xanchor": "left", "y": 0.98, "yanchor": "top"}));
            Ok(one)
        }
        (count, Some(last)) => {
            panels.push(last);
            let columns = if count <= 4 { 2 } else { 3 };
            Ok(Figure::grid(columns, panels).title("Activation functions and their derivatives"))
        }
        (_, None) => Err(Error::Data("there is no function to draw; give at least one `ActivationCurve`".into())),
    }
}

fn panel(curve: &ActivationCurve, range: [f64; 2]) -> Figure {
    let name = style::escape(&curve.name);
    let mut figure = Figure::new(name).x("z").y("g(z), g′(z)");
    let numeric = |z: f64| {
        let h = 1e-6 * z.abs().max(1.0);
        ((curve.function)(z + h) - (curve.function)(z - h)) / (2.0 * h)
    };
    let derivative: &dyn Fn(f64) -> f64 = match &curve.derivative {
        Some(derivative) => derivative,
        None => &numeric,
    };
    let mut undefined = false;
    for (index, dash, label, function) in
        [(0, "solid", "g(z)", &*curve.function as &dyn Fn(f64) -> f64), (1, "dash", "g′(z)", derivative)]
    {
        let (zs, values) = sample(function, range);
        undefined |= zs.iter().zip(&values).any(|(z, value)| !z.is_nan() && !value.is_finite());
        figure.add(json!({
            "type": "scatter", "mode": "lines", "name": label, "x": zs, "y": values,
            "line": {"color": style::color(index), "width": 2.5, "dash": dash, "simplify": false},
            "hovertemplate": format!("z = %{{x:.3~f}}<br>{label} = %{{y:.4~g}}<extra></extra>"),
        }));
    }
    if curve.derivative.is_none() {
        figure.remark("g′ by central differences");
    }
    if undefined {
        figure.remark("⚠ not finite everywhere in this range");
    }
    figure
}

/// Points of the curve; NaN in both places where it jumps.
fn sample(function: &dyn Fn(f64) -> f64, [from, to]: [f64; 2]) -> (Vec<f64>, Vec<f64>) {
    let points: Vec<(f64, f64)> =
        (0..=POINTS).map(|at| from + (to - from) * at as f64 / POINTS as f64).map(|z| (z, function(z))).collect();
    let finite = points.iter().map(|(_, value)| *value).filter(|value| value.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
    let visible = 0.01 * (high - low);
    let mut curve = Vec::with_capacity(points.len());
    for pair in points.windows(2) {
        let [mut left, mut right] = [pair[0], pair[1]];
        curve.push(left);
        let rise = (right.1 - left.1).abs();
        if !(rise.is_finite() && rise > visible) {
            continue;
        }
        for _ in 0..HALVINGS {
            let middle = (left.0 + right.0) / 2.0;
            let middle = (middle, function(middle));
            let steeper = (middle.1 - left.1).abs() > (right.1 - middle.1).abs();
            *(if steeper { &mut right } else { &mut left }) = middle;
        }
        // What is merely steep has lost all but a thousandth of its rise.
        if (right.1 - left.1).abs() > 0.5 * rise {
            curve.extend([left, (f64::NAN, f64::NAN), right]);
        }
    }
    curve.extend(points.last());
    curve.into_iter().unzip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn sigmoid(z: f64) -> f64 {
        1.0 / (1.0 + (-z).exp())
    }

    #[test]
    fn a_jump_is_a_gap_and_a_slope_is_not() {
        let gaps = |function: &dyn Fn(f64) -> f64| {
            let (zs, _) = sample(function, [-6.0, 6.0]);
            zs.iter().filter(|z| z.is_nan()).count()
        };
        assert_eq!(gaps(&|z| if z > 0.1 { 1.0 } else { 0.0 }), 1);
        assert_eq!(gaps(&|z| if z > 0.0 { 1.0 } else { 0.0 }), 1, "on a sampled point");
        assert_eq!((gaps(&sigmoid), gaps(&|z| sigmoid(60.0 * z)), gaps(&|z: f64| z.max(0.0))), (0, 0, 0));
        let (zs, values) = sample(&|z| if z > 0.1 { 1.0 } else { 0.0 }, [-6.0, 6.0]);
        let gap = zs.iter().position(|z| z.is_nan()).unwrap_or(0);
        assert_eq!((values[gap - 1], values[gap + 1]), (0.0, 1.0));
        assert!(zs[gap - 1] <= 0.1 && zs[gap + 1] > 0.1 && zs[gap + 1] - zs[gap - 1] < 1e-4);
    }

    #[test]
    fn a_missing_derivative_is_computed_and_said() -> Result<()> {
        let figure = activation_functions([-6.0, 6.0], [ActivationCurve::new("σ", sigmoid)])?;
        assert!(figure.description().contains("central differences"));
        let value = figure.to_value();
        for (z, slope) in value["data"][1]["x"]
            .as_array()
            .into_iter()
            .flatten()
            .zip(value["data"][1]["y"].as_array().into_iter().flatten())
        {
            let (z, slope) = (z.as_f64().unwrap_or(f64::NAN), slope.as_f64().unwrap_or(f64::NAN));
            assert!((slope - sigmoid(z) * (1.0 - sigmoid(z))).abs() < 1e-6, "{z}: {slope}");
        }
        assert_eq!(value["data"][1]["line"]["dash"], "dash");
        let relu = activation_functions([-1.0, 1.0], [ActivationCurve::new("ReLU", |z| z.max(0.0))])?.to_value();
        assert!(relu["data"][1]["y"].as_array().is_some_and(|ys| ys.contains(&Value::Null)), "ReLU' jumps");
        Ok(())
    }

    #[test]
    fn activations_are_drawn_with_their_own_derivative() -> Result<()> {
        let figure = AnyActivation::Sigmoid.plot([-2.0, 2.0])?;
        assert!(!figure.description().contains("central differences"));
        let value = figure.to_value();
        let middle = |trace: usize| value["data"][trace]["y"][150].as_f64();
        assert_eq!((middle(0), middle(1)), (Some(0.5), Some(0.25)));
        assert!(AnyActivation::Softmax.plot([-2.0, 2.0]).is_err());
        Ok(())
    }

    #[test]
    fn bad_ranges_and_values_are_said() -> Result<()> {
        for range in [[1.0, 1.0], [2.0, 1.0], [f64::NAN, 1.0], [0.0, f64::INFINITY]] {
            assert!(activation_functions(range, [ActivationCurve::new("σ", sigmoid)]).is_err());
        }
        assert!(activation_functions([-1.0, 1.0], []).is_err());
        let figure = activation_functions([-1.0, 1.0], [ActivationCurve::new("√", f64::sqrt)])?;
        assert!(figure.description().contains("not finite everywhere"));
        Ok(())
    }
}
