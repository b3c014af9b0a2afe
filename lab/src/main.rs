//! `gradus`: notebooks in any folder.

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use gradus_kernel::project::Project;
use gradus_lab::command_line::{self, Command, ended};

/// Machine-learning notebooks in Rust: set up, opened and run in any folder.
#[derive(Debug, Parser)]
#[command(name = "gradus", version, after_help = command_line::EXIT_CODES)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
}

fn main() -> ExitCode {
    match CommandLine::parse().command {
        Some(command) => ended(Project::of_user().and_then(|project| command.run(&project))),
        None => command_line::help(CommandLine::command()),
    }
}
