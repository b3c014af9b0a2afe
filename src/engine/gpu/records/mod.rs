//! Records: what the dispatches of a kernel need to know, declared once.
//!
//! A record is a Rust struct. [`Field::write`] appends its fields to the table in the order of the declaration, a word of 32
//! bits each, and [`accessors`] generates the WGSL functions that read them there: a kernel reads the field `z` of its
//! record as `record_z()`, the field `kind` of a part `loss` as `record_loss_kind()`, and the field `units` of an item of
//! the list `layers` as `record_layers_units(item)`. A function reads one word, so that a kernel reads no more than it uses.
//!
//! Offsets count numbers, not bytes, from the beginning of a buffer: the arena, unless the field names another one.

mod dense;
mod layers;
mod loss;
mod parts;
mod update;

use super::kernel::Kernel;

pub(super) use dense::{DenseBackwardInput, DenseBackwardWeights, DenseForward, DenseLayer, DenseTail};
pub(super) use layers::{
    ActivationBackward, ActivationForward, BatchNormBackward, BatchNormForward, DropoutBackward, DropoutForward,
    Gather, GaussianNoise,
};
pub(super) use loss::{ActivityPenalty, Loss, PenalizedPiece, WeightPenalty};
pub(super) use parts::{Activation, Dropout, LossOfRow, Producer, Slice, Strengths};
pub(super) use update::{ClipByNorm, Constraint, GradientNorm, Optimizer, Piece, Tensor, TensorPieces};

/// The word of an offset that is `None`; `NONE` in WGSL.
pub(super) const NONE: u32 = u32::MAX;

/// Where the words of a field are in a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Words before it.
    offset: usize,
    /// Words of each item, where it is part of a list.
    item: Option<usize>,
}

impl Place {
    /// The place after this many words.
    fn after(self, words: usize) -> Self {
        Place { offset: self.offset + words, ..self }
    }
}

/// What a record consists of: a word, a part with fields of its own, or at the end a list of parts.
pub(super) trait Field {
    /// How many words it has; a list has one, the number of its items, which follow.
    const WORDS: usize;

    /// Appends its words to the table.
    fn write(&self, table: &mut Vec<u32>);

    /// Appends the WGSL functions that read it. Returns the place of the next field.
    fn accessors(name: &str, place: Place, text: &mut String) -> Place;

    /// One whose words are all different, each listed with the name of its accessor.
    #[cfg(test)]
    fn sample(name: &str, words: &mut Vec<(String, u32)>) -> Self;
}

/// The record of a kernel.
pub(super) trait Record: Field {
    const KERNEL: Kernel;
}

/// The WGSL functions that read the fields of this record.
pub(super) fn accessors<R: Record>() -> String {
    let mut text = String::new();
    R::accessors("record", Place { offset: 0, item: None }, &mut text);
    text
}

/// The words of a record, and each of them with the name of its accessor.
#[cfg(test)]
pub(super) fn sample<R: Record>() -> (Vec<u32>, Vec<(String, u32)>) {
    let (mut table, mut words) = (vec![], vec![]);
    R::sample("record", &mut words).write(&mut table);
    (table, words)
}

/// Appends the function `name`, which reads a word; `value` makes its value of the word.
fn accessor(name: &str, place: Place, kind: &str, value: impl Fn(String) -> String, text: &mut String) -> Place {
    let (parameter, item) = match place.item {
        Some(words) => ("item: u32", format!(" + item * {words}u")),
        None => ("", String::new()),
    };
    let word = format!("table[dispatch.record + {}u{item}]", place.offset);
    *text += &format!("fn {name}({parameter}) -> {kind} {{\n    return {};\n}}\n\n", value(word));
    place.after(1)
}

macro_rules! words {
    ($($kind:ty as $name:literal: $write:expr, $read:literal, $sample:expr;)*) => { $(
        impl Field for $kind {
            const WORDS: usize = 1;

            fn write(&self, table: &mut Vec<u32>) {
                let write: fn($kind) -> u32 = $write;
                table.push(write(*self));
            }

            fn accessors(name: &str, place: Place, text: &mut String) -> Place {
                accessor(name, place, $name, |word| format!($read, word), text)
            }

            #[cfg(test)]
            fn sample(name: &str, words: &mut Vec<(String, u32)>) -> Self {
                let sample: fn(u32) -> $kind = $sample;
                let value = sample(words.len() as u32 + 2);
                let mut written = vec![];
                value.write(&mut written);
                words.push((name.to_string(), written[0]));
                value
            }
        }
    )* };
}

words! {
    u32 as "u32": |number| number, "{}", |at| at;
    // The same in WGSL, where `NONE` is the number that no offset reaches.
    Option<u32> as "u32": |offset| offset.unwrap_or(NONE), "{}", Some;
    f32 as "f32": f32::to_bits, "bitcast<f32>({})", |at| at as f32;
    bool as "bool": u32::from, "{} != 0u", |at| at % 2 == 1;
}

/// A list, with the number of its items before it. It is the last field of a record.
impl<Part: Field> Field for Vec<Part> {
    const WORDS: usize = 1;

    fn write(&self, table: &mut Vec<u32>) {
        table.push(self.len() as u32);
        self.iter().for_each(|part| part.write(table));
    }

    fn accessors(name: &str, place: Place, text: &mut String) -> Place {
        let items = u32::accessors(&format!("{name}_count"), place, text);
        Part::accessors(name, Place { item: Some(Part::WORDS), ..items }, text)
    }

    #[cfg(test)]
    fn sample(name: &str, words: &mut Vec<(String, u32)>) -> Self {
        words.push((format!("{name}_count"), 3));
        (0..3).map(|_| Part::sample(name, words)).collect()
    }
}

/// Declares records and their parts: structs whose fields become words of the table, and functions in WGSL, in this order.
macro_rules! records {
    ($($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $kind:ty),* $(,)? })*) => { $(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
        pub(in crate::engine::gpu) struct $name {
            $($(#[$doc])* pub $field: $kind),*
        }

        impl $crate::engine::gpu::records::Field for $name {
            const WORDS: usize = 0 $(+ <$kind as $crate::engine::gpu::records::Field>::WORDS)*;

            fn write(&self, table: &mut Vec<u32>) {
                $($crate::engine::gpu::records::Field::write(&self.$field, table);)*
            }

            fn accessors(
                name: &str,
                place: $crate::engine::gpu::records::Place,
                text: &mut String,
            ) -> $crate::engine::gpu::records::Place {
                $(let place = <$kind as $crate::engine::gpu::records::Field>::accessors(
                    &format!("{name}_{}", stringify!($field)), place, text,
                );)*
                place
            }

            #[cfg(test)]
            fn sample(name: &str, words: &mut Vec<(String, u32)>) -> Self {
                $(let $field = <$kind as $crate::engine::gpu::records::Field>::sample(
                    &format!("{name}_{}", stringify!($field)), words,
                );)*
                $name { $($field),* }
            }
        }
    )* };
}
use records;

#[cfg(test)]
mod tests;
