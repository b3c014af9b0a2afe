//! What works whatever Cargo features are there, and what is said where one is missing.

use gradus::nn::{Device, Fit, Network, Sequential};
use gradus::saved::Saved;
use gradus::{data::Seed, loss::MeanSquaredError, optim::Sgd};
use ndarray::{Array2, array};

/// A network of two inputs with one output that has been trained a little.
fn network(device: Device) -> gradus::Result<(Network, String)> {
    let net = Sequential::new([2]).dense(3).tanh().dense(1);
    let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, device, Seed(1))?;
    let history = net.fit(&(inputs(), array![1.0, 2.0, 0.5]), Fit::epochs(5))?;
    Ok((net, history.device().to_string()))
}

fn inputs() -> Array2<f64> {
    array![[0.0, 1.0], [1.0, 0.5], [-1.0, 2.0]]
}

#[test]
fn a_saved_network_predicts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.safetensors");
    let (net, device) = network(Device::Cpu).unwrap();
    net.save(&file).unwrap();
    let loaded = Network::load(&file).unwrap();
    assert_eq!(loaded.predict(&inputs()).unwrap(), net.predict(&inputs()).unwrap());
    assert_eq!(device, "CPU");
}

#[test]
#[cfg(not(feature = "gpu"))]
fn without_gpu_the_processor_computes_and_says_why() {
    let (_, device) = network(Device::auto()).unwrap();
    assert_eq!(device, "CPU, since gradus was built without its feature `gpu`");
    assert!(Device::list().rows.is_empty());
    for error in [Device::gpu().unwrap_err(), Device::named("nvidia").unwrap_err()] {
        assert!(error.to_string().contains("feature `gpu`") && error.to_string().contains("Device::Cpu"), "{error}");
    }
}

/// As of a network that was trained and saved where there was one.
#[test]
#[cfg(not(feature = "gpu"))]
fn without_gpu_a_network_of_another_device_can_be_set_to_the_processor() {
    let (mut net, _) = network(Device::Cpu).unwrap();
    let expected = net.predict(&inputs()).unwrap();
    net.set_device(serde_json::from_str(r#"{"Gpu": "NVIDIA H200 (Vulkan)"}"#).unwrap());
    let error = net.predict(&inputs()).unwrap_err().to_string();
    assert!(error.contains("feature `gpu`") && error.contains("`set_device`"), "{error}");
    net.set_device(Device::Cpu);
    assert_eq!(net.predict(&inputs()).unwrap(), expected);
}

/// The folder of data sets is the program's environment's matter, so a process of its own asks.
#[test]
#[cfg(not(feature = "fetch"))]
fn without_fetch_a_missing_data_set_says_where_its_file_belongs() {
    let folder = tempfile::tempdir().unwrap();
    let mut asking = std::process::Command::new(std::env::current_exe().unwrap());
    asking.args(["--ignored", "--exact", "--nocapture", "asks_for_mnist"]).env("GRADUS_DATA_DIR", folder.path());
    let said = String::from_utf8(asking.output().unwrap().stdout).unwrap();
    let place = folder.path().join("mnist").display().to_string();
    for part in ["could not fetch train-images", "feature `fetch`", "put the file into", &place] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
#[ignore = "another test runs it, in an empty folder of data sets"]
#[cfg(not(feature = "fetch"))]
fn asks_for_mnist() {
    println!("{}", gradus::datasets::mnist().unwrap_err());
}
