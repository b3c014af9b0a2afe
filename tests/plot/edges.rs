//! Data at its edges: constant, single, empty, missing, infinite. Each figure is a picture, or says why it is none.

use gradus::ndarray::Axis;
use gradus::prelude::*;

/// Columns of six rows with a class: the first varies, the others are at an edge.
fn data() -> Dataset {
    let columns = ["varies", "constant", "large", "missing"].map(Column::number).to_vec();
    let features = Array2::from_shape_fn((6, 4), |(row, column)| match column {
        0 => row as f64,
        1 => 2.5,
        2 => 1e17,
        _ => f64::NAN,
    });
    let labels = Array2::from_shape_fn((6, 1), |(row, _)| (row % 2) as f64);
    let classes = vec!["a".to_string(), "b".into()];
    Dataset::new("edges", columns, features, vec![Column::category("class", classes)], labels).unwrap()
}

fn pair(x: &str) -> Dataset {
    let data = data();
    let x = data.column(x).unwrap().to_owned().insert_axis(Axis(1));
    Dataset::new("pair", vec![Column::number("x")], x, vec![Column::number("y")], Array2::from_elem((6, 1), 3.0))
        .unwrap()
}

/// Every figure of this data that can be drawn, with whether it has something to show.
fn figures() -> Vec<(&'static str, Figure, bool)> {
    let data = data();
    let nothing = |x: &Array2<f64>| x.column(0).mapv(|_| 0.0);
    let two = |name: &str| data.select(&["varies", name]).unwrap();
    let one = |x: Array1<f64>| Dataset::from_arrays(x.insert_axis(Axis(1)), array![3.0]).unwrap();
    let single = one(array![2.0]);
    let flat = LinearRegression::gradient_descent().learning_rate(0.01).epochs(3).fit(&pair("varies")).unwrap();
    let scores = [0.5; 4];
    let mut layers = LayerHistory::new("weight");
    layers.record(0, "dense", [0.25; 10]);
    let mut dead = GradientFlow::new();
    dead.record(0, "dense", Norms { gradient: 0.0, weight: 0.0, update: 0.0 });
    let constant = ActivationCurve::new("3", |_| 3.0).derivative(|_| 0.0);
    let constant = activation_functions([-1.0, 1.0], [constant]).unwrap();
    let steps = [0, 1, 2];
    let costs = |costs: &'static [f64]| cost_curves("J", [("run", &steps[..costs.len()], costs)]);
    vec![
        ("histogram-constant", data.histogram("constant").unwrap(), true),
        ("histogram-large", data.histogram("large").unwrap(), true),
        ("histogram-missing", data.histogram("missing").unwrap(), true),
        ("histograms", data.histograms(), true),
        ("histogram-log", data.histogram("varies").unwrap().log_y(), true),
        ("scatter-constant", data.scatter("constant", "large").unwrap(), true),
        ("scatter-missing", data.scatter("missing", "varies").unwrap(), false),
        ("matrix", data.scatter_matrix(), true),
        ("matrix-missing", data.select(&["missing"]).unwrap().scatter_matrix(), false),
        ("correlation", data.correlation_plot(), true),
        ("correlation-none", data.select(&["constant"]).unwrap().correlation_plot(), false),
        ("boundary-constant", decision_boundary(&two("constant"), nothing).unwrap(), true),
        ("boundary-large", decision_boundary(&two("large"), nothing).unwrap(), true),
        ("cost-start", costs(&[1.5]), true),
        ("cost-constant", costs(&[1.5, 1.5, 1.5]), true),
        ("cost-zero", costs(&[0.0, 0.0, 0.0]), true),
        ("cost-zero-log", costs(&[0.0, 0.0, 0.0]).log_y(), false),
        ("cost-nan", costs(&[f64::NAN, f64::NAN]), false),
        ("cost-infinite", costs(&[1.0, f64::INFINITY]), true),
        ("contour-single", cost_contour(&single, SquaredError::HalfMean).unwrap(), true),
        ("contour-constant", cost_contour(&pair("constant"), SquaredError::HalfMean).unwrap(), true),
        ("contour-flat", flat.history().cost_contour(&pair("varies")).unwrap(), true),
        ("surface-zero", cost_surface(&one(array![0.0]), SquaredError::Mean).unwrap(), true),
        ("tangent-zero", cost_tangent(&one(array![0.0]), SquaredError::HalfMean, &[1.0], 3.0).unwrap(), true),
        ("regression-constant", flat.regression_plot(&pair("constant")).unwrap(), true),
        ("predicted-constant", flat.predicted_plot(&pair("constant")).unwrap(), true),
        ("learning-curve", learning_curve("R²", [10; 4], &scores, &scores).unwrap(), true),
        ("learning-curve-nan", epoch_curve("R²", &[f64::NAN; 4], &[f64::NAN; 4]).unwrap(), false),
        ("validation-curve-zero", validation_curve("R²", "λ", [0.0; 4], &scores, &scores).unwrap().log_x(), false),
        ("ridges", layers.histogram_plot().unwrap(), true),
        ("bands", layers.quantile_plot().unwrap(), true),
        ("gradients-zero", dead.norm_plot().unwrap(), true),
        ("constant-function", constant, true),
        ("images-constant", images(Array2::from_elem((2, 4), 7.0).view(), (2, 2), &[""; 0]).unwrap(), true),
        ("images-missing", images(Array2::from_elem((2, 4), f64::NAN).view(), (2, 2), &[""; 0]).unwrap(), false),
        ("empty", Figure::new("Nothing").line("a", [0.0; 0], [0.0; 0]).x("x").y("y"), false),
        ("point", Figure::new("One point").line_points("a", [2.0], [3.0]).x("x").y("y"), true),
        ("constant-line", Figure::new("Flat").line("a", [1.0, 2.0], [1e17, 1e17]).x("x").y("y"), true),
    ]
}

#[test]
fn each_figure_is_a_picture_or_says_why_not() {
    for (name, figure, drawn) in figures() {
        // A caption is broken into lines, a description is not.
        let said = figure.description().contains("nothing is drawn");
        assert_eq!(said, !drawn, "{name}: {}", figure.description());
        // No axis without a width: plotly.js would draw nothing on it.
        let value: serde_json::Value = serde_json::from_str(&figure.to_json()).unwrap();
        for (key, axis) in value["layout"].as_object().unwrap() {
            if let (true, Some(range)) = (key.contains("axis"), axis["range"].as_array()) {
                assert!(range.len() == 2 && range[0] != range[1], "{name}: {key} from {} to {}", range[0], range[1]);
            }
        }
    }
}
