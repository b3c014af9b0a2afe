//! The front: the kernel as Jupyter sees it. It speaks Jupyter's protocol on one side and runs `evcxr_jupyter` as a
//! child on the other. It keeps cell output in order, reports failures as failures, aborts the cells queued behind
//! them, and restarts processes that have ended.
//!
//! `cell.rs` follows one cell. The other main files are `jupyter.rs`, the sockets to Jupyter; `evcxr.rs`, the child;
//! `cells_process.rs`, the process in which the child runs the cells, connected to the front by its own socket;
//! `output.rs` and `show.rs`, the handling of a cell's output.

mod cell;
mod cells_process;
mod commands;
mod engine;
mod evcxr;
mod hidden_types;
mod interrupt;
mod jupyter;
mod lookup;
mod output;
mod requests;
mod show;
mod sockets;
mod spare;
mod verdict;

use std::collections::VecDeque;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use jupyter_protocol::{ConnectionInfo, JupyterMessage, Status};
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};

use gradus_kernel::Failure;
use gradus_kernel::work::of_this_program;

use engine::Engine;
use jupyter::Jupyter;
use lookup::Lookup;
use show::Show;

pub use spare::spare;

/// How long the last replies may take to be sent.
const LAST_REPLIES: Duration = Duration::from_millis(100);

/// The front of one kernel.
pub struct Front {
    jupyter: Jupyter,
    engine: Engine,
    lookup: Lookup,
    /// Requests that wait for their turn.
    queue: VecDeque<JupyterMessage>,
    /// The number of the last cell.
    count: usize,
    /// The output of the last cell: its threads may still be running.
    last: Option<Show>,
    /// Cells that defined variables.
    defining: Vec<usize>,
    /// When a cell failed that stops those queued behind it: the date of its reply, and our clock.
    failed: Option<(JupyterMessage, Instant)>,
}

/// Serves Jupyter at the sockets of the connection file until Jupyter shuts the kernel down.
pub fn kernel(connection_file: &Path) -> Result<ExitCode, Failure> {
    if let Some(outcome) = spare::take(connection_file) {
        return Ok(outcome);
    }
    let parent = std::os::unix::process::parent_id();
    let connection = read(connection_file)?;
    let project = of_this_program()?;
    let folder = std::env::current_dir().map_err(|error| format!("the kernel has no folder to run in: {error}"))?;
    in_runtime(async move {
        let jupyter = Jupyter::open(&connection).await?;
        Front::serve_when(jupyter, Engine::start(project, folder), parent).await
    })
}

impl Front {
    /// Serves Jupyter with the engine once it has started; until then, only reports that the kernel exists.
    async fn serve_when(
        mut jupyter: Jupyter,
        starting: impl Future<Output = Result<Engine, Failure>>,
        parent: u32,
    ) -> Result<(), Failure> {
        jupyter.out.publish(Status::starting(), None);
        let mut queue = VecDeque::new();
        let Some(engine) = meanwhile(&mut jupyter, &mut queue, parent, starting).await else { return Ok(()) };
        let mut engine = engine?;
        while let Ok(request) = jupyter.requests.try_recv() {
            requests::receive(&jupyter.out, &mut queue, request, None);
        }
        if queue.is_empty() && !engine.is_warm {
            // If it fails, the first cell reports it.
            let warm = meanwhile(&mut jupyter, &mut queue, parent, engine.warm_up()).await;
            if warm.is_none() {
                return Ok(());
            }
        }
        let lookup = Lookup::new(&engine.project.kernels());
        let front = Self { jupyter, engine, lookup, queue, count: 0, last: None, defining: Vec::new(), failed: None };
        front.serve(parent).await
    }

    async fn serve(mut self, parent: u32) -> Result<(), Failure> {
        let shutdown = Rc::clone(&self.jupyter.shutdown);
        tokio::select! {
            () = self.answer_all() => {}
            () = shutdown.notified() => sleep(LAST_REPLIES).await,
            () = parent_gone(parent) => {}
        }
        Ok(())
    }
}

/// Waits for `work`, and meanwhile answers what can be answered without an engine. `None` if Jupyter shuts the kernel
/// down.
async fn meanwhile<T>(
    jupyter: &mut Jupyter,
    queue: &mut VecDeque<JupyterMessage>,
    parent: u32,
    work: impl Future<Output = T>,
) -> Option<T> {
    let shutdown = Rc::clone(&jupyter.shutdown);
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return Some(done),
            Some(request) = jupyter.requests.recv() => requests::receive(&jupyter.out, queue, request, None),
            () = shutdown.notified() => {
                sleep(LAST_REPLIES).await;
                return None;
            }
            () = parent_gone(parent) => return None,
        }
    }
}

/// Runs the front's tasks, all on this thread.
fn in_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start: {error}"))?;
    let outcome = LocalSet::new().block_on(&runtime, work);
    // A task that still reads a socket is no reason to stay.
    runtime.shutdown_background();
    outcome.map(|()| ExitCode::SUCCESS)
}

fn read(connection_file: &Path) -> Result<ConnectionInfo, Failure> {
    let failure = |error: &dyn std::fmt::Display| format!("cannot read {}: {error}", connection_file.display());
    let text = std::fs::read_to_string(connection_file).map_err(|error| failure(&error))?;
    serde_json::from_str(&text).map_err(|error| failure(&error))
}

/// Waits until the Jupyter server that started this kernel has ended without shutting it down.
async fn parent_gone(parent: u32) {
    while !is_gone(parent) {
        sleep(Duration::from_secs(2)).await;
    }
}

/// Whether the Jupyter server that started this process has ended.
fn is_gone(parent: u32) -> bool {
    // The variable is not set by a program that wants its kernels to outlive it.
    std::env::var_os("JPY_PARENT_PID").is_some() && std::os::unix::process::parent_id() != parent
}

/// Ends all processes of a group.
pub fn end_group(group: i32) {
    if let Some(group) = rustix::process::Pid::from_raw(group).filter(|_| group > 1) {
        // It may have ended already.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}
