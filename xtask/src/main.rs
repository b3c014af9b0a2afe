//! `cargo xtask`: the commands of the program `gradus` for a checkout, and two that need one: test and bundle.

mod bundle;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use gradus_kernel::project::Project;
use gradus_lab::command_line::{self, ended};

/// Set up the library's environment, open and run notebooks, test everything
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, after_help = command_line::EXIT_CODES)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, PartialEq, Subcommand)]
enum Command {
    #[command(flatten)]
    Everywhere(command_line::Command),
    /// Run everything that CI runs: format, setup, lints, tests, docs, notebooks
    Test,
    /// Pack what setup has compiled into one archive, for machines of the same platform and compiler
    Bundle {
        /// The folder to write to; default: target/bundle/
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// zstd's compression level: 1 takes seconds, 19 minutes
        #[arg(long, default_value_t = 19, value_parser = clap::value_parser!(u8).range(1..=19))]
        level: u8,
    },
}

fn main() -> ExitCode {
    let matches = command_line::of_checkout(CommandLine::command()).get_matches();
    match CommandLine::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()).command {
        Some(command) => ended(Project::find().and_then(|project| match command {
            Command::Everywhere(command) => command.run(&project),
            Command::Test => test::run(&project),
            Command::Bundle { out, level } => bundle::run(&project, out, level),
        })),
        None => command_line::help(command_line::of_checkout(CommandLine::command())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, clap::Error> {
        let words = ["cargo xtask"].into_iter().chain(line.split_whitespace());
        let matches = command_line::of_checkout(CommandLine::command()).try_get_matches_from(words)?;
        CommandLine::from_arg_matches(&matches).map(|line| line.command.unwrap())
    }

    #[test]
    fn a_checkout_knows_the_programs_commands_and_its_own() {
        assert_eq!(parsed("test").unwrap(), Command::Test);
        assert_eq!(parsed("clean").unwrap(), Command::Everywhere(command_line::Command::Clean { force: false }));
        let lab = parsed("lab course --port 9000").unwrap();
        let arguments = ["course", "--port", "9000"].map(Into::into).to_vec();
        assert_eq!(lab, Command::Everywhere(command_line::Command::Lab { no_spare: false, arguments }));
        CommandLine::command().debug_assert();
        for command in ["lab", "new", "report", "clean", "test", "bundle"] {
            let help = parsed(&format!("{command} --help")).unwrap_err().to_string();
            assert!(help.contains(&format!("Usage: cargo xtask {command}")), "{help}");
            assert!(!help.contains("gradus lab") && !help.contains("gradus report"), "{help}");
        }
    }
}
