//! Pieces of HTML that look at home on light and dark pages, without a style sheet.

/// The classes of an element in which MathJax, old and new, leaves dollar signs alone: pages of notebooks have it read all
/// outputs, and `$100-$200` is no formula.
pub(crate) const NO_MATH: &str = "tex2jax_ignore mathjax_ignore";

/// Text that cannot be taken for HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

/// A line in small, faint print: shapes, notes.
pub(crate) fn note(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("<div style=\"opacity:0.7;font-size:0.9em;margin:4px 0\">{}</div>", escape(text))
}

/// A box with a coloured edge: what went wrong.
pub(crate) fn warning(heading: &str, text: &str) -> String {
    format!(
        "<div class=\"{NO_MATH}\" style=\"border-left:4px solid #D55E00;padding:6px 12px;margin:4px 0;max-width:56em\">\
         <b>{}</b><br>{}</div>",
        escape(heading),
        escape(text).replace('\n', "<br>")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<1H OCEAN & 'x' \"y\">"), "&lt;1H OCEAN &amp; &#39;x&#39; &quot;y&quot;&gt;");
        assert!(!warning("e", "<script>").contains("<script>"));
        assert_eq!(note(""), "");
    }
}
