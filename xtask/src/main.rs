//! `cargo xtask`: everything around the library that is not the library: set it up, open it, run it, test it.
//!
//! Built from the standard library and little else, so that the first command on a fresh machine answers within seconds.

mod analyzer;
mod cell;
mod clone;
mod command_line;
mod console;
mod doctor;
mod environment;
mod evcxr;
mod jupyter;
mod kernel;
mod lab;
mod process;
mod project;
mod python;
mod report;
mod setup;
mod stamp;
mod std_sources;
mod system;
mod test;
mod warm;

use std::env;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use command_line::{Command, CommandLine};
use project::Project;

/// Why a command stopped: text for the reader, which names the thing and the way out.
pub type Failure = String;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(played) = analyzer::play(&arguments) {
        return ended(played);
    }
    match CommandLine::parse().command {
        Some(command) => ended(run(command)),
        None => help(),
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Kernel { connection_file } => kernel::launch(&connection_file),
        Command::KernelEnded { name } => kernel::clean_up(&name),
        Command::Doctor => doctor::run(&Project::find()?),
        Command::Setup => setup::run(&Project::find()?).map(|_| ExitCode::SUCCESS),
        Command::Lab { arguments } => lab::run(&Project::find()?, &arguments),
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
