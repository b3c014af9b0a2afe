//! Every view, drawn from the lecture's numbers or from made-up houses, and read back from its JSON.
//!
//! `GRADUS_FIGURES=folder cargo test --test plot` also saves each figure as a page there, to be looked at;
//! `GRADUS_FIGURES_AS="svg pdf png"` says as what else.

mod dollars;

mod edges;

mod pictures;

mod classification;

mod networks;

use std::f64::consts::TAU;

use gradus::prelude::*;
use serde_json::{Value, json};

/// A13's four examples.
fn lecture() -> Result<Dataset> {
    let columns = vec![Column::number("x")];
    let features = array![[1.0], [3.0], [6.0], [5.0]];
    Dataset::new("lecture", columns, features, vec![Column::number("y")], array![[4.0], [8.0], [14.0], [13.0]])
}

/// Houses as they might be: skewed incomes, whole ages, missing rooms, categories with awkward names.
fn houses() -> Result<Dataset> {
    let places = ["<1H OCEAN", "INLAND", "NEAR BAY"].map(String::from).to_vec();
    let columns = vec![
        Column::number("income").unit("10 000 $"),
        Column::number("age").unit("years"),
        Column::number("rooms"),
        Column::category("ocean & sea", places),
    ];
    let mut features = Array2::zeros((1500, 4));
    let mut prices = Array2::zeros((1500, 1));
    for row in 0..1500 {
        let wave = |speed: f64| (row as f64 * speed).sin();
        let income = (0.5 * (wave(0.71) + wave(1.93) + wave(0.13))).exp() * 3.0;
        features[[row, 0]] = income;
        features[[row, 1]] = (26.0 + 25.0 * wave(0.37)).round();
        features[[row, 2]] = if row % 97 == 0 { f64::NAN } else { 4.0 + 0.6 * income + wave(5.1) };
        features[[row, 3]] = (row % 7 % 3) as f64;
        prices[[row, 0]] = 0.4 * income + 0.5 + 0.4 * wave(7.7);
    }
    features[[3, 2]] = 130.0;
    Dataset::new("houses", columns, features, vec![Column::number("price").unit("100 000 $")], prices)
}

fn flowers() -> Result<Dataset> {
    let columns = ["petal length", "petal width", "sepal length"].map(|name| Column::number(name).unit("cm")).to_vec();
    let kinds = ["setosa", "versicolor", "virginica"].map(String::from).to_vec();
    let features = Array2::from_shape_fn((150, 3), |(row, column)| {
        let kind = (row / 50) as f64;
        let noise = ((row * (column + 2)) as f64 * TAU / 11.3).sin() * 0.35 + (row as f64 * 0.9).cos() * 0.2;
        [1.5 + 2.0 * kind, 0.3 + 0.8 * kind, 5.0 + 0.7 * kind][column] + noise
    });
    let labels = Array2::from_shape_fn((150, 1), |(row, _)| (row / 50) as f64);
    Dataset::new("flowers", columns, features, vec![Column::category("kind", kinds)], labels)
}

/// The figure's JSON, after checks that hold for every figure; saves it where asked to.
fn read(name: &str, figure: &Figure) -> Value {
    if let Ok(folder) = std::env::var("GRADUS_FIGURES") {
        let endings = std::env::var("GRADUS_FIGURES_AS").unwrap_or_else(|_| "html json".into());
        for ending in endings.split_whitespace() {
            figure.save(format!("{folder}/{name}.{ending}")).expect("the folder of GRADUS_FIGURES can be written");
        }
    }
    let text = figure.to_json();
    let value: Value = serde_json::from_str(&text).expect("figures are JSON");
    assert!(text.len() < 120_000, "{name} is {} bytes", text.len());
    let layout = &value["layout"];
    assert!(layout["title"]["text"].as_str().is_some_and(|title| !title.is_empty()), "{name} has no title");
    let traces = value["data"].as_array().expect("a list of traces");
    assert!(!traces.is_empty(), "{name} is empty");
    for trace in traces {
        for axis in ["xaxis", "yaxis"] {
            let flat = matches!(trace["type"].as_str(), Some("scatter" | "bar" | "contour"));
            let key = trace[axis].as_str().unwrap_or(&axis[..1]).replacen(&axis[..1], axis, 1);
            let title = layout[&key]["title"]["text"].as_str().unwrap_or_default();
            // Drawings have no axes.
            let hidden = layout[&key]["visible"] == false;
            assert!(!flat || hidden || !title.is_empty(), "{name}: {key} has no name");
        }
        let colors = trace.to_string();
        assert!(!colors.contains("NaN"), "{name}");
    }
    let bundle = figure.in_cell();
    assert_eq!(bundle.get("application/vnd.plotly.v1+json"), Some(text.as_str()));
    assert!(bundle.plain().starts_with("Figure: ") && bundle.plain().lines().count() == 1);
    value
}

fn descent(rate: f64, steps: usize) -> Result<FittedGradientDescent> {
    LinearRegression::gradient_descent().learning_rate(rate).epochs(steps).start(array![5.0], 1.0).fit(&lecture()?)
}

#[test]
fn cost_curves() -> Result<()> {
    let (slow, fast) = (descent(0.01, 60)?, descent(0.1, 60)?);
    let value = read("cost", &compare_costs([slow.history(), fast.history()]));
    assert_eq!((&value["data"][0]["y"][0], &value["data"][1]["y"][0]), (&json!(65.75), &json!(65.75)));
    assert_eq!(value["data"][0]["y"][1], json!(43.72147));
    assert_eq!(value["layout"]["yaxis"]["type"], "log");
    assert_eq!(value["layout"]["yaxis"]["title"]["text"], "½ mean squared error");
    read("cost-single", &descent(0.01, 20)?.history().cost_plot());
    read("gradient", &slow.history().gradient_plot());

    let houses = houses()?.select(&["income"])?;
    let noisy =
        LinearRegression::gradient_descent().learning_rate(0.01).epochs(8).batch(Batch::Mini(32)).fit(&houses)?;
    let value = read("cost-mini-batch", &noisy.history().cost_plot());
    assert_eq!(value["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(value["data"][1]["y"].as_array().map(Vec::len), Some(9));
    Ok(())
}

#[test]
fn regression_and_prediction() -> Result<()> {
    let data = lecture()?;
    let exact = LinearRegression::closed_form().fit(&data)?;
    let value = read("regression", &exact.regression_plot(&data)?);
    let traces = value["data"].as_array().cloned().unwrap_or_default();
    assert_eq!(traces.len(), 3);
    assert_eq!(traces[0]["x"].as_array().map(Vec::len), Some(12), "four residuals of two points and a gap");
    assert_eq!(traces[2]["y"][0], json!(4.016949));
    assert!(
        value["layout"]["title"]["subtitle"]["text"]
            .as_str()
            .is_some_and(|text| text.contains("2.084746·x + 1.932203"))
    );

    let houses = houses()?.select(&["income", "age"])?;
    let model = LinearRegression::closed_form().fit(&houses)?;
    assert!(model.regression_plot(&houses).err().is_some_and(|error| error.to_string().contains("predicted_plot")));
    let value = read("predicted", &model.predicted_plot(&houses)?);
    assert_eq!(value["layout"]["xaxis"]["title"]["text"], "actual price (100 000 $)");
    let income = houses.select(&["income"])?;
    read("regression-houses", &LinearRegression::closed_form().fit(&income)?.regression_plot(&income)?);
    Ok(())
}

#[test]
fn the_cost_over_weight_and_intercept() -> Result<()> {
    let data = lecture()?;
    let run = descent(0.02, 400)?;
    let value = read("surface", &run.history().cost_surface(&data)?);
    assert_eq!(value["data"][0]["type"], "surface");
    assert_eq!((&value["data"][1]["x"][0], &value["data"][1]["y"][0]), (&json!(5), &json!(1)));
    read("surface-alone", &cost_surface(&data, SquaredError::Mean)?);
    let value = read("contour", &run.history().cost_contour(&data)?);
    let path = value["data"].as_array().into_iter().flatten().find(|trace| trace["name"] == "batch, α = 0.02");
    assert!(path.is_some_and(|path| path["x"][0] == 5 && path["x"][1] == 4.035), "{path:?}");
    assert!(value["layout"]["title"]["subtitle"]["text"].as_str().is_some_and(|text| text.contains("0.08050847")));
    let bar = value["data"].as_array().into_iter().flatten().find(|trace| trace["type"] == "heatmap");
    assert_eq!(bar.map(|bar| &bar["colorbar"]["ticktext"][0]), Some(&json!("0.0805")), "the bar begins at the minimum");
    let zigzag = descent(0.105, 60)?;
    read("contour-two", &compare_paths(&data, [run.history(), zigzag.history()])?);
    assert!(cost_surface(&houses()?, SquaredError::Mean).is_err());
    Ok(())
}

#[test]
fn the_tangent_steps_with_the_descent() -> Result<()> {
    let data = lecture()?;
    let value = read("tangent", &descent(0.01, 30)?.history().tangent_plot(&data)?);
    assert!(value["frames"].as_array().is_some_and(|frames| frames.len() >= 30));
    assert_eq!(value["layout"]["sliders"][0]["steps"][3]["label"], "3");
    assert_eq!(value["data"][1]["name"], "slope dJ/dw = 48.25");
    assert_eq!(value["frames"][1]["data"][2]["x"], json!([4.5175]));

    let value =
        read("tangent-fixed", &cost_tangent(&data, SquaredError::HalfMean, &[5.0, 4.5, 4.0, 3.0, 1.0, 2.3], 1.0)?);
    assert_eq!(value["frames"][0]["traces"], json!([1, 2]), "the parabola stands still");
    Ok(())
}

#[test]
fn data_sets() -> Result<()> {
    let (houses, flowers) = (houses()?, flowers()?);
    let value = read("histograms", &houses.histograms());
    assert_eq!(value["data"].as_array().map(Vec::len), Some(5));
    let notes = value["layout"]["annotations"].to_string();
    assert!(notes.contains("16 missing") && notes.contains("1 outside, up to 130"), "{notes}");
    read("histogram", &houses.histogram("income")?);
    read("scatter", &houses.scatter("income", "price")?);
    let value = read("scatter-classes", &flowers.scatter("petal length", "petal width")?);
    assert_eq!(value["data"][2]["name"], "virginica");
    read("scatter-matrix", &houses.scatter_matrix());
    let value = read("scatter-matrix-classes", &flowers.scatter_matrix());
    assert_eq!(value["data"].as_array().map(Vec::len), Some(3));
    let value = read("correlation", &houses.correlation_plot());
    assert_eq!(value["data"][0]["z"][0][0], 1);
    Ok(())
}

#[test]
fn anything_simple_and_several_at_once() -> Result<()> {
    let xs: Vec<f64> = (0..100).map(|i| f64::from(i) / 10.0).collect();
    let mut polynomials = Figure::new("Polynomials of seven degrees").x("x").y("y");
    for degree in 1..=7 {
        let ys: Vec<f64> =
            xs.iter().map(|x| (x * f64::from(degree) / 4.0).sin() * (0.5 + f64::from(degree) / 7.0)).collect();
        polynomials = polynomials.line(format!("degree {degree}"), &xs, ys);
    }
    polynomials = polynomials.points("data", [1.0, 4.0, 8.0], [0.2, 0.9, -0.5]).horizontal("zero", 0.0);
    read("chart", &polynomials);
    let bars =
        Figure::new("Split").bars("rows", ["train", "validation", "test"], [16512, 2064, 2064]).x("part").y("rows");
    read("bars", &bars);
    let data = lecture()?;
    let run = descent(0.02, 400)?;
    let model = LinearRegression::closed_form().fit(&data)?;
    let figures = [run.history().cost_plot(), run.history().cost_contour(&data)?, model.regression_plot(&data)?];
    let value =
        read("grid", &Figure::grid(2, figures.clone()).title("One descent").caption("three views of the same run"));
    assert!(value["data"].as_array().is_some_and(|traces| traces.len() > 7));
    let three = [run.history().tangent_plot(&data)?, run.history().cost_surface(&data)?];
    let value = read("row-moving", &Figure::row(three).title("Moving and in space"));
    assert_eq!(value["data"][3]["scene"], "scene");
    assert!(value["layout"]["scene"]["domain"]["x"][0].as_f64() > Some(0.5));
    Ok(())
}
