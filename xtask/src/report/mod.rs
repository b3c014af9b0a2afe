//! `report`: setup, then the notebooks run without a browser and become pages. The work is done in Python, by
//! `report.py`, since Jupyter's own tools to run and to write notebooks are there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::Failure;
use crate::project::Project;
use crate::python::Python;
use crate::setup;

/// What the command line asked for.
#[derive(Debug, PartialEq)]
struct Request {
    notebooks: Vec<PathBuf>,
    out: Option<PathBuf>,
    in_place: bool,
}

pub fn run(project: &Project, arguments: &[String]) -> Result<ExitCode, Failure> {
    let request = parse(arguments)?;
    let notebooks = if request.notebooks.is_empty() { all(&project.notebooks())? } else { request.notebooks };
    if let Some(missing) = notebooks.iter().find(|path| !path.is_file()) {
        return Err(format!("there is no notebook {}", missing.display()));
    }
    let out = request.out.unwrap_or_else(|| project.root().join("reports"));
    let python = setup::run(project)?;
    eprintln!();
    let mut command = script(project, &python);
    command.arg("--out").arg(&out).args(&notebooks);
    if request.in_place {
        command.arg("--in-place");
    }
    let status = command.status().map_err(|error| format!("cannot start {}: {error}", python.program.display()))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `python report.py`, to be given its arguments.
pub fn script(project: &Project, python: &Python) -> Command {
    let mut command = python.command();
    command.arg(project.root().join("xtask").join("src").join("report.py"));
    command
}

/// The notebooks of a folder, in the order of their names.
pub fn all(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut notebooks: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "ipynb"))
        .collect();
    notebooks.sort();
    if notebooks.is_empty() { Err(format!("there are no notebooks in {}", folder.display())) } else { Ok(notebooks) }
}

fn parse(arguments: &[String]) -> Result<Request, Failure> {
    let mut request = Request { notebooks: Vec::new(), out: None, in_place: false };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--out" => request.out = Some(rest.next().ok_or("`--out` needs a folder behind it")?.into()),
            "--in-place" => request.in_place = true,
            flag if flag.starts_with('-') => {
                return Err(format!("`report` does not know `{flag}`; it takes notebooks, --out DIR and --in-place"));
            }
            notebook => request.notebooks.push(notebook.into()),
        }
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Request, Failure> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_command_line_is_understood() {
        let none = Request { notebooks: vec![], out: None, in_place: false };
        assert_eq!(parsed("").unwrap(), none);
        let request = parsed("a.ipynb --out x b.ipynb --in-place").unwrap();
        assert_eq!(request.notebooks, [Path::new("a.ipynb"), Path::new("b.ipynb")]);
        assert_eq!((request.out.as_deref(), request.in_place), (Some(Path::new("x")), true));
        assert!(parsed("--out").unwrap_err().contains("needs a folder"));
        assert!(parsed("--inplace").unwrap_err().contains("--inplace"));
    }
}
