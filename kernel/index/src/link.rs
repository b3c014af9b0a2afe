//! Turns what was read into the index: finds the paths of items, binds the types in signatures to items, and leaves out
//! what belongs to no reachable item.

use std::collections::{HashMap, VecDeque};

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};

use crate::collect::{Collected, Target};
use crate::scope::Names;
use crate::store::{Block, Index, Item, Kind, Member};

/// Longer paths are not followed: nobody writes them, and modules that re-export each other never end.
const DEPTH: usize = 6;

/// Binds all names.
pub fn link(collected: Collected) -> Index {
    let Collected { mut index, scopes, homes, blocks } = collected;
    let names = Names::new(&scopes);
    find_paths(&mut index, &names);

    let kinds: Vec<Kind> = index.items.iter().map(|item| item.this.kind).collect();
    let binder = |scope: &str| Binder { names: &names, scope: scope.to_owned(), kinds: &kinds, free: vec![] };
    for (item, home) in index.items.iter_mut().zip(&homes) {
        let mut binder = binder(home);
        binder.free.clone_from(&item.generics);
        bind(&mut item.this, &mut binder);
        item.defaults.iter_mut().for_each(|of| binder.bind(of));
        item.members.iter_mut().for_each(|member| bind(member, &mut binder));
    }
    // Members declared next to their type come first.
    let (mut near, mut far) = (vec![], vec![]);
    for unresolved in blocks {
        let is_type = |item: usize| kinds[item].is_type();
        let Some(owner) = names.item(&unresolved.scope, &unresolved.owner, is_type) else { continue };
        let Some(owner) = behind_aliases(&index.items, owner) else { continue };
        let mut block = Block { owner, ..unresolved.block };
        if let Some(path) = &unresolved.of_trait {
            block.of_trait = names.item(&unresolved.scope, path, |item| kinds[item] == Kind::Trait);
            let name = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            index.items[owner].clone |= name == "Clone" && block.of_trait.is_none();
            if block.of_trait.is_none() && name != "Deref" {
                continue;
            }
        } else if block.members.is_empty() {
            continue;
        }
        let mut binder = binder(&unresolved.scope);
        binder.free.clone_from(&block.generics);
        binder.bind(&mut block.subject);
        block.members.iter_mut().for_each(|member| bind(member, &mut binder));
        block.types.iter_mut().for_each(|(_, of)| binder.bind(of));
        if unresolved.scope == homes[owner] { near.push(block) } else { far.push(block) }
    }
    near.append(&mut far);
    index.blocks = near;
    index.prepare()
}

/// The type behind an alias, once all names are bound.
fn behind_aliases(items: &[Item], mut item: usize) -> Option<usize> {
    for _ in 0..4 {
        if items[item].this.kind != Kind::Alias {
            return Some(item);
        }
        let digits = items[item].this.returns.trim_start().strip_prefix(MARK)?;
        item = digits.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()?;
    }
    None
}

/// Finds the paths of items and the contents of modules, from the first crate on, nearest first.
fn find_paths(index: &mut Index, names: &Names) {
    let mut found: HashMap<usize, String> = HashMap::new();
    let mut visits: HashMap<String, usize> = HashMap::new();
    for (position, krate) in index.crates.clone().into_iter().enumerate() {
        let mut nearest: HashMap<usize, String> = HashMap::new();
        let mut queue = VecDeque::from([(krate.clone(), krate)]);
        while let Some((module, path)) = queue.pop_front() {
            let visited = visits.entry(module.clone()).or_default();
            if *visited >= if position == 0 { 3 } else { 1 } || path.matches("::").count() > DEPTH {
                continue;
            }
            *visited += 1;
            let mut contents: Vec<(String, usize)> = vec![];
            for (name, target) in names.exported(&module) {
                match target {
                    Target::Module(inner) => queue.push_back((inner, format!("{path}::{name}"))),
                    Target::Item(item) => {
                        // If it was renamed, nobody would find it under its original name.
                        if name == index.items[item].this.name {
                            let present = nearest.entry(item).or_insert_with(|| path.clone());
                            if rank(&path, &index.items[item]) < rank(present, &index.items[item]) {
                                present.clone_from(&path);
                            }
                        }
                        if !contents.contains(&(name.clone(), item)) {
                            contents.push((name, item));
                        }
                    }
                }
            }
            if !contents.is_empty() {
                index.modules.entry(path).or_insert(contents);
            }
        }
        for (item, path) in nearest {
            found.entry(item).or_insert(path);
        }
    }
    for (item, path) in found {
        index.items[item].path = path;
    }
}

/// Ranks the paths of an item: the shortest wins; for gradus' own items a path outside the prelude, for others the
/// prelude.
fn rank(path: &str, item: &Item) -> (bool, usize, bool) {
    let prelude = path.split("::").any(|part| part == "prelude");
    (item.krate == 0 && prelude, path.matches("::").count(), !prelude)
}

/// The prefix that, followed by its position, represents an item in a type.
pub const MARK: &str = "__";

fn bind(member: &mut Member, binder: &mut Binder) {
    binder.bind(&mut member.returns);
}

/// Replaces the names in types by the positions of items.
struct Binder<'a> {
    names: &'a Names<'a>,
    scope: String,
    kinds: &'a [Kind],
    /// Type parameters, which are kept.
    free: Vec<String>,
}

impl Binder<'_> {
    fn bind(&mut self, of: &mut String) {
        if of.is_empty() {
            return;
        }
        match syn::parse_str::<syn::Type>(of) {
            Ok(mut parsed) => {
                self.visit_type_mut(&mut parsed);
                *of = compact(&parsed.to_token_stream().to_string());
            }
            Err(_) => of.clear(),
        }
    }
}

impl VisitMut for Binder<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if first == "Self" || self.free.contains(&first) {
            return;
        }
        let item = self.names.item(&self.scope, path, |item| self.kinds[item].is_type());
        let Some(mut last) = path.segments.pop().map(|pair| pair.into_value()) else { return };
        if let Some(item) = item {
            last.ident = syn::Ident::new(&format!("{MARK}{item}"), last.ident.span());
        }
        *path = syn::Path { leading_colon: None, segments: std::iter::once(last).collect() };
    }
}

/// Removes the spaces that a token stream puts between all its tokens.
fn compact(text: &str) -> String {
    let mut short = text.to_owned();
    for mark in ["<", ">", ",", "::", "&", "(", ")", "[", "]", ";", "'"] {
        short = short.replace(&format!(" {mark}"), mark).replace(&format!("{mark} "), mark);
    }
    // Words that lost the space before them.
    for word in ["dyn", "mut", "impl", "const"] {
        short = short.replace(&format!(">{word}"), &format!("> {word}"));
    }
    short
}
