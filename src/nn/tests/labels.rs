//! Columns and labels mean in a network what they meant when it was fitted.

use super::compiled;
use crate::data::{Column, Dataset, Examples, sources};
use crate::error::Result;
use crate::loss::{CategoricalCrossEntropy, SparseCategoricalCrossEntropy};
use crate::nn::{Fit, Network, Sequential};

fn net(outputs: usize) -> Network {
    compiled(&Sequential::new([4]).dense(outputs).softmax(), SparseCategoricalCrossEntropy::default())
}

fn fitted(examples: &dyn Examples, outputs: usize) -> Network {
    let mut net = net(outputs);
    net.fit(examples, Fit::epochs(30)).unwrap();
    net
}

fn message<T>(result: Result<T>) -> String {
    result.err().expect("an error").to_string()
}

#[test]
fn learning_goes_on_with_the_columns_of_the_fit() {
    let iris = sources::iris().unwrap();
    let turned = iris.select(&["petal_width", "petal_length", "sepal_width", "sepal_length"]).unwrap();
    let mut net = fitted(&iris, 3);
    let before = net.clone();
    let predicted = message(net.predict(&turned));
    assert!(
        predicted.contains("`petal_width`: is in the place of `sepal_length`, on which the network was fitted"),
        "{predicted}"
    );
    assert_eq!(message(net.fit(&turned, Fit::epochs(1))), predicted);
    assert_eq!(message(net.partial_fit(&turned)), predicted);
    assert_eq!(message(net.fit(&iris, Fit::epochs(1).validate(&turned))), predicted);
    assert_eq!(net, before);
}

#[test]
fn fewer_categories_are_read_by_their_names() {
    let iris = sources::iris().unwrap();
    let two = iris.select_rows(&(50..150).collect::<Vec<_>>()).unwrap();
    let dropped = two.clone().drop_unused_categories();
    let mut net = fitted(&iris, 3);
    assert!(net.score(&two).unwrap() > 0.6);
    assert_eq!(net.score(&dropped).unwrap(), net.score(&two).unwrap());
    assert_eq!(net.evaluate_with(&dropped, &[]).unwrap(), net.evaluate_with(&two, &[]).unwrap());
    net.partial_fit(&dropped).unwrap();
    let turned = Column::category("species", ["virginica", "versicolor", "setosa"].map(String::from).to_vec());
    let turned =
        Dataset::new("iris", iris.columns().to_vec(), iris.features().clone(), vec![turned], iris.targets().clone());
    let text = message(net.score(&turned.unwrap()));
    assert!(text.contains("has the categories") && text.contains("but the network was fitted on"), "{text}");
}

#[test]
fn numbers_and_categories_of_one_value_are_one_class() {
    let iris = sources::iris().unwrap();
    let y = iris.target().unwrap().to_owned();
    let numbers = Dataset::from_arrays(iris.features().clone(), y.clone()).unwrap();
    let categories = numbers.clone().categorized("y").unwrap();
    for (fit, other) in [(&numbers, &categories), (&categories, &numbers)] {
        let net = fitted(fit, 3);
        assert_eq!(net.score(fit).unwrap(), net.score(other).unwrap());
    }
    // Categories that are words have no numbers but their positions.
    let arrays = fitted(&(iris.features(), &y), 3);
    assert_eq!(arrays.score(&iris).unwrap(), arrays.score(&numbers).unwrap());
    // Of the names 1, 2 and 3 a network that learned 0, 1 and 2 does not know the last.
    let others = Dataset::from_arrays(iris.features().clone(), &y + 1.0).unwrap().categorized("y").unwrap();
    let text = message(arrays.score(&others));
    assert!(text.contains("row 100 holds class 3, which the network does not know"), "{text}");
    let text = message(fitted(&others, 3).score(&numbers));
    assert!(text.contains("row 0 holds class 0, which the network does not know"), "{text}");
}

#[test]
fn columns_of_zeros_and_ones_are_read_by_their_names() {
    let iris = sources::iris().unwrap();
    let one_hot = iris.one_hot_target().unwrap();
    let description = Sequential::new([4]).dense(3).softmax();
    let mut net = compiled(&description, CategoricalCrossEntropy::default());
    net.fit(&one_hot, Fit::epochs(30)).unwrap();
    let score = net.score(&one_hot).unwrap();
    assert_eq!(net.score(&iris).unwrap(), score);
    let two = iris.select_rows(&(50..150).collect::<Vec<_>>()).unwrap();
    assert_eq!(net.score(&two.clone().drop_unused_categories()).unwrap(), net.score(&two).unwrap());
    let turned = one_hot.clone().with_targets(&["species=virginica", "species=versicolor", "species=setosa"]).unwrap();
    let text = message(net.score(&turned));
    assert!(text.contains("`species=virginica`: is a target in the place of"), "{text}");
    assert_eq!(message(net.partial_fit(&turned)), text);
    let mut net = compiled(&description, CategoricalCrossEntropy::default());
    net.fit(&iris, Fit::epochs(1)).unwrap();
    net.score(&one_hot).unwrap();
    assert!(net.score(&turned).is_err());
}
