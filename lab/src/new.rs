//! `new`: a first notebook, with a table, a fit and a figure.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Value, json};

use crate::Failure;
use crate::jupyter::NAME;
use crate::report::notebooks;
use gradus_kernel::project::Project;
use gradus_kernel::{warm, work};

pub fn run(project: &Project, name: &Path) -> Result<ExitCode, Failure> {
    let file = file(name)?;
    write(project, &file)?;
    println!("wrote {}. Open it with\n\n    {} lab {}\n", file.display(), project.command(), shell_word(&file));
    Ok(ExitCode::SUCCESS)
}

/// The file that a name means, with its ending.
fn file(name: &Path) -> Result<PathBuf, Failure> {
    let text = name.to_string_lossy();
    let stem = name.file_name().map(|name| name.to_string_lossy().trim().to_lowercase()).unwrap_or_default();
    if stem.is_empty() || stem == ".ipynb" || text.ends_with(['/', std::path::MAIN_SEPARATOR]) {
        return Err(format!("`{text}` is no name for a notebook: give it one, as in `first` or `course/first.ipynb`"));
    }
    Ok(notebooks::with_ending(name))
}

/// Writes the notebook, and its folder where there is none yet. What is there already stays.
fn write(project: &Project, file: &Path) -> Result<(), Failure> {
    let said = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            format!("{} is there already: choose another name, or delete it first", file.display())
        }
        _ => format!("cannot write {}: {error}", file.display()),
    };
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let mut open = File::options().write(true).create_new(true).open(file).map_err(said)?;
    let title = file.file_stem().unwrap_or_default().to_string_lossy();
    open.write_all(text(&notebook(project, &title))?.as_bytes()).map_err(said)
}

/// The notebook as Jupyter saves it.
fn text(notebook: &Value) -> Result<String, Failure> {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b" "));
    notebook.serialize(&mut serializer).map_err(|error| format!("the notebook cannot be written: {error}"))?;
    text.push(b'\n');
    String::from_utf8(text).map_err(|error| format!("the notebook cannot be written: {error}"))
}

fn notebook(project: &Project, title: &str) -> Value {
    // On Windows evcxr runs without our front, which knows what the name alone means.
    let library =
        if cfg!(windows) { format!("gradus = {}", warm::dependency(project.root())) } else { "gradus".to_owned() };
    let cells = [
        markdown(
            "title",
            &format!(
                "# {}\n\nRun a cell with Shift+Enter. The first one makes the library known to the notebook.",
                plain(title)
            ),
        ),
        code("library", &format!(":dep {library}\nuse gradus::prelude::*;")),
        markdown(
            "about-the-table",
            "## A table\n\nFour measures of 150 flowers, and the species of each. A table of your own is read with \
             `read_csv(\"measures.csv\")?`.",
        ),
        code("table", "let iris = datasets::iris()?;\niris.head(5)"),
        markdown(
            "about-the-fit",
            "## A fit\n\nThe model learns from 70 % of the flowers. Its score is the share of the others whose species it \
             tells correctly.",
        ),
        code(
            "fit",
            "let parts = iris.train_test_stratified([0.7, 0.3], Seed(1))?;\n\
             let model = SoftmaxRegression::maximum_likelihood().c(1.0).fit(&parts.train)?;\n\
             model.score(&parts.test)?",
        ),
        markdown(
            "about-the-figure",
            "## A figure\n\nEach row is a species, and each column is what the model takes it for. What lies off the \
             diagonal is wrong.",
        ),
        code("figure", "model.confusion_matrix(&parts.test)?.plot()"),
    ];
    json!({
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Rust (gradus)", "language": "rust", "name": NAME},
            "language_info": {
                "file_extension": ".rs", "mimetype": "text/rust", "name": "rust", "pygments_lexer": "rust",
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    })
}

fn markdown(id: &str, source: &str) -> Value {
    json!({"cell_type": "markdown", "id": id, "metadata": {}, "source": lines(source)})
}

fn code(id: &str, source: &str) -> Value {
    json!({
        "cell_type": "code", "execution_count": null, "id": id, "metadata": {}, "outputs": [], "source": lines(source),
    })
}

fn lines(source: &str) -> Vec<&str> {
    source.split_inclusive('\n').collect()
}

/// A name as Markdown that shows it as it is.
fn plain(name: &str) -> String {
    let mut text = String::new();
    for character in name.chars() {
        if "\\`*_$<>[]#&~".contains(character) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

/// A path as it is typed.
fn shell_word(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./\\:".contains(letter);
    if text.chars().all(is_plain) {
        text.into_owned()
    } else if cfg!(windows) {
        format!("\"{text}\"")
    } else {
        work::quoted(path)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::env;

    use super::*;

    fn project() -> Project {
        Project::of_home(Path::new("/home/a/.local/share/gradus"))
    }

    #[test]
    fn the_notebook_is_one_of_jupyters() {
        let folder = env::temp_dir().join(format!("gradus new {}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let file = file(&folder.join("Woche 1").join("Erste Übung")).unwrap();
        write(&project(), &file).unwrap();
        let written = fs::read_to_string(folder.join("Woche 1").join("Erste Übung.ipynb")).unwrap();
        let notebook: Value = serde_json::from_str(&written).unwrap();

        assert_eq!((&notebook["nbformat"], &notebook["nbformat_minor"]), (&json!(4), &json!(5)));
        assert_eq!(notebook["metadata"]["kernelspec"]["name"], "gradus");
        let cells = notebook["cells"].as_array().unwrap();
        let ids: BTreeSet<&str> = cells.iter().map(|cell| cell["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), cells.len(), "each cell has an id of its own");
        let is_of_ids = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        assert!(ids.iter().all(|id| (1..=64).contains(&id.len()) && id.chars().all(is_of_ids)));
        let source = |cell: &Value| {
            let lines = cell["source"].as_array().unwrap().iter();
            lines.map(|line| line.as_str().unwrap()).collect::<String>()
        };
        assert!(source(&cells[0]).starts_with("# Erste Übung\n"), "{}", source(&cells[0]));
        if cfg!(unix) {
            assert_eq!(source(&cells[1]), ":dep gradus\nuse gradus::prelude::*;");
        }
        let code: Vec<&Value> = cells.iter().filter(|cell| cell["cell_type"] == "code").collect();
        assert!(code.iter().all(|cell| cell["outputs"] == json!([]) && cell["execution_count"].is_null()));
        assert!(cells.iter().all(|cell| code.contains(&cell) || cell.get("outputs").is_none()));

        // What is there stays.
        fs::write(&file, "mine").unwrap();
        let error = write(&project(), &file).unwrap_err();
        assert!(error.contains("Erste Übung.ipynb is there already"), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_name_may_have_its_ending_and_a_folder() {
        for (name, wanted) in
            [("first", "first.ipynb"), ("first.ipynb", "first.ipynb"), ("../Kurs/2.1 Übung", "../Kurs/2.1 Übung.ipynb")]
        {
            assert_eq!(file(Path::new(name)).unwrap(), Path::new(wanted));
        }
        for name in ["", " ", ".", "..", "course/", "course/..", ".ipynb"] {
            assert!(file(Path::new(name)).unwrap_err().contains(&format!("`{name}` is no name")), "{name}");
        }
    }

    #[test]
    fn odd_names_are_shown_as_they_are() {
        assert_eq!(plain("a_b*$1"), "a\\_b\\*\\$1");
        assert_eq!(shell_word(Path::new("a-b/Übung.ipynb")), "a-b/Übung.ipynb");
        if cfg!(unix) {
            assert_eq!(shell_word(Path::new("Erste Übung.ipynb")), "'Erste Übung.ipynb'");
            assert_eq!(shell_word(Path::new("$x.ipynb")), "'$x.ipynb'");
        }
    }
}
