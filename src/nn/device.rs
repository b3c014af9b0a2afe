//! `Device`: what computes, and how it was used.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::precision::Precision;
use crate::data::Table;
use crate::engine::gpu::{self, Gpu};
use crate::engine::work::{AdapterInfo, Counts};
use crate::error::Result;

/// What a network computes on.
///
/// A network computes the same on each, to about six digits: `f32` everywhere, unless a training asks for
/// [`Precision::Mixed`], the same masks of dropout, the same order of examples. On a GPU
/// [`Network::fit`](super::Network::fit), `partial_fit`, `evaluate`, `predict` and what is made of them run there, all of it.
/// Single values and gradients are computed by the CPU on any device:
/// [`forward`](super::Network::forward), [`backward`](super::Network::backward) and the checks of a network.
///
/// ```
/// use gradus::prelude::*;
/// let net = Sequential::new([2]).dense(8).tanh().dense(1).sigmoid();
/// let mut net = net.compile(Adam::new(0.05), BinaryCrossEntropy, Device::auto(), Seed(1))?;
/// let moons = generators::moons(200, 0.1, Seed(2))?;
/// let history = net.fit(&moons, Fit::epochs(3))?;
/// println!("{}", history.device()); // which, and why
/// # Ok::<(), gradus::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Device {
    /// The CPU.
    Cpu,
    /// A GPU, from [`Device::gpu`] or [`Device::named`].
    Gpu(Adapter),
    /// Whichever is quicker, from [`Device::auto`].
    #[default]
    Auto,
}

/// A name that is kept as long as the program runs.
type Name = &'static str;

/// The name of a GPU.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Adapter {
    name: Name,
}

impl Device {
    /// The GPU: the one that the environment variable `GRADUS_ADAPTER` names (a part of its name is enough),
    /// else the best that there is, discrete before integrated before one in software.
    ///
    /// ```no_run
    /// # use gradus::nn::Device;
    /// let device = Device::gpu()?;
    /// println!("{device}"); // NVIDIA H200 (Vulkan)
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) where there is none, with what to install, or none of that name, with the names of
    /// those that there are; without the feature `gpu`.
    pub fn gpu() -> Result<Self> {
        Ok(Device::Gpu(Adapter::of(gpu::preferred()?)))
    }

    /// The GPU whose name contains this, in small or capital letters: `nvidia`.
    ///
    /// # Errors
    /// As [`gpu`](Device::gpu).
    pub fn named(name: &str) -> Result<Self> {
        Ok(Device::Gpu(Adapter::of(gpu::named(name)?)))
    }

    /// Whichever is quicker: before the first training of a network with some size of batches, a few steps are run on the
    /// CPU and on the GPU, and the training goes to the one that took less time. Without a
    /// GPU, or with one in software that `GRADUS_ADAPTER` does not name, that is the CPU.
    /// [`TrainingHistory::device`](super::TrainingHistory::device) reports which, and why. Predictions run on the CPU.
    ///
    /// As long as the program runs the choice stays the same for networks of the same shape, optimizer, batch size and
    /// precision. After a restart the measured times may choose the other device, which adds up in another order: the same seed
    /// then gives the same run only to about six digits at first, and less the longer it trains. For the same run after every
    /// start name the device: [`Device::Cpu`] or [`Device::gpu`].
    pub fn auto() -> Self {
        Device::Auto
    }

    /// The GPUs of this machine, the best first.
    pub fn list() -> Table {
        let headings = ["name", "driver", "computes", "largest buffer"];
        let mut table = Table::new("GPUs", &headings, &[false, false, false, true]);
        for adapter in gpu::adapters() {
            let computes = if adapter.software { "on the CPU" } else { "itself" };
            let buffer = format!("{:.0} MB", adapter.largest_buffer as f64 / 1e6);
            table.push([adapter.name, adapter.driver, computes.into(), buffer]);
        }
        table
    }

    /// Whether it is a GPU in software: right, but slower than the CPU itself.
    ///
    /// # Errors
    /// As [`gpu`](Device::gpu), where it is not there any more.
    pub fn is_software(self) -> Result<bool> {
        match self {
            Device::Gpu(adapter) => gpu::named(adapter.name).map(|adapter| adapter.software),
            _ => Ok(false),
        }
    }

    /// The open GPU, where this is one.
    pub(super) fn open(self) -> Result<Option<Arc<Gpu>>> {
        match self {
            Device::Gpu(adapter) => gpu::open(adapter.name, false).map(Some),
            _ => Ok(None),
        }
    }
}

/// `CPU`, `auto` or the GPU's name.
impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Device::Cpu => "CPU",
            Device::Auto => "auto",
            Device::Gpu(adapter) => adapter.name,
        })
    }
}

impl Adapter {
    /// Its name: `NVIDIA H200 (Vulkan)`.
    pub fn name(&self) -> Name {
        self.name
    }

    fn of(info: &AdapterInfo) -> Self {
        Adapter::from(info.name.clone())
    }
}

/// A name is kept once, as long as the program runs, so that a device is a plain value that cells can copy.
impl From<String> for Adapter {
    fn from(name: String) -> Self {
        static NAMES: Mutex<Option<HashSet<Name>>> = Mutex::new(None);
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        let names = names.get_or_insert_default();
        let name = match names.get(name.as_str()) {
            Some(known) => known,
            None => {
                let kept: Name = name.leak();
                names.insert(kept);
                kept
            }
        };
        Adapter { name }
    }
}

impl From<Adapter> for String {
    fn from(adapter: Adapter) -> Self {
        adapter.name.into()
    }
}

impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What a training was computed on, why there, and how often a GPU was called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceUse {
    /// `CPU`, or the GPU's name.
    pub device: String,
    /// Why it was chosen; empty where the network names it.
    pub why: String,
    /// How it computed, where that is not the plain way: in which precision; without what failed its test.
    #[serde(default)]
    pub how: String,
    /// Steps of this training on the GPU.
    pub steps: u64,
    /// Kernels that were started for them.
    pub dispatches: u64,
    /// Pieces of work that were handed over.
    pub submits: u64,
    /// How often something came back.
    pub read_backs: u64,
    /// Bytes that came back: losses, outputs for metrics, parameters, the optimizer's state.
    pub bytes_back: u64,
}

impl DeviceUse {
    /// The CPU, for this reason.
    pub(super) fn cpu(why: String, precision: Precision) -> Self {
        let how = match precision {
            Precision::Full => "",
            Precision::Mixed => "in f32, the CPU's only precision",
        };
        DeviceUse { device: "CPU".into(), why, how: how.into(), ..DeviceUse::default() }
    }

    /// A GPU, for this reason.
    pub(super) fn gpu(gpu: &Gpu, why: String) -> Self {
        DeviceUse { device: gpu.info.name.clone(), why, how: gpu.how.clone(), ..DeviceUse::default() }
    }

    /// Continues a training on `next`: on the same device the counts continue.
    pub(super) fn follow(&mut self, next: DeviceUse) {
        if self.device != next.device {
            *self = next;
            return;
        }
        self.why = next.why;
        if self.steps > 0 && self.how != next.how {
            let precision = |how: &str| if how.is_empty() { "in f32".to_string() } else { how.to_string() };
            self.how = format!("{}, then {}", precision(&self.how), precision(&next.how));
        } else {
            self.how = next.how;
        }
    }

    pub(super) fn add(&mut self, counts: Counts) {
        self.steps += counts.steps;
        self.dispatches += counts.dispatches;
        self.submits += counts.submits;
        self.read_backs += counts.read_backs;
        self.bytes_back += counts.bytes_back;
    }
}

/// `CPU`; `NVIDIA H200 (Vulkan), in f16 by matrices of 16 × 16, 9 µs per step against 61 µs on the CPU: 3 dispatches per step, 5
/// submits, 1 read-back`.
impl fmt::Display for DeviceUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.device)?;
        for part in [&self.how, &self.why].into_iter().filter(|part| !part.is_empty()) {
            write!(f, ", {part}")?;
        }
        if self.steps > 0 {
            let each = self.dispatches as f64 / self.steps as f64;
            let several = |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
            let (submits, back) = (several(self.submits, "submit"), several(self.read_backs, "read-back"));
            write!(f, ": {each} dispatches per step, {submits}, {back}")?;
        }
        Ok(())
    }
}
