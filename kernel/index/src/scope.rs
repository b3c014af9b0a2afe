//! Resolves names in a module: its own, those it imports, and those of other crates in the index.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::collect::{Scope, Target};

/// The purpose of a lookup.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Want {
    /// From outside the module.
    public: bool,
    /// To continue inside it: a function with the same name does not count.
    module: bool,
}

/// Lookups in progress, to detect cycles.
type Seen = HashSet<(String, String, Want)>;

/// Resolves names in what was collected.
pub struct Names<'a> {
    scopes: &'a HashMap<String, Scope>,
    known: RefCell<HashMap<(String, String), Vec<Target>>>,
}

impl<'a> Names<'a> {
    pub fn new(scopes: &'a HashMap<String, Scope>) -> Self {
        Names { scopes, known: RefCell::default() }
    }

    /// What a path refers to at its position. One name may be a module and a function.
    pub fn resolve(&self, module: &str, path: &[String]) -> Vec<Target> {
        let key = (module.to_owned(), path.join("::"));
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let found = self.follow(module, path, &mut HashSet::new());
        self.known.borrow_mut().insert(key, found.clone());
        found
    }

    /// The one item that a path names, if it is a type or trait, or whatever else `accept` admits.
    pub fn item(&self, module: &str, path: &syn::Path, accept: impl Fn(usize) -> bool) -> Option<usize> {
        let path: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.resolve(module, &path).into_iter().find_map(|target| match target {
            Target::Item(item) if accept(item) => Some(item),
            _ => None,
        })
    }

    fn follow(&self, module: &str, path: &[String], seen: &mut Seen) -> Vec<Target> {
        let Some((first, mut rest)) = path.split_first() else { return vec![Target::Module(module.to_owned())] };
        let root = || module.split("::").next().unwrap_or_default().to_owned();
        let mut found = match first.as_str() {
            "crate" | "$crate" => vec![Target::Module(root())],
            "self" => vec![Target::Module(module.to_owned())],
            "super" => {
                self.scopes.get(module).and_then(|scope| scope.parent.clone()).map(Target::Module).into_iter().collect()
            }
            "" => {
                let Some((krate, behind)) = rest.split_first() else { return vec![] };
                rest = behind;
                self.krate(krate)
            }
            name => {
                let here = self.lookup(module, name, Want { public: false, module: !rest.is_empty() }, seen);
                if here.is_empty() { self.krate(name) } else { here }
            }
        };
        for (position, name) in rest.iter().enumerate() {
            let want = Want { public: false, module: position + 1 < rest.len() };
            let next = found.iter().filter_map(|target| match target {
                Target::Module(inner) if name == "super" => {
                    Some(self.scopes.get(inner)?.parent.clone().map(Target::Module).into_iter().collect())
                }
                Target::Module(inner) => Some(self.lookup(inner, name, want, seen)),
                Target::Item(_) => None,
            });
            found = next.flatten().collect();
        }
        found
    }

    fn krate(&self, name: &str) -> Vec<Target> {
        let is_there = self.scopes.get(name).is_some_and(|scope| scope.parent.is_none());
        is_there.then(|| Target::Module(name.to_owned())).into_iter().collect()
    }

    /// Looks up a name in a module. The module's own names hide those it imports with `*`.
    fn lookup(&self, module: &str, name: &str, want: Want, seen: &mut Seen) -> Vec<Target> {
        if !seen.insert((module.to_owned(), name.to_owned(), want)) {
            return vec![];
        }
        let Some(scope) = self.scopes.get(module) else { return vec![] };
        let public = want.public;
        let own = scope.declared.iter().filter(|(own, visible, _)| own == name && (*visible || !public));
        let mut found: Vec<Target> = own.map(|(_, _, target)| target.clone()).collect();
        if want.module && found.iter().any(|target| matches!(target, Target::Module(_))) {
            return found;
        }
        let visible = |one: &&crate::collect::Use| one.public || !public;
        for one in scope.uses.iter().filter(visible).filter(|one| one.name.as_deref() == Some(name)) {
            found.extend(self.follow(module, &one.path, seen));
        }
        if found.is_empty() {
            for one in scope.uses.iter().filter(visible).filter(|one| one.name.is_none()) {
                for target in self.resolve_glob(module, &one.path) {
                    found.extend(self.lookup(&target, name, Want { public: true, ..want }, seen));
                }
            }
        }
        let mut once = HashSet::new();
        found.retain(|target| once.insert(format!("{target:?}")));
        found
    }

    /// The modules that `path::*` imports from.
    fn resolve_glob(&self, module: &str, path: &[String]) -> Vec<String> {
        let key = (module.to_owned(), format!("{}::*", path.join("::")));
        if let Some(known) = self.known.borrow().get(&key) {
            return modules(known.clone());
        }
        // Against a cycle of two modules that import each other.
        self.known.borrow_mut().insert(key.clone(), vec![]);
        let found = self.follow(module, path, &mut HashSet::new());
        self.known.borrow_mut().insert(key, found.clone());
        modules(found)
    }

    /// Everything that a module exports.
    pub fn exported(&self, module: &str) -> Vec<(String, Target)> {
        let mut names = vec![];
        self.add_exported(module, &mut names, &mut HashSet::new());
        names
    }

    fn add_exported(&self, module: &str, names: &mut Vec<(String, Target)>, seen: &mut HashSet<String>) {
        let Some(scope) = self.scopes.get(module).filter(|_| seen.insert(module.to_owned())) else { return };
        for (name, _, target) in scope.declared.iter().filter(|(_, public, _)| *public) {
            names.push((name.clone(), target.clone()));
        }
        for one in scope.uses.iter().filter(|one| one.public) {
            match &one.name {
                Some(name) => {
                    names.extend(self.resolve(module, &one.path).into_iter().map(|target| (name.clone(), target)));
                }
                None => {
                    self.resolve_glob(module, &one.path).iter().for_each(|inner| self.add_exported(inner, names, seen))
                }
            }
        }
    }
}

fn modules(targets: Vec<Target>) -> Vec<String> {
    let module = |target| match target {
        Target::Module(module) => Some(module),
        Target::Item(_) => None,
    };
    targets.into_iter().filter_map(module).collect()
}
