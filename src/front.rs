//! Frames for the kernel *Rust (gradus)*, which stands between this process and the notebook.
//!
//! A frame goes through the standard output, in order with all that is printed: `ESC _ gradus;kind;length;`, that
//! many bytes, `ESC \`. That is a terminal's "application program command", which terminals leave out. Under another kernel,
//! and in a program, nothing of it is ever printed.

use std::io::{self, Write};
use std::sync::OnceLock;

/// Whether the kernel that reads frames is there.
pub(crate) fn is_present() -> bool {
    static PRESENT: OnceLock<bool> = OnceLock::new();
    *PRESENT.get_or_init(|| std::env::var_os("GRADUS_FRONT").is_some())
}

/// Ends the content blocks printed so far: they become an output of their own.
pub(crate) fn end_bundle(out: &mut impl Write) -> io::Result<()> {
    frame(out, "bundle", "")
}

/// Shows something under the cell that can be changed later by its `id`; as a change, takes the place of what that one
/// shows.
pub(crate) fn display(out: &mut impl Write, formats: &[(&str, &str)], id: &str, update: bool) -> io::Result<()> {
    let data: serde_json::Map<String, serde_json::Value> =
        formats.iter().map(|(mime, content)| ((*mime).to_string(), (*content).into())).collect();
    let mut message = serde_json::json!({ "data": data, "id": id });
    if update {
        message["update"] = true.into();
    }
    frame(out, "display", &message.to_string())
}

/// What was printed before stays before it, and what is printed later behind it.
fn frame(out: &mut impl Write, kind: &str, payload: &str) -> io::Result<()> {
    out.flush()?;
    out.write_all(format!("\x1b_gradus;{kind};{};{payload}\x1b\\", payload.len()).as_bytes())?;
    out.flush()
}

/// The frames in what was written, as kind and payload, in order; whatever else was written is passed over.
#[cfg(test)]
pub(crate) fn frames(written: &[u8]) -> Vec<(String, String)> {
    let mut rest = written;
    let mut frames = vec![];
    while let Some(at) = rest.windows(9).position(|bytes| bytes == b"\x1b_gradus;") {
        let mut parts = rest[at + 9..].splitn(3, |byte| *byte == b';');
        let mut text = || String::from_utf8(parts.next().unwrap().to_vec()).unwrap();
        let (kind, length): (String, usize) = (text(), text().parse().unwrap());
        let payload = parts.next().unwrap();
        assert_eq!(&payload[length..length + 2], b"\x1b\\");
        frames.push((kind, String::from_utf8(payload[..length].to_vec()).unwrap()));
        rest = &payload[length + 2..];
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_how_many_bytes_it_holds() {
        let mut out = b"printed".to_vec();
        frame(&mut out, "stderr", "α\x1b\\").unwrap();
        end_bundle(&mut out).unwrap();
        assert_eq!(out, "printed\x1b_gradus;stderr;4;α\x1b\\\x1b\\\x1b_gradus;bundle;0;\x1b\\".as_bytes());
        assert_eq!(frames(&out), [("stderr".into(), "α\x1b\\".into()), ("bundle".into(), String::new())]);
    }

    #[test]
    fn a_display_is_json() {
        let mut out = vec![];
        display(&mut out, &[("text/plain", "a\n\"b\""), ("text/html", "<b>")], "bar-1", false).unwrap();
        display(&mut out, &[("text/plain", "c")], "bar-1", true).unwrap();
        let payloads: Vec<serde_json::Value> =
            frames(&out).iter().map(|(_, payload)| serde_json::from_str(payload).unwrap()).collect();
        let first = serde_json::json!({ "data": { "text/plain": "a\n\"b\"", "text/html": "<b>" }, "id": "bar-1" });
        let second = serde_json::json!({ "data": { "text/plain": "c" }, "id": "bar-1", "update": true });
        assert_eq!(payloads, [first, second]);
    }
}
