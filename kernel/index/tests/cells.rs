//! Tab and Shift-Tab in a notebook's cells, tested with small crates.

mod common;

use common::{completed, index, inspected, nothing};
use gradus_index::{Index, Match};

const LIBRARY: &str = r#"
//! A library.
pub mod prelude { pub use crate::{Data, Descent, Model, Regression, Scaler, Way, load, Predictor, Either}; }
pub use frames;

/// The crate's own.
pub type Result<T> = std::result::Result<T, Error>;
pub struct Error;

/// Rows, as [`Model`](crate::Model) wants them.
///
/// ```
/// # use a::*;
/// let data = load("x")?;
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct Data { pub rows: Vec<Row>, secret: u8 }
pub struct Row { pub label: String }
impl Row { pub fn number(&self) -> f64 { 0.0 } }
impl Data {
    /// In halves.
    ///
    /// ```
    /// let [a, b] = data.halves()?;
    /// ```
    pub fn halves(&self) -> Result<[Data; 2]> { todo!() }
    /// In parts, as [`Data::halves`].
    pub fn split_into<const N: usize>(&self, fractions: [f64; N]) -> Result<[Data; N]> { todo!() }
    pub fn frame(&self) -> frames::Frame { todo!() }
    pub fn evcxr_display(&self) {}
}
/// Reads a file.
pub fn load(path: &str) -> Result<Data> { todo!() }

pub struct Regression;
impl Regression { pub fn exact() -> Solver { todo!() } pub fn steps() -> Steps { todo!() } }
pub struct Solver { solver: u8, pub public: u8 }
impl Solver {
    /// Shrinks the weights.
    pub fn ridge(mut self, lambda: f64) -> Self { self }
    pub fn fit(&self, data: &Data) -> Result<Model> { todo!() }
    pub fn about(&self) -> &str { "" }
    pub fn evcxr_display(&self) {}
}
pub struct Steps<L = Squared>(L);
pub struct Squared; pub struct Logistic;
impl Steps { pub fn fit(&self) -> Descent<Model> { todo!() } }
impl Steps<Logistic> { pub fn logistic_only(&self) {} }
pub struct Descent<M = Model> { model: M }
impl<M> Descent<M> { pub fn model(&self) -> &M { todo!() } }
impl Descent<Either> { pub fn sides(&self) {} }
pub enum Either { Left(f64), Right }
pub struct Model;
impl Model { pub fn weights(&self) -> Option<&Data> { None } }
pub trait Predictor { /// Answers.
    fn predict(&self, data: &Data) -> Self::Answer; type Answer; fn shared(&self) {} }
impl Predictor for Model { type Answer = Data; fn predict(&self, data: &Data) -> Data { todo!() } }
pub struct Scaler;
impl Scaler { /// Learns.
    pub fn fit(data: &Data) -> Result<Scaler> { todo!() } pub fn scale(&self, data: &Data) -> Result<Data> { todo!() } }
pub enum Way { Fast, Slow(f64) }
pub mod datasets { pub fn iris() -> crate::Result<crate::Data> { todo!() } pub fn diabetes() -> crate::Result<crate::Data> { todo!() } }
"#;

const FRAMES: &str = r#"
/// Another crate's.
pub struct Frame { columns: u8 }
impl Frame { pub fn height(&self) -> usize { 0 } pub fn fit(&self) {} }
pub struct Model; impl Model { pub fn of_frames(&self) {} }
pub struct Handle; pub struct Inner; impl Inner { pub fn inside(&self) -> Frame { todo!() } }
impl std::ops::Deref for Handle { type Target = Inner; }
pub fn handle() -> Box<Handle> { todo!() }
/// Makes a frame.
#[macro_export] macro_rules! frame { ($x:expr) => {}; }
"#;

fn library() -> Index {
    index(&[("a", &[("lib.rs", LIBRARY)]), ("frames", &[("lib.rs", FRAMES)])])
}

#[test]
fn chains_are_completed_methods_first() {
    let index = library();
    assert_eq!(completed(&index, "Regression::exact().|", &nothing), ["ridge", "fit", "about", "public"]);
    assert_eq!(completed(&index, "let x = Regression::exact().ridge(f(1, \")\")).f|", &nothing), ["fit"]);
    assert_eq!(
        completed(&index, "Regression::exact().ridge(1.0).fit(&d)?.|", &nothing),
        ["weights", "predict", "shared"]
    );
    assert_eq!(
        completed(&index, "Regression::exact().fit(&d).unwrap().weights().unwrap().|", &nothing),
        ["halves", "split_into", "frame", "rows", "clone"]
    );
    assert_eq!(completed(&index, "model.predict(&d).ro|", &|_| Some("a::Model".into())), ["rows"]);
    assert_eq!(completed(&index, "load(\"f\")?.rows[0].|", &nothing), ["number", "label"]);
    assert_eq!(completed(&index, "load(\"f\")?.frame().|", &nothing), ["height", "fit"]);
    assert_eq!(completed(&index, "load(\"f\").|", &nothing), Vec::<String>::new());
    assert_eq!(completed(&index, "unknown.|", &nothing), Vec::<String>::new());
}

#[test]
fn type_parameters_are_followed() {
    let index = library();
    assert_eq!(completed(&index, "Regression::steps().|", &nothing), ["fit"]);
    assert_eq!(completed(&index, "Regression::steps().fit().|", &nothing), ["model"]);
    assert_eq!(completed(&index, "Regression::steps().fit().model().w|", &nothing), ["weights"]);
    assert_eq!(completed(&index, "d.|", &|_| Some("&Descent<a::Either>".into())), ["model", "sides"]);
    assert_eq!(completed(&index, "frames::handle().|", &nothing), ["inside"]);
}

#[test]
fn variables_of_the_cell_and_of_the_kernel_are_known() {
    let index = library();
    let types = |name: &str| match name {
        "frame" => Some("a::frames::Frame".to_owned()),
        "other" => Some("frames::Model".to_owned()),
        "parts" => Some("[Data; 2]".to_owned()),
        _ => None,
    };
    assert_eq!(completed(&index, "frame.h|", &types), ["height"]);
    assert_eq!(completed(&index, "other.|", &types), ["of_frames"]);
    assert_eq!(completed(&index, "parts[0].h|", &types), ["halves"]);
    assert_eq!(completed(&index, "let frame = load(\"f\")?;\nframe.h|", &types), ["halves"]);
    assert_eq!(completed(&index, "let [a, mut b] = load(\"f\")?.halves()?;\nb.h|\nlet c = 1;", &types), ["halves"]);
    assert_eq!(completed(&index, "let (a, b) = (frame, Scaler::fit(&d)?.scale(&d)?);\nb.h|", &types), ["halves"]);
    assert_eq!(completed(&index, "let frame: Scaler = x();\nframe.|", &types), ["scale"]);
    assert_eq!(completed(&index, "let a = a.b;\na.|", &types), Vec::<String>::new());
    assert_eq!(completed(&index, "for row in &load(\"f\")?.rows { frame.hei| }", &types), ["height"]);
}

#[test]
fn paths_and_prefixes_are_completed() {
    let index = library();
    assert_eq!(completed(&index, "let s = Scaler::|", &nothing), ["fit"]);
    assert_eq!(completed(&index, "Way::|", &nothing), ["Fast", "Slow"]);
    assert_eq!(completed(&index, "datasets::|", &nothing), ["diabetes", "iris"]);
    assert_eq!(completed(&index, "f(Sc|", &nothing), ["Scaler"]);
    assert_eq!(completed(&index, "Fra|", &nothing), ["Frame"]);
    assert_eq!(completed(&index, "fra|", &nothing), ["frame!"]);
    assert_eq!(completed(&index, "Fr|", &nothing), Vec::<String>::new());
    assert_eq!(completed(&index, "use a::frames::Frame;\nFr|", &nothing), ["Frame"]);
    assert_eq!(completed(&index, "use frames::Model;\nlet m: Model = f();\nm.|", &nothing), ["of_frames"]);
    for nowhere in ["\"Sc|\"", "// Sc|", "let Sc|", "/* Sc| */", "|", "1.|"] {
        assert_eq!(completed(&index, nowhere, &nothing), Vec::<String>::new(), "{nowhere}");
    }
    let found = index.complete("größe(Sc); x", "größe(Sc".len(), &nothing).unwrap();
    assert_eq!((found.start, found.end), ("größe(".len(), "größe(Sc".len()));
    assert_eq!((found.matches[0].kind.as_str(), found.matches[0].signature.as_str()), ("struct", "struct Scaler"));
}

#[test]
fn documentation_is_found_at_names_and_in_arguments() {
    let index = library();
    let split = "fn split_into<const N: usize>(&self, fractions: [f64; N]) -> Result<[Data; N]>\n\nIn parts, as `Data::halves`.\n\nExample of Data::halves:\n    let [a, b] = data.halves()?;\n\nin a::Data";
    for code in [
        "data.split|_into",
        "data.split_into|",
        "data.split_into(|",
        "data.split_into([0.8, 0.2|], x)",
        "load(\"f\")?.split_into|(",
        "split_into|",
        "g(data.|split_into(1)",
    ] {
        assert_eq!(inspected(&index, code, &nothing).as_deref(), Some(split), "{code}");
    }
    let data = "struct Data {\n    pub rows: Vec<Row>,\n    // and private fields\n}\n\nRows, as `Model` wants them.\n\nExample:\n    let data = load(\"x\")?;\n\nin a";
    assert_eq!(inspected(&index, "Data|", &nothing).as_deref(), Some(data));
    let variable = inspected(&index, "tr|ain", &|_| Some("Data".into())).unwrap();
    assert!(variable.starts_with("train: Data\n\nRows,"), "{variable}");
    assert!(inspected(&index, "frame!|", &nothing).unwrap().contains("Makes a frame."));
    assert!(inspected(&index, "frame![|", &nothing).unwrap().contains("Makes a frame."));
    assert!(inspected(&index, "lo|ad(x)", &nothing).unwrap().contains("Reads a file."));
    assert!(inspected(&index, "Scaler::fit|", &nothing).unwrap().contains("Learns."));
    assert!(inspected(&index, "datasets::iris|()", &nothing).unwrap().contains("in a::datasets"));
    assert!(inspected(&index, "Way::Slo|w(1.0)", &nothing).unwrap().starts_with("Slow(f64)"));
    assert!(inspected(&index, "Regression::exact().ridge(|", &nothing).unwrap().contains("Shrinks the weights."));
    assert_eq!(inspected(&index, "nothing_like_it|", &nothing), None);
    assert_eq!(inspected(&index, "|", &nothing), None);
}

#[test]
fn of_many_methods_the_most_plausible_is_shown_and_others_are_named() {
    let index = library();
    let doc = inspected(&index, "x.fit|(", &nothing).unwrap();
    assert!(doc.starts_with("fn fit(&self, data: &Data) -> Result<Model>\n\nin a::Solver"), "{doc}");
    assert!(doc.contains("\n\nAlso:\n    fn Steps::fit(&self) -> Descent<Model>\n"), "{doc}");
    assert!(doc.ends_with("fn Frame::fit(&self)\n    fn Scaler::fit(data: &Data) -> Result<Scaler>"), "{doc}");
    let known = inspected(&index, "x.fit|(", &|_| Some("Frame".into())).unwrap();
    assert!(!known.contains("Also"), "{known}");
}

#[test]
fn html_is_well_formed() {
    let index = library();
    let html = index.inspect("fit", 3, &nothing).unwrap().html;
    assert!(
        html.starts_with("<pre><code>fn fit(data: &amp;Data) -&gt; Result&lt;Scaler&gt;</code></pre><p>Learns.</p>"),
        "{html}"
    );
    for tag in ["p", "pre", "code", "ul", "li", "em"] {
        assert_eq!(
            html.matches(&format!("<{tag}>")).count(),
            html.matches(&format!("</{tag}>")).count(),
            "{tag}: {html}"
        );
    }
}

fn listed(names: &[(&str, &str)]) -> Vec<Match> {
    let one =
        |(text, kind): &(&str, &str)| Match { text: (*text).into(), kind: (*kind).into(), signature: String::new() };
    names.iter().map(one).collect()
}

fn texts(matches: &[Match]) -> Vec<&str> {
    matches.iter().map(|one| one.text.as_str()).collect()
}

#[test]
fn the_analyzers_list_is_put_in_order() {
    let index = library();
    let list = [
        ("solver", "instance"),
        ("public", "instance"),
        ("clone()", "function"),
        ("fit(data)", "function"),
        ("unknown_trait()", "function"),
        ("evcxr_display()", "function"),
        ("about()", "function"),
        ("ridge(lambda)", "function"),
        ("match", "instance"),
    ];
    let mut matches = listed(&list);
    let code = "Regression::exact().";
    index.order(code, code.len(), &nothing, &mut matches);
    let ordered = ["ridge(lambda)", "fit(data)", "about()", "unknown_trait()", "public", "clone()", "match"];
    assert_eq!(texts(&matches), ordered);

    // The type of an expression that is not understood is recognized by its members.
    let mut matches = listed(&list);
    index.order("(a + b).", 8, &nothing, &mut matches);
    assert_eq!(texts(&matches), ordered);

    let mut matches = listed(&[("solver", "instance"), ("other", "function")]);
    index.order("x.", 2, &nothing, &mut matches);
    assert_eq!(texts(&matches), ["other", "solver"]);
    let mut matches = listed(&[("into", "function"), ("Scaler", "class"), ("let", "keyword")]);
    index.order("S", 1, &nothing, &mut matches);
    assert_eq!(texts(&matches), ["Scaler", "let", "into"]);
}
