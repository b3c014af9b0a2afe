//! The shell channel. Requests are answered one after another, in the order of arrival, except for
//! `kernel_info_request`.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use jupyter_protocol::{
    CommInfoReply, HistoryReply, IsCompleteReply, JupyterMessage, JupyterMessageContent, ReplyStatus, Status,
    StreamContent, UnknownMessage,
};
use serde_json::json;
use tokio::time::Instant;

use super::Front;
use super::cells_process::CellMessage;
use super::evcxr::Event;
use super::jupyter::{Out, kernel_info};
use super::show::Show;

/// How long after a failure cells may still arrive that were sent before it was known.
const LATE_ARRIVAL: Duration = Duration::from_millis(300);

/// Queues a request, or answers it at once if it need not wait. `running` is the request of the running cell.
pub fn receive(
    out: &Out,
    queue: &mut VecDeque<JupyterMessage>,
    request: JupyterMessage,
    running: Option<&JupyterMessage>,
) {
    if matches!(request.content, JupyterMessageContent::KernelInfoRequest(_)) {
        out.publish(Status::busy(), Some(&request));
        out.reply(kernel_info(), &request);
        out.publish(Status::idle(), Some(&request));
        // A client that has just connected learns that the kernel is busy.
        if let Some(running) = running {
            out.publish(Status::busy(), Some(running));
        }
    } else {
        queue.push_back(request);
    }
}

impl Front {
    /// Queues a request that came while a cell runs.
    pub fn receive(&mut self, request: JupyterMessage, running: Option<&JupyterMessage>) {
        receive(&self.jupyter.out, &mut self.queue, request, running);
    }

    /// Queues all requests that have arrived in the meantime.
    fn receive_all(&mut self) {
        while let Ok(request) = self.jupyter.requests.try_recv() {
            self.receive(request, None);
        }
    }

    /// Answers requests until Jupyter shuts the kernel down.
    pub async fn answer_all(&mut self) {
        loop {
            self.receive_all();
            if let Some(request) = self.queue.pop_front() {
                self.answer(request).await;
                continue;
            }
            tokio::select! {
                request = self.jupyter.requests.recv() => match request {
                    Some(request) => self.receive(request, None),
                    None => return,
                },
                // Nothing runs that could be interrupted.
                _ = self.jupyter.interrupts.recv() => {}
                message = self.engine.cells.next() => self.between_cells(message).await,
                event = self.engine.evcxr.next() => {
                    if let Event::Ended(why) = event {
                        self.report_evcxr_ended(&why).await;
                    }
                }
            }
        }
    }

    /// Answers one request.
    async fn answer(&mut self, request: JupyterMessage) {
        let out = self.jupyter.out.clone();
        out.publish(Status::busy(), Some(&request));
        let mut aborts = false;
        match request.content.clone() {
            JupyterMessageContent::ExecuteRequest(execute) => {
                if self.was_sent_behind_a_failure(&request) {
                    abort(&out, &request);
                } else {
                    aborts = self.run_cell(request.clone(), &execute).await;
                }
            }
            JupyterMessageContent::CompleteRequest(complete) => {
                out.reply(self.complete(&complete).await, &request);
            }
            JupyterMessageContent::InspectRequest(inspect) => {
                out.reply(self.inspect(&inspect).await, &request);
            }
            JupyterMessageContent::IsCompleteRequest(_) => out.reply(IsCompleteReply::unknown(), &request),
            JupyterMessageContent::HistoryRequest(_) => out.reply(HistoryReply::new(Vec::new()), &request),
            JupyterMessageContent::CommInfoRequest(_) => {
                let reply = CommInfoReply { status: ReplyStatus::Ok, comms: HashMap::new(), error: None };
                out.reply(reply, &request);
            }
            JupyterMessageContent::CommOpen(comm) => {
                // There are no comm targets here.
                let close = jupyter_protocol::CommClose { comm_id: comm.comm_id, data: Default::default() };
                out.publish(close, Some(&request));
            }
            _ => {}
        }
        if let Some(why) = self.engine.evcxr.ended.clone() {
            self.report_evcxr_ended(&why).await;
        }
        out.publish(Status::idle(), Some(&request));
        if aborts {
            self.abort_queue(&request);
        }
    }

    /// Aborts the queued cells.
    fn abort_queue(&mut self, failed: &JupyterMessage) {
        self.receive_all();
        let out = &self.jupyter.out;
        self.queue.retain(|request| {
            let is_cell = matches!(request.content, JupyterMessageContent::ExecuteRequest(_));
            if is_cell {
                out.publish(Status::busy(), Some(request));
                abort(out, request);
                out.publish(Status::idle(), Some(request));
            }
            !is_cell
        });
        // Dated now.
        self.failed = Some((JupyterMessage::new(Status::idle(), Some(failed)), Instant::now()));
    }

    fn was_sent_behind_a_failure(&self, request: &JupyterMessage) -> bool {
        self.failed.as_ref().is_some_and(|(failed, at)| {
            // Clocks of other machines may differ, so everything that arrives soon after the failure counts too.
            at.elapsed() < LATE_ARRIVAL && request.header.date < failed.header.date
        })
    }

    /// Attributes what the process does while no cell runs to the last cell.
    async fn between_cells(&mut self, message: CellMessage) {
        if let Some(show) = &mut self.last {
            show.wrote_later(&message);
        }
        if let CellMessage::Gone(_) = message {
            self.defining.clear();
            let now = match self.engine.revive().await {
                Ok(()) => "a new one has been started.".to_owned(),
                Err(failure) => format!("a new one could not be started: {failure}"),
            };
            let words = format!(
                "gradus: the process that ran the cells has ended, and all variables are lost; {now} Run the cells that \
                define variables again.\n"
            );
            self.jupyter.out.publish(StreamContent::stderr(&words), self.last.as_ref().map(Show::request));
        }
    }

    async fn report_evcxr_ended(&mut self, why: &str) {
        let failed = self.evcxr_ended(why).await;
        self.jupyter.out.publish(failed.output(), self.last.as_ref().map(Show::request));
    }
}

fn abort(out: &Out, request: &JupyterMessage) {
    // Without a number: the cell has not run.
    let content = json!({ "status": "aborted" });
    out.reply(UnknownMessage { msg_type: "execute_reply".into(), content }, request);
}
