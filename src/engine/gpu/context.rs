//! An open graphics processor. It lives as long as the program: in a notebook, across cells.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::adapter;
use super::capabilities::{Capabilities, Products};
use super::kernel::Kernel;
use super::self_test;
use super::tiles::Tiles;
use crate::data::cache_folder;
use crate::engine::work::AdapterInfo;
use crate::error::{Error, Result};
use crate::files;

/// How many bytes of immediates a dispatch has: its record and its step.
pub(super) const IMMEDIATES: u32 = 8;

/// How many buffers kernels see: those of `shaders/common/bindings.wgsl`. They only read the first ones.
pub(super) const BINDINGS: u32 = 12;
const READ_ONLY: u32 = 5;

/// A device with its queue, the layout that all kernels share, and those that were compiled.
pub(crate) struct Gpu {
    pub info: AdapterInfo,
    pub(crate) capabilities: Capabilities,
    /// How it computes where that is not the plain way, for the history.
    pub how: String,
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    bindings: wgpu::BindGroupLayout,
    layout: wgpu::PipelineLayout,
    pipelines: Mutex<HashMap<(Kernel, Tiles), wgpu::ComputePipeline>>,
    cache: Option<(wgpu::PipelineCache, PathBuf)>,
    lost: Arc<Mutex<Option<String>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What went wrong, in one line.
fn reason(error: &Error) -> String {
    let text = match error {
        Error::Device { problem, .. } => problem.clone(),
        error => error.to_string(),
    };
    text.lines().next().unwrap_or_default().trim_end_matches(':').to_string()
}

/// The device of this name, opened where it is not yet, or where it was lost. For mixed precision it is opened a second time:
/// what that needs is experimental.
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
    /// Opens the device of this name, for its caller alone, with those of the quicker ways that pass their test.
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
            // A test can end a device; what it was is said.
            gpu = Gpu { how: gpu.how, ..plain()? };
        }
        Ok(gpu)
    }

    /// Whether trainings multiply in `f16`.
    pub fn is_mixed(&self) -> bool {
        self.capabilities.products != Products::Full
    }

    /// Takes the quicker ways that pass their test: subgroups, and in mixed precision the first of these.
    pub(super) fn try_capabilities(&mut self, subgroups: bool, mixed: Option<&[Products]>) {
        let mut how = vec![];
        self.capabilities.subgroups = subgroups;
        if subgroups && let Err(error) = self_test::reductions(self) {
            self.capabilities.subgroups = false;
            // Those with the wrong sums.
            lock(&self.pipelines).clear();
            how.push(format!("without subgroups, which failed their test ({})", reason(&error)));
        }
        if let Some(all) = mixed {
            let mut why = String::new();
            // Units for matrices are a subgroup's.
            let known = |products: &&Products| self.capabilities.subgroups || **products == Products::Half;
            let all: Vec<Products> = all.iter().filter(known).copied().collect();
            if all.is_empty() {
                why = ", since it gives no f16".into();
            }
            for products in all {
                self.capabilities.products = products;
                match self_test::products(self) {
                    Ok(()) => break,
                    Err(error) => why += &format!(", since it failed its test {products} ({})", reason(&error)),
                }
                self.capabilities.products = Products::Full;
            }
            how.push(format!("{}{why}", self.capabilities.products));
        }
        self.how = how.join("; ");
    }

    /// The device without any of the quicker ways.
    #[cfg(test)]
    pub fn plain(name: &str) -> Result<Self> {
        Gpu::open_with(name, wgpu::Features::empty())
    }

    /// Opens the device with those of these features that it has.
    fn open_with(name: &str, features: wgpu::Features) -> Result<Self> {
        let found = adapter::choose(Some(name))?;
        let (adapter, about) = (&found.adapter, found.adapter.get_info());
        let cacheable = adapter.features() & wgpu::Features::PIPELINE_CACHE;
        let features = adapter.features() & features;
        let experimental = features.contains(wgpu::Features::EXPERIMENTAL_COOPERATIVE_MATRIX);
        let opened = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            label: Some("gradus"),
            required_features: wgpu::Features::IMMEDIATES | cacheable | features,
            // All that there is: how much a network needs is asked when it is known.
            required_limits: adapter.limits(),
            memory_hints: wgpu::MemoryHints::Performance,
            experimental_features: match experimental {
                // SAFETY: matrices are asked for in mixed precision alone, and used once they gave right products in a test.
                true => unsafe { wgpu::ExperimentalFeatures::enabled() },
                false => wgpu::ExperimentalFeatures::disabled(),
            },
            ..Default::default()
        }));
        let (device, queue) = opened.map_err(|error| Error::Device {
            device: found.info.name.clone(),
            problem: format!("cannot be opened: {error}. Is another program using it?"),
        })?;
        let lost = Arc::new(Mutex::new(None));
        let note = lost.clone();
        device.set_device_lost_callback(move |reason, message| {
            *lock(&note) = Some(format!("{reason:?}: {message}"));
        });
        // Errors are caught where they arise; what comes outside of that must not end the program.
        let note = lost.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            *lock(&note) = Some(error.to_string());
        }));
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
        let bindings = device
            .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some("gradus"), entries: &entries });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("gradus"),
            bind_group_layouts: &[Some(&bindings)],
            immediate_size: IMMEDIATES,
        });
        // A driver's own format; where it does not know the data any more, it begins anew.
        let file = wgpu::util::pipeline_cache_key(&about).filter(|_| !cacheable.is_empty());
        // Each has its own, since it writes it as a whole.
        let file = file.map(|file| file + if features.contains(wgpu::Features::SHADER_F16) { "_mixed" } else { "" });
        let path = file.and_then(|file| Some(cache_folder().ok()?.join("kernels").join(file)));
        let cache = path.map(|path| {
            let data = std::fs::read(&path).ok();
            // SAFETY: the file was written below with data of the same key; the driver checks its header.
            let cache = unsafe {
                device.create_pipeline_cache(&wgpu::PipelineCacheDescriptor {
                    label: Some("gradus"),
                    data: data.as_deref(),
                    fallback: true,
                })
            };
            (cache, path)
        });
        let info = found.info.clone();
        let memory = adapter.limits().max_compute_workgroup_storage_size;
        // llvmpipe does, and others are tried.
        let capabilities =
            Capabilities { software: info.software, ends_loops: info.software, memory, ..Capabilities::default() };
        let how = String::new();
        Ok(Gpu { info, capabilities, how, device, queue, bindings, layout, pipelines: Mutex::default(), cache, lost })
    }

    /// These kernels, compiled where they are not yet. New ones are kept for the next program.
    pub(super) fn pipelines(&self, wanted: &[(Kernel, Tiles)]) -> Result<Vec<wgpu::ComputePipeline>> {
        let mut compiled = lock(&self.pipelines);
        let before = compiled.len();
        for key in wanted {
            if !compiled.contains_key(key) {
                let pipeline = self.guard("compiling its kernels", || Ok(self.compile(key.0, key.1)))?;
                compiled.insert(*key, pipeline);
            }
        }
        if compiled.len() > before
            && let Some((cache, path)) = &self.cache
            && let Some(data) = cache.get_data()
        {
            // Without it the next start is slower, no more.
            let _ = path.parent().map(std::fs::create_dir_all);
            let _ = files::write_whole(path, &data);
        }
        Ok(wanted.iter().filter_map(|key| compiled.get(key).cloned()).collect())
    }

    fn compile(&self, kernel: Kernel, tiles: Tiles) -> wgpu::ComputePipeline {
        let source = wgpu::ShaderSource::Wgsl(kernel.source(tiles, self.capabilities.subgroups).into());
        let descriptor = wgpu::ShaderModuleDescriptor { label: Some(kernel.name()), source };
        // SAFETY: each kernel compares its indices with the shapes of its record, which the schedule makes for buffers of
        // that size; tests run all of them with sizes that are no multiple of any tile, and loops end by the same shapes.
        let module =
            unsafe { self.device.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked()) };
        self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(kernel.name()),
            layout: Some(&self.layout),
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &kernel.constants(tiles),
                zero_initialize_workgroup_memory: false,
            },
            cache: self.cache.as_ref().map(|(cache, _)| cache),
        })
    }

    /// What binds these buffers to the kernels, in the order of `shaders/common/bindings.wgsl`.
    pub(super) fn bind(&self, buffers: &[&wgpu::Buffer]) -> wgpu::BindGroup {
        let entries: Vec<_> = (0..)
            .zip(buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
            .collect();
        let descriptor = wgpu::BindGroupDescriptor { label: Some("gradus"), layout: &self.bindings, entries: &entries };
        self.device.create_bind_group(&descriptor)
    }

    /// Room for so many bytes, named for an error.
    pub(super) fn buffer(&self, what: &str, bytes: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer> {
        let most = self.info.largest_buffer;
        if bytes > most {
            return Err(self.error(format!(
                "cannot take this network: {what} need {:.0} MB, and {}: take smaller layers or fewer features, or \
                 `Device::Cpu`",
                bytes as f64 / 1e6,
                self.limit()
            )));
        }
        // Empty buffers cannot be bound, and copies take multiples of four bytes.
        let size = bytes.max(4);
        self.guard(&format!("making room of {:.0} MB for {what}", bytes as f64 / 1e6), || {
            Ok(self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(what),
                size,
                usage,
                mapped_at_creation: false,
            }))
        })
    }

    /// How much a buffer holds, and why no more.
    pub(super) fn limit(&self) -> String {
        let AdapterInfo { largest_buffer, bound, .. } = &self.info;
        format!("one buffer holds at most {:.0} MB ({bound})", *largest_buffer as f64 / 1e6)
    }

    /// Runs `work` and gives what went wrong in it as an error that says what was being done.
    pub(super) fn guard<T>(&self, doing: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let scopes = [wgpu::ErrorFilter::Validation, wgpu::ErrorFilter::OutOfMemory, wgpu::ErrorFilter::Internal]
            .map(|filter| self.device.push_error_scope(filter));
        let outcome = work();
        let caught = scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop())).last();
        if let Some(reason) = lock(&self.lost).clone() {
            return Err(self.error(format!(
                "was lost while {doing} ({}); the network is as before. Train again: the device is opened anew; or take \
                 `Device::Cpu`",
                reason.trim_end_matches([' ', ':'])
            )));
        }
        match caught {
            Some(wgpu::Error::OutOfMemory { .. }) => Err(self.error(format!(
                "has no memory left while {doing}: drop other networks, take smaller batches or layers, or `Device::Cpu`"
            ))),
            Some(error) => Err(self.error(format!("failed while {doing}: {error}"))),
            None => outcome,
        }
    }

    pub(super) fn error(&self, problem: String) -> Error {
        Error::Device { device: self.info.name.clone(), problem }
    }

    /// Waits until all work up to this submission is done.
    pub(super) fn wait(&self, submission: Option<wgpu::SubmissionIndex>) -> Result<()> {
        let wait = wgpu::PollType::Wait { submission_index: submission, timeout: None };
        self.device.poll(wait).map(|_| ()).map_err(|error| self.error(format!("gave no answer: {error}")))
    }

    /// Appends the numbers in this staging buffer, once all that was submitted before is done.
    pub(super) fn read(&self, staging: &wgpu::Buffer, numbers: usize, values: &mut Vec<f32>) -> Result<()> {
        if numbers == 0 {
            return Ok(());
        }
        let slice = staging.slice(..(numbers * 4) as u64);
        let outcome = Arc::new(Mutex::new(None));
        let note = outcome.clone();
        slice.map_async(wgpu::MapMode::Read, move |mapped| *lock(&note) = Some(mapped));
        self.wait(None)?;
        match lock(&outcome).take() {
            Some(Ok(())) => {}
            Some(Err(error)) => return Err(self.error(format!("did not give its results back: {error}"))),
            None => return Err(self.error("did not give its results back".into())),
        }
        let view = slice.get_mapped_range().map_err(|error| self.error(format!("cannot be read: {error}")))?;
        match values.is_empty() {
            true => *values = bytemuck::pod_collect_to_vec(&view),
            false => values.extend(bytemuck::pod_collect_to_vec::<u8, f32>(&view)),
        }
        drop(view);
        staging.unmap();
        Ok(())
    }

    #[cfg(test)]
    pub fn destroy(&self) {
        self.device.destroy();
    }

    /// Bytes of the device's memory in use, where the driver's allocator tells.
    #[cfg(test)]
    pub fn allocated(&self) -> Option<u64> {
        // What was written and not yet used goes with a submission.
        self.queue.submit([]);
        self.wait(None).ok()?;
        self.device.generate_allocator_report().map(|report| report.total_allocated_bytes)
    }
}
