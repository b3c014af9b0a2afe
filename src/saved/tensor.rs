//! `Tensor`: an array of numbers of one type, as a safetensors file holds it.

use std::borrow::Cow;
use std::fmt;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, View};

/// Numbers of one type, in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Numbers {
    F64(Vec<f64>),
    F32(Vec<f32>),
    U64(Vec<u64>),
}

impl Numbers {
    pub fn len(&self) -> usize {
        match self {
            Numbers::F64(values) => values.len(),
            Numbers::F32(values) => values.len(),
            Numbers::U64(values) => values.len(),
        }
    }
}

/// Numbers in row-major order and their shape; a single number has the shape [].
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tensor {
    pub shape: Vec<usize>,
    pub numbers: Numbers,
}

impl Tensor {
    /// A one-dimensional tensor.
    pub fn list(numbers: Numbers) -> Self {
        Tensor { shape: vec![numbers.len()], numbers }
    }

    /// Reads a tensor of a type that gradus writes.
    pub fn read(view: &TensorView<'_>) -> Result<Self, String> {
        let numbers = match view.dtype() {
            Dtype::F64 => Numbers::F64(read(view.data(), f64::from_le_bytes)),
            Dtype::F32 => Numbers::F32(read(view.data(), f32::from_le_bytes)),
            Dtype::U64 => Numbers::U64(read(view.data(), u64::from_le_bytes)),
            other => return Err(format!("numbers of type {other}, where gradus writes F64, F32 and U64")),
        };
        Ok(Tensor { shape: view.shape().to_vec(), numbers })
    }
}

fn read<T, const SIZE: usize>(bytes: &[u8], number: fn([u8; SIZE]) -> T) -> Vec<T> {
    bytes.as_chunks().0.iter().map(|bytes| number(*bytes)).collect()
}

impl View for &Tensor {
    fn dtype(&self) -> Dtype {
        match self.numbers {
            Numbers::F64(_) => Dtype::F64,
            Numbers::F32(_) => Dtype::F32,
            Numbers::U64(_) => Dtype::U64,
        }
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        match &self.numbers {
            Numbers::F64(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Numbers::F32(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Numbers::U64(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        }
    }

    fn data_len(&self) -> usize {
        match &self.numbers {
            Numbers::F64(values) => values.len() * 8,
            Numbers::F32(values) => values.len() * 4,
            Numbers::U64(values) => values.len() * 8,
        }
    }
}

/// Why a value cannot be serialized, or a file not be deserialized.
#[derive(Debug)]
pub(super) struct Mismatch(pub String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

impl serde::ser::Error for Mismatch {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Mismatch(message.to_string())
    }
}

impl serde::de::Error for Mismatch {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Mismatch(message.to_string())
    }
}
