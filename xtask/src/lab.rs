//! `lab`: setup, then JupyterLab in `notebooks/`.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::Failure;
use gradus_kernel::project::Project;
use crate::setup;

pub fn run(project: &Project, arguments: &[OsString]) -> Result<ExitCode, Failure> {
    let python = setup::run(project)?;
    eprintln!("\nOpening JupyterLab. Choose the kernel *Rust (gradus)*; Ctrl-C here ends it.\n");
    let mut lab = python.command();
    lab.args(["-m", "jupyterlab"]).args(arguments).current_dir(project.notebooks());
    // JupyterLab asks about a Ctrl-C itself; its answer is this command's.
    let status = lab.status().map_err(|error| format!("cannot start JupyterLab: {error}"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
