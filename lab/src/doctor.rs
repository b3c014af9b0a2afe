//! `doctor`: what is there, what is missing, and the command that brings it.

use std::process::ExitCode;

use crate::Failure;
use crate::environment;
use crate::system::{self, Manager};
use crate::{evcxr, jupyter, python, setup, spare};
use gradus_kernel::process::which;
use gradus_kernel::project::Project;
use gradus_kernel::{std_sources, warm};

/// How one thing stands.
enum State {
    There(String),
    /// Setup brings it.
    Later(String),
    /// Works without, but less well.
    Better(String),
    Missing(String),
}

pub fn run(project: &Project) -> Result<ExitCode, Failure> {
    let mut missing_required = false;
    let mut say = |name: &str, state: State| {
        let (mark, text) = match state {
            State::There(text) => ("ok", text),
            State::Later(text) => ("later", text),
            State::Better(text) => ("note", text),
            State::Missing(text) => {
                missing_required = true;
                ("MISSING", text)
            }
        };
        println!("  {mark:<8} {name:<18} {text}");
    };

    println!("Rust");
    let wanted = env!("CARGO_PKG_RUST_VERSION");
    say(
        "rustc",
        match setup::rustc_version() {
            Some(version) if setup::is_older(&version, wanted) => {
                State::Missing(format!("{version} is older than {wanted}: rustup update stable"))
            }
            Some(version) => State::There(version),
            None => State::Missing("install Rust from rustup.rs".into()),
        },
    );
    say(
        "sources of std",
        match std_sources::of_rustc() {
            Some(_) => State::There("for completion, and for the types of a cell's variables".into()),
            None => State::Better("each `let` would need its type written out: rustup component add rust-src".into()),
        },
    );
    say(
        "cargo-nextest",
        match which("cargo-nextest") {
            Some(path) => State::There(path.display().to_string()),
            None => State::Better(
                "`cargo xtask test` uses `cargo test`: cargo install --locked cargo-nextest is quicker".into(),
            ),
        },
    );

    println!("\nSystem");
    let needs = system::needs();
    for need in &needs {
        say(
            need.name,
            match (&need.found, need.required) {
                (Some(found), _) => State::There(found.clone()),
                (None, true) => State::Missing(need.why.into()),
                (None, false) => State::Better(format!("missing: {}", need.why)),
            },
        );
    }

    println!("\nNotebooks");
    say(
        "evcxr_jupyter",
        match evcxr::find(project) {
            Some(path) => State::There(format!("{} in {}", evcxr::VERSION, path.display())),
            None => {
                let others = evcxr::others(project).into_iter().map(|(path, version)| {
                    format!("; {} is version {}", path.display(), version.as_deref().unwrap_or("unknown"))
                });
                let others: String = others.collect();
                State::Later(format!("{} is compiled by setup, about ten minutes on two cores{others}", evcxr::VERSION))
            }
        },
    );
    let packages = environment::of(project)?;
    say(
        "Python packages",
        match python::find(project) {
            Some(python) => State::There(format!("{} in {}", python::list(&packages), python.program.display())),
            None => State::Later(format!("{}: installed by setup", python::list(&packages))),
        },
    );
    say(
        "kernel",
        if jupyter::is_installed(project) {
            State::There(format!("Rust (gradus), in {}", jupyter::folder()?.display()))
        } else {
            State::Later(format!("Rust (gradus): put into {} by setup", jupyter::folder()?.display()))
        },
    );
    say(
        "the library",
        if warm::is_ready(project) {
            State::There("compiled for notebooks".into())
        } else {
            State::Later("compiled for notebooks by setup, 5 to 10 minutes the first time".into())
        },
    );

    say(
        "spare kernel",
        match spare::available_memory() {
            Some(megabytes) => State::There(format!(
                "`lab` keeps one ready: {} MB of {megabytes} MB available; --no-spare or GRADUS_SPARE=0 does without",
                spare::MEMORY
            )),
            None => State::There(format!("`lab` keeps one ready, of {} MB; --no-spare does without", spare::MEMORY)),
        },
    );

    let missing: Vec<_> = needs.iter().filter(|need| need.found.is_none()).collect();
    let commands = Manager::of_this_system().commands(&missing);
    if !commands.is_empty() {
        println!("\nTo get what is missing:\n  {}", commands.join("\n  "));
        if let Some(conda) = system::conda_command(&missing) {
            println!("or, in an active conda environment:\n  {conda}");
        }
    }
    println!(
        "\n{}",
        if missing_required {
            "Something required is missing."
        } else {
            "Nothing required is missing; `lab` does the rest."
        }
    );
    Ok(if missing_required { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
