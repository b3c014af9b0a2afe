//! What can go wrong with a browser, and the way out.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Every failure of this crate. `Debug` prints the same text as `Display`.
#[non_exhaustive]
pub enum Error {
    /// No browser on this machine.
    NotFound,
    /// `GRADUS_BROWSER` names something that cannot be run.
    NotRunnable {
        /// What it names.
        path: PathBuf,
        /// Why it cannot be run.
        problem: String,
    },
    /// The browser does not start, or is none.
    Start {
        /// The program.
        path: PathBuf,
        /// What happened, with the browser's last words.
        problem: String,
    },
    /// The browser is older than this crate can lead.
    TooOld {
        /// The program.
        path: PathBuf,
        /// What it calls itself.
        version: String,
        /// The oldest version that serves.
        least: u32,
    },
    /// The browser, or one of its pages, is gone: it crashed, was killed or was closed.
    Ended(String),
    /// Something took longer than its limit.
    TimedOut {
        /// What was being waited for.
        what: String,
        /// The limit.
        limit: Duration,
    },
    /// The browser refused a command.
    Refused {
        /// The command.
        command: String,
        /// Its answer.
        message: String,
    },
    /// A script on the page threw an exception.
    Script(String),
}

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How to get a browser, for those that have none.
const INSTALL: &str = "\
  Debian            sudo apt install chromium
  Ubuntu            sudo apt install chromium-browser, or Google Chrome from google.com/chrome
  Fedora            sudo dnf install chromium
  Arch              sudo pacman -S chromium
  macOS             brew install --cask google-chrome
  Windows           Edge is there already; else winget install Google.Chrome
or set GRADUS_BROWSER to the browser's program. `.html` and `.json` can be saved without one.";

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound => {
                write!(
                    f,
                    "no browser was found (Chromium, Chrome or Edge), and pictures need one. To get one:\n{INSTALL}"
                )
            }
            Error::NotRunnable { path, problem } => write!(
                f,
                "GRADUS_BROWSER is {}: {problem}. Set it to the program of Chromium, Chrome or Edge, or unset it to let \
                 one be found",
                path.display()
            ),
            Error::Start { path, problem } => write!(
                f,
                "the browser {} does not start: {problem}\nTry it by hand, or set GRADUS_BROWSER to another one \
                 (Chromium, Chrome or Edge); `.html` and `.json` can be saved without a browser",
                path.display()
            ),
            Error::TooOld { path, version, least } => write!(
                f,
                "the browser {} is {version}; version {least} or newer is needed. Update it, or set GRADUS_BROWSER to a \
                 newer one",
                path.display()
            ),
            Error::Ended(what) => write!(f, "{what}. Running it again starts a new browser"),
            Error::TimedOut { what, limit } => {
                write!(f, "{what} took longer than {} s, and was given up", limit.as_secs_f64())
            }
            Error::Refused { command, message } => write!(f, "the browser refused {command}: {message}"),
            Error::Script(message) => write!(f, "a script on the page failed: {message}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
