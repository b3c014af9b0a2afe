//! `doctor`: what is there, what is missing, and the command that brings it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::environment::{self, Packages, name_and_version};
use crate::system::{self, Manager, Need};
use crate::{Failure, bundle, disk, evcxr, jupyter, python, setup, spare};
use gradus_kernel::process::which;
use gradus_kernel::project::Project;
use gradus_kernel::{std_sources, warm, work};

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
    let needs = system::needs();
    let packages = environment::of(project)?;
    let sections = [
        ("Rust", rust(project)),
        ("System", needs.iter().map(|need| (need.name, state(need))).collect()),
        ("Notebooks", notebooks(project, &packages)?),
        ("JupyterLab and editors of your own", editors(project, &packages)?),
    ];
    let mut missing_required = false;
    for (title, lines) in sections {
        println!("{title}");
        for (name, state) in lines {
            missing_required |= matches!(state, State::Missing(_));
            let (mark, text) = match state {
                State::There(text) => ("ok", text),
                State::Later(text) => ("later", text),
                State::Better(text) => ("note", text),
                State::Missing(text) => ("MISSING", text),
            };
            println!("  {mark:<8} {name:<18} {text}");
        }
        println!();
    }
    on_disk(project);

    let missing: Vec<_> = needs.iter().filter(|need| need.found.is_none()).collect();
    let commands = Manager::of_this_system().commands(&missing);
    if !commands.is_empty() {
        println!("\nTo get what is missing:\n  {}", commands.join("\n  "));
        if let Some(conda) = system::conda_command(&missing) {
            println!("or, in an active conda environment:\n  {conda}");
        }
    }
    if missing_required {
        println!("\nSomething required is missing.");
        return Ok(ExitCode::FAILURE);
    }
    println!("\nNothing required is missing; `{} lab` does the rest.", project.command());
    Ok(ExitCode::SUCCESS)
}

type Lines = Vec<(&'static str, State)>;

fn rust(project: &Project) -> Lines {
    let wanted = env!("CARGO_PKG_RUST_VERSION");
    let rustc = match setup::rustc_version() {
        Some(version) if setup::is_older(&version, wanted) => {
            State::Missing(format!("{version} is older than {wanted}: rustup update stable"))
        }
        Some(version) => State::There(version),
        None => State::Missing("install Rust from rustup.rs".into()),
    };
    let std = match std_sources::of_rustc() {
        Some(_) => State::There("for completion, and for the types of a cell's variables".into()),
        None => State::Better("each `let` would need its type written out: rustup component add rust-src".into()),
    };
    let mut lines = vec![("rustc", rustc), ("sources of std", std)];
    // It runs the tests of a checkout.
    if project.is_checkout() {
        let nextest = match which("cargo-nextest") {
            Some(path) => State::There(path.display().to_string()),
            None => State::Better(
                "`cargo xtask test` uses `cargo test`: cargo install --locked cargo-nextest is quicker".into(),
            ),
        };
        lines.push(("cargo-nextest", nextest));
    }
    lines
}

fn state(need: &Need) -> State {
    match (&need.found, need.required) {
        (Some(found), _) => State::There(found.clone()),
        (None, true) => State::Missing(need.why.into()),
        (None, false) => State::Better(format!("missing: {}", need.why)),
    }
}

fn notebooks(project: &Project, packages: &Packages) -> Result<Lines, Failure> {
    let bundle = bundle::in_use(project);
    let evcxr = match (&bundle, evcxr::find(project)) {
        (Some(bundle), _) => State::There(format!("{}, of the bundle", bundle.manifest.evcxr)),
        (None, Some(path)) => State::There(format!("{} in {}", evcxr::VERSION, path.display())),
        (None, None) => {
            let others = evcxr::others(project).into_iter().map(|(path, version)| {
                format!("; {} is version {}", path.display(), version.as_deref().unwrap_or("unknown"))
            });
            let others: String = others.collect();
            State::Later(format!("{} is compiled by setup, about ten minutes on two cores{others}", evcxr::VERSION))
        }
    };
    let python = match python::find(project) {
        Some(python) => State::There(format!("{} in {}", python::list(packages), python.program.display())),
        None => State::Later(format!("{}: installed by setup", python::list(packages))),
    };
    let kernel = if jupyter::is_installed(project) {
        State::There(format!("Rust (gradus), in {}", jupyter::folder()?.display()))
    } else {
        State::Later(format!("Rust (gradus): put into {} by setup", jupyter::folder()?.display()))
    };
    let library = match (&bundle, warm::is_ready(project)) {
        (Some(bundle), true) => State::There(format!("compiled, in the bundle {}", bundle.folder.display())),
        (None, true) => State::There("compiled for notebooks".into()),
        (_, false) => State::Later("compiled for notebooks by setup, 5 to 10 minutes the first time".into()),
    };
    let spare = match spare::available_memory() {
        Some(megabytes) => State::There(format!(
            "`lab` keeps one ready: {} MB of {megabytes} MB available; --no-spare or GRADUS_SPARE=0 does without",
            spare::MEMORY
        )),
        None => State::There(format!("`lab` keeps one ready, of {} MB; --no-spare does without", spare::MEMORY)),
    };
    Ok(vec![
        ("evcxr_jupyter", evcxr),
        ("Python packages", python),
        ("kernel", kernel),
        ("the library", library),
        ("spare kernel", spare),
    ])
}

/// What a JupyterLab of the user's own, or VS Code, needs besides the kernel.
fn editors(project: &Project, packages: &Packages) -> Result<Lines, Failure> {
    let (spec, command) = (jupyter::folder()?, project.command());
    let kernel = if jupyter::is_installed(project) {
        State::There("they all find Rust (gradus)".into())
    } else if spec.join("kernel.json").is_file() {
        State::Better(format!("they find the kernel of another gradus: `{command} setup` puts this one there"))
    } else {
        State::Later(format!("they find it after `{command} setup`"))
    };
    let renderer = packages.python.iter().find(|package| name_and_version(package).0 == "plotly");
    let renderer = renderer.map_or("plotly", String::as_str);
    let lab = match which("jupyter-lab") {
        None => State::There(format!("none on the path; one of yours shows figures with `pip install {renderer}`")),
        Some(lab) => match renderer_of(&lab, &python::jupyter_data()?) {
            Some(_) => State::There(format!("{} shows figures", lab.display())),
            None => State::Better(format!(
                "{} shows figures once `pip install {renderer}` is done in its environment",
                lab.display()
            )),
        },
    };
    let code = State::There("its Jupyter extension shows notebooks and figures, and needs no Python".into());
    Ok(vec![("kernel", kernel), ("JupyterLab", lab), ("VS Code", code)])
}

/// Where the extension is with which a JupyterLab shows figures, if it has it.
fn renderer_of(lab: &Path, user: &Path) -> Option<PathBuf> {
    let own = lab.ancestors().nth(2).map(|prefix| prefix.join("share").join("jupyter"));
    let system = ["/usr/local/share/jupyter", "/usr/share/jupyter"].map(PathBuf::from);
    let folders = own.into_iter().chain([user.to_path_buf()]).chain(system);
    folders.map(|folder| folder.join("labextensions").join("jupyterlab-plotly")).find(|folder| folder.is_dir())
}

fn on_disk(project: &Project) {
    println!("On disk");
    let (mut meter, mut total) = (disk::Meter::default(), 0);
    let line = |bytes, name: &str, what: &str| println!("  {:>8} {name:<18} {what}", disk::size(bytes));
    for part in disk::parts(project) {
        let bytes = meter.add(&part.paths);
        total += bytes;
        let running = match part.name {
            "live kernels" => format!("{} running; ", work::living(&project.kernels())),
            _ => String::new(),
        };
        line(bytes, part.name, &(running + part.what));
    }
    let home = project.home();
    let back = if total > 0 { format!("; `{} clean` gives it back", project.command()) } else { String::new() };
    line(total, "in all", &format!("in {}{back}", home.display()));
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::*;

    #[test]
    fn the_renderer_is_looked_for_where_pip_puts_it() {
        let folder = env::temp_dir().join(format!("gradus-doctor-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let (lab, user) = (folder.join("venv").join("bin").join("jupyter-lab"), folder.join("user"));
        let of_venv = folder.join("venv").join("share").join("jupyter").join("labextensions").join("jupyterlab-plotly");
        let of_user = user.join("labextensions").join("jupyterlab-plotly");
        fs::create_dir_all(&of_user).unwrap();
        assert_eq!(renderer_of(&lab, &user), Some(of_user));
        fs::create_dir_all(&of_venv).unwrap();
        assert_eq!(renderer_of(&lab, &user), Some(of_venv));
        fs::remove_dir_all(folder).unwrap();
    }
}
