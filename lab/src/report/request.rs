//! What the command line of `report` asks for.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub const EXAMPLES: &str = "\
Examples:
  gradus report                                      all notebooks as pages with live figures, in reports/
  gradus report 02 05 --formats html,pdf             two of them, also as sheets of A4
  gradus report 02-linear-regression --figures svg   each of its figures as a file, too
  gradus report homework/ --out handed-in            the notebooks of a folder";

/// What is written of a notebook, besides its `.ipynb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A page whose figures are alive without network
    Html,
    /// Sheets of A4 to hand in
    Pdf,
    /// Text with the figures as files beside it
    Md,
}

/// What the figures are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Picture {
    /// Vectors, for slides and pages
    Svg,
    /// Vectors, for LaTeX
    Pdf,
    /// Pixels, 300 to the inch
    Png,
}

impl Picture {
    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Png => "png",
        }
    }
}

/// A line such as `report 02 --out DIR --formats html,pdf --figures svg --in-place`.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct Request {
    /// The notebooks to run: a name (`02-linear-regression`), a number (`02`), a file or a folder; all of the current
    /// folder, or in a checkout all of notebooks/, unless given
    #[arg(value_name = "NOTEBOOK")]
    pub notebooks: Vec<PathBuf>,
    /// The folder to write to; reports/ in the current folder, or in the checkout, unless given
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to write of each notebook, separated by commas
    #[arg(long, value_name = "LIST", value_enum, value_delimiter = ',', ignore_case = true, default_value = "html")]
    pub formats: Vec<Format>,
    /// What to write each figure as, in files of its own, separated by commas
    #[arg(long, value_name = "LIST", value_enum, value_delimiter = ',', ignore_case = true)]
    pub figures: Vec<Picture>,
    /// Also put the outputs into the notebook itself
    #[arg(long)]
    pub in_place: bool,
}

impl Default for Request {
    fn default() -> Self {
        Self { notebooks: Vec::new(), out: None, formats: vec![Format::Html], figures: Vec::new(), in_place: false }
    }
}

impl Request {
    /// The same with each format and each kind of picture once.
    pub fn each_once(mut self) -> Self {
        each_once(&mut self.formats);
        each_once(&mut self.figures);
        self
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

/// Drops what was there before.
fn each_once<T: Copy + PartialEq>(list: &mut Vec<T>) {
    let mut seen = Vec::new();
    list.retain(|item| {
        let new = !seen.contains(item);
        seen.push(*item);
        new
    });
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        request: Request,
    }

    fn parsed(line: &str) -> Result<Request, clap::Error> {
        let words = ["report"].into_iter().chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.request.each_once())
    }

    #[test]
    fn the_command_line_is_understood() {
        assert_eq!(parsed("").unwrap(), Request::default());
        let request = parsed("a.ipynb --out x b.ipynb --in-place --formats pdf,HTML,pdf --figures=png,svg").unwrap();
        assert_eq!(request.notebooks, [Path::new("a.ipynb"), Path::new("b.ipynb")]);
        assert_eq!((request.out.as_deref(), request.in_place), (Some(Path::new("x")), true));
        assert_eq!(request.formats, [Format::Pdf, Format::Html]);
        assert_eq!(request.figures, [Picture::Png, Picture::Svg]);
        assert_eq!(parsed("--figures svg --figures png").unwrap().figures, [Picture::Svg, Picture::Png]);
    }

    #[test]
    fn what_is_not_known_is_named_with_what_is() {
        let said = |line: &str| parsed(line).unwrap_err().to_string();
        assert!(said("--out").contains("<DIR>"));
        assert!(said("--formats").contains("html, pdf, md"));
        assert!(said("--inplace").contains("--in-place"));
        let error = said("--formats html,docx");
        assert!(error.contains("'docx'") && error.contains("html, pdf, md"), "{error}");
        let error = said("--figures jpg");
        assert!(error.contains("'jpg'") && error.contains("svg, pdf, png"), "{error}");
        assert!(said("--figures ,").contains("svg, pdf, png"));
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
