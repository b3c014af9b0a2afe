//! Figures as pictures: one browser for all of them, kept for a while.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use gradus_browser::figure::{Format, Painter};
use gradus_browser::{Error, Result};
use serde_json::Value;

use super::html::plotly_js;

/// How long one picture may take, the browser's start included: ten times what a slow machine needs.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);
/// A browser that nobody needed for so long is ended; it holds some hundred megabytes.
const IDLE: Duration = Duration::from_secs(60);

/// The one browser. At the process' end, however it comes, it ends by itself: its pipe closes.
static BROWSER: Mutex<Option<OpenBrowser>> = Mutex::new(None);

struct OpenBrowser {
    painter: Painter,
    used: Instant,
}

/// Paints plotly.js' description of a figure.
pub(crate) fn paint(figure: &Value, format: Format) -> Result<Vec<u8>> {
    let until = Instant::now() + LIMIT;
    let mut browser = lock();
    let had = browser.is_some();
    match attempt(&mut browser, figure, format, until) {
        // The browser of an earlier picture was killed meanwhile, by the user or for its memory.
        Err(Error::Ended(_)) if had => attempt(&mut browser, figure, format, until),
        result => result,
    }
}

fn attempt(browser: &mut Option<OpenBrowser>, figure: &Value, format: Format, until: Instant) -> Result<Vec<u8>> {
    let left = || until.saturating_duration_since(Instant::now());
    let open = match browser {
        Some(open) => open,
        None => {
            let painter = Painter::start(&plotly_js(), left())?;
            thread::spawn(end_when_idle);
            browser.insert(OpenBrowser { painter, used: Instant::now() })
        }
    };
    let painted = open.painter.paint(figure, format, left());
    open.used = Instant::now();
    if matches!(painted, Err(Error::Ended(_) | Error::TimedOut { .. })) {
        *browser = None;
    }
    painted
}

/// Ends the browser when it was idle for long enough, and then itself.
fn end_when_idle() {
    loop {
        thread::sleep(IDLE / 12);
        let mut browser = lock();
        match &*browser {
            Some(open) if open.used.elapsed() < IDLE => {}
            _ => {
                *browser = None;
                return;
            }
        }
    }
}

fn lock() -> MutexGuard<'static, Option<OpenBrowser>> {
    BROWSER.lock().unwrap_or_else(PoisonError::into_inner)
}
