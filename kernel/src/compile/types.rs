//! The compiler's answers about the type of a variable: see `front/hidden_types.rs`.

use serde_json::Value;

/// Only a cell that asks for the types of its variables contains this.
pub const TYPE_OF: &str = "GradusTypeOf";

/// The compiler's messages, in which labels that answer [`TYPE_OF`] are replaced by the notes below them. The notes
/// give the full paths of types, but evcxr passes on only labels.
pub fn with_whole_types(messages: &str) -> String {
    messages.lines().map(|line| with_whole_type(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

fn with_whole_type(line: &str) -> Option<String> {
    let mut message: Value = serde_json::from_str(line).ok()?;
    let notes = message["children"].as_array()?;
    let note = notes.iter().filter_map(|note| note["message"].as_str()).find(|note| note.contains(TYPE_OF))?;
    let label = note.split_whitespace().collect::<Vec<_>>().join(" ");
    let primary = message["spans"].as_array_mut()?.iter_mut().find(|span| span["is_primary"] == true)?;
    primary["label"] = Value::from(label);
    Some(message.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_are_reported_with_their_paths() {
        let note = "expected reference `&GradusTypeOf<0, 0>`\n   found reference `&a::b::Column`";
        let message = json!({
            "message": "mismatched types", "children": [{ "message": note }],
            "spans": [{ "is_primary": false, "label": "x" }, { "is_primary": true, "label": "found `&Column`" }],
        });
        let whole: Value = serde_json::from_str(&with_whole_types(&message.to_string())).unwrap();
        let label = "expected reference `&GradusTypeOf<0, 0>` found reference `&a::b::Column`";
        assert_eq!(whole["spans"][1]["label"], label);
        assert_eq!(with_whole_types("not JSON\n{}"), "not JSON\n{}\n");
    }
}
