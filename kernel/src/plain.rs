//! The kernel on platforms without the front: this process waits for `evcxr_jupyter`, which talks to Jupyter itself.

use std::path::Path;
use std::process::{ExitCode, Stdio};

use gradus_kernel::Failure;
use gradus_kernel::recorded;
use gradus_kernel::work::{Work, evcxr, of_this_program};

pub fn kernel(connection_file: &Path) -> Result<ExitCode, Failure> {
    let project = of_this_program()?;
    let (kernels, recorded) = (project.kernels(), recorded::read(&project.kernels()));
    let mut command = evcxr(&recorded)?;
    let (work, _locks) = Work::claim(&kernels)?;
    work.fill(&kernels)?;
    work.configure(&project, &recorded)?;
    work.set_environment(&project, &mut command, &recorded);
    work.clean_up_later()?;
    command.arg("--control_file").arg(connection_file).stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.status().map_err(|error| format!("cannot start evcxr_jupyter: {error}"))?;
    Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
}
