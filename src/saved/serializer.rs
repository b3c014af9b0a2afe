//! Serializes a value: its numbers into tensors, the rest into JSON.

use serde::ser::{self, Serialize};
use serde_json::{Map, Value};

use super::compound::Compound;
use super::item::{Elements, Item, Tensors, join};
use super::tensor::Mismatch;

/// Returns the value's structure as JSON, in which every floating-point number and every list of numbers is the name of a
/// tensor.
///
/// JSON can hold neither NaN nor infinity, and other tools find the arrays by their names.
pub(super) fn serialize(value: &impl Serialize) -> Result<(Value, Tensors), Mismatch> {
    let mut tensors = Tensors::default();
    let item = value.serialize(Serializer { path: String::new(), tensors: &mut tensors, plain: false })?;
    let structure = item.into_value("", &mut tensors);
    Ok((structure, tensors))
}

/// Serializes one value, which is at `path` in the whole.
pub(super) struct Serializer<'a> {
    pub path: String,
    pub tensors: &'a mut Tensors,
    /// Whether integers stay in the JSON, as an array's shape does.
    pub plain: bool,
}

impl<'a> Serializer<'a> {
    fn compound(self, variant: Option<&'static str>) -> Compound<'a> {
        let path = variant.map_or_else(|| self.path.clone(), |variant| join(&self.path, variant));
        let Serializer { tensors, plain, .. } = self;
        let (elements, fields, key) = (Elements::Values(Vec::new()), Map::new(), String::new());
        Compound { path, tensors, plain, variant, array: false, tuple: false, elements, fields, key }
    }
}

macro_rules! items {
    ($($method:ident($type:ty) => $item:expr;)*) => {
        $(fn $method(self, value: $type) -> Result<Item, Mismatch> {
            Ok($item(value))
        })*
    };
}

fn json<T: Into<Value>>(value: T) -> Item {
    Item::Json(value.into())
}

impl<'a> ser::Serializer for Serializer<'a> {
    type Ok = Item;
    type Error = Mismatch;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

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

    fn serialize_bytes(self, _: &[u8]) -> Result<Item, Mismatch> {
        Err(Mismatch(format!("`{}` holds raw bytes, which a file cannot hold", self.path)))
    }

    fn serialize_none(self) -> Result<Item, Mismatch> {
        Ok(Item::Json(Value::Null))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Item, Mismatch> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Item, Mismatch> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Item, Mismatch> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Item, Mismatch> {
        Ok(json(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Item, Mismatch> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Item, Mismatch> {
        let mut compound = self.compound(None);
        compound.field(variant, value)?;
        Ok(Item::Json(Value::Object(compound.fields)))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'a>, Mismatch> {
        Ok(self.compound(None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound<'a>, Mismatch> {
        Ok(Compound { tuple: true, ..self.compound(None) })
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'a>, Mismatch> {
        Ok(self.compound(None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Mismatch> {
        Ok(self.compound(Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'a>, Mismatch> {
        Ok(self.compound(None))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Compound<'a>, Mismatch> {
        Ok(Compound { array: name == super::ARRAY, ..self.compound(None) })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Mismatch> {
        Ok(self.compound(Some(variant)))
    }
}
