//! The index itself, and its file: flat lists that refer to each other by position.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// What a name refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A struct or a union.
    Struct,
    /// An enum.
    Enum,
    /// A trait.
    Trait,
    /// A type alias.
    Alias,
    /// A free function, or an associated function without `self`.
    Function,
    /// A method, with `self`.
    Method,
    /// A constant or a static.
    Const,
    /// A macro.
    Macro,
    /// A variant of an enum.
    Variant,
    /// A field of a struct.
    Field,
}

impl Kind {
    /// The word that completions show for it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Struct => "struct",
            Kind::Enum => "enum",
            Kind::Trait => "trait",
            Kind::Alias => "type",
            Kind::Function => "function",
            Kind::Method => "method",
            Kind::Const => "const",
            Kind::Macro => "macro",
            Kind::Variant => "variant",
            Kind::Field => "field",
        }
    }

    /// Whether it names a type.
    pub fn is_type(self) -> bool {
        matches!(self, Kind::Struct | Kind::Enum | Kind::Alias | Kind::Trait)
    }
}

/// Something with a name, a signature and documentation: an associated function, a field, a variant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    /// Its kind.
    #[serde(rename = "k")]
    pub kind: Kind,
    /// Its name.
    #[serde(rename = "n")]
    pub name: String,
    /// Its declaration, without the body.
    #[serde(rename = "s")]
    pub signature: String,
    /// Its documentation, as Markdown.
    #[serde(rename = "d", default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// The type that it has or returns; `__12` represents item 12.
    #[serde(rename = "r", default, skip_serializing_if = "String::is_empty")]
    pub returns: String,
    /// Whether it is deprecated.
    #[serde(rename = "x", default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
}

/// A public item of a module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    /// Its own name, kind, signature and documentation. An alias "returns" its target.
    #[serde(flatten)]
    pub this: Member,
    /// The position of its crate in [`Index::crates`].
    #[serde(rename = "c")]
    pub krate: usize,
    /// The module to import it from; empty if no path leads to it.
    #[serde(rename = "p", default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The names of its type parameters.
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub generics: Vec<String>,
    /// Their defaults; empty without one.
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub defaults: Vec<String>,
    /// Public fields, variants, and a trait's functions.
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// The names of private fields.
    #[serde(rename = "h", default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<String>,
    /// Whether it can be cloned.
    #[serde(rename = "o", default, skip_serializing_if = "is_false")]
    pub clone: bool,
}

/// An `impl` block of a type of the index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Block {
    /// The type's item.
    #[serde(rename = "o")]
    pub owner: usize,
    /// The type, as written in the block.
    #[serde(rename = "s")]
    pub subject: String,
    /// The block's type parameters.
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub generics: Vec<String>,
    /// The trait's item, if the block implements one in the index.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub of_trait: Option<usize>,
    /// The functions and constants of a block without a trait.
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// The associated types that it defines, such as `Target`.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<(String, String)>,
}

/// The public items of the crates that a notebook uses.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Index {
    /// The names of the crates as written in paths, the most important first.
    pub crates: Vec<String>,
    /// All items.
    pub items: Vec<Item>,
    /// All `impl` blocks, in source order.
    pub blocks: Vec<Block>,
    /// The contents of each public module, by its path: names with their items.
    pub modules: BTreeMap<String, Vec<(String, usize)>>,
    #[serde(skip)]
    pub(crate) named: HashMap<String, Vec<usize>>,
    #[serde(skip)]
    pub(crate) blocks_of: HashMap<usize, Vec<usize>>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Index {
    /// Builds the tables that are not stored in the file.
    pub(crate) fn prepare(mut self) -> Self {
        let mut named: HashMap<String, Vec<usize>> = HashMap::new();
        for (position, item) in self.items.iter().enumerate() {
            named.entry(item.this.name.clone()).or_default().push(position);
        }
        for positions in named.values_mut() {
            // Reachable items, from the most important crate, by the shortest path.
            positions.sort_by_key(|&position| {
                let item = &self.items[position];
                (item.path.is_empty(), item.krate, item.path.matches("::").count(), position)
            });
        }
        let mut blocks_of: HashMap<usize, Vec<usize>> = HashMap::new();
        for (position, block) in self.blocks.iter().enumerate() {
            blocks_of.entry(block.owner).or_default().push(position);
        }
        (self.named, self.blocks_of) = (named, blocks_of);
        self
    }

    /// Loads an index written by [`save`](Self::save).
    ///
    /// # Errors
    /// If the file is missing or is not an index of this version.
    pub fn load(file: &Path) -> io::Result<Self> {
        let text = fs::read(file)?;
        let index: Index = serde_json::from_slice(&text)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", file.display())))?;
        if !index.is_sound() {
            let problem = format!("{}: refers to items that it does not contain", file.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        Ok(index.prepare())
    }

    /// Whether all positions are valid, in a file that anybody may have changed.
    fn is_sound(&self) -> bool {
        let (items, crates) = (self.items.len(), self.crates.len());
        self.items.iter().all(|item| item.krate < crates)
            && self.blocks.iter().all(|block| block.owner < items && block.of_trait.is_none_or(|item| item < items))
            && self.modules.values().flatten().all(|(_, item)| *item < items)
    }

    /// Writes the index to a temporary file and renames it to `file`, so that nobody reads a partial one.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn save(&self, file: &Path) -> io::Result<()> {
        let beside = file.with_extension(format!("{}.part", std::process::id()));
        let text = serde_json::to_vec(self).map_err(io::Error::other)?;
        let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, file));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }
}
