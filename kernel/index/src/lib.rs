//! An index of the crates that a notebook uses, for Shift-Tab and Tab. It covers gradus, polars, plotly and ndarray,
//! and is built from their sources when the library is compiled for notebooks. The kernel's rust-analyzer does not see
//! most of these crates, and lists private fields first.
//!
//! - [`Index::build`] reads crates, and [`Index::save`] and [`Index::load`] store the result in a file;
//! - [`Index::inspect`] finds the documentation at the cursor;
//! - [`Index::complete`] finds completions there, and [`Index::order`] sorts rust-analyzer's own list.
//!
//! Types are known only by their names and parameters: signatures determine what a chain of calls returns, and the
//! caller supplies the types of variables. An unknown type yields no completions, and a list of candidates in place of
//! a single documentation.
//!
//! From sources to the index: `collect` (with `source`, `attributes`, `members`, `signature`, `setters`, `macros`)
//! reads, and `scope` and `link` resolve names. From the cursor to an answer: `lex`, `expression` and `uses` read the
//! cell, `resolve`, `ty` and `lookup` find types, and `render` formats documentation.

mod attributes;
mod collect;
mod complete;
mod expression;
mod inspect;
mod lex;
mod link;
mod lookup;
mod macros;
mod members;
mod order;
mod render;
mod resolve;
mod scope;
mod setters;
mod signature;
mod source;
mod store;
mod ty;
mod uses;

pub use complete::{Completions, Match};
pub use inspect::Doc;
pub use source::Source;
pub use store::{Block, Index, Item, Kind, Member};

impl Index {
    /// Reads the crates, the most important first. Crates that cannot be read are left out.
    pub fn build(sources: &[Source]) -> Index {
        let mut collected = collect::Collected::default();
        for source in sources {
            collect::read(source, &mut collected);
        }
        link::link(collected)
    }
}
