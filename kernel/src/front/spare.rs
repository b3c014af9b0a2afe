//! The spare: a kernel that has started in advance, with the library loaded, and waits for a notebook.

use std::path::Path;
use std::process::ExitCode;

use gradus_kernel::Failure;

/// Hands the notebook to a spare kernel, if one waits, and stays until that has ended.
pub fn take(_connection_file: &Path) -> Option<ExitCode> {
    None
}

/// Starts a kernel and waits for a notebook.
pub fn spare() -> Result<ExitCode, Failure> {
    Err("not yet".into())
}
