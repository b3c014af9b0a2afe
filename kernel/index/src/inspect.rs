//! Shift-Tab: the documentation of the name at the cursor, or of the function whose arguments are being typed.

use crate::expression::{before_turbofish, path};
use crate::lex::{Token, closes, opens};
use crate::render::{Summary, escaped, indented, on_one_line, summary};
use crate::resolve::{Cell, Types};
use crate::store::{Index, Item, Kind, Member};
use crate::ty::Ty;

/// The number of other candidates that are listed.
const OTHERS: usize = 8;

/// Documentation to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// As text.
    pub plain: String,
    /// As HTML.
    pub html: String,
}

/// Something that has documentation: an item, or a member of one.
#[derive(Clone, Copy)]
struct Subject<'a> {
    member: &'a Member,
    owner: Option<&'a Item>,
    item: &'a Item,
}

impl<'a> Subject<'a> {
    fn of_item(item: &'a Item) -> Self {
        Subject { member: &item.this, owner: None, item }
    }

    fn of_member(member: &'a Member, owner: &'a Item) -> Self {
        Subject { member, owner: Some(owner), item: owner }
    }

    /// `Type::name`, or the name alone.
    fn name(&self) -> String {
        match self.owner {
            Some(owner) => format!("{}::{}", owner.this.name, self.member.name),
            None => self.member.name.clone(),
        }
    }
}

impl Index {
    /// The documentation at `cursor`, a position in bytes. `types` returns the types of variables.
    ///
    /// At a name, this is the name's documentation; elsewhere, and at unknown names, that of the function whose
    /// arguments are being typed. If the type before a method is not known, the most plausible method is shown, and
    /// others with the same name are listed.
    pub fn inspect(&self, code: &str, cursor: usize, types: &dyn Fn(&str) -> Option<String>) -> Option<Doc> {
        let cell = Cell::new(self, code, types as Types);
        let at_name = |token: &Token| token.is_name() && (token.start..=token.end).contains(&cursor);
        let behind_mark = |at: &usize| cell.tokens[at + 1].is("!") && cell.tokens[at + 1].end == cursor;
        let names = 0..cell.tokens.len().saturating_sub(1);
        let of_macro = || names.clone().find(|at| cell.tokens[*at].is_name() && behind_mark(at));
        let at_cursor = cell.tokens.iter().position(at_name).or_else(of_macro);
        if let Some(position) = at_cursor
            && let Some(doc) = self.at_name(&cell, position)
        {
            return Some(doc);
        }
        let mut depth = 0_usize;
        for position in (0..cell.tokens.iter().take_while(|token| token.end <= cursor).count()).rev() {
            let token = &cell.tokens[position];
            if closes(token) {
                depth += 1;
            } else if opens(token) && depth > 0 {
                depth -= 1;
            } else if opens(token)
                && let Some(name) = called(&cell, position)
                && let Some(doc) = self.at_name(&cell, name)
            {
                return Some(doc);
            }
        }
        None
    }

    fn at_name(&self, cell: &Cell, position: usize) -> Option<Doc> {
        let name = cell.tokens[position].text;
        let preceded = |mark: &str| position > 0 && cell.tokens[position - 1].is(mark);
        let followed = |mark: &str| cell.tokens.get(position + 1).is_some_and(|token| token.is(mark));
        if preceded(".") {
            return match cell.type_before(position - 1) {
                Ty::Unknown => self.rendered_all(self.members_named(name, Some(Kind::Method))),
                of => cell
                    .member(&of, name)
                    .map(|found| self.rendered(Subject::of_member(found.member, found.owner), &[])),
            };
        }
        let (path, start) = path(&cell.tokens, position + 1)?;
        if followed("!") && !cell.tokens.get(position + 2).is_some_and(|token| token.is("=")) {
            let found = cell.find(&path, |kind| kind == Kind::Macro)?;
            return Some(self.rendered(Subject::of_item(&self.items[found]), &[]));
        }
        if let Some((_, before)) = path.split_last().filter(|(_, before)| !before.is_empty()) {
            let of = match cell.find_type(before) {
                Some(item) => Ty::Item(item, vec![]),
                None if before == ["Self"] => Ty::Unknown,
                None => Ty::Tuple(vec![]),
            };
            if let Some(found) = cell.member(&self.normal(of), name) {
                return Some(self.rendered(Subject::of_member(found.member, found.owner), &[]));
            }
            let item = cell
                .find(&path, |kind| !followed("(") || kind == Kind::Function)
                .or_else(|| cell.find(&path, |_| true));
            return item.map(|item| self.rendered(Subject::of_item(&self.items[item]), &[]));
        }
        if let Ty::Item(of, _) = cell.type_of_variable(name, start) {
            return Some(self.rendered(Subject::of_item(&self.items[of]), &[name]));
        }
        let wanted =
            |kind: Kind| if followed("(") { matches!(kind, Kind::Function | Kind::Struct) } else { kind.is_type() };
        let item = cell.find(&path, wanted).or_else(|| cell.find(&path, |kind| kind != Kind::Macro));
        match item.or_else(|| cell.find(&path, |_| true)).filter(|&item| !self.items[item].path.is_empty()) {
            Some(item) => Some(self.rendered(Subject::of_item(&self.items[item]), &[])),
            // A lone method name, as typed by someone who has read about it.
            None if followed("(") || cell.tokens.len() == 1 => self.rendered_all(self.members_named(name, None)),
            None => None,
        }
    }

    /// Reachable associated functions with this name, the most plausible first; those of the `wanted` kind before
    /// others.
    fn members_named(&self, name: &str, wanted: Option<Kind>) -> Vec<Subject<'_>> {
        let callable = |member: &&Member| member.name == name && matches!(member.kind, Kind::Method | Kind::Function);
        let mut subjects: Vec<Subject> = vec![];
        for block in self.blocks.iter().filter(|block| !self.items[block.owner].path.is_empty()) {
            let owner = &self.items[block.owner];
            subjects.extend(block.members.iter().filter(callable).map(|member| Subject::of_member(member, owner)));
        }
        for owner in self.items.iter().filter(|item| !item.path.is_empty()) {
            subjects.extend(owner.members.iter().filter(callable).map(|member| Subject::of_member(member, owner)));
        }
        let prelude = self.crates.first().and_then(|first| self.modules.get(&format!("{first}::prelude")));
        let in_prelude = |item: &Item| {
            prelude.is_some_and(|names| names.iter().any(|(name, _)| *name == item.this.name)) && item.krate == 0
        };
        subjects.sort_by_key(|subject| {
            let item = subject.item;
            let other = wanted.is_some_and(|wanted| subject.member.kind != wanted);
            (other, item.krate, subject.member.deprecated, !in_prelude(item), subject.member.doc.is_empty())
        });
        let mut names = std::collections::HashSet::new();
        subjects.retain(|subject| names.insert((subject.name(), subject.item.krate)));
        subjects
    }

    fn rendered_all(&self, subjects: Vec<Subject>) -> Option<Doc> {
        let (first, others) = subjects.split_first()?;
        let mut lines: Vec<String> = others.iter().take(OTHERS).map(|other| one_line(other)).collect();
        if others.len() > OTHERS {
            lines.push(format!("and {} more", others.len() - OTHERS));
        }
        let mut doc = self.rendered(*first, &[]);
        if !lines.is_empty() {
            doc.plain.push_str(&format!("\n\nAlso:\n{}", indented(&lines.join("\n"))));
            let items: Vec<String> =
                lines.iter().map(|line| format!("<li><code>{}</code></li>", escaped(line))).collect();
            doc.html.push_str(&format!("<p>Also:</p><ul>{}</ul>", items.concat()));
        }
        Some(doc)
    }

    /// `variable` is the name of the inspected variable, if it is one.
    fn rendered(&self, subject: Subject, variable: &[&str]) -> Doc {
        let Subject { member, .. } = subject;
        let mut summary = summary(&member.doc);
        let example =
            summary.example.take().map(|code| ("Example:".to_owned(), code)).or_else(|| self.borrowed(&summary));
        let place = match subject.owner {
            Some(owner) if owner.path.is_empty() => owner.this.name.clone(),
            Some(owner) => format!("{}::{}", owner.path, owner.this.name),
            None => subject.item.path.clone(),
        };
        let signature = match variable {
            [name, ..] => format!("{name}: {}", member.name),
            [] => member.signature.clone(),
        };
        let mut plain = vec![signature.clone()];
        let mut html = format!("<pre><code>{}</code></pre>", escaped(&signature));
        if member.deprecated {
            plain.push("Deprecated.".into());
            html.push_str("<p><strong>Deprecated.</strong></p>");
        }
        if !summary.text.is_empty() {
            plain.push(summary.text.clone());
            html.push_str(&summary.html);
        }
        if let Some((title, code)) = example {
            plain.push(format!("{title}\n{}", indented(&code)));
            html.push_str(&format!("<p>{}</p><pre><code>{}</code></pre>", escaped(&title), escaped(&code)));
        }
        if !place.is_empty() {
            plain.push(format!("in {place}"));
            html.push_str(&format!("<p><em>in <code>{}</code></em></p>", escaped(&place)));
        }
        Doc { plain: plain.join("\n\n"), html }
    }

    /// The example of an item that the documentation refers to, as in "as `Dataset::split`".
    fn borrowed(&self, summary: &Summary) -> Option<(String, String)> {
        let link = summary.links.iter().find(|link| summary.text.contains(&format!("as `{link}`")))?;
        let (owner, name) = link.rsplit_once("::")?;
        let owner = *self.named.get(owner.rsplit("::").next()?)?.first()?;
        let found =
            self.members(&self.normal(Ty::Item(owner, vec![]))).into_iter().find(|found| found.member.name == name)?;
        let example = crate::render::summary(&found.member.doc).example?;
        Some((format!("Example of {link}:"), example))
    }
}

/// The name of what the bracket at `open` calls.
fn called(cell: &Cell, open: usize) -> Option<usize> {
    if open >= 2 && cell.tokens[open - 1].is("!") {
        return Some(open - 2).filter(|&name| cell.tokens[name].is_name());
    }
    if !cell.tokens[open].is("(") {
        return None;
    }
    before_turbofish(&cell.tokens, open).checked_sub(1).filter(|&name| cell.tokens[name].is_name())
}

fn one_line(subject: &Subject) -> String {
    let signature = on_one_line(&subject.member.signature);
    let signature = signature.replacen(&format!("fn {}", subject.member.name), &format!("fn {}", subject.name()), 1);
    match signature.char_indices().nth(110) {
        Some((cut, _)) => format!("{}…", &signature[..cut]),
        None => signature,
    }
}
