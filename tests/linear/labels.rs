//! What labels and columns mean stays the same from a fit to what comes after it.

use gradus::linear::CrossEntropy;
use gradus::prelude::*;

/// Ten flowers whose length tells their two classes apart, with labels 1 and 2 as numbers.
fn numbers() -> Dataset {
    let x = Array2::from_shape_fn((10, 1), |(row, _)| row as f64);
    Dataset::from_arrays(x, Array1::from_shape_fn(10, |row| if row < 5 { 1.0 } else { 2.0 })).unwrap()
}

fn message<T>(result: Result<T>) -> String {
    result.err().expect("an error").to_string()
}

fn descent() -> GradientDescent<CrossEntropy> {
    LogisticRegression::gradient_descent().learning_rate(0.5).epochs(400)
}

#[test]
fn numbers_and_categories_of_one_value_are_one_class() {
    let (numbers, categories) = (numbers(), numbers().categorized("y").unwrap());
    let arrays = (numbers.features(), numbers.target().unwrap());
    for (fit, other) in [(&numbers, &categories), (&categories, &numbers)] {
        let mut steps = descent().fit(fit).unwrap();
        assert_eq!((steps.score(fit).unwrap(), steps.score(other).unwrap()), (1.0, 1.0));
        // Learning goes on from either.
        steps.train(other, 10).unwrap();
        steps.partial_fit(other).unwrap();
        let sure = LogisticRegression::maximum_likelihood().l2(0.01).fit(fit).unwrap();
        assert_eq!(sure.score(other).unwrap(), 1.0);
        let average = VotingEnsemble::new([sure.clone()]).unwrap();
        assert_eq!(average.score(other).unwrap(), 1.0);
        for scoring in [Scoring::Accuracy, Scoring::RocAuc, Scoring::F1(gradus::metrics::Average::Class(1))] {
            assert_eq!(scoring.score(&sure, other).unwrap(), 1.0, "{scoring}");
            assert_eq!(scoring.score(&average, other).unwrap(), 1.0, "{scoring}");
        }
    }
    // Labels of an array are those that `predict` gives.
    assert_eq!(descent().fit(&numbers).unwrap().score(&arrays).unwrap(), 1.0);
    let fitted = descent().fit(&categories).unwrap();
    assert_eq!(fitted.score(&(categories.features(), categories.target().unwrap())).unwrap(), 1.0);
    let text = message(fitted.score(&arrays));
    assert!(text.contains("row 5 holds class 2, which the classifier does not know"), "{text}");
}

#[test]
fn classes_with_other_labels_are_refused() {
    let fitted = descent().fit(&numbers()).unwrap();
    let zero_and_one = |from: &Dataset| {
        let y = from.target().unwrap().mapv(|label| label + 10.0);
        Dataset::from_arrays(from.features().clone(), y).unwrap()
    };
    let others = zero_and_one(&numbers());
    let text = message(fitted.score(&others));
    assert!(text.contains("row 0 holds class 11") && text.contains("`1`, `2`"), "{text}");
    let text = message(fitted.score(&others.categorized("y").unwrap()));
    assert!(text.contains("row 0 holds class 11"), "{text}");
    let words = Column::category("y", vec!["ham".into(), "spam".into()]);
    let y = numbers().target().unwrap().mapv(|label| label - 1.0).to_shape((10, 1)).unwrap().into_owned();
    let words = Dataset::new("words", numbers().columns().to_vec(), numbers().features().clone(), vec![words], y);
    let text = message(fitted.score(&words.unwrap()));
    assert!(text.contains("has the categories [\"ham\", \"spam\"]") && text.contains("the numbers 1, 2"), "{text}");
    assert!(message(fitted.score(&(numbers().features(), Array1::from_elem(10, f64::NAN)))).contains("no class"));
}

#[test]
fn fewer_categories_are_read_by_their_names() {
    let iris = datasets::iris().unwrap();
    let two = iris.select_rows(&(50..150).collect::<Vec<_>>()).unwrap();
    let fitted = SoftmaxRegression::maximum_likelihood().l2(0.01).fit(&iris).unwrap();
    let score = fitted.score(&two).unwrap();
    assert!(score > 0.9);
    let dropped = two.drop_unused_categories();
    assert_eq!(fitted.score(&dropped).unwrap(), score);
    assert_eq!(VotingEnsemble::new([fitted]).unwrap().score(&dropped).unwrap(), score);
    // The other way round, too: what a class was called decides, not its position.
    let fitted = LogisticRegression::maximum_likelihood().l2(0.01).fit(&dropped).unwrap();
    let score = fitted.score(&dropped).unwrap();
    assert!(score > 0.9);
    let two = iris.select_rows(&(50..150).collect::<Vec<_>>()).unwrap();
    assert_eq!((fitted.score(&two).unwrap(), Scoring::Accuracy.score(&fitted, &two).unwrap()), (score, score));
    let text = message(fitted.score(&iris));
    assert!(text.contains("[\"setosa\", \"versicolor\", \"virginica\"]"), "{text}");
    // And measures over the classes that are there.
    for scoring in [Scoring::RocAuc, Scoring::F1(gradus::metrics::Average::Class(1)), Scoring::Brier] {
        assert!(scoring.score(&fitted, &dropped).unwrap().is_finite());
    }
}

#[test]
fn large_labels_keep_their_names() {
    let y = numbers().target().unwrap().mapv(|label| 12345678900.0 + label);
    let data = Dataset::from_arrays(numbers().features().clone(), y).unwrap();
    let fitted = descent().fit(&data).unwrap();
    assert_eq!(fitted.classes(), ["12345678901", "12345678902"]);
    assert_eq!(fitted.score(&data.categorized("y").unwrap()).unwrap(), 1.0);
}

#[test]
fn learning_goes_on_with_the_columns_of_the_fit() {
    let iris = datasets::iris().unwrap();
    let turned = iris.select(&["petal_width", "petal_length", "sepal_width", "sepal_length"]).unwrap();
    let mut soft = SoftmaxRegression::gradient_descent().learning_rate(0.1).epochs(5).fit(&iris).unwrap();
    let before = soft.clone();
    let predicted = message(soft.predict(&turned));
    assert!(predicted.contains("`petal_width`") && predicted.contains("`sepal_length`"), "{predicted}");
    assert_eq!(message(soft.train(&turned, 200)), predicted);
    assert_eq!(message(soft.partial_fit(&turned)), predicted);
    assert_eq!(soft, before);
    soft.train(&iris, 5).unwrap();

    let (x, turned) = (iris.clone().with_target("sepal_width").unwrap(), turned.with_target("sepal_width").unwrap());
    let (x, turned) = (x.without(&["species"]).unwrap(), turned.without(&["species"]).unwrap());
    let mut line = LinearRegression::gradient_descent().learning_rate(0.01).epochs(5).fit(&x).unwrap();
    let before = line.clone();
    let predicted = message(line.predict(&turned));
    assert_eq!(message(line.train(&turned, 10)), predicted);
    assert_eq!(message(line.partial_fit(&turned)), predicted);
    assert_eq!(line, before);
    // Arrays have no names to be held against.
    line.partial_fit(&(x.features(), x.target().unwrap())).unwrap();
}

#[test]
fn names_are_learned_from_the_first_examples_that_have_any() {
    let iris = datasets::iris().unwrap();
    let turned = iris.select(&["petal_width", "petal_length", "sepal_width", "sepal_length"]).unwrap();
    let mut online = SoftmaxRegression::gradient_descent().online(4, &["setosa", "versicolor", "virginica"]).unwrap();
    online.partial_fit(&(iris.features(), iris.target().unwrap())).unwrap();
    online.partial_fit(&iris).unwrap();
    assert_eq!(online.columns(), iris.columns());
    assert!(message(online.partial_fit(&turned)).contains("on which the model was fitted"));
    assert!(message(online.predict(&turned)).contains("on which the model was fitted"));

    let x = iris.with_target("sepal_width").unwrap().without(&["species"]).unwrap();
    let mut online = LinearRegression::gradient_descent().learning_rate(1e-3).online(3).unwrap();
    assert!(online.partial_fit(&x.without(&["petal_width"]).unwrap()).is_err());
    online.partial_fit(&x).unwrap();
    assert_eq!(online.columns(), x.columns());
    assert!(online.train(&x.select(&["petal_width", "petal_length", "sepal_length"]).unwrap(), 1).is_err());
}

#[test]
fn several_targets_keep_their_order() {
    let x = array![[0.0], [1.0], [2.0], [3.0]];
    let both = array![[1.0, 0.0], [3.0, 1.0], [5.0, 4.0], [7.0, 9.0]];
    let names = |names: &[&str]| names.iter().map(|name| Column::number(*name)).collect::<Vec<_>>();
    let data = Dataset::new("d", names(&["x"]), x, names(&["a", "b"]), both).unwrap();
    let turned = data.clone().with_targets(&["b", "a"]).unwrap();
    let exact = LinearRegression::closed_form().fit(&data).unwrap();
    assert!(
        message(exact.score(&turned)).contains("`b`: is a target in the place of `a`, on which the model was fitted")
    );
    let mut steps = LinearRegression::gradient_descent().learning_rate(0.01).fit(&data).unwrap();
    assert!(steps.train(&turned, 1).is_err() && steps.partial_fit(&turned).is_err());
    steps.train(&data, 1).unwrap();
}
