//! Pieces of HTML that look at home on light and dark pages, without a style sheet.

pub(crate) use crate::html::{NO_MATH, escape};

/// A line in small, faint print: shapes, notes.
pub(crate) fn note(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("<div style=\"opacity:0.7;font-size:0.9em;margin:4px 0\">{}</div>", escape(text))
}

/// A box with a colored edge: what went wrong.
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
        assert!(!warning("e", "<script>").contains("<script>"));
        assert_eq!(note(""), "");
    }
}
