//! The front's connection to Jupyter: the five sockets of a kernel, each served by its own task, so that no cell can
//! delay a reply.

use std::rc::Rc;
use std::time::Duration;

use jupyter_protocol::{
    ConnectionInfo, HelpLink, InterruptReply, JupyterMessage, JupyterMessageContent, KernelInfoReply, LanguageInfo,
    ReplyStatus, ShutdownReply, Status,
};
use jupyter_zmq_client::{
    KernelIoPubConnection, RouterRecvConnection, RouterSendConnection, create_kernel_control_connection,
    create_kernel_heartbeat_connection, create_kernel_iopub_connection, create_kernel_shell_connection,
    create_kernel_stdin_connection,
};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::spawn_local;
use tokio::time::sleep;

use gradus_kernel::Failure;

use super::sockets::read_all;

/// How many times to try to open the sockets, ten times a second.
const ATTEMPTS: u32 = 20;

/// How many failures in a row mean that a socket is closed.
const FAILURES: usize = 1000;

/// A signal that the user wants the running cell to stop.
#[derive(Debug)]
pub struct Stop;

/// The channels to and from Jupyter.
pub struct Jupyter {
    /// Requests on the shell channel, in the order of arrival.
    pub requests: UnboundedReceiver<JupyterMessage>,
    pub interrupts: UnboundedReceiver<Stop>,
    /// Notified when Jupyter shuts the kernel down.
    pub shutdown: Rc<Notify>,
    /// The user's answers to `input_request`.
    pub answers: UnboundedReceiver<JupyterMessage>,
    pub out: Out,
}

/// A handle for sending messages to Jupyter.
#[derive(Clone)]
pub struct Out {
    iopub: UnboundedSender<JupyterMessage>,
    shell: UnboundedSender<JupyterMessage>,
    stdin: UnboundedSender<JupyterMessage>,
}

impl Out {
    /// Sends to all clients.
    pub fn publish(&self, content: impl Into<JupyterMessageContent>, parent: Option<&JupyterMessage>) {
        // A broadcast message has no addressee.
        let message = JupyterMessage::new(content, parent).with_zmq_identities(Vec::new());
        let _ = self.iopub.send(message);
    }

    /// Replies to the client that sent the request.
    pub fn reply(&self, content: impl Into<JupyterMessageContent>, request: &JupyterMessage) {
        let _ = self.shell.send(JupyterMessage::new(content, Some(request)));
    }

    /// Asks the client of `request` for a line of input.
    pub fn ask(&self, content: impl Into<JupyterMessageContent>, request: &JupyterMessage) {
        let _ = self.stdin.send(JupyterMessage::new(content, Some(request)));
    }
}

impl Jupyter {
    /// Opens the sockets of the connection file. A kernel that is being restarted may still hold them for a moment.
    pub async fn open(info: &ConnectionInfo) -> Result<Self, Failure> {
        let mut tries = 0;
        loop {
            match Self::try_open(info).await {
                Err(_) if tries < ATTEMPTS => {
                    tries += 1;
                    sleep(Duration::from_millis(100)).await;
                }
                opened => return opened,
            }
        }
    }

    async fn try_open(info: &ConnectionInfo) -> Result<Self, Failure> {
        let session = JupyterMessage::new(Status::starting(), None).header.session;
        let failure = |error| format!("cannot open the kernel's sockets: {error}");
        let (shell, requests_in) = create_kernel_shell_connection(info, &session).await.map_err(failure)?.split();
        let (control, control_in) = create_kernel_control_connection(info, &session).await.map_err(failure)?.split();
        let (stdin, answers_in) = create_kernel_stdin_connection(info, &session).await.map_err(failure)?.split();
        let iopub = create_kernel_iopub_connection(info, &session).await.map_err(failure)?;
        let mut heartbeat = create_kernel_heartbeat_connection(info).await.map_err(failure)?;
        // A client that disappears in the middle of a heartbeat is no reason to stop.
        spawn_local(async move {
            read_all(FAILURES, async || heartbeat.single_heartbeat().await, |()| true).await;
        });

        let (iopub_out, to_iopub) = unbounded_channel();
        spawn_local(publish_all(iopub, to_iopub));
        let out = Out { iopub: iopub_out, shell: sender(shell), stdin: sender(stdin) };
        let (interrupt, interrupts) = unbounded_channel();
        let shutdown = Rc::new(Notify::new());
        spawn_local(serve_control(receiver(control_in), sender(control), interrupt, Rc::clone(&shutdown), out.clone()));
        Ok(Self { requests: receiver(requests_in), interrupts, shutdown, answers: receiver(answers_in), out })
    }
}

async fn publish_all(mut iopub: KernelIoPubConnection, mut messages: UnboundedReceiver<JupyterMessage>) {
    while let Some(message) = messages.recv().await {
        if let Err(error) = iopub.send(message).await {
            eprintln!("gradus: cannot send a message: {error}");
        }
    }
}

fn sender(mut connection: RouterSendConnection) -> UnboundedSender<JupyterMessage> {
    let (send, mut messages) = unbounded_channel();
    spawn_local(async move {
        while let Some(message) = messages.recv().await {
            // A client that has gone gets no reply.
            let _ = connection.send(message).await;
        }
    });
    send
}

fn receiver(mut connection: RouterRecvConnection) -> UnboundedReceiver<JupyterMessage> {
    let (send, messages) = unbounded_channel();
    spawn_local(async move {
        let read = async || {
            let read = connection.read().await;
            if let Err(error) = &read {
                eprintln!("gradus: cannot read a message: {error}");
            }
            read
        };
        read_all(FAILURES, read, |message| send.send(message).is_ok()).await;
    });
    messages
}

/// Serves the control channel, which is answered at once whatever the kernel is doing.
async fn serve_control(
    mut requests: UnboundedReceiver<JupyterMessage>,
    replies: UnboundedSender<JupyterMessage>,
    interrupt: UnboundedSender<Stop>,
    shutdown: Rc<Notify>,
    out: Out,
) {
    while let Some(request) = requests.recv().await {
        let reply: JupyterMessageContent = match &request.content {
            JupyterMessageContent::KernelInfoRequest(_) => kernel_info().into(),
            JupyterMessageContent::InterruptRequest(_) => {
                let _ = interrupt.send(Stop);
                InterruptReply::new().into()
            }
            JupyterMessageContent::ShutdownRequest(asked) => {
                let reply = ShutdownReply { restart: asked.restart, status: ReplyStatus::Ok, error: None };
                out.publish(reply.clone(), Some(&request));
                shutdown.notify_one();
                reply.into()
            }
            _ => continue,
        };
        let _ = replies.send(JupyterMessage::new(reply, Some(&request)));
    }
}

/// The description of this kernel.
pub fn kernel_info() -> KernelInfoReply {
    let link = |text: &str, url: &str| HelpLink { text: text.into(), url: url.into() };
    KernelInfoReply {
        status: ReplyStatus::Ok,
        protocol_version: "5.3".into(),
        implementation: "gradus".into(),
        implementation_version: env!("CARGO_PKG_VERSION").into(),
        language_info: LanguageInfo {
            name: "rust".into(),
            version: "2024".into(),
            mimetype: Some("text/rust".into()),
            file_extension: Some(".rs".into()),
            pygments_lexer: Some("rust".into()),
            codemirror_mode: Some(jupyter_protocol::CodeMirrorMode::Simple("rust".into())),
            nbconvert_exporter: None,
        },
        banner: format!("Rust (gradus) {}, on evcxr", env!("CARGO_PKG_VERSION")),
        help_links: vec![
            link("The Rust standard library", "https://doc.rust-lang.org/stable/std/"),
            link("ndarray", "https://docs.rs/ndarray/"),
            link("polars", "https://docs.rs/polars/"),
        ],
        debugger: false,
        error: None,
    }
}
