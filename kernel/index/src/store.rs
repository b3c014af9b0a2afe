//! The index itself, and its file: what was collected, in plain lists that refer to each other by position.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A structure or a union.
    Struct,
    /// An enumeration.
    Enum,
    /// A trait.
    Trait,
    /// An alias of a type.
    Alias,
    /// A function outside of a type, or one of a type that takes no `self`.
    Function,
    /// A function that takes `self`.
    Method,
    /// A constant or a static.
    Const,
    /// A macro.
    Macro,
    /// A variant of an enumeration.
    Variant,
    /// A field of a structure.
    Field,
}

impl Kind {
    /// The word for it, as completions show it.
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

/// Something with a name, a signature and documentation: a function of a type, a field, a variant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    /// What it is.
    #[serde(rename = "k")]
    pub kind: Kind,
    /// Its name.
    #[serde(rename = "n")]
    pub name: String,
    /// How it is declared, without its body.
    #[serde(rename = "s")]
    pub signature: String,
    /// Its documentation, as Markdown.
    #[serde(rename = "d", default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// The type that it has or returns; `__12` in it stands for item 12.
    #[serde(rename = "r", default, skip_serializing_if = "String::is_empty")]
    pub returns: String,
    /// Whether it is deprecated.
    #[serde(rename = "x", default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
}

/// A public item of a module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    /// Its own name, kind, signature and documentation. An alias "returns" what it stands for.
    #[serde(flatten)]
    pub this: Member,
    /// The position of its crate in [`Index::crates`].
    #[serde(rename = "c")]
    pub krate: usize,
    /// The module that one takes it from; empty where no path leads to it.
    #[serde(rename = "p", default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Names of its type parameters.
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub generics: Vec<String>,
    /// What they are where nothing is said; empty without a default.
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub defaults: Vec<String>,
    /// Public fields, variants, and a trait's functions.
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// Names of the fields that nobody outside sees.
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
    /// The type as the block names it.
    #[serde(rename = "s")]
    pub subject: String,
    /// The block's type parameters.
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub generics: Vec<String>,
    /// The trait's item, where the block implements one of the index.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub of_trait: Option<usize>,
    /// The functions and constants of a block without a trait.
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// The types that it gives to the trait's own names, `Target` among them.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<(String, String)>,
}

/// What the crates of a notebook offer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Index {
    /// Names of the crates, as paths write them, the most important first.
    pub crates: Vec<String>,
    /// All items.
    pub items: Vec<Item>,
    /// All `impl` blocks, in the order of the sources.
    pub blocks: Vec<Block>,
    /// What one finds in each public module, by its path: names with their items.
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
    /// Makes the tables that the file does not hold.
    pub(crate) fn prepare(mut self) -> Self {
        let mut named: HashMap<String, Vec<usize>> = HashMap::new();
        for (position, item) in self.items.iter().enumerate() {
            named.entry(item.this.name.clone()).or_default().push(position);
        }
        for positions in named.values_mut() {
            // What one can reach, from the most important crate, by the shortest path.
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

    /// Reads an index that [`save`](Self::save) has written.
    ///
    /// # Errors
    /// Where the file is missing or is not an index of this version.
    pub fn load(file: &Path) -> io::Result<Self> {
        let text = fs::read(file)?;
        let index: Index = serde_json::from_slice(&text)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", file.display())))?;
        if !index.is_sound() {
            let problem = format!("{}: refers to items that it does not hold", file.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        Ok(index.prepare())
    }

    /// Whether all positions lead somewhere, in a file that anybody may have changed.
    fn is_sound(&self) -> bool {
        let (items, crates) = (self.items.len(), self.crates.len());
        self.items.iter().all(|item| item.krate < crates)
            && self.blocks.iter().all(|block| block.owner < items && block.of_trait.is_none_or(|item| item < items))
            && self.modules.values().flatten().all(|(_, item)| *item < items)
    }

    /// Writes the index beside `file` and renames it, so that nobody reads half of it.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
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
