//! Training on a graphics processor, and the choice of what trains.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::device::{Device, DeviceUse};
use super::fit::Fit;
use super::history::Measured;
use super::network::Network;
use super::precision::Precision;
use super::prepare::Prepared;
use super::step::StepOptions;
use crate::engine::cpu;
use crate::engine::gpu::{self, Gpu, Session};
use crate::engine::memory::Memory;
use crate::engine::plan::Mode;
use crate::engine::work::{Data, Job, MOST_IN_HALF, Seen, StepNumbers};
use crate::error::{Error, Result};
use crate::metrics::Evaluation;
use crate::optim::Clip;
use crate::optim::Optimizer as _;

/// Steps that are tried on each device before one is chosen, and how long at most.
const TRIED_STEPS: usize = 64;
const TRIED: Duration = Duration::from_millis(250);

impl Prepared {
    /// The examples as a graphics processor takes them.
    pub(super) fn data<'a>(&'a self, weights: Option<&'a [f64]>) -> Data<'a> {
        Data { rows: self.rows, inputs: self.inputs, targets: self.targets, x: &self.x, y: &self.y, weights }
    }
}

impl Network {
    /// What a graphics processor is to do with this network.
    pub(super) fn job(&self, mode: Mode, batch: usize, clip: Option<Clip>, outputs: bool) -> Job<'_> {
        let optimizer = Some((&self.optimizer, clip));
        Job { plan: &self.plan, loss: &self.loss_at, mode, optimizer, batch, outputs }
    }

    /// The graphics processor that is to train, if one is, with what the history says of it.
    pub(super) fn choose_device(
        &self,
        train: &Prepared,
        fit: &Fit,
        batch: usize,
    ) -> Result<(Option<Arc<Gpu>>, DeviceUse)> {
        let mixed = fit.precision == Precision::Mixed;
        let cpu = |why: &str| (None, DeviceUse::cpu(why.into(), fit.precision));
        match self.device {
            Device::Cpu => Ok(cpu("")),
            Device::Gpu(adapter) => {
                if fit.watch_layers {
                    return Err(Error::Data(format!(
                        "layers are watched step by step, which {} cannot do; train with `Device::Cpu`, or without \
                         `watch_layers`",
                        adapter.name()
                    )));
                }
                let gpu = gpu::open(adapter.name(), mixed)?;
                let device = DeviceUse::gpu(&gpu, String::new());
                Ok((Some(gpu), device))
            }
            Device::Auto if fit.watch_layers => Ok(cpu("since the layers are watched")),
            Device::Auto => match gpu::preferred() {
                Err(_) if !gpu::is_named() => Ok(cpu(gpu::NONE)),
                Err(error) => Err(error),
                Ok(adapter) if adapter.software && !gpu::is_named() => {
                    Ok(cpu(&format!("since {} is software", adapter.name)))
                }
                Ok(adapter) => {
                    let [on_cpu, on_gpu] = match self.measured(train, batch, &adapter.name, mixed) {
                        Ok(seconds) => seconds,
                        // Too small, out of memory, lost: there is another.
                        Err(error @ Error::Device { .. }) => return Ok(cpu(&format!("since {error}"))),
                        Err(error) => return Err(error),
                    };
                    let [cpu_says, gpu_says] = [on_cpu, on_gpu].map(per_step);
                    if on_gpu < on_cpu {
                        let why = format!("{gpu_says} a step against {cpu_says} on the CPU");
                        let gpu = gpu::open(&adapter.name, mixed)?;
                        let device = DeviceUse::gpu(&gpu, why);
                        return Ok((Some(gpu), device));
                    }
                    Ok(cpu(&format!("{cpu_says} a step against {gpu_says} on {}", adapter.name)))
                }
            },
        }
    }

    /// Seconds a step on the processor and on this graphics processor. They are measured once for each shape of networks,
    /// optimizer, size of batches and precision: as long as the program runs, the same training goes to the same device.
    pub(super) fn measured(&self, train: &Prepared, batch: usize, adapter: &str, mixed: bool) -> Result<[f64; 2]> {
        static KNOWN: Mutex<Option<HashMap<String, [f64; 2]>>> = Mutex::new(None);
        let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let shapes = self.plan.operations.iter().map(|operation| format!("{operation:?}")).collect::<String>();
        let steps = train.rows.div_ceil(batch).min(TRIED_STEPS);
        let key = format!("{adapter} {mixed} {batch} {} {shapes}", self.optimizer.name());
        if let Some(seconds) = known().get_or_insert_default().get(&key) {
            return Ok(*seconds);
        }
        // What is tried is thrown away.
        let mut network = self.clone();
        let few = train.range(0..train.rows.min(steps * batch));
        let order: Vec<usize> = (0..few.rows).collect();
        let options = StepOptions { terminate_on_nan: false, ..StepOptions::new(self, None) };
        let mut memory = Memory::new(&self.plan, batch, few.targets, true)?;
        let mut step = |rows: &[usize]| {
            network.gather(&few, None, rows, &mut memory);
            network.descend(&mut memory, rows.len(), &options)
        };
        let mut run = || -> Result<f64> {
            // The first step fills the caches.
            step(&order[..batch.min(order.len())])?;
            let (begin, mut done) = (Instant::now(), 0);
            while done < TRIED_STEPS && (done == 0 || begin.elapsed() < TRIED) {
                let rows = order.chunks(batch).nth(done % steps).unwrap_or(&order);
                step(rows)?;
                done += 1;
            }
            Ok(begin.elapsed().as_secs_f64() / done as f64)
        };
        let shares = cpu::shares_work(&self.plan, batch);
        let on_cpu = if shares { rayon::scope(|_| run()) } else { run() }?;
        // As many steps on the other device, at most, as the first one had time for.
        let tried = ((TRIED.as_secs_f64() / on_cpu) as usize).clamp(1, steps);
        let few = few.range(0..few.rows.min(tried * batch));
        let order: Vec<usize> = (0..few.rows).collect();
        let job = self.job(self.mode(), batch, None, false);
        let gpu = gpu::open(adapter, mixed)?;
        let mut session = Session::new(gpu, job, &self.parameters, self.state.values(), Some(few.data(None)), None)?;
        let numbers = self.clone().numbers(few.rows.div_ceil(batch));
        session.epoch(&order, &numbers)?;
        let begin = Instant::now();
        session.epoch(&order, &numbers)?;
        let seconds = [on_cpu, begin.elapsed().as_secs_f64() / numbers.len() as f64];
        known().get_or_insert_default().insert(key, seconds);
        Ok(seconds)
    }

    /// What the next steps are told, which are counted.
    fn numbers(&mut self, steps: usize) -> Vec<StepNumbers> {
        let mut next = || {
            let rate = self.learning_rate();
            let coefficients = self.optimizer.coefficients(&mut self.state, rate);
            self.steps += 1;
            StepNumbers { number: self.steps - 1, coefficients }
        };
        (0..steps).map(|_| next()).collect()
    }

    /// One pass over the examples in this order, as [`epoch`](Network::epoch), and the evaluation after it; or after
    /// how many batches `stop` ended it.
    pub(super) fn epoch_on_gpu(
        &mut self,
        session: &mut Session<'_>,
        order: &[usize],
        sets: (&Prepared, Option<&Prepared>),
        fit: &Fit,
        options: &StepOptions,
        stop: &dyn Fn() -> bool,
    ) -> Result<ControlFlow<usize, (Measured, Option<Evaluation>)>> {
        let (train, validation) = sets;
        let batch = fit.batch.min(train.rows);
        let (before, counted) = (self.steps, self.state.counts());
        let numbers = self.numbers(train.rows.div_ceil(batch));
        let epoch = session.epoch_until(order, &numbers, stop)?;
        let no_number = |error: Error| match error {
            Error::Data(problem) if session.is_mixed() => Error::Data(format!(
                "{problem}. In mixed precision nothing beyond {MOST_IN_HALF} enters a product: scale the targets, too, or \
                 train with `Precision::Full`"
            )),
            error => error,
        };
        if let Some(steps) = epoch.stopped_after {
            // All steps of an epoch are told before the first.
            self.steps = before;
            self.state.set_counts(counted);
            self.numbers(steps);
            self.parameters = epoch.parameters;
            self.state.set_values(epoch.slots);
            self.require_finite_parameters(fit).map_err(no_number)?;
            return Ok(ControlFlow::Break(steps));
        }
        let penalties = epoch.training.penalties.len() / numbers.len();
        let mut sum = 0.0;
        for (step, losses) in epoch.training.losses.chunks(batch).enumerate() {
            let of_data = losses.iter().map(|loss| f64::from(*loss)).sum::<f64>();
            let of_weights = epoch.training.penalties[step * penalties..][..penalties].iter();
            let of_weights = of_weights.map(|penalty| f64::from(*penalty)).sum::<f64>() * losses.len() as f64;
            if options.terminate_on_nan && !(of_data + of_weights).is_finite() {
                let loss = (of_data + of_weights) / losses.len() as f64;
                self.steps = before + step as u64;
                self.require_number("loss", loss).map_err(no_number)?;
            }
            sum += of_data + of_weights;
        }
        self.parameters = epoch.parameters;
        self.state.set_values(epoch.slots);
        self.require_finite_parameters(fit).map_err(no_number)?;
        self.epochs += 1;
        let values = self.quantities(train, order, sum, &epoch.training.outputs, fit)?;
        let evaluation = match (validation, &epoch.validation) {
            (Some(examples), Some(seen)) => Some(self.evaluation_from(examples, &fit.metrics, seen)?),
            _ => None,
        };
        Ok(ControlFlow::Continue((values, evaluation)))
    }

    /// One step on all examples as one batch.
    pub(super) fn step_on_gpu(&mut self, gpu: Arc<Gpu>, examples: &Prepared) -> Result<f64> {
        let fit = Fit::epochs(1).batch(examples.rows);
        let options = StepOptions::new(self, None);
        let order: Vec<usize> = (0..examples.rows).collect();
        let mut next = self.clone();
        let job = self.job(self.mode(), examples.rows, None, false);
        let mut session =
            Session::new(gpu, job, &self.parameters, self.state.values(), Some(examples.data(None)), None)?;
        let pass = next.epoch_on_gpu(&mut session, &order, (examples, None), &fit, &options, &|| false)?;
        // A step is no epoch.
        next.epochs = self.epochs;
        drop(session);
        *self = next;
        let measured = pass.continue_value().and_then(|(values, _)| values.into_iter().next());
        Ok(measured.map_or(f64::NAN, |(_, loss)| loss))
    }

    /// Losses and outputs of these examples, in their order.
    pub(super) fn see(&self, gpu: Arc<Gpu>, data: Data<'_>, outputs: bool) -> Result<Seen> {
        let job = Job { optimizer: None, ..self.job(Mode::Predict, 1, None, outputs) };
        Session::new(gpu, job, &self.parameters, &[], None, Some(data))?.judge()
    }
}

/// `9 µs`, `1.2 ms`.
fn per_step(seconds: f64) -> String {
    if seconds < 1e-3 { format!("{:.0} µs", seconds * 1e6) } else { format!("{:.1} ms", seconds * 1e3) }
}
