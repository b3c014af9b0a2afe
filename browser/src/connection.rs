//! The DevTools protocol: JSON messages, each ended by a zero byte, over the browser's pipe.
//!
//! <https://chromedevtools.github.io/devtools-protocol/>

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::error::{Error, Result};

/// A longer message is none: the longest, a printed book, is far below.
const MOST_BYTES: u64 = 1 << 30;

/// The two directions of the pipe, each with its thread, so that a browser that hangs blocks nobody.
pub(crate) struct Connection {
    state: Mutex<State>,
}

struct State {
    outgoing: Sender<String>,
    incoming: Receiver<Value>,
    last: u64,
    sessions: HashMap<String, Session>,
}

/// What was heard of a page besides answers.
#[derive(Default)]
struct Session {
    errors: Vec<String>,
    /// Documents that are loaded, by their loader's name.
    loaded: Vec<String>,
    crashed: bool,
}

impl Connection {
    pub(crate) fn new(input: impl Write + Send + 'static, output: impl Read + Send + 'static) -> Self {
        let (outgoing, commands) = mpsc::channel::<String>();
        let (answers, incoming) = mpsc::channel::<Value>();
        thread::spawn(move || {
            let mut input = input;
            for command in commands {
                let sent = input.write_all(command.as_bytes()).and_then(|()| input.write_all(b"\0"));
                if sent.and_then(|()| input.flush()).is_err() {
                    return;
                }
            }
        });
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let mut message = Vec::new();
                let read = output.by_ref().take(MOST_BYTES).read_until(0, &mut message);
                if !matches!(read, Ok(1..)) || message.pop() != Some(0) {
                    return;
                }
                // What is no JSON is no answer; whoever waits for one learns it from the time limit.
                if let Ok(message) = serde_json::from_slice(&message)
                    && answers.send(message).is_err()
                {
                    return;
                }
            }
        });
        Connection { state: Mutex::new(State { outgoing, incoming, last: 0, sessions: HashMap::new() }) }
    }

    /// Sends a command to a page, or to the browser itself, and waits for its answer.
    pub(crate) fn call(
        &self,
        session: Option<&str>,
        command: &str,
        arguments: Value,
        limit: Duration,
    ) -> Result<Value> {
        let mut state = self.lock();
        state.last += 1;
        let id = state.last;
        let mut message = json!({"id": id, "method": command, "params": arguments});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let _ = state.outgoing.send(message.to_string());
        let until = Instant::now() + limit;
        loop {
            if session.and_then(|name| state.sessions.get(name)).is_some_and(|session| session.crashed) {
                return Err(Error::Ended("the browser's page crashed; it may have run out of memory".into()));
            }
            let Some(mut message) = state.receive(until)? else {
                return Err(Error::TimedOut { what: format!("the browser's answer to {command}"), limit });
            };
            // Answers to commands that were given up come late, and are passed over.
            if message["id"].as_u64() != Some(id) {
                continue;
            }
            if let Some(text) = message["error"]["message"].as_str() {
                return Err(Error::Refused { command: command.into(), message: text.into() });
            }
            return Ok(message["result"].take());
        }
    }

    /// Waits until the document of this loader is loaded.
    pub(crate) fn wait_loaded(&self, session: &str, loader: &str, limit: Duration) -> Result<()> {
        let until = Instant::now() + limit;
        let mut state = self.lock();
        loop {
            let seen = state.session(session);
            if seen.loaded.iter().any(|name| name == loader) {
                return Ok(());
            }
            if seen.crashed {
                return Err(Error::Ended("the browser's page crashed; it may have run out of memory".into()));
            }
            if state.receive(until)?.is_none() {
                return Err(Error::TimedOut { what: "the page's loading".into(), limit });
            }
        }
    }

    /// What the page complained about so far.
    pub(crate) fn errors(&self, session: &str) -> Vec<String> {
        let mut state = self.lock();
        while let Ok(Some(_)) = state.receive(Instant::now()) {}
        state.session(session).errors.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn session(&mut self, name: &str) -> &mut Session {
        self.sessions.entry(name.into()).or_default()
    }

    /// The next message, its news noted; none where the time is up.
    fn receive(&mut self, until: Instant) -> Result<Option<Value>> {
        match self.incoming.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(message) => {
                if let (Some(session), Some(event)) = (message["sessionId"].as_str(), message["method"].as_str()) {
                    self.session(session).note(event, &message["params"]);
                }
                Ok(Some(message))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                Err(Error::Ended("the browser ended: it crashed or was closed".into()))
            }
        }
    }
}

impl Session {
    fn note(&mut self, event: &str, news: &Value) {
        match event {
            "Inspector.targetCrashed" => self.crashed = true,
            "Page.lifecycleEvent" if news["name"] == "load" => {
                self.loaded.extend(news["loaderId"].as_str().map(str::to_string));
            }
            "Runtime.exceptionThrown" => self.errors.push(exception(&news["exceptionDetails"])),
            "Runtime.consoleAPICalled" if news["type"] == "error" => {
                let parts = news["args"].as_array().into_iter().flatten();
                let parts = parts.filter_map(|part| match &part["value"] {
                    Value::Null => part["description"].as_str().map(str::to_string),
                    Value::String(text) => Some(text.clone()),
                    other => Some(other.to_string()),
                });
                self.errors.push(parts.collect::<Vec<_>>().join(" "));
            }
            "Log.entryAdded" if news["entry"]["level"] == "error" => {
                let entry = &news["entry"];
                let (text, url) =
                    (entry["text"].as_str().unwrap_or_default(), entry["url"].as_str().unwrap_or_default());
                self.errors.push(format!("{text} {url}").trim().to_string());
            }
            _ => {}
        }
    }
}

/// An exception in words: its message with where it was thrown.
pub(crate) fn exception(details: &Value) -> String {
    let exception = &details["exception"];
    let words = [&exception["description"], &exception["value"], &details["text"]];
    let text = words.iter().find_map(|words| words.as_str()).map(str::to_string);
    text.unwrap_or_else(|| exception["value"].to_string())
}
