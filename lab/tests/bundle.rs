//! A bundle on a machine that has nothing else: no checkout, no crates, a folder whose name has spaces and umlauts.
//!
//! `cargo xtask test` packs the bundle, and says where it is and which Python has Jupyter; so this is marked as ignored.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

fn given(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: `cargo xtask test` sets it")))
}

/// A user with an empty home for gradus, for Jupyter and for cargo.
struct User {
    folder: PathBuf,
}

impl User {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("Übung mit {name} {}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("Aufgabe 1")).unwrap();
        Self { folder }
    }

    fn home(&self) -> PathBuf {
        self.folder.join("gradus home")
    }

    /// Runs the program in the user's folder, and returns what it says.
    fn gradus(&self, arguments: &[&str]) -> String {
        // The environment that has Jupyter; one of the user's own would be installed in a minute.
        let python = given("GRADUS_TEST_PYTHON");
        let environment = python.ancestors().nth(2).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_gradus"))
            .args(arguments)
            .current_dir(self.folder.join("Aufgabe 1"))
            .env("GRADUS_HOME", self.home())
            .env("JUPYTER_DATA_DIR", self.folder.join("jupyter"))
            .env("CARGO_HOME", self.folder.join("cargo"))
            .env("CARGO_NET_OFFLINE", "true")
            .env("CONDA_PREFIX", environment)
            .env_remove("GRADUS_BUNDLE")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        println!("$ gradus {}\n{text}", arguments.join(" "));
        assert!(output.status.success(), "gradus {arguments:?} failed");
        text
    }

    /// Writes a first notebook and runs it.
    fn runs_a_notebook(&self) {
        self.gradus(&["new", "Erste Übung"]);
        self.gradus(&["report", "Erste Übung.ipynb"]);
        let page = fs::read_to_string(self.folder.join("Aufgabe 1/reports/Erste Übung.html")).unwrap();
        assert!(page.contains("Plotly.newPlot"), "there is no figure on the page");
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A server of the folder's files, on this machine.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn of(folder: &Path) -> Self {
        let mut process = Command::new(given("GRADUS_TEST_PYTHON"))
            .args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.split_whitespace().skip_while(|word| *word != "port").nth(1).unwrap().to_owned();
        Self { process, address: format!("http://127.0.0.1:{port}") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "needs a packed bundle; `cargo xtask test` runs it"]
fn a_notebook_runs_from_a_bundle_alone() {
    let archive = given("GRADUS_TEST_BUNDLE");
    let name = archive.file_name().unwrap().to_string_lossy().into_owned();
    let server = Server::of(archive.parent().unwrap());
    let user = User::new("Leerzeichen");

    let since = Instant::now();
    let text = user.gradus(&["setup", "--bundle", &format!("{}/{name}", server.address)]);
    println!("from the address to the first cell's answer: {:.1} s", since.elapsed().as_secs_f64());
    assert!(text.contains("trying the kernel") && !text.contains("compiling"), "{text}");
    drop(server);
    let again = user.gradus(&["setup"]);
    assert!(!again.contains("trying the kernel"), "the second run had something to do: {again}");
    user.runs_a_notebook();

    // The same bundle, unpacked, in a place that is nobody's.
    let mut unpacked = fs::read_dir(user.home().join("bundles")).unwrap().flatten().map(|entry| entry.path());
    let shared = unpacked.find(|path| path.join("manifest.json").is_file()).unwrap();
    let changed = || fs::metadata(shared.join("build/target")).unwrap().modified().unwrap();
    let before = changed();
    let other = User::new("fremdem Bündel");
    other.gradus(&["setup", "--bundle", shared.to_str().unwrap()]);
    other.runs_a_notebook();
    assert_eq!(changed(), before, "something was written into the shared folder");
    assert!(!other.home().join("kernel/warm").exists());
}
