//! Reports why a cell failed, and restarts what has ended.

use super::Front;
use super::cell::Attempt;
use super::output::Message;
use super::show::Failed;

impl Front {
    /// Determines whether and how the cell failed. Afterwards the next cell can run.
    pub async fn verdict(&mut self, attempt: Attempt, count: usize) -> Option<Failed> {
        let interrupted = self.engine.interrupt.was_asked();
        if let Some(why) = attempt.ended {
            return Some(self.evcxr_ended(&why).await);
        }
        if attempt.lost {
            return self.process_ended(&attempt.errors, interrupted, count).await;
        }
        if attempt.failed.is_some() {
            return attempt.failed;
        }
        if interrupted && !attempt.errors.is_empty() {
            return Some(Failed::new("interrupted", "the cell was still being compiled and did not run"));
        }
        joined(attempt.errors, count)
    }

    /// Replaces evcxr, which has ended with all definitions.
    pub async fn evcxr_ended(&mut self, why: &str) -> Failed {
        self.defining.clear();
        let now = match self.engine.restart().await {
            Ok(()) => "A new one has been started: run all cells again, starting with the first.".to_owned(),
            Err(failure) => format!("A new one could not be started: {failure}"),
        };
        let text = format!(
            "evcxr, which compiles and runs the cells, has ended ({why}).\nAll variables and definitions are lost. {now}"
        );
        Failed::new("the kernel ended", &text)
    }

    /// Replaces the process that ran the cells, which has ended with all variables.
    async fn process_ended(&mut self, errors: &[Failed], interrupted: bool, count: usize) -> Option<Failed> {
        let again = self.cells_to_run_again(count);
        self.defining.clear();
        let revived = self.engine.revive().await;
        let Some(error) = errors.first() else {
            // evcxr was asked for a new process, by `:clear`.
            return revived.err().map(|failure| Failed::new("error", &failure));
        };
        let status = error.value.lines().find_map(|line| line.split_once("Subprocess terminated with status: "));
        let (name, first) = if interrupted {
            ("interrupted", "this cell did not stop when asked, so the process that ran it was ended.".to_owned())
        } else {
            ("the process ended", died(status.map_or("cause unknown", |(_, status)| status)))
        };
        let mut text = format!(
            "{first}\nAll variables are lost; `use` lines, functions and types are still there. Cells to run again: {again}."
        );
        if let Err(failure) = revived {
            text.push_str(&format!("\nIt could not be started again: {failure}"));
        }
        Some(Failed::new(name, &text))
    }

    /// The cells that defined variables, for a user who has lost them.
    fn cells_to_run_again(&self, current: usize) -> String {
        let mut counts = self.defining.clone();
        counts.dedup();
        counts.retain(|count| *count != current);
        if counts.is_empty() {
            return "no other cell defined variables".into();
        }
        counts.iter().map(|count| format!("[{count}]")).collect::<Vec<_>>().join(", ")
    }

    /// A panic's message, with its line in the cell if that is known.
    pub fn panic(&self, message: &Message, code: &str) -> Failed {
        let mut failed = Failed::new("panic", &message.text);
        if let Some(place) = self.place_of(message, code) {
            failed.traceback.push(format!("  {place}"));
        }
        failed
    }

    fn place_of(&self, message: &Message, code: &str) -> Option<String> {
        let mut parts = message.place.rsplitn(3, ':');
        let (_, line, file) = (parts.next()?, parts.next()?.parse::<usize>().ok()?, parts.next()?);
        if !file.ends_with("src/lib.rs") || std::path::Path::new(file).is_absolute() {
            return Some(format!("in {}", message.place));
        }
        // The compiler's line refers to the source that evcxr generated from the cell.
        let source = std::fs::read_to_string(self.engine.work.folder().join("src/lib.rs")).ok()?;
        let text = source.lines().nth(line.checked_sub(1)?)?.trim();
        let is_it = |line: &str| !line.is_empty() && !text.is_empty() && (line.contains(text) || text.contains(line));
        let found: Vec<(usize, &str)> =
            code.lines().map(str::trim).enumerate().filter(|(_, line)| is_it(line)).collect();
        match found[..] {
            [(number, line)] => Some(format!("in line {}: {line}", number + 1)),
            _ => None,
        }
    }
}

/// Describes how the process that ran the cells ended.
fn died(status: &str) -> String {
    let guess = if status.contains("SIGKILL") { " It may have run out of memory." } else { "" };
    format!("the process that ran the cells has ended ({status}).{guess}")
}

/// Joins the compiler's messages into one.
fn joined(errors: Vec<Failed>, count: usize) -> Option<Failed> {
    let mut errors = errors.into_iter();
    let mut all = errors.next()?;
    for error in errors {
        all.traceback.push(String::new());
        all.traceback.extend(error.traceback);
    }
    all.name = "error".into();
    for line in &mut all.traceback {
        // evcxr has its own cell numbers.
        if let Some((before, rest)) = line.split_once("command_") {
            *line = format!("{before}cell [{count}]{}", rest.trim_start_matches(|digit: char| digit.is_ascii_digit()));
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compilers_messages_are_joined_under_the_cells_number() {
        let error = |value: &str, line: &str| Failed {
            name: "Error".into(),
            value: value.into(),
            traceback: vec![line.into()],
        };
        let all = joined(vec![error("no a", "[ command_12:1:1 ]"), error("no b", "in command_12:2:1")], 7).unwrap();
        assert_eq!((all.name.as_str(), all.value.as_str()), ("error", "no a"));
        assert_eq!(all.traceback, ["[ cell [7]:1:1 ]", "", "in cell [7]:2:1"]);
        assert_eq!(joined(Vec::new(), 1), None);
    }

    #[test]
    fn a_killed_process_may_have_run_out_of_memory() {
        assert!(died("signal: 9 (SIGKILL)").contains("memory"));
        assert!(!died("exit status: 3").contains("memory"));
    }
}
