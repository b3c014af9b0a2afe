//! `evcxr_jupyter` as the front's child: a kernel like any other, with its own connection file, whose only client is
//! the front.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use jupyter_protocol::connection_info::Transport;
use jupyter_protocol::{
    CommOpen, CompleteRequest, ConnectionInfo, ExecuteRequest, ExecutionState, InspectRequest, InterruptRequest,
    JupyterMessage, JupyterMessageContent, KernelInfoRequest, ReplyStatus,
};
use jupyter_zmq_client::{
    ClientControlConnection, DealerSendConnection, create_client_control_connection, create_client_iopub_connection,
    create_client_shell_connection_with_identity, peek_ports, peer_identity_for_session,
};
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::spawn_local;
use tokio::time::{sleep, timeout};

use gradus_kernel::Failure;
use gradus_kernel::project::Project;
use gradus_kernel::recorded;
use gradus_kernel::stamp::write_whole;
use gradus_kernel::work::{FRONT, INTERRUPT, Locks, Work, evcxr, group_in};

use super::sockets::read_all;

/// How long evcxr may take to open its sockets.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How long evcxr may stay silent after one of its threads has panicked.
const PANIC_TIMEOUT: Duration = Duration::from_secs(2);

/// How many failures in a row mean that a socket is closed.
const FAILURES: usize = 10;

/// An event from evcxr.
#[derive(Debug)]
pub enum Event {
    Shell(JupyterMessage),
    Iopub(JupyterMessage),
    /// The process has ended, or was ended because it stopped responding.
    Ended(String),
}

/// A running `evcxr_jupyter`.
pub struct Evcxr {
    events: UnboundedReceiver<Event>,
    shell: DealerSendConnection,
    control: ClientControlConnection,
    group: i32,
    compiling: PathBuf,
    /// Why it has ended, if it has.
    pub ended: Option<String>,
}

impl Evcxr {
    /// Starts the program, and waits until its sockets are open. It may still be loading at that point.
    pub async fn start(project: &Project, work: &Work, locks: &Locks) -> Result<Self, Failure> {
        let recorded = recorded::read(&project.kernels());
        let info = connection_info().await?;
        let file = work.folder().join("connection.json");
        let text = serde_json::to_string(&info).map_err(|error| error.to_string())?;
        write_whole(&file, text.as_bytes())?;

        let mut command = evcxr(&recorded)?;
        work.set_environment(project, &mut command, &recorded);
        command.env(FRONT, work.socket()).env(INTERRUPT, work.interrupt());
        command.arg("--control_file").arg(&file);
        let lock = locks.kernel.try_clone().map_err(|error| format!("cannot share the lock: {error}"))?;
        command.stdin(lock).stdout(Stdio::null()).stderr(Stdio::piped());
        // A process group of its own, so that everything it starts ends with it.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        end_with_this_process(&mut command);
        let mut child =
            Command::from(command).spawn().map_err(|error| format!("cannot start evcxr_jupyter: {error}"))?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).ok_or("evcxr_jupyter ended at once")?;
        write_whole(&work.group(), group.to_string().as_bytes())?;

        let session = JupyterMessage::new(KernelInfoRequest {}, None).header.session;
        let sockets = async {
            loop {
                match sockets(&info, &session).await {
                    Ok(sockets) => return sockets,
                    Err(_) => sleep(Duration::from_millis(20)).await,
                }
            }
        };
        let (send, events) = unbounded_channel();
        let (shell, control, mut iopub) = tokio::select! {
            sockets = timeout(START_TIMEOUT, sockets) => sockets.map_err(|_| "evcxr_jupyter did not open its sockets")?,
            status = child.wait() => return Err(format!("evcxr_jupyter ended while starting: {}", ending(status))),
        };
        let (shell, mut replies) = shell.split();
        let (to_shell, to_iopub) = (send.clone(), send.clone());
        spawn_local(async move {
            read_all(FAILURES, async || replies.read().await, |message| to_shell.send(Event::Shell(message)).is_ok())
                .await;
        });
        spawn_local(async move {
            read_all(FAILURES, async || iopub.read().await, |message| to_iopub.send(Event::Iopub(message)).is_ok())
                .await;
        });
        spawn_local(async move {
            let _ = send.send(Event::Ended(watch(&mut child, group).await));
        });
        Ok(Self { events, shell, control, group, compiling: work.compiling(), ended: None })
    }

    /// Waits for the next event.
    pub async fn next(&mut self) -> Event {
        match self.events.recv().await {
            Some(event) => {
                if let Event::Ended(why) = &event {
                    self.ended = Some(why.clone());
                }
                event
            }
            None => std::future::pending().await,
        }
    }

    /// Sends a request, and returns the id that its answers refer to.
    pub async fn send(&mut self, content: impl Into<JupyterMessageContent>) -> Result<String, Failure> {
        if let Some(why) = &self.ended {
            return Err(why.clone());
        }
        let message = JupyterMessage::new(content, None);
        let id = message.header.msg_id.clone();
        self.shell.send(message).await.map_err(|error| format!("cannot send to evcxr_jupyter: {error}"))?;
        Ok(id)
    }

    /// Sends code to be compiled and run.
    pub async fn execute(&mut self, code: &str) -> Result<String, Failure> {
        self.send(ExecuteRequest::new(code.to_owned())).await
    }

    /// Waits until it replies, that is, until the prelude and the library are loaded.
    pub async fn ready(&mut self) -> Result<(), Failure> {
        self.reply_to(KernelInfoRequest {}).await.map(|_| ())
    }

    /// Runs internal code and discards its output. Returns whether it succeeded.
    pub async fn run_silently(&mut self, code: &str) -> Result<bool, Failure> {
        let reply = self.reply_to(ExecuteRequest::new(code.to_owned())).await?;
        Ok(matches!(&reply.content, JupyterMessageContent::ExecuteReply(reply) if reply.status == ReplyStatus::Ok))
    }

    /// The completions at a position, from the rust-analyzer inside evcxr.
    pub async fn complete(&mut self, request: &CompleteRequest) -> Result<JupyterMessage, Failure> {
        self.reply_to(request.clone()).await
    }

    /// The help for a position, from the rust-analyzer inside evcxr.
    pub async fn inspect(&mut self, request: &InspectRequest) -> Result<JupyterMessage, Failure> {
        self.reply_to(request.clone()).await
    }

    /// What the compiler reports for a cell, without running it.
    pub async fn check(&mut self, code: &str) -> Result<Vec<Value>, Failure> {
        let data = Map::from_iter([("code".to_owned(), Value::from(code))]);
        let comm: CommOpen = serde_json::from_value(
            json!({ "comm_id": "gradus-check", "target_name": "evcxr-cargo-check", "data": data }),
        )
        .map_err(|error| error.to_string())?;
        self.send(comm).await?;
        loop {
            match self.next().await {
                Event::Iopub(message) => match message.content {
                    JupyterMessageContent::CommMsg(comm) => {
                        return Ok(comm.data.get("problems").and_then(Value::as_array).cloned().unwrap_or_default());
                    }
                    JupyterMessageContent::CommClose(_) => return Ok(Vec::new()),
                    _ => {}
                },
                Event::Shell(_) => {}
                Event::Ended(why) => return Err(why),
            }
        }
    }

    async fn reply_to(&mut self, request: impl Into<JupyterMessageContent>) -> Result<JupyterMessage, Failure> {
        let id = self.send(request).await?;
        loop {
            match self.next().await {
                Event::Shell(message) if is_child_of(&message, &id) => return Ok(message),
                Event::Ended(why) => return Err(why),
                Event::Shell(_) | Event::Iopub(_) => {}
            }
        }
    }

    /// Ends the process that runs the cells; evcxr starts another.
    pub async fn end_cells_process(&mut self) {
        let _ = self.control.send(JupyterMessage::new(InterruptRequest {}, None)).await;
    }
}

/// Ends everything that it started as well.
impl Drop for Evcxr {
    fn drop(&mut self) {
        super::end_group(self.group);
        // The compiler has a process group of its own.
        if let Some(group) = group_in(&self.compiling) {
            super::end_group(group);
            let _ = std::fs::remove_file(&self.compiling);
        }
    }
}

/// Whether the message answers the request with this id.
pub fn is_child_of(message: &JupyterMessage, id: &str) -> bool {
    message.parent_header.as_ref().is_some_and(|parent| parent.msg_id == id)
}

/// Whether the message says that a request is fully answered.
pub fn is_idle(message: &JupyterMessage) -> bool {
    matches!(&message.content, JupyterMessageContent::Status(status) if status.execution_state == ExecutionState::Idle)
}

async fn connection_info() -> Result<ConnectionInfo, Failure> {
    let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let ports = peek_ports(ip, 5).await.map_err(|error| format!("cannot find free ports: {error}"))?;
    let [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports[..] else {
        return Err("there are fewer than five free ports".into());
    };
    // A key of its own, so that nobody else on this machine can send it code.
    let key = JupyterMessage::new(KernelInfoRequest {}, None).header.msg_id;
    Ok(ConnectionInfo {
        ip: ip.to_string(),
        transport: Transport::TCP,
        shell_port,
        iopub_port,
        stdin_port,
        control_port,
        hb_port,
        key,
        signature_scheme: "hmac-sha256".into(),
        kernel_name: None,
    })
}

type Sockets =
    (jupyter_zmq_client::ClientShellConnection, ClientControlConnection, jupyter_zmq_client::ClientIoPubConnection);

async fn sockets(info: &ConnectionInfo, session: &str) -> jupyter_zmq_client::Result<Sockets> {
    let identity = peer_identity_for_session(session)?;
    Ok((
        create_client_shell_connection_with_identity(info, session, identity).await?,
        create_client_control_connection(info, session).await?,
        create_client_iopub_connection(info, "", session).await?,
    ))
}

/// Makes the child end with the front, even if the front is killed.
fn end_with_this_process(command: &mut std::process::Command) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        // SAFETY: between fork and exec this makes one system call and allocates nothing.
        unsafe {
            std::os::unix::process::CommandExt::pre_exec(command, || {
                set_parent_process_death_signal(Some(Signal::KILL)).map_err(Into::into)
            });
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = command;
}

/// Waits for the end of the process, and meanwhile passes on its standard error. A process that panicked and stopped
/// responding is ended.
async fn watch(child: &mut Child, group: i32) -> String {
    let lines = child.stderr.take().map(|pipe| BufReader::new(pipe).split(b'\n'));
    let Some(mut lines) = lines else { return ending(child.wait().await) };
    let mut panicked = None;
    loop {
        tokio::select! {
            line = lines.next_segment() => match line {
                Ok(Some(line)) => {
                    let line = String::from_utf8_lossy(&line).into_owned();
                    if line.contains("panicked at") {
                        panicked.get_or_insert_with(|| line.clone());
                    }
                    eprintln!("{line}");
                }
                _ => return ending(child.wait().await),
            },
            status = child.wait() => return ending(status),
            () = sleep(PANIC_TIMEOUT), if panicked.is_some() => {
                super::end_group(group);
                let _ = child.wait().await;
                return panicked.unwrap_or_default();
            }
        }
    }
}

fn ending(status: std::io::Result<std::process::ExitStatus>) -> String {
    status.map_or_else(|error| error.to_string(), |status| status.to_string())
}
