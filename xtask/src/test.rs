//! `test`: everything that CI runs, one step after another. A failed step does not stop the others; a summary of all
//! steps comes at the end.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use gradus_kernel::process::{self, which};
use gradus_kernel::project::Project;
use gradus_lab::console::duration;
use gradus_lab::python::Python;
use gradus_lab::report::{self, Format, Picture, Request};
use gradus_lab::{Failure, bundle, setup};

/// A broken notebook, and the text that its failure must contain.
const BROKEN: [(&str, &str); 3] = [
    ("panic.ipynb", "the label is neither 0 nor 1"),
    ("question-mark.ipynb", "no-such-file.csv"),
    ("compile-error.ipynb", "cannot find value `weights`"),
];

/// Integration tests whose numbers go through BLAS.
const NUMERIC: [&str; 6] = ["linear", "networks", "optim", "metrics", "select", "saved"];

pub fn run(project: &Project) -> Result<ExitCode, Failure> {
    let mut summary = Summary::default();
    summary.step("format", || process::run(cargo(project).args(["fmt", "--all", "--check"]), "cargo fmt"));
    let python = summary.step("setup", || setup::run(project));
    if python.is_none() {
        return Ok(summary.end());
    }
    summary.step("lints", || {
        clippy(project, &["--workspace", "--all-targets"])?;
        // A program may leave out any of these.
        ["", "fetch", "gpu", "plot"].iter().try_for_each(|feature| {
            clippy(
                project,
                &["--package", "gradus", "--lib", "--examples", "--no-default-features", "--features", feature],
            )
        })
    });
    summary.step("tests", || run_tests(project, &["--lib", "--bins", "--tests"], Gpu::Used, &[]));
    summary.step("other kernels", || numeric_tests(project));
    summary.step("doc tests", || {
        process::run(cargo(project).args(["test", "--doc", "--no-fail-fast"]), "cargo test --doc")
    });
    summary.step("docs", || {
        let mut doc = cargo(project);
        doc.args(["doc", "--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-D warnings");
        process::run(&mut doc, "cargo doc")
    });
    if let Some(python) = &python {
        summary.step("kernel", || kernel(project, python));
        summary.step("broken notebooks", || broken_notebooks(project, python));
        summary.step("notebooks", || notebooks(project, python));
        summary.step("in the browser", || in_the_browser(project, python));
        summary.step("bundle", || bundle(project, python));
    }
    Ok(summary.end())
}

fn clippy(project: &Project, targets: &[&str]) -> Result<(), Failure> {
    let mut clippy = cargo(project);
    process::run(clippy.arg("clippy").args(targets).args(["--", "-D", "warnings"]), "cargo clippy")
}

/// Whether the GPU's unit tests run.
#[derive(Clone, Copy, PartialEq)]
enum Gpu {
    Used,
    Skipped,
}

/// Runs all tests of these targets of the workspace, even if one fails.
fn run_tests(project: &Project, targets: &[&str], gpu: Gpu, environment: &[(&str, &str)]) -> Result<(), Failure> {
    let nextest = which("cargo-nextest").is_some();
    let mut tests = cargo(project);
    tests.args(if nextest { ["nextest", "run"].as_slice() } else { &["test"] });
    // The whole workspace, even for a few targets: for a single package, features differ, and much is recompiled.
    tests.args(["--workspace", "--no-fail-fast"]).args(targets).envs(environment.iter().copied());
    if gpu == Gpu::Skipped {
        tests.args(if nextest { ["-E", "not (kind(lib) & test(gpu))"].as_slice() } else { &["--", "--skip", "gpu"] });
    }
    process::run(&mut tests, if nextest { "cargo nextest" } else { "cargo test" })
}

/// Runs the numeric tests, and the library's unit tests without those for the GPU, again as on an older CPU with one thread:
/// OpenBLAS has other kernels for it, which sum in a different order, so that the last digits differ. A test that depends on
/// them fails here, and not on a user's machine.
fn numeric_tests(project: &Project) -> Result<(), Failure> {
    if cfg!(target_os = "macos") || !cfg!(target_arch = "x86_64") {
        println!("skipped: only OpenBLAS on x86-64 has kernels to choose from");
        return Ok(());
    }
    let targets: Vec<&str> = ["--lib"].into_iter().chain(NUMERIC.iter().flat_map(|name| ["--test", *name])).collect();
    let environment = [("OPENBLAS_CORETYPE", "Sandybridge"), ("OPENBLAS_NUM_THREADS", "1"), ("RAYON_NUM_THREADS", "1")];
    run_tests(project, &targets, Gpu::Skipped, &environment)
}

fn cargo(project: &Project) -> Command {
    let mut cargo = process::command("cargo");
    cargo.current_dir(project.root());
    cargo
}

/// Tests the kernel through Jupyter's own client.
fn kernel(project: &Project, python: &Python) -> Result<(), Failure> {
    if cfg!(not(target_os = "linux")) {
        println!("skipped: these tests read /proc, which only Linux has");
        return Ok(());
    }
    let mut tests = python.command();
    tests.arg(project.root().join("kernel").join("tests").join("acceptance"));
    // Other machines may be slower; the benchmarks determine what is too slow.
    tests.env("GRADUS_TEST_SLACK", "3");
    process::run(&mut tests, "the kernel's tests")
}

/// Each must fail and report why: otherwise a notebook could fail silently, and the next step would be worthless.
fn broken_notebooks(project: &Project, python: &Python) -> Result<(), Failure> {
    let folder = project.root().join("tests").join("broken_notebooks");
    let out = project.root().join("target").join("broken-notebooks");
    let mut wrong = Vec::new();
    for (name, message) in BROKEN {
        let mut command = report::run_notebook(project, python, &folder.join(name), &out, Some(&project.notebooks()))?;
        let output = command.output().map_err(|error| format!("cannot start {}: {error}", python.program.display()))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let failed = output.status.code() == Some(1);
        if failed && text.contains(message) && text.contains("cell 3") {
            println!("  {name}: fails as expected, in cell 3, with {message:?}");
        } else {
            wrong.push(format!("{name}: {}, should fail in cell 3 with {message:?}:\n{text}", output.status));
        }
    }
    let _ = fs::remove_dir_all(&out);
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// Runs all notebooks and writes them in every format that this machine supports; the browser tests check the results.
fn notebooks(project: &Project, python: &Python) -> Result<(), Failure> {
    let mut request = Request { out: Some(scratch(project)), ..Request::default() };
    request.formats.push(Format::Md);
    if gradus_browser::find().is_ok() {
        request.formats.push(Format::Pdf);
        request.figures.push(Picture::Svg);
    }
    let failures = report::write(project, python, request)?;
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// Tests JupyterLab and the pages in a real browser. These tests are marked as ignored, because they are slow and need the
/// environment that setup creates.
fn in_the_browser(project: &Project, python: &Python) -> Result<(), Failure> {
    if let Err(error) = gradus_browser::find() {
        if std::env::var_os("CI").is_some() {
            return Err(error.to_string());
        }
        println!("skipped: {error}");
        return Ok(());
    }
    let mut tests = cargo(project);
    tests.args([
        "test",
        "--package",
        "xtask",
        "--test",
        "browser",
        "--",
        "--ignored",
        "--test-threads=1",
        "--nocapture",
    ]);
    tests.env("GRADUS_TEST_REPORTS", scratch(project)).env("GRADUS_TEST_PYTHON", &python.program);
    process::run(&mut tests, "the browser tests")
}

/// Packs a bundle and uses it in an otherwise empty environment.
fn bundle(project: &Project, python: &Python) -> Result<(), Failure> {
    let out = project.root().join("target").join("test-bundle");
    let archive = bundle::pack(project, &out, None, &|_| ())?;
    let mut tests = cargo(project);
    tests.args(["test", "--package", "gradus-lab", "--test", "bundle", "--", "--ignored", "--nocapture"]);
    tests.env("GRADUS_TEST_BUNDLE", archive).env("GRADUS_TEST_PYTHON", &python.program);
    let outcome = process::run(&mut tests, "the tests of the bundle");
    let _ = fs::remove_dir_all(out);
    outcome
}

fn scratch(project: &Project) -> PathBuf {
    project.root().join("target").join("test-reports")
}

/// The outcome of each step, and how long it took.
#[derive(Default)]
struct Summary {
    lines: Vec<String>,
    failures: Vec<String>,
}

impl Summary {
    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T, Failure>) -> Option<T> {
        println!("\n== {name}");
        let since = Instant::now();
        let outcome = work();
        let took = duration(since.elapsed());
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        self.lines.push(format!("  {word:<7} {name:<18} {took:>10}"));
        outcome.inspect_err(|failure| println!("{failure}")).map_err(|_| self.failures.push(name.to_owned())).ok()
    }

    fn end(self) -> ExitCode {
        println!("\n== summary\n{}", self.lines.join("\n"));
        if self.failures.is_empty() {
            println!("\nAll passed.");
            ExitCode::SUCCESS
        } else {
            println!("\nFailed: {}.", self.failures.join(", "));
            ExitCode::FAILURE
        }
    }
}
