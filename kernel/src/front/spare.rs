//! The spare: a kernel started in advance, which has loaded the library and waits for a notebook. `cargo xtask lab`
//! keeps one running.
//!
//! The process that Jupyter starts for a notebook looks for a spare, gives it the connection file, and stays: if it is
//! killed, the kernel ends too, and when the kernel ends, so does it.
//! is killed, the kernel goes too, and where the kernel ends, it does.

use std::env;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixListener;
use tokio::time::timeout;

use gradus_kernel::project::{Kernels, Project};
use gradus_kernel::stamp::write_whole;
use gradus_kernel::work::of_this_program;
use gradus_kernel::{Failure, recorded, warm};

use super::engine::Engine;
use super::jupyter::Jupyter;
use super::{Front, in_runtime, is_gone, read};

/// If set to `0`, no spare is kept or used.
const SPARE_VARIABLE: &str = "GRADUS_SPARE";

/// How long a spare may take to answer: it has nothing else to do.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// The spare's first and last message to the process that uses it.
const HERE: &[u8] = b"here\n";
const ENDED: &[u8] = b"ended\n";

/// What a spare prints to its standard output when a notebook uses it.
const TAKEN: &str = "taken";

/// Prefixes of the variables that make one kernel differ from another.
const RELEVANT_VARIABLES: [&str; 9] =
    ["GRADUS_", "OMP_", "OPENBLAS_", "POLARS_", "RAYON_", "RUST", "VK_", "WGPU_", "EVCXR_"];

/// Passes the notebook to a spare kernel, if one waits, and stays until that has ended.
pub fn take(connection_file: &Path) -> Option<ExitCode> {
    if env::var_os(SPARE_VARIABLE).is_some_and(|wanted| wanted == "0") {
        return None;
    }
    let project = of_this_program().ok()?;
    let kernels = project.kernels();
    let waiting: Vec<PathBuf> = spare_files(&kernels);
    // Only one whose library matches the current sources.
    if waiting.is_empty() || !warm::is_ready_with(&project, &recorded::read(&kernels)) {
        return None;
    }
    waiting.iter().find_map(|note| {
        let note: Value = serde_json::from_str(&fs::read_to_string(note).ok()?).ok()?;
        (note["like"] == like(&project)).then_some(())?;
        hand_over(Path::new(note["socket"].as_str()?), connection_file)
    })
}

/// Starts a kernel and waits for a notebook.
pub fn spare() -> Result<ExitCode, Failure> {
    let project = of_this_program()?;
    let like = like(&project);
    let folder = env::current_dir().map_err(|error| format!("the kernel has no folder to run in: {error}"))?;
    in_runtime(async move {
        let starting = async {
            let mut engine = Engine::start(project.clone(), folder).await?;
            engine.warm_up().await.map(|()| engine)
        };
        let mut engine = tokio::select! {
            engine = starting => engine?,
            () = end_of_standard_input() => return Ok(()),
        };
        let socket = engine.work.socket().with_extension("spare");
        let note = engine.work.spare();
        let failure = |error| format!("cannot listen at {}: {error}", socket.display());
        let listener = UnixListener::bind(&socket).map_err(failure)?;
        write_whole(&note, json!({ "socket": socket, "like": like }).to_string().as_bytes())?;
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted.map_err(failure),
            () = end_of_standard_input() => Err(String::new()),
        };
        let _ = fs::remove_file(&note);
        let Ok((stream, _)) = accepted else { return Ok(()) };
        drop(listener);
        let _ = fs::remove_file(&socket);
        // `lab` may have ended.
        let _ = writeln!(std::io::stdout(), "{TAKEN}");

        let mut launcher = BufReader::new(stream);
        // A launcher that has given up is distinguished from one that still waits for this kernel.
        launcher.write_all(HERE).await.map_err(failure)?;
        let mut line = String::new();
        let reading = timeout(ANSWER_TIMEOUT, launcher.read_line(&mut line)).await;
        reading.map_err(|_| "the notebook's process sends nothing")?.map_err(failure)?;
        let order: Value = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let path = |name: &str| order[name].as_str().map(PathBuf::from).ok_or(format!("a notebook without {name}"));
        let connection = read(&path("connection")?)?;
        engine.folder = path("folder")?;
        let jupyter = Jupyter::open(&connection).await?;
        engine.cells.set_folder(&engine.folder).await;
        let mut byte = [0];
        tokio::select! {
            outcome = Front::serve_when(jupyter, async { Ok(engine) }, std::os::unix::process::parent_id()) => outcome?,
            // The process that Jupyter knows has ended.
            _ = launcher.read(&mut byte) => return Ok(()),
        }
        // The launcher ends when it receives this.
        let _ = launcher.get_ref().try_write(ENDED);
        Ok(())
    })
}

/// Gives the notebook to the spare at this socket; `None` if the spare does not accept it.
fn hand_over(socket: &Path, connection_file: &Path) -> Option<ExitCode> {
    let mut stream = UnixStream::connect(socket).ok()?;
    stream.set_read_timeout(Some(ANSWER_TIMEOUT)).ok()?;
    let connection = connection_file.canonicalize().ok()?;
    let order = json!({ "connection": connection, "folder": env::current_dir().ok()? });
    let mut here = [0; HERE.len()];
    stream.read_exact(&mut here).ok()?;
    stream.write_all(format!("{order}\n").as_bytes()).ok()?;
    // From here on, this process is the kernel as far as Jupyter can see.
    let (parent, mut rest) = (std::os::unix::process::parent_id(), [0; 64]);
    loop {
        match stream.read(&mut rest) {
            Ok(0) => return Some(ExitCode::FAILURE),
            Ok(length) if rest[..length].starts_with(ENDED) => return Some(ExitCode::SUCCESS),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if is_gone(parent) {
                    return Some(ExitCode::SUCCESS);
                }
            }
            Err(_) => return Some(ExitCode::FAILURE),
        }
    }
}

fn spare_files(kernels: &Kernels) -> Vec<PathBuf> {
    let files = fs::read_dir(kernels.live()).into_iter().flatten().flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "spare")).collect()
}

/// What must be equal for one kernel to replace another.
fn like(project: &Project) -> String {
    let mut variables: Vec<String> = env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| name != SPARE_VARIABLE && RELEVANT_VARIABLES.iter().any(|start| name.starts_with(start)))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    variables.sort();
    // A spare that was started before the kernel was recompiled is outdated.
    let program = env::current_exe().and_then(fs::metadata).and_then(|program| program.modified());
    variables.push(format!("{:?}", program.ok()));
    variables.push(fs::read_to_string(warm::stamp_file(&project.kernels())).unwrap_or_default());
    variables.join("\n")
}

/// Waits until the process that keeps the spare has ended.
async fn end_of_standard_input() {
    let (mut input, mut byte) = (tokio::io::stdin(), [0; 64]);
    while input.read(&mut byte).await.is_ok_and(|length| length > 0) {}
}
