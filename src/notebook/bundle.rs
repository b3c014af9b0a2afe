//! What a cell shows: one bundle of the same thing in several formats, of which each viewer takes the best it knows.
//!
//! The kernel reads it from the standard output: a line `EVCXR_BEGIN_CONTENT type`, the content, a line
//! `EVCXR_END_CONTENT`, for each format in turn. It sends all formats of a cell as one output when the cell ends.

use std::io::{self, Write};

const BEGIN: &str = "EVCXR_BEGIN_CONTENT";
const END: &str = "EVCXR_END_CONTENT";

/// One thing in the formats in which it can be shown; always with plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    text: String,
    formats: Vec<(&'static str, String)>,
}

impl Bundle {
    /// Plain text alone.
    pub fn text(text: impl Into<String>) -> Self {
        Bundle { text: text.into(), formats: Vec::new() }
    }

    /// The same with HTML.
    #[must_use]
    pub fn html(self, html: impl Into<String>) -> Self {
        self.format("text/html", html)
    }

    /// The same with another format, by its MIME type.
    #[must_use]
    pub fn format(mut self, mime: &'static str, content: impl Into<String>) -> Self {
        self.formats.push((mime, content.into()));
        self
    }

    /// The plain text.
    pub fn plain(&self) -> &str {
        &self.text
    }

    /// The content of a format, where it is there.
    pub fn get(&self, mime: &str) -> Option<&str> {
        if mime == "text/plain" {
            return Some(&self.text);
        }
        self.formats.iter().find(|(name, _)| *name == mime).map(|(_, content)| content.as_str())
    }

    /// Hands the bundle to the kernel.
    pub fn show(&self) {
        // The lock keeps other threads' lines out of the bundle. A closed output is no reason to panic.
        let _ = self.write(&mut io::stdout().lock());
    }

    /// Whether there is nothing to be seen.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.formats.is_empty()
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let text = ("text/plain", self.text.clone());
        let mut whole = String::new();
        for (mime, content) in self.formats.iter().chain([&text]) {
            whole.push_str(&format!("{BEGIN} {mime}\n"));
            for line in content.lines() {
                // Data that holds the kernel's own mark must not end the bundle.
                if line == END {
                    whole.push(' ');
                }
                whole.push_str(line);
                whole.push('\n');
            }
            whole.push_str(&format!("{END}\n"));
        }
        out.write_all(whole.as_bytes())?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formats as the kernel (evcxr 0.22, `run_and_capture_output`) would read them.
    pub(crate) fn as_the_kernel_reads(bundle: &Bundle) -> Vec<(String, String)> {
        let mut bytes = Vec::new();
        let _ = bundle.write(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut formats = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(mime) = line.strip_prefix("EVCXR_BEGIN_CONTENT ") {
                let content: Vec<&str> = lines.by_ref().take_while(|line| *line != END).collect();
                formats.push((mime.to_string(), content.join("\n")));
            }
        }
        formats
    }

    #[test]
    fn all_formats_arrive_as_one_bundle() {
        let bundle = Bundle::text("two\nlines").html("<b>x</b>").format("application/vnd.plotly.v1+json", "{}");
        let expected =
            [("text/html", "<b>x</b>"), ("application/vnd.plotly.v1+json", "{}"), ("text/plain", "two\nlines")];
        let expected: Vec<_> = expected.map(|(mime, content)| (mime.to_string(), content.to_string())).into();
        assert_eq!(as_the_kernel_reads(&bundle), expected);
    }

    #[test]
    fn data_cannot_end_the_bundle() {
        let bundle = Bundle::text(format!("a\n{END}\nb"));
        assert_eq!(as_the_kernel_reads(&bundle), [("text/plain".into(), format!("a\n {END}\nb"))]);
    }
}
