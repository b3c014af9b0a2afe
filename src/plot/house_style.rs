//! The house style in force: the built-in one, or what a lecturer's file changes of it.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::LazyLock;

use gradus_browser::figure::{HOUSE_STYLE, Look, Style};

use super::theme::Theme;

/// The file beside the notebook that is looked for.
const FILE: &str = "gradus-style.json";
/// More of a file's mistakes than this do not fit a caption.
const MOST_PROBLEMS: usize = 3;

/// The style that every figure is written in; `style.rs` has its screen colors as names.
static BUILT_IN: LazyLock<Style> = LazyLock::new(|| Style::built_in(HOUSE_STYLE));

/// The style in force, read again for each figure drawn, so that a change shows at the next cell.
pub(crate) struct HouseStyle {
    style: Style,
    /// What is wrong with the file, for the figure's caption: a figure is drawn nevertheless.
    pub(crate) remark: Option<String>,
}

impl HouseStyle {
    pub(crate) fn now() -> Self {
        HouseStyle::read(env::var_os("GRADUS_STYLE").filter(|name| !name.is_empty()).map(PathBuf::from))
    }

    fn read(named: Option<PathBuf>) -> Self {
        let path = named.clone().unwrap_or_else(|| FILE.into());
        let (style, problems) = match fs::read_to_string(&path) {
            Ok(text) => BUILT_IN.with(&text),
            Err(error) if named.is_none() && error.kind() == ErrorKind::NotFound => (BUILT_IN.clone(), vec![]),
            Err(error) => (BUILT_IN.clone(), vec![format!("cannot be read: {error}")]),
        };
        let remark = (!problems.is_empty()).then(|| {
            let more = match problems.len().saturating_sub(MOST_PROBLEMS) {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            let first = &problems[..problems.len().min(MOST_PROBLEMS)];
            super::style::escape(&format!("⚠ {}: {}{more}", path.display(), first.join("; ")))
        });
        HouseStyle { style, remark }
    }

    pub(crate) fn of_theme(&self, theme: Theme) -> Look {
        self.style.look(&BUILT_IN, theme.name())
    }

    /// The usual width and height of a figure, in pixels.
    pub(crate) fn size(&self) -> (f64, f64) {
        self.style.size()
    }
}

#[cfg(test)]
mod tests {
    use super::super::style;
    use super::*;

    #[test]
    fn a_file_changes_the_style_and_its_mistakes_stand_in_the_caption() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("mine.json");
        fs::write(&file, r#"{"width": 640, "print": {"ink": "navy"}}"#)?;
        let house = HouseStyle::read(Some(file.clone()));
        assert_eq!((house.size(), house.remark), ((640.0, 460.0), None));
        fs::write(&file, r##"{"print": {"ink": "#12"}, "witdh": 1, "font": 1, "height": 0}"##)?;
        let remark = HouseStyle::read(Some(file)).remark.unwrap_or_default();
        for words in ["mine.json", "`print.ink`", "`font`", "`height`", "and 1 more"] {
            assert!(remark.contains(words), "{remark}");
        }
        let missing = HouseStyle::read(Some(folder.path().join("none.json"))).remark.unwrap_or_default();
        assert!(missing.contains("none.json: cannot be read"), "{missing}");
        assert_eq!(HouseStyle::read(None).remark, None);
        Ok(())
    }

    #[test]
    fn views_are_written_in_the_files_screen_colors() {
        let file: serde_json::Value = serde_json::from_str(HOUSE_STYLE).unwrap_or_default();
        let screen = &file["screen"];
        assert_eq!(screen["ink"], style::INK);
        assert_eq!(screen["reference"], style::REFERENCE);
        assert_eq!(screen["grid"], style::GRID);
        assert_eq!(screen["axis"], style::AXIS);
        assert_eq!(screen["space_grid"], style::SPACE_GRID);
        assert_eq!(file["palette"], serde_json::json!(style::PALETTE));
        assert_eq!(file["font"], style::FONT);
        assert_eq!(BUILT_IN.size(), (style::WIDTH, 460.0));
    }
}
