//! The GPUs of this machine, and the choice of one.

use std::sync::OnceLock;

use super::capabilities::Products;
use super::context::BINDINGS;
use crate::engine::work::AdapterInfo;
use crate::error::{Error, Result};

/// The environment variable with the name of the GPU to use, or a part of it.
const VARIABLE: &str = "GRADUS_ADAPTER";

/// Why the CPU trains where there is no GPU to choose.
pub(crate) const NONE: &str = "since there is no GPU";

const MISSING: &str = "no GPU was found. A GPU needs a driver for Vulkan (Linux, Windows), Metal (macOS) or DirectX 12 \
                       (Windows); `sudo apt install mesa-vulkan-drivers` installs one in software on Debian and Ubuntu. \
                       `Device::Cpu` needs no driver";

pub(super) struct Found {
    pub info: AdapterInfo,
    pub adapter: wgpu::Adapter,
}

impl Found {
    /// The products of its matrix units in mixed precision, the largest first.
    pub fn matrices(&self) -> Vec<Products> {
        use wgpu::CooperativeScalarType::{F16, F32};
        let about = self.adapter.get_info();
        let known = self.adapter.cooperative_matrix_properties().into_iter();
        // The shaders use square matrices of these sides.
        let mixed = known.filter(|known| (known.ab_type, known.cr_type) == (F16, F32));
        let square = mixed.filter(|known| known.m_size == known.n_size && known.m_size == known.k_size);
        let mut sides: Vec<u32> = square.map(|known| known.m_size).filter(|side| [8, 16].contains(side)).collect();
        sides.sort_unstable_by(|one, other| other.cmp(one));
        sides.dedup();
        let (subgroup_min, subgroup_max) = (about.subgroup_min_size, about.subgroup_max_size);
        sides.into_iter().map(|side| Products::Matrices { side, subgroup_min, subgroup_max }).collect()
    }
}

/// All GPUs, the best first, enumerated once.
pub(super) fn found() -> &'static [Found] {
    static FOUND: OnceLock<Vec<Found>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.flags = wgpu::InstanceFlags::empty();
        let instance = wgpu::Instance::new(descriptor);
        let mut adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
        adapters.sort_by_key(|adapter| rank(adapter.get_info().device_type));
        let mut found: Vec<Found> = vec![];
        for adapter in adapters {
            let about = adapter.get_info();
            let limits = adapter.limits();
            // No kernel runs without these.
            if !adapter.features().contains(wgpu::Features::IMMEDIATES)
                || limits.max_storage_buffers_per_shader_stage < BINDINGS
            {
                continue;
            }
            let bounds = [
                (limits.max_storage_buffer_binding_size, "the driver's limit for one storage binding"),
                (limits.max_buffer_size, "the driver's limit for one buffer"),
                (4 * u64::from(u32::MAX), "kernels count numbers in 32 bits"),
            ];
            let (largest_buffer, bound) = bounds.into_iter().min_by_key(|(bytes, _)| *bytes).unwrap_or_default();
            let plain = format!("{} ({:?})", about.name.trim(), about.backend);
            let same = found.iter().filter(|other| other.info.name.starts_with(&plain)).count();
            found.push(Found {
                info: AdapterInfo {
                    name: if same == 0 { plain } else { format!("{plain} #{}", same + 1) },
                    driver: format!("{} {}", about.driver, about.driver_info).trim().to_string(),
                    software: about.device_type == wgpu::DeviceType::Cpu,
                    largest_buffer,
                    bound,
                },
                adapter,
            });
        }
        found
    })
}

fn rank(kind: wgpu::DeviceType) -> u8 {
    match kind {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::VirtualGpu => 1,
        wgpu::DeviceType::IntegratedGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    }
}

/// All GPUs, the best first.
pub(crate) fn adapters() -> Vec<AdapterInfo> {
    found().iter().map(|found| found.info.clone()).collect()
}

/// The GPU that `GRADUS_ADAPTER` names, else the best.
pub(crate) fn preferred() -> Result<&'static AdapterInfo> {
    choose(std::env::var(VARIABLE).ok().as_deref()).map(|found| &found.info)
}

/// The first GPU whose name contains this one.
pub(crate) fn named(name: &str) -> Result<&'static AdapterInfo> {
    choose(Some(name)).map(|found| &found.info)
}

/// Whether `GRADUS_ADAPTER` names a GPU.
pub(crate) fn is_named() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|name| !name.is_empty())
}

/// The first GPU whose name contains this one, in lower or upper case; without a name, the best.
pub(super) fn choose(name: Option<&str>) -> Result<&'static Found> {
    let name = name.unwrap_or_default();
    let lower = name.to_lowercase();
    let all = found();
    match all.iter().find(|found| found.info.name.to_lowercase().contains(&lower)) {
        Some(found) => Ok(found),
        None if all.is_empty() => Err(Error::Data(MISSING.into())),
        None => {
            let names = all.iter().map(|found| format!("`{}`", found.info.name)).collect::<Vec<_>>().join(", ");
            Err(Error::Data(format!("there is no GPU `{name}`; there are {names}")))
        }
    }
}
