//! The choice between the CPU and a GPU.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::device::{Device, DeviceUse};
use super::fit::Fit;
use super::network::Network;
use super::precision::Precision;
use super::prepare::Prepared;
use super::step::StepOptions;
use crate::engine::cpu;
use crate::engine::gpu::{self, Gpu, Session};
use crate::engine::memory::Memory;
use crate::error::{Error, Result};
use crate::optim::Optimizer as _;

/// Steps that are tried on each device before one is chosen, and the longest time for them.
const TRIED_STEPS: usize = 64;
const TRIED: Duration = Duration::from_millis(250);

impl Network {
    /// Returns the GPU that trains, if one does, and what the history reports of it.
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
                        "{} cannot watch layers, which takes single steps; train with `Device::Cpu`, or without \
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
                    let [cpu_time, gpu_time] = [on_cpu, on_gpu].map(per_step);
                    if on_gpu < on_cpu {
                        let why = format!("{gpu_time} per step against {cpu_time} on the CPU");
                        let gpu = gpu::open(&adapter.name, mixed)?;
                        let device = DeviceUse::gpu(&gpu, why);
                        return Ok((Some(gpu), device));
                    }
                    Ok(cpu(&format!("{cpu_time} per step against {gpu_time} on {}", adapter.name)))
                }
            },
        }
    }

    /// The seconds per step on the CPU and on this GPU. They are measured once for each shape of networks, optimizer, batch
    /// size and precision: while the program runs, the same training goes to the same device.
    pub(super) fn measured(&self, train: &Prepared, batch: usize, adapter: &str, mixed: bool) -> Result<[f64; 2]> {
        static KNOWN: Mutex<Option<HashMap<String, [f64; 2]>>> = Mutex::new(None);
        let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let shapes = self.plan.operations.iter().map(|operation| format!("{operation:?}")).collect::<String>();
        let steps = train.rows.div_ceil(batch).min(TRIED_STEPS);
        let key = format!("{adapter} {mixed} {batch} {} {shapes}", self.optimizer.name());
        if let Some(seconds) = known().get_or_insert_default().get(&key) {
            return Ok(*seconds);
        }
        // The tried steps are thrown away.
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
}

/// `9 µs`, `1.2 ms`.
fn per_step(seconds: f64) -> String {
    if seconds < 1e-3 { format!("{:.0} µs", seconds * 1e6) } else { format!("{:.1} ms", seconds * 1e3) }
}
