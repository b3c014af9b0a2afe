//! Copies of files that a published crate needs in its own folder, while the originals are elsewhere in the workspace.

use std::fs;
use std::path::Path;

const COPIES: [(&str, &str); 1] = [("environment.yml", "lab/environment.yml")];

#[test]
fn copies_are_like_their_originals() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    for (original, copy) in COPIES {
        assert!(read(original) == read(copy), "after a change, `cp {original} {copy}`");
    }
}
