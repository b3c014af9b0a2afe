//! Themes: the same figure for a screen, for print, for dark slides.

use super::figure::Figure;

/// What a figure is made for.
///
/// | theme | ink | background | lines |
/// |---|---|---|---|
/// | `Screen` | a gray that reads on light and dark | none under a cell, white in a picture | 2.5 px |
/// | `Print` | black | white | 1.8 px, fonts that every printer has |
/// | `Dark` | light gray | near-black | 2.5 px |
///
/// The numbers are those of the built-in house style. A file `gradus-style.json` beside the notebook, or the one that
/// the variable `GRADUS_STYLE` names, changes any of them; `browser/src/figure/house_style.json` is the file to copy. What it does
/// not say stays. A mistake in it is shown in the caption of each figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// At home on light and dark pages alike.
    #[default]
    Screen,
    /// For paper.
    Print,
    /// For dark slides and pages.
    Dark,
}

impl Theme {
    /// Its name in the style's file: `screen`, `print`, `dark`.
    pub fn name(self) -> &'static str {
        match self {
            Theme::Screen => "screen",
            Theme::Print => "print",
            Theme::Dark => "dark",
        }
    }
}

impl Figure {
    /// Dresses the figure for a screen (the default), for print or for dark slides, under a cell and in files.
    ///
    /// ```
    /// use gradus::plot::{Figure, Theme};
    /// let cost = Figure::new("Cost").line("batch", [0, 1, 2], [65.75, 43.72, 29.11]).theme(Theme::Print);
    /// assert!(cost.to_json().contains("\"paper_bgcolor\":\"#ffffff\""));
    /// ```
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// Gives PNG pictures this many pixels for each of the figure's own (1 unless set): 800 × 460 at scale 3 is saved in
    /// 2400 × 1380 pixels, which printed 8 inches wide are 300 dpi. Must be above 0, which [`Figure::save`] checks;
    /// vectors need none.
    #[must_use]
    pub fn scale(mut self, scale: f64) -> Self {
        self.scale = scale;
        self
    }
}
