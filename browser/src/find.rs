//! Which browser: the one that `GRADUS_BROWSER` names, else one on the path, else one in its system's usual place.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// On the path, in this order: the free one first.
const NAMES: [&str; 7] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
];

/// macOS keeps programs inside of applications, off the path.
const APPLICATIONS: [&str; 3] = [
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

/// Windows installs them under `Program Files`, one of its variants, or the user's own folder.
const PROGRAMS: [&str; 3] = [
    "Chromium/Application/chrome.exe",
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
];

/// The program of a browser of the Chromium family.
///
/// # Errors
/// [`Error::NotRunnable`] where `GRADUS_BROWSER` names no program, [`Error::NotFound`] where there is none at all.
pub fn find() -> Result<PathBuf> {
    match env::var_os("GRADUS_BROWSER").filter(|name| !name.is_empty()) {
        Some(name) => named(&name, &env::var_os("PATH").unwrap_or_default()),
        None => usual(&env::var_os("PATH").unwrap_or_default()).ok_or(Error::NotFound),
    }
}

/// What `GRADUS_BROWSER` says: a path, or a name to look up on the path.
fn named(name: &OsStr, path: &OsStr) -> Result<PathBuf> {
    let given = Path::new(name);
    if given.components().count() == 1
        && let Some(found) = on_path(name, path)
    {
        return Ok(found);
    }
    if is_program(given) {
        return Ok(given.to_path_buf());
    }
    let problem = if given.is_dir() {
        "that is a folder"
    } else if given.exists() {
        "that is not a program that may be run"
    } else {
        "there is no such program"
    };
    Err(Error::NotRunnable { path: given.into(), problem: problem.into() })
}

fn usual(path: &OsStr) -> Option<PathBuf> {
    let on_path = NAMES.iter().find_map(|name| on_path(OsStr::new(name), path));
    on_path.or_else(|| places().into_iter().find(|place| is_program(place)))
}

/// Where this system keeps browsers that are not on the path.
fn places() -> Vec<PathBuf> {
    let under =
        |folder: PathBuf, names: &[&str]| -> Vec<PathBuf> { names.iter().map(|name| folder.join(name)).collect() };
    let folder = |variable: &str| env::var_os(variable).map(PathBuf::from);
    if cfg!(target_os = "macos") {
        let own = folder("HOME").map(|home| home.join("Applications"));
        let folders = [Some("/Applications".into()), own];
        folders.into_iter().flatten().flat_map(|folder| under(folder, &APPLICATIONS)).collect()
    } else if cfg!(windows) {
        let folders = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"].map(folder);
        folders.into_iter().flatten().flat_map(|folder| under(folder, &PROGRAMS)).collect()
    } else {
        ["/snap/bin/chromium", "/opt/google/chrome/chrome", "/opt/microsoft/msedge/msedge"].map(PathBuf::from).into()
    }
}

fn on_path(name: &OsStr, path: &OsStr) -> Option<PathBuf> {
    let mut file = name.to_os_string();
    if cfg!(windows) && Path::new(name).extension().is_none() {
        file.push(".exe");
    }
    env::split_paths(path).map(|folder| folder.join(&file)).find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_named_browser_is_a_program_or_an_error_that_says_why() {
        let path = OsStr::new("/usr/bin:/bin");
        assert!(named(OsStr::new("/bin/sh"), path).is_ok_and(|found| found == Path::new("/bin/sh")));
        assert!(named(OsStr::new("sh"), path).is_ok_and(|found| found.ends_with("sh")));
        for (name, why) in
            [("/", "folder"), ("/etc/passwd", "may be run"), ("/no/such", "no such"), ("no-such", "no such")]
        {
            let text = named(OsStr::new(name), path).map_err(|error| error.to_string());
            assert!(text.as_ref().is_err_and(|text| text.contains(why) && text.contains(name)), "{text:?}");
        }
    }

    #[test]
    fn nothing_found_says_what_to_install() {
        let text = Error::NotFound.to_string();
        for word in ["apt", "dnf", "pacman", "brew", "winget", "GRADUS_BROWSER", ".html"] {
            assert!(text.contains(word), "{word} is missing");
        }
        assert!(on_path(OsStr::new("chromium"), OsStr::new("")).is_none());
    }
}
