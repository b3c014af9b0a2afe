//! An open GPU. It lives as long as the program: in a notebook, across cells.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::capabilities::{Capabilities, Products};
use super::kernel::Kernel;
use super::tiles::Tiles;
use crate::engine::work::AdapterInfo;
use crate::error::{Error, Result};
use crate::files;

/// Bytes of the immediates of a dispatch: the offset of its record, and the index of its step.
pub(super) const IMMEDIATES: u32 = 8;

/// The number of buffers that kernels can access: those of `shaders/common/bindings.wgsl`.
pub(super) const BINDINGS: u32 = 12;

/// A device with its queue, the layout that all kernels share, and the kernels that were compiled.
pub(crate) struct Gpu {
    pub info: AdapterInfo,
    pub(crate) capabilities: Capabilities,
    /// How it computes where that is unusual, for the history.
    pub how: String,
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) bindings: wgpu::BindGroupLayout,
    pub(super) layout: wgpu::PipelineLayout,
    pub(super) pipelines: Mutex<HashMap<(Kernel, Tiles), wgpu::ComputePipeline>>,
    pub(super) cache: Option<(wgpu::PipelineCache, PathBuf)>,
    pub(super) lost: Arc<Mutex<Option<String>>>,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gpu {
    /// Whether trainings multiply in `f16`.
    pub fn is_mixed(&self) -> bool {
        self.capabilities.products != Products::Full
    }

    /// Returns these kernels, compiled unless they are already. New ones are cached for the next program.
    pub(super) fn pipelines(&self, keys: &[(Kernel, Tiles)]) -> Result<Vec<wgpu::ComputePipeline>> {
        let mut compiled = lock(&self.pipelines);
        let before = compiled.len();
        for key in keys {
            if !compiled.contains_key(key) {
                let pipeline = self.guard("compiling its kernels", || Ok(self.compile(key.0, key.1)))?;
                compiled.insert(*key, pipeline);
            }
        }
        if compiled.len() > before
            && let Some((cache, path)) = &self.cache
            && let Some(data) = cache.get_data()
        {
            // Without it the next start is only slower.
            let _ = path.parent().map(std::fs::create_dir_all);
            let _ = files::write_whole(path, &data);
        }
        Ok(keys.iter().filter_map(|key| compiled.get(key).cloned()).collect())
    }

    fn compile(&self, kernel: Kernel, tiles: Tiles) -> wgpu::ComputePipeline {
        let source = wgpu::ShaderSource::Wgsl(kernel.source(tiles, self.capabilities.subgroups).into());
        let descriptor = wgpu::ShaderModuleDescriptor { label: Some(kernel.name()), source };
        // SAFETY: each kernel compares its indices with the shapes of its record, which the schedule writes for buffers of
        // that size; tests run all kernels with sizes that are not multiples of any tile, and loops end by the same shapes.
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

    /// Binds these buffers to the kernels, in the order of `shaders/common/bindings.wgsl`.
    pub(super) fn bind(&self, buffers: &[&wgpu::Buffer]) -> wgpu::BindGroup {
        let entries: Vec<_> = (0..)
            .zip(buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
            .collect();
        let descriptor = wgpu::BindGroupDescriptor { label: Some("gradus"), layout: &self.bindings, entries: &entries };
        self.device.create_bind_group(&descriptor)
    }

    /// Allocates a buffer; `what` names its content in errors.
    pub(super) fn buffer(&self, what: &str, bytes: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer> {
        let most = self.info.largest_buffer;
        if bytes > most {
            return Err(self.error(format!(
                "has too little memory for this network: {what} need {:.0} MB, and {}; use smaller layers, fewer features or \
                 `Device::Cpu`",
                bytes as f64 / 1e6,
                self.limit()
            )));
        }
        // Empty buffers cannot be bound, and copies take multiples of four bytes.
        let size = bytes.max(4);
        self.guard(&format!("allocating {:.0} MB for {what}", bytes as f64 / 1e6), || {
            Ok(self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(what),
                size,
                usage,
                mapped_at_creation: false,
            }))
        })
    }

    /// The size of the largest buffer, with the reason.
    pub(super) fn limit(&self) -> String {
        let AdapterInfo { largest_buffer, bound, .. } = &self.info;
        format!("one buffer holds at most {:.0} MB ({bound})", *largest_buffer as f64 / 1e6)
    }

    /// Runs `work` and returns the device's error in it, if any; `doing` names the work in the message.
    pub(super) fn guard<T>(&self, doing: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let scopes = [wgpu::ErrorFilter::Validation, wgpu::ErrorFilter::OutOfMemory, wgpu::ErrorFilter::Internal]
            .map(|filter| self.device.push_error_scope(filter));
        let outcome = work();
        let caught = scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop())).last();
        if let Some(reason) = lock(&self.lost).clone() {
            return Err(self.error(format!(
                "was lost while {doing} ({}); the network is unchanged. Train again, which reopens the device, or use \
                 `Device::Cpu`",
                reason.trim_end_matches([' ', ':'])
            )));
        }
        match caught {
            Some(wgpu::Error::OutOfMemory { .. }) => Err(self.error(format!(
                "ran out of memory while {doing}; drop other networks, or use smaller batches, smaller layers or \
                 `Device::Cpu`"
            ))),
            Some(error) => Err(self.error(format!("failed while {doing}: {error}"))),
            None => outcome,
        }
    }

    pub(super) fn error(&self, problem: String) -> Error {
        Error::Device { device: self.info.name.clone(), problem }
    }

    /// Waits until all work up to this submission is complete.
    pub(super) fn wait(&self, submission: Option<wgpu::SubmissionIndex>) -> Result<()> {
        let wait = wgpu::PollType::Wait { submission_index: submission, timeout: None };
        self.device.poll(wait).map(|_| ()).map_err(|error| self.error(format!("does not respond: {error}")))
    }

    /// Appends the numbers in this staging buffer, after all work that was submitted before.
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
            Some(Err(error)) => return Err(self.error(format!("did not return its results: {error}"))),
            None => return Err(self.error("did not return its results".into())),
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

    /// Bytes of the device's memory in use, where the driver's allocator reports them.
    #[cfg(test)]
    pub fn allocated(&self) -> Option<u64> {
        // A submission frees what was written and not used yet.
        self.queue.submit([]);
        self.wait(None).ok()?;
        self.device.generate_allocator_report().map(|report| report.total_allocated_bytes)
    }
}
