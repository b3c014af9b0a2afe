//! Figures as files.

use std::path::Path;

use gradus_browser::figure::Format;
use serde_json::Value;

use super::figure::Figure;
use super::image_export;
use crate::data::short;
use crate::error::{Error, Result};
use crate::files::{folder_of, write_whole};

impl Figure {
    /// Saves the figure; the file's ending says as what.
    ///
    /// | ending | what |
    /// |---|---|
    /// | `.svg` | vectors, for reports and slides; text stays text |
    /// | `.pdf` | the same as one page of the figure's size (96 pixels an inch), for LaTeX; its text can be searched |
    /// | `.png` | pixels: width × height × [`Figure::scale`]; 100 pixels of the figure are an inch, so scale 3 is 300 dpi |
    /// | `.html` | a page in which the figure is alive, without network (4.7 MB: plotly.js is inside) |
    /// | `.json` | plotly.js' description, for other tools |
    ///
    /// [`Figure::size`], [`Figure::scale`] and [`Figure::theme`] say how large and how dressed. Pictures show the figure as
    /// it stands under its cell before anybody touches it, without sliders, buttons and tool bar. Everything flat is
    /// vectors in `.svg` and `.pdf`; a surface in space is an image there, at four times the figure's pixels.
    ///
    /// Pictures need a browser on this machine: Chromium, Chrome or Edge, or the one that the variable `GRADUS_BROWSER`
    /// names. The first picture starts it, within a second or two; it serves the next ones and ends after a minute of
    /// rest, and at the latest with the process. A picture that takes longer than a minute is given up.
    ///
    /// An older file is replaced in one step: nobody ever sees half a figure.
    ///
    /// ```no_run
    /// # use gradus::plot::{Figure, Theme};
    /// let cost = Figure::new("Cost").line("batch", [0, 1, 2], [65.75, 43.72, 29.11]);
    /// cost.save("cost.html")?;
    /// cost.theme(Theme::Print).scale(3.0).save("cost.png")?;
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::File`] for another ending, a folder that does not exist or cannot be written, a browser that is missing, too
    /// old, crashes or hangs; [`Error::Parameter`] for a size of 0 or a scale that is not above 0.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        self.check_size()?;
        folder_of(path)?;
        let content = match ending.as_str() {
            "html" | "htm" => self.to_html().into_bytes(),
            "json" => self.to_json().into_bytes(),
            "svg" => self.painted(path, Format::Svg)?,
            "pdf" => self.painted(path, Format::Pdf)?,
            "png" => self.painted(path, Format::Png { scale: self.scale })?,
            _ => {
                let problem = "a figure is saved as `.svg` or `.pdf` (vectors), `.png` (pixels), `.html` (a page) or \
                               `.json` (plotly.js' description)";
                return Err(Error::file(path, problem));
            }
        };
        write_whole(path, &content)
    }

    fn painted(&self, path: &Path, format: Format) -> Result<Vec<u8>> {
        image_export::paint(&self.to_picture(), format).map_err(|error| Error::file(path, error.to_string()))
    }

    fn check_size(&self) -> Result<()> {
        for (parameter, side) in [("width", "/width"), ("height", "/height")] {
            if let Some(length) = self.get(side).and_then(Value::as_f64).filter(|length| *length < 1.0) {
                let requirement = "a figure is at least 1 pixel wide and high".into();
                return Err(Error::Parameter { parameter, value: short(length), requirement });
            }
        }
        if !(self.scale.is_finite() && self.scale > 0.0) {
            let requirement = "pixels for each of the figure's own: a number above 0, such as 3 for print".into();
            return Err(Error::Parameter { parameter: "scale", value: self.scale.to_string(), requirement });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn message(result: Result<()>) -> String {
        result.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn html_stands_alone_and_json_is_json() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let figure = Figure::new("Cost & more").line("a", [1, 2], [3, 4]);
        for name in ["f.html", "f.JSON"] {
            assert_eq!(message(figure.save(folder.path().join(name))), "");
        }
        let page = fs::read_to_string(folder.path().join("f.html"))?;
        assert!(page.contains("plotly.js v3") && page.contains("<title>Cost &amp; more</title>"));
        assert!(!page.contains("<script src"), "the page must not need the network");
        let json = fs::read_to_string(folder.path().join("f.JSON"))?;
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok_and(|value| value["data"][0]["name"] == "a"));
        let left: Vec<_> = fs::read_dir(folder.path())?.flatten().map(|entry| entry.file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
        Ok(())
    }

    #[test]
    fn what_cannot_be_saved_says_what_can() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let figure = Figure::new("t");
        for name in ["f.xyz", "f"] {
            assert!(message(figure.save(folder.path().join(name))).contains("`.json`"));
        }
        let text = message(figure.save(folder.path().join("missing/f.html")));
        assert!(text.contains("missing does not exist; make it first"), "{text}");
        // A folder has that name.
        fs::create_dir(folder.path().join("taken.json"))?;
        assert!(message(figure.save(folder.path().join("taken.json"))).contains("cannot be written"));
        assert_eq!(fs::read_dir(folder.path())?.count(), 1, "no partial file stays");
        Ok(())
    }
}
