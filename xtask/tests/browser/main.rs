//! Notebooks where people see them: JupyterLab, the pages of a report, nbconvert's own pages, in a real browser.
//!
//! They need the environment that `cargo xtask setup` makes and the reports that `cargo xtask test` has just written, and
//! so are marked as ignored: `cargo xtask test` runs them.

mod kernel;
mod lab;
mod pages;

mod plots;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gradus_browser::{Browser, Page};
use serde_json::Value;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// How long the browser may take to start, and for each command.
const LIMIT: Duration = Duration::from_secs(60);

/// A page of a lecturer's screen, in a browser that lives as long as the test.
fn page() -> Result<(Browser, Page)> {
    let browser = Browser::start(LIMIT)?;
    let mut page = browser.page()?;
    page.set_size(1400, 1000, 1.0)?;
    Ok((browser, page))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace is there")
}

/// `target/browser`, for screenshots that outlive the test and for what does not.
fn artifacts() -> Result<PathBuf> {
    let folder = root().join("target").join("browser");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// What `cargo xtask test` hands over.
fn given(name: &str) -> Result<PathBuf> {
    let value =
        std::env::var_os(name).ok_or_else(|| format!("{name} is not set: `cargo xtask test` runs this test"))?;
    Ok(value.into())
}

fn notebook(path: &Path) -> Result<Value> {
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

/// The outputs of a notebook that hold a figure, as `data`.
fn figures(notebook: &Value) -> Vec<&Value> {
    let list = |value: &'_ Value| value.as_array().map(Vec::len).unwrap_or_default();
    let cells = (0..list(&notebook["cells"])).map(|cell| &notebook["cells"][cell]);
    cells
        .flat_map(|cell| (0..list(&cell["outputs"])).map(move |output| &cell["outputs"][output]["data"]))
        .filter(|data| data.get("application/vnd.plotly.v1+json").is_some())
        .collect()
}
