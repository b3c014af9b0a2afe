//! `cargo xtask`: everything around the library that is not the library: set it up, open it, run it, test it.
//!
//! Built from the standard library and little else, so that the first command on a fresh machine answers within seconds.

mod analyzer;
mod cell;
mod clone;
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

use std::process::ExitCode;

use project::Project;

const USAGE: &str = "\
cargo xtask <command>

  doctor                          what is installed, what is missing, how to get it
  setup                           install everything that notebooks need; again: seconds
  lab [JUPYTERLAB ARGUMENT…]      setup, then open notebooks/ in JupyterLab
  report [NOTEBOOK…] [--out DIR] [--formats html,pdf,md] [--figures svg,pdf,png] [--in-place]
                                  setup, then run the notebooks (default: all of notebooks/) and write each into a
                                  folder (reports/): as .ipynb that shows its figures everywhere; as a page that
                                  needs no network (html, the default), sheets of A4 (pdf), or text (md); and its
                                  figures as files. --in-place also puts the outputs into the notebook itself
  test                            all that CI runs: format, lints, tests, docs, notebooks
  kernel CONNECTION_FILE          what Jupyter starts: a kernel with its own copy of the warmed build

Exit code 0: done. 1: something failed, and the output says what. 2: the command line was not understood.";

/// Why a command stopped: text for the reader, which names the thing and the way out.
pub type Failure = String;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(played) = analyzer::play(&arguments) {
        return ended(played);
    }
    let command = arguments.first().map_or("help", String::as_str);
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match command {
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        "kernel" => kernel::launch(rest),
        "kernel-ended" => kernel::clean_up(rest),
        "doctor" | "setup" | "lab" | "report" | "test" => Project::find().and_then(|project| match command {
            "doctor" => doctor::run(&project),
            "setup" => setup::run(&project).map(|_| ExitCode::SUCCESS),
            "lab" => lab::run(&project, rest),
            "report" => report::run(&project, rest),
            _ => test::run(&project),
        }),
        unknown => {
            eprintln!("`{unknown}` is no command.\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    ended(outcome)
}

fn ended(outcome: Result<ExitCode, Failure>) -> ExitCode {
    outcome.unwrap_or_else(|failure| {
        eprintln!("\nerror: {failure}");
        ExitCode::FAILURE
    })
}
