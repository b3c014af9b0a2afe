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

#[test]
fn no_rows_and_no_columns_are_described_and_no_trouble() {
    let iris = datasets::iris().unwrap();
    for empty in [iris.select_rows(&[]).unwrap(), iris.select(&[]).unwrap().with_targets(&[]).unwrap()] {
        assert!(empty.describe().note.contains("rows"));
        assert!(empty.missing().note.contains("nothing is missing"));
        assert_eq!(empty.head(3).rows.len(), if empty.rows() == 0 { 0 } else { 3 });
        assert!(message(empty.correlations()).contains("no numbers to correlate"));
        empty.to_frame().unwrap();
        empty.constant_features();
    }
    let none = iris.select_rows(&[]).unwrap();
    assert_eq!(none.class_counts().unwrap().rows[0], ["setosa", "0", "0.0 %"]);
    assert_eq!(none.statistics("petal_width").unwrap().count, 0);
    assert_eq!(none.describe().cell(0, "mean"), Some("–"));
    assert!(message(none.split([0.8, 0.1, 0.1], Seed(1))).contains("would be empty"));
    assert!(message(none.drop_missing()).contains("has no rows"));
    assert!(none.drop_unused_categories().classes().unwrap().is_empty());
    let again = iris.select_rows(&[]).unwrap().categorized("petal_width").unwrap();
    assert!(again.category_counts("petal_width").unwrap().rows.is_empty());
    assert_eq!(again.one_hot_target().unwrap().targets().dim(), (0, 3));
}

#[test]
fn a_data_set_from_a_file_is_checked_as_any_other() {
    let iris = datasets::iris().unwrap().select_rows(&[0]).unwrap();
    let text = serde_json::to_string(&iris).unwrap();
    assert_eq!(serde_json::from_str::<Dataset>(&text).unwrap(), iris);
    for (from, to) in [
        ("\"sepal_width\"", "\"sepal_length\""),
        ("\"versicolor\"", "\"setosa\""),
        ("{\"v\":1,\"dim\":[1,1],\"data\":[0.0]}", "{\"v\":1,\"dim\":[1,1],\"data\":[7.0]}"),
    ] {
        let tampered = text.replacen(from, to, 1);
        assert_ne!(tampered, text);
        assert!(serde_json::from_str::<Dataset>(&tampered).is_err(), "{tampered}");
    }
    let twice = vec![Column::category("size", vec!["S".into(), "S".into()])];
    let refused = message(Dataset::new("d", twice, array![[0.0]], Vec::new(), Array2::zeros((1, 0))));
    assert!(refused.contains("the category `S` stands twice"), "{refused}");
}
