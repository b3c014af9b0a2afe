//! The process that runs the cells, as the front sees it: a socket to which the prelude's pump connects (see
//! `prelude/`). Each message consists of a letter, a length and bytes.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};
use tokio::task::spawn_local;
use tokio::time::timeout;

use gradus_kernel::Failure;

/// How long the process may take to confirm that all its output has been sent.
const SYNC_TIMEOUT: Duration = Duration::from_secs(5);

/// How many messages may be queued. A cell that writes faster than Jupyter reads is slowed down.
const QUEUE: usize = 64;

/// A message from the process.
#[derive(Debug, PartialEq)]
pub enum CellMessage {
    Out(Vec<u8>),
    Err(Vec<u8>),
    /// Compiled code starts running.
    Started,
    /// The compiled code has finished.
    Ran,
    Panicked,
    LeftByError,
    /// A cell reads standard input.
    WantsInput {
        prompt: String,
        password: bool,
    },
    /// Everything written before the [`CellsProcess::sync`] with this number has arrived.
    Synced(u32),
    /// A new process has started.
    Connected(u32),
    /// The process with this number has ended.
    Gone(u32),
}

/// The front's end of the socket.
pub struct CellsProcess {
    messages: Receiver<CellMessage>,
    connections: UnboundedReceiver<OwnedWriteHalf>,
    writer: Option<OwnedWriteHalf>,
    /// The number of the connected process.
    id: u32,
    syncs: u32,
}

impl CellsProcess {
    /// Listens at `path`. Each process that connects replaces the previous one.
    pub fn listen(path: &Path) -> Result<Self, Failure> {
        let failure = |error| format!("cannot listen at {}: {error}", path.display());
        let listener = UnixListener::bind(path).map_err(failure)?;
        let (sender, messages) = channel(QUEUE);
        let (connect, connections) = unbounded_channel();
        spawn_local(async move {
            let mut number = 0;
            while let Ok((stream, _)) = listener.accept().await {
                number += 1;
                let (reader, writer) = UnixStream::into_split(stream);
                spawn_local(read_all(number, reader, writer, sender.clone(), connect.clone()));
            }
        });
        Ok(Self { messages, connections, writer: None, id: 0, syncs: 0 })
    }

    /// Waits for the next message.
    pub async fn next(&mut self) -> CellMessage {
        loop {
            match self.messages.recv().await {
                Some(CellMessage::Connected(id)) => {
                    (self.id, self.writer) = (id, self.connections.recv().await);
                    return CellMessage::Connected(id);
                }
                // Another process has replaced it.
                Some(CellMessage::Gone(id)) if id != self.id => {}
                Some(CellMessage::Gone(id)) => {
                    self.writer = None;
                    return CellMessage::Gone(id);
                }
                Some(message) => return message,
                // The listener lives as long as the front.
                None => std::future::pending().await,
            }
        }
    }

    /// Whether a process is connected.
    pub fn is_connected(&self) -> bool {
        self.writer.is_some()
    }

    /// Waits until a process has connected. Returns whether one has.
    pub async fn connected(&mut self, limit: Duration) -> bool {
        let waiting = async {
            while !self.is_connected() {
                self.next().await;
            }
        };
        timeout(limit, waiting).await.is_ok()
    }

    /// Drops the process, so that another can connect.
    pub fn forget(&mut self) {
        (self.writer, self.id) = (None, 0);
    }

    /// Returns everything that the process has written and that has not been read yet.
    pub async fn sync(&mut self) -> Vec<CellMessage> {
        let mut all = Vec::new();
        if !self.is_connected() {
            return all;
        }
        self.syncs += 1;
        let number = self.syncs;
        // If it no longer receives anything, read what it wrote before, up to the end.
        self.send(b'?', &number.to_le_bytes()).await;
        let reading = async {
            loop {
                match self.next().await {
                    CellMessage::Synced(of) if of == number => return,
                    CellMessage::Synced(_) => {}
                    CellMessage::Gone(id) => {
                        all.push(CellMessage::Gone(id));
                        return;
                    }
                    message => all.push(message),
                }
            }
        };
        let _ = timeout(SYNC_TIMEOUT, reading).await;
        all
    }

    /// Sends a line typed by the user to the cell that waits for it.
    pub async fn input(&mut self, line: &str) {
        self.send(b'i', line.as_bytes()).await;
    }

    /// Reports that no more input will come.
    pub async fn end_of_input(&mut self) {
        self.send(b'x', b"").await;
    }

    /// Sets the folder in which cells run from now on.
    pub async fn set_folder(&mut self, folder: &Path) {
        self.send(b'd', folder.as_os_str().as_encoded_bytes()).await;
    }

    async fn send(&mut self, kind: u8, text: &[u8]) -> bool {
        let Some(writer) = &mut self.writer else { return false };
        let length = u32::try_from(text.len()).unwrap_or(0).to_le_bytes();
        writer.write_all(&[&[kind], length.as_slice(), text].concat()).await.is_ok()
    }
}

async fn read_all(
    number: u32,
    mut reader: OwnedReadHalf,
    writer: OwnedWriteHalf,
    sender: Sender<CellMessage>,
    connect: UnboundedSender<OwnedWriteHalf>,
) {
    let Ok(pipes) = pipes(&mut reader).await else { return };
    let _ = connect.send(writer);
    let _ = sender.send(CellMessage::Connected(number)).await;
    while let Ok(message) = read(&mut reader).await {
        if let Some(message) = message {
            let _ = sender.send(message).await;
        }
    }
    // It may have ended after writing something and before passing it on.
    let [out, err] = pipes.map(rest);
    for message in [CellMessage::Out(out), CellMessage::Err(err)] {
        let _ = sender.send(message).await;
    }
    let _ = sender.send(CellMessage::Gone(number)).await;
}

/// The pipes into which the process's cells write, as Linux exposes them to other processes.
async fn pipes(reader: &mut OwnedReadHalf) -> std::io::Result<[Option<File>; 2]> {
    let process = reader.read_u32_le().await?;
    let mut pipes = [None, None];
    for pipe in &mut pipes {
        let descriptor = reader.read_u32_le().await?;
        let wait = rustix::fs::OFlags::NONBLOCK.bits();
        let path = format!("/proc/{process}/fd/{descriptor}");
        *pipe = File::options().read(true).custom_flags(wait.cast_signed()).open(path).ok();
    }
    Ok(pipes)
}

/// Reads what is left in a pipe.
fn rest(pipe: Option<File>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        // The end of the file, or nothing more at the moment: stop in both cases.
        let _ = pipe.read_to_end(&mut bytes);
    }
    bytes
}

async fn read(reader: &mut OwnedReadHalf) -> std::io::Result<Option<CellMessage>> {
    let kind = reader.read_u8().await?;
    let length = reader.read_u32_le().await?;
    let mut bytes = vec![0; length as usize];
    reader.read_exact(&mut bytes).await?;
    Ok(match kind {
        b'o' => Some(CellMessage::Out(bytes)),
        b'e' => Some(CellMessage::Err(bytes)),
        b's' => Some(CellMessage::Started),
        b'r' => Some(CellMessage::Ran),
        b'p' => Some(CellMessage::Panicked),
        b'f' => Some(CellMessage::LeftByError),
        b'i' => Some(CellMessage::WantsInput { prompt: lossy(&bytes), password: false }),
        b'w' => Some(CellMessage::WantsInput { prompt: lossy(&bytes), password: true }),
        b'!' => bytes.try_into().ok().map(|number| CellMessage::Synced(u32::from_le_bytes(number))),
        _ => None,
    })
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
