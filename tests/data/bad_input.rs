//! Bad input that belongs to no single file: every message names the thing and the numbers.

use gradus::prelude::*;

fn message<T>(result: Result<T>) -> String {
    result.err().unwrap().to_string()
}

fn columns(names: &[&str]) -> Vec<Column> {
    names.iter().map(|name| Column::number(*name)).collect()
}

#[test]
fn a_wrong_number_of_columns_or_rows_is_said_with_both_numbers() {
    let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    let y = array![[1.0], [2.0], [3.0]];
    let wrong = message(Dataset::new("d", columns(&["a"]), x.clone(), columns(&["y"]), y.clone()));
    assert!(wrong.contains("expected 1 columns") && wrong.contains("[3, 2]"), "{wrong}");
    let wrong = message(Dataset::new("d", columns(&["a", "b"]), x.clone(), columns(&["y", "z"]), y));
    assert!(wrong.contains("expected 2 columns") && wrong.contains("[3, 1]"), "{wrong}");
    let wrong = message(Dataset::from_arrays(x, array![1.0, 2.0]));
    assert!(wrong.contains("expected 3 rows") && wrong.contains("[2, 1]"), "{wrong}");
}

#[test]
fn a_name_that_stands_twice_and_a_category_that_is_none_are_refused() {
    let x = array![[1.0, 2.0]];
    let twice = message(Dataset::new("d", columns(&["a", "a"]), x.clone(), Vec::new(), Array2::zeros((1, 0))));
    assert!(twice.contains("`a`: two columns have this name"), "{twice}");
    let sizes = vec![Column::number("a"), Column::category("size", vec!["L".into(), "S".into()])];
    let wrong = message(Dataset::new("d", sizes, x, Vec::new(), Array2::zeros((1, 0))));
    assert!(wrong.contains("`size`: row 0 holds 2") && wrong.contains("2 categories"), "{wrong}");
}

#[test]
fn rows_and_columns_that_do_not_exist_are_named() {
    let iris = datasets::iris().unwrap();
    assert!(message(iris.select_rows(&[0, 150])).contains("row = 150: Iris flowers has 150 rows"));
    assert!(message(iris.select(&["petal"])).contains("no column `petal`; the columns are `sepal_length`"));
    assert!(message(iris.statistics("petal")).contains("`petal`"));
    assert!(message(iris.category_counts("petal")).contains("`petal`"));
    assert!(message(iris.category_counts("sepal_width")).contains("holds numbers"));
}

#[test]
fn everything_that_a_cell_keeps_can_be_sent_between_threads() {
    fn check<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    check::<Dataset>();
    check::<Table>();
    check::<Split>();
    check::<TrainTest>();
    check::<Statistics>();
    check::<StandardScaler>();
    check::<MeanNormalizer>();
    check::<MinMaxScaler>();
    check::<OneHotEncoder>();
    check::<OrdinalEncoder>();
    check::<Imputer>();
    check::<FittedImputer>();
    check::<PolynomialFeatures>();
    check::<Csv>();
}
