//! `Browser`: one running browser, with any number of pages.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::connection::Connection;
use crate::error::{Error, Result};
use crate::find::find;
use crate::page::Page;
use crate::process::Process;

/// The first version whose headless mode is the browser that people see.
const LEAST_VERSION: u32 = 112;

/// A headless browser with a profile of its own.
///
/// Dropped, it is killed with all its processes and its profile is removed. Where this program ends without dropping it
/// (`process::exit`, `kill -9`), the browser ends by itself, as its pipe closes. On Windows, where it is led by a socket,
/// it does not: there only the drop ends it.
pub struct Browser {
    connection: Arc<Connection>,
    path: PathBuf,
    version: String,
    limit: Duration,
    /// Last, so that it ends after the connection.
    process: Process,
}

impl Browser {
    /// Starts the browser that [`find`] finds. `limit` bounds the start, and each later command of its pages.
    ///
    /// # Errors
    /// Those of [`find`]; [`Error::Start`] where it does not run or does not answer in time, [`Error::TooOld`].
    pub fn start(limit: Duration) -> Result<Self> {
        Browser::start_program(&find()?, limit)
    }

    /// Starts this program, which should be a browser of the Chromium family.
    ///
    /// # Errors
    /// [`Error::Start`] where it does not run or does not answer in time, [`Error::TooOld`].
    pub fn start_program(path: &Path, limit: Duration) -> Result<Self> {
        let (process, (input, output)) = Process::start(path, limit)?;
        let connection = Connection::new(input, output);
        let fail = |problem: String| Error::Start { path: path.into(), problem };
        let answer = connection.call(None, "Browser.getVersion", json!({}), limit).map_err(|error| match error {
            Error::TimedOut { .. } => {
                let words = process.last_words();
                fail(format!("no answer to DevTools within {} s; {words}", limit.as_secs_f64()))
            }
            Error::Ended(_) => fail(format!("it ended at once; {}", process.last_words())),
            other => fail(other.to_string()),
        })?;
        let version = answer["product"].as_str().unwrap_or_default().to_string();
        match major(&version) {
            Some(number) if number >= LEAST_VERSION => {}
            Some(_) => return Err(Error::TooOld { path: path.into(), version, least: LEAST_VERSION }),
            None => return Err(fail(format!("it calls itself `{version}`, which is no version of Chromium"))),
        }
        Ok(Browser { connection: Arc::new(connection), path: path.into(), version, limit, process })
    }

    /// A new, empty page.
    ///
    /// # Errors
    /// [`Error::Ended`] where the browser is gone, [`Error::TimedOut`].
    pub fn page(&self) -> Result<Page> {
        let browser = |command: &str, arguments: Value| self.connection.call(None, command, arguments, self.limit);
        let target = browser("Target.createTarget", json!({"url": "about:blank"}))?["targetId"].take();
        let session = browser("Target.attachToTarget", json!({"targetId": target, "flatten": true}))?;
        let name = |value: &Value| value.as_str().unwrap_or_default().to_string();
        Page::new(Arc::clone(&self.connection), name(&session["sessionId"]), name(&target), self.limit)
    }

    /// What it calls itself: `Chrome/156.0.8078.79`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its program.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it last said on its standard error, for a report of what went wrong.
    pub fn last_words(&self) -> String {
        self.process.last_words()
    }
}

/// 156 of `HeadlessChrome/156.0.8078.79`.
fn major(version: &str) -> Option<u32> {
    let (name, number) = version.split_once('/')?;
    let known = ["Chrome", "Chromium", "Edg"].iter().any(|known| name.contains(known));
    number.split('.').next()?.parse().ok().filter(|_| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_chromiums() {
        assert_eq!(major("Chrome/156.0.8078.79"), Some(156));
        assert_eq!(major("HeadlessChrome/99.0"), Some(99));
        assert_eq!(major("HeadlessEdg/120.0.1"), Some(120));
        assert_eq!((major("Firefox/130.0"), major("Chrome"), major("Chrome/x")), (None, None, None));
    }
}
