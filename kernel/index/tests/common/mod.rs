//! Small crates for tests, and helpers.
#![allow(dead_code)]

use std::fs;

use gradus_index::{Index, Source};

/// An index of crates, from their names and the files of each.
pub fn index(crates: &[(&str, &[(&str, &str)])]) -> Index {
    let folder = tempfile::tempdir().unwrap();
    let mut sources = vec![];
    for (name, files) in crates {
        for (file, text) in *files {
            let file = folder.path().join(name).join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        sources.push(Source::new(name, folder.path().join(name).join("lib.rs")));
    }
    Index::build(&sources)
}

/// Knows no variable's type.
pub fn nothing(_: &str) -> Option<String> {
    None
}

/// The names of completions at `|`.
pub fn completed(index: &Index, code: &str, types: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let (code, cursor) = cursor(code);
    let found = index.complete(&code, cursor, types);
    found.map(|found| found.matches.into_iter().map(|one| one.text).collect()).unwrap_or_default()
}

/// The documentation at `|`, as text.
pub fn inspected(index: &Index, code: &str, types: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let (code, cursor) = cursor(code);
    index.inspect(&code, cursor, types).map(|doc| doc.plain)
}

/// The code without its `|`, and the position of that. `¦` represents a `|` that remains.
pub fn cursor(code: &str) -> (String, usize) {
    let cursor = code.find('|').expect("a cursor");
    (code.replacen('|', "", 1).replace('¦', "|"), cursor)
}
