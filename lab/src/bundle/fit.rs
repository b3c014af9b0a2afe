//! Whether a bundle fits this machine and this checkout, and what exactly does not.

use std::fs;
use std::path::Path;

use gradus_kernel::process::output_of;
use gradus_kernel::project::Project;

use super::manifest::{Manifest, Rustc, sum_of_sources};
use crate::{Failure, evcxr, system};

/// Everything that does not fit, each with what it would have to be.
pub fn misfits(manifest: &Manifest, project: &Project) -> Result<Vec<String>, Failure> {
    let mut misfits = Vec::new();
    let rustc = Rustc::here()?;
    if manifest.rustc.host != rustc.host {
        misfits.push(format!("it is for the platform {}, and this is {}", manifest.rustc.host, rustc.host));
    } else if manifest.rustc != rustc {
        misfits.push(format!(
            "it needs {} (commit {}), and this is {} (commit {})",
            manifest.rustc.version, manifest.rustc.commit, rustc.version, rustc.commit
        ));
    }
    if let Some((major, minor)) = manifest.glibc {
        match glibc() {
            Some(here) if here >= (major, minor) => {}
            Some((a, b)) => misfits.push(format!("it needs glibc {major}.{minor} or newer, and this is glibc {a}.{b}")),
            None => misfits.push(format!("it needs glibc {major}.{minor} or newer, and there is no glibc here")),
        }
    }
    for library in &manifest.libraries {
        if system::library(library).is_none() {
            misfits.push(format!("it needs {library}, and the system's loader does not find it"));
        }
    }
    if manifest.evcxr != evcxr::VERSION {
        misfits.push(format!("it has evcxr_jupyter {}, and {} is needed", manifest.evcxr, evcxr::VERSION));
    }
    if manifest.version != env!("CARGO_PKG_VERSION") {
        misfits.push(format!("it is of gradus {}, and this is {}", manifest.version, env!("CARGO_PKG_VERSION")));
    } else if project.is_checkout() && manifest.sources != sum_of_sources(project.root())? {
        misfits.push(format!("it was made from other sources than {} holds", from(manifest, project.root())));
    }
    Ok(misfits)
}

/// The checkout, and the commit that would fit.
fn from(manifest: &Manifest, root: &Path) -> String {
    match &manifest.commit {
        Some(commit) => format!("{} (it is of commit {commit})", root.display()),
        None => root.display().to_string(),
    }
}

/// The version of this system's glibc.
fn glibc() -> Option<(u32, u32)> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    version_in(output_of("getconf", &["GNU_LIBC_VERSION"])?.strip_prefix("glibc ")?)
}

fn version_in(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.').map_while(|number| number.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

/// The oldest glibc on which a program or library runs: the newest version that any of its symbols names.
pub fn glibc_of(file: &Path) -> Result<Option<(u32, u32)>, Failure> {
    let bytes = fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    Ok(strings_after(&bytes, b"GLIBC_").filter_map(|version| version_in(&version)).max())
}

/// The names of shared libraries that begin so, as the file's table of strings has them.
pub fn libraries_of(file: &Path, start: &str) -> Result<Vec<String>, Failure> {
    let bytes = fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let mut names: Vec<String> = strings_after(&bytes, start.as_bytes())
        .filter(|rest| rest.starts_with(".so."))
        .map(|rest| format!("{start}{rest}"))
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// What follows `start`, up to the end of each string that begins with it.
fn strings_after<'a>(bytes: &'a [u8], start: &'a [u8]) -> impl Iterator<Item = String> + 'a {
    let begins = move |at: usize| at == 0 || bytes[at - 1] == 0;
    let found = bytes.windows(start.len()).enumerate().filter(move |(at, window)| *window == start && begins(*at));
    found.map(move |(at, _)| {
        let rest = &bytes[at + start.len()..];
        let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
        String::from_utf8_lossy(&rest[..end]).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers() {
        assert_eq!(version_in("2.36"), Some((2, 36)));
        assert_eq!(version_in("2.2.5"), Some((2, 2)));
        assert!(version_in("2.9") < version_in("2.10"));
        assert_eq!(version_in("PRIVATE"), None);
    }

    #[test]
    fn needs_are_read_from_a_table_of_strings() {
        let table = b"\0libopenblas.so.0\0libc.so.6\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_PRIVATE\0not GLIBC_9.9\0";
        let file = std::env::temp_dir().join(format!("gradus-needs-{}", std::process::id()));
        fs::write(&file, table).unwrap();
        assert_eq!(glibc_of(&file).unwrap(), Some((2, 34)));
        assert_eq!(libraries_of(&file, "libopenblas").unwrap(), ["libopenblas.so.0"]);
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn this_program_needs_no_newer_glibc_than_there_is() {
        if cfg!(all(target_os = "linux", target_env = "gnu")) {
            let this = glibc_of(&std::env::current_exe().unwrap()).unwrap();
            assert!(this.is_some() && this <= glibc(), "{this:?} {:?}", glibc());
        }
    }
}
