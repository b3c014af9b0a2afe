//! `Item`: what one value serializes to, and the tensors collected on the way.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::TENSOR;
use super::tensor::{Numbers, Tensor};

/// Tensors by name, in the order of serialization.
#[derive(Debug, Default)]
pub(super) struct Tensors {
    pub list: Vec<(String, Tensor)>,
    names: HashSet<String>,
}

impl Tensors {
    /// Keeps a tensor under a unique name, and returns the reference to it.
    pub fn store(&mut self, tensor: Tensor, path: &str) -> Value {
        let mut name = if path.is_empty() { "value".to_string() } else { path.to_string() };
        // Two paths can be equal only where a map's key holds a full stop.
        while name == "__metadata__" || !self.names.insert(name.clone()) {
            name.push('\'');
        }
        self.list.push((name.clone(), tensor));
        json!({ TENSOR: name })
    }
}

/// What a value serializes to. A number may still become part of a list.
pub(super) enum Item {
    F64(f64),
    F32(f32),
    U64(u64),
    Json(Value),
}

impl Item {
    /// The item on its own, outside of a list of numbers.
    pub fn into_value(self, path: &str, tensors: &mut Tensors) -> Value {
        let numbers = match self {
            Item::Json(value) => return value,
            Item::U64(value) => return value.into(),
            Item::F64(value) => Numbers::F64(vec![value]),
            Item::F32(value) => Numbers::F32(vec![value]),
        };
        tensors.store(Tensor { shape: Vec::new(), numbers }, path)
    }
}

/// The elements of a list: numbers while all are of one type.
pub(super) enum Elements {
    Numbers(Numbers),
    Values(Vec<Value>),
}

impl Elements {
    pub fn push(&mut self, item: Item, path: &str, tensors: &mut Tensors) {
        match (&mut *self, item) {
            (Elements::Numbers(Numbers::F64(values)), Item::F64(value)) => values.push(value),
            (Elements::Numbers(Numbers::F32(values)), Item::F32(value)) => values.push(value),
            (Elements::Numbers(Numbers::U64(values)), Item::U64(value)) => values.push(value),
            (Elements::Values(values), item) if !values.is_empty() => {
                let path = join(path, &values.len().to_string());
                values.push(item.into_value(&path, tensors));
            }
            (Elements::Values(_), Item::F64(value)) => *self = Elements::Numbers(Numbers::F64(vec![value])),
            (Elements::Values(_), Item::F32(value)) => *self = Elements::Numbers(Numbers::F32(vec![value])),
            (Elements::Values(_), Item::U64(value)) => *self = Elements::Numbers(Numbers::U64(vec![value])),
            (Elements::Values(values), Item::Json(value)) => values.push(value),
            (Elements::Numbers(_), item) => {
                // Not of one type after all.
                let Elements::Numbers(numbers) = std::mem::replace(self, Elements::Values(Vec::new())) else { return };
                let items: Vec<Item> = match numbers {
                    Numbers::F64(values) => values.into_iter().map(Item::F64).collect(),
                    Numbers::F32(values) => values.into_iter().map(Item::F32).collect(),
                    Numbers::U64(values) => values.into_iter().map(Item::U64).collect(),
                };
                let items = items.into_iter().chain([item]).enumerate();
                let values = items.map(|(at, item)| item.into_value(&join(path, &at.to_string()), tensors));
                *self = Elements::Values(values.collect());
            }
        }
    }
}

/// The path of a field or element.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_string() } else { format!("{path}.{name}") }
}
