//! `Bar`: progress that is shown below a cell and moves in place.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::front;
use crate::html::{NO_MATH, escape};
use crate::interrupt::interrupted;

/// What takes less than this needs no bar.
const SILENT: Duration = Duration::from_millis(500);
/// It moves at most once in this time.
const PACE: Duration = Duration::from_millis(100);

const MOVING: &str = "#0072B2";
const DONE: &str = "#009E73";
const INTERRUPTED: &str = "#D55E00";
/// Where the loop was left by an error, a panic, a `break`.
const LEFT: &str = "#888888";

/// What the notebook shows of one loop. Where the loop goes, it stays as it was last, and is marked as ended.
#[derive(Debug, Default)]
pub(super) struct Bar {
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    id: String,
    at: Duration,
    share: f64,
    /// Without what is expected of the rest.
    text: String,
    moving: bool,
}

/// A copy of a loop's progress has a bar of its own.
impl Clone for Bar {
    fn clone(&self) -> Self {
        Bar::default()
    }
}

impl Bar {
    /// Whether it is to be shown after so much time; at the `last` step it is wherever it was shown before.
    pub fn is_due(&self, elapsed: Duration, last: bool) -> bool {
        match &self.shown {
            None => elapsed >= SILENT,
            Some(shown) => last || elapsed >= shown.at + PACE,
        }
    }

    /// Whether it is shown, and not yet as ended.
    pub fn is_moving(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.moving)
    }

    /// Shows how far the loop is: the part that is done, and the line that says so, apart from what it expects of the
    /// rest.
    pub fn show(&mut self, out: &mut impl Write, at: Duration, share: f64, (text, rest): (String, String), last: bool) {
        static NUMBER: AtomicUsize = AtomicUsize::new(1);
        let update = self.shown.is_some();
        let id = match self.shown.take() {
            Some(shown) => shown.id,
            None => format!("gradus-progress-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed)),
        };
        let shown = self.shown.insert(Shown { id, at, share, text, moving: !last });
        if last { shown.end(out, update, DONE) } else { shown.write(out, update, &rest, MOVING) }
    }

    /// The loop goes: marks the bar as left where it is not yet at its end.
    fn leave(&mut self, out: &mut impl Write) {
        if let Some(shown) = self.shown.as_mut().filter(|shown| shown.moving) {
            shown.moving = false;
            shown.end(out, true, LEFT);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.is_moving() {
            self.leave(&mut std::io::stdout().lock());
        }
    }
}

impl Shown {
    fn end(&self, out: &mut impl Write, update: bool, color: &str) {
        match self.share < 1.0 && interrupted() {
            true => self.write(out, update, " · interrupted", INTERRUPTED),
            false => self.write(out, update, "", color),
        }
    }

    fn write(&self, out: &mut impl Write, update: bool, rest: &str, color: &str) {
        let text = format!("{}{rest}", self.text);
        let html = html(self.share, &text, color);
        // A closed standard output is no reason to stop a fit.
        let _ = front::display(out, &[("text/plain", &text), ("text/html", &html)], &self.id, update);
    }
}

/// A bar and the text beside it, at home on light and dark pages.
fn html(share: f64, text: &str, color: &str) -> String {
    let percent = (100.0 * share).round();
    // A detail may hold names of the reader's own, such as those of metrics.
    let text = escape(text);
    format!(
        "<div class=\"{NO_MATH}\" style=\"display:flex;flex-wrap:wrap;align-items:center;margin:4px 0\">\
         <div style=\"width:160px;height:8px;margin-right:10px;border-radius:4px;background-color:rgba(128,128,128,0.3)\">\
         <div style=\"width:{percent}%;height:8px;border-radius:4px;background-color:{color}\"></div></div>\
         <div style=\"font-variant-numeric:tabular-nums\">{text}</div></div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interrupt::scripted::interrupted_after;

    /// Text, HTML, id and whether it is an update, of each frame.
    fn displayed(out: &[u8]) -> Vec<(String, String, String, bool)> {
        let read = |(kind, payload): (String, String)| {
            assert_eq!(kind, "display");
            let value: serde_json::Value = serde_json::from_str(&payload).unwrap();
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_string();
            let data = &value["data"];
            (text(&data["text/plain"]), text(&data["text/html"]), text(&value["id"]), value["update"] == true)
        };
        front::frames(out).into_iter().map(read).collect()
    }

    fn text(done: usize) -> (String, String) {
        (format!("epoch {done}/10 · loss <a>"), " · ETA 9 s".into())
    }

    fn milliseconds(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[test]
    fn it_appears_late_moves_at_a_pace_and_stays_as_it_was_last() {
        let (mut bar, mut out) = (Bar::default(), vec![]);
        assert!(!bar.is_due(milliseconds(499), false) && !bar.is_due(milliseconds(499), true));
        assert!(bar.is_due(milliseconds(500), false));
        bar.show(&mut out, milliseconds(500), 0.2, text(2), false);
        assert!(!bar.is_due(milliseconds(599), false) && bar.is_due(milliseconds(600), false));
        // The last step is shown whenever it comes.
        assert!(bar.is_due(milliseconds(501), true));
        bar.show(&mut out, milliseconds(600), 0.4, text(4), false);
        bar.show(&mut out, milliseconds(601), 1.0, text(10), true);
        bar.leave(&mut out);
        let shown = displayed(&out);
        let texts: Vec<&str> = shown.iter().map(|(text, ..)| text.as_str()).collect();
        assert_eq!(
            texts,
            ["epoch 2/10 · loss <a> · ETA 9 s", "epoch 4/10 · loss <a> · ETA 9 s", "epoch 10/10 · loss <a>"]
        );
        assert_eq!(shown.iter().map(|(.., update)| *update).collect::<Vec<_>>(), [false, true, true]);
        assert!(shown.iter().all(|(_, _, id, _)| *id == shown[0].2 && id.starts_with("gradus-progress-")));
        assert!(shown[1].1.contains("width:40%") && shown[1].1.contains("loss &lt;a&gt; · ETA 9 s"));
        assert!(shown[2].1.contains("width:100%") && shown[2].1.contains(DONE));
    }

    #[test]
    fn each_bar_has_an_id_of_its_own() {
        let mut out = vec![];
        let mut bar = Bar::default();
        bar.show(&mut out, milliseconds(500), 0.5, text(5), true);
        bar.clone().show(&mut out, milliseconds(500), 0.5, text(5), true);
        let shown = displayed(&out);
        assert!(shown[0].2 != shown[1].2 && !shown[1].3);
    }

    #[test]
    fn a_loop_that_is_left_ends_its_bar_and_says_where_it_was_interrupted() {
        let (mut failed, mut broken, mut out) = (Bar::default(), Bar::default(), vec![]);
        failed.show(&mut out, milliseconds(500), 0.2, text(2), false);
        failed.leave(&mut out);
        broken.show(&mut out, milliseconds(500), 0.2, text(2), false);
        interrupted_after(0, || broken.leave(&mut out));
        assert!(!failed.is_moving() && !broken.is_moving());
        let shown = displayed(&out);
        assert_eq!((shown[1].0.as_str(), shown[1].3), ("epoch 2/10 · loss <a>", true));
        assert!(shown[1].1.contains(LEFT));
        assert_eq!((shown[3].0.as_str(), shown[3].3), ("epoch 2/10 · loss <a> · interrupted", true));
        assert!(shown[3].1.contains(INTERRUPTED) && shown[3].1.contains("width:20%"));
    }

    #[test]
    fn what_is_quick_shows_nothing() {
        let mut out = vec![];
        Bar::default().leave(&mut out);
        assert!(out.is_empty());
    }
}
