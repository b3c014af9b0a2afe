//! `lab`: setup, then JupyterLab in a folder, or with a notebook.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::Failure;
use crate::report::notebooks;
use crate::{setup, spare};
use gradus_kernel::project::Project;

/// What `lab` itself understands, wherever among JupyterLab's arguments it stands.
const NO_SPARE: &str = "--no-spare";

pub fn run(project: &Project, mut arguments: Vec<OsString>, mut keeps_spare: bool) -> Result<ExitCode, Failure> {
    let given = arguments.len();
    arguments.retain(|argument| argument != NO_SPARE);
    keeps_spare &= arguments.len() == given;
    let (named, arguments) = split(&arguments);
    // Before minutes of work, not after.
    let place = match named {
        Some(named) => Place::named(project, named)?,
        None => Place { folder: project.notebooks(), shown: None },
    };
    let python = setup::run(project)?;
    let _spare = if keeps_spare { spare::Keeper::start(project, &place.folder) } else { None };
    eprintln!(
        "\nOpening JupyterLab in {}. Choose the kernel *Rust (gradus)*; Ctrl-C here ends it.\n",
        place.folder.display()
    );
    let mut lab = python.command();
    if !keeps_spare {
        lab.env("GRADUS_SPARE", "0");
    }
    lab.args(["-m", "jupyterlab"]).args(&place.shown).args(arguments).current_dir(&place.folder);
    // JupyterLab asks about a Ctrl-C itself; its answer is this command's.
    let status = lab.status().map_err(|error| format!("cannot start JupyterLab: {error}"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What to open: the first argument, unless it is an option of JupyterLab's. Behind an option it may be that option's
/// value, as in `--port 9000`.
fn split(arguments: &[OsString]) -> (Option<&OsStr>, &[OsString]) {
    match arguments.split_first() {
        Some((first, rest)) if !first.to_string_lossy().starts_with('-') => (Some(first), rest),
        _ => (None, arguments),
    }
}

/// Where JupyterLab is opened.
#[derive(Debug, PartialEq)]
struct Place {
    folder: PathBuf,
    /// What JupyterLab is told to show, if anything: that comes before the user's settings.
    shown: Option<PathBuf>,
}

impl Place {
    /// The folder or the notebook of this name, a notebook also by what `report` calls it.
    fn named(project: &Project, named: &OsStr) -> Result<Self, Failure> {
        let here = env::current_dir().map_err(|error| format!("cannot tell which folder this is: {error}"))?;
        Self::among(Path::new(named), &[&here, project.workplace(), &project.notebooks()], project.command())
    }

    fn among(named: &Path, folders: &[&Path], command: &str) -> Result<Self, Failure> {
        if named.as_os_str().is_empty() {
            return Err(format!("the name of the folder is empty; `{command} lab` alone opens the usual one"));
        }
        if let Some(folder) = folders.iter().map(|folder| folder.join(named)).find(|path| path.is_dir()) {
            let folder = folder.canonicalize().unwrap_or(folder);
            return Ok(Self { shown: Some(folder.clone()), folder });
        }
        match notebooks::found(named, folders)?.pop() {
            Some(notebook) => {
                let notebook = notebook.canonicalize().unwrap_or(notebook);
                let folder = notebook.parent().unwrap_or(Path::new("")).to_path_buf();
                Ok(Self { folder, shown: Some(notebook) })
            }
            None => Err(format!(
                "{}\nThere is no folder `{named}` either: make it first, or write a notebook with `{command} new NAME`",
                notebooks::missing(named, folders),
                named = named.display()
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_the_first_argument_is_what_to_open() {
        let words = |line: &str| line.split_whitespace().map(OsString::from).collect::<Vec<_>>();
        let named = |line: &str| {
            let words = words(line);
            let (named, rest) = split(&words);
            (named.map(|named| named.to_string_lossy().into_owned()), rest.len())
        };
        assert_eq!(named(""), (None, 0));
        assert_eq!(named("course --port 9000"), (Some("course".into()), 2));
        assert_eq!(named("--port 9000 course"), (None, 3));
        assert_eq!(named("./-odd --no-browser"), (Some("./-odd".into()), 1));
        assert_eq!(named("--help"), (None, 1));
    }

    #[test]
    fn folders_and_notebooks_are_found_and_others_named() {
        let base = env::temp_dir().join(format!("gradus lab Übung {}", std::process::id()));
        let _ = fs::remove_dir_all(&base);
        fs::create_dir_all(base.join("Kurs 1")).unwrap();
        fs::create_dir_all(base.join("notebooks")).unwrap();
        fs::write(base.join("Kurs 1").join("Erste Übung.ipynb"), "{}").unwrap();
        fs::write(base.join("notebooks").join("02-lines.ipynb"), "{}").unwrap();
        fs::write(base.join("data.csv"), "").unwrap();
        let base = base.canonicalize().unwrap();
        let place = |named: &str| Place::among(Path::new(named), &[&base, &base.join("notebooks")], "gradus");
        let (course, first) = (base.join("Kurs 1"), base.join("Kurs 1").join("Erste Übung.ipynb"));

        assert_eq!(place("Kurs 1").unwrap(), Place { folder: course.clone(), shown: Some(course.clone()) });
        assert_eq!(place("./Kurs 1/").unwrap().folder, course);
        assert_eq!(place("Kurs 1/Erste Übung.ipynb").unwrap(), Place { folder: course, shown: Some(first.clone()) });
        assert_eq!(place("Kurs 1/Erste Übung").unwrap().shown, Some(first));
        assert_eq!(place("02").unwrap().folder, base.join("notebooks"));

        let error = place("Kurs 2").unwrap_err();
        assert!(error.contains("no folder `Kurs 2`") && error.contains("gradus new"), "{error}");
        let error = place("Kurs 1/Zweite.ipynb").unwrap_err();
        assert!(error.contains("no notebook `Kurs 1/Zweite.ipynb`") && error.contains("Erste Übung"), "{error}");
        assert!(place("data.csv").unwrap_err().contains("is not a notebook"));
        assert!(place("").unwrap_err().contains("gradus lab"));
        fs::remove_dir_all(base).unwrap();
    }
}
