//! Formats documentation for a small window: signature, first paragraph, first example; as text and as HTML.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, html};

/// The maximum length of a line of text.
const WIDTH: usize = 90;

/// The start of a documentation text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The first paragraph, as text.
    pub text: String,
    /// The first paragraph, as HTML.
    pub html: String,
    /// The first example, without hidden lines.
    pub example: Option<String>,
    /// The texts of the links in the paragraph.
    pub links: Vec<String>,
}

/// Parses Markdown.
pub fn summary(markdown: &str) -> Summary {
    // Links lead to other pages of the documentation, which cannot be opened from here, so only their text remains.
    let mut broken = |_| Some(("".into(), "".into()));
    let parser = Parser::new_with_broken_link_callback(markdown, Options::ENABLE_TABLES, Some(&mut broken));
    let mut summary = Summary::default();
    let mut paragraph: Option<Vec<Event>> = None;
    let (mut depth, mut in_link) = (0_usize, false);
    let mut code: Option<String> = None;
    for event in parser {
        match &event {
            Event::Start(Tag::CodeBlock(kind)) if summary.example.is_none() && is_rust(kind) => {
                code = Some(String::new())
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some(code) = code.take() {
                    summary.example = Some(visible(&code)).filter(|code| !code.is_empty());
                }
            }
            Event::Text(text) if code.is_some() => {
                if let Some(code) = &mut code {
                    code.push_str(text);
                }
            }
            Event::Start(Tag::Paragraph) if depth == 0 && summary.html.is_empty() => paragraph = Some(vec![]),
            Event::End(TagEnd::Paragraph) => {
                if let Some(events) = paragraph.take() {
                    summary.text = wrapped(&plain(&events));
                    summary.html.push_str("<p>");
                    html::push_html(&mut summary.html, events.into_iter());
                    summary.html.push_str("</p>");
                }
            }
            Event::Start(Tag::Link { .. }) if paragraph.is_some() => {
                in_link = true;
                summary.links.push(String::new());
            }
            Event::End(TagEnd::Link) => in_link = false,
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(_) if paragraph.is_none() => depth += 1,
            Event::End(_) if paragraph.is_none() => depth = depth.saturating_sub(1),
            _ => {
                if let (true, Event::Text(text) | Event::Code(text), Some(link)) =
                    (in_link, &event, summary.links.last_mut())
                {
                    link.push_str(text);
                }
                if let Some(paragraph) = &mut paragraph {
                    paragraph.push(event);
                }
            }
        }
    }
    summary
}

fn is_rust(kind: &CodeBlockKind) -> bool {
    match kind {
        CodeBlockKind::Indented => false,
        CodeBlockKind::Fenced(info) => info.split([',', ' ']).all(|word| {
            word.is_empty()
                || ["rust", "no_run", "should_panic", "ignore"].contains(&word)
                || word.starts_with("edition")
        }),
    }
}

/// Removes the lines that documentation hides.
fn visible(code: &str) -> String {
    let lines = code.lines().filter_map(|line| {
        let bare = line.trim_start();
        if bare == "#" || bare.starts_with("# ") {
            None
        } else if bare.starts_with("##") {
            Some(line.replacen("##", "#", 1))
        } else {
            Some(line.to_owned())
        }
    });
    lines.collect::<Vec<_>>().join("\n").trim_matches('\n').trim_end().to_owned()
}

fn plain(events: &[Event]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(part) => text.push_str(part),
            Event::Code(code) => text.push_str(&format!("`{code}`")),
            Event::SoftBreak => text.push(' '),
            Event::HardBreak => text.push('\n'),
            _ => {}
        }
    }
    text.trim().to_owned()
}

fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = vec![];
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// Escapes text for HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Indents every line by four spaces.
pub fn indented(code: &str) -> String {
    let lines = code.lines().map(|line| if line.is_empty() { String::new() } else { format!("    {line}") });
    lines.collect::<Vec<_>>().join("\n")
}

/// Joins a signature of several lines into one.
pub fn on_one_line(signature: &str) -> String {
    let line = signature.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace("( ", "(").replace(", )", ")").replace(" )", ")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_their_texts() {
        let read =
            summary("Parts, as [`Dataset::split`](crate::data), see [there](http://a.b) or [`Error`] & *so*.\n\nMore.");
        assert_eq!(read.text, "Parts, as `Dataset::split`, see there or `Error` & so.");
        assert_eq!(
            read.html,
            "<p>Parts, as <code>Dataset::split</code>, see there or <code>Error</code> &amp; <em>so</em>.</p>"
        );
        assert_eq!(read.links, ["Dataset::split", "there", "Error"]);
        assert_eq!(read.example, None);
    }

    #[test]
    fn the_first_example_of_rust_is_shown_without_hidden_lines() {
        let doc = "# Head\n\nA.\n\n```text\nno\n```\n\n```no_run\n# use a::b;\nlet x = 1;\n\n#[test]\n## not hidden\n# Ok(())\n```\n\n```\nlater\n```";
        let read = summary(doc);
        assert_eq!(read.text, "A.");
        assert_eq!(read.example.unwrap(), "let x = 1;\n\n#[test]\n# not hidden");
    }

    #[test]
    fn lists_before_the_paragraph_and_html_are_skipped() {
        let read = summary("<b>x</b> y\n\n* item\n\n  inner\n");
        assert_eq!(read.text, "x y");
        assert!(summary("").text.is_empty());
        assert_eq!(summary(&"word ".repeat(40)).text.lines().map(|line| line.len().max(WIDTH)).max(), Some(WIDTH));
    }
}
