//! Files with a checksum that fits and parts that do not: an error, or a value that works; never a panic.

use std::path::Path;

use ndarray::{Array2, array};
use serde_json::{Value, json};

use super::super::serializer::serialize;
use super::super::tensor::{Numbers, Tensor};
use super::super::{Saved, TENSOR, file};
use crate::data::{Column, Dataset, Seed};
use crate::ensemble::VotingEnsemble;
use crate::linear::{
    FittedClosedForm, FittedGradientDescent, FittedMaximumLikelihood, LinearClassifier, LinearModel, LinearRegression,
};
use crate::loss::SparseCategoricalCrossEntropy;
use crate::nn::{Checkpoint, Device, EarlyStopping, Fit, Network, Sequential};
use crate::optim::Adam;

/// A way to spoil a tensor, with whole numbers up to a limit.
type Spoil = fn(&Tensor, u64) -> Option<Tensor>;

const SPOILT: [(&str, Spoil); 7] = [
    ("shorter", |tensor, _| {
        let (rows, rest) = tensor.shape.split_first()?;
        let rows = rows.checked_sub(1)?;
        let kept = rows * rest.iter().product::<usize>();
        Some(Tensor { shape: [&[rows], rest].concat(), numbers: first(&tensor.numbers, kept) })
    }),
    ("longer", |tensor, _| {
        let (rows, rest) = tensor.shape.split_first()?;
        let width = rest.iter().product::<usize>();
        let mut longer = tensor.clone();
        longer.shape[0] = rows + 1;
        match &mut longer.numbers {
            Numbers::F64(values) => values.extend(std::iter::repeat_n(1.0, width)),
            Numbers::F32(values) => values.extend(std::iter::repeat_n(1.0, width)),
            Numbers::U64(values) => values.extend(std::iter::repeat_n(1, width)),
        }
        Some(longer)
    }),
    ("transposed", |tensor, _| match tensor.shape[..] {
        [rows, columns] if rows != columns => {
            Some(Tensor { shape: vec![columns, rows], numbers: tensor.numbers.clone() })
        }
        _ => None,
    }),
    ("NaN", |tensor, most| Some(filled(tensor, f64::NAN, most))),
    ("negative", |tensor, _| Some(filled(tensor, -3.0, 0))),
    ("infinite", |tensor, most| Some(filled(tensor, f64::INFINITY, most.min(7)))),
    ("huge", |tensor, most| Some(filled(tensor, 1e300, most.min(1 << 40)))),
];

fn first(numbers: &Numbers, count: usize) -> Numbers {
    match numbers {
        Numbers::F64(values) => Numbers::F64(values[..count].to_vec()),
        Numbers::F32(values) => Numbers::F32(values[..count].to_vec()),
        Numbers::U64(values) => Numbers::U64(values[..count].to_vec()),
    }
}

fn filled(tensor: &Tensor, number: f64, whole: u64) -> Tensor {
    let numbers = match &tensor.numbers {
        Numbers::F64(values) => Numbers::F64(vec![number; values.len()]),
        Numbers::F32(values) => Numbers::F32(vec![number as f32; values.len()]),
        Numbers::U64(values) => Numbers::U64(vec![whole; values.len()]),
    };
    Tensor { shape: tensor.shape.clone(), numbers }
}

/// What whole numbers and texts are replaced by.
type Others<'a> = (&'a [u64], &'a [&'a str]);
const ANY: Others<'_> = (&[0, 1, u64::MAX], &["", "other"]);
/// For what would train without end, or write files of another name.
const MILD: Others<'_> = (&[0, 1], &[""]);

/// The structure with each of its parts spoilt, one at a time.
fn spoilt_structures(value: &Value, others: Others<'_>) -> Vec<Value> {
    let mut own = match value {
        Value::Number(_) => others.0.iter().map(|number| json!(number)).collect(),
        Value::Bool(flag) => vec![json!(!flag)],
        Value::String(_) => others.1.iter().map(|text| json!(text)).collect(),
        Value::Null => vec![json!(3), json!([])],
        Value::Array(items) => {
            let shorter = items.split_last().map(|(_, rest)| json!(rest));
            let twice = items.first().map(|first| json!([items.as_slice(), std::slice::from_ref(first)].concat()));
            shorter.into_iter().chain(twice).collect()
        }
        Value::Object(_) => vec![],
    };
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                own.extend(spoilt_structures(item, others).into_iter().map(|item| {
                    let mut items = items.clone();
                    items[at] = item;
                    json!(items)
                }));
            }
        }
        Value::Object(fields) if !fields.contains_key(TENSOR) => {
            for (name, field) in fields {
                own.extend(spoilt_structures(field, others).into_iter().map(|field| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), field);
                    json!(fields)
                }));
            }
        }
        _ => {}
    }
    own
}

/// Spoils each part of a value's file in every way, and uses what loads nevertheless. Gives the errors.
fn spoil<T: Saved>(value: &T, others: Others<'_>, work: impl Fn(T)) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spoilt.safetensors");
    let (structure, tensors) = serialize(value).unwrap();
    let mut errors = vec![];
    let most = others.0.iter().copied().max().unwrap_or(0);
    let mut load = || match T::load(&path) {
        Ok(loaded) => work(loaded),
        Err(error) => errors.push(error.to_string()),
    };
    for at in 0..tensors.list.len() {
        for (_, spoil) in SPOILT {
            let (_, mut tensors) = serialize(value).unwrap();
            let Some(spoilt) = spoil(&tensors.list[at].1, most) else { continue };
            tensors.list[at].1 = spoilt;
            file::write(&path, T::TYPE, structure.clone(), &tensors).unwrap();
            load();
        }
    }
    for structure in spoilt_structures(&structure, others) {
        file::write(&path, T::TYPE, structure, &tensors).unwrap();
        load();
    }
    assert!(errors.iter().all(|error| error.contains("spoilt.safetensors")), "{errors:?}");
    errors
}

fn fixture<T: Saved>(name: &str) -> T {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/saved/format-1");
    T::load(folder.join(format!("{name}.safetensors"))).unwrap()
}

fn rents() -> Dataset {
    let (columns, target) = (vec![Column::number("size")], vec![Column::number("rent")]);
    let features = array![[1.0], [3.0], [6.0], [5.0]];
    Dataset::new("rents", columns, features, target, array![[4.0], [8.0], [14.0], [13.0]]).unwrap()
}

fn rented() -> Dataset {
    let rented = Column::category("rented", vec!["no".into(), "yes".into()]);
    let (columns, features) = (vec![Column::number("size")], array![[1.0], [3.0], [6.0], [5.0]]);
    Dataset::new("flats", columns, features, vec![rented], array![[0.0], [1.0], [1.0], [0.0]]).unwrap()
}

/// Everything that a reader of a model may ask; only panics count.
fn use_model(model: &LinearModel) {
    let data = rents();
    let _ = (model.predict(&data), model.predict_raw(&data), model.weight("size"), model.intercept());
    let _ = (model.score(&data), model.residuals(&data), model.mean_absolute_error(&data));
}

fn use_classifier(classifier: &LinearClassifier) {
    let data = rented();
    let _ = (classifier.predict(&data), classifier.predict_proba(&data), classifier.score(&data));
    let _ = (classifier.weight("size"), classifier.intercept(), classifier.odds_ratios());
}

#[test]
fn linear_models() {
    assert!(spoil(&fixture::<LinearModel>("linear_model"), ANY, |model| use_model(&model)).len() > 8);
    let errors = spoil(&fixture::<FittedClosedForm>("least_squares"), ANY, |fit| {
        use_model(fit.model());
        let _ = (fit.summary(), fit.coefficients(0), fit.coefficients(1), fit.residual_std(0), fit.training_score());
    });
    for part in ["squares", "standard errors of", "a rank of", "a ridge penalty of", "degrees of freedom"] {
        assert!(errors.iter().any(|error| error.contains(part)), "{part} in {errors:#?}");
    }
    // Several targets and features, whose matrices are not square.
    let (x, y) = (
        array![[1.0, 2.0], [2.0, 0.0], [4.0, 1.0], [3.0, 7.0]],
        Array2::from_shape_fn((4, 3), |(a, b)| (a * b) as f64),
    );
    let several = LinearRegression::closed_form().fit(&(&x, &y)).unwrap();
    spoil(&several, ANY, |fit| {
        let _ = (fit.summary(), fit.coefficients(2), fit.predict_raw(&x), fit.training_score());
    });
}

#[test]
fn classifiers() {
    spoil(&fixture::<LinearClassifier>("linear_classifier"), ANY, |classifier| use_classifier(&classifier));
    let errors = spoil(&fixture::<FittedMaximumLikelihood>("likelihood_fit"), ANY, |fit| {
        use_classifier(fit.model());
        let _ = (fit.summary(), fit.coefficients(), fit.mcfadden_r_squared());
    });
    for part in ["classes with", "the labels", "a threshold of"] {
        assert!(errors.iter().any(|error| error.contains(part)), "{part} in {errors:#?}");
    }
    let unpenalized = crate::linear::LogisticRegression::maximum_likelihood().fit(&rented()).unwrap();
    let errors = spoil(&unpenalized, ANY, |fit| {
        let _ = (fit.summary(), fit.coefficients());
    });
    assert!(errors.iter().any(|error| error.contains("standard errors (")), "{errors:#?}");
}

#[test]
fn descents() {
    for name in ["descent", "descent_with_adam"] {
        let errors = spoil(&fixture::<FittedGradientDescent>(name), ANY, |mut descent| {
            use_model(descent.model());
            let _ = (descent.train(&rents(), 2), descent.partial_fit(&rents()), descent.history().epoch_costs().len());
        });
        assert!(errors.iter().any(|error| error.contains("a history of")), "{errors:#?}");
        assert_eq!(name == "descent_with_adam", errors.iter().any(|error| error.contains("the optimizer remembers")));
    }
    let errors =
        spoil(&fixture::<FittedGradientDescent<LinearClassifier>>("descent_of_a_classifier"), ANY, |mut descent| {
            use_classifier(descent.model());
            let _ = (descent.train(&rented(), 2), descent.partial_fit(&rented()));
        });
    assert!(errors.iter().any(|error| error.contains("a history of")), "{errors:#?}");
}

#[test]
fn averages() {
    let errors = spoil(&fixture::<VotingEnsemble<LinearModel>>("averaging_of_linear_models"), ANY, |average| {
        let data = rents();
        let _ = (average.predict(&data), average.predict_raw(&data), average.score(&data), average.table());
    });
    assert!(errors.iter().any(|error| error.contains("the weights [NaN, NaN]")), "{errors:#?}");
}

#[test]
fn networks_and_their_trainings() {
    let folder = tempfile::tempdir().unwrap();
    let [path, midway] = ["checkpoint", "midway"].map(|name| folder.path().join(format!("{name}.safetensors")));
    let data = rented();
    let net = Sequential::new([1]).dense(3).relu().dense(2).softmax();
    let loss = SparseCategoricalCrossEntropy::default();
    let mut net = net.compile(Adam::new(0.1), loss, Device::Cpu, Seed(1)).unwrap();
    let fit = Fit::epochs(2).validation_split(0.5).early_stopping(EarlyStopping::on("validation loss"));
    // The last checkpoint holds no best weights any more, that of the first epoch does.
    let keep = |_: &Network, history: &crate::nn::TrainingHistory| {
        history.epochs() < 2 || std::fs::copy(&path, &midway).is_ok()
    };
    net.fit_while(&data, fit.checkpoint(&path, 1), keep).unwrap();
    let try_out = |net: &mut Network| {
        let data = rented();
        let _ = (net.predict(&data), net.score(&data), net.predict_proba(&data), format!("{net:?}"));
        let _ = net.fit(&data, Fit::epochs(1));
    };
    let errors = spoil(&net, MILD, |mut net: Network| try_out(&mut net));
    assert!(errors.iter().any(|error| error.contains("the optimizer remembers")), "{errors:#?}");
    let checkpoint = Checkpoint::load(&midway).unwrap();
    let errors = spoil(&checkpoint, MILD, |checkpoint: Checkpoint| {
        let _ = checkpoint.history().loss();
        if let Ok((mut net, _)) = checkpoint.resume(&rented()) {
            try_out(&mut net);
        }
    });
    assert!(errors.iter().any(|error| error.contains("of the best epoch")), "{errors:#?}");
}
