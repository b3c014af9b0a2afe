//! What the command line of `report` asks for.

use std::path::PathBuf;

use crate::Failure;

/// What is written of a notebook, besides its `.ipynb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A page whose figures are alive without network.
    Html,
    /// Sheets to hand in.
    Pdf,
    /// Text with the figures as files beside it.
    Md,
}

/// What the figures are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    Svg,
    Pdf,
    Png,
}

impl Picture {
    pub const ALL: [(&str, Self); 3] = [("svg", Self::Svg), ("pdf", Self::Pdf), ("png", Self::Png)];

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Png => "png",
        }
    }
}

/// A line such as `report 02.ipynb --out DIR --formats html,pdf --figures svg --in-place`.
#[derive(Debug, PartialEq)]
pub struct Request {
    /// None: all of the project's.
    pub notebooks: Vec<PathBuf>,
    /// None: `reports/`.
    pub out: Option<PathBuf>,
    pub formats: Vec<Format>,
    pub figures: Vec<Picture>,
    /// Whether the outputs also go into the notebook itself.
    pub in_place: bool,
}

impl Default for Request {
    fn default() -> Self {
        Self { notebooks: Vec::new(), out: None, formats: vec![Format::Html], figures: Vec::new(), in_place: false }
    }
}

impl Request {
    pub fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut request = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let (flag, mut given) = match argument.split_once('=') {
                Some((flag, value)) if flag.starts_with("--") => (flag, Some(value)),
                _ => (argument.as_str(), None),
            };
            let mut value = |what: &str| {
                given
                    .take()
                    .or_else(|| rest.next().map(String::as_str))
                    .ok_or(format!("`{flag}` needs {what} behind it"))
            };
            match flag {
                "--out" => request.out = Some(value("a folder")?.into()),
                "--formats" => request.formats = listed(flag, value("a list such as html,pdf")?, &FORMATS)?,
                "--figures" => request.figures = listed(flag, value("a list such as svg,png")?, &Picture::ALL)?,
                "--in-place" => request.in_place = true,
                _ if flag.starts_with('-') => {
                    return Err(format!(
                        "`report` does not know `{argument}`; it takes notebooks, --out DIR, --formats html,pdf,md, \
                         --figures svg,pdf,png and --in-place"
                    ));
                }
                _ => request.notebooks.push(argument.into()),
            }
        }
        Ok(request)
    }

    /// What each figure is written as, in files of its own: Markdown needs one that it can show.
    pub fn files(&self) -> Vec<Picture> {
        let mut files = self.figures.clone();
        if self.formats.contains(&Format::Md) && files.iter().all(|picture| *picture == Picture::Pdf) {
            files.push(Picture::Svg);
        }
        files
    }

    /// What cannot be made without a browser, in the words of the command line.
    pub fn needs_a_browser(&self) -> Option<&'static str> {
        if self.formats.contains(&Format::Pdf) {
            Some("--formats pdf")
        } else if !self.figures.is_empty() {
            Some("--figures")
        } else {
            None
        }
    }
}

const FORMATS: [(&str, Format); 3] = [("html", Format::Html), ("pdf", Format::Pdf), ("md", Format::Md)];

/// The members of a list such as `html,pdf`, each once.
fn listed<T: Copy + PartialEq>(flag: &str, list: &str, known: &[(&str, T)]) -> Result<Vec<T>, Failure> {
    let mut found = Vec::new();
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let lower = name.to_lowercase();
        let Some((_, item)) = known.iter().find(|(word, _)| *word == lower) else {
            let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
            return Err(format!("`{flag}` does not know `{name}`; it knows {}", words.join(", ")));
        };
        if !found.contains(item) {
            found.push(*item);
        }
    }
    if found.is_empty() { Err(format!("`{flag}` has an empty list behind it")) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn parsed(line: &str) -> Result<Request, Failure> {
        Request::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_command_line_is_understood() {
        assert_eq!(parsed("").unwrap(), Request::default());
        let request = parsed("a.ipynb --out x b.ipynb --in-place --formats pdf,HTML,pdf --figures=png,svg").unwrap();
        assert_eq!(request.notebooks, [Path::new("a.ipynb"), Path::new("b.ipynb")]);
        assert_eq!((request.out.as_deref(), request.in_place), (Some(Path::new("x")), true));
        assert_eq!(request.formats, [Format::Pdf, Format::Html]);
        assert_eq!(request.figures, [Picture::Png, Picture::Svg]);
    }

    #[test]
    fn what_is_not_known_is_named_with_what_is() {
        assert!(parsed("--out").unwrap_err().contains("needs a folder"));
        assert!(parsed("--formats").unwrap_err().contains("html,pdf"));
        assert!(parsed("--inplace").unwrap_err().contains("--inplace"));
        let error = parsed("--formats html,docx").unwrap_err();
        assert!(error.contains("`docx`") && error.contains("html, pdf, md"), "{error}");
        let error = parsed("--figures jpg").unwrap_err();
        assert!(error.contains("`jpg`") && error.contains("svg, pdf, png"), "{error}");
        assert!(parsed("--figures ,").unwrap_err().contains("empty list"));
    }

    #[test]
    fn markdown_has_figures_that_it_can_show() {
        assert_eq!(parsed("--formats md").unwrap().files(), [Picture::Svg]);
        assert_eq!(parsed("--formats md --figures pdf").unwrap().files(), [Picture::Pdf, Picture::Svg]);
        assert_eq!(parsed("--formats md --figures png").unwrap().files(), [Picture::Png]);
        assert!(parsed("--formats html,pdf").unwrap().files().is_empty());
    }

    #[test]
    fn only_pictures_and_sheets_need_a_browser() {
        assert_eq!(parsed("--formats html,md --in-place").unwrap().needs_a_browser(), None);
        assert_eq!(parsed("--formats html,pdf").unwrap().needs_a_browser(), Some("--formats pdf"));
        assert_eq!(parsed("--figures svg").unwrap().needs_a_browser(), Some("--figures"));
    }
}
