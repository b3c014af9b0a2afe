//! What people see of the kernel in JupyterLab: where *Run All* stops, progress that moves, several figures under a cell.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use gradus_browser::Page;
use serde_json::{Value, json};

use crate::lab::{Lab, click, look, run_through_the_menu, wait_until_idle};
use crate::{Result, notebook, root};

/// The prompt and the outputs of each code cell, as text.
const SHOWN: &str = "[...document.querySelectorAll('.jp-CodeCell')].map(cell => ({\
    prompt: cell.querySelector('.jp-InputPrompt').textContent.trim(), \
    outputs: [...cell.querySelectorAll('.jp-OutputArea-output')].map(output => output.textContent.trim()), \
    errors: cell.querySelectorAll('[data-mime-type=\"application/vnd.jupyter.stderr\"]').length}))";

/// Three seconds of work, of which the first is silent.
const STEPS: &str = "let mut steps = gradus::progress::Progress::new(\"step\", 40);\n\
    for step in 1..=40 {\n    std::thread::sleep(std::time::Duration::from_millis(100));\n    \
    steps.update(step, || format!(\"cost {:.2}\", 1.0 / step as f64));\n}";

/// Writes a notebook into the server's folder: a cell that loads the library, and these. Returns how many cells that are.
fn write(lab: &Lab, name: &str, sources: &[&str]) -> Result<usize> {
    let load = format!(":dep gradus = {{ path = {:?} }}\nuse gradus::prelude::*;", root().to_string_lossy());
    let sources = [load.as_str()].into_iter().chain(sources.iter().copied());
    let cells: Vec<Value> = sources
        .enumerate()
        .map(|(number, source)| {
            json!({
                "cell_type": "code", "id": format!("cell-{number}"), "metadata": {}, "source": source,
                "execution_count": null, "outputs": [],
            })
        })
        .collect();
    let count = cells.len();
    let content = json!({
        "cells": cells,
        "metadata": {"kernelspec": {"name": "gradus", "display_name": "Rust (gradus)", "language": "rust"}},
        "nbformat": 4, "nbformat_minor": 5,
    });
    fs::write(lab.folder.join("notebooks").join(name), content.to_string())?;
    Ok(count)
}

fn start_run_all(page: &mut Page, name: &str) -> Result {
    wait_until_idle(page, name, Duration::from_secs(180))?;
    click(page, ".lm-MenuBar-item", "Run")?;
    click(page, ".lm-Menu-itemLabel", "Run All Cells")
}

/// Saves the notebook, and waits until its file is as it must be.
fn save_until(page: &mut Page, lab: &Lab, name: &str, done: impl Fn(&Value) -> bool) -> Result<Value> {
    page.press_key("Control+s")?;
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let saved = notebook(&lab.folder.join("notebooks").join(name))?;
        if done(&saved) {
            return Ok(saved);
        }
        assert!(Instant::now() < end, "{name} is not saved with its outputs");
        thread::sleep(Duration::from_millis(200));
    }
}

#[test]
#[ignore = "needs the environment of `cargo xtask setup`; `cargo xtask test` runs it"]
fn run_all_stops_at_the_cell_that_fails() -> Result {
    let name = "fails-in-cell-3.ipynb";
    let lab = Lab::start()?;
    let sources = [
        "let before = 1;\nprintln!(\"ran\");",
        "panic!(\"boom in cell 3\");",
        "println!(\"must not run\");",
        "before + 1",
    ];
    let count = write(&lab, name, &sources)?;
    look(&lab, "lab/tree", name, 0, |page| {
        start_run_all(page, name)?;
        page.wait_until(&format!("({SHOWN}).some(cell => cell.errors > 0)"), Duration::from_secs(120))?;
        wait_until_idle(page, name, Duration::from_secs(60))?;
        // What would run on needs a moment for it.
        thread::sleep(Duration::from_secs(2));
        let shown = page.evaluate(SHOWN)?;
        assert_eq!(shown.as_array().map(Vec::len), Some(count), "{shown}");
        let number = |prompt: &Value| prompt.as_str().is_some_and(|text| text.contains(|c: char| c.is_ascii_digit()));
        for cell in 0..3 {
            assert!(number(&shown[cell]["prompt"]), "cell {} is not numbered: {shown}", cell + 1);
        }
        assert_eq!(shown[1]["outputs"], json!(["ran"]));
        assert_eq!(shown[2]["errors"], 1, "{shown}");
        assert_eq!(shown[2]["outputs"].as_array().map(Vec::len), Some(1), "the message alone: {shown}");
        let message = shown[2]["outputs"][0].as_str().unwrap_or_default();
        assert!(message.contains("boom in cell 3") && message.lines().count() <= 8, "{message}");
        for cell in 3..count {
            let prompt = shown[cell]["prompt"].as_str().unwrap_or_default();
            assert!(!number(&shown[cell]["prompt"]) && !prompt.contains('*'), "cell {} has run: {shown}", cell + 1);
            assert_eq!(shown[cell]["outputs"], json!([]), "cell {} has run: {shown}", cell + 1);
        }
        Ok(())
    })?;
    lab.end()
}

#[test]
#[ignore = "needs the environment of `cargo xtask setup`; `cargo xtask test` runs it"]
fn progress_moves_in_place_and_stays_as_its_last_state() -> Result {
    let name = "progress.ipynb";
    let lab = Lab::start()?;
    write(&lab, name, &[STEPS])?;
    look(&lab, "lab/tree", name, 0, |page| {
        start_run_all(page, name)?;
        let mut states: Vec<String> = Vec::new();
        let end = Instant::now() + Duration::from_secs(120);
        while !states.last().is_some_and(|state| state.contains("40/40")) {
            let shown = page.evaluate(SHOWN)?;
            let outputs = shown[1]["outputs"].as_array().cloned().unwrap_or_default();
            assert!(outputs.len() <= 1, "progress piles up: {outputs:?}");
            let state = outputs.first().and_then(Value::as_str).unwrap_or_default().to_owned();
            // Between an output and the next the page may show none.
            if !state.is_empty() && states.last() != Some(&state) {
                states.push(state);
            }
            assert!(Instant::now() < end, "the bar does not reach its end: {states:#?}");
            thread::sleep(Duration::from_millis(50));
        }
        assert!(states.len() >= 4, "the bar does not move: {states:#?}");
        wait_until_idle(page, name, Duration::from_secs(60))?;
        let shown = page.evaluate(SHOWN)?;
        assert_eq!(shown[1]["outputs"].as_array().map(Vec::len), Some(1), "{shown}");
        assert!(shown[1]["outputs"][0].as_str().is_some_and(|text| text.contains("40/40")), "{shown}");

        let saved = save_until(page, &lab, name, |saved| saved["cells"][1]["execution_count"].is_u64())?;
        let outputs = &saved["cells"][1]["outputs"];
        assert_eq!(outputs.as_array().map(Vec::len), Some(1), "{outputs}");
        assert_eq!(outputs[0]["output_type"], "display_data", "{outputs}");
        assert!(outputs[0]["data"].to_string().contains("40/40"), "{outputs}");
        Ok(())
    })?;
    // As the next reader opens it.
    look(&lab, "notebooks", name, 0, |page| {
        let last = format!("({SHOWN})[1]?.outputs.some(output => output.includes('40/40'))");
        Ok(page.wait_until(&last, Duration::from_secs(60))?)
    })?;
    lab.end()
}

#[test]
#[ignore = "needs the environment of `cargo xtask setup`; `cargo xtask test` runs it"]
fn two_figures_under_one_cell_are_both_alive() -> Result {
    let name = "two-figures.ipynb";
    let lab = Lab::start()?;
    let figures = "let first = Figure::new(\"first\").line(\"line\", &[1.0, 2.0, 3.0], &[1.0, 4.0, 9.0]);\n\
        let second = Figure::new(\"second\").line(\"line\", &[1.0, 2.0, 3.0], &[9.0, 4.0, 1.0]);\n\
        display(&first);\nsecond";
    let loops = "for number in 1..=3 {\n    display(&(number * 11));\n}";
    let count = write(&lab, name, &[figures, loops])?;
    look(&lab, "lab/tree", name, 2, |page| {
        run_through_the_menu(page, name, count)?;
        let titles = "[...document.querySelectorAll('.jp-CodeCell')[1].querySelectorAll('.js-plotly-plot')]\
            .map(figure => figure._fullLayout.title.text)";
        page.wait_until(&format!("({titles}).length === 2"), Duration::from_secs(60))?;
        assert_eq!(page.evaluate(titles)?, json!(["first", "second"]));
        let shown = page.evaluate(SHOWN)?;
        assert_eq!(shown[2]["outputs"], json!(["11", "22", "33"]));
        Ok(())
    })?;
    lab.end()
}
