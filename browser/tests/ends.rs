//! However it ends, nothing of a browser remains: no process, no profile.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use gradus_browser::{Browser, Error, find};

const LIMIT: Duration = Duration::from_secs(60);

/// What a browser started by process `parent` leaves: command lines with its profile's name, and profiles.
fn remains(parent: u32) -> Vec<String> {
    let name = format!("gradus-browser-{parent}-");
    let mut found = Vec::new();
    for process in fs::read_dir("/proc").unwrap().flatten() {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains(&name) {
            found.push(line);
        }
    }
    let profiles = fs::read_dir(std::env::temp_dir()).unwrap().flatten();
    found.extend(
        profiles.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|file| file.contains(&name)),
    );
    found
}

/// What was killed takes a moment to go.
fn assert_nothing_remains(parent: u32, case: &str) {
    let until = Instant::now() + Duration::from_secs(10);
    while Instant::now() < until && !remains(parent).is_empty() {
        thread::sleep(Duration::from_millis(50));
    }
    assert!(remains(parent).is_empty(), "{case}: {:?}", remains(parent));
}

/// A program in the browser's place.
fn fake(name: &str, script: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("gradus-fake-{name}-{}", std::process::id()));
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn has_browser() -> bool {
    let missing = matches!(find(), Err(Error::NotFound)) && std::env::var_os("CI").is_none();
    if missing {
        eprintln!("skipped: no browser");
    }
    !missing
}

/// Nextest gives every test its process; under `cargo test` they share one, so a single test covers all ends.
#[test]
fn nothing_remains() {
    let us = std::process::id();
    let version =
        |text: &str| format!("printf '{{\"id\":1,\"result\":{{\"product\":\"{text}\"}}}}\\0' >&4; sleep 1000");
    let cases = [
        ("hangs", "echo starting >&2; sleep 1000".to_string(), "no answer to DevTools within 1 s"),
        ("leaves-a-child", "sh -c 'sleep 1000; :' \"$@\" & sleep 1000".into(), "no answer"),
        ("ends", "echo 'error: libnss3.so is missing' >&2; exit 1".into(), "libnss3.so is missing"),
        ("babbles", "while echo nonsense >&4; do :; done".into(), "no answer"),
        ("is-no-browser", "printf 'nonsense\\0\\0[1]\\0' >&4; sleep 1000".into(), "no answer"),
        ("is-old", version("Chrome/71.0.3578.80"), "Chrome/71.0.3578.80; version 112 or newer is needed"),
        ("is-another", version("Firefox/130.0"), "no version of Chromium"),
    ];
    for (name, script, expected) in cases {
        let program = fake(name, &script);
        let since = Instant::now();
        let text = Browser::start_program(&program, Duration::from_secs(1)).err().map(|error| error.to_string());
        let text = text.unwrap_or_default();
        assert!(text.contains(expected) && text.contains("GRADUS_BROWSER"), "{name}: {text}");
        assert!(since.elapsed() < LIMIT, "{name}");
        assert_nothing_remains(us, name);
        fs::remove_file(program).unwrap();
    }

    if !has_browser() {
        return;
    }
    let browser = Browser::start(LIMIT).unwrap();
    let page = browser.page().unwrap();
    assert!(remains(us).len() > 3, "a running browser is seen: {:?}", remains(us));
    // A crash of the whole browser, then its end.
    let crashed = page.command("Browser.crash", serde_json::json!({})).unwrap_err();
    assert!(matches!(crashed, Error::Ended(_) | Error::Refused { .. }), "{crashed}");
    let crashed = page.command("Page.crash", serde_json::json!({})).unwrap_err();
    assert!(matches!(crashed, Error::Ended(_)), "{crashed}");
    drop((page, browser));
    assert_nothing_remains(us, "dropped");

    let browser = Browser::start(LIMIT).unwrap();
    drop(browser);
    assert_nothing_remains(us, "dropped");
}

#[test]
fn a_killed_program_takes_its_browser_along() {
    if !has_browser() {
        return;
    }
    for busy in ["idle", "busy"] {
        let mut parent = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_program_that_is_killed", "--include-ignored", "--nocapture"])
            .env("GRADUS_TEST_PARENT", busy)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(parent.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("browser is up")));
        assert!(remains(parent.id()).len() > 3);
        parent.kill().unwrap();
        parent.wait().unwrap();
        assert_nothing_remains(parent.id(), busy);
    }
}

/// No test of its own: the program that the test above kills.
#[test]
#[ignore = "run by another test"]
fn the_program_that_is_killed() {
    let Some(busy) = std::env::var_os("GRADUS_TEST_PARENT") else { return };
    let browser = Browser::start(LIMIT).unwrap();
    let mut page = browser.page().unwrap();
    if busy == "busy" {
        page.set_limit(Duration::from_millis(200));
        assert!(page.evaluate("while (true);").is_err());
    }
    println!("browser is up");
    thread::sleep(Duration::from_secs(600));
}
