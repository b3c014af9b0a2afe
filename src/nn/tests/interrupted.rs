//! Trainings that the reader interrupts.

use ndarray::{Array2, s};

use super::wavy;
use crate::data::{Dataset, Scaler, Seed, StandardScaler, sources};
use crate::error::Error;
use crate::interrupt::scripted::interrupted_after;
use crate::loss::{MeanSquaredError, SparseCategoricalCrossEntropy};
use crate::nn::{Checkpoint, Device, EarlyStopping, Fit, Metric, Network, Sequential, TrainingHistory};
use crate::optim::{Adam, Nadam};
use crate::saved::Saved;

/// 150 rows, five batches of 32.
fn iris() -> Dataset {
    let iris = sources::iris().unwrap();
    StandardScaler::fit(&iris).unwrap().transform(&iris).unwrap()
}

fn network(device: Device) -> Network {
    let net = Sequential::new([4]).dense(8).tanh().dense(3).softmax();
    net.compile(Nadam::new(0.01), SparseCategoricalCrossEntropy::default(), device, Seed(2)).unwrap()
}

/// The history has as many values of each quantity as there were whole epochs, and a table of them, of many of the ends.
fn is_consistent(history: &TrainingHistory) -> bool {
    history.check().is_ok() && history.table().rows.len() == history.epochs().min(11)
}

#[test]
fn the_steps_of_an_epoch_that_is_not_whole_count() {
    let iris = iris();
    let fit = Fit::epochs(100).shuffle(false).metric(Metric::Accuracy).validation_split(0.0625);
    let mut net = network(Device::Cpu);
    // 140 rows are trained on, in batches of 32, 32, 32, 32 and 12.
    let history = interrupted_after(7, || net.fit(&iris, fit)).unwrap();
    assert_eq!(history.stop_reason(), "interrupted at epoch 2 of 100, after 2 of 5 batches");
    assert!(history.interrupted() && is_consistent(&history));
    assert_eq!((history.epochs(), net.epochs(), net.steps()), (1, 1, 7));
    // The same steps by hand.
    let rows = |from: usize, to: usize| {
        let part = |all: &Array2<f64>| all.slice(s![from..to, ..]).to_owned();
        (part(iris.features()), part(iris.targets()))
    };
    let mut by_hand = network(Device::Cpu);
    for (from, to) in [(0, 32), (32, 64), (64, 96), (96, 128), (128, 140), (0, 32), (32, 64)] {
        by_hand.partial_fit(&rows(from, to)).unwrap();
    }
    let far = net.weights("dense 1").unwrap() - by_hand.weights("dense 1").unwrap();
    assert!(far.iter().all(|far| far.abs() < 1e-6), "{far}");
    assert_eq!(net.state.steps(), 7);
    // It can be used, and goes on.
    assert_eq!(net.predict(&iris).unwrap().len(), 150);
    let more = net.fit(&iris, Fit::epochs(60)).unwrap();
    assert_eq!((more.stop_reason(), more.interrupted()), ("all 60 epochs", false));
    assert!(net.score(&iris).unwrap() > 0.9);
}

#[test]
fn between_epochs_and_before_the_first_it_says_so() {
    let iris = iris();
    let mut net = network(Device::Cpu);
    let before = net.parameters.clone();
    let history = interrupted_after(0, || net.fit(&iris, Fit::epochs(9))).unwrap();
    assert_eq!(history.stop_reason(), "interrupted before the first of 9 epochs");
    assert!(is_consistent(&history) && history.loss().is_empty());
    assert_eq!((&net.parameters, net.steps()), (&before, 0));
    assert_eq!(net.predict(&iris).unwrap().len(), 150);
    let history = interrupted_after(10, || net.fit(&iris, Fit::epochs(9))).unwrap();
    assert_eq!((history.stop_reason(), history.epochs()), ("interrupted after epoch 2 of 9", 2));
    // The last batch of all is the end of the training itself.
    let history = interrupted_after(10, || net.fit(&iris, Fit::epochs(2))).unwrap();
    assert_eq!((history.stop_reason(), history.interrupted()), ("all 2 epochs", false));
}

#[test]
fn early_stopping_gives_its_best_weights() {
    let (x, y) = (wavy(64, 3), wavy(64, 1));
    let compile = || {
        let net = Sequential::new([3]).dense(16).tanh().dense(1);
        net.compile(Adam::new(0.05), MeanSquaredError, Device::Cpu, Seed(1)).unwrap()
    };
    let stopping = || EarlyStopping::on("validation loss").patience(1000);
    let fit = |stopping| Fit::epochs(1000).batch(16).validation_split(0.5).early_stopping(stopping);
    let mut net = compile();
    let history = interrupted_after(81, || net.fit(&(&x, &y), fit(stopping()))).unwrap();
    let best = history.best_epoch().unwrap();
    let stop_reason = format!("interrupted at epoch 41 of 1000, after 1 of 2 batches; weights of epoch {best}");
    assert_eq!(history.stop_reason(), stop_reason);
    let held_back = (x.slice(s![32.., ..]).to_owned(), y.slice(s![32.., ..]).to_owned());
    let loss = net.evaluate(&held_back).unwrap().loss;
    let least = history.validation_loss().iter().copied().fold(f64::INFINITY, f64::min);
    assert!((loss - least).abs() < 1e-9, "{loss} {least}");
    let mut last = compile();
    let history = interrupted_after(81, || last.fit(&(&x, &y), fit(stopping().keep_last()))).unwrap();
    assert_eq!(history.stop_reason(), "interrupted at epoch 41 of 1000, after 1 of 2 batches");
    assert!(last.parameters != net.parameters);
}

#[test]
fn a_checkpoint_goes_on_to_the_same_end() {
    let (iris, folder) = (iris(), tempfile::tempdir().unwrap());
    let path = folder.path().join("training.safetensors");
    let mut whole = network(Device::Cpu);
    let expected = whole.fit(&iris, Fit::epochs(8)).unwrap();
    // Between two epochs, of which none would be written; and within one, where the last one written stays.
    for (batches, every, kept) in [(15, 100, 3), (17, 2, 2)] {
        let fit = Fit::epochs(8).checkpoint(&path, every);
        let history = interrupted_after(batches, || network(Device::Cpu).fit(&iris, fit)).unwrap();
        assert!(history.interrupted());
        let checkpoint = Checkpoint::load(&path).unwrap();
        assert_eq!(checkpoint.history().epochs(), kept);
        let (net, history) = checkpoint.resume(&iris).unwrap();
        assert_eq!(history, expected);
        assert_eq!((net.parameters, net.state), (whole.parameters.clone(), whole.state.clone()));
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn layerwise_training_stops_in_its_stage() {
    let iris = iris();
    let net = Sequential::new([4]).dense(8).tanh().dense(6).tanh().dense(3).softmax();
    let compile =
        || net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(2)).unwrap();
    let mut net = compile();
    let history = interrupted_after(12, || net.fit_layerwise(&iris, Fit::epochs(5), Fit::epochs(5))).unwrap();
    let endings = ["dense 1", "dense 2"].map(|layer| history.layer(layer).unwrap().stop_reason().to_string());
    let expected = ["interrupted at epoch 3 of 5, after 2 of 5 batches", "interrupted before the first of 5 epochs"];
    assert_eq!((endings.each_ref().map(String::as_str), history.whole().stop_reason()), (expected, expected[1]));
    assert_eq!(history.table().note, format!("dense 1: {}", endings[0]));
    assert!(net.weights("dense 1").unwrap() != compile().weights("dense 1").unwrap());
    assert_eq!(net.weights("dense 2").unwrap(), compile().weights("dense 2").unwrap());
    assert_eq!(net.predict(&iris).unwrap().len(), 150);
}

#[test]
fn diagnostics_say_how_far_they_came() {
    let (iris, net) = (iris(), network(Device::Cpu));
    let check = interrupted_after(7, || net.gradient_check(&iris)).unwrap();
    assert!(check.checked == 7 && check.passed(), "{check}");
    let said = interrupted_after(0, || net.gradient_check(&iris)).unwrap_err();
    assert_eq!(said, Error::Interrupted("before the first parameter was checked".into()));
    let said = interrupted_after(3, || net.overfit_tiny_subset(&iris, 20, 500)).unwrap_err().to_string();
    assert!(said.starts_with("interrupted after 3 of 500 epochs"), "{said}");
}

#[test]
fn a_graphics_processor_stops_between_its_submissions() {
    let iris = iris();
    // 150 batches of one row: a submission of 128, and one of 22.
    let train = |device: Device, questions: usize| {
        let mut net = network(device);
        let history = interrupted_after(questions, || net.fit(&iris, Fit::epochs(50).batch(1).validate(&iris)));
        (history.unwrap(), net)
    };
    let (history, mut net) = train(Device::gpu().unwrap(), 3);
    assert_eq!(history.stop_reason(), "interrupted at epoch 2 of 50, after 128 of 150 batches");
    assert!(is_consistent(&history));
    let (same, on_cpu) = train(Device::Cpu, 278);
    assert_eq!(history.stop_reason(), same.stop_reason());
    assert_eq!((net.steps(), net.epochs(), net.state.steps()), (278, 1, 278));
    let far = net.parameters.iter().zip(&on_cpu.parameters).map(|(ours, exact)| (ours - exact).abs());
    assert!(far.fold(0.0, f32::max) < 2e-3);
    // What Nadam has multiplied up so far belongs to the steps that were taken.
    let [ours, exact] = [&net, &on_cpu].map(|net| net.state.counts().1);
    assert!((ours - exact).abs() <= 1e-5 * exact, "{ours} {exact}");
    assert_eq!(net.fit(&iris, Fit::epochs(2)).unwrap().stop_reason(), "all 2 epochs");
    let (history, net) = train(Device::gpu().unwrap(), 2);
    assert_eq!((history.stop_reason(), net.steps()), ("interrupted after epoch 1 of 50", 150));
    assert_eq!(net.predict(&iris).unwrap().len(), 150);
}

/// What the test below interrupts.
#[test]
#[ignore = "runs for hours, in a process of its own"]
fn a_million_epochs() {
    let (iris, mut net) = (iris(), network(Device::Cpu));
    let history = net.fit(&iris, Fit::epochs(1_000_000)).unwrap();
    assert!(history.interrupted() && history.epochs() > 0 && is_consistent(&history));
    assert_eq!(net.predict(&iris).unwrap().len(), 150);
    println!("ended: {}", history.stop_reason());
}

#[test]
fn the_kernel_interrupts_a_million_epochs_at_once() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    use std::{env, fs, thread};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("interrupt");
    fs::write(&path, "00").unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "nn::tests::interrupted::a_million_epochs", "--ignored", "--nocapture"]);
    child.env("GRADUS_INTERRUPT", &path).env("GRADUS_FRONT", "a socket").stdout(Stdio::piped());
    let child = child.spawn().unwrap();
    let begin = Instant::now();
    // It says that it heeds; then the bar appears, and moves a few times.
    while fs::read(&path).unwrap() != b"01" {
        assert!(begin.elapsed() < Duration::from_secs(60), "the training does not begin");
        thread::sleep(Duration::from_millis(10));
    }
    thread::sleep(Duration::from_millis(1500));
    let asked = Instant::now();
    fs::write(&path, "11").unwrap();
    let output = child.wait_with_output().unwrap();
    // Far less, but for a machine that is busy.
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert!(output.status.success());
    assert_eq!(fs::read(&path).unwrap(), b"10");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains("ended: interrupted at") || printed.contains("ended: interrupted after"), "{printed}");
    let frames: Vec<serde_json::Value> = crate::front::frames(&output.stdout)
        .into_iter()
        .map(|(kind, payload)| {
            assert_eq!(kind, "display");
            serde_json::from_str(&payload).unwrap()
        })
        .collect();
    assert!((2..100).contains(&frames.len()), "{} frames", frames.len());
    assert!(frames.iter().all(|frame| frame["id"] == frames[0]["id"]));
    assert!(frames[0]["update"].is_null() && frames[1..].iter().all(|frame| frame["update"] == true));
    let (first, last) = (&frames[0]["data"]["text/plain"], &frames[frames.len() - 1]["data"]["text/plain"]);
    let [first, last] = [first, last].map(|text| text.as_str().unwrap_or_default());
    assert!(first.starts_with("epoch ") && first.contains("/1000000 · loss ") && first.contains(" · ETA "), "{first}");
    assert!(last.ends_with(" s · interrupted"), "{last}");
}
