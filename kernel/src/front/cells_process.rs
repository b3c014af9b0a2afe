//! The process that runs the cells, as the front sees it: a socket that the prelude's pump connects to (see
//! `prelude.rs.in`). What it writes comes in messages of a letter, a length and bytes.

use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::spawn_local;
use tokio::time::timeout;

use gradus_kernel::Failure;

/// How long the process may take to say that all it wrote has been sent.
const PATIENCE: Duration = Duration::from_secs(5);

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
    /// All that was written before [`CellsProcess::sync`] has come.
    Synced,
    /// A new process has started.
    Connected(u32),
    /// The process with this number has gone.
    Gone(u32),
}

/// The front's end of the socket.
pub struct CellsProcess {
    said: UnboundedReceiver<Said>,
    connections: UnboundedReceiver<OwnedWriteHalf>,
    writer: Option<OwnedWriteHalf>,
    /// The number of the process that is connected.
    id: u32,
}

impl CellsProcess {
    /// Listens at `path`. Each process that connects takes the place of the one before.
    pub fn listen(path: &Path) -> Result<Self, Failure> {
        let said = |error| format!("cannot listen at {}: {error}", path.display());
        let listener = UnixListener::bind(path).map_err(said)?;
        let (say, said) = unbounded_channel();
        let (connect, connections) = unbounded_channel();
        spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (reader, writer) = UnixStream::into_split(stream);
                spawn_local(read_all(reader, writer, say.clone(), connect.clone()));
            }
        });
        Ok(Self { said, connections, writer: None, id: 0 })
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

    /// Everything that the process wrote up to now and that has not been read yet.
    pub async fn sync(&mut self) -> Vec<Said> {
        let mut all = Vec::new();
        if !self.tell(b'?', b"").await {
            return all;
        }
        let reading = async {
            loop {
                match self.next().await {
                    Said::Synced => return,
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
    mut reader: OwnedReadHalf,
    writer: OwnedWriteHalf,
    say: UnboundedSender<Said>,
    connect: UnboundedSender<OwnedWriteHalf>,
) {
    let Ok(id) = reader.read_u32_le().await else { return };
    let _ = connect.send(writer);
    let _ = say.send(Said::Connected(id));
    while let Ok(said) = read(&mut reader).await {
        if let Some(said) = said {
            let _ = say.send(said);
        }
    }
    let _ = say.send(Said::Gone(id));
}

async fn read(reader: &mut OwnedReadHalf) -> std::io::Result<Option<Said>> {
    let kind = reader.read_u8().await?;
    let length = reader.read_u32_le().await?;
    let mut bytes = vec![0; length as usize];
    reader.read_exact(&mut bytes).await?;
    let prompt = || String::from_utf8_lossy(&bytes).into_owned();
    Ok(match kind {
        b'o' => Some(Said::Out(bytes)),
        b'e' => Some(Said::Err(bytes)),
        b's' => Some(Said::Started),
        b'r' => Some(Said::Ran),
        b'p' => Some(Said::Panicked),
        b'f' => Some(Said::LeftByError),
        b'i' => Some(Said::WantsInput { prompt: prompt(), password: false }),
        b'w' => Some(Said::WantsInput { prompt: prompt(), password: true }),
        b'!' => Some(Said::Synced),
        _ => None,
    })
}
