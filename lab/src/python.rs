//! Python with the packages of `environment.yml`: an active conda environment that has them, else `.gradus/python`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::environment::{self, Packages, name_and_version};
use gradus_kernel::process::{self, output_of};
use gradus_kernel::project::{Project, program};
use gradus_kernel::stamp::Stamp;

/// The oldest Python that the packages run on.
pub const OLDEST: (u32, u32) = (3, 10);

/// A Python with everything in it.
#[derive(Clone, Debug)]
pub struct Python {
    pub program: PathBuf,
    /// The checkout's own kernel, which Jupyter finds before all others.
    jupyter: PathBuf,
}

impl Python {
    /// A command that runs this Python.
    pub fn command(&self) -> std::process::Command {
        let mut command = process::command(&self.program);
        // Programs of the same environment are found first: JupyterLab starts `jupyter-…` by name.
        if let Some(folder) = self.program.parent() {
            let path = env::var_os("PATH").unwrap_or_default();
            let folders = std::iter::once(folder.to_path_buf()).chain(env::split_paths(&path));
            if let Ok(joined) = env::join_paths(folders) {
                command.env("PATH", joined);
            }
        }
        let others = env::var_os("JUPYTER_PATH").unwrap_or_default();
        let folders = std::iter::once(self.jupyter.clone()).chain(env::split_paths(&others));
        if let Ok(joined) = env::join_paths(folders.filter(|folder| !folder.as_os_str().is_empty())) {
            command.env("JUPYTER_PATH", joined);
        }
        command.env("PYTHONUTF8", "1").env_remove("PYTHONHOME");
        command
    }
}

/// The environment that is ready now, if there is one.
pub fn find(project: &Project) -> Option<Python> {
    let packages = environment::of(project).ok()?;
    let own = || Some(own_program(project)).filter(|own| own.is_file() && stamp(&packages).is_in(&stamp_file(project)));
    conda(&packages).or_else(own).map(|program| Python { program, jupyter: project.jupyter() })
}

/// Makes `.gradus/python`. An unfinished one has no stamp, and is created again.
pub fn install(project: &Project, say: &dyn Fn(&str)) -> Result<Python, Failure> {
    let packages = environment::of(project)?;
    let (system, _) = system_python().ok_or_else(|| {
        format!(
            "no Python {}.{} or newer with its `venv` module: `{} doctor` says how to get it",
            OLDEST.0,
            OLDEST.1,
            project.command()
        )
    })?;
    let folder = project.python();
    let _ = fs::remove_file(stamp_file(project));
    if !own_program(project).is_file() {
        say("making the environment");
        let mut venv = process::command(system);
        process::run_watched(venv.args(["-m", "venv", "--clear"]).arg(&folder), "python -m venv", |_| ())?;
    }
    let own = own_program(project);
    let mut pip = process::command(&own);
    // Without a cache: setup touches nothing outside of the project's folder.
    pip.args([
        "-m",
        "pip",
        "install",
        "--no-cache-dir",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
    ]);
    pip.args(&packages.python).env_remove("PYTHONPATH").env_remove("PIP_TARGET");
    // pip reports on its standard output; only its errors are watched.
    say(&format!("installing {}", list(&packages)));
    process::run_watched(&mut pip, "pip install", |_| ())?;
    stamp(&packages).write_to(&stamp_file(project))?;
    Ok(Python { program: own, jupyter: project.jupyter() })
}

/// `jupyterlab 4.6.6, plotly 7.1.0 …`
pub fn list(packages: &Packages) -> String {
    let names = packages.python.iter().map(|package| name_and_version(package).0);
    names.collect::<Vec<_>>().join(", ")
}

/// The active conda environment, if it has every package in the listed major version.
fn conda(packages: &Packages) -> Option<PathBuf> {
    let prefix = PathBuf::from(env::var_os("CONDA_PREFIX")?);
    let file = if cfg!(windows) { prefix.join("python.exe") } else { prefix.join("bin").join("python") };
    let names: Vec<&str> = packages.python.iter().map(|package| name_and_version(package).0).collect();
    let mut arguments = vec!["-c", "import sys, importlib.metadata as m\nfor p in sys.argv[1:]: print(m.version(p))"];
    arguments.extend(&names);
    let versions = output_of(&file, &arguments)?;
    let fits = packages.python.iter().zip(versions.lines()).all(|(package, installed)| {
        let wanted = name_and_version(package).1.unwrap_or(installed);
        wanted.split('.').next() == installed.split('.').next()
    });
    fits.then_some(file)
}

/// The newest suitable Python on the path, with its version.
pub fn system_python() -> Option<(&'static str, String)> {
    let check = "import sys, venv, ensurepip; print('%d.%d.%d' % sys.version_info[:3])";
    ["python3", "python", "py"].into_iter().find_map(|name| {
        let version = output_of(name, &["-c", check])?;
        let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
        let found: (u32, u32) = (parts.next()?, parts.next()?);
        (found >= OLDEST).then_some((name, version))
    })
}

fn own_program(project: &Project) -> PathBuf {
    let folder = if cfg!(windows) { "Scripts" } else { "bin" };
    project.python().join(folder).join(program("python"))
}

fn stamp_file(project: &Project) -> PathBuf {
    project.python().join("gradus.stamp")
}

fn stamp(packages: &Packages) -> Stamp {
    let mut stamp = Stamp::default();
    for package in &packages.python {
        stamp.add(package);
    }
    stamp
}

/// Where Jupyter looks for what belongs to this user alone.
pub fn jupyter_data() -> Result<PathBuf, Failure> {
    let from = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = from("JUPYTER_DATA_DIR") {
        return Ok(folder);
    }
    let home = if cfg!(windows) { from("APPDATA") } else { from("HOME") };
    let home = home.ok_or("no home folder: set JUPYTER_DATA_DIR to the folder that Jupyter should use")?;
    Ok(data_in(&home, from("XDG_DATA_HOME").as_deref()))
}

fn data_in(home: &Path, xdg: Option<&Path>) -> PathBuf {
    if cfg!(windows) {
        home.join("jupyter")
    } else if cfg!(target_os = "macos") {
        home.join("Library").join("Jupyter")
    } else {
        xdg.map_or_else(|| home.join(".local").join("share"), Path::to_path_buf).join("jupyter")
    }
}
