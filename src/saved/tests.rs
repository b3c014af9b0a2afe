use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use ndarray::{Array1, Array2, Array3, ArrayD, ShapeBuilder, array};
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::data::{Dataset, StandardScaler};
use crate::linear::{FittedClosedForm, FittedGradientDescent, LinearModel, LinearRegression};

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
enum Choice {
    #[default]
    Nothing,
    One(f64),
    Two(u8, f32),
    Named {
        rate: f64,
        list: Vec<f64>,
    },
}

/// Everything that serde knows and a model could hold.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Everything {
    alone: f64,
    single: f32,
    list: Vec<f64>,
    singles: Vec<f32>,
    counts: Vec<usize>,
    signed: Vec<i64>,
    count: u64,
    least: i64,
    row: Array1<f64>,
    matrix: Array2<f32>,
    cube: Array3<f64>,
    any: ArrayD<f64>,
    whole: Array2<usize>,
    pair: Option<(Array2<f64>, Array1<f64>)>,
    sometimes: Vec<Option<f64>>,
    nested: Vec<Vec<f64>>,
    choices: Vec<Choice>,
    text: String,
    letter: char,
    yes: bool,
    unit: (),
    by_name: BTreeMap<String, f64>,
}

impl Saved for Everything {
    const TYPE: &'static str = "Everything";
}

fn everything(values: &[f64]) -> Everything {
    let value = |at: usize| values.get(at % values.len().max(1)).copied().unwrap_or(-0.0);
    Everything {
        alone: value(0),
        single: value(1) as f32,
        list: values.to_vec(),
        singles: values.iter().map(|value| *value as f32).collect(),
        counts: vec![0, 1, usize::MAX],
        signed: vec![3, -1, i64::MIN],
        count: u64::MAX,
        least: i64::MIN,
        row: Array1::from(values.to_vec()),
        matrix: Array2::from_shape_fn((2, 3).f(), |(row, column)| value(row * 3 + column) as f32),
        cube: Array3::from_shape_fn((2, 1, 2), |(a, _, b)| value(a + b)),
        any: ArrayD::from_elem(vec![1, 2], value(2)),
        whole: array![[1, 2], [3, usize::MAX]],
        pair: Some((Array2::zeros((0, 3)), array![value(3)])),
        sometimes: vec![Some(value(1)), None, Some(value(2))],
        nested: vec![vec![], vec![value(0), value(1)]],
        choices: vec![
            Choice::Nothing,
            Choice::One(value(4)),
            Choice::Two(255, 0.1),
            Choice::Named { rate: value(5), list: values.to_vec() },
        ],
        text: "\"sha256\":\"\\ \u{1F600} ".into(),
        letter: 'ß',
        yes: true,
        unit: (),
        by_name: [("a.b".to_string(), value(6)), ("a".to_string(), value(7))].into(),
    }
}

fn path(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("m.safetensors")
}

fn model() -> LinearModel {
    let data = Dataset::from_arrays(array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0]).unwrap();
    LinearRegression::closed_form().fit(&data).unwrap().model().clone()
}

fn refusal(path: &std::path::Path) -> String {
    let text = LinearModel::load(path).unwrap_err().to_string();
    assert!(text.contains("m.safetensors"), "{text}");
    text
}

proptest! {
    #[test]
    fn every_bit_comes_back(bits in prop::collection::vec(any::<u64>(), 0..20)) {
        let folder = tempfile::tempdir().unwrap();
        // Any pattern of bits, so also denormals, infinities and NaN.
        let mut value = everything(&bits.into_iter().map(f64::from_bits).collect::<Vec<_>>());
        value.save(path(&folder)).unwrap();
        // Arrays come back row by row, whatever order they were held in.
        value.matrix = Array2::from_shape_fn(value.matrix.dim(), |at| value.matrix[at]);
        let loaded = Everything::load(path(&folder)).unwrap();
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&loaded.list), bits(&value.list));
        prop_assert_eq!(loaded.alone.to_bits(), value.alone.to_bits());
        // `Debug` tells -0 from 0 and shows a NaN as itself, which `==` does not.
        prop_assert_eq!(format!("{loaded:?}"), format!("{value:?}"));
        let before = fs::read(path(&folder)).unwrap();
        loaded.save(path(&folder)).unwrap();
        prop_assert_eq!(fs::read(path(&folder)).unwrap(), before, "the same value is the same file");
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), header in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        let length = (bytes.len() as u64).to_le_bytes();
        let content = if header { [&length[..], &bytes].concat() } else { bytes };
        fs::write(path(&folder), content).unwrap();
        prop_assert!(refusal(&path(&folder)).contains("cannot be read as a safetensors file"));
    }

    #[test]
    fn any_stretch_altered_is_refused(start in 0.0..1.0, with in prop::collection::vec(any::<u8>(), 1..40)) {
        let folder = tempfile::tempdir().unwrap();
        model().save(path(&folder)).unwrap();
        let mut bytes = fs::read(path(&folder)).unwrap();
        let whole = bytes.clone();
        let start = (start * bytes.len() as f64) as usize;
        for (byte, new) in bytes[start..].iter_mut().zip(with) {
            *byte = new;
        }
        prop_assume!(bytes != whole);
        fs::write(path(&folder), bytes).unwrap();
        refusal(&path(&folder));
    }
}

#[test]
fn every_byte_counts() {
    let folder = tempfile::tempdir().unwrap();
    model().save(path(&folder)).unwrap();
    let whole = fs::read(path(&folder)).unwrap();
    assert_eq!(LinearModel::load(path(&folder)).unwrap(), model());
    let refusal = |bytes: Vec<u8>| file::content(bytes).err().unwrap().text;
    for at in 0..whole.len() {
        // One bit, the case of a letter, every bit.
        for flip in [1, 0x20, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let text = refusal(bytes);
            assert!(text.contains("altered") || text.contains("not one that gradus saved"), "byte {at}: {text}");
        }
        assert!(refusal(whole[..at].to_vec()).contains("cut off"), "cut off at {at}");
    }
    assert!(refusal([&whole[..], b" "].concat()).contains("cut off, altered"));
}

/// The file with another text in its metadata, and a checksum that fits.
fn rewritten(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let text = bytes.to_vec();
    let place = text.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    let mut bytes = text;
    bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
    let lead = br#"\"sha256\":\""#;
    let place = bytes.windows(lead.len()).position(|window| window == lead).unwrap() + lead.len();
    bytes[place..place + 64].fill(b'0');
    let checksum = crate::files::hexadecimal(&<sha2::Sha256 as sha2::Digest>::digest(&bytes));
    bytes[place..place + 64].copy_from_slice(checksum.as_bytes());
    bytes
}

#[test]
fn what_is_whole_but_not_ours_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    model().save(path(&folder)).unwrap();
    let whole = fs::read(path(&folder)).unwrap();
    let with = |from: &str, to: &str| {
        fs::write(path(&folder), rewritten(&whole, from, to)).unwrap();
        refusal(&path(&folder))
    };
    let text = with(r#"\"format\":1,"#, r#"\"format\":2,"#);
    assert!(text.contains("is of format 2, written by gradus") && text.contains("formats up to 1"), "{text}");
    let text = with(r#"{\"$tensor\":\"weights\"}"#, r#"{\"$tensor\":\"weightz\"}"#);
    assert!(text.contains("the tensor `weightz` is missing") && text.contains("save it again"), "{text}");
    let text = with(r#"\"columns\":["#, r#"\"kolumns\":["#);
    assert!(text.contains("missing field `columns`"), "{text}");
    // Parts that do not fit together, of which a prediction would be out of bounds.
    let (structure, mut tensors) = serializer::serialize(&model()).unwrap();
    tensors.list[1].1 = tensor::Tensor::list(tensor::Numbers::F64(vec![1.0, 2.0]));
    file::write(&path(&folder), LinearModel::TYPE, structure, &tensors).unwrap();
    let text = refusal(&path(&folder));
    assert!(text.contains("do not form a LinearModel: weights [1, 1], 2 intercepts"), "{text}");

    let text = StandardScaler::load(path(&folder)).unwrap_err().to_string();
    assert!(text.contains("holds a LinearModel, not a StandardScaler; `LinearModel::load` reads it"), "{text}");

    let foreign = safetensors::serialize(Vec::<(String, &tensor::Tensor)>::new(), None).unwrap();
    fs::write(path(&folder), foreign).unwrap();
    assert!(refusal(&path(&folder)).contains("not one that gradus saved"));
    fs::remove_file(path(&folder)).unwrap();
    assert!(refusal(&path(&folder)).contains("there is no such file"));
    fs::create_dir(path(&folder)).unwrap();
    assert!(refusal(&path(&folder)).contains("cannot be read"));
}

#[test]
fn what_is_infinite_or_missing_in_a_fit_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    // Two columns that are one: the condition number is infinite, and no variance is known.
    let x = array![[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]];
    let fit = LinearRegression::closed_form().fit(&(&x, &array![1.0, 2.0, 5.0])).unwrap();
    assert!(fit.condition_number().is_infinite() && format!("{fit:?}").contains("NaN"));
    fit.save(path(&folder)).unwrap();
    assert_eq!(format!("{:?}", FittedClosedForm::load(path(&folder)).unwrap()), format!("{fit:?}"));
}

#[test]
fn a_descent_goes_on_from_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data = Dataset::from_arrays(array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0]).unwrap();
    let mut steps = LinearRegression::gradient_descent().epochs(3).fit(&data).unwrap();
    steps.save(path(&folder)).unwrap();
    let mut loaded: FittedGradientDescent = FittedGradientDescent::load(path(&folder)).unwrap();
    steps.train(&data, 5).unwrap();
    loaded.train(&data, 5).unwrap();
    assert_eq!(loaded, steps);
}

#[test]
fn names_are_places() {
    let (structure, tensors) = serializer::serialize(&everything(&[1.0, 2.0])).unwrap();
    let shapes: BTreeMap<&str, &[usize]> = tensors.list.iter().map(|(name, t)| (name.as_str(), &t.shape[..])).collect();
    let expected: [(&str, &[usize]); 7] = [
        ("alone", &[]),
        ("row", &[2]),
        ("matrix", &[2, 3]),
        ("counts", &[3]),
        ("pair.1", &[1]),
        ("sometimes.2", &[]),
        ("choices.3.Named.list", &[2]),
    ];
    for (name, shape) in expected {
        assert_eq!(shapes.get(name), Some(&shape), "{name} of {shapes:?}");
    }
    assert_eq!(structure["count"], u64::MAX);
    let odd: BTreeMap<&str, f64> = [("$tensor", 1.0)].into();
    assert!(serializer::serialize(&odd).unwrap_err().to_string().contains("`$tensor`"));
    assert!(serializer::serialize(&BTreeMap::from([(1, 1.0)])).unwrap_err().to_string().contains("not text"));
}

#[test]
fn what_follows_a_number_in_a_tuple_has_a_name_of_its_own() {
    #[derive(Serialize)]
    struct Spread {
        range: Vec<f64>,
        mean: f64,
    }
    let records: Vec<(usize, Spread)> =
        (0..3).map(|epoch| (epoch, Spread { range: vec![0.0, 1.0], mean: 0.5 })).collect();
    let (_, tensors) = serializer::serialize(&BTreeMap::from([("layer", records)])).unwrap();
    let names: Vec<&str> = tensors.list.iter().map(|(name, _)| name.as_str()).collect();
    let of = |epoch: usize| [format!("layer.{epoch}.1.range"), format!("layer.{epoch}.1.mean")];
    assert!((0..3).flat_map(of).all(|name| names.contains(&name.as_str())), "{names:?}");
    assert!(names.iter().all(|name| !name.contains('\'')), "{names:?}");
}

mod tampered;
