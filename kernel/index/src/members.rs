//! Reads the members of a type or a trait: functions, constants, fields, variants.

use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, ReturnType, Signature, TraitItem};

use crate::attributes::{described, is_hidden};
use crate::signature::{self, is_public};
use crate::source::Source;
use crate::store::{Kind, Member};

/// The public fields, and the names of the others.
pub fn of_fields(fields: &Fields, source: &Source) -> (Vec<Member>, Vec<String>) {
    let (mut members, mut hidden) = (vec![], vec![]);
    for field in fields.iter().filter(|field| source.compiles(&field.attrs)) {
        let Some(name) = &field.ident else { continue };
        if !is_public(&field.vis) || is_hidden(&field.attrs) {
            hidden.push(name.to_string());
            continue;
        }
        let text = signature::value(&name.to_string(), &field.ty);
        let mut member = described(Kind::Field, name, text, &field.attrs);
        member.returns = field.ty.to_token_stream().to_string();
        members.push(member);
    }
    (members, hidden)
}

pub fn of_variants(item: &syn::ItemEnum, source: &Source) -> Vec<Member> {
    let visible = item.variants.iter().filter(|variant| source.compiles(&variant.attrs) && !is_hidden(&variant.attrs));
    let member = |variant: &syn::Variant| {
        let mut member = described(Kind::Variant, &variant.ident, signature::variant(variant), &variant.attrs);
        member.returns = "Self".into();
        member
    };
    visible.map(member).collect()
}

/// The public functions and constants of an inherent block.
pub fn of_block(block: &syn::ItemImpl, source: &Source) -> Vec<Member> {
    let visible = |attributes: &[Attribute], visibility: &syn::Visibility| {
        is_public(visibility) && source.compiles(attributes) && !is_hidden(attributes)
    };
    let member = |item: &ImplItem| match item {
        ImplItem::Fn(inner) if visible(&inner.attrs, &inner.vis) => Some(function(&inner.sig, &inner.attrs)),
        ImplItem::Const(inner) if visible(&inner.attrs, &inner.vis) => {
            Some(constant(&inner.ident, &inner.ty, &inner.attrs))
        }
        _ => None,
    };
    block.items.iter().filter_map(member).collect()
}

pub fn of_trait(item: &syn::ItemTrait, source: &Source) -> Vec<Member> {
    let visible = |attributes: &[Attribute]| source.compiles(attributes) && !is_hidden(attributes);
    let member = |item: &TraitItem| match item {
        TraitItem::Fn(inner) if visible(&inner.attrs) => Some(function(&inner.sig, &inner.attrs)),
        TraitItem::Const(inner) if visible(&inner.attrs) => Some(constant(&inner.ident, &inner.ty, &inner.attrs)),
        _ => None,
    };
    item.items.iter().filter_map(member).collect()
}

fn function(signature: &Signature, attributes: &[Attribute]) -> Member {
    let kind = if signature.receiver().is_some() { Kind::Method } else { Kind::Function };
    let mut member = described(kind, &signature.ident, signature::function(signature), attributes);
    member.returns = returned(signature);
    member
}

fn constant(name: &syn::Ident, of: &syn::Type, attributes: &[Attribute]) -> Member {
    let text = format!("const {}", signature::value(&name.to_string(), of));
    let mut member = described(Kind::Const, name, text, attributes);
    member.returns = of.to_token_stream().to_string();
    member
}

/// The type that a function returns; empty for the unit type.
pub fn returned(signature: &Signature) -> String {
    match &signature.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, of) => of.to_token_stream().to_string(),
    }
}
