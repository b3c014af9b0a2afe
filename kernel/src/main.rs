//! The program that Jupyter starts as *Rust (gradus)*. It also replaces `cargo` and `rustup` in the kernel's own
//! environment, where links with their names point to it.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use gradus_kernel::work::{Work, of_this_program};
use gradus_kernel::{Failure, analyzer};

mod documentation;
#[cfg(unix)]
mod front;
#[cfg(not(unix))]
mod plain;

const USAGE: &str = "Jupyter starts this program, as `gradus-kernel kernel CONNECTION_FILE`; `gradus lab`, or `cargo xtask lab` in \
                     a checkout, opens Jupyter.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(played) = analyzer::run_as_link(&arguments) {
        return ended(played);
    }
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    ended(match words.as_slice() {
        ["kernel", connection_file] => kernel(Path::new(connection_file)),
        #[cfg(unix)]
        ["spare"] => front::spare(),
        ["index"] => of_this_program().and_then(|project| documentation::index(&project)).map(|()| ExitCode::SUCCESS),
        ["ended", name] => clean_up(name),
        _ => Err(USAGE.into()),
    })
}

#[cfg(unix)]
fn kernel(connection_file: &Path) -> Result<ExitCode, Failure> {
    front::kernel(connection_file)
}

#[cfg(not(unix))]
fn kernel(connection_file: &Path) -> Result<ExitCode, Failure> {
    plain::kernel(connection_file)
}

/// Waits until the kernel of this work folder has ended, and removes the folder.
fn clean_up(name: &str) -> Result<ExitCode, Failure> {
    let work = Work::named(&of_this_program()?.kernels(), name);
    work.clean_up(|group| {
        #[cfg(unix)]
        front::end_group(group);
        #[cfg(not(unix))]
        let _ = group;
    })?;
    Ok(ExitCode::SUCCESS)
}

fn ended(outcome: Result<ExitCode, Failure>) -> ExitCode {
    outcome.unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        ExitCode::FAILURE
    })
}
