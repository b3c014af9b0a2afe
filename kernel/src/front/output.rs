//! Parses a cell's output into text, frames from the prelude and the library, and evcxr's content blocks.

use serde_json::{Map, Value};

const FRAME: &[u8] = b"\x1b_gradus;";
const FRAME_END: &[u8] = b"\x1b\\";
const CONTENT: &[u8] = b"EVCXR_BEGIN_CONTENT ";
const CONTENT_END: &[u8] = b"\nEVCXR_END_CONTENT\n";

/// The stream to which text belongs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stream {
    Out,
    Err,
}

/// A piece of a cell's output.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(Stream, String),
    /// One representation of something to display; consecutive ones represent the same thing.
    Content {
        mime: String,
        text: String,
    },
    /// Marks the end of one displayed thing: its representations are complete.
    EndOfBundle,
    /// Something to display under a name, by which it can be updated later.
    Display {
        data: Map<String, Value>,
        id: Option<String>,
        update: bool,
    },
    /// It fails the cell if evcxr reports a failure next.
    Failure(Message),
}

/// A panic, or an error returned from a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub kind: String,
    pub place: String,
    pub text: String,
}

/// An incremental parser for a cell's output.
#[derive(Debug, Default)]
pub struct Parser {
    out: Vec<u8>,
    /// How far the search for the end of an unfinished block has got.
    searched: usize,
    err: Vec<u8>,
}

impl Parser {
    /// Parses bytes from standard output.
    pub fn out(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.out.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        while let Some(piece) = self.next_of_out() {
            pieces.push(piece);
        }
        pieces
    }

    /// Parses bytes from standard error.
    pub fn err(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.err.extend_from_slice(bytes);
        let whole = complete_characters_length(&self.err);
        text(Stream::Err, self.err.drain(..whole)).into_iter().collect()
    }

    /// What is left at the end of the output: an unfinished frame is text after all.
    pub fn rest(&mut self) -> Vec<Piece> {
        let (out, err) = (std::mem::take(&mut self.out), std::mem::take(&mut self.err));
        [text(Stream::Out, out.into_iter()), text(Stream::Err, err.into_iter())].into_iter().flatten().collect()
    }

    fn next_of_out(&mut self) -> Option<Piece> {
        let start = [FRAME, CONTENT].iter().filter_map(|mark| find(&self.out, mark)).min();
        match start {
            Some(0) if self.out.starts_with(FRAME) => self.frame(),
            Some(0) => self.content(),
            Some(start) => text(Stream::Out, self.out.drain(..start)),
            None => {
                // A possible start of a marker waits for the rest.
                let end = self.out.len() - marker_prefix_length(&self.out);
                let whole = complete_characters_length(&self.out[..end]);
                text(Stream::Out, self.out.drain(..whole))
            }
        }
    }

    /// Parses a frame: `ESC _ gradus;kind;length;payload ESC \`.
    fn frame(&mut self) -> Option<Piece> {
        let head = &self.out[FRAME.len()..];
        let kind_end = find(head, b";")?;
        let length_end = kind_end + 1 + find(&head[kind_end + 1..], b";")?;
        let kind = String::from_utf8_lossy(&head[..kind_end]).into_owned();
        let length: Option<usize> =
            std::str::from_utf8(&head[kind_end + 1..length_end]).ok().and_then(|text| text.parse().ok());
        let Some(length) = length else {
            // Not one of our frames: its first byte is text.
            return text(Stream::Out, self.out.drain(..1));
        };
        let start = FRAME.len() + length_end + 1;
        let end = start.saturating_add(length);
        if self.out.len() < end.saturating_add(FRAME_END.len()) {
            return None;
        }
        let payload = String::from_utf8_lossy(&self.out[start..end]).into_owned();
        self.out.drain(..end + FRAME_END.len());
        Some(piece(&kind, payload))
    }

    /// Parses a block: a line with the content type, the content, and a line that ends it.
    fn content(&mut self) -> Option<Piece> {
        let line_end = find(&self.out, b"\n")?;
        // If the content is empty, the first line's end also starts the last line.
        let from = self.searched.max(line_end);
        let Some(found) = find(&self.out[from..], CONTENT_END) else {
            self.searched = self.out.len().saturating_sub(CONTENT_END.len());
            return None;
        };
        let end = from + found;
        self.searched = 0;
        let mime = String::from_utf8_lossy(&self.out[CONTENT.len()..line_end]).trim().to_owned();
        let text = String::from_utf8_lossy(self.out.get(line_end + 1..end).unwrap_or_default()).into_owned();
        self.out.drain(..end + CONTENT_END.len());
        Some(Piece::Content { mime, text })
    }
}

fn piece(kind: &str, payload: String) -> Piece {
    match kind {
        "stderr" => Piece::Text(Stream::Err, payload),
        "bundle" => Piece::EndOfBundle,
        "error" => {
            let mut lines = payload.splitn(3, '\n');
            let mut next = || lines.next().unwrap_or_default().to_owned();
            Piece::Failure(Message { kind: next(), place: next(), text: next() })
        }
        "display" => match serde_json::from_str::<Value>(&payload) {
            Ok(Value::Object(mut object)) => {
                let data = object.remove("data").and_then(|data| match data {
                    Value::Object(data) => Some(data),
                    _ => None,
                });
                let id = object.get("id").and_then(Value::as_str).map(str::to_owned);
                let update = object.get("update").and_then(Value::as_bool).unwrap_or(false);
                Piece::Display { data: data.unwrap_or_default(), id, update }
            }
            _ => Piece::Text(Stream::Out, payload),
        },
        _ => Piece::Text(Stream::Out, payload),
    }
}

fn text(stream: Stream, bytes: impl Iterator<Item = u8>) -> Option<Piece> {
    let bytes: Vec<u8> = bytes.collect();
    (!bytes.is_empty()).then(|| Piece::Text(stream, String::from_utf8_lossy(&bytes).into_owned()))
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    // Most output has no marker at all, so searching for the first byte first is fast.
    let (first, mut from) = (*part.first()?, 0);
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(part) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// The length of the tail of `bytes` that may be the start of a marker.
fn marker_prefix_length(bytes: &[u8]) -> usize {
    let longest = |mark: &[u8]| (1..mark.len()).rev().find(|&length| bytes.ends_with(&mark[..length])).unwrap_or(0);
    longest(FRAME).max(longest(CONTENT))
}

/// How many bytes can be shown: an incomplete character at the end waits for its remaining bytes.
fn complete_characters_length(bytes: &[u8]) -> usize {
    let start = bytes.len().saturating_sub(3);
    let last = bytes[start..].iter().rposition(|byte| byte & 0xc0 != 0x80).map(|at| start + at);
    match last {
        Some(at) => match std::str::from_utf8(&bytes[at..]) {
            Err(error) if error.error_len().is_none() => at,
            _ => bytes.len(),
        },
        None => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(text: &str) -> Piece {
        Piece::Text(Stream::Out, text.into())
    }

    fn content(mime: &str, text: &str) -> Piece {
        Piece::Content { mime: mime.into(), text: text.into() }
    }

    /// All pieces, with adjacent text of one stream joined.
    fn parsed(chunks: &[&[u8]]) -> Vec<Piece> {
        let mut parser = Parser::default();
        let mut pieces: Vec<Piece> = Vec::new();
        for piece in
            chunks.iter().flat_map(|chunk| parser.out(chunk)).collect::<Vec<_>>().into_iter().chain(parser.rest())
        {
            match (pieces.last_mut(), piece) {
                (Some(Piece::Text(last, text)), Piece::Text(stream, more)) if *last == stream => text.push_str(&more),
                (_, piece) => pieces.push(piece),
            }
        }
        pieces
    }

    #[test]
    fn text_frames_and_content_keep_their_order_however_they_are_cut() {
        let all = "a\x1b_gradus;stderr;3;b\x1bc\x1b\\dEVCXR_BEGIN_CONTENT text/html\n<p>\n1</p>\nEVCXR_END_CONTENT\n\
                   EVCXR_BEGIN_CONTENT text/plain\n\nEVCXR_END_CONTENT\n\x1b_gradus;bundle;0;\x1b\\e\x1b[31mEVCXR_f";
        let wanted = [
            out("a"),
            Piece::Text(Stream::Err, "b\x1bc".into()),
            out("d"),
            content("text/html", "<p>\n1</p>"),
            content("text/plain", ""),
            Piece::EndOfBundle,
            out("e\x1b[31mEVCXR_f"),
        ];
        assert_eq!(parsed(&[all.as_bytes()]), wanted);
        for cut in 1..all.len() {
            let (left, right) = all.as_bytes().split_at(cut);
            assert_eq!(parsed(&[left, right]), wanted, "cut at {cut}");
        }
        let bytes: Vec<&[u8]> = all.as_bytes().chunks(1).collect();
        assert_eq!(parsed(&bytes), wanted);
    }

    #[test]
    fn characters_are_complete_and_invalid_utf8_is_marked() {
        let text = "aé€🦀\r";
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(parsed(&bytes), [out(text)]);
        assert_eq!(parsed(&[b"a\xffb\n"]), [out("a\u{fffd}b\n")]);
        assert_eq!(parsed(&[b"a\xf0\x9f"]), [out("a\u{fffd}")]);
    }

    #[test]
    fn a_failure_has_kind_place_and_text() {
        let frame = b"\x1b_gradus;error;25;panic\nsrc/lib.rs:1:2\nno\nx\x1b\\";
        let wanted = Message { kind: "panic".into(), place: "src/lib.rs:1:2".into(), text: "no\nx".into() };
        assert_eq!(parsed(&[frame]), [Piece::Failure(wanted)]);
    }

    #[test]
    fn a_display_carries_its_data_and_its_name() {
        let payload = r#"{"data":{"text/plain":"1/2"},"id":"bar","update":true}"#;
        let frame = format!("\x1b_gradus;display;{};{payload}\x1b\\", payload.len());
        let data = Map::from_iter([("text/plain".to_owned(), Value::from("1/2"))]);
        assert_eq!(parsed(&[frame.as_bytes()]), [Piece::Display { data, id: Some("bar".into()), update: true }]);
    }
}
