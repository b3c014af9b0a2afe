//! Text on pages of notebooks that stays text.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<1H OCEAN & 'x' \"y\">"), "&lt;1H OCEAN &amp; &#39;x&#39; &quot;y&quot;&gt;");
    }
}
