//! `Arriving`: the bytes of an address as they come, which can be left at any time.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use crate::interrupt::Heeding;

/// Pieces that wait to be read at most; then the sender waits.
const WAITING: usize = 16;
const PIECE: usize = 1 << 16;
/// How often a reader that waits for the next piece asks whether to go on.
const PATIENCE: Duration = Duration::from_millis(20);

/// What a thread of its own fetches: a connection may be silent for a minute, in which the reader of the notebook must
/// not have to wait. Left behind, the thread ends with its connection.
pub(super) struct Arriving<'a> {
    pieces: Receiver<io::Result<Vec<u8>>>,
    piece: Vec<u8>,
    read: usize,
    heeding: &'a Heeding,
}

impl<'a> Arriving<'a> {
    /// Waits for the answer of this address.
    pub fn from(url: &str, heeding: &'a Heeding) -> io::Result<Self> {
        let (sender, pieces) = sync_channel(WAITING);
        let url = url.to_string();
        let fetching = thread::Builder::new().name("gradus-fetch".into()).spawn(move || fetch(&url, &sender));
        fetching?;
        let mut arriving = Arriving { pieces, piece: vec![], read: 0, heeding };
        // The first piece, an empty one, says that there is an answer.
        arriving.next()?;
        Ok(arriving)
    }

    /// Waits for the next piece; false at the end.
    fn next(&mut self) -> io::Result<bool> {
        loop {
            if self.heeding.requested() {
                return Err(io::Error::other("interrupted"));
            }
            match self.pieces.recv_timeout(PATIENCE) {
                Ok(piece) => {
                    (self.piece, self.read) = (piece?, 0);
                    return Ok(true);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
            }
        }
    }
}

impl Read for Arriving<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.piece.len() {
            if !self.next()? {
                return Ok(0);
            }
        }
        let count = (&self.piece[self.read..]).read(buffer)?;
        self.read += count;
        Ok(count)
    }
}

/// Sends what comes from an address, piece by piece, and last what went wrong; ends where nobody listens any more.
fn fetch(url: &str, sender: &SyncSender<io::Result<Vec<u8>>>) {
    let mut config = ureq::Agent::config_builder()
        .timeout_resolve(Some(Duration::from_secs(15)))
        .timeout_connect(Some(Duration::from_secs(15)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .timeout_per_read(Some(Duration::from_secs(60)));
    // The environment's proxy is for the outside; this machine is reached without it.
    if url.starts_with("http://127.0.0.1") {
        config = config.proxy(None);
    }
    let agent: ureq::Agent = config.build().into();
    let mut body = match agent.get(url).call() {
        Ok(response) => response.into_body().into_reader(),
        Err(error) => {
            let _ = sender.send(Err(io::Error::other(error)));
            return;
        }
    };
    let mut piece = vec![];
    while sender.send(Ok(piece)).is_ok() {
        let mut buffer = vec![0; PIECE];
        piece = match body.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => {
                buffer.truncate(count);
                buffer
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => vec![],
            Err(error) => {
                let _ = sender.send(Err(error));
                return;
            }
        };
    }
}
