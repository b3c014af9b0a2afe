//! The commands with their options and help texts.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use gradus_kernel::project::Project;

use crate::bundle::Wanted;
use crate::{Failure, clean, doctor, lab, new, report, setup};

pub const EXIT_CODES: &str = "Exit codes: 0 success; 1 failure, explained in the output; 2 invalid command line.";

#[derive(Debug, PartialEq, Subcommand)]
pub enum Command {
    /// Report what is installed, what is missing, and how to get it
    Doctor,
    /// Install everything that notebooks need; takes seconds if nothing is missing
    Setup {
        /// Use a bundle instead of compiling: a file, an unpacked folder, a URL, or `none`
        ///
        /// The environment variable GRADUS_BUNDLE does the same for every command. Without either, setup looks for a bundle
        /// in the release of this version. A bundle that does not match is rejected, and everything is compiled.
        #[arg(long, value_name = "FILE|FOLDER|URL")]
        bundle: Option<OsString>,
    },
    /// Run setup, then open a folder or a notebook in JupyterLab
    ///
    /// The default is the current folder, or in a checkout its notebooks. Further arguments are passed to JupyterLab, as
    /// in `gradus lab course --no-browser --port 9000` or `gradus lab --port 9000`. JupyterLab's own help is `gradus lab --
    /// --help`.
    Lab {
        /// Do not keep a kernel ready for the next notebook; same as the environment variable GRADUS_SPARE=0
        #[arg(long)]
        no_spare: bool,
        /// What to open, unless the first argument starts with a hyphen; the others are for JupyterLab
        // One list, so that JupyterLab's options may come first; the usage shows its two parts.
        #[arg(value_name = "FOLDER|NOTEBOOK] [ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Write a first notebook, with a table, a fit and a figure
    ///
    /// It is written to the current folder, or to the given path. An existing file is not overwritten.
    New {
        /// The notebook's name, with or without its extension
        #[arg(value_name = "NAME")]
        name: PathBuf,
    },
    /// Run notebooks in the background, and write them as pages, sheets, Markdown and pictures
    ///
    /// Runs setup first. Each notebook is written as an .ipynb file that shows its figures in every viewer, and in the
    /// requested formats. Sheets and pictures need Chromium, Chrome or Edge.
    #[command(after_help = report::EXAMPLES)]
    Report(report::Request),
    /// Free the disk space that setup has taken; setup can create everything again
    ///
    /// Notebooks, reports and downloaded data sets stay. Refuses while kernels are running.
    Clean {
        /// Clean even while kernels are running; their next cell will fail
        #[arg(long)]
        force: bool,
    },
}

impl Command {
    /// Runs the command.
    pub fn run(self, project: &Project) -> Result<ExitCode, Failure> {
        match self {
            Self::Doctor => doctor::run(project),
            Self::Setup { bundle } => {
                setup::run_with(project, &Wanted::new(bundle.as_deref())).map(|_| ExitCode::SUCCESS)
            }
            Self::Lab { no_spare, arguments } => lab::run(project, arguments, !no_spare),
            Self::New { name } => new::run(project, &name),
            Self::Report(request) => report::run(project, request),
            Self::Clean { force } => clean::run(project, force),
        }
    }
}

/// The same commands under a checkout's name for them: their help texts are written for the program `gradus`.
pub fn of_checkout(line: clap::Command) -> clap::Command {
    let names: Vec<String> = line.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let reworded = |text: &clap::builder::StyledStr| {
        names.iter().fold(text.to_string(), |text, name| text.replace(&program(name), &format!("cargo xtask {name}")))
    };
    line.mut_subcommands(|command| {
        let long = command.get_long_about().map(reworded);
        let after = command.get_after_help().map(reworded);
        let command = if let Some(long) = long { command.long_about(long) } else { command };
        if let Some(after) = after { command.after_help(after) } else { command }
    })
}

/// A command of the program, as its help texts name it.
fn program(name: &str) -> String {
    format!("gradus {name}")
}

/// The exit code of a command; a failure is printed.
pub fn ended(outcome: Result<ExitCode, Failure>) -> ExitCode {
    outcome.unwrap_or_else(|failure| {
        eprintln!("\nerror: {failure}");
        ExitCode::FAILURE
    })
}

/// Prints the help when the program is called without a command.
pub fn help(mut program: clap::Command) -> ExitCode {
    match program.print_help() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    #[command(name = "gradus")]
    struct CommandLine {
        #[command(subcommand)]
        command: Option<Command>,
    }

    fn parsed(line: &str) -> Result<Option<Command>, clap::Error> {
        let words = ["gradus"].into_iter().chain(line.split_whitespace());
        CommandLine::try_parse_from(words).map(|line| line.command)
    }

    #[test]
    fn the_description_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn every_command_is_known_and_has_help() {
        assert_eq!(parsed("").unwrap(), None);
        assert_eq!(parsed("doctor").unwrap(), Some(Command::Doctor));
        assert_eq!(parsed("setup").unwrap(), Some(Command::Setup { bundle: None }));
        assert_eq!(parsed("report").unwrap(), Some(Command::Report(report::Request::default())));
        assert_eq!(parsed("clean").unwrap(), Some(Command::Clean { force: false }));
        assert_eq!(parsed("clean --force").unwrap(), Some(Command::Clean { force: true }));
        assert_eq!(parsed("new Übung.ipynb").unwrap(), Some(Command::New { name: "Übung.ipynb".into() }));
        for command in ["", "doctor", "setup", "lab", "new", "report", "clean"] {
            for flag in ["--help", "-h"] {
                let help = parsed(&format!("{command} {flag}")).unwrap_err();
                assert_eq!((help.kind(), help.exit_code()), (ErrorKind::DisplayHelp, 0), "{command} {flag}");
                assert!(help.to_string().contains(&format!("gradus {command}")), "{help}");
            }
        }
        for help in ["help", "help report"] {
            assert_eq!(parsed(help).unwrap_err().exit_code(), 0, "{help}");
        }
    }

    #[test]
    fn jupyterlabs_arguments_pass_through() {
        let given = |line: &str| match parsed(line).unwrap() {
            Some(Command::Lab { arguments, .. }) => arguments,
            other => panic!("{other:?}"),
        };
        assert_eq!(given("lab"), [""; 0]);
        assert_eq!(given("lab --no-browser --port 9000 --help"), ["--no-browser", "--port", "9000", "--help"]);
        assert_eq!(given("lab --ServerApp.ip=127.0.0.1 a.ipynb"), ["--ServerApp.ip=127.0.0.1", "a.ipynb"]);
        assert_eq!(given("lab -- --help"), ["--help"]);
        assert_eq!(given("lab course --no-browser --help"), ["course", "--no-browser", "--help"]);
        let usage = parsed("lab --help").unwrap_err().to_string();
        assert!(usage.contains("gradus lab [OPTIONS] [FOLDER|NOTEBOOK] [ARGUMENT]..."), "{usage}");
    }

    #[test]
    fn a_checkouts_texts_name_its_command() {
        let help = |line: clap::Command, command: &str| {
            line.try_get_matches_from(["x", command, "--help"]).unwrap_err().to_string()
        };
        let line = || CommandLine::command().bin_name("cargo xtask");
        for command in ["doctor", "setup", "lab", "new", "report", "clean"] {
            let (of_program, of_checkout) = (help(line(), command), help(of_checkout(line()), command));
            let renamed = of_program.replace("gradus lab", "cargo xtask lab");
            assert_eq!(of_checkout, renamed.replace("gradus report", "cargo xtask report"), "{command}");
        }
        assert!(help(of_checkout(line()), "report").contains("  cargo xtask report 02 05 --formats html,pdf  "));
        assert!(help(of_checkout(line()), "lab").contains("`cargo xtask lab course --no-browser --port 9000`"));
    }

    #[test]
    fn a_spare_can_be_done_without() {
        let no_spare = |line: &str| match parsed(line).unwrap() {
            Some(Command::Lab { no_spare, arguments }) => (no_spare, arguments.len()),
            other => panic!("{other:?}"),
        };
        assert_eq!(no_spare("lab --no-spare --port 9000"), (true, 2));
        assert_eq!(no_spare("lab --port 9000"), (false, 2));
    }

    #[test]
    fn typing_errors_end_with_2_and_a_suggestion() {
        for (line, suggestion) in [
            ("reprot", "'report'"),
            ("docter", "'doctor'"),
            ("report --inplace", "'--in-place'"),
            ("report --format html", "'--formats'"),
            ("report --formats htm", "'html'"),
            ("report --figures svgg", "'svg'"),
        ] {
            let error = parsed(line).unwrap_err();
            let text = error.to_string();
            assert!(error.exit_code() == 2 && text.contains("similar") && text.contains(suggestion), "{line}: {text}");
        }
        for line in [
            "setup now",
            "kernel",
            "report --out",
            "report --formats ,",
            "doctor --fast",
            "new",
            "new a b",
            "clean all",
        ] {
            assert_eq!(parsed(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
