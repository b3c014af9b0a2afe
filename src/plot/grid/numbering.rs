//! Numbers of axes, scenes and legends: `x2`, `xaxis12`.

use serde_json::{Value, json};

/// `xaxis12` is `xaxis` number 12; without digits it is number 1.
pub(super) fn split(key: &str) -> (&str, usize) {
    let word = key.trim_end_matches(|letter: char| letter.is_ascii_digit());
    (word, key[word.len()..].parse().unwrap_or(1))
}

/// The first of a kind has no number in its name.
pub(super) fn numbered(word: &str, number: usize) -> String {
    if number == 1 { word.to_string() } else { format!("{word}{number}") }
}

/// Renumbers a reference such as `x2` or `x2 domain`; an absent one means the first of its kind.
pub(super) fn renumber(id: &mut Value, word: &str, by: usize) {
    let text = id.as_str().unwrap_or(word);
    let (name, suffix) = text.split_once(' ').map_or((text, String::new()), |(name, rest)| (name, format!(" {rest}")));
    let number = split(name).1 + by;
    *id = json!(format!("{}{suffix}", numbered(word, number)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_renumbered() {
        let shifted = |id: Value, word: &str, by: usize| {
            let mut id = id;
            renumber(&mut id, word, by);
            id
        };
        assert_eq!(shifted(json!("x2 domain"), "x", 3), "x5 domain");
        assert_eq!(shifted(Value::Null, "y", 1), "y2");
        assert_eq!(shifted(json!("x"), "x", 0), "x");
    }
}
