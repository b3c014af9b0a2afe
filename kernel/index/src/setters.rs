//! plotly's `#[derive(FieldSetter)]`: a builder method for each field. They appear in no source file, so they are
//! listed here as `plotly_derive` 0.14 generates them, except those that change a figure already shown.

use quote::quote;
use syn::{Fields, GenericArgument, Item, ItemStruct, PathArguments, Type};

use crate::attributes::{derives, described, lists};
use crate::source::Source;
use crate::store::{Kind, Member};

/// The setters of a struct that derives them.
pub fn of(item: &ItemStruct, source: &Source) -> Vec<Member> {
    let Fields::Named(fields) = &item.fields else { return vec![] };
    if !derives(&item.attrs, "FieldSetter") {
        return vec![];
    }
    let returns = if lists(&item.attrs, "field_setter", "box_self") { "Box<Self>" } else { "Self" };
    let mut setters = vec![];
    for field in fields.named.iter().filter(|field| source.compiles(&field.attrs)) {
        let (Some(name), Some(of)) = (&field.ident, inside(&field.ty, "Option")) else { continue };
        if lists(&field.attrs, "field_setter", "skip") {
            continue;
        }
        let mut add = |name: String, value: String| {
            let ident = syn::Ident::new(&name, proc_macro2::Span::call_site());
            let text = format!("fn {name}(self, value: {value}) -> {returns}");
            let mut member = described(Kind::Method, &ident, text, &field.attrs);
            member.returns = returns.into();
            setters.push(member);
        };
        let dimension = inside(of, "Dim");
        let value = taken(dimension.unwrap_or(of));
        add(name.to_string(), value.clone());
        if dimension.is_some() {
            add(format!("{name}_array"), format!("Vec<{value}>"));
            if lists(&field.attrs, "field_setter", "with_matrix") {
                add(format!("{name}_matrix"), format!("Vec<Vec<{value}>>"));
            }
        }
    }
    setters
}

/// The structs that plotly's `#[layout_structs]` generates from the fields: `Layout` and `LayoutTemplate`.
pub fn layouts(item: &ItemStruct) -> Option<Vec<Item>> {
    item.attrs.iter().find(|attribute| attribute.path().is_ident("layout_structs"))?;
    let (fields, annotate) = (
        &item.fields,
        quote! {
            pub fn add_annotation(&mut self, annotation: Annotation) {}
            pub fn add_shape(&mut self, shape: Shape) {}
        },
    );
    let items = quote! {
        /// The layout of a figure: title, axes, legend, margins, colors.
        #[derive(Clone, FieldSetter)]
        pub struct Layout #fields
        impl Layout {
            pub fn new() -> Self {}
            pub fn template<T: Into<Cow<'static, Template>>>(self, template: T) -> Self {}
            #annotate
            pub fn to_json(&self) -> String {}
        }
        /// A layout that figures start from.
        #[derive(Clone, FieldSetter)]
        pub struct LayoutTemplate #fields
        impl LayoutTemplate {
            pub fn new() -> Self {}
            #annotate
        }
    };
    syn::parse2::<syn::File>(items).ok().map(|file| file.items)
}

/// The argument of the setter for a field of this type.
fn taken(of: &Type) -> String {
    if let Some(inner) = inside(of, "Vec") {
        return format!("Vec<{}>", taken(inner));
    }
    if let Some(inner) = inside(of, "Box") {
        return if matches!(inner, Type::TraitObject(_)) { "impl Color".into() } else { taken(inner) };
    }
    let text = crate::signature::of_type(of);
    match text.as_str() {
        "String" => "impl AsRef<str>".into(),
        "NumOrString" | "Title" | "LegendGroupTitle" => format!("impl Into<{text}>"),
        "NumOrStringCollection" => "Vec<impl Into<NumOrString> + Clone>".into(),
        _ => text,
    }
}

/// The type `T` in `wrapper<T>`.
fn inside<'a>(of: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = of else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn both_layouts_are_made_of_the_fields() {
        let items =
            layouts(&parse_quote! { #[layout_structs] pub struct LayoutFields { title: Option<Title> } }).unwrap();
        assert_eq!(items.len(), 4);
        let Item::Struct(layout) = &items[0] else { panic!("not a struct") };
        assert_eq!(layout.ident, "Layout");
        let setters = of(layout, &Source::new("plotly", ""));
        assert_eq!(setters[0].signature, "fn title(self, value: impl Into<Title>) -> Self");
        assert!(layouts(&parse_quote! { pub struct LayoutFields { title: Option<Title> } }).is_none());
    }

    #[test]
    fn setters_are_those_that_plotly_derives() {
        let item: ItemStruct = parse_quote! {
            #[derive(Clone, FieldSetter)]
            #[field_setter(box_self, kind = "trace")]
            pub struct Scatter<X> {
                #[field_setter(default = "PlotType::Scatter")]
                r#type: PlotType,
                /// The name.
                name: Option<String>,
                #[field_setter(skip)]
                x: Option<Vec<X>>,
                text: Option<Dim<String>>,
                fill_color: Option<Box<dyn Color>>,
                marker: Option<Marker>,
            }
        };
        let setters = of(&item, &Source::new("plotly", ""));
        let signatures: Vec<&str> = setters.iter().map(|setter| setter.signature.as_str()).collect();
        assert_eq!(
            signatures,
            [
                "fn name(self, value: impl AsRef<str>) -> Box<Self>",
                "fn text(self, value: impl AsRef<str>) -> Box<Self>",
                "fn text_array(self, value: Vec<impl AsRef<str>>) -> Box<Self>",
                "fn fill_color(self, value: impl Color) -> Box<Self>",
                "fn marker(self, value: Marker) -> Box<Self>",
            ]
        );
        assert_eq!(setters[0].doc, "The name.");
        assert!(of(&parse_quote! { pub struct A { a: Option<u8> } }, &Source::new("a", "")).is_empty());
    }
}
