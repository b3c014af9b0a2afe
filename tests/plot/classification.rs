//! Views for classification, on the shipped sets and simple classifiers written out here.

use gradus::ndarray::{ArrayView1, s};
use gradus::plot::{
    compare_precision_recall, compare_roc, decision_boundary, epoch_curve, images, learning_curve, validation_curve,
    worst_mistakes,
};
use gradus::prelude::*;
use serde_json::{Value, json};

use super::read;

fn distance(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
}

/// Class probabilities by the distance to each class' mean: softmax(−d²/width).
fn by_means(data: &Dataset, width: f64, x: &Array2<f64>) -> Array2<f64> {
    let classes = data.classes().map_or(0, <[String]>::len);
    let labels = data.targets().column(0);
    let means: Vec<Array1<f64>> = (0..classes)
        .map(|class| {
            let rows: Vec<usize> = (0..data.rows()).filter(|row| labels[*row] == class as f64).collect();
            let own = data.features().select(gradus::ndarray::Axis(0), &rows);
            own.sum_axis(gradus::ndarray::Axis(0)) / rows.len().max(1) as f64
        })
        .collect();
    let mut answer =
        Array2::from_shape_fn((x.nrows(), classes), |(row, class)| -distance(x.row(row), means[class].view()) / width);
    for mut row in answer.rows_mut() {
        let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.mapv_inplace(|score| (score - most).exp());
        let sum = row.sum();
        row /= sum;
    }
    answer
}

/// The share of each class among the nearest neighbors.
fn by_neighbors(data: &Dataset, count: usize, x: &Array2<f64>) -> Array2<f64> {
    let labels = data.targets().column(0);
    let mut answer = Array2::zeros((x.nrows(), data.classes().map_or(0, <[String]>::len)));
    for (row, point) in x.rows().into_iter().enumerate() {
        let mut near: Vec<(f64, usize)> =
            data.features().rows().into_iter().map(|other| distance(point, other)).zip(0..).collect();
        near.select_nth_unstable_by(count, |a, b| a.0.total_cmp(&b.0));
        near[..count].iter().for_each(|(_, other)| answer[[row, labels[*other] as usize]] += 1.0 / count as f64);
    }
    answer
}

/// The class of the greatest probability.
fn classes(probabilities: &Array2<f64>) -> Array1<f64> {
    let best = |row: ArrayView1<'_, f64>| {
        (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b])).map_or(f64::NAN, |class| class as f64)
    };
    probabilities.rows().into_iter().map(best).collect()
}

fn names(value: &Value) -> Vec<&str> {
    let shown = value["data"].as_array().into_iter().flatten().filter(|trace| trace["showlegend"] != false);
    shown.filter_map(|trace| trace["name"].as_str()).collect()
}

#[test]
fn confusion_matrices() -> Result<()> {
    let digits = datasets::digits()?;
    let guessed = classes(&by_means(&digits, 100.0, digits.features()));
    let labels = digits.classes().unwrap_or_default();
    let matrix = ConfusionMatrix::new(digits.target()?, guessed.view(), labels)?;
    let value = read("confusion-digits", &matrix.plot());
    assert_eq!(value["data"][0]["x"].as_array().map(Vec::len), Some(100));
    assert!(matrix.accuracy() > 0.85);

    let iris = datasets::iris()?.select(&["sepal_length", "sepal_width"])?;
    let guessed = classes(&by_means(&iris, 1.0, iris.features()));
    let matrix = ConfusionMatrix::new(iris.target()?, guessed.view(), iris.classes().unwrap_or_default())?;
    read("confusion-iris", &matrix.plot());

    let letters: Vec<String> = ('a'..='z').map(String::from).collect();
    let actual = Array1::from_shape_fn(3000, |row| (row * 17 % 26) as f64);
    let guessed = Array1::from_shape_fn(3000, |row| if row % 5 < 4 { actual[row] } else { (row * row % 26) as f64 });
    read("confusion-letters", &ConfusionMatrix::new(actual.view(), guessed.view(), &letters)?.plot());
    let cats = ["cat", "dog", "cat", "cat", "dog"];
    read("confusion-two", &ConfusionMatrix::from_labels(&cats, &["cat", "dog", "dog", "cat", "dog"])?.plot());
    let long = ["NEAR BAY", "<1H OCEAN", "INLAND", "ISLAND, far out", "NEAR OCEAN", "elsewhere"];
    let guessed = [long[0], long[1], long[1], long[3], long[1], long[5]];
    read("confusion-long-names", &ConfusionMatrix::from_labels(&long, &guessed)?.plot());
    Ok(())
}

#[test]
fn curves_over_thresholds() -> Result<()> {
    let cancer = StandardScaler::fit(&datasets::breast_cancer()?)?.transform(&datasets::breast_cancer()?)?;
    let answer = by_means(&cancer, 10.0, cancer.features());
    let roc = RocCurve::new(cancer.target()?, answer.column(1))?;
    let one = cancer.features().column(9).mapv(|value| -value);
    let weak = RocCurve::new(cancer.target()?, one.view())?;
    let value = read("roc", &roc.plot());
    assert_eq!(value["data"][1]["name"], "chance");
    let value = read("roc-compared", &compare_roc([("nearest mean", &roc), ("fractal dimension", &weak)]));
    assert_eq!(names(&value)[0], format!("nearest mean: AUC {:.3}", roc.auc()));

    let all = PrecisionRecallCurve::new(cancer.target()?, answer.column(1))?;
    let weak = PrecisionRecallCurve::new(cancer.target()?, one.view())?;
    read("precision-recall", &all.plot());
    let compared = [("nearest mean", &all), ("fractal dimension", &weak)];
    assert_eq!(names(&read("precision-recall-compared", &compare_precision_recall(compared))).len(), 3);
    read("roc-and-precision-recall", &Figure::row([roc.plot(), all.plot()]).title("Both curves"));
    Ok(())
}

#[test]
fn decision_boundaries() -> Result<()> {
    let moons = generators::moons(300, 0.2, Seed(1))?;
    let soft = decision_boundary(&moons, |x: &Array2<f64>| by_neighbors(&moons, 15, x))?;
    let value = read("boundary-moons", &soft);
    assert_eq!(names(&value), ["0", "1"]);
    let regions = value["data"].as_array().into_iter().flatten().filter(|trace| trace["fill"] == "toself");
    assert_eq!(regions.count(), 16);
    assert!(!soft.to_json().contains("heatmap"), "a boundary is vectors");

    let iris = datasets::iris()?.select(&["petal_length", "petal_width"])?;
    let value = read("boundary-iris", &decision_boundary(&iris, |x: &Array2<f64>| by_means(&iris, 0.4, x))?);
    assert_eq!(value["layout"]["xaxis"]["title"]["text"], "petal_length (cm)");
    read("boundary-iris-classes", &decision_boundary(&iris, |x: &Array2<f64>| classes(&by_means(&iris, 0.4, x)))?);

    let blobs = generators::blobs(600, 8, 0.9, Seed(4))?;
    read("boundary-blobs", &decision_boundary(&blobs, |x: &Array2<f64>| by_means(&blobs, 4.0, x))?);
    let circles = generators::circles(300, 0.08, 0.4, Seed(1))?;
    let ring = |x: &Array2<f64>| -> Result<Array2<f64>> {
        Ok(x.map_axis(gradus::ndarray::Axis(1), |p| 1.0 / (1.0 + (12.0 * (p.dot(&p) - 0.5)).exp()))
            .insert_axis(gradus::ndarray::Axis(1)))
    };
    read("boundary-circles", &decision_boundary(&circles, ring)?);
    Ok(())
}

/// The line p = ½ of a known linear classifier is that line, on both sides of every cell.
#[test]
fn a_linear_boundary_is_where_it_must_be() -> Result<()> {
    let moons = generators::moons(100, 0.2, Seed(1))?;
    let figure = decision_boundary(&moons, |x: &Array2<f64>| {
        x.dot(&array![[1.0], [-2.0]]).mapv(|score| 1.0 / (1.0 + (-(score + 0.25)).exp()))
    })?;
    let value = read("boundary-linear", &figure);
    let traces = value["data"].as_array().expect("a list of traces");
    let line = traces.iter().find(|trace| trace["name"] == "boundary").expect("a boundary");
    let numbers =
        |axis: &str| line[axis].as_array().into_iter().flatten().filter_map(Value::as_f64).collect::<Vec<_>>();
    let points: Vec<(f64, f64)> = numbers("x").into_iter().zip(numbers("y")).collect();
    assert!(points.len() >= 2);
    assert!(points.iter().all(|(x, y)| (x - 2.0 * y + 0.25).abs() < 2e-3), "{points:?}");
    Ok(())
}

#[test]
fn what_has_no_boundary_says_why() -> Result<()> {
    let iris = datasets::iris()?;
    let two = iris.select(&["petal_length", "petal_width"])?;
    let message = |figure: Result<Figure>| figure.err().map(|error| error.to_string()).unwrap_or_default();
    let text = message(decision_boundary(&iris, |x: &Array2<f64>| by_means(&iris, 1.0, x)));
    assert!(text.contains("expected 2 features") && text.contains("found 4 features"), "{text}");
    let text = message(decision_boundary(&two, |x: &Array2<f64>| Array2::<f64>::zeros((x.nrows(), 2))));
    assert!(text.contains("expected [40150, 3]") && text.contains("found [40150, 2]"), "{text}");
    let text = message(decision_boundary(&two, |x: &Array2<f64>| Array1::<f64>::zeros(x.nrows() - 1)));
    assert!(text.contains("expected [40150]") && text.contains("found [40149]"), "{text}");
    let text = message(decision_boundary(&two, |x: &Array2<f64>| Array2::from_elem((x.nrows(), 3), f64::NAN)));
    assert!(text.contains("NaN, which is no probability"), "{text}");
    let text = message(decision_boundary(&two, |x: &Array2<f64>| Array1::from_elem(x.nrows(), 3.0)));
    assert!(text.contains("answered class of row 0 is 3"), "{text}");
    let refuse = |_: &Array2<f64>| -> Result<Array2<f64>> { Err(Error::Data("not fitted".into())) };
    assert_eq!(message(decision_boundary(&two, refuse)), "not fitted");
    Ok(())
}

#[test]
fn learning_curves() -> Result<()> {
    let sizes = [50, 100, 200, 400, 800];
    let folds = |from: f64, to: f64, spread: f64| {
        Array2::from_shape_fn((5, 5), |(row, fold)| {
            to + (from - to) / (1.0 + row as f64) + spread * (fold as f64 * 2.3 + row as f64).sin() / (1.0 + row as f64)
        })
    };
    let value =
        read("learning-curve", &learning_curve("accuracy", sizes, &folds(1.0, 0.95, 0.01), &folds(0.7, 0.95, 0.06))?);
    assert_eq!(names(&value), ["training", "validation"]);
    let lambdas = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1];
    let mut validation = folds(0.7, 0.95, 0.06);
    validation.row_mut(4).fill(0.6);
    let figure = validation_curve("R²", "λ (ridge)", lambdas, &folds(1.0, 0.75, 0.01), &validation)?;
    assert_eq!(read("validation-curve", &figure)["layout"]["xaxis"]["type"], "log");
    let losses: Vec<f64> = (1..=60).map(|epoch| 1.0 / f64::from(epoch)).collect();
    let held_out: Vec<f64> = (1..=60).map(|epoch| 1.1 / f64::from(epoch) + 0.004 * f64::from(epoch)).collect();
    read("epoch-curve", &epoch_curve("cross-entropy", &losses, &held_out)?);
    Ok(())
}

#[test]
fn image_grids() -> Result<()> {
    let digits = datasets::digits()?;
    let save = |name: &str, figure: &Figure| {
        if let Ok(folder) = std::env::var("GRADUS_FIGURES") {
            figure.save(format!("{folder}/{name}.html")).expect("the folder of GRADUS_FIGURES can be written");
        }
        let size = figure.to_json().len();
        assert!(size < 120_000, "{name} is {size} bytes");
        serde_json::from_str::<Value>(&figure.to_json()).expect("figures are JSON")
    };
    let value = save("images-digits", &digits.images((8, 8), 50)?);
    assert_eq!(value["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        value["data"][1]["text"].as_array().map(|labels| labels[..3].to_vec()),
        Some(vec![json!("0"), json!("1"), json!("2")])
    );
    save("images-without-labels", &images(digits.features().slice(s![..7, ..]), (8, 8), &[""; 0])?);
    let answer = by_means(&digits, 100.0, digits.features());
    let value = save("worst-mistakes", &worst_mistakes(&digits, (8, 8), answer.view(), 24)?);
    let labels = value["data"][1]["text"].as_array().cloned().unwrap_or_default();
    assert_eq!(labels.len(), 24);
    assert!(labels.iter().all(|label| label.as_str().is_some_and(|label| label.contains(" → "))));
    // 28 × 28 pixels from 0 to 255, as MNIST's.
    let large = Array2::from_shape_fn((40, 784), |(row, at)| {
        let (y, x) = ((at / 28) as f64 - 13.5, (at % 28) as f64 - 13.5);
        (255.0 * (1.0 - ((x.hypot(y) - 4.0 - (row % 10) as f64 / 2.0) / 2.0).powi(2)).max(0.0)).round()
    });
    let labels: Vec<String> = (0..40).map(|row| format!("{}", row % 10)).collect();
    save("images-large", &images(large.view(), (28, 28), &labels)?);
    Ok(())
}

#[test]
fn the_boundary_moves_with_the_descent() -> Result<()> {
    let blobs = generators::blobs(120, 2, 1.6, Seed(3))?;
    let fit = LogisticRegression::gradient_descent().learning_rate(0.2).epochs(400).fit(&blobs)?;
    let figure = fit.moving_boundary(&blobs)?;
    let value = read("moving-boundary", &figure);
    assert!(figure.to_json().len() < 30_000, "{} bytes", figure.to_json().len());
    let frames = value["frames"].as_array().cloned().unwrap_or_default();
    let steps = value["layout"]["sliders"][0]["steps"].as_array().cloned().unwrap_or_default();
    assert!(frames.len() == steps.len() && (20..=30).contains(&frames.len()), "{}", frames.len());
    assert_eq!((&steps[0]["label"], &steps[frames.len() - 1]["label"]), (&json!("0"), &json!("400")));
    // Both classes at the start are equally likely everywhere: no line, no region.
    assert_eq!(frames[0]["data"][2]["x"], json!([null]));
    assert_eq!(frames[0]["data"][2]["name"], "equally likely, J = 0.6931");
    assert_eq!(frames[0]["traces"], json!([0, 1, 2]));
    // In every frame, the outline's corners inside of the window around the data lie where W·x + b = 0.
    let history = fit.history();
    let numbers = |list: &Value| list.as_array().into_iter().flatten().filter_map(Value::as_f64).collect::<Vec<_>>();
    for (frame, step) in frames.iter().zip(&steps).skip(1) {
        let record = step["label"].as_str().and_then(|label| label.parse::<usize>().ok()).unwrap_or(usize::MAX);
        let parameters = history.parameters().row(record);
        let line = &frame["data"][2];
        let corners: Vec<(f64, f64)> = numbers(&line["x"]).into_iter().zip(numbers(&line["y"])).collect();
        let scale = parameters[0].hypot(parameters[1]);
        let near =
            |(x, y): &&(f64, f64)| ((parameters[0] * x + parameters[1] * y + parameters[2]) / scale).abs() < 0.01;
        assert!(corners.iter().filter(near).count() >= 2, "step {record}: {corners:?}");
    }
    // The figure begins with the last step.
    assert_eq!(value["data"][2]["x"], frames[frames.len() - 1]["data"][2]["x"]);
    assert_eq!(value["layout"]["sliders"][0]["active"], frames.len() - 1);

    let iris = datasets::iris()?.select(&["petal_length", "petal_width"])?;
    let iris = StandardScaler::fit(&iris)?.transform(&iris)?;
    let fit = SoftmaxRegression::gradient_descent().learning_rate(0.5).epochs(1000).fit(&iris)?;
    let value = read("moving-boundary-three", &fit.moving_boundary(&iris)?);
    assert_eq!(value["data"].as_array().map(Vec::len), Some(3 + 1 + 3));
    let figure = decision_boundary(&iris, |x: &Array2<f64>| fit.predict_proba(x))?;
    read("boundary-softmax", &figure);
    assert!(figure.description().contains(&format!("{:.1} %", 100.0 * fit.score(&iris)?)));
    assert!(fit.moving_boundary(&datasets::iris()?).is_err(), "four features");
    let turned = iris.select(&["petal_width", "petal_length"])?;
    assert!(fit.moving_boundary(&turned).is_err(), "the columns in another order");
    Ok(())
}

/// Whatever labels the data has: the points of a class have the color of its region.
#[test]
fn a_moving_boundary_knows_classes_by_what_their_labels_mean() -> Result<()> {
    let (x, y) = (array![[0.0, 0.0], [1.0, 0.2], [4.0, 3.0], [5.0, 3.5]], array![-1.0, -1.0, 2.0, 2.0]);
    let numbers = Dataset::from_arrays(x, y)?;
    let categories = numbers.clone().categorized("y")?;
    for (fitted, drawn) in [(&numbers, &categories), (&categories, &numbers), (&numbers, &numbers)] {
        let fit = SoftmaxRegression::gradient_descent().epochs(20).fit(fitted)?;
        let value = read("moving-boundary-labels", &fit.moving_boundary(drawn)?);
        for (class, first) in [(0, 0.0), (1, 4.0)] {
            // Two regions, the line, then the points.
            let (region, points) = (&value["data"][class], &value["data"][3 + class]);
            assert_eq!(points["x"][0], first, "{value}");
            let marker = points["marker"]["color"].as_str().unwrap_or_default();
            let hexadecimal = |at: usize| u8::from_str_radix(&marker[at..at + 2], 16).unwrap_or_default();
            let shade = region["fillcolor"].as_str().unwrap_or_default();
            let expected = format!("rgba({},{},{},", hexadecimal(1), hexadecimal(3), hexadecimal(5));
            assert!(shade.replace(' ', "").starts_with(&expected), "{shade} {marker}");
        }
    }
    Ok(())
}
