//! Tab: completions at the cursor.

use crate::expression::path;
use crate::lex::{Sort, Token};
use crate::lookup::{Found, Group};
use crate::render::on_one_line;
use crate::resolve::{Cell, Types};
use crate::store::{Index, Kind};
use crate::ty::Ty;

/// The number of letters from which names are offered that only a `use` in an earlier cell can have imported.
const LETTERS: usize = 3;

/// With more methods than this, source order helps nobody: they are sorted by name.
const MANY: usize = 60;

/// The possible replacements of `start..end`, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// The first byte to replace.
    pub start: usize,
    /// The end of the bytes to replace: the cursor.
    pub end: usize,
    /// The names, in the order to show them.
    pub matches: Vec<Match>,
}

/// A single completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The text to insert.
    pub text: String,
    /// Its kind: `method`, `function`, `struct`, …
    pub kind: String,
    /// Its declaration, on one line.
    pub signature: String,
}

impl Match {
    fn new(name: &str, kind: Kind, signature: &str) -> Self {
        Match { text: name.into(), kind: kind.word().into(), signature: on_one_line(signature) }
    }
}

/// The position of the cursor.
pub struct Place<'a> {
    /// The part of the name that has been typed.
    pub prefix: &'a str,
    /// The start of the name.
    pub start: usize,
    /// The number of tokens before it.
    pub before: usize,
}

/// Finds the name before the cursor; `None` in strings and comments.
pub fn place<'a>(cell: &Cell<'a>, cursor: usize) -> Option<Place<'a>> {
    let before = cell.tokens.iter().take_while(|token| token.end < cursor).count();
    let at = cell.tokens.get(before).filter(|token| token.start < cursor);
    let behind = if before > 0 { cell.tokens[before - 1].end } else { 0 };
    let gap = cell.code.get(behind..at.map_or(cursor, |token| token.start))?;
    if gap.contains("//") || gap.contains("/*") {
        return None;
    }
    match at {
        Some(token) if token.sort == Sort::Name => {
            Some(Place { prefix: cell.code.get(token.start..cursor)?, start: token.start, before })
        }
        Some(token) if token.sort == Sort::Mark && token.end == cursor => {
            Some(Place { prefix: "", start: cursor, before: before + 1 })
        }
        Some(_) => None,
        None => Some(Place { prefix: "", start: cursor, before }),
    }
}

impl Index {
    /// The completions at `cursor`, a position in bytes. `types` returns the types of variables.
    ///
    /// After `expression.`: the methods of its type, then those of its traits, in source order, then public fields.
    /// After `Type::`: functions, constants and variants. After `module::`: its items. Elsewhere: the names that start
    /// with the typed letters. `None` if nothing is known.
    pub fn complete(&self, code: &str, cursor: usize, types: &dyn Fn(&str) -> Option<String>) -> Option<Completions> {
        let cell = Cell::new(self, code, types as Types);
        let place = place(&cell, cursor)?;
        let last = place.before.checked_sub(1).map(|last| &cell.tokens[last]);
        let mut matches = match last {
            Some(token) if token.is(".") => self.behind_dot(&cell.type_before(place.before - 1)),
            Some(token) if token.is("::") => self.behind_colons(&cell, place.before - 1),
            last if place.prefix.is_empty() || last.is_some_and(names_something_new) => vec![],
            _ => self.by_prefix(&cell, place.prefix),
        };
        matches.retain(|one| one.text.starts_with(place.prefix));
        (!matches.is_empty()).then_some(Completions { start: place.start, end: cursor, matches })
    }

    fn behind_dot(&self, of: &Ty) -> Vec<Match> {
        let shown =
            |found: &Found| matches!(found.member.kind, Kind::Method | Kind::Field) && is_shown(&found.member.name);
        let mut members: Vec<Found> = self.members(of).into_iter().filter(shown).collect();
        let many = members.iter().filter(|found| found.group == Group::Own).count() > MANY;
        members.sort_by_key(|found| {
            let Found { member, group, .. } = found;
            let rare = member.deprecated || member.signature.starts_with("unsafe");
            (*group, rare, if many { member.name.clone() } else { String::new() })
        });
        let mut matches: Vec<Match> = members
            .iter()
            .map(|found| Match::new(&found.member.name, found.member.kind, &found.member.signature))
            .collect();
        let clones = matches!(of, Ty::Item(item, _) if self.items[*item].clone);
        if clones && !matches.is_empty() && !matches.iter().any(|one| one.text == "clone") {
            matches.push(Match::new("clone", Kind::Method, "fn clone(&self) -> Self"));
        }
        matches
    }

    fn behind_colons(&self, cell: &Cell, colons: usize) -> Vec<Match> {
        // `Vec::<T>::` and `Type<T>::` end with a bracket, which `path` skips only between two names.
        let end = crate::expression::before_arguments(&cell.tokens, colons);
        let Some((path, _)) = path(&cell.tokens, end) else { return vec![] };
        if let Some(of) = cell.find_type(&path) {
            let members = self.members(&self.normal(Ty::Item(of, vec![])));
            let shown = |found: &&Found| {
                matches!(found.member.kind, Kind::Function | Kind::Const | Kind::Variant) && found.group != Group::Field
            };
            let found = members.iter().filter(shown);
            return found
                .map(|found| Match::new(&found.member.name, found.member.kind, &found.member.signature))
                .collect();
        }
        let Some(items) = self.module(&path) else { return vec![] };
        let mut matches = self.matches(items);
        matches.sort_by(|one, other| one.text.cmp(&other.text));
        matches.dedup_by(|one, other| one.text == other.text && one.kind == other.kind);
        matches
    }

    /// The items of the module that a path names; the path may be just the end of the module's own.
    pub(crate) fn module(&self, path: &[String]) -> Option<&Vec<(String, usize)>> {
        let path = path.iter().filter(|part| *part != "crate" && *part != "self").map(String::as_str);
        let path = path.collect::<Vec<_>>().join("::");
        let end = format!("::{path}");
        let named = self.modules.get(&path);
        named.or_else(|| {
            let ending = self.modules.iter().filter(|(own, _)| own.ends_with(&end));
            ending.min_by_key(|(own, _)| own.len()).map(|(_, items)| items)
        })
    }

    fn by_prefix(&self, cell: &Cell, prefix: &str) -> Vec<Match> {
        let Some(first) = self.crates.first() else { return vec![] };
        let prelude = self.modules.get(&format!("{first}::prelude")).or_else(|| self.modules.get(first));
        let mut matches = self.sorted(prelude.map(Vec::as_slice).unwrap_or_default(), prefix);
        let mut more: Vec<(String, usize)> = vec![];
        for used in cell.used() {
            match used.split_last() {
                Some((last, before)) if last == "*" => more.extend(self.module(before).into_iter().flatten().cloned()),
                Some((last, _)) => more.extend(cell.find(used, |_| true).map(|item| (last.clone(), item))),
                None => {}
            }
        }
        if prefix.len() >= LETTERS {
            for krate in &self.crates[1..] {
                let path = [krate.clone(), "prelude".into()];
                let prelude = self.module(&path).or_else(|| self.module(&path[..1]));
                more.extend(prelude.into_iter().flatten().cloned());
                more.extend(self.module(&path[..1]).into_iter().flatten().cloned());
            }
        }
        for one in self.sorted(&more, prefix) {
            if !matches.iter().any(|present| present.text == one.text) {
                matches.push(one);
            }
        }
        matches
    }

    fn sorted(&self, items: &[(String, usize)], prefix: &str) -> Vec<Match> {
        let items: Vec<(String, usize)> = items.iter().filter(|(name, _)| name.starts_with(prefix)).cloned().collect();
        let mut matches = self.matches(&items);
        matches.sort_by(|one, other| one.text.cmp(&other.text));
        matches.dedup_by(|one, other| one.text == other.text);
        matches
    }

    fn matches(&self, items: &[(String, usize)]) -> Vec<Match> {
        let matched = |(name, item): &(String, usize)| {
            let this = &self.items[*item].this;
            let mut matched = Match::new(name, this.kind, &this.signature);
            if this.kind == Kind::Macro {
                matched.text.push('!');
            }
            matched
        };
        items.iter().filter(|(name, _)| is_shown(name)).map(matched).collect()
    }
}

/// Whether a user would call it: it is not called by the kernel alone, and not internal to a crate.
pub fn is_shown(name: &str) -> bool {
    name != "evcxr_display" && name != "in_cell" && !name.starts_with('_')
}

fn names_something_new(token: &Token) -> bool {
    ["let", "fn", "struct", "enum", "trait", "mod", "type", "for"].contains(&token.text)
}
