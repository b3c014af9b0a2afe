//! Shows a cell's output in the notebook: streams, results, figures and errors, each under the cell that produced it.

use std::time::Duration;

use jupyter_protocol::{
    DisplayData, ErrorOutput, ExecuteResult, ExecutionCount, JupyterMessage, Media, Stdio, StreamContent, Transient,
    UpdateDisplayData,
};
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep_until};

use super::cells_process::CellMessage;
use super::jupyter::Out;
use super::output::{Message, Parser, Piece, Stream};

/// How long text may wait for more, so that many short lines make few messages.
const FLUSH_AFTER: Duration = Duration::from_millis(40);

/// How much text may wait, in bytes.
const FLUSH_SIZE: usize = 1 << 18;

/// How much text of one cell is shown: with more, no browser would open the notebook.
const OUTPUT_LIMIT: usize = 32 << 20;

/// Why a cell failed, in the form of Jupyter's `error` message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failed {
    pub name: String,
    pub value: String,
    pub traceback: Vec<String>,
}

impl Failed {
    /// A failure shown as one red line.
    pub fn new(name: &str, value: &str) -> Self {
        let mut lines = value.lines();
        let first = lines.next().unwrap_or_default();
        let mut traceback = vec![format!("\x1b[31m{name}\x1b[0m: {first}")];
        traceback.extend(lines.map(str::to_owned));
        Self { name: name.to_owned(), value: value.to_owned(), traceback }
    }

    pub fn output(&self) -> ErrorOutput {
        ErrorOutput { ename: self.name.clone(), evalue: self.value.clone(), traceback: self.traceback.clone() }
    }
}

/// Shows the output of one cell.
pub struct Show {
    out: Out,
    /// The request that the cell came with.
    request: JupyterMessage,
    count: usize,
    /// Whether the client wants no result.
    silent: bool,
    parser: Parser,
    text: Option<(Stream, String)>,
    text_since: Option<Instant>,
    shown: usize,
    bundle: Map<String, Value>,
    /// What the cell failed with, if evcxr reports a failure next.
    message: Option<Message>,
    /// The last message that was shown as text: whatever a cell writes while it unwinds follows its panic.
    shown_message: Option<Message>,
}

impl Show {
    pub fn new(out: Out, request: JupyterMessage, count: usize, silent: bool) -> Self {
        Self {
            out,
            request,
            count,
            silent,
            parser: Parser::default(),
            text: None,
            text_since: None,
            shown: 0,
            bundle: Map::new(),
            message: None,
            shown_message: None,
        }
    }

    pub fn request(&self) -> &JupyterMessage {
        &self.request
    }

    /// Handles bytes that the process wrote to its standard output.
    pub fn wrote(&mut self, bytes: &[u8]) {
        for piece in self.parser.out(bytes) {
            self.piece(piece);
        }
    }

    /// Handles bytes that the process wrote to its standard error.
    pub fn wrote_to_err(&mut self, bytes: &[u8]) {
        for piece in self.parser.err(bytes) {
            self.piece(piece);
        }
    }

    /// Shows text from the kernel itself.
    pub fn note(&mut self, text: &str) {
        self.piece(Piece::Text(Stream::Err, text.to_owned()));
    }

    /// Shows evcxr's own output, such as that of `:vars` or a shell command.
    pub fn result(&mut self, media: &Media) {
        if let Ok(Value::Object(data)) = serde_json::to_value(media) {
            self.end_bundle();
            self.bundle = data;
        }
    }

    /// Takes the message of the panic or error that ended the cell.
    pub fn take_message(&mut self, kind: &str) -> Option<Message> {
        [self.message.take(), self.shown_message.take()].into_iter().flatten().find(|message| message.kind == kind)
    }

    /// Waits until buffered text is due to be shown.
    pub async fn due(&self) {
        match self.text_since {
            Some(since) => sleep_until(since + FLUSH_AFTER).await,
            None => std::future::pending().await,
        }
    }

    /// Shows the buffered text.
    pub fn flush(&mut self) {
        self.text_since = None;
        let Some((stream, text)) = self.text.take() else { return };
        let name = match stream {
            Stream::Out => Stdio::Stdout,
            Stream::Err => Stdio::Stderr,
        };
        self.out.publish(StreamContent { name, text }, Some(&self.request));
    }

    /// Shows what a thread wrote after the cell's end, also under the cell.
    pub fn wrote_later(&mut self, message: &CellMessage) {
        match message {
            CellMessage::Out(bytes) => self.wrote(bytes),
            CellMessage::Err(bytes) => self.wrote_to_err(bytes),
            _ => return,
        }
        self.flush_unclaimed();
        self.end_bundle();
        self.flush();
    }

    /// Ends the cell: the last thing it displayed is its result.
    pub fn finish(&mut self, failed: Option<&Failed>) {
        for piece in self.parser.rest() {
            self.piece(piece);
        }
        self.flush_unclaimed();
        self.flush();
        // A last line such as `println!("…")` without a semicolon has a value that nobody wants to see.
        let is_unit = self.bundle.len() == 1 && self.bundle.get("text/plain").and_then(Value::as_str) == Some("()");
        let bundle = std::mem::take(&mut self.bundle);
        if let Some(media) = media(bundle).filter(|_| !is_unit && !self.silent) {
            self.out.publish(ExecuteResult::new(ExecutionCount::new(self.count), media), Some(&self.request));
        }
        if let Some(failed) = failed {
            self.out.publish(failed.output(), Some(&self.request));
        }
    }

    fn piece(&mut self, piece: Piece) {
        // A panic that did not end the cell is only text.
        self.flush_unclaimed();
        match piece {
            Piece::Text(stream, text) => self.text(stream, &text),
            Piece::Content { mime, text } => {
                if self.bundle.contains_key(&mime) {
                    self.end_bundle();
                }
                let value = if mime.contains("json") { serde_json::from_str(&text).ok() } else { None };
                self.bundle.insert(mime, value.unwrap_or(Value::from(text)));
            }
            Piece::EndOfBundle => self.end_bundle(),
            Piece::Display { data, id, update } => {
                self.end_bundle();
                self.flush();
                let Some(media) = media(data) else { return };
                match id {
                    Some(id) if update => self.out.publish(UpdateDisplayData::new(media, &id), Some(&self.request)),
                    id => {
                        let transient = id.map(|id| Transient { display_id: Some(id) });
                        self.out.publish(DisplayData { transient, ..DisplayData::new(media) }, Some(&self.request));
                    }
                }
            }
            Piece::Failure(message) => self.message = Some(message),
        }
    }

    fn text(&mut self, stream: Stream, text: &str) {
        self.end_bundle();
        if self.shown > OUTPUT_LIMIT {
            return;
        }
        self.shown += text.len();
        if self.text.as_ref().is_some_and(|(waiting, _)| *waiting != stream) {
            self.flush();
        }
        let (_, waiting) = self.text.get_or_insert_with(|| (stream, String::new()));
        waiting.push_str(text);
        let length = waiting.len();
        self.text_since.get_or_insert_with(Instant::now);
        if self.shown > OUTPUT_LIMIT {
            self.flush();
            let megabytes = OUTPUT_LIMIT >> 20;
            let text = format!("\ngradus: this cell wrote more than {megabytes} MB; the rest is not shown\n");
            self.out.publish(StreamContent { name: Stdio::Stderr, text }, Some(&self.request));
        } else if length > FLUSH_SIZE {
            self.flush();
        }
    }

    fn flush_unclaimed(&mut self) {
        let Some(message) = self.message.take() else { return };
        let Message { kind, text, .. } = &message;
        let text = if kind == "panic" { format!("panic: {text}\n") } else { format!("{text}\n") };
        self.shown_message = Some(message);
        self.text(Stream::Err, &text);
    }

    /// Ends one displayed thing. More follows, so it is not the cell's result.
    fn end_bundle(&mut self) {
        let bundle = std::mem::take(&mut self.bundle);
        if let Some(media) = media(bundle) {
            self.flush();
            self.out.publish(DisplayData::new(media), Some(&self.request));
        }
    }
}

fn media(data: Map<String, Value>) -> Option<Media> {
    if data.is_empty() { None } else { serde_json::from_value(Value::Object(data)).ok() }
}
