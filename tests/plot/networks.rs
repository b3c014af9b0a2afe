//! Views of networks: activation functions, drawings, computation graphs, what was watched of a training.

use gradus::prelude::*;
use serde_json::json;

use super::read;

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// Numbers between −1 and 1 without a pattern, the same each time.
fn noise(at: usize) -> f64 {
    ((at as f64 * 12.9898).sin() * 43_758.545_3).fract()
}

/// Roughly normal.
fn bell(at: usize) -> f64 {
    (0..6).map(|part| noise(6 * at + part)).sum::<f64>() / 2.0_f64.sqrt()
}

#[test]
fn activation_functions_of_the_lecture() -> Result<()> {
    let curves = || {
        [
            ActivationCurve::new("sigmoid", sigmoid).derivative(|z| sigmoid(z) * (1.0 - sigmoid(z))),
            ActivationCurve::new("tanh", f64::tanh).derivative(|z| 1.0 - z.tanh().powi(2)),
            ActivationCurve::new("ReLU", |z| z.max(0.0)).derivative(|z| if z > 0.0 { 1.0 } else { 0.0 }),
            ActivationCurve::new("leaky ReLU: max(0.1 z, z)", |z| z.max(0.1 * z)),
            ActivationCurve::new("maxout of z + 1 and −z/2", |z| (z + 1.0).max(-z / 2.0)),
            ActivationCurve::new("ELU", |z| if z > 0.0 { z } else { z.exp() - 1.0 }),
        ]
    };
    let value = read("activations", &activation_functions([-6.0, 6.0], curves())?);
    assert_eq!(value["data"].as_array().map(Vec::len), Some(12));
    read("activations-single", &activation_functions([-6.0, 6.0], curves().into_iter().take(1))?);
    let value = read("activations-four", &activation_functions([-4.0, 4.0], curves().into_iter().skip(2))?);
    assert!(value["layout"]["annotations"].to_string().contains("central differences"));
    Ok(())
}

#[test]
fn layers_over_the_epochs() -> Result<()> {
    let mut activations = LayerHistory::new("activation");
    let mut weights = LayerHistory::new("weight");
    for epoch in 0..=30 {
        let scale = 0.3 + 0.1 * f64::from(epoch);
        for layer in 1..=4 {
            let name = format!("dense {layer}");
            let wide = scale * f64::from(layer);
            let pre = (0..3000).map(|at| wide * bell(at + 3000 * layer as usize + epoch as usize));
            let values: Vec<f64> = match layer {
                1 => pre.map(f64::tanh).collect(),
                2 => pre.map(|z| z.max(0.0)).collect(),
                3 => pre.map(sigmoid).collect(),
                _ => pre.collect(),
            };
            weights.record(epoch as usize, &name, values.iter().map(|value| (0.4 * value) as f32));
            activations.record(epoch as usize, &name, values);
        }
    }
    activations.record(30, "dense 4", (0..3000).map(|at| if at % 100 == 0 { f64::NAN } else { bell(at) }));
    let value = read("layer-histograms", &activations.histogram_plot()?);
    assert_eq!(value["data"].as_array().map(Vec::len), Some(44));
    assert!(value["layout"]["annotations"].to_string().contains("NaN: 30"));
    let value = read("layer-quantiles", &weights.quantile_plot()?);
    assert_eq!(value["data"].as_array().map(Vec::len), Some(28));

    let mut one = LayerHistory::new("gradient");
    for epoch in 0..6 {
        one.record(epoch, "dense 1", (0..500).map(|at| 1e-6 * bell(at) / (epoch + 1) as f64));
    }
    read("layer-histograms-one", &one.histogram_plot()?);
    Ok(())
}

#[test]
fn gradients_over_the_steps() -> Result<()> {
    let mut flow = GradientFlow::new();
    for step in 0..400_usize {
        for layer in 1..=4_i32 {
            let fade = 10f64.powi(layer - 4) * (-(step as f64) / 150.0).exp();
            let gradient = if layer == 1 && step > 330 && step % 9 == 0 {
                0.0
            } else {
                fade * (1.2 + noise(step * 4 + layer as usize))
            };
            let weight = 1.0 + f64::from(layer);
            flow.record(step, &format!("dense {layer}"), Norms { gradient, weight, update: 0.02 * gradient });
        }
    }
    let value = read("gradient-norms", &flow.norm_plot()?);
    assert_eq!(value["layout"]["yaxis"]["type"], "log");
    let value = read("update-ratios", &flow.ratio_plot()?);
    assert_eq!(value["layout"]["shapes"][0]["y0"], json!(0.001));
    assert!(flow.in_cell().plain().contains("Gradient flow"));
    read("gradient-flow", &Figure::row([flow.norm_plot()?, flow.ratio_plot()?]).title("Gradient flow"));
    Ok(())
}

#[test]
fn drawings_of_networks() -> Result<()> {
    let small = [
        NetworkLayer::new("input", 2),
        NetworkLayer::new("layer 1", 4).activation("σ"),
        NetworkLayer::new("output", 1).activation("σ"),
    ];
    let a23 = NetworkDrawing::new(small)?.title("A23: one hidden layer");
    read("network-a23", &a23.plot());
    let w1 = array![[0.9, -0.4, 0.1, -1.3], [0.3, 0.7, -0.8, 0.02]];
    let w2 = array![[1.2], [-0.6], [0.4], [-2.0]];
    let weighted = a23.weights([(w1, array![0.1, -0.2, 0.6, 0.0]), (w2, array![0.5])])?.title("A23 with its weights");
    read("network-weights", &weighted.plot());
    let mnist = [
        NetworkLayer::new("pixels", 784),
        NetworkLayer::new("dense 1", 128).activation("ReLU"),
        NetworkLayer::new("dropout 0.2", 128).parameters(0),
        NetworkLayer::new("dense 2", 64).activation("ReLU"),
        NetworkLayer::new("digit", 10).activation("softmax"),
    ];
    let value = read("network-mnist", &NetworkDrawing::new(mnist)?.title("Digits").plot());
    assert!(value["layout"]["title"]["subtitle"]["text"].as_str().is_some_and(|text| text.contains("109\u{202f}386")));
    let deep = (0..12)
        .map(|at| NetworkLayer::new(format!("convolution {at}"), 5).activation("leaky ReLU").parameters(1_234_567));
    read("network-deep", &NetworkDrawing::new(deep)?.title("Deep").plot());
    Ok(())
}

#[test]
fn computation_graphs() -> Result<()> {
    let variable = Expression::variable;
    let (w, x, b, y) = (variable("w", 0.8), variable("x", 1.5), variable("b", -0.4), variable("y", 1.0));
    let z = (&w * &x + &b).named("z");
    let a = z.sigmoid().named("A");
    let loss = a.binary_cross_entropy(&y).named("J");
    let value = read("graph-a21", &ComputationGraph::new(&loss)?.plot()?);
    let traces = value["data"].as_array().cloned().unwrap_or_default();
    let gradients = traces.iter().find(|trace| trace["name"] == "gradient").cloned().unwrap_or_default();
    // A − y = σ(0.8) − 1 = −0.3100, and that times x = −0.4650.
    let texts = gradients["text"].as_array().cloned().unwrap_or_default();
    for text in ["−0.31", "−0.465", "−0.248", "1"] {
        assert!(texts.iter().any(|shown| shown == text), "{text} in {texts:?}");
    }
    let written_out = -(&y * a.ln() + (1.0 - &y) * (1.0 - &a).ln());
    read("graph-a21-written-out", &ComputationGraph::new(&written_out.named("J"))?.plot()?);

    let (w0, x0, w1, x1) = (variable("w0", 2.0), variable("x0", -1.0), variable("w1", -3.0), variable("x1", -2.0));
    let neuron = 1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + variable("w2", -3.0))).exp());
    read("graph-neuron", &ComputationGraph::new(&neuron.named("f"))?.plot()?);

    // A hidden layer of two units: values that are used twice.
    let (u, v) = (variable("x1", 0.5), variable("x2", -1.2));
    let unit = |number: usize| {
        let weight =
            |input: usize| Expression::variable(format!("w{number}{input}"), 0.7 * number as f64 - 0.9 * input as f64);
        (weight(1) * &u + weight(2) * &v).tanh().named(format!("a{number}"))
    };
    let (a1, a2) = (unit(1), unit(2));
    let error = (variable("v1", 1.1) * a1 + variable("v2", -0.7) * a2 - variable("target", 0.25)).powi(2).named("J");
    read("graph-layer", &ComputationGraph::new(&error)?.plot()?);
    Ok(())
}
