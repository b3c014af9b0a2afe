//! Averages against sums by hand, the ambiguity decomposition, files.

use ndarray::{Array1, Array2, Axis, array};

use super::VotingEnsemble;
use crate::data::{Column, Dataset, Scaler, Seed, StandardScaler, sources};
use crate::linear::{LinearClassifier, LinearModel, LinearRegression, LogisticRegression, SoftmaxRegression};
use crate::loss::{Hinge, MeanSquaredError, SparseCategoricalCrossEntropy};
use crate::nn::{Device, Fit, Network, Sequential};
use crate::notebook::InCell;
use crate::optim::Adam;
use crate::saved::Saved;
use crate::select::{Predictor, Scoring};

fn scaled(data: Dataset) -> Dataset {
    StandardScaler::fit(&data).unwrap().transform(&data).unwrap()
}

fn toy(seed: u64) -> Network {
    let net = Sequential::new([4]).dense(6).tanh().dense(3).softmax();
    net.compile(Adam::new(0.02), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(seed)).unwrap()
}

/// A logistic regression of one feature whose probability of `yes` at x = 1 is σ(w).
fn sure(w: f64) -> LinearClassifier {
    let online = LogisticRegression::gradient_descent().start(array![w], 0.0).online(1, &["no", "yes"]).unwrap();
    online.model().clone()
}

#[test]
fn networks_of_other_seeds_average_their_probabilities() {
    let iris = scaled(sources::iris().unwrap());
    let (seeds, fit) = ([Seed(1), Seed(2), Seed(3)], Fit::epochs(8));
    let average = VotingEnsemble::of_seeds(&toy(9), seeds, &iris, fit.clone()).unwrap();
    let alone: Vec<Network> = seeds.iter().map(|seed| toy(seed.0)).collect();
    let alone: Vec<Network> = alone
        .into_iter()
        .map(|mut net| {
            net.fit(&iris, fit.clone()).unwrap();
            net
        })
        .collect();
    assert_eq!(average.models(), alone);
    assert_ne!(alone[0], alone[1]);
    let mean =
        alone.iter().fold(Array2::<f64>::zeros((150, 3)), |sum, net| sum + net.predict_proba(&iris).unwrap()) / 3.0;
    let difference = average.predict_proba(&iris).unwrap() - &mean;
    assert!(difference.iter().all(|difference| difference.abs() < 1e-13));
    assert_eq!(average.classes(), ["setosa", "versicolor", "virginica"]);
    let said = average.predict(&iris).unwrap();
    let right = said.iter().zip(iris.target().unwrap()).filter(|(said, truth)| said == truth).count();
    assert_eq!(average.score(&iris).unwrap(), right as f64 / 150.0);
    // Arrays do as well as data sets, and scorings judge it as one model.
    assert_eq!(average.predict(iris.features()).unwrap(), said);
    assert_eq!(Scoring::Accuracy.score(&average, &iris).unwrap(), right as f64 / 150.0);
    assert_eq!(average.probabilities(&iris).unwrap().unwrap().labels, [0.0, 1.0, 2.0]);
}

#[test]
fn the_squared_error_is_the_mean_one_less_the_disagreement() {
    let data = scaled(sources::diabetes().unwrap());
    let y = data.target().unwrap().to_owned();
    let parts =
        [(0, 60), (60, 120), (120, 180)].map(|(from, to)| data.select_rows(&(from..to).collect::<Vec<_>>()).unwrap());
    let models = parts.map(|part| LinearRegression::closed_form().fit(&part).unwrap());
    let predictions: Vec<Array1<f64>> = models.iter().map(|model| model.predict(&data).unwrap()).collect();
    let average = VotingEnsemble::new(models).unwrap().weighted([1.0, 2.0, 5.0]).unwrap();
    assert_eq!(average.weights(), [0.125, 0.25, 0.625]);
    let mean = average.predict(&data).unwrap();
    let square = |a: &Array1<f64>, b: &Array1<f64>| (a - b).mapv(|gap| gap * gap).mean().unwrap();
    let weighted = |of: &dyn Fn(&Array1<f64>) -> f64| -> f64 {
        predictions.iter().zip(average.weights()).map(|(predicted, weight)| weight * of(predicted)).sum()
    };
    let [own, errors, ambiguity] = [square(&mean, &y), weighted(&|p| square(p, &y)), weighted(&|p| square(p, &mean))];
    assert!((own - (errors - ambiguity)).abs() < 1e-9 * errors && ambiguity > 1.0, "{own} {errors} {ambiguity}");
    let variance = square(&y, &Array1::from_elem(y.len(), y.mean().unwrap()));
    assert!((average.score(&data).unwrap() - (1.0 - own / variance)).abs() < 1e-12);
    assert_eq!(average.predict_raw(&data).unwrap(), mean.insert_axis(Axis(1)));
    assert!(average.probabilities(&data).unwrap().is_none());
}

#[test]
fn a_sure_model_outweighs_two_unsure_ones_but_not_their_votes() {
    // σ(ln 9) = 0.9, σ(−ln 1.5) = 0.4.
    let models = || [sure(9.0_f64.ln()), sure(-(1.5_f64.ln())), sure(-(1.5_f64.ln()))];
    let soft = VotingEnsemble::new(models()).unwrap();
    let x = array![[1.0], [-1.0]];
    assert!((soft.predict_proba(&x).unwrap()[[0, 1]] - 1.7 / 3.0).abs() < 1e-13);
    assert_eq!(soft.predict(&x).unwrap(), array![1.0, 0.0]);
    let hard = VotingEnsemble::new(models()).unwrap().by_majority().unwrap();
    assert_eq!(hard.predict(&x).unwrap(), array![0.0, 1.0]);
    assert!((hard.predict_proba(&x).unwrap()[[0, 1]] - 1.0 / 3.0).abs() < 1e-13);
    let weighted = hard.weighted([3.0, 1.0, 1.0]).unwrap();
    assert_eq!(weighted.predict(&x).unwrap(), array![1.0, 0.0]);
    // Two against two: the first class.
    let even = VotingEnsemble::new([sure(1.0), sure(-1.0)]).unwrap().by_majority().unwrap();
    assert_eq!(even.predict(&x).unwrap(), array![0.0, 0.0]);
}

#[test]
fn networks_without_probabilities_vote() {
    let data = scaled(sources::breast_cancer().unwrap());
    let net = Sequential::new([30]).dense(1).compile(Adam::new(0.02), Hinge, Device::Cpu, Seed(1)).unwrap();
    let average = VotingEnsemble::of_seeds(&net, [Seed(1), Seed(2), Seed(3)], &data, Fit::epochs(3)).unwrap();
    let text = average.predict(&data).unwrap_err().to_string();
    assert!(text.contains("let them vote `by_majority`"), "{text}");
    assert!(average.probabilities(&data).unwrap().is_none());
    let average = average.by_majority().unwrap();
    let votes = average.models().iter().map(|net| net.predict(&data).unwrap()).fold(Array1::zeros(569), |a, b| a + b);
    assert_eq!(average.predict(&data).unwrap(), votes.mapv(|votes: f64| f64::from(votes >= 2.0)));
    assert!(average.score(&data).unwrap() > 0.9);
}

#[test]
fn what_does_not_fit_is_said() {
    let iris = scaled(sources::iris().unwrap());
    let said = |result: crate::Result<VotingEnsemble<LinearClassifier>>| result.unwrap_err().to_string();
    assert!(said(VotingEnsemble::new([])).contains("no models to average"));
    let three = SoftmaxRegression::gradient_descent().fit(&iris).unwrap().model().clone();
    let text = said(VotingEnsemble::new([sure(1.0), three.clone()]));
    assert!(text.starts_with("classes of model 2 of 2") && text.contains("`virginica` (2)"), "{text}");
    let two = || VotingEnsemble::new([sure(1.0), sure(2.0)]).unwrap();
    assert!(said(two().weighted([1.0])).contains("expected 2, one per model"));
    assert!(said(two().weighted([1.0, -1.0])).starts_with("weight of a model = -1"));
    assert!(said(two().weighted([0.0, 0.0])).contains("add up to 0"));
    let text = two().predict(&array![[1.0, 2.0]]).unwrap_err().to_string();
    assert!(text.starts_with("model 1 of 2: ") && text.contains("1 columns"), "{text}");
    assert!(two().predict_raw(&array![[1.0]]).is_err());
    // The same categories in another order.
    let named = Column::category("species", ["virginica", "versicolor", "setosa"].map(String::from).to_vec());
    let other =
        Dataset::new("iris", iris.columns().to_vec(), iris.features().clone(), vec![named], iris.targets().clone());
    let text = VotingEnsemble::new([three]).unwrap().score(&other.unwrap()).unwrap_err().to_string();
    assert!(text.contains("`species`") && text.contains("but the models know"), "{text}");

    let x = array![[1.0], [2.0], [4.0]];
    let exact = LinearRegression::closed_form();
    let one = exact.fit(&(&x, &array![1.0, 2.0, 5.0])).unwrap();
    let several = exact.fit(&(&x, &array![[1.0, 2.0], [2.0, 1.0], [5.0, 1.0]])).unwrap();
    let mixed = VotingEnsemble::new([one.clone(), several.clone()]).unwrap();
    let text = mixed.predict(&x).unwrap_err().to_string();
    assert!(text.contains("model 2 of 2") && text.contains("[3, 1]") && text.contains("[3, 2]"), "{text}");
    assert!(VotingEnsemble::new([several]).unwrap().predict(&x).unwrap_err().to_string().contains("2 targets"));
    let numbers = VotingEnsemble::new([one]).unwrap();
    assert!(numbers.predict_proba(&x).unwrap_err().to_string().contains("`predict_raw`"));
    assert!(numbers.by_majority().is_err());
    let net = Sequential::new([4]).dense(1).compile(Adam::new(0.1), MeanSquaredError, Device::Cpu, Seed(1)).unwrap();
    let text = VotingEnsemble::of_seeds(&net, [Seed(3)], &iris, Fit::epochs(0)).unwrap_err().to_string();
    assert!(text.starts_with("seed 3: epochs = 0"), "{text}");
}

#[test]
fn an_average_comes_back_from_its_file_and_shows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("average.safetensors");
    let iris = scaled(sources::iris().unwrap());
    let average = VotingEnsemble::of_seeds(&toy(0), [Seed(1), Seed(2)], &iris, Fit::epochs(2)).unwrap();
    average.save(&path).unwrap();
    let loaded: VotingEnsemble = VotingEnsemble::load(&path).unwrap();
    assert_eq!(loaded, average);
    let text = VotingEnsemble::<LinearModel>::load(&path).unwrap_err().to_string();
    assert!(text.contains("`VotingEnsemble<Network>::load` reads it"), "{text}");
    let shown = average.in_cell();
    assert!(
        shown.plain().starts_with("Average of 2 models")
            && shown.plain().contains("probabilities of setosa, versicolor")
    );
    let votes = VotingEnsemble::new([sure(1.0), sure(2.0)]).unwrap().by_majority().unwrap();
    assert!(votes.in_cell().plain().contains("votes for no, yes"));
    votes.save(&path).unwrap();
    assert_eq!(VotingEnsemble::<LinearClassifier>::load(&path).unwrap(), votes);
}

#[test]
fn targets_count_as_the_networks_take_them() {
    let x = array![[-2.0], [-1.0], [1.0], [2.0]];
    let net = Sequential::new([1]).dense(1).compile(Adam::new(0.1), Hinge, Device::Cpu, Seed(0)).unwrap();
    let signs = array![-1.0, -1.0, 1.0, 1.0];
    let three =
        VotingEnsemble::of_seeds(&net, [1, 2, 3].map(Seed), &(&x, &signs), Fit::epochs(50)).unwrap().by_majority();
    assert_eq!(three.unwrap().score(&(&x, &signs)).unwrap(), 1.0);
    let one_hot = array![[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]];
    let net = Sequential::new([1]).dense(2).softmax();
    let loss = crate::loss::CategoricalCrossEntropy::default();
    let net = net.compile(Adam::new(0.1), loss, Device::Cpu, Seed(0)).unwrap();
    let three = VotingEnsemble::of_seeds(&net, [1, 2, 3].map(Seed), &(&x, &one_hot), Fit::epochs(50)).unwrap();
    assert_eq!(three.score(&(&x, &one_hot)).unwrap(), 1.0);
    assert!(three.score(&(&x, &array![[1.0, 0.0, 0.0]])).is_err());
}

#[test]
fn what_other_seeds_cannot_have_is_refused() {
    let iris = scaled(sources::iris().unwrap());
    let said = |net: &Network, fit: Fit| VotingEnsemble::of_seeds(net, [Seed(1)], &iris, fit).unwrap_err().to_string();
    let frozen = toy(1).truncated(1).unwrap().frozen().dense(3).softmax();
    let loss = SparseCategoricalCrossEntropy::default();
    let frozen = frozen.compile(Adam::new(0.02), loss, Device::Cpu, Seed(1)).unwrap();
    assert!(said(&frozen, Fit::epochs(1)).contains("`dense 1` is frozen"), "{}", said(&frozen, Fit::epochs(1)));
    assert!(said(&toy(1), Fit::epochs(1).checkpoint("file", 1)).contains("overwrite"));
}

#[test]
fn models_that_are_all_sure_are_sure_together() {
    let x = array![[1.0], [-1.0]];
    let truth = array![1.0, 0.0];
    for count in [3, 6, 7, 9, 10, 11, 49] {
        for majority in [false, true] {
            let average = VotingEnsemble::new((0..count).map(|_| sure(800.0))).unwrap();
            let average = if majority { average.by_majority().unwrap() } else { average };
            let chances = average.predict_proba(&x).unwrap();
            assert_eq!(chances, array![[0.0, 1.0], [1.0, 0.0]], "{count}");
            assert_eq!(crate::metrics::log_loss(truth.view(), chances.view()).unwrap(), 0.0);
        }
    }
    // Nor does a mean of equal numbers leave them.
    let model = LinearRegression::closed_form().fit(&(&x, &array![3.0, 1.0])).unwrap();
    let nine = VotingEnsemble::new((0..9).map(|_| model.clone())).unwrap();
    let (alone, together) = (model.predict(&x).unwrap(), nine.predict(&x).unwrap());
    assert!(alone.iter().zip(&together).all(|(one, all)| (one - all).abs() < 1e-15));
}

#[test]
fn an_interruption_leaves_the_networks_that_are_trained() {
    use crate::interrupt::scripted::interrupted_after;
    let iris = scaled(sources::iris().unwrap());
    let train = || VotingEnsemble::of_seeds(&toy(9), [Seed(1), Seed(2), Seed(3)], &iris, Fit::epochs(8));
    // 150 rows are five batches: two networks, and some of the third.
    let part = interrupted_after(2 * 8 * 5 + 3, train).unwrap();
    let whole = train().unwrap();
    assert!(part.interrupted() && !whole.interrupted());
    assert_eq!((part.models(), part.weights()), (&whole.models()[..2], &[0.5, 0.5][..]));
    assert!(part.in_cell().plain().ends_with("; interrupted before all of them were trained"));
    assert_eq!(part.predict(&iris).unwrap().len(), 150);
    let said = interrupted_after(3, train).unwrap_err().to_string();
    assert_eq!(said, "seed 1: interrupted before the first network was trained");
}
