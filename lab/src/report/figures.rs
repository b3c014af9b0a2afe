//! The figures of a notebook that was run: where they are, what they show, and what their files are called.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Failure;

const PLOTLY: &str = "application/vnd.plotly.v1+json";

/// A figure under a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The cell and its output, counted from 0.
    pub cell: usize,
    pub output: usize,
    /// Its name as a file, without an ending: `cost-curve`.
    pub name: String,
    /// What it shows, for where no picture is.
    pub text: String,
    /// plotly.js' description.
    pub plot: Value,
}

/// The figures of a notebook, in its order.
pub fn of(notebook: &Path) -> Result<Vec<Figure>, Failure> {
    let text = fs::read_to_string(notebook).map_err(|error| format!("cannot read {}: {error}", notebook.display()))?;
    let json =
        serde_json::from_str(&text).map_err(|error| format!("{} is no notebook: {error}", notebook.display()))?;
    Ok(found_in(&json))
}

fn found_in(notebook: &Value) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut taken = HashSet::new();
    for (cell, content) in list(&notebook["cells"]).iter().enumerate() {
        for (output, shown) in list(&content["outputs"]).iter().enumerate() {
            let data = &shown["data"];
            let Some(plot) = data.get(PLOTLY) else { continue };
            let title = &plot["layout"]["title"];
            // plotly.js takes a title as text as well.
            let title = plain(title.as_str().unwrap_or_else(|| title["text"].as_str().unwrap_or_default()));
            let described = joined(&data["text/plain"]);
            let text = if described.is_empty() { format!("Figure: {title}") } else { described };
            figures.push(Figure { cell, output, name: unique(slug(&title), &mut taken), text, plot: plot.clone() });
        }
    }
    figures
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text that a notebook keeps whole or as a list of lines, on one line.
fn joined(value: &Value) -> String {
    let whole = match value {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect::<String>(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    whole.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A title without plotly's tags and entities.
fn plain(title: &str) -> String {
    let mut plain = String::new();
    let mut rest = title;
    // A tag begins with a letter or a slash: `a < b` has none.
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        plain.push_str(before);
        match tag.find('>') {
            Some(end) if tag[1..].starts_with(|next: char| next.is_ascii_alphabetic() || next == '/') => {
                if tag.starts_with("<br") {
                    plain.push(' ');
                }
                rest = &tag[end + 1..];
            }
            _ => {
                plain.push('<');
                rest = &tag[1..];
            }
        }
    }
    plain.push_str(rest);
    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Letters and digits of a title in lower case, with single dashes between words; at most 60 of them.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.to_lowercase().chars().take(60) {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "figure".into() } else { slug.into() }
}

/// `cost-curve`, then `cost-curve-2`.
fn unique(slug: String, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{slug}-{number}"));
    let name = std::iter::once(slug.clone()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or(slug);
    taken.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_found_with_names_and_texts() {
        let figure = |title: Value, text: Value| json!({"data": {PLOTLY: {"data": [], "layout": {"title": title}}, "text/plain": text}});
        let notebook = json!({"cells": [
            {"cell_type": "markdown", "source": "# A"},
            {"cell_type": "code", "outputs": [
                {"output_type": "stream", "text": "1"},
                figure(json!({"text": "Cost curve"}), json!(["Figure: Cost curve", "\n · y: J"])),
            ]},
            {"cell_type": "code", "outputs": [figure(json!("Cost <b>curve</b>"), json!(null))]},
            {"cell_type": "code", "outputs": [figure(json!(null), json!("Figure: x: w")), {"data": {"text/plain": "2"}}]},
        ]});
        let figures = found_in(&notebook);
        let summary: Vec<_> = figures.iter().map(|f| (f.cell, f.output, f.name.as_str(), f.text.as_str())).collect();
        assert_eq!(
            summary,
            [
                (1, 1, "cost-curve", "Figure: Cost curve · y: J"),
                (2, 0, "cost-curve-2", "Figure: Cost curve"),
                (3, 0, "figure", "Figure: x: w"),
            ]
        );
        assert!(found_in(&json!({"nothing": 1})).is_empty());
    }

    #[test]
    fn a_title_becomes_a_file_name() {
        assert_eq!(slug("Z = ½X² at Y = 0 and its tangent"), "z-½x²-at-y-0-and-its-tangent");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("?!"), "figure");
        assert!(slug(&"ab ".repeat(99)).len() <= 60);
        assert_eq!(plain("w<sub>1</sub><br>a &lt; b, 1 < 2 > 0"), "w1 a < b, 1 < 2 > 0");
    }

    #[test]
    fn a_name_is_given_once() {
        let mut taken = HashSet::new();
        let names = ["a", "a-2", "a", "a"].map(|slug| unique(slug.into(), &mut taken));
        assert_eq!(names, ["a", "a-2", "a-3", "a-4"]);
    }
}
