//! `cargo xtask`: everything around the library that is not the library: set it up, open it, run it, test it.
//!
//! Built from the standard library and little else, so that the first command on a fresh machine answers within seconds.

mod command_line;
mod console;
mod doctor;
mod environment;
mod evcxr;
mod jupyter;
mod lab;
mod python;
mod report;
mod setup;
mod spare;
mod system;
mod test;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use command_line::{Command, CommandLine};
use gradus_kernel::project::Project;

pub use gradus_kernel::Failure;

fn main() -> ExitCode {
    match CommandLine::parse().command {
        Some(command) => ended(run(command)),
        None => help(),
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Doctor => doctor::run(&Project::find()?),
        Command::Setup => setup::run(&Project::find()?).map(|_| ExitCode::SUCCESS),
        Command::Lab { no_spare, arguments } => lab::run(&Project::find()?, &arguments, !no_spare),
        Command::Report(request) => report::run(&Project::find()?, request),
        Command::Test => test::run(&Project::find()?),
    }
}

/// What `cargo xtask` alone says.
fn help() -> ExitCode {
    match CommandLine::command().print_help() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn ended(outcome: Result<ExitCode, Failure>) -> ExitCode {
    outcome.unwrap_or_else(|failure| {
        eprintln!("\nerror: {failure}");
        ExitCode::FAILURE
    })
}
