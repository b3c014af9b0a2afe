//! Devices: what goes wrong with them, which is chosen, what they hold.

use super::*;

#[test]
fn what_goes_wrong_is_said_and_the_network_is_as_before() {
    let data = (noise(40, 6, 8), truth(MeanSquaredError.into(), 40, 3));
    let layers = Sequential::new([6]).dense(8).dense(3);
    let gpu = Device::gpu().unwrap();
    let mut net = layers.compile(Sgd::new(1e9), MeanSquaredError, gpu, Seed(1)).unwrap();
    let before = net.clone();
    let error = net.fit(&data, Fit::epochs(20).batch(8)).unwrap_err().to_string();
    assert!(error.contains("became") && error.contains("lower the learning rate"), "{error}");
    assert_eq!(net, before);
    let mut net = layers.compile(Sgd::new(0.01), MeanSquaredError, gpu, Seed(1)).unwrap();
    let error = net.fit(&data, Fit::epochs(2).watch_layers()).unwrap_err().to_string();
    assert!(error.contains("cannot watch layers") && error.contains("Device::Cpu"), "{error}");
    let error = Device::named("Voodoo 2").unwrap_err().to_string();
    assert!(error.contains("`Voodoo 2`; there are `"), "{error}");
    let mut net = layers.compile(Sgd::new(0.01), MeanSquaredError, Device::Cpu, Seed(1)).unwrap();
    net.set_device(serde_json::from_str("{\"Gpu\":\"Voodoo 2\"}").unwrap());
    let error = net.fit(&data, Fit::epochs(2)).unwrap_err().to_string();
    assert!(error.contains("no GPU `Voodoo 2`"), "{error}");
    net.set_device(Device::Cpu);
    net.fit(&data, Fit::epochs(2)).unwrap();
}

#[test]
fn a_network_that_does_not_fit_is_refused_with_its_size() {
    let most = device().info.largest_buffer;
    let side = ((most / 4) as f64).sqrt() as usize + 2;
    if side > 20_000 {
        // A device with room for gigabytes: such a network would not fit into this machine either.
        return;
    }
    let net = Sequential::new([side]).dense(side).dense(1);
    let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, Device::gpu().unwrap(), Seed(1)).unwrap();
    let before = net.parameters[0];
    let data = (Array2::zeros((2, side)), Array2::zeros((2, 1)));
    let error = net.fit(&data, Fit::epochs(1)).unwrap_err().to_string();
    assert!(error.contains("one buffer holds at most") && error.contains("Device::Cpu"), "{error}");
    assert_eq!(net.parameters[0], before);
}

#[test]
fn auto_is_the_processor_where_the_other_is_software() {
    let data = (noise(40, 6, 8), truth(MeanSquaredError.into(), 40, 3));
    let net = Sequential::new([6]).dense(8).dense(3);
    let mut net = net.compile(Sgd::new(0.01), MeanSquaredError, Device::auto(), Seed(1)).unwrap();
    let history = net.fit(&data, Fit::epochs(2)).unwrap();
    let software = gpu::preferred().unwrap().software && !gpu::is_named();
    let device = history.device();
    if software {
        assert!(device.device == "CPU" && device.why.contains("is software"), "{device}");
    } else {
        assert!(device.why.contains("per step against"), "{device}");
    }
    let train = net.prepare(&data).unwrap();
    let [cpu, gpu] = net.measured(&train, 8, &gpu::preferred().unwrap().name, false).unwrap();
    assert!(cpu > 0.0 && gpu > 0.0);
    assert_eq!(net.measured(&train, 8, &gpu::preferred().unwrap().name, false).unwrap(), [cpu, gpu]);
    // The choice stays also for other data of the same shape.
    let fewer = train.range(0..24);
    assert_eq!(net.measured(&fewer, 8, &gpu::preferred().unwrap().name, false).unwrap(), [cpu, gpu]);
    let watched = net.fit(&data, Fit::epochs(1).watch_layers()).unwrap();
    assert!(watched.device().to_string().contains("layers are watched"));
}

#[test]
fn memory_is_given_back() {
    // A device of its own: other tests use the shared one.
    let own = Arc::new(Gpu::open(&gpu::preferred().unwrap().name, false).unwrap());
    let net = compile(Sequential::new([100]).dense(500).dense(3), MeanSquaredError, Sgd::new(0.01));
    let prepared = net.prepare(&(noise(1000, 100, 8), truth(MeanSquaredError.into(), 1000, 3))).unwrap();
    let before = own.allocated();
    let session = || {
        let job = net.job(net.mode(), 500, None, false);
        Session::new(own.clone(), job, &net.parameters, &[], Some(prepared.data(None)), None).unwrap()
    };
    let first = session();
    let with = own.allocated();
    drop(first);
    let after = own.allocated();
    if let (Some(before), Some(with), Some(after)) = (before, with, after) {
        // A parameter alone is 200 kB, the data 400 kB.
        assert!(with > before + 1_000_000 && after == before, "{before}, {with}, {after}");
    }
}

/// Alone with its device: other tests use the shared one.
#[test]
fn a_device_that_is_lost_is_said_and_opened_anew() {
    let name = gpu::preferred().unwrap().name.clone();
    let net = compile(Sequential::new([6]).dense(8).dense(3), MeanSquaredError, Sgd::new(0.01));
    let prepared = net.prepare(&(noise(40, 6, 8), truth(MeanSquaredError.into(), 40, 3))).unwrap();
    let own = Arc::new(Gpu::open(&name, false).unwrap());
    let job = net.job(net.mode(), 8, None, false);
    let mut session = Session::new(own.clone(), job, &net.parameters, &[], Some(prepared.data(None)), None).unwrap();
    own.destroy();
    let order: Vec<usize> = (0..40).collect();
    let error = session.epoch(&order, &[StepNumbers::default(); 5]).unwrap_err().to_string();
    assert!(error.contains("was lost while training"), "{error}");
    drop(session);
    assert!(gpu::open(&name, false).is_ok());
}
