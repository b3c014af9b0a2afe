//! JupyterLab as `cargo xtask lab` opens it, and a notebook run through its menu.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use gradus_browser::{Area, Page};
use serde_json::{Value, json};

use crate::{Result, artifacts, figures, given, notebook, page, plots, root};

const TOKEN: &str = "gradus-browser-test";

/// A server with a folder of its own; both are gone when it is dropped, and so are its kernels.
pub struct Lab {
    child: Child,
    pub folder: PathBuf,
    address: String,
}

impl Lab {
    pub fn start() -> Result<Self> {
        let folder = artifacts()?.join(format!("lab-{}", std::process::id()));
        fs::create_dir_all(folder.join("notebooks"))?;
        // The server tries the next ports where another program has just taken this one.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut lab = Command::new(env!("CARGO_BIN_EXE_xtask"));
        lab.arg("lab").arg(folder.join("notebooks")).args(["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]);
        lab.arg(format!("--ServerApp.port={port}")).arg(format!("--IdentityProvider.token={TOKEN}"));
        for name in
            ["JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"]
        {
            lab.env(name, folder.join(name));
        }
        let log = fs::File::create(artifacts()?.join("lab.log"))?;
        lab.current_dir(root()).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut lab, 0);
        let mut lab = Lab { child: lab.spawn()?, folder, address: String::new() };
        lab.address = lab.wait_for_address()?;
        Ok(lab)
    }

    /// The server writes its address into a file once it answers.
    fn wait_for_address(&mut self) -> Result<String> {
        let runtime = self.folder.join("JUPYTER_RUNTIME_DIR");
        // Setup comes first, and compiles what has changed.
        let end = Instant::now() + Duration::from_secs(1800);
        while Instant::now() < end {
            let files = fs::read_dir(&runtime).into_iter().flatten().flatten().map(|entry| entry.path());
            for file in files.filter(|path| path.to_string_lossy().ends_with(".json")) {
                let server: Option<Value> =
                    fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok());
                if let Some(port) = server.and_then(|server| server["port"].as_u64()) {
                    return Ok(format!("127.0.0.1:{port}"));
                }
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(
                    format!("`cargo xtask lab` ended ({status}); its words are in target/browser/lab.log").into()
                );
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err("JupyterLab does not start; its words are in target/browser/lab.log".into())
    }

    /// Asks the server to end, which ends its kernels first.
    fn ask_to_end(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let host = &self.address;
        write!(
            stream,
            "POST /api/shutdown HTTP/1.1\r\nHost: {host}\r\nAuthorization: token {TOKEN}\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n"
        )?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    }

    /// Processes that carry the folder's name in their command line: the server, and each kernel by its connection file.
    fn processes(&self) -> Vec<String> {
        let folder = self.folder.to_string_lossy();
        let lines = fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|entry| {
            let line = fs::read(entry.path().join("cmdline")).ok()?;
            Some(String::from_utf8_lossy(&line).replace('\0', " "))
        });
        lines.filter(|line| line.contains(&*folder)).collect()
    }

    fn wait_for_end(&mut self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        while Instant::now() < end {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return true;
            }
            thread::sleep(Duration::from_millis(50));
        }
        false
    }

    /// Ends the server; what remained of it is an error.
    pub fn end(mut self) -> Result {
        self.ask_to_end()?;
        assert!(self.wait_for_end(Duration::from_secs(30)), "JupyterLab does not end when it is asked to");
        assert_eq!(self.processes(), Vec::<String>::new(), "processes that outlived the server");
        Ok(())
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let asked = !self.address.is_empty() && self.ask_to_end().is_ok();
            if !(asked && self.wait_for_end(Duration::from_secs(20))) {
                // The whole group, of which the child is the first; its kernels end with the server that is asked to.
                let group = format!("-{}", self.child.id());
                let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
                if !self.wait_for_end(Duration::from_secs(20)) {
                    let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
                    let _ = self.child.kill();
                }
            }
            let _ = self.child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A copy of a notebook as a fresh checkout has it, without outputs; its `:dep` names the checkout, as the copy lies elsewhere.
fn copy_without_outputs(from: &Path, to: &Path) -> Result<usize> {
    let mut content = notebook(from)?;
    let cells = content["cells"].as_array_mut().ok_or("a notebook without cells")?;
    let root = root().to_string_lossy().replace('\\', "/");
    let mut count = 0;
    for cell in cells.iter_mut().filter(|cell| cell["cell_type"] == "code") {
        count += 1;
        cell["outputs"] = Value::Array(Vec::new());
        cell["execution_count"] = Value::Null;
        let lines = cell["source"].as_array().into_iter().flatten().filter_map(Value::as_str);
        cell["source"] = lines.collect::<String>().replace("path = \"..\"", &format!("path = \"{root}\"")).into();
    }
    fs::write(to, content.to_string())?;
    Ok(count)
}

/// Clicks on the first element whose text is `text`.
pub fn click(page: &mut Page, elements: &str, text: &str) -> Result {
    let found =
        format!("[...document.querySelectorAll({elements:?})].find(each => each.textContent.trim() === {text:?})");
    page.wait_until(&format!("{found} !== undefined"), Duration::from_secs(30))?;
    let middle = page.evaluate(&format!(
        "(() => {{ const box = {found}.getBoundingClientRect(); \
         return [box.left + box.width / 2, box.top + box.height / 2]; }})()"
    ))?;
    page.click(middle[0].as_f64().ok_or("no place")?, middle[1].as_f64().ok_or("no place")?)?;
    Ok(())
}

/// Waits until the notebook's kernel is there, for the server as for the page, and has nothing to do.
///
/// Before that a click on *Run* asks which kernel to start.
pub fn wait_until_idle(page: &Page, name: &str, limit: Duration) -> Result {
    let named =
        "[...document.querySelectorAll('.jp-KernelName')].some(at => at.textContent.trim() === 'Rust (gradus)')";
    page.wait_until(named, limit)?;
    // The server's own word: the two interfaces show a kernel's state in different places.
    let question = format!(
        "fetch('/api/sessions').then(answer => answer.json()).then(all => \
         all.filter(each => each.path === {name:?}).map(each => each.kernel.connections > 0 && each.kernel.execution_state))"
    );
    let end = Instant::now() + limit;
    while Instant::now() < end {
        if page.evaluate(&question)? == json!(["idle"]) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(200));
    }
    Err(format!("the kernel of {name} is not idle after {limit:?}").into())
}

/// Runs the notebook that is open through the menu *Run > Run All Cells*, and waits until all cells have their numbers.
pub fn run_through_the_menu(page: &mut Page, name: &str, cells: usize) -> Result {
    wait_until_idle(page, name, Duration::from_secs(180))?;
    click(page, ".lm-MenuBar-item", "Run")?;
    click(page, ".lm-Menu-itemLabel", "Run All Cells")?;
    let numbered = format!(
        "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]\
         .filter(prompt => /^\\[\\d+\\]:$/.test(prompt.textContent.trim())).length === {cells}"
    );
    page.wait_until(&numbered, Duration::from_secs(600))?;
    wait_until_idle(page, name, Duration::from_secs(60))?;
    let errors = "document.querySelectorAll('[data-mime-type=\"application/vnd.jupyter.error\"]').length";
    assert_eq!(page.evaluate(errors)?, 0, "cells with errors");
    Ok(())
}

/// Opens a notebook in one of the server's interfaces (`lab/tree`, `notebooks`), does something with it, and looks whether
/// its figures are alive. What the page shows then is kept as a picture, also of a failure.
///
/// Returns the widths of pictures that were there before the figures, and of these.
pub fn look(
    lab: &Lab,
    interface: &str,
    name: &str,
    figures: usize,
    act: impl FnOnce(&mut Page) -> Result,
) -> Result<Vec<(f64, f64)>> {
    let (_browser, mut page) = page()?;
    // Cells outside of the window are not on the page: make it as high as the notebook.
    page.set_size(1400, 14_000, 1.0)?;
    // Without the tabs of the last visit.
    page.open(&format!("http://{}/{interface}/{name}?token={TOKEN}&reset", lab.address))?;
    let watch = || {
        page.wait_until("document.querySelector('.jp-Notebook .jp-CodeCell') !== null", Duration::from_secs(120))?;
        act(&mut page)?;
        let widths = plots::wake(&mut page, figures)?;
        plots::all_alive(&mut page, figures)?;
        Ok(widths)
    };
    let seen: Result<_> = watch();
    page.set_size(1400, 1000, 1.0)?;
    page.evaluate("document.querySelector('.js-plotly-plot')?.scrollIntoView({block: 'center'}), 0")?;
    // The interface is redrawn for its new size.
    thread::sleep(Duration::from_secs(1));
    let picture = artifacts()?.join(format!("{}.{name}.png", interface.replace('/', "-")));
    fs::write(picture, page.screenshot(Area::Window)?)?;
    let widths = seen.map_err(|error| format!("{interface}/{name}: {error}"))?;
    let errors: Vec<String> = page.errors().into_iter().filter(|error| is_ours(error)).collect();
    assert!(errors.is_empty(), "{interface}/{name}: {errors:#?}");
    Ok(widths)
}

/// What concerns figures: the interfaces have complaints of their own, of news that they cannot fetch.
fn is_ours(error: &str) -> bool {
    ["plotly", "Plotly", "gradus", "renderer"].iter().any(|word| error.contains(word))
}

/// A notebook whose formula brings MathJax onto the page, and whose figure and table have prices, written as gradus writes
/// them: plotly.js is told of no formulas, and the table's classes tell MathJax.
fn with_prices() -> Value {
    let figure = json!({
        "data": [{"type": "scatter", "name": "$100-$200", "x": [1, 2], "y": [1, 2], "showlegend": true}],
        "layout": {"title": {"text": "$1 and $2"}, "width": 700, "height": 300},
        "config": {"typesetMath": false},
    });
    let table = "<div class='tex2jax_ignore mathjax_ignore'><table><tr><td>$3-$4</td></tr></table></div>";
    let outputs = [json!({"application/vnd.plotly.v1+json": figure}), json!({"text/html": table})]
        .map(|data| json!({"output_type": "display_data", "metadata": {}, "data": data}));
    json!({
        "cells": [
            {"cell_type": "markdown", "id": "formula", "metadata": {}, "source": "$x^2$"},
            {"cell_type": "code", "id": "shown", "metadata": {}, "source": "", "execution_count": 1, "outputs": outputs},
        ],
        "metadata": {"kernelspec": {"name": "gradus", "display_name": "Rust (gradus)", "language": "rust"}},
        "nbformat": 4, "nbformat_minor": 5,
    })
}

/// Fails unless the prices of that notebook are on the page, and the formula is one.
fn prices_are_no_formulas(page: &Page) -> Result {
    page.wait_until("document.querySelector('.jp-MarkdownOutput mjx-container') !== null", Duration::from_secs(60))?;
    page.wait_until("document.querySelector('.legendtext') !== null", Duration::from_secs(60))?;
    let texts =
        "[...document.querySelectorAll('.gtitle, .legendtext, .jp-OutputArea td')].map(text => text.textContent)";
    assert_eq!(page.evaluate(texts)?, json!(["$100-$200", "$1 and $2", "$3-$4"]));
    Ok(())
}

/// JupyterLab and Notebook 7 are two interfaces of the server that `cargo xtask lab` starts.
#[test]
#[ignore = "needs the environment of `cargo xtask setup`; `cargo xtask test` runs it"]
fn figures_are_alive_in_jupyterlab_and_notebook_7() -> Result {
    let name = "00-matrices-and-derivatives.ipynb";
    let original = root().join("notebooks").join(name);
    let count = figures(&notebook(&original)?).len();
    assert!(count > 0, "{name} has figures to look at");

    let lab = Lab::start()?;
    let cells = copy_without_outputs(&original, &lab.folder.join("notebooks").join(name))?;
    look(&lab, "lab/tree", name, count, |page| {
        run_through_the_menu(page, name, cells)?;
        // For the other interface.
        page.press_key("Control+s")?;
        let end = Instant::now() + Duration::from_secs(30);
        while figures(&notebook(&lab.folder.join("notebooks").join(name))?).len() < count {
            assert!(Instant::now() < end, "the notebook is not saved");
            thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    })?;
    look(&lab, "notebooks", name, count, |_| Ok(()))?;

    let prices = "prices.ipynb";
    fs::write(lab.folder.join("notebooks").join(prices), with_prices().to_string())?;
    for interface in ["lab/tree", "notebooks"] {
        look(&lab, interface, prices, 1, |page| prices_are_no_formulas(page))?;
    }

    // As a report leaves it for viewers without scripts, with pictures and without HTML: still alive in these two.
    let pictured = "with-pictures.ipynb";
    fs::copy(given("GRADUS_TEST_REPORTS")?.join(name), lab.folder.join("notebooks").join(pictured))?;
    for interface in ["lab/tree", "notebooks"] {
        let widths = look(&lab, interface, pictured, count, |_| Ok(()))?;
        assert_eq!(widths.len(), count, "pictures in {interface}");
        assert!(widths.iter().all(|(before, after)| before == after), "the page of {interface} jumps: {widths:?}");
    }
    lab.end()
}
