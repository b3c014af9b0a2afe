//! The process that runs the cells, as the front sees it: a socket that the prelude's pump connects to (see
//! `prelude.rs.in`). What it writes comes in messages of a letter, a length and bytes.

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

/// How long the process may take to say that all it wrote has been sent.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many messages may wait: a cell that writes faster than Jupyter reads is slowed down.
const AHEAD: usize = 64;

/// What comes from the process.
#[derive(Debug, PartialEq)]
pub enum Said {
    Out(Vec<u8>),
    Err(Vec<u8>),
    /// Compiled code begins to run.
    Started,
    /// It has come to its end.
    Ran,
    Panicked,
    LeftByError,
    /// A cell reads standard input.
    WantsInput {
        prompt: String,
        password: bool,
    },
    /// All that was written before the [`CellsProcess::sync`] of this number has come.
    Synced(u32),
    /// A new process has started.
    Connected(u32),
    /// The process of this number has gone.
    Gone(u32),
}

/// The front's end of the socket.
pub struct CellsProcess {
    said: Receiver<Said>,
    connections: UnboundedReceiver<OwnedWriteHalf>,
    writer: Option<OwnedWriteHalf>,
    /// The number of the process that is connected.
    id: u32,
    syncs: u32,
}

impl CellsProcess {
    /// Listens at `path`. Each process that connects takes the place of the one before.
    pub fn listen(path: &Path) -> Result<Self, Failure> {
        let said = |error| format!("cannot listen at {}: {error}", path.display());
        let listener = UnixListener::bind(path).map_err(said)?;
        let (say, said) = channel(AHEAD);
        let (connect, connections) = unbounded_channel();
        spawn_local(async move {
            let mut number = 0;
            while let Ok((stream, _)) = listener.accept().await {
                number += 1;
                let (reader, writer) = UnixStream::into_split(stream);
                spawn_local(read_all(number, reader, writer, say.clone(), connect.clone()));
            }
        });
        Ok(Self { said, connections, writer: None, id: 0, syncs: 0 })
    }

    /// The next message.
    pub async fn next(&mut self) -> Said {
        loop {
            match self.said.recv().await {
                Some(Said::Connected(id)) => {
                    (self.id, self.writer) = (id, self.connections.recv().await);
                    return Said::Connected(id);
                }
                // Another has taken its place.
                Some(Said::Gone(id)) if id != self.id => {}
                Some(Said::Gone(id)) => {
                    self.writer = None;
                    return Said::Gone(id);
                }
                Some(said) => return said,
                // The listener lives as long as the front.
                None => std::future::pending().await,
            }
        }
    }

    /// Whether there is a process.
    pub fn is_connected(&self) -> bool {
        self.writer.is_some()
    }

    /// Waits until a process has connected; says whether one has.
    pub async fn connected(&mut self, patience: Duration) -> bool {
        let waiting = async {
            while !self.is_connected() {
                self.next().await;
            }
        };
        timeout(patience, waiting).await.is_ok()
    }

    /// Forgets the process: another will connect.
    pub fn forget(&mut self) {
        (self.writer, self.id) = (None, 0);
    }

    /// Everything that the process wrote up to now and that has not been read yet.
    pub async fn sync(&mut self) -> Vec<Said> {
        let mut all = Vec::new();
        if !self.is_connected() {
            return all;
        }
        self.syncs += 1;
        let number = self.syncs;
        // Where nobody hears it any more, what was written before is still to be read, up to the end.
        self.tell(b'?', &number.to_le_bytes()).await;
        let reading = async {
            loop {
                match self.next().await {
                    Said::Synced(of) if of == number => return,
                    Said::Synced(_) => {}
                    Said::Gone(id) => {
                        all.push(Said::Gone(id));
                        return;
                    }
                    said => all.push(said),
                }
            }
        };
        let _ = timeout(PATIENCE, reading).await;
        all
    }

    /// A line that the reader typed, for the cell that waits for it.
    pub async fn input(&mut self, line: &str) {
        self.tell(b'i', line.as_bytes()).await;
    }

    /// Nobody will type anything.
    pub async fn end_of_input(&mut self) {
        self.tell(b'x', b"").await;
    }

    /// Cells run in this folder from now on.
    pub async fn set_folder(&mut self, folder: &Path) {
        self.tell(b'd', folder.as_os_str().as_encoded_bytes()).await;
    }

    async fn tell(&mut self, kind: u8, text: &[u8]) -> bool {
        let Some(writer) = &mut self.writer else { return false };
        let length = u32::try_from(text.len()).unwrap_or(0).to_le_bytes();
        writer.write_all(&[&[kind], length.as_slice(), text].concat()).await.is_ok()
    }
}

async fn read_all(
    number: u32,
    mut reader: OwnedReadHalf,
    writer: OwnedWriteHalf,
    say: Sender<Said>,
    connect: UnboundedSender<OwnedWriteHalf>,
) {
    let Ok(pipes) = pipes(&mut reader).await else { return };
    let _ = connect.send(writer);
    let _ = say.send(Said::Connected(number)).await;
    while let Ok(said) = read(&mut reader).await {
        if let Some(said) = said {
            let _ = say.send(said).await;
        }
    }
    // It may have ended between writing something and passing it on.
    let [out, err] = pipes.map(rest);
    for said in [Said::Out(out), Said::Err(err)] {
        let _ = say.send(said).await;
    }
    let _ = say.send(Said::Gone(number)).await;
}

/// The pipes in which the process finds what its cells write, as Linux shows them to others.
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

/// What is left in a pipe.
fn rest(pipe: Option<File>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        // An end, or nothing more at the moment: both are the end.
        let _ = pipe.read_to_end(&mut bytes);
    }
    bytes
}

async fn read(reader: &mut OwnedReadHalf) -> std::io::Result<Option<Said>> {
    let kind = reader.read_u8().await?;
    let length = reader.read_u32_le().await?;
    let mut bytes = vec![0; length as usize];
    reader.read_exact(&mut bytes).await?;
    Ok(match kind {
        b'o' => Some(Said::Out(bytes)),
        b'e' => Some(Said::Err(bytes)),
        b's' => Some(Said::Started),
        b'r' => Some(Said::Ran),
        b'p' => Some(Said::Panicked),
        b'f' => Some(Said::LeftByError),
        b'i' => Some(Said::WantsInput { prompt: lossy(&bytes), password: false }),
        b'w' => Some(Said::WantsInput { prompt: lossy(&bytes), password: true }),
        b'!' => bytes.try_into().ok().map(|number| Said::Synced(u32::from_le_bytes(number))),
        _ => None,
    })
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
