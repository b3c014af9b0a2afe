//! The library itself, and the crates it builds on if their sources are available.

mod common;

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Instant;

use common::{completed, inspected, nothing};
use gradus_index::{Index, Source};

fn gradus() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/lib.rs");
        Index::build(&[Source::new("gradus", root)])
    })
}

/// gradus with everything that its users see of other crates, or what is missing.
fn all() -> Result<Index, String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--offline", "--format-version", "1", "--manifest-path"]).arg(manifest);
    let output = cargo.output().map_err(|error| error.to_string())?;
    let wanted = ["gradus", "polars", "polars-core", "plotly", "ndarray", "ndarray-linalg"];
    let sources = Source::from_metadata(&String::from_utf8_lossy(&output.stdout), &wanted);
    if sources.len() < wanted.len() || sources.iter().any(|source| !source.root.is_file()) {
        return Err(format!("not all of {wanted:?} are available: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let since = Instant::now();
    let index = Index::build(&sources);
    let built = since.elapsed();
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = folder.path().join("index.json");
    index.save(&file).map_err(|error| error.to_string())?;
    let size = file.metadata().map_err(|error| error.to_string())?.len();
    let since = Instant::now();
    let index = Index::load(&file).map_err(|error| error.to_string())?;
    println!("built in {built:.2?}, {} items, {size} bytes, loaded in {:.0?}", index.items.len(), since.elapsed());
    assert!(size < 10_000_000, "{size} bytes");
    Ok(index)
}

#[test]
fn what_a_user_looks_up_first_is_found() {
    let index = gradus();
    let split = inspected(index, "let [train, test] = diabetes.split_into(|", &nothing).unwrap();
    assert!(split.starts_with("fn split_into<const N: usize>("), "{split}");
    assert!(
        split.contains("Any number of parts in these fractions, shuffled; otherwise as `Dataset::split`."),
        "{split}"
    );
    assert!(split.contains("    let split = datasets::iris()?.split([0.8, 0.1, 0.1], Seed(7))?;"), "{split}");
    assert!(split.ends_with("in gradus::data::Dataset"), "{split}");

    let scaler = inspected(index, "StandardScaler|", &nothing).unwrap();
    assert!(scaler.contains("struct StandardScaler") && scaler.ends_with("in gradus::data"), "{scaler}");
    let epochs = inspected(index, "Fit::epochs|(5)", &nothing).unwrap();
    assert!(epochs.starts_with("fn epochs(epochs: usize) -> Self\n\n") && epochs.contains(" epochs."), "{epochs}");
    assert!(inspected(index, "net.fit(&train, Fit::epochs(|5))", &nothing).unwrap().starts_with("fn epochs"));
}

#[test]
fn builders_are_completed_without_what_is_private() {
    let index = gradus();
    let members = completed(index, "LinearRegression::closed_form().|", &nothing);
    let of_itself = ["solver", "intercept", "l2", "sample_weights", "fit"];
    let positions: Vec<usize> =
        of_itself.iter().map(|name| members.iter().position(|member| member == name).unwrap()).collect();
    assert!(positions.is_sorted(), "{members:?}");
    assert!(members.iter().all(|member| member != "evcxr_display"), "{members:?}");
    let doc = index.complete("LinearRegression::closed_form().", 32, &nothing).unwrap();
    assert!(doc.matches.iter().all(|one| one.kind == "method"), "{doc:?}");

    let fitted = completed(index, "LinearRegression::closed_form().fit(&data)?.|", &nothing);
    assert!(fitted.contains(&"condition_number".to_owned()) && fitted.contains(&"model".to_owned()), "{fitted:?}");
    let likely = completed(index, "LogisticRegression::maximum_likelihood().|", &nothing);
    assert!(likely.contains(&"c".to_owned()) && likely.contains(&"fit".to_owned()), "{likely:?}");
    let classes = completed(index, "LogisticRegression::gradient_descent().fit(&data)?.model().|", &nothing);
    assert!(classes.contains(&"classes".to_owned()), "{classes:?}");
    let variable = completed(index, "split.|", &|_| Some("gradus::data::Split".into()));
    assert_eq!(variable[variable.len() - 4..], ["train", "validation", "test", "clone"]);
    assert!(completed(index, "Fit::|", &nothing).contains(&"epochs".to_owned()));
    assert!(completed(index, "datasets::|", &nothing).contains(&"diabetes".to_owned()));
    assert!(completed(index, "LinearR|", &nothing).contains(&"LinearRegression".to_owned()));
    assert!(completed(index, "Optimizer::from(x).|", &nothing).contains(&"name".to_owned()));
}

#[test]
fn chains_that_begin_with_data_are_followed() {
    let index = gradus();
    let code = "let diabetes = datasets::diabetes()?;
        let [train, test] = diabetes.split_into([0.8, 0.2], Seed(7))?;
        let scaler = StandardScaler::fit(&train)?;
        let (train, test) = (scaler.transform(&train)?, scaler.transform(&test)?);\n";
    let members = completed(index, &format!("{code}diabetes.|"), &nothing);
    assert!(members.contains(&"split_into".to_owned()), "{members:?}");
    let members = completed(index, &format!("{code}train.|"), &nothing);
    assert!(members.contains(&"split_into".to_owned()), "{members:?}");
    let members = completed(index, &format!("{code}scaler.|"), &nothing);
    assert!(members.contains(&"transform".to_owned()), "{members:?}");
}

#[test]
fn other_crates_are_known_if_their_sources_are_available() {
    let index = match all() {
        Ok(index) => index,
        Err(problem) => {
            println!("skipped: {problem}");
            return;
        }
    };
    let uses = "use gradus::polars::prelude::*;\n";
    let frame = completed(&index, &format!("{uses}let df = df!(\"a\" => [1])?;\ndf.|"), &nothing);
    assert!(["height", "column", "head", "clone"].iter().all(|name| frame.iter().any(|one| one == name)), "{frame:?}");
    let column = completed(&index, "df.column(\"a\")?.|", &|_| Some("DataFrame".into()));
    assert!(column.contains(&"cast".to_owned()) && column.contains(&"dtype".to_owned()), "{column:?}");
    let height = inspected(&index, "df.height|()", &|_| Some("polars::prelude::DataFrame".into())).unwrap();
    assert!(height.starts_with("fn height(&self) -> usize"), "{height}");
    assert!(inspected(&index, "df!|(", &nothing).unwrap().starts_with("df!(col_name => slice, …)"));
    let layout = completed(&index, "gradus::plotly::Layout::new().|", &nothing);
    assert!(layout.contains(&"title".to_owned()) && layout.contains(&"x_axis".to_owned()), "{layout:?}");

    let plot = completed(&index, "use gradus::plotly::Plot;\nlet mut plot = Plot::new();\nplot.|", &nothing);
    assert!(plot.contains(&"add_trace".to_owned()) && !plot.contains(&"traces".to_owned()), "{plot:?}");
    let trace = completed(&index, "gradus::plotly::Scatter::new(x, y).name(\"a\").mo|", &nothing);
    assert!(trace.contains(&"mode".to_owned()), "{trace:?}");
    let array = completed(&index, "array![[1.0]].|", &nothing);
    assert!(["dot", "dim", "t", "column"].iter().all(|name| array.iter().any(|one| one == name)), "{array:?}");
    let array = completed(&index, "x.map|", &|_| {
        Some("ndarray::ArrayBase<ndarray::OwnedRepr<f64>, ndarray::Dim<[usize; 2]>>".into())
    });
    assert!(array.contains(&"mapv".to_owned()), "{array:?}");
    assert!(index.items.iter().any(|item| item.path == "gradus::polars::prelude" && item.this.name == "DataFrame"));
    let inverse = inspected(&index, "a.inv|()", &nothing).unwrap();
    assert!(inverse.contains("Inverse"), "{inverse}");
}
