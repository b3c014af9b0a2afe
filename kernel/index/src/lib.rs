//! What the crates of a notebook offer, for Shift-Tab and Tab: an index of gradus, polars, plotly and ndarray, made from
//! their sources when the library is compiled for notebooks. The kernel's rust-analyzer does not see most of them, and
//! it lists private fields first.
//!
//! - [`Index::build`] reads crates, [`Index::save`] and [`Index::load`] keep the result in a file;
//! - [`Index::inspect`] finds the documentation of what is at the cursor;
//! - [`Index::complete`] finds what can be written there, [`Index::order`] puts rust-analyzer's own list in order.
//!
//! Types are known by their names and parameters only: signatures say what a chain of calls returns, and the caller what
//! type a variable has. What stays unknown gives no completions, and candidates instead of one documentation.
//!
//! On the way from sources to the index: `collect` (with `source`, `attributes`, `members`, `signature`, `setters`,
//! `macros`) reads, `scope` and `link` bind names. On the way from a cursor to an answer: `lex`, `expression` and `uses`
//! read the cell, `resolve`, `ty` and `lookup` find types, `render` writes documentation.

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
    /// Reads the crates, the most important first. What cannot be read is left out.
    pub fn build(sources: &[Source]) -> Index {
        let mut collected = collect::Collected::default();
        for source in sources {
            collect::read(source, &mut collected);
        }
        link::link(collected)
    }
}
