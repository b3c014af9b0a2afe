//! Builds the index of the public items of the library and the crates it exposes, for Tab and Shift-Tab.

use gradus_index::{Index, Source};

use gradus_kernel::project::Project;
use gradus_kernel::{Failure, process};

/// The crates whose types a notebook uses, the most important first.
const CRATES: [&str; 6] = ["gradus", "ndarray", "polars", "polars-core", "plotly", "ndarray-linalg"];

/// Reads the sources of these crates, and writes the index.
pub fn index(project: &Project) -> Result<(), Failure> {
    let version = process::output_of("rustc", &["-vV"]).ok_or("`rustc -vV` failed")?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("`rustc -vV` names no host")?;
    let mut cargo = process::command("cargo");
    // Without the platform, cargo would require the sources of crates that no build here needs.
    cargo.args(["metadata", "--format-version", "1", "--filter-platform", host]).current_dir(project.root());
    let output = cargo.output().map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let sources = Source::from_metadata(&String::from_utf8_lossy(&output.stdout), &CRATES);
    let file = project.kernels().index();
    Index::build(&sources).save(&file).map_err(|error| format!("cannot write {}: {error}", file.display()))
}
