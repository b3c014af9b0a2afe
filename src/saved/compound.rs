//! `Compound`: a list, map, struct or variant while it is serialized.

use serde::ser::{self, Serialize};
use serde_json::{Map, Value, json};

use super::TENSOR;
use super::item::{Elements, Item, Tensors, join};
use super::serializer::Serializer;
use super::tensor::{Mismatch, Tensor};

/// Serializes the elements or fields of one value.
pub(super) struct Compound<'a> {
    pub path: String,
    pub tensors: &'a mut Tensors,
    pub plain: bool,
    pub variant: Option<&'static str>,
    /// Whether this is an ndarray: shape and numbers, which become one tensor.
    pub array: bool,
    pub tuple: bool,
    pub elements: Elements,
    pub fields: Map<String, Value>,
    pub key: String,
}

impl Compound<'_> {
    fn serialize<T: Serialize + ?Sized>(&mut self, path: String, plain: bool, value: &T) -> Result<Item, Mismatch> {
        value.serialize(Serializer { path, tensors: &mut *self.tensors, plain })
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Mismatch> {
        // Numbers of a list need no path; in a tuple the element after a number may be of another type.
        let path = match &self.elements {
            Elements::Values(values) => join(&self.path, &values.len().to_string()),
            Elements::Numbers(numbers) if self.tuple => join(&self.path, &numbers.len().to_string()),
            Elements::Numbers(_) => String::new(),
        };
        let item = match self.serialize(path, self.plain, value)? {
            Item::U64(number) if self.plain => Item::Json(number.into()),
            item => item,
        };
        self.elements.push(item, &self.path, self.tensors);
        Ok(())
    }

    pub fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Mismatch> {
        if key.starts_with('$') {
            return Err(Mismatch(format!("the key `{key}`: names that begin with `$` are reserved")));
        }
        let path = if self.array { self.path.clone() } else { join(&self.path, key) };
        let item = self.serialize(path.clone(), self.array && key == "dim", value)?;
        let value = item.into_value(&path, self.tensors);
        self.fields.insert(key.into(), value);
        Ok(())
    }

    fn list(mut self) -> Item {
        let value = match std::mem::replace(&mut self.elements, Elements::Values(Vec::new())) {
            Elements::Values(values) => Value::Array(values),
            Elements::Numbers(numbers) => self.tensors.store(Tensor::list(numbers), &self.path),
        };
        self.named(value)
    }

    fn object(mut self) -> Item {
        let fields = std::mem::take(&mut self.fields);
        let shape = fields.get("dim").and_then(Value::as_array).filter(|_| self.array);
        if let Some(shape) = shape
            && let Some(stored) = fields.get("data").filter(|data| data.get(TENSOR).is_some())
            && let Some((_, tensor)) = self.tensors.list.last_mut()
        {
            tensor.shape = shape.iter().filter_map(Value::as_u64).map(|length| length as usize).collect();
            return Item::Json(stored.clone());
        }
        self.named(Value::Object(fields))
    }

    /// A variant's content is an object under the variant's name.
    fn named(&self, value: Value) -> Item {
        Item::Json(match self.variant {
            Some(variant) => json!({ variant: value }),
            None => value,
        })
    }
}

macro_rules! lists {
    ($($kind:ident::$method:ident;)*) => {
        $(impl ser::$kind for Compound<'_> {
            type Ok = Item;
            type Error = Mismatch;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Mismatch> {
                self.element(value)
            }

            fn end(self) -> Result<Item, Mismatch> {
                Ok(self.list())
            }
        })*
    };
}

lists! {
    SerializeSeq::serialize_element;
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
    SerializeTupleVariant::serialize_field;
}

macro_rules! objects {
    ($($kind:ident;)*) => {
        $(impl ser::$kind for Compound<'_> {
            type Ok = Item;
            type Error = Mismatch;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Mismatch> {
                self.field(key, value)
            }

            fn end(self) -> Result<Item, Mismatch> {
                Ok(self.object())
            }
        })*
    };
}

objects! {
    SerializeStruct;
    SerializeStructVariant;
}

impl ser::SerializeMap for Compound<'_> {
    type Ok = Item;
    type Error = Mismatch;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Mismatch> {
        match self.serialize(String::new(), true, key)? {
            Item::Json(Value::String(key)) => self.key = key,
            _ => return Err(Mismatch(format!("`{}` has keys that are not text", self.path))),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Mismatch> {
        let key = std::mem::take(&mut self.key);
        self.field(&key, value)
    }

    fn end(self) -> Result<Item, Mismatch> {
        Ok(self.object())
    }
}
