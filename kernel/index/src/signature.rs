//! Declarations of items as text: no bodies, no attributes, nothing private.

use quote::ToTokens;
use syn::{FnArg, Generics, Item, Pat, Signature, Type, Visibility};

/// Enums with more variants than this are abbreviated.
const VARIANTS: usize = 16;

/// `fn name(arguments) -> Type`.
pub fn function(signature: &Signature) -> String {
    let mut signature = signature.clone();
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                receiver.attrs.clear();
                if receiver.reference.is_none() {
                    receiver.mutability = None;
                }
            }
            FnArg::Typed(argument) => {
                argument.attrs.clear();
                if let Pat::Ident(name) = &mut *argument.pat {
                    (name.mutability, name.by_ref) = (None, None);
                }
            }
        }
    }
    let block = Box::new(syn::Block { brace_token: Default::default(), stmts: vec![] });
    printed(Item::Fn(syn::ItemFn { attrs: vec![], vis: Visibility::Inherited, sig: signature, block }))
}

/// `struct Name<T>` with its public fields.
pub fn structure(item: &syn::ItemStruct) -> String {
    let mut item = item.clone();
    item.attrs.clear();
    item.vis = Visibility::Inherited;
    let all = item.fields.len();
    let mut shown = all;
    if let syn::Fields::Named(fields) = &mut item.fields {
        let public = std::mem::take(&mut fields.named).into_iter().filter(|field| is_public(&field.vis));
        fields.named = public.map(without_attributes).collect();
        shown = fields.named.len();
    } else {
        if item.fields.iter().any(|field| !is_public(&field.vis)) {
            item.fields = syn::Fields::Unit;
            item.semi_token = Some(Default::default());
        }
        item.fields.iter_mut().for_each(|field| field.attrs.clear());
    }
    let text = printed(Item::Struct(item));
    match text.strip_suffix('}') {
        Some(open) if shown > 0 && shown < all => format!("{}\n    // and private fields\n}}", open.trim_end()),
        _ => text,
    }
}

fn without_attributes(mut field: syn::Field) -> syn::Field {
    field.attrs.clear();
    field
}

/// `enum Name { … }`.
pub fn enumeration(item: &syn::ItemEnum) -> String {
    let mut item = item.clone();
    item.attrs.clear();
    item.vis = Visibility::Inherited;
    let all = item.variants.len();
    item.variants = std::mem::take(&mut item.variants).into_iter().take(VARIANTS).map(plain).collect();
    let text = printed(Item::Enum(item));
    match text.strip_suffix('}') {
        Some(open) if all > VARIANTS => format!("{}\n    // and {} more\n}}", open.trim_end(), all - VARIANTS),
        _ => text,
    }
}

fn plain(mut variant: syn::Variant) -> syn::Variant {
    variant.attrs.clear();
    variant.fields.iter_mut().for_each(|field| field.attrs.clear());
    variant
}

/// `Name(Type)`.
pub fn variant(variant: &syn::Variant) -> String {
    let one = syn::ItemEnum {
        attrs: vec![],
        vis: Visibility::Inherited,
        enum_token: Default::default(),
        ident: variant.ident.clone(),
        generics: Generics::default(),
        brace_token: Default::default(),
        variants: std::iter::once(plain(variant.clone())).collect(),
    };
    let text = printed(Item::Enum(one));
    let inner = text.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}')).map_or("", |(inner, _)| inner);
    let lines: Vec<&str> = inner.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    lines.join("\n").trim().trim_end_matches(',').to_owned()
}

/// `trait Name: Bounds`.
pub fn interface(item: &syn::ItemTrait) -> String {
    let mut item = item.clone();
    item.attrs.clear();
    item.vis = Visibility::Inherited;
    item.items.clear();
    printed(Item::Trait(item))
}

/// `type Name<T> = Type`.
pub fn alias(item: &syn::ItemType) -> String {
    let mut item = item.clone();
    item.attrs.clear();
    item.vis = Visibility::Inherited;
    printed(Item::Type(item))
}

/// `const NAME: Type`, and `name: Type` for a field.
pub fn value(name: &str, of: &Type) -> String {
    format!("{name}: {}", self::of_type(of))
}

/// A type as a user would write it.
pub fn of_type(of: &Type) -> String {
    let ident = proc_macro2::Ident::new("T", proc_macro2::Span::call_site());
    let ty = Box::new(of.clone());
    let alias = syn::ItemType {
        attrs: vec![],
        vis: Visibility::Inherited,
        type_token: Default::default(),
        ident,
        generics: Generics::default(),
        eq_token: Default::default(),
        ty,
        semi_token: Default::default(),
    };
    printed(Item::Type(alias)).trim_start_matches("type T =").trim().to_owned()
}

/// Whether it is visible everywhere.
pub fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The names of the type parameters, without lifetimes and constants.
pub fn parameters(generics: &Generics) -> Vec<String> {
    generics.type_params().map(|parameter| parameter.ident.to_string()).collect()
}

/// The defaults of the type parameters; empty if none has one.
pub fn defaults(generics: &Generics) -> Vec<String> {
    let defaults = generics.type_params().map(|parameter| match &parameter.default {
        Some(of) => of.to_token_stream().to_string(),
        None => String::new(),
    });
    let defaults: Vec<String> = defaults.collect();
    if defaults.iter().all(String::is_empty) { vec![] } else { defaults }
}

fn printed(item: Item) -> String {
    let file = syn::File { shebang: None, attrs: vec![], items: vec![item] };
    let text = prettyplease::unparse(&file);
    let text = text.trim().trim_end_matches(';').trim_end();
    let bare = text.strip_suffix("{}").unwrap_or(text).trim_end();
    bare.trim_end_matches(',').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn a_function_is_shown_without_body_and_attributes() {
        let item: syn::ItemFn = parse_quote! {
            #[inline] pub fn split<const N: usize>(mut self, #[allow(unused)] mut parts: [f64; N]) -> Result<[Self; N]> { todo!() }
        };
        assert_eq!(function(&item.sig), "fn split<const N: usize>(self, parts: [f64; N]) -> Result<[Self; N]>");
        let item: syn::ItemFn = parse_quote! { fn f<T>(&mut self, x: T) where T: Clone {} };
        assert_eq!(function(&item.sig), "fn f<T>(&mut self, x: T)\nwhere\n    T: Clone");
    }

    #[test]
    fn only_public_fields_are_shown() {
        assert_eq!(structure(&parse_quote! { pub struct A { a: u8, b: u8 } }), "struct A");
        assert_eq!(structure(&parse_quote! { pub struct A<T>(T); }), "struct A<T>");
        assert_eq!(structure(&parse_quote! { pub struct A(pub u8); }), "struct A(pub u8)");
        let shown = structure(&parse_quote! { pub struct A { #[serde] pub a: u8, b: u8 } });
        assert_eq!(shown, "struct A {\n    pub a: u8,\n    // and private fields\n}");
    }

    #[test]
    fn variants_traits_and_values_are_short() {
        assert_eq!(variant(&parse_quote! { #[default] Share(#[a] f64) }), "Share(f64)");
        assert_eq!(variant(&parse_quote! { None }), "None");
        assert_eq!(interface(&parse_quote! { pub trait A<T>: B + C { fn f(); } }), "trait A<T>: B + C");
        assert_eq!(alias(&parse_quote! { pub type A<T> = Vec<T>; }), "type A<T> = Vec<T>");
        assert_eq!(value("a", &parse_quote! { &'a [f64] }), "a: &'a [f64]");
        assert_eq!(enumeration(&parse_quote! { pub enum E { A, B(u8) } }), "enum E {\n    A,\n    B(u8),\n}");
    }
}
