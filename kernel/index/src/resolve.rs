//! Determines the type of an expression in a cell: from signatures in the index, the cell's `let`s, and the kernel's
//! knowledge of its variables.

use crate::expression::{self, Expr};
use crate::lex::{Token, tokens};
use crate::lookup::Found;
use crate::store::{Index, Kind};
use crate::ty::Ty;
use crate::uses;

/// Expressions and variables nested more deeply than this stay unknown.
const DEPTH: usize = 40;

/// Returns the type of a variable, as a user would write it.
pub type Types<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A cell and what is needed to resolve its names.
pub struct Cell<'a> {
    pub index: &'a Index,
    pub code: &'a str,
    pub tokens: Vec<Token<'a>>,
    types: Types<'a>,
    used: Vec<Vec<String>>,
}

impl<'a> Cell<'a> {
    pub fn new(index: &'a Index, code: &'a str, types: Types<'a>) -> Self {
        let tokens = tokens(code);
        let used = uses::of(code, &tokens);
        Cell { index, code, tokens, types, used }
    }

    /// The paths imported by the cell's `use`s.
    pub fn used(&self) -> &[Vec<String>] {
        &self.used
    }

    /// The type of the expression that ends before token `end`.
    pub fn type_before(&self, end: usize) -> Ty {
        let (expression, start) = expression::before(&self.tokens, end);
        self.type_of(&expression, start, DEPTH)
    }

    /// The type of a variable before token `end`.
    pub fn type_of_variable(&self, name: &str, end: usize) -> Ty {
        self.variable(name, end, DEPTH)
    }

    /// The type of an expression; only `let`s before token `limit` count.
    fn type_of(&self, expression: &Expr, limit: usize, depth: usize) -> Ty {
        let Some(depth) = depth.checked_sub(1) else { return Ty::Unknown };
        let of = |inner: &Expr| self.type_of(inner, limit, depth);
        let found = match expression {
            Expr::Path(path) => match path.as_slice() {
                [name] => {
                    Some(self.variable(name, limit, depth)).filter(|of| *of != Ty::Unknown).or_else(|| self.value(path))
                }
                _ => self.value(path),
            },
            Expr::Call(path) => self.call(path),
            Expr::Literal(path) => self.find_type(path).or_else(|| self.find_type(&path[..path.len() - 1])).map(own),
            Expr::Method(receiver, name) => self.method(&of(receiver), name),
            Expr::Field(receiver, name) => self.field(&of(receiver), name),
            Expr::Index(receiver) => match of(receiver) {
                Ty::Seq(inner) => Some(*inner),
                _ => None,
            },
            Expr::Try(inner) => of(inner).inner(),
            Expr::Macro(name) => self.written_by(name),
            Expr::Tuple(parts) => Some(Ty::Tuple(parts.iter().map(of).collect())),
            Expr::Array(first) => Some(Ty::Seq(Box::new(first.as_ref().map_or(Ty::Unknown, |first| of(first))))),
            Expr::Text => Some(Ty::Named("str".into(), vec![])),
            Expr::Number(text) => {
                let name = if text.contains('.') { "f64" } else { "i32" };
                Some(Ty::Named(name.into(), vec![]))
            }
            Expr::Unknown => None,
        };
        found.map_or(Ty::Unknown, |of| self.index.normal(of))
    }

    fn call(&self, path: &[String]) -> Option<Ty> {
        let (name, before) = path.split_last()?;
        if let Some(of) = self.find_type(path) {
            return Some(own(of));
        }
        if let Some(of) = self.find_type(before) {
            let subject = self.index.normal(own(of));
            let found = self.index.members(&subject).into_iter().find(|found| found.member.name == *name);
            return match found {
                Some(found) => Some(self.index.returned(&found)),
                // Functions of traits that the index does not contain: `default()`, `from(…)`, `from_iter(…)`.
                None => ["default", "from", "from_iter", "new"].contains(&name.as_str()).then_some(subject),
            };
        }
        match (before.last().map(String::as_str), name.as_str()) {
            (Some("Vec"), "new" | "with_capacity" | "from") => Some(Ty::Seq(Box::new(Ty::Unknown))),
            (Some("String"), "new" | "from") => Some(Ty::Named("String".into(), vec![])),
            _ => {
                let function = self.find(path, |kind| kind == Kind::Function)?;
                Some(Ty::bound(&self.index.items[function].this.returns))
            }
        }
    }

    /// The type of a path that is not called: a constant, a variant, a unit struct.
    fn value(&self, path: &[String]) -> Option<Ty> {
        if let Some(of) = self.find_type(path) {
            return Some(own(of));
        }
        let (name, before) = path.split_last()?;
        if let Some(of) = self.find_type(before) {
            let subject = self.index.normal(own(of));
            let found = self.index.members(&subject).into_iter().find(|found| found.member.name == *name)?;
            return (found.member.kind != Kind::Method).then(|| self.index.returned(&found));
        }
        let constant = self.find(path, |kind| kind == Kind::Const)?;
        Some(Ty::bound(&self.index.items[constant].this.returns))
    }

    fn method(&self, receiver: &Ty, name: &str) -> Option<Ty> {
        if let Some(found) = self.member(receiver, name).filter(|found| found.member.kind == Kind::Method) {
            return Some(self.index.returned(&found));
        }
        match (name, receiver) {
            ("unwrap" | "expect" | "unwrap_or" | "unwrap_or_default" | "unwrap_or_else" | "ok_or", _)
                if receiver.inner().is_some() =>
            {
                receiver.inner()
            }
            ("ok" | "err", Ty::Named(..)) => Some(Ty::Named("Option".into(), vec![receiver.inner()?])),
            ("first" | "last" | "get" | "first_mut" | "last_mut" | "get_mut" | "pop", Ty::Seq(inner)) => {
                Some(Ty::Named("Option".into(), vec![(**inner).clone()]))
            }
            ("clone" | "to_owned" | "as_ref" | "as_mut" | "to_vec" | "as_slice" | "copied" | "cloned" | "take", _) => {
                Some(receiver.clone())
            }
            ("len", _) => Some(Ty::Named("usize".into(), vec![])),
            ("to_string", _) => Some(Ty::Named("String".into(), vec![])),
            _ => None,
        }
    }

    fn field(&self, receiver: &Ty, name: &str) -> Option<Ty> {
        if let (Ty::Tuple(parts), Ok(position)) = (receiver, name.parse::<usize>()) {
            return parts.get(position).cloned();
        }
        let members = self.index.members(receiver);
        let field = members.iter().find(|found| found.member.kind == Kind::Field && found.member.name == name)?;
        Some(self.index.returned(field))
    }

    /// A member of a type, by its name.
    pub fn member(&self, of: &Ty, name: &str) -> Option<Found<'a>> {
        self.index.members(of).into_iter().find(|found| found.member.name == name)
    }

    /// The types that well-known macros produce.
    fn written_by(&self, name: &str) -> Option<Ty> {
        let item = |name: &str| self.find_type(&[name.to_owned()]).map(own);
        match name {
            "df" => Some(Ty::Named("PolarsResult".into(), vec![item("DataFrame")?])),
            "array" => item("Array"),
            "vec" => Some(Ty::Seq(Box::new(Ty::Unknown))),
            "format" => Some(Ty::Named("String".into(), vec![])),
            _ => None,
        }
    }

    fn variable(&self, name: &str, limit: usize, depth: usize) -> Ty {
        let Some(depth) = depth.checked_sub(1) else { return Ty::Unknown };
        for position in (0..limit.min(self.tokens.len())).rev().filter(|&position| self.tokens[position].text == "let")
        {
            if let Some(binding) = uses::binding(&self.tokens, position, name).filter(|binding| binding.end <= limit) {
                let whole = match binding.of {
                    Some((start, end)) => self.written(&self.code[self.tokens[start].start..self.tokens[end - 1].end]),
                    None => {
                        let expression = expression::part_of(&self.tokens, binding.value, binding.end);
                        self.type_of(&expression, position, depth)
                    }
                };
                return match (binding.part, whole) {
                    (None, whole) => whole,
                    (Some(part), Ty::Tuple(parts)) => parts.get(part).cloned().unwrap_or(Ty::Unknown),
                    (Some(_), Ty::Seq(inner)) => *inner,
                    _ => Ty::Unknown,
                };
            }
        }
        (self.types)(name).map_or(Ty::Unknown, |text| self.written(&text))
    }

    /// The type for a type expression in the cell.
    pub fn written(&self, text: &str) -> Ty {
        self.index.normal(Ty::written(text.trim(), &|path| self.find_type(path)))
    }

    /// The type or trait that a path names.
    pub fn find_type(&self, path: &[String]) -> Option<usize> {
        self.find(path, Kind::is_type)
    }

    /// The item that a path names. If several have its name, it is the one whose own path has most in common with it,
    /// or with a `use` in the cell, and then the one of the more important crate.
    pub fn find(&self, path: &[String], accept: impl Fn(Kind) -> bool) -> Option<usize> {
        let (name, before) = path.split_last()?;
        let candidates = self.index.named.get(name)?.iter().copied();
        let candidates: Vec<usize> = candidates.filter(|&item| accept(self.index.items[item].this.kind)).collect();
        let used = self.used.iter().filter(|used| used.last().is_some_and(|last| last == name || last == "*"));
        let used: Vec<&[String]> = used.filter_map(|used| used.split_last().map(|(_, before)| before)).collect();
        let score = |&item: &usize| {
            let common = |hints: &[String]| hints.iter().filter(|hint| self.belongs(item, hint)).count();
            let all = |hints: &&&[String]| common(hints) == hints.len();
            (common(before), used.iter().filter(all).map(|hints| common(hints)).max().unwrap_or(0))
        };
        // Of equal elements, `max_by_key` returns the last.
        let best = candidates.iter().rev().max_by_key(|item| score(item)).copied()?;
        // `a::name` is not just any function of this name.
        let foreign =
            !before.is_empty() && score(&best).0 == 0 && !before.iter().any(|part| part == "crate" || part == "self");
        (!foreign || self.index.items[best].this.kind.is_type()).then_some(best)
    }

    /// Whether a path segment can lead to the item.
    fn belongs(&self, item: usize, part: &str) -> bool {
        let item = &self.index.items[item];
        let krate = &self.index.crates[item.krate];
        krate == part
            || krate.strip_prefix(part).is_some_and(|rest| rest.starts_with('_'))
            || item.path.split("::").any(|own| own == part)
    }
}

fn own(item: usize) -> Ty {
    Ty::Item(item, vec![])
}
