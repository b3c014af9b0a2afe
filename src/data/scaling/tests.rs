use super::*;
use crate::data::sources;
use ndarray::array;

fn message<T>(result: Result<T>) -> String {
    result.err().unwrap().to_string()
}

#[test]
fn a_constant_column_is_named_and_can_be_allowed() {
    let data = Dataset::from_arrays(array![[1.0, 0.1], [2.0, 0.1], [3.0, 0.1]], array![1.0, 2.0, 3.0]).unwrap();
    for refused in
        [message(StandardScaler::fit(&data)), message(MeanNormalizer::fit(&data)), message(MinMaxScaler::fit(&data))]
    {
        assert!(refused.contains("`x2`: holds only 0.1") && refused.contains("without"), "{refused}");
    }
    let scaled = StandardScaler::fit_constant_to_zero(&data).unwrap().transform(&data).unwrap();
    assert_eq!(scaled.column("x2").unwrap().to_vec(), [0.0; 3]);
}

#[test]
fn missing_and_infinite_values_are_named() {
    let missing = message(StandardScaler::fit(array![[1.0], [f64::NAN]]));
    assert!(missing.contains("`x1`, row 1 is missing"), "{missing}");
    assert!(message(MinMaxScaler::fit(array![[f64::INFINITY], [1.0]])).contains("row 0 is inf"));
    assert!(message(MinMaxScaler::fit(array![[f64::MAX], [f64::MIN]])).contains("too far"));
    assert!(message(StandardScaler::fit(Array2::zeros((0, 2)))).contains("at least one row"));
}

#[test]
fn columns_are_matched_by_name() {
    let iris = sources::iris().unwrap();
    let scaler = StandardScaler::fit(&iris).unwrap();
    let turned = iris.select(&["petal_width", "petal_length", "sepal_width", "sepal_length"]).unwrap();
    let (straight, turned) = (scaler.transform(&iris).unwrap(), scaler.transform(&turned).unwrap());
    assert_eq!(straight.column("petal_width").unwrap(), turned.column("petal_width").unwrap());

    let fewer = message(scaler.transform(&iris.without(&["petal_width"]).unwrap()));
    assert!(fewer.contains("no column `petal_width`"), "{fewer}");
    let narrow = StandardScaler::fit(iris.without(&["petal_width"]).unwrap()).unwrap();
    assert!(message(narrow.transform(&iris)).contains("`petal_width`: was not there"));
    let wrong = message(scaler.transform_array(&array![[1.0]]));
    assert!(wrong.contains("expected 4 columns") && wrong.contains("[1, 1]"), "{wrong}");
}

#[test]
fn categories_stay_and_units_come_back() {
    let housing = sources::california_housing_raw().unwrap().drop_missing().unwrap();
    let scaler = StandardScaler::fit(&housing).unwrap();
    let scaled = scaler.transform(&housing).unwrap();
    assert_eq!(scaled.column("ocean_proximity").unwrap(), housing.column("ocean_proximity").unwrap());
    assert_eq!(scaled.columns()[2].unit, "σ");
    assert_eq!(scaler.inverse(&scaled).unwrap().columns(), housing.columns());
}

#[test]
fn a_scaler_survives_being_written_down() {
    let scaler = MeanNormalizer::fit(array![[1.0, 2.0], [4.0, 9.0]]).unwrap();
    let text = serde_json::to_string(&scaler).unwrap();
    assert_eq!(serde_json::from_str::<MeanNormalizer>(&text).unwrap(), scaler);
}

#[test]
fn no_rows_are_refused_and_no_columns_stay_as_they_are() {
    let iris = sources::iris().unwrap();
    let none = iris.select_rows(&[]).unwrap();
    assert!(message(MeanNormalizer::fit_constant_to_zero(&none)).contains("at least one row"));
    let scaler = MinMaxScaler::fit(&iris).unwrap();
    assert_eq!(scaler.inverse(&scaler.transform(&none).unwrap()).unwrap(), none);
    let bare = iris.select(&[]).unwrap();
    assert_eq!(StandardScaler::fit(&bare).unwrap().transform(&bare).unwrap(), bare);
    assert_eq!(scaler.transform_array(&Array2::zeros((0, 4))).unwrap().dim(), (0, 4));
}

#[test]
fn what_no_fit_makes_is_refused() {
    let fitted = Fitted::new(array![[1.0], [3.0]], Constant::Refuse, |_| (2.0, 1.0)).unwrap();
    fitted.check().unwrap();
    for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let wrong = Fitted { scale: array![scale], ..fitted.clone() };
        assert!(wrong.check().unwrap_err().contains("`x1` cannot be scaled"));
    }
    assert!(Fitted { shift: array![f64::NAN], ..fitted.clone() }.check().is_err());
    assert!(Fitted { scale: array![], ..fitted.clone() }.check().unwrap_err().contains("0 scales"));
    let two = [Column::number("x1"), Column::number("x1")].to_vec();
    assert!(Fitted { columns: two, shift: array![0.0, 0.0], scale: array![1.0, 1.0] }.check().is_err());
    let text = vec![Column::category("x1", vec!["a".into()])];
    assert!(Fitted { columns: text, ..fitted }.check().is_err());
}
