//! Figures as HTML: a piece for a notebook's cell, a page that stands alone.

use super::figure::Figure;
use super::house_style::HouseStyle;
use super::theme::Theme;
use crate::html::{NO_MATH, escape};

/// The release of plotly.js that the `plotly` crate embeds; cells load the same one where none is on the page.
const CDN: &str = "https://cdn.plot.ly/plotly-3.0.1.min.js";

impl Figure {
    /// A whole page in which the figure is alive, without network.
    pub fn to_html(&self) -> String {
        let title = escape(&self.name());
        let library = library();
        let figure = self.to_json();
        // A theme with a background of its own spreads it over the page.
        let (scheme, background) = match self.theme {
            Theme::Screen => ("light dark", String::new()),
            Theme::Print => ("light", background(self)),
            Theme::Dark => ("dark", background(self)),
        };
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta name=\"color-scheme\" content=\"{scheme}\">\n<title>{title}</title>\n{library}\n</head>\n\
             <body style=\"margin: 24px{background}\">\n<div id=\"figure\"></div>\n\
             <script>Plotly.newPlot(\"figure\", {figure});</script>\n</body>\n</html>\n"
        )
    }

    /// The piece that a cell shows where nothing else can draw the figure: nbconvert's pages, plain viewers of notebooks.
    ///
    /// It finds its place by the figure's content, not by a random name: the same figure gives the same text, so that a
    /// notebook run again does not change, and the same figure may stand twice on a page.
    pub(crate) fn to_cell_html(&self) -> String {
        let figure = self.to_json();
        let key = fingerprint(&figure);
        let description = escape(&self.description());
        // plotly.js 3 announces itself as `window.Plotly` also where require.js is on the page (it has no AMD header),
        // so one plain script tag serves every viewer; the figures of a page share it.
        format!(
            "<div class=\"gradus-figure {NO_MATH}\" data-key=\"{key}\" style=\"overflow-x: auto\"><em>{description}</em></div>\n\
             <script>\n\
             (function () {{\n\
             const place = document.querySelector('.gradus-figure[data-key=\"{key}\"]:not([data-drawn])');\n\
             if (!place) return;\n\
             place.dataset.drawn = 'yes';\n\
             const draw = function () {{\n\
             place.textContent = '';\n\
             window.Plotly.newPlot(place, {figure});\n\
             }};\n\
             if (window.Plotly) {{ draw(); return; }}\n\
             window.gradusPlotly = window.gradusPlotly || new Promise(function (done, failed) {{\n\
             const script = document.createElement('script');\n\
             script.src = '{CDN}';\n\
             script.onload = done;\n\
             script.onerror = failed;\n\
             document.head.appendChild(script);\n\
             }});\n\
             window.gradusPlotly.then(draw, function () {{\n\
             place.append(' (the interactive figure needs plotly.js from {CDN})');\n\
             }});\n\
             }})();\n\
             </script>"
        )
    }
}

/// The theme's background as CSS.
fn background(figure: &Figure) -> String {
    format!("; background: {}", escape(HouseStyle::now().of_theme(figure.theme).background()))
}

/// The source of plotly.js, without its script tag.
pub(crate) fn plotly_js() -> String {
    let library = library();
    let source = library.split_once('>').map_or("", |(_, source)| source);
    source.strip_suffix("</script>").unwrap_or(source).to_string()
}

/// The script tag with plotly.js inside. The crate gives MathJax with it, which no figure of ours uses.
fn library() -> String {
    let mut sources = plotly::Plot::offline_js_sources();
    let end = "</script>";
    if let Some(first) = sources.find(end) {
        sources.truncate(first + end.len());
    }
    sources
}

/// FNV-1a of the text: short, the same on every machine, and good enough to tell figures apart.
fn fingerprint(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cells_html_is_repeatable_and_says_what_it_is_without_scripts() {
        let figure = Figure::new("J(w) < 3").line("a", [1, 2], [3, 4]).x("w");
        let html = figure.to_cell_html();
        assert_eq!(html, figure.clone().to_cell_html());
        assert!(html.contains("<em>Figure: J(w) &lt; 3 · x: w</em>"), "{html}");
        assert_eq!(html.matches("</script>").count(), 1);
        assert!(!html.contains("require("));
        assert!(html.contains("tex2jax_ignore") && html.contains("\"typesetMath\":false"), "dollars are no formulas");
        assert_ne!(fingerprint("a"), fingerprint("b"));
    }

    #[test]
    fn the_embedded_library_is_the_release_that_cells_load() {
        let library = library();
        let version = CDN.trim_start_matches("https://cdn.plot.ly/plotly-").trim_end_matches(".min.js");
        assert!(library.contains(&format!("plotly.js v{version}")));
        assert!(library.contains("window.Plotly = Plotly") && !library.contains("define.amd"));
        assert!(!library.contains("MathJax = "));
        assert_eq!(library.matches("</script>").count(), 1);
    }
}
