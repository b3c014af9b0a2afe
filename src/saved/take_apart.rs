//! A value taken apart: its numbers into tensors, the rest into JSON.

use std::collections::HashSet;

use serde::ser::{self, Serialize};
use serde_json::{Map, Value, json};

use super::TENSOR;
use super::tensor::{Numbers, Tensor, Unfit};

/// Tensors by name, in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Tensors {
    pub list: Vec<(String, Tensor)>,
    names: HashSet<String>,
}

/// The value's structure, in which the name of a tensor stands for every floating-point number and every list of numbers.
///
/// JSON could hold neither NaN nor infinity, and other tools find the arrays by their names.
pub(super) fn take_apart(value: &impl Serialize) -> Result<(Value, Tensors), Unfit> {
    let mut tensors = Tensors::default();
    let item = value.serialize(Taker { path: String::new(), tensors: &mut tensors, plain: false })?;
    let structure = settle(item, "", &mut tensors);
    Ok((structure, tensors))
}

/// What a value became. A number does not know yet whether it stands alone or in a list.
pub(super) enum Item {
    F64(f64),
    F32(f32),
    U64(u64),
    Json(Value),
}

/// An item that stands alone.
fn settle(item: Item, path: &str, tensors: &mut Tensors) -> Value {
    let numbers = match item {
        Item::Json(value) => return value,
        Item::U64(value) => return value.into(),
        Item::F64(value) => Numbers::F64(vec![value]),
        Item::F32(value) => Numbers::F32(vec![value]),
    };
    store(Tensor { shape: Vec::new(), numbers }, path, tensors)
}

/// Keeps a tensor under a name that no other has, and gives what stands for it.
fn store(tensor: Tensor, path: &str, tensors: &mut Tensors) -> Value {
    let mut name = if path.is_empty() { "value".to_string() } else { path.to_string() };
    // Two paths can read the same only where a map's key holds a full stop.
    while name == "__metadata__" || !tensors.names.insert(name.clone()) {
        name.push('\'');
    }
    tensors.list.push((name.clone(), tensor));
    json!({ TENSOR: name })
}

/// The elements of a list, as numbers of one type as long as they are.
enum Elements {
    Numbers(Numbers),
    Values(Vec<Value>),
}

impl Elements {
    fn push(&mut self, item: Item, path: &str, tensors: &mut Tensors) {
        match (&mut *self, item) {
            (Elements::Numbers(Numbers::F64(values)), Item::F64(value)) => values.push(value),
            (Elements::Numbers(Numbers::F32(values)), Item::F32(value)) => values.push(value),
            (Elements::Numbers(Numbers::U64(values)), Item::U64(value)) => values.push(value),
            (Elements::Values(values), item) if !values.is_empty() => {
                let path = join(path, &values.len().to_string());
                values.push(settle(item, &path, tensors));
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
                let settled = items.map(|(at, item)| settle(item, &join(path, &at.to_string()), tensors));
                *self = Elements::Values(settled.collect());
            }
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_string() } else { format!("{path}.{name}") }
}

/// Takes apart one value, whose place in the whole is `path`.
pub(super) struct Taker<'a> {
    path: String,
    tensors: &'a mut Tensors,
    /// Whether integers stay in the JSON, as an array's shape does.
    plain: bool,
}

impl<'a> Taker<'a> {
    fn parts(self, variant: Option<&'static str>) -> Parts<'a> {
        let path = variant.map_or_else(|| self.path.clone(), |variant| join(&self.path, variant));
        let Taker { tensors, plain, .. } = self;
        let (elements, fields, key) = (Elements::Values(Vec::new()), Map::new(), String::new());
        Parts { path, tensors, plain, variant, array: false, tuple: false, elements, fields, key }
    }
}

macro_rules! items {
    ($($method:ident($type:ty) => $item:expr;)*) => {
        $(fn $method(self, value: $type) -> Result<Item, Unfit> {
            Ok($item(value))
        })*
    };
}

fn json<T: Into<Value>>(value: T) -> Item {
    Item::Json(value.into())
}

impl<'a> ser::Serializer for Taker<'a> {
    type Ok = Item;
    type Error = Unfit;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    items! {
        serialize_bool(bool) => json;
        serialize_i8(i8) => json;
        serialize_i16(i16) => json;
        serialize_i32(i32) => json;
        serialize_i64(i64) => json;
        serialize_u8(u8) => |value| Item::U64(u64::from(value));
        serialize_u16(u16) => |value| Item::U64(u64::from(value));
        serialize_u32(u32) => |value| Item::U64(u64::from(value));
        serialize_u64(u64) => Item::U64;
        serialize_f32(f32) => Item::F32;
        serialize_f64(f64) => Item::F64;
        serialize_char(char) => |value: char| json(value.to_string());
        serialize_str(&str) => json;
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Item, Unfit> {
        Err(Unfit(format!("`{}` holds raw bytes, which have no place in the file", self.path)))
    }

    fn serialize_none(self) -> Result<Item, Unfit> {
        Ok(Item::Json(Value::Null))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Item, Unfit> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Item, Unfit> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Item, Unfit> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Item, Unfit> {
        Ok(json(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Item, Unfit> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Item, Unfit> {
        let mut parts = self.parts(None);
        parts.field(variant, value)?;
        Ok(Item::Json(Value::Object(parts.fields)))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, Unfit> {
        Ok(self.parts(None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Unfit> {
        Ok(Parts { tuple: true, ..self.parts(None) })
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Unfit> {
        Ok(self.parts(None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Unfit> {
        Ok(self.parts(Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, Unfit> {
        Ok(self.parts(None))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'a>, Unfit> {
        Ok(Parts { array: name == super::ARRAY, ..self.parts(None) })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Unfit> {
        Ok(self.parts(Some(variant)))
    }
}

/// Takes apart the elements or fields of one value.
pub(super) struct Parts<'a> {
    path: String,
    tensors: &'a mut Tensors,
    plain: bool,
    variant: Option<&'static str>,
    /// Whether this is an ndarray: shape and numbers, which become one tensor.
    array: bool,
    tuple: bool,
    elements: Elements,
    fields: Map<String, Value>,
    key: String,
}

impl Parts<'_> {
    fn take<T: Serialize + ?Sized>(&mut self, path: String, plain: bool, value: &T) -> Result<Item, Unfit> {
        value.serialize(Taker { path, tensors: &mut *self.tensors, plain })
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        // Numbers of a list need not know their place; in a tuple what follows a number may be none.
        let path = match &self.elements {
            Elements::Values(values) => join(&self.path, &values.len().to_string()),
            Elements::Numbers(numbers) if self.tuple => join(&self.path, &numbers.len().to_string()),
            Elements::Numbers(_) => String::new(),
        };
        let item = match self.take(path, self.plain, value)? {
            Item::U64(number) if self.plain => Item::Json(number.into()),
            item => item,
        };
        self.elements.push(item, &self.path, self.tensors);
        Ok(())
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Unfit> {
        if key.starts_with('$') {
            return Err(Unfit(format!("the key `{key}`: names that begin with `$` are the file's own")));
        }
        let path = if self.array { self.path.clone() } else { join(&self.path, key) };
        let item = self.take(path.clone(), self.array && key == "dim", value)?;
        let value = settle(item, &path, self.tensors);
        self.fields.insert(key.into(), value);
        Ok(())
    }

    fn list(mut self) -> Item {
        let value = match std::mem::replace(&mut self.elements, Elements::Values(Vec::new())) {
            Elements::Values(values) => Value::Array(values),
            Elements::Numbers(numbers) => store(Tensor::list(numbers), &self.path, self.tensors),
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

    /// A variant's content is an object with the variant's name.
    fn named(&self, value: Value) -> Item {
        Item::Json(match self.variant {
            Some(variant) => json!({ variant: value }),
            None => value,
        })
    }
}

macro_rules! lists {
    ($($kind:ident::$method:ident;)*) => {
        $(impl ser::$kind for Parts<'_> {
            type Ok = Item;
            type Error = Unfit;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
                self.element(value)
            }

            fn end(self) -> Result<Item, Unfit> {
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
        $(impl ser::$kind for Parts<'_> {
            type Ok = Item;
            type Error = Unfit;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unfit> {
                self.field(key, value)
            }

            fn end(self) -> Result<Item, Unfit> {
                Ok(self.object())
            }
        })*
    };
}

objects! {
    SerializeStruct;
    SerializeStructVariant;
}

impl ser::SerializeMap for Parts<'_> {
    type Ok = Item;
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        match self.take(String::new(), true, key)? {
            Item::Json(Value::String(key)) => self.key = key,
            _ => return Err(Unfit(format!("`{}` has keys that are no text", self.path))),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        let key = std::mem::take(&mut self.key);
        self.field(&key, value)
    }

    fn end(self) -> Result<Item, Unfit> {
        Ok(self.object())
    }
}
