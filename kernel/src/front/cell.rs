//! The life of a cell: it is completed, compiled and run by evcxr, shown as it runs, and answered as Jupyter's protocol
//! requires.

use jupyter_protocol::{
    ExecuteInput, ExecuteReply, ExecuteRequest, ExecutionCount, InputRequest, JupyterMessage, JupyterMessageContent,
    ReplyError, ReplyStatus,
};
use std::collections::HashMap;

use gradus_kernel::warm;

use super::cells_process::CellMessage;
use super::evcxr::{Event, is_child_of, is_idle};
use super::interrupt::Step;
use super::jupyter::Stop;
use super::show::{Failed, Show};
use super::{Front, commands, end_group, hidden_types};

/// The outcome of passing code to evcxr.
#[derive(Default)]
pub struct Attempt {
    /// evcxr's error messages: the compiler's, or its own.
    pub errors: Vec<Failed>,
    pub failed: Option<Failed>,
    /// The process that ran the cell has ended, and all variables are lost.
    pub lost: bool,
    /// `evcxr_jupyter` itself has ended.
    pub ended: Option<String>,
}

impl Front {
    /// Runs a cell and replies. Returns whether the cells queued behind it must not run, because it failed or was
    /// interrupted.
    pub async fn run_cell(&mut self, request: JupyterMessage, execute: &ExecuteRequest) -> bool {
        if !execute.silent && execute.store_history {
            self.count += 1;
        }
        let count = self.count;
        if !execute.silent {
            let input = ExecuteInput { code: execute.code.clone(), execution_count: ExecutionCount::new(count) };
            self.jupyter.out.publish(input, Some(&request));
        }
        // Interrupts and input from before this cell do not apply to it.
        while self.jupyter.interrupts.try_recv().is_ok() {}
        while self.jupyter.answers.try_recv().is_ok() {}
        self.engine.interrupt.begin();
        let mut show = Show::new(self.jupyter.out.clone(), request, count, execute.silent);
        let library = warm::dependency(self.engine.project.root());
        let code = commands::complete(&execute.code, &library, &self.engine.folder);
        if code.contains(":dep") {
            self.engine.work.restore_lock();
        }
        let mut attempt = self.attempt(&code, execute, &mut show).await;
        if let Some(typed) = self.with_hidden_types(&code, &attempt).await {
            attempt = self.attempt(&typed, execute, &mut show).await;
        }
        let failed = self.verdict(attempt, count).await;
        if failed.is_none() {
            self.lookup.ran(&execute.code);
            if execute.code.lines().any(|line| line.trim_start().starts_with("let ")) {
                self.defining.push(count);
            }
        }
        show.finish(failed.as_ref());
        self.reply(&show, failed.as_ref(), count);
        self.last = Some(show);
        !execute.silent && (failed.is_some() && execute.stop_on_error || self.engine.interrupt.was_asked())
    }

    /// Passes code to evcxr, and shows its output until all of it has arrived.
    async fn attempt(&mut self, code: &str, execute: &ExecuteRequest, show: &mut Show) -> Attempt {
        let mut attempt = Attempt::default();
        let id = match self.engine.evcxr.execute(code).await {
            Ok(id) => id,
            Err(why) => return Attempt { ended: Some(why), ..attempt },
        };
        let (mut replied, mut idle, mut running, mut asked) = (false, false, false, false);
        while !(replied && idle) {
            tokio::select! {
                biased;
                Some(Stop) = self.jupyter.interrupts.recv() => {
                    let step = self.engine.interrupt.ask(running);
                    self.take_step(step).await;
                }
                () = self.engine.interrupt.wait() => {
                    let step = self.engine.interrupt.next_step(running);
                    self.take_step(step).await;
                }
                message = self.engine.cells.next() => {
                    match &message {
                        CellMessage::Started => {
                            running = true;
                            self.engine.interrupt.started();
                        }
                        CellMessage::Ran => {
                            running = false;
                            self.engine.interrupt.ran();
                        }
                        CellMessage::WantsInput { prompt, password } => {
                            asked = execute.allow_stdin;
                            self.ask_for_input(prompt, *password, execute, show).await;
                        }
                        _ => {}
                    }
                    self.handle(message, code, show, &mut attempt);
                }
                event = self.engine.evcxr.next() => match event {
                    Event::Shell(message) if is_child_of(&message, &id) => replied = true,
                    Event::Iopub(message) if is_child_of(&message, &id) => {
                        idle |= is_idle(&message);
                        match message.content {
                            JupyterMessageContent::ErrorOutput(error) => attempt.errors.push(Failed {
                                name: error.ename,
                                value: error.evalue,
                                traceback: error.traceback,
                            }),
                            JupyterMessageContent::ExecuteResult(result) => show.result(&result.data),
                            _ => {}
                        }
                    }
                    Event::Ended(why) => return Attempt { ended: Some(why), ..attempt },
                    Event::Shell(_) | Event::Iopub(_) => {}
                },
                Some(answer) = self.jupyter.answers.recv(), if asked => {
                    if let JupyterMessageContent::InputReply(answer) = answer.content {
                        asked = false;
                        self.engine.cells.input(&format!("{}\n", answer.value)).await;
                    }
                }
                Some(request) = self.jupyter.requests.recv() => self.receive(request, Some(show.request())),
                () = show.due() => show.flush(),
            }
        }
        // All that the cell wrote is at least on its way: it was written before evcxr noticed the end.
        for message in self.engine.cells.sync().await {
            self.handle(message, code, show, &mut attempt);
        }
        attempt
    }

    fn handle(&mut self, message: CellMessage, code: &str, show: &mut Show, attempt: &mut Attempt) {
        match message {
            CellMessage::Out(bytes) => show.wrote(&bytes),
            CellMessage::Err(bytes) => show.wrote_to_err(&bytes),
            CellMessage::Panicked => {
                attempt.failed = Some(match show.take_message("panic") {
                    Some(message) => self.panic(&message, code),
                    None => Failed::new("panic", "the cell panicked"),
                });
            }
            CellMessage::LeftByError => {
                let message = show.take_message("error");
                let text = message.map_or("the cell was left with an error".into(), |message| message.text);
                attempt.failed = Some(Failed::new("error", &text));
            }
            CellMessage::Gone(_) => attempt.lost = true,
            CellMessage::Started
            | CellMessage::Ran
            | CellMessage::WantsInput { .. }
            | CellMessage::Synced(_)
            | CellMessage::Connected(_) => {}
        }
    }

    /// Handles a cell that waits for a line of standard input: asks the user, if the client allows it.
    async fn ask_for_input(&mut self, prompt: &str, password: bool, execute: &ExecuteRequest, show: &mut Show) {
        if execute.allow_stdin {
            show.flush();
            self.jupyter.out.ask(InputRequest { prompt: prompt.to_owned(), password }, show.request());
        } else {
            show.note(
                "gradus: this cell reads standard input, but this client cannot ask for any: the input ends here\n",
            );
            self.engine.cells.end_of_input().await;
        }
    }

    async fn take_step(&mut self, step: Step) {
        match step {
            Step::Wait => {}
            Step::EndTheCompiler => {
                if let Some(group) = self.engine.interrupt.compiler() {
                    end_group(group);
                }
            }
            Step::EndTheProcess => self.engine.evcxr.end_cells_process().await,
        }
    }

    /// The cell with the types written out that evcxr could not determine, if nothing else was wrong.
    async fn with_hidden_types(&mut self, code: &str, attempt: &Attempt) -> Option<String> {
        attempt.errors.iter().find(|error| hidden_types::is_refusal(&error.value))?;
        let problems = self.engine.evcxr.check(&hidden_types::questions(code)?).await.ok()?;
        hidden_types::answered(code, &problems)
    }

    fn reply(&self, show: &Show, failed: Option<&Failed>, count: usize) {
        let error = failed.map(|failed| {
            Box::new(ReplyError {
                ename: failed.name.clone(),
                evalue: failed.value.clone(),
                traceback: failed.traceback.clone(),
            })
        });
        let reply = ExecuteReply {
            status: if error.is_some() { ReplyStatus::Error } else { ReplyStatus::Ok },
            execution_count: ExecutionCount::new(count),
            user_expressions: Some(HashMap::new()),
            error,
            ..ExecuteReply::default()
        };
        self.jupyter.out.reply(reply, show.request());
    }
}
