//! Figures as files.

use std::fs;
use std::path::Path;

use super::figure::Figure;
use crate::error::{Error, Result};

impl Figure {
    /// Saves the figure; the file's ending says as what.
    ///
    /// | ending | what |
    /// |---|---|
    /// | `.html` | a page in which the figure is alive, without network (4.7 MB: plotly.js is inside) |
    /// | `.json` | plotly.js' description, for other tools |
    ///
    /// An older file is replaced in one step: nobody ever sees half a figure.
    ///
    /// ```no_run
    /// # use gradus::plot::Figure;
    /// Figure::new("Cost").line("batch", [0, 1, 2], [65.75, 43.72, 29.11]).save("cost.html")?;
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::File`] for another ending, a folder that does not exist or cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let content = match ending.as_str() {
            "html" | "htm" => self.to_html(),
            "json" => self.to_json(),
            "svg" | "pdf" | "png" | "jpg" | "jpeg" | "webp" => {
                let problem = format!(
                    "pictures (.{ending}) cannot be saved yet; `.html` and `.json` can. The page's camera button \
                     downloads an SVG"
                );
                return Err(Error::File { path: path.into(), problem });
            }
            _ => {
                let problem = "a figure is saved as `.html` (a page) or `.json` (plotly.js' description)".into();
                return Err(Error::File { path: path.into(), problem });
            }
        };
        write_whole(path, content.as_bytes())
    }
}

/// Writes a file beside its place and moves it there when it is whole.
fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let fail = |problem: String| Error::File { path: path.into(), problem };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(fail(format!("the folder {} does not exist; make it first", folder.display())));
    }
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = folder.join(name);
    let written = fs::write(&part, content).and_then(|()| fs::rename(&part, path));
    written.map_err(|error| {
        // Nothing is left behind; that it may not be there at all is fine.
        let _ = fs::remove_file(&part);
        fail(format!("cannot be written: {error}"))
    })
}

#[cfg(test)]
mod tests {
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
        for name in ["f.svg", "f.pdf", "f.png"] {
            let text = message(figure.save(folder.path().join(name)));
            assert!(text.contains("cannot be saved yet") && text.contains("`.html`"), "{text}");
        }
        for name in ["f.xyz", "f"] {
            assert!(message(figure.save(folder.path().join(name))).contains("`.json`"));
        }
        let text = message(figure.save(folder.path().join("missing/f.html")));
        assert!(text.contains("missing does not exist; make it first"), "{text}");
        // A folder of that name stands in the way.
        fs::create_dir(folder.path().join("taken.json"))?;
        assert!(message(figure.save(folder.path().join("taken.json"))).contains("cannot be written"));
        assert_eq!(fs::read_dir(folder.path())?.count(), 1, "no partial file stays");
        Ok(())
    }
}
