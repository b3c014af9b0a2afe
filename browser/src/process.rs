//! The browser's process: its own group and profile folder, led by a pipe, and nothing of it left at the end.

use std::collections::VecDeque;
use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result};

/// Quiet, alone, and the same on every machine.
const FLAGS: [&str; 23] = [
    "--headless=new",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-quic",
    "--disable-features=Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--metrics-recording-only",
    "--hide-scrollbars",
    "--password-store=basic",
    "--use-mock-keychain",
    "--force-color-profile=srgb",
    // Figures in space are WebGL, which a machine without a graphics card computes in software.
    "--enable-unsafe-swiftshader",
    // Containers have little of it.
    "--disable-dev-shm-usage",
];

/// A browser's pipe is its file descriptors 3 (commands) and 4 (answers), which the shell makes of its own input and
/// output. It stays as the browser's parent: when the pipe closes because this program is gone, killed or not, the
/// browser ends, and the shell removes the profile.
#[cfg(unix)]
const WATCH: &str = r#"profile=$1; shift; "$@" 3<&0 4>&1 </dev/null >/dev/null; rm -rf "$profile""#;

/// How many of the browser's last lines are kept for an error.
const LAST_WORDS: usize = 8;

/// The writing and the reading end of the connection to the browser.
type Ways = (Box<dyn Write + Send>, Box<dyn Read + Send>);

/// How long its last words are waited for.
const LISTENING: Duration = Duration::from_millis(500);

/// A running browser. Dropped, it is killed with all its children, and its profile is removed.
pub(crate) struct Process {
    child: Child,
    profile: PathBuf,
    words: Arc<Mutex<VecDeque<String>>>,
    listener: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts the program, and returns both ends of the connection to it.
    pub(crate) fn start(program: &Path, limit: Duration) -> Result<(Self, Ways)> {
        let fail = |problem: String| Error::Start { path: program.into(), problem };
        let profile = profile().map_err(|error| fail(format!("no folder for its profile: {error}")))?;
        let mut command = command(program, &profile);
        command.args(FLAGS).arg(format!("--user-data-dir={}", profile.display()));
        let child = command.stderr(Stdio::piped()).spawn().map_err(|error| {
            let _ = fs::remove_dir_all(&profile);
            fail(error.to_string())
        })?;
        let mut process = Process { child, profile, words: Arc::default(), listener: None };
        if let Some(stderr) = process.child.stderr.take() {
            let words = Arc::clone(&process.words);
            process.listener = Some(thread::spawn(move || listen(stderr, &words)));
        }
        match ways(&mut process, limit) {
            Ok(ways) => Ok((process, ways)),
            Err(error) => Err(fail(format!("{error}; {}", process.last_words()))),
        }
    }

    /// What it last said on its standard error, for an error's text. Of a browser that has just ended, the words may
    /// still be on their way.
    pub(crate) fn last_words(&self) -> String {
        let until = Instant::now() + LISTENING;
        while self.listener.as_ref().is_some_and(|listener| !listener.is_finished()) && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if words.is_empty() {
            return "it said nothing".into();
        }
        format!("its last words:\n  {}", words.iter().cloned().collect::<Vec<_>>().join("\n  "))
    }
}

/// Keeps the last lines.
fn listen(stderr: impl Read, words: &Mutex<VecDeque<String>>) {
    for line in BufReader::new(stderr).split(b'\n').map_while(|line| line.ok()) {
        let line: String = String::from_utf8_lossy(&line).trim().chars().take(300).collect();
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        if !line.is_empty() {
            words.push_back(line);
        }
        while words.len() > LAST_WORDS {
            words.pop_front();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        kill_tree(&mut self.child);
        let _ = self.child.wait();
        // Its children die a moment after it, and may still write.
        for _ in 0..100 {
            match fs::remove_dir_all(&self.profile) {
                Err(error) if error.kind() != ErrorKind::NotFound => thread::sleep(Duration::from_millis(20)),
                _ => return,
            }
        }
    }
}

/// A new folder that only this user can read.
fn profile() -> std::io::Result<PathBuf> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("gradus-browser-{}-{:x}-{number}", std::process::id(), since.as_nanos());
        let folder = std::env::temp_dir().join(name);
        #[cfg_attr(not(unix), expect(unused_mut))]
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made.map(|()| folder),
        }
    }
}

/// The browser under its watching shell, in a group of its own.
#[cfg(unix)]
fn command(program: &Path, profile: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", WATCH, "sh"]).arg(profile).arg(program).arg("--remote-debugging-pipe");
    if is_root() {
        // Chromium's sandbox refuses to run as root.
        command.arg("--no-sandbox");
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

#[cfg(not(unix))]
fn command(program: &Path, _profile: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("--remote-debugging-port=0").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

#[cfg(unix)]
fn ways(process: &mut Process, _limit: Duration) -> io::Result<Ways> {
    match (process.child.stdin.take(), process.child.stdout.take()) {
        (Some(input), Some(output)) => Ok((Box::new(input), Box::new(output))),
        _ => Err(ErrorKind::BrokenPipe.into()),
    }
}

#[cfg(not(unix))]
fn ways(process: &mut Process, limit: Duration) -> io::Result<Ways> {
    let (input, output) = crate::socket::connect(&process.profile, limit)?;
    Ok((Box::new(input), Box::new(output)))
}

#[cfg(unix)]
fn kill_tree(child: &mut Child) {
    // The group has the child's number, which nobody else can get before the child was waited for.
    let kill = format!("kill -KILL -{}", child.id());
    let _ = Command::new("/bin/sh").args(["-c", &kill]).stderr(Stdio::null()).status();
    let _ = child.kill();
}

#[cfg(not(unix))]
fn kill_tree(child: &mut Child) {
    let id = child.id().to_string();
    let _ =
        Command::new("taskkill").args(["/T", "/F", "/PID", &id]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let _ = child.kill();
}

/// The kernel's folder about this process belongs to its effective user.
#[cfg(unix)]
fn is_root() -> bool {
    cfg!(target_os = "linux")
        && fs::metadata("/proc/self").is_ok_and(|data| std::os::unix::fs::MetadataExt::uid(&data) == 0)
}
