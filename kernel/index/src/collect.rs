//! Reads a crate: its files, its modules and their declarations.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Item as Syntax, Visibility};

use crate::attributes::{derives, described, is_hidden, of_item, text_of};
use crate::members;
use crate::signature::{self, is_public};
use crate::source::Source;
use crate::store::{Block, Index, Item, Kind, Member};
use crate::{macros, setters};

/// What a name in a module refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Item(usize),
    Module(String),
}

/// A `use` of one name, or of all (`name` is `None`).
#[derive(Clone, Debug)]
pub struct Use {
    pub public: bool,
    pub path: Vec<String>,
    pub name: Option<String>,
}

/// The names in a module.
#[derive(Debug, Default)]
pub struct Scope {
    pub parent: Option<String>,
    pub declared: Vec<(String, bool, Target)>,
    pub uses: Vec<Use>,
}

/// A block whose type and trait are still paths.
pub struct Unresolved {
    pub scope: String,
    pub owner: syn::Path,
    pub of_trait: Option<syn::Path>,
    pub block: Block,
}

/// Everything that was read, before names are resolved.
#[derive(Default)]
pub struct Collected {
    pub index: Index,
    pub scopes: HashMap<String, Scope>,
    /// The module of each item.
    pub homes: Vec<String>,
    pub blocks: Vec<Unresolved>,
}

/// Reads one crate.
pub fn read(source: &Source, collected: &mut Collected) {
    let root = source.identifier();
    collected.index.crates.push(root.clone());
    collected.scopes.entry(root.clone()).or_default();
    let krate = collected.index.crates.len() - 1;
    let mut reader = Reader { source, krate, root: root.clone(), collected, macros: HashMap::new() };
    let folder = source.root.parent().map(Path::to_path_buf).unwrap_or_default();
    reader.file(&source.root, Place { module: root, file_folder: folder.clone(), folder, inline: false });
}

/// Where a module's submodules are searched for.
struct Place {
    module: String,
    /// The folder of the file itself.
    file_folder: PathBuf,
    /// The folder of its modules' files.
    folder: PathBuf,
    /// Whether it is written inside another module's braces.
    inline: bool,
}

struct Reader<'a> {
    source: &'a Source,
    krate: usize,
    root: String,
    collected: &'a mut Collected,
    /// The items that the crate's macros generate, if they can be recognized.
    macros: HashMap<String, TokenStream>,
}

impl Reader<'_> {
    fn file(&mut self, file: &Path, place: Place) {
        // A file that is missing, or too new for the parser, hides only its own names.
        let Some(parsed) = fs::read_to_string(file).ok().and_then(|text| syn::parse_file(&text).ok()) else { return };
        self.items(&parsed.items, &place);
    }

    fn items(&mut self, items: &[Syntax], place: &Place) {
        for item in items {
            if self.source.compiles(of_item(item)) {
                self.item(item, place);
            }
        }
    }

    fn item(&mut self, item: &Syntax, place: &Place) {
        let module = &place.module;
        match item {
            Syntax::Mod(inner) => self.module(inner, place),
            Syntax::Use(inner) => {
                let public = is_public(&inner.vis) && !is_hidden(&inner.attrs);
                let uses = &mut self.scope(module).uses;
                let mut before = if inner.leading_colon.is_some() { vec![String::new()] } else { vec![] };
                flatten(&inner.tree, &mut before, public, uses);
            }
            Syntax::ExternCrate(inner) => {
                let name = inner.rename.as_ref().map_or(&inner.ident, |(_, name)| name).to_string();
                let path = vec!["".into(), inner.ident.to_string()];
                let public = is_public(&inner.vis) && !is_hidden(&inner.attrs);
                self.scope(module).uses.push(Use { public, path, name: Some(name) });
            }
            Syntax::Struct(inner) => {
                if let Some(items) = setters::layouts(inner) {
                    return self.items(&items, place);
                }
                let (members, hidden) = members::of_fields(&inner.fields, self.source);
                let signature = signature::structure(inner);
                let this = described(Kind::Struct, &inner.ident, signature, &inner.attrs);
                let item = self.new_item(this, &inner.generics, members, hidden, &inner.attrs);
                self.declare(module, &inner.vis, &inner.attrs, item);
                let setters = setters::of(inner, self.source);
                if !setters.is_empty() {
                    let path = syn::Path::from(inner.ident.clone());
                    let (_, of_type, _) = inner.generics.split_for_impl();
                    let subject = format!("{}{}", inner.ident, of_type.to_token_stream());
                    self.block(module, path, None, subject, signature::parameters(&inner.generics), setters, vec![]);
                }
            }
            Syntax::Union(inner) => {
                let this = described(Kind::Struct, &inner.ident, format!("union {}", inner.ident), &inner.attrs);
                let item = self.new_item(this, &inner.generics, vec![], vec![], &inner.attrs);
                self.declare(module, &inner.vis, &inner.attrs, item);
            }
            Syntax::Enum(inner) => {
                let members = members::of_variants(inner, self.source);
                let this = described(Kind::Enum, &inner.ident, signature::enumeration(inner), &inner.attrs);
                let item = self.new_item(this, &inner.generics, members, vec![], &inner.attrs);
                self.declare(module, &inner.vis, &inner.attrs, item);
            }
            Syntax::Trait(inner) => {
                let members = members::of_trait(inner, self.source);
                let mut this = described(Kind::Trait, &inner.ident, signature::interface(inner), &inner.attrs);
                // Its supertraits, for the functions that come with them.
                if !inner.supertraits.is_empty() {
                    this.returns = format!("impl {}", inner.supertraits.to_token_stream());
                }
                let item = self.new_item(this, &inner.generics, members, vec![], &inner.attrs);
                self.declare(module, &inner.vis, &inner.attrs, item);
            }
            Syntax::Type(inner) => {
                let mut this = described(Kind::Alias, &inner.ident, signature::alias(inner), &inner.attrs);
                this.returns = inner.ty.to_token_stream().to_string();
                let item = self.new_item(this, &inner.generics, vec![], vec![], &inner.attrs);
                self.declare(module, &inner.vis, &inner.attrs, item);
            }
            Syntax::Fn(inner) => {
                let mut this =
                    described(Kind::Function, &inner.sig.ident, signature::function(&inner.sig), &inner.attrs);
                this.returns = members::returned(&inner.sig);
                let item = self.new_item(this, &inner.sig.generics, vec![], vec![], &inner.attrs);
                self.declare(module, &inner.vis, &inner.attrs, item);
            }
            Syntax::Const(inner) => self.constant("const", &inner.ident, &inner.ty, &inner.vis, &inner.attrs, module),
            Syntax::Static(inner) => self.constant("static", &inner.ident, &inner.ty, &inner.vis, &inner.attrs, module),
            Syntax::Impl(inner) => self.implementation(inner, module),
            Syntax::Macro(inner) => self.macro_item(inner, place),
            _ => {}
        }
    }

    fn module(&mut self, inner: &syn::ItemMod, place: &Place) {
        let name = inner.ident.to_string();
        let module = format!("{}::{name}", place.module);
        let public = is_public(&inner.vis) && !is_hidden(&inner.attrs);
        self.scope(&place.module).declared.push((name.clone(), public, Target::Module(module.clone())));
        self.scope(&module).parent = Some(place.module.clone());
        let given = inner.attrs.iter().filter(|attribute| attribute.path().is_ident("path")).find_map(text_of);
        let folder = place.folder.join(&name);
        if let Some((_, items)) = &inner.content {
            self.items(items, &Place { module, file_folder: place.file_folder.clone(), folder, inline: true });
        } else if let Some(given) = given {
            let file = if place.inline { place.folder.join(given) } else { place.file_folder.join(given) };
            let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
            self.file(&file, Place { module, file_folder: folder.clone(), folder, inline: false });
        } else {
            let (flat, nested) = (place.folder.join(format!("{name}.rs")), folder.join("mod.rs"));
            let (file, file_folder) =
                if flat.is_file() { (flat, place.folder.clone()) } else { (nested, folder.clone()) };
            self.file(&file, Place { module, file_folder, folder, inline: false });
        }
    }

    fn implementation(&mut self, inner: &syn::ItemImpl, module: &str) {
        let syn::Type::Path(subject) = stripped(&inner.self_ty) else { return };
        let of_trait = match &inner.trait_ {
            Some((Some(_), ..)) => return,
            Some((None, path, _)) => Some(path.clone()),
            None => None,
        };
        let types = inner.items.iter().filter_map(|item| match item {
            syn::ImplItem::Type(given) => Some((given.ident.to_string(), given.ty.to_token_stream().to_string())),
            _ => None,
        });
        let types = types.collect();
        let members = if of_trait.is_none() { members::of_block(inner, self.source) } else { vec![] };
        let text = subject.to_token_stream().to_string();
        let generics = signature::parameters(&inner.generics);
        self.block(module, subject.path.clone(), of_trait, text, generics, members, types);
    }

    fn macro_item(&mut self, inner: &syn::ItemMacro, place: &Place) {
        let Some(name) = &inner.ident else {
            // Items generated by a macro are included if they do not depend on its arguments.
            let name = inner.mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            let given = macros::as_items(inner.mac.tokens.clone());
            // Removed meanwhile: a macro that calls itself would never end.
            let written = self.macros.remove(&name);
            let items = given.or_else(|| macros::as_items(written.clone()?)).unwrap_or_default();
            self.items(&items, place);
            if let Some(written) = written {
                self.macros.insert(name, written);
            }
            return;
        };
        if !inner.mac.path.is_ident("macro_rules") {
            return;
        }
        let rules = macros::rules(inner.mac.tokens.clone());
        if let Some((_, body)) = rules.first() {
            self.macros.insert(name.to_string(), macros::without_arguments(body.clone()));
        }
        if inner.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) && !is_hidden(&inner.attrs) {
            let forms: Vec<TokenStream> = rules.into_iter().map(|(form, _)| form).collect();
            let text = macros::signature(&name.to_string(), &forms);
            let this = described(Kind::Macro, name, text, &inner.attrs);
            let item = self.new_item(this, &syn::Generics::default(), vec![], vec![], &[]);
            let root = self.root.clone();
            self.declare(&root, &Visibility::Public(Default::default()), &[], item);
        }
    }

    fn constant(
        &mut self,
        word: &str,
        name: &syn::Ident,
        of: &syn::Type,
        visibility: &Visibility,
        attributes: &[Attribute],
        module: &str,
    ) {
        let text = format!("{word} {}", signature::value(&name.to_string(), of));
        let mut this = described(Kind::Const, name, text, attributes);
        this.returns = of.to_token_stream().to_string();
        let item = self.new_item(this, &syn::Generics::default(), vec![], vec![], attributes);
        self.declare(module, visibility, attributes, item);
    }

    fn new_item(
        &self,
        this: Member,
        generics: &syn::Generics,
        members: Vec<Member>,
        hidden: Vec<String>,
        attributes: &[Attribute],
    ) -> Item {
        let (generics, defaults) = (signature::parameters(generics), signature::defaults(generics));
        let clone = derives(attributes, "Clone");
        Item { this, krate: self.krate, path: String::new(), generics, defaults, members, hidden, clone }
    }

    /// Adds an item under its name.
    fn declare(&mut self, module: &str, visibility: &Visibility, attributes: &[Attribute], item: Item) {
        let position = self.collected.index.items.len();
        let public = is_public(visibility) && !is_hidden(attributes);
        let name = item.this.name.clone();
        self.collected.index.items.push(item);
        self.collected.homes.push(module.to_owned());
        self.scope(module).declared.push((name, public, Target::Item(position)));
    }

    #[allow(clippy::too_many_arguments)]
    fn block(
        &mut self,
        module: &str,
        owner: syn::Path,
        of_trait: Option<syn::Path>,
        subject: String,
        generics: Vec<String>,
        members: Vec<Member>,
        types: Vec<(String, String)>,
    ) {
        let block = Block { owner: 0, subject, generics, of_trait: None, members, types };
        self.collected.blocks.push(Unresolved { scope: module.to_owned(), owner, of_trait, block });
    }

    fn scope(&mut self, module: &str) -> &mut Scope {
        self.collected.scopes.entry(module.to_owned()).or_default()
    }
}

/// All names of a `use` tree.
fn flatten(tree: &syn::UseTree, before: &mut Vec<String>, public: bool, uses: &mut Vec<Use>) {
    let mut add = |path: Vec<String>, name: Option<String>| uses.push(Use { public, path, name });
    match tree {
        syn::UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, public, uses);
            before.pop();
        }
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, public, uses)),
        syn::UseTree::Glob(_) => add(before.clone(), None),
        syn::UseTree::Name(name) if name.ident == "self" => add(before.clone(), before.last().cloned()),
        syn::UseTree::Name(name) => {
            add([&before[..], &[name.ident.to_string()]].concat(), Some(name.ident.to_string()))
        }
        syn::UseTree::Rename(pair) if pair.rename == "_" => {}
        syn::UseTree::Rename(pair) if pair.ident == "self" => add(before.clone(), Some(pair.rename.to_string())),
        syn::UseTree::Rename(pair) => {
            add([&before[..], &[pair.ident.to_string()]].concat(), Some(pair.rename.to_string()));
        }
    }
}

/// The type inside references and parentheses.
fn stripped(of: &syn::Type) -> &syn::Type {
    match of {
        syn::Type::Reference(reference) => stripped(&reference.elem),
        syn::Type::Paren(paren) => stripped(&paren.elem),
        syn::Type::Group(group) => stripped(&group.elem),
        other => other,
    }
}
