//! Sorts rust-analyzer's completions: the type's own members first, what every type has last, and nothing private.

use crate::complete::{Match, is_shown, place};
use crate::lookup::Group;
use crate::resolve::{Cell, Types};
use crate::store::{Index, Kind};
use crate::ty::Ty;

/// Methods that every type has, and rust-analyzer's snippets around an expression.
const EVERYWHERE: [&str; 62] = [
    "arg",
    "as_any",
    "as_any_mut",
    "borrow",
    "borrow_mut",
    "box",
    "break",
    "call",
    "clamp",
    "clone",
    "clone_from",
    "clone_into",
    "clone_to_uninit",
    "cmp",
    "const",
    "dbg",
    "dbgr",
    "deref",
    "drop",
    "eq",
    "equivalent",
    "err",
    "fmt",
    "format",
    "from",
    "from_ref",
    "ge",
    "gt",
    "hash",
    "if",
    "in_current_span",
    "instrument",
    "into",
    "into_any",
    "le",
    "let",
    "letm",
    "lete",
    "lt",
    "match",
    "max",
    "min",
    "ne",
    "not",
    "ok",
    "panic",
    "partial_cmp",
    "ref",
    "refm",
    "return",
    "serialize",
    "some",
    "static",
    "to_owned",
    "to_string",
    "try_from",
    "try_into",
    "type_id",
    "unsafe",
    "upcast",
    "vzip",
    "while",
];

/// The rank of a match; equal ones keep their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Own(usize),
    Trait(usize),
    Function,
    Other,
    Field(usize),
    Everywhere,
}

impl Index {
    /// Sorts rust-analyzer's `matches` at `cursor`: methods, then traits' methods, then fields, and last what every
    /// type has. Removes private fields of types that the index knows, and functions that only the kernel calls.
    ///
    /// The kinds are those of the kernel: `function`, `instance` (includes fields), `class`, `module`, `keyword`.
    pub fn order(&self, code: &str, cursor: usize, types: &dyn Fn(&str) -> Option<String>, matches: &mut Vec<Match>) {
        matches.retain(|one| is_shown(name_of(&one.text)));
        let cell = Cell::new(self, code, types as Types);
        let Some(place) = place(&cell, cursor) else { return };
        let behind_dot = place.before > 0 && cell.tokens[place.before - 1].is(".");
        if !behind_dot {
            matches.sort_by_key(|one| is_everywhere(name_of(&one.text)) && one.kind != "keyword");
            return;
        }
        let mut of = cell.type_before(place.before - 1);
        if !matches!(of, Ty::Item(..) | Ty::Bound(_)) && place.prefix.is_empty() {
            of = self.guessed(matches).unwrap_or(of);
        }
        let members = self.members(&of);
        let hidden = match &of {
            Ty::Item(item, _) => self.items[*item].hidden.as_slice(),
            _ => &[],
        };
        matches.retain(|one| {
            let name = name_of(&one.text);
            let is_field = one.kind != "function" && one.kind != "method";
            let public = members.iter().any(|found| found.member.kind == Kind::Field && found.member.name == name);
            !(is_field && !public && hidden.iter().any(|hidden| hidden == name))
        });
        matches.sort_by_key(|one| {
            let (name, is_function) = (name_of(&one.text), one.kind == "function" || one.kind == "method");
            let found = members
                .iter()
                .enumerate()
                .find(|(_, found)| found.member.name == name && (found.member.kind == Kind::Field) != is_function);
            match found {
                Some((position, found)) => match found.group {
                    Group::Own => Rank::Own(position),
                    Group::Trait => Rank::Trait(position),
                    Group::Field => Rank::Field(position),
                },
                None if is_everywhere(name) => Rank::Everywhere,
                None if is_function => Rank::Function,
                None => Rank::Other,
            }
        });
    }

    /// The type whose methods and fields are all in the list; of several, the one with the most.
    fn guessed(&self, matches: &[Match]) -> Option<Ty> {
        let names: std::collections::HashSet<&str> = matches.iter().map(|one| name_of(&one.text)).collect();
        let sizes = self.blocks_of.keys().filter_map(|&item| {
            let of = Ty::Item(item, vec![]);
            let members = self.members(&of);
            let own = members.iter().filter(|found| found.group == Group::Own && found.member.kind == Kind::Method);
            let own: Vec<&str> = own.map(|found| found.member.name.as_str()).filter(|name| is_shown(name)).collect();
            let fields = self.items[item].hidden.iter().all(|name| names.contains(name.as_str()));
            let fits = !own.is_empty() && fields && own.iter().all(|name| names.contains(name));
            fits.then_some((own.len(), std::cmp::Reverse(item)))
        });
        sizes.max().map(|(_, std::cmp::Reverse(item))| Ty::Item(item, vec![]))
    }
}

/// The name at the start of the inserted text: `fit` of `fit(examples)`.
fn name_of(text: &str) -> &str {
    let end = text.find(|character: char| character != '_' && !character.is_alphanumeric()).unwrap_or(text.len());
    &text[..end]
}

fn is_everywhere(name: &str) -> bool {
    EVERYWHERE.contains(&name)
}
