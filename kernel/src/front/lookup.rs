//! Tab and Shift-Tab: the rust-analyzer inside evcxr, and an index of the crates that it does not see, or sees without
//! their documentation.

use std::collections::HashSet;
use std::path::PathBuf;

use jupyter_protocol::{
    CompleteReply, CompleteRequest, InspectReply, InspectRequest, JupyterMessageContent, Media, MediaType,
};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use gradus_index::{Index, Match};
use gradus_kernel::project::Kernels;

use super::{Front, commands};

/// How much of earlier cells is searched for the types of variables, in bytes.
const CONTEXT: usize = 1 << 16;

/// The index, read when first needed, and the cells that have run.
pub struct Lookup {
    file: PathBuf,
    index: OnceCell<Option<Index>>,
    cells: String,
}

impl Lookup {
    pub fn new(kernels: &Kernels) -> Self {
        Self { file: kernels.index(), index: OnceCell::new(), cells: String::new() }
    }

    /// Records that a cell has run: its variables are known from now on.
    pub fn ran(&mut self, code: &str) {
        self.cells.extend(code.split_inclusive('\n').skip(commands::head(code)));
        self.cells.push_str("\n;\n");
        let surplus = self.cells.len().saturating_sub(CONTEXT);
        if let Some(end) = self.cells.get(surplus..).filter(|_| surplus > 0).and_then(|rest| rest.find("\n;\n")) {
            self.cells.drain(..surplus + end + 3);
        }
    }

    async fn index(&self) -> Option<&Index> {
        let read = || async {
            let file = self.file.clone();
            tokio::task::spawn_blocking(move || Index::load(&file).ok()).await.ok().flatten()
        };
        self.index.get_or_init(read).await.as_ref()
    }
}

impl Front {
    pub async fn complete(&mut self, request: &CompleteRequest) -> CompleteReply {
        let empty = CompleteReply {
            cursor_start: request.cursor_pos,
            cursor_end: request.cursor_pos,
            ..CompleteReply::default()
        };
        let reply = match self.engine.evcxr.complete(request).await.map(|reply| reply.content) {
            Ok(JupyterMessageContent::CompleteReply(reply)) => reply,
            _ => empty,
        };
        let Some(index) = self.lookup.index().await else { return reply };
        let (code, start, cursor) = self.in_context(&request.code, request.cursor_pos);
        let mut analyzers = matches(&reply);
        index.order(&code, cursor, &|_| None, &mut analyzers);
        let Some(ours) = index.complete(&code, cursor, &|_| None).filter(|ours| ours.start >= start) else {
            return with(reply, &analyzers);
        };
        let known: HashSet<&str> = ours.matches.iter().map(|one| name_of(&one.text)).collect();
        let mut all = ours.matches.clone();
        all.extend(analyzers.iter().filter(|one| !known.contains(name_of(&one.text))).cloned());
        let cursor_start = code[start..ours.start].chars().count();
        with(CompleteReply { cursor_start, cursor_end: request.cursor_pos, ..reply }, &all)
    }

    pub async fn inspect(&mut self, request: &InspectRequest) -> InspectReply {
        let (code, start, cursor) = self.in_context(&request.code, request.cursor_pos);
        let doc = self.lookup.index().await.and_then(|index| {
            // A lone name may be looked up even if it has no meaning in its cell.
            index.inspect(&code, cursor, &|_| None).or_else(|| index.inspect(&code[start..], cursor - start, &|_| None))
        });
        if let Some(doc) = doc {
            let data = Media::new(vec![MediaType::Plain(doc.plain), MediaType::Html(doc.html)]);
            return InspectReply { found: true, data, ..InspectReply::default() };
        }
        match self.engine.evcxr.inspect(request).await.map(|reply| reply.content) {
            Ok(JupyterMessageContent::InspectReply(reply)) => reply,
            _ => InspectReply::default(),
        }
    }

    /// The cell after those that have run, with its start and the cursor, both in bytes.
    fn in_context(&self, code: &str, cursor: usize) -> (String, usize, usize) {
        let start = self.lookup.cells.len();
        let cursor = code.char_indices().nth(cursor).map_or(code.len(), |(at, _)| at);
        (format!("{}{code}", self.lookup.cells), start, start + cursor)
    }
}

/// The analyzer's list.
fn matches(reply: &CompleteReply) -> Vec<Match> {
    let described = reply.metadata.get("_jupyter_types_experimental").and_then(Value::as_array);
    let text = |position: usize, name: &str| {
        described.and_then(|all| all.get(position)).and_then(|one| one[name].as_str()).unwrap_or_default().to_owned()
    };
    let one = |(position, text_of): (usize, &String)| Match {
        text: text_of.clone(),
        kind: text(position, "type"),
        signature: text(position, "text"),
    };
    reply.matches.iter().enumerate().map(one).collect()
}

/// The reply with another list.
fn with(mut reply: CompleteReply, matches: &[Match]) -> CompleteReply {
    let (start, end) = (reply.cursor_start, reply.cursor_end);
    let described = matches.iter().map(
        |one| json!({ "text": one.text, "type": one.kind, "signature": one.signature, "start": start, "end": end }),
    );
    reply.metadata.insert("_jupyter_types_experimental".into(), described.collect());
    reply.matches = matches.iter().map(|one| one.text.clone()).collect();
    reply
}

/// The name in `name(…)`.
fn name_of(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or(text)
}
