//! `lab`: setup, then JupyterLab in `notebooks/`.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::Failure;
use crate::{setup, spare};
use gradus_kernel::project::Project;

pub fn run(project: &Project, arguments: &[OsString], keeps_spare: bool) -> Result<ExitCode, Failure> {
    let python = setup::run(project)?;
    let _spare = if keeps_spare { spare::Keeper::start(project) } else { None };
    eprintln!("\nOpening JupyterLab. Choose the kernel *Rust (gradus)*; Ctrl-C here ends it.\n");
    let mut lab = python.command();
    if !keeps_spare {
        lab.env("GRADUS_SPARE", "0");
    }
    lab.args(["-m", "jupyterlab"]).args(arguments).current_dir(project.notebooks());
    // JupyterLab asks about a Ctrl-C itself; its answer is this command's.
    let status = lab.status().map_err(|error| format!("cannot start JupyterLab: {error}"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
