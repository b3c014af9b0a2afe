//! Opening a GPU: as it is, then with the faster kernels that pass their tests.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::adapter::{self, Found};
use super::capabilities::{Capabilities, Products};
use super::context::{BINDINGS, Gpu, IMMEDIATES, lock};
use super::self_test;
use crate::data::cache_folder;
use crate::error::{Error, Result};

/// How many of the bindings kernels only read: the first ones.
const READ_ONLY: u32 = 5;

/// Returns the device of this name, opened unless it is open and was not lost. For mixed precision it is opened a second
/// time, since that needs an experimental feature.
pub(crate) fn open(name: &str, mixed: bool) -> Result<Arc<Gpu>> {
    type Opened = HashMap<(String, bool), Arc<Gpu>>;
    static OPEN: Mutex<Option<Opened>> = Mutex::new(None);
    let mut open = lock(&OPEN);
    let all = open.get_or_insert_default();
    let key = (name.to_string(), mixed);
    if let Some(gpu) = all.get(&key).filter(|gpu| lock(&gpu.lost).is_none()) {
        return Ok(gpu.clone());
    }
    let gpu = Arc::new(Gpu::open(name, mixed)?);
    all.insert(key, gpu.clone());
    Ok(gpu)
}

impl Gpu {
    /// Opens the device of this name, for its caller alone, with the faster kernels that pass their tests.
    pub fn open(name: &str, mixed: bool) -> Result<Self> {
        let mut features = wgpu::Features::SUBGROUP;
        if mixed {
            features |= wgpu::Features::SHADER_F16 | wgpu::Features::EXPERIMENTAL_COOPERATIVE_MATRIX;
        }
        let plain = || Gpu::open_with(name, wgpu::Features::empty());
        let mut gpu = Gpu::open_with(name, features).or_else(|_| plain())?;
        let has = |features: wgpu::Features| gpu.device.features().contains(features);
        let subgroups = has(wgpu::Features::SUBGROUP);
        let mut products = vec![];
        if has(wgpu::Features::SHADER_F16 | wgpu::Features::EXPERIMENTAL_COOPERATIVE_MATRIX) {
            products = adapter::choose(Some(name))?.matrices();
        }
        if has(wgpu::Features::SHADER_F16) {
            products.push(Products::Half);
        }
        gpu.capabilities.ends_loops |= !gpu.capabilities.software && self_test::long_loop(&gpu).is_err();
        gpu.try_capabilities(subgroups, mixed.then_some(&products));
        if lock(&gpu.lost).is_some() {
            // A test can end a device; the reasons are kept.
            gpu = Gpu { how: gpu.how, ..plain()? };
        }
        Ok(gpu)
    }

    /// Keeps the faster kernels that pass their tests: with subgroups, and in mixed precision the first of these products.
    pub(super) fn try_capabilities(&mut self, subgroups: bool, mixed: Option<&[Products]>) {
        let mut how = vec![];
        self.capabilities.subgroups = subgroups;
        if subgroups && let Err(error) = self_test::reductions(self) {
            self.capabilities.subgroups = false;
            // They were compiled with subgroups.
            lock(&self.pipelines).clear();
            how.push(format!("without subgroups, which failed their test ({})", reason(&error)));
        }
        if let Some(all) = mixed {
            how.push(self.try_products(all));
        }
        self.how = how.join("; ");
    }

    /// Keeps the first of these products that passes its test. Returns which, with the reasons against those before it.
    fn try_products(&mut self, all: &[Products]) -> String {
        let mut why = String::new();
        // Matrix units need subgroups.
        let known = |products: &&Products| self.capabilities.subgroups || **products == Products::Half;
        let all: Vec<Products> = all.iter().filter(known).copied().collect();
        if all.is_empty() {
            why = ", since it has no f16".into();
        }
        for products in all {
            self.capabilities.products = products;
            match self_test::products(self) {
                Ok(()) => break,
                Err(error) => why += &format!(", since it failed its test {products} ({})", reason(&error)),
            }
            self.capabilities.products = Products::Full;
        }
        format!("{}{why}", self.capabilities.products)
    }

    /// The device without any of the faster kernels.
    #[cfg(test)]
    pub fn plain(name: &str) -> Result<Self> {
        Gpu::open_with(name, wgpu::Features::empty())
    }

    /// Opens the device with those of these features that it has.
    fn open_with(name: &str, features: wgpu::Features) -> Result<Self> {
        let found = adapter::choose(Some(name))?;
        let adapter = &found.adapter;
        let cacheable = adapter.features() & wgpu::Features::PIPELINE_CACHE;
        let features = adapter.features() & features;
        let experimental = features.contains(wgpu::Features::EXPERIMENTAL_COOPERATIVE_MATRIX);
        let opened = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            label: Some("gradus"),
            required_features: wgpu::Features::IMMEDIATES | cacheable | features,
            // All there is: what a network needs is checked when it is known.
            required_limits: adapter.limits(),
            memory_hints: wgpu::MemoryHints::Performance,
            experimental_features: match experimental {
                // SAFETY: matrices are requested in mixed precision only, and used after a test of their products.
                true => unsafe { wgpu::ExperimentalFeatures::enabled() },
                false => wgpu::ExperimentalFeatures::disabled(),
            },
            ..Default::default()
        }));
        let (device, queue) = opened.map_err(|error| Error::Device {
            device: found.info.name.clone(),
            problem: format!("cannot be opened: {error}. Is another program using it?"),
        })?;
        let lost = watch(&device);
        let (bindings, layout) = layouts(&device);
        let cache = if cacheable.is_empty() { None } else { pipeline_cache(&device, found, features) };
        let info = found.info.clone();
        let capabilities = Capabilities {
            software: info.software,
            // llvmpipe ends loops; other devices are tested.
            ends_loops: info.software,
            memory: adapter.limits().max_compute_workgroup_storage_size,
            ..Capabilities::default()
        };
        let (how, pipelines) = (String::new(), Mutex::default());
        Ok(Gpu { info, capabilities, how, device, queue, bindings, layout, pipelines, cache, lost })
    }
}

/// The message of an error in one line.
fn reason(error: &Error) -> String {
    let text = match error {
        Error::Device { problem, .. } => problem.clone(),
        error => error.to_string(),
    };
    text.lines().next().unwrap_or_default().trim_end_matches(':').to_string()
}

/// The reason for which the device is lost, once it is.
fn watch(device: &wgpu::Device) -> Arc<Mutex<Option<String>>> {
    let lost = Arc::new(Mutex::new(None));
    let note = lost.clone();
    device.set_device_lost_callback(move |reason, message| {
        *lock(&note) = Some(format!("{reason:?}: {message}"));
    });
    // `Gpu::guard` catches errors where they occur; any other must not end the program.
    let note = lost.clone();
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        *lock(&note) = Some(error.to_string());
    }));
    lost
}

/// The layouts that all kernels share.
fn layouts(device: &wgpu::Device) -> (wgpu::BindGroupLayout, wgpu::PipelineLayout) {
    let storage = |binding: u32, read_only: bool| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Storage { read_only },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    };
    let entries: Vec<_> = (0..BINDINGS).map(|binding| storage(binding, binding < READ_ONLY)).collect();
    let bindings =
        device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some("gradus"), entries: &entries });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("gradus"),
        bind_group_layouts: &[Some(&bindings)],
        immediate_size: IMMEDIATES,
    });
    (bindings, layout)
}

/// The compiled kernels of earlier programs, and their file. Its format is the driver's, which starts with an empty cache
/// where it does not recognize the data.
fn pipeline_cache(
    device: &wgpu::Device,
    found: &Found,
    features: wgpu::Features,
) -> Option<(wgpu::PipelineCache, PathBuf)> {
    let file = wgpu::util::pipeline_cache_key(&found.adapter.get_info())?;
    // A file for each kind of opened device, since it is written as a whole.
    let file = file + if features.contains(wgpu::Features::SHADER_F16) { "_mixed" } else { "" };
    let path = cache_folder().ok()?.join("kernels").join(file);
    let data = std::fs::read(&path).ok();
    // SAFETY: `Gpu::pipelines` wrote the file with data of the same key; the driver checks its header.
    let cache = unsafe {
        device.create_pipeline_cache(&wgpu::PipelineCacheDescriptor {
            label: Some("gradus"),
            data: data.as_deref(),
            fallback: true,
        })
    };
    Some((cache, path))
}
