//! Replaces `gpu` where gradus was built without the feature of that name: the same interface, without any GPU.

#![allow(dead_code, reason = "none of these can be constructed, so none of their fields is read")]

use std::convert::Infallible;
use std::sync::Arc;

use super::work::{AdapterInfo, Counts, Data, Epoch, Job, Seen, StepNumbers};
use crate::error::{Error, Result};

/// Why the CPU trains where a GPU could be chosen.
pub(crate) const NONE: &str = "since gradus was built without its feature `gpu`";

const MISSING: &str = "gradus was built without its feature `gpu`, which a GPU needs. Add `gpu` to the features of \
                       gradus in the program's Cargo.toml, or compute with `Device::Cpu`, which `set_device` sets on a \
                       network that was saved with another device";

/// A GPU, which cannot exist.
pub(crate) struct Gpu {
    pub info: AdapterInfo,
    pub how: String,
    never: Infallible,
}

impl Gpu {
    pub fn is_mixed(&self) -> bool {
        match self.never {}
    }
}

/// A training on it, which cannot exist either.
pub(crate) struct Session<'a> {
    pub counts: Counts,
    gpu: Arc<Gpu>,
    job: Job<'a>,
}

impl<'a> Session<'a> {
    pub fn new(
        gpu: Arc<Gpu>,
        _: Job<'a>,
        _: &[f32],
        _: &[f32],
        _: Option<Data<'a>>,
        _: Option<Data<'a>>,
    ) -> Result<Self> {
        match gpu.never {}
    }

    pub fn is_mixed(&self) -> bool {
        match self.gpu.never {}
    }

    pub fn epoch(&mut self, _: &[usize], _: &[StepNumbers]) -> Result<Epoch> {
        match self.gpu.never {}
    }

    pub fn epoch_until(&mut self, _: &[usize], _: &[StepNumbers], _: &dyn Fn() -> bool) -> Result<Epoch> {
        match self.gpu.never {}
    }

    pub fn evaluate(&mut self) -> Result<Seen> {
        match self.gpu.never {}
    }
}

/// All GPUs: none.
pub(crate) fn adapters() -> Vec<AdapterInfo> {
    vec![]
}

pub(crate) fn preferred() -> Result<&'static AdapterInfo> {
    Err(Error::Data(MISSING.into()))
}

pub(crate) fn named(_: &str) -> Result<&'static AdapterInfo> {
    preferred()
}

/// Whether `GRADUS_ADAPTER` names a GPU; without the feature it is ignored.
pub(crate) fn is_named() -> bool {
    false
}

pub(crate) fn open(_: &str, _: bool) -> Result<Arc<Gpu>> {
    Err(Error::Data(MISSING.into()))
}
