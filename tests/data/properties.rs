//! What must hold for any data.

use std::collections::BTreeSet;

use gradus::prelude::*;
use proptest::prelude::*;

/// Rows × columns of numbers of ordinary size.
fn numbers(rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> impl Strategy<Value = Array2<f64>> {
    (rows, columns).prop_flat_map(|(rows, columns)| {
        proptest::collection::vec(-1e6..1e6, rows * columns).prop_map(move |values| {
            Array2::from_shape_fn((rows, columns), |(row, column)| values[row * columns + column])
        })
    })
}

fn labelled(x: Array2<f64>) -> Dataset {
    let y = Array1::from_shape_fn(x.nrows(), |row| row as f64);
    Dataset::from_arrays(x, y).unwrap()
}

/// A column of text cells, of which some are missing, beside one of numbers.
fn mixed() -> impl Strategy<Value = Dataset> {
    let text = proptest::option::of("[a-z ,\"<>é\n]{0,6}[a-z]");
    let number = proptest::option::of(-1e300..1e300);
    proptest::collection::vec((text, number), 1..30).prop_map(|rows| {
        use gradus::polars::prelude::{Column, DataFrame};
        let (text, numbers): (Vec<Option<String>>, Vec<Option<f64>>) = rows.into_iter().unzip();
        let columns = vec![Column::new("text".into(), text), Column::new("number".into(), numbers)];
        Dataset::from_frame(&DataFrame::new(columns[0].len(), columns).unwrap()).unwrap()
    })
}

/// Equal, where a missing value equals a missing value.
fn same(a: &Dataset, b: &Dataset) -> bool {
    let equal = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
    a.columns() == b.columns()
        && a.features().dim() == b.features().dim()
        && a.features().iter().zip(b.features()).all(equal)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_split_is_a_partition(rows in 3usize..200, first in 0.05..0.9f64, share in 0.1..0.9f64, seed: u64) {
        let rest = 1.0 - first;
        let fractions = [first, rest * share, rest - rest * share];
        let data = labelled(Array2::zeros((rows, 1)));
        if let Ok(split) = data.split(fractions, Seed(seed)) {
            let mut seen = BTreeSet::new();
            for (part, fraction) in [&split.train, &split.validation, &split.test].into_iter().zip(fractions) {
                prop_assert!((part.rows() as f64 - fraction * rows as f64).abs() < 1.0);
                prop_assert!(part.rows() > 0);
                prop_assert!(part.target().unwrap().iter().all(|row| seen.insert(*row as usize)));
            }
            prop_assert_eq!(seen.len(), rows);
        } else {
            prop_assert!(fractions.iter().any(|fraction| fraction * (rows as f64) < 1.0));
        }
    }

    #[test]
    fn a_stratified_split_is_a_partition_with_every_class_everywhere(
        sizes in proptest::collection::vec(3usize..40, 1..6), share in 0.1..0.4f64, seed: u64,
    ) {
        let labels: Vec<f64> = sizes.iter().enumerate().flat_map(|(class, size)| vec![class as f64; *size]).collect();
        let rows = labels.len();
        let x = Array2::from_shape_fn((rows, 1), |(row, _)| row as f64);
        let data = Dataset::from_arrays(x, labels.into()).unwrap().categorized("y").unwrap();
        let fractions = [1.0 - 2.0 * share, share, share];
        prop_assume!(rows as f64 * share >= 1.0);
        let parts = data.split_into_stratified(fractions, Seed(seed)).unwrap();
        let mut seen = BTreeSet::new();
        for (part, fraction) in parts.iter().zip(fractions) {
            prop_assert!(part.features().iter().all(|row| seen.insert(*row as usize)));
            for (class, size) in sizes.iter().enumerate() {
                let count = part.target().unwrap().iter().filter(|label| **label == class as f64).count();
                prop_assert!(count > 0);
                prop_assert!((count as f64 - fraction * *size as f64).abs() <= sizes.len() as f64 + 3.0);
            }
        }
        prop_assert_eq!(seen.len(), rows);
    }

    #[test]
    fn scaling_can_be_undone(x in numbers(2..20, 1..5)) {
        let data = labelled(x);
        prop_assume!(data.constant_features().is_empty());
        let scalers: [Box<dyn Scaler>; 3] = [
            Box::new(StandardScaler::fit(&data).unwrap()),
            Box::new(MeanNormalizer::fit(&data).unwrap()),
            Box::new(MinMaxScaler::fit(&data).unwrap()),
        ];
        for scaler in scalers {
            let back = scaler.inverse(&scaler.transform(&data).unwrap()).unwrap();
            prop_assert_eq!(back.columns(), data.columns());
            for (back, before) in back.features().iter().zip(data.features()) {
                prop_assert!((back - before).abs() <= 1e-9, "{} {}", back, before);
            }
        }
    }

    #[test]
    fn scaled_training_data_is_what_it_is_called(x in numbers(3..30, 1..4)) {
        let data = labelled(x);
        prop_assume!(data.constant_features().is_empty());
        let standard = StandardScaler::fit(&data).unwrap().transform(&data).unwrap();
        let normalized = MeanNormalizer::fit(&data).unwrap().transform(&data).unwrap();
        let unit = MinMaxScaler::fit(&data).unwrap().transform(&data).unwrap();
        for name in data.feature_names() {
            let (standard, normalized) = (standard.statistics(&name).unwrap(), normalized.statistics(&name).unwrap());
            let unit = unit.statistics(&name).unwrap();
            prop_assert!(standard.mean.abs() < 1e-9 && (standard.std - 1.0).abs() < 1e-9);
            prop_assert!(normalized.mean.abs() < 1e-9 && (normalized.max - normalized.min - 1.0).abs() < 1e-9);
            prop_assert!(unit.min == 0.0 && unit.max == 1.0);
        }
    }

    #[test]
    fn encodings_can_be_undone(data in mixed()) {
        let filled = data.drop_missing();
        prop_assume!(filled.is_ok());
        let filled = filled.unwrap();
        let one_hot = OneHotEncoder::fit(&filled).unwrap();
        let encoded = one_hot.transform(&filled).unwrap();
        let width = one_hot.categories()[0].1.len();
        prop_assert_eq!(encoded.columns().len(), width + 1);
        prop_assert!(encoded.features().rows().into_iter().all(|row| row.iter().take(width).sum::<f64>() == 1.0));
        prop_assert_eq!(&one_hot.inverse(&encoded).unwrap(), &filled);
        if let Ok(shorter) = OneHotEncoder::fit_drop_first(&filled) {
            prop_assert_eq!(&shorter.inverse(&shorter.transform(&filled).unwrap()).unwrap(), &filled);
        }
        let order: Vec<&str> = filled.columns()[0].categories().unwrap().iter().rev().map(String::as_str).collect();
        let ordinal = OrdinalEncoder::fit(&filled, "text", &order).unwrap();
        prop_assert_eq!(&ordinal.inverse(&ordinal.transform(&filled).unwrap()).unwrap(), &filled);
    }

    #[test]
    fn a_frame_brings_everything_back(data in mixed()) {
        let back = Dataset::from_frame(&data.to_frame().unwrap()).unwrap();
        prop_assert!(same(&back, &data));
    }

    #[test]
    fn polynomials_have_as_many_columns_as_the_formula_says(width in 1usize..6, degree in 1usize..6) {
        let x = Array2::from_elem((2, width), 2.0);
        let found = PolynomialFeatures::degree(degree).transform_array(&x).unwrap().ncols();
        // (d + p)! / (d! p!) − 1, step by step in whole numbers.
        let expected = (1..=degree).fold(1, |product, step| product * (width + step) / step) - 1;
        prop_assert_eq!(found, expected);
        let interactions = PolynomialFeatures::degree(width).interaction_only().transform_array(&x).unwrap();
        prop_assert_eq!(interactions.ncols(), (1 << width) - 1);
    }

    #[test]
    fn whatever_stands_in_a_csv_file_it_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.csv");
        std::fs::write(&path, bytes).unwrap();
        let _ = read_csv(path);
    }

    #[test]
    fn csv_like_text_is_read_or_refused(text in "[ab01.,;\"\n\r é-]{0,80}") {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.csv");
        std::fs::write(&path, text).unwrap();
        let _ = read_csv(&path);
        let _ = Csv::new(&path).no_header().separator(';').decimal_comma().read();
    }

    #[test]
    fn csv_keeps_every_cell(data in mixed()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mixed.csv");
        let mut text = String::from("text,number\n");
        for row in data.features().rows() {
            let cell = |place: usize| data.columns()[place].show(row[place]);
            let quoted = if row[0].is_nan() { String::new() } else { format!("\"{}\"", cell(0).replace('"', "\"\"")) };
            let number = if row[1].is_nan() { String::new() } else { row[1].to_string() };
            text.push_str(&format!("{quoted},{number}\n"));
        }
        std::fs::write(&path, text).unwrap();
        let back = Csv::new(&path).text(["text"]).read().unwrap();
        prop_assert_eq!(back.column("number").unwrap().to_vec().len(), data.rows());
        for row in 0..data.rows() {
            let cell = |data: &Dataset, place: usize| data.columns()[place].show(data.features()[(row, place)]);
            // Spaces around a cell are no part of it, and "nan" is a missing value.
            let expected = cell(&data, 0).trim().to_string();
            prop_assume!(!expected.eq_ignore_ascii_case("nan"));
            prop_assert_eq!(cell(&back, 0), expected);
            let (found, before) = (back.features()[(row, 1)], data.features()[(row, 1)]);
            prop_assert!(found == before || (found.is_nan() && before.is_nan()));
        }
    }
}
