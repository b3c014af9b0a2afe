//! How a device computes: the ways that every one knows, and quicker ones that it was seen to know.

use std::fmt;

/// In what the products of a training multiply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Products {
    /// `f32`, in the threads' registers.
    #[default]
    Full,
    /// `f16`, in the threads' registers, summed up in `f32`.
    Half,
    /// `f16`, by units for matrices of `side` × `side` numbers, summed up in `f32`. A subgroup has from
    /// `subgroup_min` to `subgroup_max` threads.
    Matrices { side: u32, subgroup_min: u32, subgroup_max: u32 },
}

impl Products {
    /// The same precision without units for matrices.
    pub fn in_registers(self) -> Self {
        if self == Products::Full { Products::Full } else { Products::Half }
    }

    /// Bytes of a number in a product's tile.
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

/// How a device computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    /// Whether it is a program on the processor.
    pub software: bool,
    /// Whether sums over a workgroup go through its subgroups.
    pub subgroups: bool,
    /// In what the products of trainings multiply; all others are [`Full`](Products::Full).
    pub products: Products,
    /// Whether it ends loops of more than 65 535 iterations.
    pub ends_loops: bool,
    /// Bytes of memory of a workgroup.
    pub memory: u32,
}
