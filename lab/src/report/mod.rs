//! `report`: setup, then the notebooks run without a window and become pages, sheets, Markdown and pictures.
//!
//! Jupyter's own tools run notebooks (`run.py`) and write them (`pages.py`); between the two, the browser draws the
//! figures here, and after them it prints the sheets.

mod compact;
mod figures;
pub(crate) mod notebooks;
mod pictures;
mod request;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use gradus_browser::figure::Style;
use serde_json::{Value, json};

use crate::Failure;
use crate::python::Python;
use crate::scratch::Scratch;
use crate::setup;
use figures::Figure;
use gradus_kernel::process;
use gradus_kernel::project::Project;
use gradus_kernel::stamp::write_whole;
use pictures::Artist;
pub use request::{EXAMPLES, Format, Picture, Request};

/// A Python program inside of this one.
pub struct Script {
    name: &'static str,
    text: &'static str,
}

/// Runs a notebook.
pub const RUN: Script = Script { name: "run.py", text: include_str!("run.py") };
/// Writes a notebook that was run.
const PAGES: Script = Script { name: "pages.py", text: include_str!("pages.py") };

pub fn run(project: &Project, request: Request) -> Result<ExitCode, Failure> {
    let mut request = request.each_once();
    // Before minutes of work, not after.
    let here = env::current_dir().map_err(|error| format!("cannot tell which folder this is: {error}"))?;
    request.notebooks = notebooks::named(&request.notebooks, &[&here, project.workplace(), &project.notebooks()])?;
    if request.notebooks.is_empty() {
        request.notebooks = notebooks::all(&project.notebooks()).map_err(|failure| {
            let command = project.command();
            format!("{failure}: name some, as in `{command} report FOLDER`, or begin one with `{command} new NAME`")
        })?;
    }
    pictures::find_browser(&request)?;
    let python = setup::run(project)?;
    println!();
    let failures = write(project, &python, request)?;
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the notebooks and writes what is asked for. Returns a line for each that failed.
pub fn write(project: &Project, python: &Python, request: Request) -> Result<Vec<String>, Failure> {
    let notebooks =
        if request.notebooks.is_empty() { notebooks::all(&project.notebooks())? } else { request.notebooks.clone() };
    let out = request.out.clone().unwrap_or_else(|| project.workplace().join("reports"));
    let work = Scratch::new(&out, "report")?;
    let artist = Artist::start(&request, || plotly(project, python))?;
    let mut report = Report { project, python, request, out, work, artist };
    let mut failures = Vec::new();
    for notebook in &notebooks {
        if let Some(failure) = report.of(notebook)? {
            failures.push(failure);
        }
    }
    let through = notebooks.len() - failures.len();
    println!("{through} of {} notebooks ran through; what was written is in {}", notebooks.len(), report.out.display());
    if !failures.is_empty() {
        println!("Failed:\n  {}", failures.join("\n  "));
    }
    if let Some(absent) = report.artist.absent() {
        println!("Without pictures of the figures: {absent}");
    }
    Ok(failures)
}

/// A report in the making.
struct Report<'a> {
    project: &'a Project,
    python: &'a Python,
    request: Request,
    out: PathBuf,
    work: Scratch,
    artist: Artist,
}

impl Report<'_> {
    /// Runs one notebook and writes its files. Returns its failure, if it has one; what came before that is written.
    fn of(&mut self, notebook: &Path) -> Result<Option<String>, Failure> {
        let name = notebook.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let ran = run_notebook(self.project, self.python, notebook, self.work.folder(), None);
        let complete = process::run(&mut ran?, "running the notebook").is_ok();
        let mut failure = (!complete).then(|| {
            let said = fs::read_to_string(self.work.file(&format!("{name}.failure")));
            said.unwrap_or_else(|_| format!("{name}: it was not run to its end"))
        });
        let executed = self.work.file(&format!("{name}.ipynb"));
        if executed.is_file() {
            let style = pictures::style_of(notebook);
            let (list, missing) = self.draw(&name, &executed, &style)?;
            self.write_pages(notebook, &name, &executed, &list, complete)?;
            failure = failure.or(missing);
        }
        println!();
        Ok(failure)
    }

    /// Draws the notebook's figures. Returns the list that says which picture is where, and what could not be drawn.
    fn draw(&mut self, name: &str, executed: &Path, style: &Style) -> Result<(PathBuf, Option<String>), Failure> {
        let figures = figures::of(executed)?;
        let count = figures.len();
        let (mut entries, mut missing) = (Vec::new(), None);
        for (index, figure) in figures.iter().enumerate() {
            let mut entry = json!({"cell": figure.cell, "output": figure.output, "text": figure.text});
            if self.artist.absent().is_none() {
                let drawn = self.draw_one(name, figure, style, &mut entry);
                let said = drawn.as_ref().err().map_or(figure.name.as_str(), String::as_str);
                println!("{name} · figure {}/{count} · {said}", index + 1);
                missing = missing.or(drawn.err().map(|failure| format!("{name}: {failure}")));
            }
            entries.push(entry);
        }
        let list = self.work.file(&format!("{name}.figures.json"));
        write_whole(&list, json!(entries).to_string().as_bytes())?;
        Ok((list, missing))
    }

    /// Draws one figure in every form that is asked for, and notes in its entry where they are.
    fn draw_one(&mut self, name: &str, figure: &Figure, style: &Style, entry: &mut Value) -> Result<(), Failure> {
        let inside = self.work.file(&format!("{name}.{}.png", figure.name));
        write_whole(&inside, &self.artist.draw_for_notebook(figure)?)?;
        entry["png"] = inside.to_string_lossy().into();
        for picture in self.request.files() {
            let file_name = format!("{}.{}", figure.name, picture.ending());
            let file = self.out.join(name).join(&file_name);
            write_whole(&file, &self.artist.draw(figure, style, picture)?)?;
            if picture == Picture::Svg {
                entry["svg"] = file.to_string_lossy().into();
            }
            // Markdown shows no PDF; of two others it takes the sharper.
            if picture == Picture::Svg || picture == Picture::Png && entry["link"].is_null() {
                entry["link"] = format!("{name}/{file_name}").into();
            }
        }
        if self.request.formats.contains(&Format::Pdf) && entry["svg"].is_null() {
            let file = self.work.file(&format!("{name}.{}.svg", figure.name));
            write_whole(&file, &self.artist.draw(figure, style, Picture::Svg)?)?;
            entry["svg"] = file.to_string_lossy().into();
        }
        Ok(())
    }

    fn write_pages(
        &mut self,
        notebook: &Path,
        name: &str,
        executed: &Path,
        pictures: &Path,
        complete: bool,
    ) -> Result<(), Failure> {
        let mut pages = script(self.project, self.python, &PAGES)?;
        pages.arg(executed).arg("--figures").arg(pictures).arg("--source").arg(notebook);
        pages.arg("--ipynb").arg(self.out.join(format!("{name}.ipynb")));
        // A notebook that failed keeps the outputs that it had.
        if self.request.in_place && complete {
            pages.arg("--ipynb").arg(notebook);
        }
        let sheet = self.work.file(&format!("{name}.html"));
        let mut written = vec!["ipynb"];
        for format in &self.request.formats {
            let (flag, ending) = match format {
                Format::Html => ("--html", "html"),
                Format::Md => ("--md", "md"),
                Format::Pdf => ("--sheet", "pdf"),
            };
            let file = self.out.join(format!("{name}.{ending}"));
            pages.arg(flag).arg(if *format == Format::Pdf { &sheet } else { &file });
            written.push(ending);
        }
        process::run(&mut pages, "writing the pages")?;
        if self.request.formats.contains(&Format::Pdf) {
            write_whole(&self.out.join(format!("{name}.pdf")), &self.artist.print(&sheet)?)?;
        }
        println!("{name} · written: {}", written.join(", "));
        Ok(())
    }
}

/// `python run.py`, for one notebook; its kernel works in the notebook's folder, or in another.
pub fn run_notebook(
    project: &Project,
    python: &Python,
    notebook: &Path,
    save: &Path,
    folder: Option<&Path>,
) -> Result<Command, Failure> {
    fs::create_dir_all(save).map_err(|error| format!("cannot make {}: {error}", save.display()))?;
    let mut command = script(project, python, &RUN)?;
    command.arg(notebook).arg("--save").arg(save);
    if let Some(folder) = folder {
        command.arg("--cwd").arg(folder);
    }
    Ok(command)
}

/// Runs one of these programs, to be given its arguments: it is written to where Python can read it.
pub fn script(project: &Project, python: &Python, script: &Script) -> Result<Command, Failure> {
    let file = project.home().join("report").join(script.name);
    if fs::read_to_string(&file).ok().as_deref() != Some(script.text) {
        write_whole(&file, script.text.as_bytes())?;
    }
    let mut command = python.command();
    command.arg(file);
    Ok(command)
}

/// plotly.js, the same that the pages bring.
fn plotly(project: &Project, python: &Python) -> Result<String, Failure> {
    let output = script(project, python, &PAGES)?.arg("--plotly").output();
    let output = output.map_err(|error| format!("cannot start {}: {error}", python.program.display()))?;
    let path = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    fs::read_to_string(&path).map_err(|error| {
        format!("plotly.js is not there ({error}): {}\n{}", path.display(), String::from_utf8_lossy(&output.stderr))
    })
}
