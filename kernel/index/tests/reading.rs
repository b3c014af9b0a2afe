//! Reading sources: modules, visibility, re-exports, signatures; and the index file.

mod common;

use common::index;
use gradus_index::{Index, Item, Kind};

fn item<'a>(index: &'a Index, name: &str) -> &'a Item {
    index.items.iter().find(|item| item.this.name == name).unwrap_or_else(|| panic!("{name} is missing"))
}

fn path(index: &Index, name: &str) -> String {
    item(index, name).path.clone()
}

#[test]
fn modules_are_followed_in_all_their_forms() {
    let index = index(&[(
        "a",
        &[
            (
                "lib.rs",
                "pub mod flat; pub mod nested; pub mod inline { pub mod deep; pub struct InInline; }\n#[path = \"other/odd.rs\"] pub mod named; pub mod missing; pub mod broken; #[cfg(test)] pub mod tests { pub struct InTests; }",
            ),
            ("flat.rs", "pub mod below; pub struct Flat;"),
            ("flat/below.rs", "pub struct Below;"),
            ("nested/mod.rs", "pub mod inner; pub struct Nested;"),
            ("nested/inner.rs", "pub struct Inner;"),
            ("inline/deep.rs", "pub struct Deep;"),
            ("other/odd.rs", "pub mod beside; pub struct Odd;"),
            ("other/beside.rs", "pub struct Beside;"),
            ("broken.rs", "pub struct {"),
        ],
    )]);
    assert_eq!(path(&index, "Flat"), "a::flat");
    assert_eq!(path(&index, "Below"), "a::flat::below");
    assert_eq!(path(&index, "Inner"), "a::nested::inner");
    assert_eq!(path(&index, "InInline"), "a::inline");
    assert_eq!(path(&index, "Deep"), "a::inline::deep");
    assert_eq!(path(&index, "Odd"), "a::named");
    assert_eq!(path(&index, "Beside"), "a::named::beside");
    assert!(index.items.iter().all(|item| item.this.name != "InTests"));
}

#[test]
fn paths_lead_through_what_is_public() {
    let index = index(&[
        (
            "first",
            &[
                (
                    "lib.rs",
                    "mod inner; pub mod prelude; pub use other; pub use inner::{Shown, Renamed as New}; #[doc(hidden)] pub mod secret { pub struct Secret; }",
                ),
                (
                    "inner.rs",
                    "pub struct Shown; pub struct Renamed; pub struct Unseen; pub(crate) struct Own; pub mod circle { pub use super::*; }",
                ),
                ("prelude.rs", "pub use crate::inner::Shown; pub use other::linspace; pub use self::prelude as again;"),
            ],
        ),
        (
            "other",
            &[
                (
                    "lib.rs",
                    "mod linspace; pub use crate::linspace::{linspace, Linspace}; pub mod prelude { pub use crate::frame::*; } mod frame { pub use self::deep::Frame; pub mod deep { pub struct Frame; } }\n#[macro_export] macro_rules! make { ($x:expr) => {}; }",
                ),
                ("linspace.rs", "pub fn linspace() {} pub struct Linspace;"),
            ],
        ),
    ]);
    assert_eq!(path(&index, "Shown"), "first");
    assert_eq!(path(&index, "Unseen"), "");
    assert_eq!(path(&index, "Own"), "");
    assert_eq!(path(&index, "Secret"), "");
    assert_eq!(path(&index, "Renamed"), "");
    assert_eq!(path(&index, "Linspace"), "first::other");
    assert_eq!(path(&index, "linspace"), "first::prelude");
    assert_eq!(path(&index, "Frame"), "first::other::prelude");
    assert_eq!(path(&index, "make"), "first::other");
    assert_eq!(item(&index, "make").this.kind, Kind::Macro);
    assert_eq!(item(&index, "make").this.signature, "make!(x)");
    let prelude: Vec<&str> = index.modules["first::prelude"].iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(prelude, ["Shown", "linspace"]);
}

#[test]
fn only_public_members_are_listed() {
    let index = index(&[(
        "a",
        &[(
            "lib.rs",
            "/// A model.\n#[derive(Clone)] pub struct Model { pub open: f64, closed: u8 }
            impl Model { /// Makes it.\n pub fn new() -> Self { todo!() } pub(crate) fn inner(&self) {} #[doc(hidden)] pub fn hidden(&self) {}
                #[cfg(feature = \"no\")] pub fn cut(&self) {} #[deprecated] pub fn old(&mut self, mut x: f64) -> Option<&f64> { None } pub const N: usize = 1; }
            pub enum Way { /// Fast.\n Fast, Slow(f64) }",
        )],
    )]);
    let model = item(&index, "Model");
    assert!(model.clone);
    assert_eq!(model.this.doc, "A model.");
    assert_eq!((model.members[0].name.as_str(), model.hidden.as_slice()), ("open", &["closed".to_owned()][..]));
    let members = &index.blocks[0].members;
    let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["new", "cut", "old", "N"]);
    assert_eq!(members[2].signature, "fn old(&mut self, x: f64) -> Option<&f64>");
    assert!(members[2].deprecated && !members[0].deprecated);
    assert_eq!(members[0].kind, Kind::Function);
    assert_eq!(members[2].kind, Kind::Method);
    let variants: Vec<&str> = item(&index, "Way").members.iter().map(|member| member.signature.as_str()).collect();
    assert_eq!(variants, ["Fast", "Slow(f64)"]);
}

#[test]
fn items_that_a_macro_generates_are_read() {
    let index = index(&[(
        "a",
        &[(
            "lib.rs",
            "macro_rules! any { ($($name:ident),*) => { /// Any.\n pub enum Any { $($name($name)),* } impl Any { pub fn name(&self) -> &'static str { \"\" } } pub struct $first; } }
            any!(A, B); macro_rules! again { () => { again!(); } } again!(); wrapped! { pub struct Plain; }",
        )],
    )]);
    assert_eq!(item(&index, "Any").this.doc, "Any.");
    assert_eq!(item(&index, "Plain").this.kind, Kind::Struct);
    assert_eq!(index.blocks[0].members[0].name, "name");
    assert_eq!(index.items.len(), 2);
}

#[test]
fn the_file_returns_what_was_saved() {
    let index = index(&[("a", &[("lib.rs", "pub struct A; impl A { pub fn new() -> A { A } } pub type B = A;")])]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("index.json");
    index.save(&file).unwrap();
    let again = Index::load(&file).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(&index).unwrap());
    assert_eq!(common::completed(&again, "B::|", &common::nothing), ["new"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"o\":0", "\"o\":7")).unwrap();
    assert!(Index::load(&file).unwrap_err().to_string().contains("index.json"));
    std::fs::write(&file, "{}").unwrap();
    assert!(Index::load(&file).is_err());
    assert!(index.save(&folder.path().join("no").join("index.json")).is_err());
}
