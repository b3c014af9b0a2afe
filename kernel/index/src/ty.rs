//! Types, reduced to what completion needs: an item and its type arguments.

use syn::{GenericArgument, PathArguments, Type, TypeParamBound};

use crate::link::MARK;

/// A type without references, boxes and lifetimes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    /// An item of the index.
    Item(usize, Vec<Ty>),
    /// A type that the index does not contain, or a type parameter.
    Named(String, Vec<Ty>),
    /// An array, a slice, a vector.
    Seq(Box<Ty>),
    /// A tuple.
    Tuple(Vec<Ty>),
    /// Any type that implements these traits of the index.
    Bound(Vec<usize>),
    /// `Self::Name`.
    Own(String),
    /// `Self`.
    SelfType,
    /// An unknown type.
    Unknown,
}

/// Types that merely point to the type inside.
const POINTERS: [&str; 6] = ["Box", "Rc", "Arc", "Ref", "RefMut", "Cow"];

impl Ty {
    /// Parses a type in the index, where positions represent items.
    pub fn bound(text: &str) -> Ty {
        syn::parse_str::<Type>(text).map_or(Ty::Unknown, |of| of_syntax(&of, &|_| None))
    }

    /// Parses a type as a user would write it; `find` finds items by their paths.
    pub fn written(text: &str, find: &dyn Fn(&[String]) -> Option<usize>) -> Ty {
        syn::parse_str::<Type>(text).map_or(Ty::Unknown, |of| of_syntax(&of, find))
    }

    /// Replaces type parameters by `given`, and `Self::Name` by `own`.
    pub fn with(&self, given: &dyn Fn(&str) -> Option<Ty>, own: &dyn Fn(&str) -> Option<Ty>) -> Ty {
        let all = |inner: &[Ty]| inner.iter().map(|of| of.with(given, own)).collect();
        match self {
            Ty::Named(name, arguments) if arguments.is_empty() => given(name).unwrap_or_else(|| self.clone()),
            Ty::Named(name, arguments) => Ty::Named(name.clone(), all(arguments)),
            Ty::Item(item, arguments) => Ty::Item(*item, all(arguments)),
            Ty::Seq(inner) => Ty::Seq(Box::new(inner.with(given, own))),
            Ty::Tuple(inner) => Ty::Tuple(all(inner)),
            Ty::Own(name) => own(name).unwrap_or(Ty::Unknown),
            Ty::SelfType => given("Self").unwrap_or(Ty::SelfType),
            Ty::Bound(_) | Ty::Unknown => self.clone(),
        }
    }

    /// The type that `?` and `unwrap` extract from a `Result` or an `Option`.
    pub fn inner(&self) -> Option<Ty> {
        match self {
            Ty::Named(name, arguments) if name == "Option" || name.ends_with("Result") => arguments.first().cloned(),
            _ => None,
        }
    }
}

fn of_syntax(of: &Type, find: &dyn Fn(&[String]) -> Option<usize>) -> Ty {
    match of {
        Type::Reference(inner) => of_syntax(&inner.elem, find),
        Type::Paren(inner) => of_syntax(&inner.elem, find),
        Type::Group(inner) => of_syntax(&inner.elem, find),
        Type::Array(inner) => Ty::Seq(Box::new(of_syntax(&inner.elem, find))),
        Type::Slice(inner) => Ty::Seq(Box::new(of_syntax(&inner.elem, find))),
        Type::Tuple(inner) => Ty::Tuple(inner.elems.iter().map(|of| of_syntax(of, find)).collect()),
        Type::ImplTrait(inner) => of_bounds(inner.bounds.iter(), find),
        Type::TraitObject(inner) => of_bounds(inner.bounds.iter(), find),
        Type::Path(inner) => of_path(inner, find),
        _ => Ty::Unknown,
    }
}

fn of_bounds<'a>(bounds: impl Iterator<Item = &'a TypeParamBound>, find: &dyn Fn(&[String]) -> Option<usize>) -> Ty {
    let traits = bounds.filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => item_of(&names(&bound.path), find),
        _ => None,
    });
    Ty::Bound(traits.collect())
}

fn of_path(path: &syn::TypePath, find: &dyn Fn(&[String]) -> Option<usize>) -> Ty {
    let names = names(&path.path);
    let Some((last, before)) = path.path.segments.last().zip(names.split_last().map(|(_, before)| before)) else {
        return Ty::Unknown;
    };
    let of_self = match &path.qself {
        Some(of) => matches!(&*of.ty, Type::Path(inner) if inner.path.is_ident("Self")),
        None => before == ["Self"],
    };
    if of_self {
        return Ty::Own(last.ident.to_string());
    }
    if path.qself.is_some() {
        return Ty::Unknown;
    }
    let arguments: Vec<Ty> = match &last.arguments {
        PathArguments::AngleBracketed(inner) => {
            let types = inner.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(of) => Some(of_syntax(of, find)),
                _ => None,
            });
            types.collect()
        }
        _ => vec![],
    };
    if let Some(item) = item_of(&names, find) {
        return Ty::Item(item, arguments);
    }
    match (last.ident.to_string().as_str(), arguments.first()) {
        ("Self", _) => Ty::SelfType,
        ("Vec", inner) => Ty::Seq(Box::new(inner.cloned().unwrap_or(Ty::Unknown))),
        (name, Some(inner)) if POINTERS.contains(&name) => inner.clone(),
        (name, _) => Ty::Named(name.to_owned(), arguments),
    }
}

fn names(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

fn item_of(names: &[String], find: &dyn Fn(&[String]) -> Option<usize>) -> Option<usize> {
    let last = names.last()?;
    let bound = last.strip_prefix(MARK).and_then(|digits| digits.parse().ok());
    bound.or_else(|| find(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_boxes_are_seen_through() {
        assert_eq!(Ty::bound("&'a mut Box<__3<T>>"), Ty::Item(3, vec![Ty::Named("T".into(), vec![])]));
        assert_eq!(Ty::bound("[__1; N]"), Ty::Seq(Box::new(Ty::Item(1, vec![]))));
        assert_eq!(Ty::bound("Vec<__1>"), Ty::Seq(Box::new(Ty::Item(1, vec![]))));
        assert_eq!(Ty::bound("PolarsResult<&__2>").inner(), Some(Ty::Item(2, vec![])));
        assert_eq!(Ty::bound("impl __4 + Send"), Ty::Bound(vec![4]));
        assert_eq!(Ty::bound("<Self as __4>::Fitted"), Ty::Own("Fitted".into()));
        assert_eq!(Ty::bound("Self::Fitted"), Ty::Own("Fitted".into()));
        assert_eq!(Ty::bound("not a type"), Ty::Unknown);
    }

    #[test]
    fn parameters_are_filled_in() {
        let given = |name: &str| (name == "T").then(|| Ty::Item(7, vec![]));
        let filled = Ty::bound("Option<(T, Self::Out)>").with(&given, &|_| Some(Ty::SelfType));
        assert_eq!(filled, Ty::Named("Option".into(), vec![Ty::Tuple(vec![Ty::Item(7, vec![]), Ty::SelfType])]));
    }
}
