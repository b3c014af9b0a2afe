//! Deserializes a value from its structure and its tensors.

use std::collections::BTreeMap;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::tensor::{Mismatch, Numbers, Tensor};
use super::{ARRAY, TENSOR};

/// The inverse of [`serialize`](super::serializer::serialize).
pub(super) fn deserialize<T: DeserializeOwned>(
    structure: &Value,
    tensors: &BTreeMap<String, Tensor>,
) -> Result<T, Mismatch> {
    T::deserialize(Source { value: structure, tensors })
}

/// One value in the structure.
#[derive(Clone, Copy)]
struct Source<'a> {
    value: &'a Value,
    tensors: &'a BTreeMap<String, Tensor>,
}

impl<'a> Source<'a> {
    /// The tensor that the value refers to, if any.
    fn tensor(self) -> Result<Option<&'a Tensor>, Mismatch> {
        let Some(name) = self.value.get(TENSOR).and_then(Value::as_str) else { return Ok(None) };
        self.tensors.get(name).map(Some).ok_or_else(|| Mismatch(format!("the tensor `{name}` is missing")))
    }

    fn with(self, value: &'a Value) -> Self {
        Source { value, ..self }
    }
}

impl<'a> IntoDeserializer<'a, Mismatch> for Source<'a> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// A tensor's numbers as a list.
#[derive(Clone, Copy)]
struct List<'a>(&'a Numbers);

impl<'de> Deserializer<'de> for List<'_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Numbers::F64(values) => SeqDeserializer::new(values.iter().copied()).deserialize_any(visitor),
            Numbers::F32(values) => SeqDeserializer::new(values.iter().copied()).deserialize_any(visitor),
            Numbers::U64(values) => SeqDeserializer::new(values.iter().copied()).deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The fields from which ndarray deserializes an array.
enum ArrayField<'a> {
    Version,
    Shape(&'a [usize]),
    Data(&'a Numbers),
}

impl<'de> IntoDeserializer<'de, Mismatch> for ArrayField<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for ArrayField<'_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            ArrayField::Version => visitor.visit_u8(1),
            ArrayField::Shape(shape) => SeqDeserializer::new(shape.iter().copied()).deserialize_any(visitor),
            ArrayField::Data(numbers) => List(numbers).deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> Deserializer<'de> for Source<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if let Some(tensor) = self.tensor()? {
            return match (tensor.shape.as_slice(), &tensor.numbers) {
                ([], Numbers::F64(values)) if values.len() == 1 => visitor.visit_f64(values[0]),
                ([], Numbers::F32(values)) if values.len() == 1 => visitor.visit_f32(values[0]),
                (_, numbers) => List(numbers).deserialize_any(visitor),
            };
        }
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(value), _) => visitor.visit_u64(value),
                (None, Some(value)) => visitor.visit_i64(value),
                _ => Err(Mismatch(format!("{number} is not a whole number"))),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(values) => {
                SeqDeserializer::new(values.iter().map(|value| self.with(value))).deserialize_any(visitor)
            }
            Value::Object(fields) => {
                let fields = fields.iter().map(|(key, value)| (key.as_str(), self.with(value)));
                MapDeserializer::new(fields).deserialize_any(visitor)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.tensor()? {
            Some(tensor) if name == ARRAY => {
                let fields = [
                    ("v", ArrayField::Version),
                    ("dim", ArrayField::Shape(&tensor.shape)),
                    ("data", ArrayField::Data(&tensor.numbers)),
                ];
                MapDeserializer::new(fields.into_iter()).deserialize_any(visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::String(variant) => visitor.visit_enum(variant.as_str().into_deserializer()),
            Value::Object(fields) if fields.len() == 1 => {
                let fields = fields.iter().map(|(key, value)| (key.as_str(), self.with(value)));
                visitor.visit_enum(de::value::MapAccessDeserializer::new(MapDeserializer::new(fields)))
            }
            other => Err(Mismatch(format!("`{name}` is not given by {other}"))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}
