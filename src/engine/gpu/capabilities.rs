//! The capabilities of a device, which decide the form of its kernels. Those that are not part of every device were tested.

use std::fmt;

/// The precision in which the products of a training multiply, and the units that do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Products {
    /// `f32`, in the registers of the threads.
    #[default]
    Full,
    /// `f16`, in the registers of the threads, summed in `f32`.
    Half,
    /// `f16`, by matrix units for `side` × `side` numbers, summed in `f32`. A subgroup has from `subgroup_min` to
    /// `subgroup_max` threads.
    Matrices { side: u32, subgroup_min: u32, subgroup_max: u32 },
}

impl Products {
    /// The same precision without matrix units.
    pub fn in_registers(self) -> Self {
        if self == Products::Full { Products::Full } else { Products::Half }
    }

    /// Bytes of a number in the tile of a product.
    pub fn bytes(self) -> u32 {
        if self == Products::Full { 4 } else { 2 }
    }
}

/// `in f16 by matrices of 16 × 16`.
impl fmt::Display for Products {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Products::Full => f.write_str("in f32"),
            Products::Half => f.write_str("in f16"),
            Products::Matrices { side, .. } => write!(f, "in f16 by matrices of {side} × {side}"),
        }
    }
}

/// The capabilities of a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    /// Whether it is software, which runs on the CPU.
    pub software: bool,
    /// Whether sums over a workgroup use its subgroups.
    pub subgroups: bool,
    /// The products of trainings; all others are [`Full`](Products::Full).
    pub products: Products,
    /// Whether it ends loops after 65 535 iterations.
    pub ends_loops: bool,
    /// Bytes of memory per workgroup.
    pub memory: u32,
}
