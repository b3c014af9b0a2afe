//! Callbacks of the user's own.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use ndarray::Array2;

use super::{compiled, wavy};
use crate::data::Seed;
use crate::error::{Error, Result};
use crate::interrupt::scripted::interrupted_after;
use crate::loss::MeanSquaredError;
use crate::nn::{Callback, Checkpoint, Device, EarlyStopping, Fit, Metric, Network, Sequential, Training};
use crate::optim::Adam;
use crate::optim::schedule::{ExponentialDecay, ReduceOnPlateau};
use crate::saved::Saved;

fn data() -> (Array2<f64>, Array2<f64>) {
    (wavy(40, 3), wavy(40, 1))
}

fn network() -> Network {
    let net = Sequential::new([3]).dense(8).tanh().dense(1);
    net.compile(Adam::new(0.01), MeanSquaredError, Device::Cpu, Seed(1)).unwrap()
}

/// The CPU, and a GPU if there is one.
fn devices() -> Vec<Device> {
    let mut devices = vec![Device::Cpu];
    if crate::engine::gpu::preferred().is_ok() {
        devices.push(Device::gpu().unwrap());
    }
    devices
}

/// Writes down what happens, as `name:event epoch`.
struct Log<'a> {
    name: &'static str,
    lines: &'a RefCell<Vec<String>>,
}

impl Log<'_> {
    fn note(&self, event: &str, training: &Training<'_>) -> Result<()> {
        assert_eq!(training.epoch(), training.history().epochs());
        self.lines.borrow_mut().push(format!("{}:{event} {}", self.name, training.epoch()));
        Ok(())
    }
}

impl Callback for Log<'_> {
    fn on_train_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
        self.note("train begin", training)
    }

    fn on_epoch_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
        self.note("begin", training)
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        self.note("end", training)
    }

    fn on_interrupt(&mut self, training: &mut Training<'_>) -> Result<()> {
        self.note("interrupt", training)
    }

    fn on_train_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        self.note("train end", training)
    }
}

#[test]
fn events_come_in_order_to_each_callback_in_turn() {
    let lines = RefCell::default();
    let [mut a, mut b] = ["a", "b"].map(|name| Log { name, lines: &lines });
    network().fit_with(&data(), Fit::epochs(2), &mut [&mut a, &mut b]).unwrap();
    let events = ["train begin 0", "begin 0", "end 1", "begin 1", "end 2", "train end 2"];
    let expected: Vec<String> = events.iter().flat_map(|event| [format!("a:{event}"), format!("b:{event}")]).collect();
    assert_eq!(lines.take(), expected);
    // Two batches of 32 and 8: the user interrupts before the second batch of the second epoch.
    let history = interrupted_after(3, || network().fit_with(&data(), Fit::epochs(9), &mut [&mut a])).unwrap();
    assert_eq!(history.stop_reason(), "interrupted at epoch 2 of 9, after 1 of 2 batches");
    let expected = ["train begin 0", "begin 0", "end 1", "begin 1", "interrupt 1", "train end 1"];
    assert_eq!(lines.take(), expected.map(|event| format!("a:{event}")));
}

#[test]
fn callbacks_that_only_observe_change_nothing() {
    for device in devices() {
        let train = |callbacks: &mut [&mut dyn Callback]| {
            let mut net = network();
            net.set_device(device);
            let fit = Fit::epochs(4).batch(8).validation_split(0.25).metric(Metric::MeanAbsoluteError);
            let history = net.fit_with(&data(), fit, callbacks).unwrap();
            (net, history)
        };
        let mut seen = vec![];
        let mut observe = |training: &mut Training<'_>| {
            let network = training.network();
            // The network is the one after the epoch: a prediction agrees with the weights.
            assert_eq!(network.predict(&data().0)?.len(), 40);
            assert_eq!((training.epochs(), network.epochs()), (4, training.epoch()));
            let weights = network.weights("dense 1")?;
            seen.push((training.last("validation loss")?, training.last("mean absolute error")?, weights));
            Ok(())
        };
        let (net, history) = train(&mut [&mut observe]);
        let (plain, plain_history) = train(&mut []);
        assert_eq!(net, plain);
        assert_eq!(history, plain_history);
        let losses: Vec<f64> = seen.iter().map(|(loss, ..)| *loss).collect();
        assert_eq!(losses, history.validation_loss());
        assert_eq!(seen[3].2, net.weights("dense 1").unwrap());
        assert_ne!(seen[2].2, seen[3].2, "{device}");
    }
}

#[test]
fn a_learning_rate_by_epoch_is_that_of_the_steps() {
    struct Schedule(fn(usize) -> f64);
    impl Callback for Schedule {
        fn on_epoch_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
            training.set_learning_rate((self.0)(training.epoch()))
        }
    }
    let by_epoch = |epoch: usize| [0.05, 0.02, 0.01][epoch];
    for device in devices() {
        let compile = || {
            let mut net = network();
            net.set_device(device);
            net
        };
        let mut ours = compile();
        let fit = || Fit::epochs(3).batch(8);
        let history = ours.fit_with(&data(), fit(), &mut [&mut Schedule(by_epoch)]).unwrap();
        assert_eq!(history.learning_rates(), [0.05, 0.02, 0.01]);
        // The same by hand: one fit per epoch. The optimizer's averages continue.
        let mut by_hand = compile();
        for epoch in 0..3 {
            by_hand.set_learning_rate(by_epoch(epoch)).unwrap();
            by_hand.fit(&data(), Fit::epochs(1).batch(8)).unwrap();
        }
        assert_eq!(ours.parameters, by_hand.parameters, "{device}");
        let mut constant = compile();
        constant.fit(&data(), fit()).unwrap();
        assert_ne!(constant.parameters, ours.parameters);
        assert_eq!(ours.learning_rate(), 0.01);
    }
    let mut net = network();
    let before = net.clone();
    let error = net.fit_with(&data(), Fit::epochs(3), &mut [&mut Schedule(|_| -1.0)]).unwrap_err();
    assert!(matches!(error, Error::Parameter { parameter: "learning_rate", .. }), "{error}");
    assert_eq!(net, before);
    // A schedule takes the place of a number, and of what a plateau made of it.
    net.rate_factor = 0.5;
    net.set_learning_rate(ExponentialDecay::new(0.4, 0.5, 1)).unwrap();
    assert_eq!(net.learning_rate(), 0.4);
}

#[test]
fn a_condition_stops_the_training_for_its_reason() {
    let mut stop = |training: &mut Training<'_>| {
        if training.last("loss")? < training.history().loss()[0] / 2.0 {
            training.stop("the loss has halved");
        }
        Ok(())
    };
    let (mut net, x) = (network(), wavy(40, 3));
    let first_column = x.column(0).to_owned();
    let history = net.fit_with(&(x, first_column), Fit::epochs(10_000), &mut [&mut stop]).unwrap();
    let (losses, epochs) = (history.loss(), history.epochs());
    assert!(losses[epochs - 1] < losses[0] / 2.0 && losses[epochs - 2] >= losses[0] / 2.0);
    assert_eq!(history.stop_reason(), format!("stopped after epoch {epochs}: the loss has halved"));
    assert_eq!((net.epochs(), history.interrupted()), (epochs, false));

    struct Before;
    impl Callback for Before {
        fn on_train_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
            assert!(training.last("loss")?.is_nan());
            training.stop("not today");
            Ok(())
        }
    }
    let before = net.clone();
    let history = net.fit_with(&data(), Fit::epochs(3), &mut [&mut Before]).unwrap();
    assert_eq!((history.epochs(), history.stop_reason()), (0, "stopped before the first epoch: not today"));
    assert_eq!(net.parameters, before.parameters);
    // The condition of `fit_while`.
    let history = net.fit_while(&data(), Fit::epochs(5), |_, so_far| so_far.epochs() < 2).unwrap();
    assert_eq!(history.stop_reason(), "stopped after epoch 2: the condition of `fit_while` no longer holds");
}

#[test]
fn at_the_end_the_network_has_the_best_weights() {
    struct AtEnd(Option<(usize, Array2<f64>)>);
    impl Callback for AtEnd {
        fn on_train_end(&mut self, training: &mut Training<'_>) -> Result<()> {
            let best = training.history().best_epoch().unwrap_or_default();
            self.0 = Some((best, training.network().weights("dense 1")?));
            Ok(())
        }
    }
    let (mut at_end, mut net) = (AtEnd(None), network());
    let fit = Fit::epochs(60).validation_split(0.5).early_stopping(EarlyStopping::on("validation loss").patience(3));
    let history = net.fit_with(&data(), fit, &mut [&mut at_end]).unwrap();
    assert_eq!(at_end.0, Some((history.best_epoch().unwrap(), net.weights("dense 1").unwrap())));
}

/// A log as a notebook writes it.
struct CsvLog {
    path: PathBuf,
    file: Option<File>,
}

impl CsvLog {
    fn to(path: &Path) -> Self {
        CsvLog { path: path.into(), file: None }
    }

    fn write(&mut self, line: String) -> Result<()> {
        let written = match &mut self.file {
            Some(file) => writeln!(file, "{line}"),
            None => Ok(()),
        };
        written.map_err(|error| Error::file_because(&self.path, "cannot be written", error))
    }
}

impl Callback for CsvLog {
    fn on_train_begin(&mut self, _: &mut Training<'_>) -> Result<()> {
        let file = File::create(&self.path);
        self.file = Some(file.map_err(|error| Error::file_because(&self.path, "cannot be written", error))?);
        self.write("epoch,loss".into())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        let loss = training.last("loss")?;
        self.write(format!("{},{loss}", training.epoch()))
    }
}

#[test]
fn a_csv_log_is_written_and_its_errors_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("losses.csv");
    let history = network().fit_with(&data(), Fit::epochs(3), &mut [&mut CsvLog::to(&path)]).unwrap();
    let lines: Vec<String> = fs::read_to_string(&path).unwrap().lines().map(String::from).collect();
    let expected = history.loss().iter().enumerate().map(|(at, loss)| format!("{},{loss}", at + 1));
    assert_eq!(lines, [vec!["epoch,loss".to_string()], expected.collect()].concat());
    let mut net = network();
    let before = net.clone();
    let missing = folder.path().join("missing/losses.csv");
    let error = net.fit_with(&data(), Fit::epochs(3), &mut [&mut CsvLog::to(&missing)]).unwrap_err().to_string();
    assert!(error.contains("missing/losses.csv"), "{error}");
    assert_eq!(net, before);
    // Every event can fail.
    for event in ["begin", "end", "train end"] {
        struct Fails(&'static str);
        impl Fails {
            fn at(&self, event: &str) -> Result<()> {
                if self.0 == event { Err(Error::Data(format!("at {event}"))) } else { Ok(()) }
            }
        }
        impl Callback for Fails {
            fn on_epoch_begin(&mut self, _: &mut Training<'_>) -> Result<()> {
                self.at("begin")
            }

            fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
                if training.epoch() == 2 { self.at("end") } else { Ok(()) }
            }

            fn on_train_end(&mut self, _: &mut Training<'_>) -> Result<()> {
                self.at("train end")
            }
        }
        let error = net.fit_with(&data(), Fit::epochs(3), &mut [&mut Fails(event)]).unwrap_err();
        assert_eq!(error, Error::Data(format!("at {event}")));
        assert_eq!(net, before, "{event}");
    }
    let mut unknown = |training: &mut Training<'_>| training.last("accuracy").map(drop);
    let error = net.fit_with(&data(), Fit::epochs(1), &mut [&mut unknown]).unwrap_err().to_string();
    assert!(error.contains("the history has no `accuracy`; it has `loss`"), "{error}");
}

#[test]
fn a_resumed_training_continues_plateau_stopping_and_callbacks() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("run.safetensors"), folder.path().join("left.safetensors"));
    struct Halve;
    impl Callback for Halve {
        fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
            let rate = training.network().learning_rate();
            training.set_learning_rate(if training.epoch().is_multiple_of(4) { rate / 2.0 } else { rate })
        }
    }
    for device in devices() {
        let mut whole = network();
        whole.set_device(device);
        let mut cut = whole.clone();
        let reduce = ReduceOnPlateau::new().patience(2).factor(0.7);
        let fit = Fit::epochs(12).batch(8).validation_split(0.5).reduce_on_plateau("validation loss", reduce);
        let fit = fit.early_stopping(EarlyStopping::on("validation loss").patience(9));
        let expected = whole.fit_with(&data(), fit.clone(), &mut [&mut Halve]).unwrap();
        let mut leave = |training: &mut Training<'_>| {
            if training.epoch() == 6 {
                fs::copy(&path, &copy).unwrap();
            }
            Ok(())
        };
        cut.fit_with(&data(), fit.checkpoint(&path, 5), &mut [&mut Halve, &mut leave]).unwrap();
        let left = Checkpoint::load(&copy).unwrap();
        assert_eq!(left.history().epochs(), 5);
        let (resumed, history) = left.resume_with(&data(), &mut [&mut Halve]).unwrap();
        assert_eq!(history.loss(), expected.loss(), "{device}");
        assert_eq!(history.learning_rates(), expected.learning_rates());
        assert_eq!(history.stop_reason(), expected.stop_reason());
        assert_eq!(resumed, whole);
        // A training that has ended runs no callbacks.
        let lines = RefCell::default();
        let mut log = Log { name: "a", lines: &lines };
        let (ended, _) = Checkpoint::load(&path).unwrap().resume_with(&data(), &mut [&mut log]).unwrap();
        assert_eq!(ended, whole);
        assert!(lines.take().is_empty());
    }
}

#[test]
fn a_set_direction_outweighs_the_metrics() {
    let train = |stopping: EarlyStopping| {
        let mut net = compiled(&Sequential::new([3]).dense(6).tanh().dense(1), MeanSquaredError);
        let fit = Fit::epochs(10).validation_split(0.5).metric(Metric::RSquared).early_stopping(stopping.patience(99));
        let history = net.fit(&data(), fit).unwrap();
        (history.best_epoch().unwrap(), history.get("validation R²").unwrap().to_vec())
    };
    let by = |fold: fn(f64, f64) -> f64, values: &[f64]| values.iter().copied().reduce(fold).unwrap();
    let on = || EarlyStopping::on("validation R²");
    for stopping in [on(), on().greater_is_better(true)] {
        let (best, values) = train(stopping);
        assert_eq!(values[best - 1], by(f64::max, &values));
    }
    let (worst, values) = train(on().greater_is_better(false));
    assert_eq!(values[worst - 1], by(f64::min, &values));
}
