//! The sources of the standard library for the rust-analyzer inside the kernel, which reads all of them when it starts,
//! and again at the first `:dep`. Half of them (vector intrinsics, tests, other systems) are irrelevant to the types in
//! a cell; a copy without that half makes each kernel start seconds sooner.
//!
//! The copy is in `target/`, the one folder of the library's package that rust-analyzer does not search.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::process::output_of;
use crate::project::Project;

const CRATES: [&str; 4] = ["core", "alloc", "std", "proc_macro"];

/// The folder with rustc's own library sources, if they are installed.
pub fn of_rustc() -> Option<PathBuf> {
    let sysroot = output_of("rustc", &["--print", "sysroot"])?;
    let library = Path::new(&sysroot).join("lib/rustlib/src/rust/library");
    library.join("core").is_dir().then_some(library)
}

/// Makes the copy for this rustc, unless it exists. If that fails, kernels use the full sources.
pub fn prepare(project: &Project) -> Option<PathBuf> {
    let version = output_of("rustc", &["-vV"])?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
    let folder = project.unseen().join("notebook-std").join(commit);
    if folder.is_dir() {
        return Some(folder);
    }
    let library = of_rustc()?;
    let half = folder.with_extension("part");
    let _ = fs::remove_dir_all(&half);
    let made = CRATES.iter().try_for_each(|name| copy(&library.join(name).join("src"), &half.join(name).join("src")));
    made.and_then(|()| fs::rename(&half, &folder)).ok()?;
    Some(folder)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if !["tests", "benches"].iter().any(|skipped| name == *skipped) {
                copy(&path, &to.join(name))?;
            }
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "md") {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_left_out() {
        let base = std::env::temp_dir().join(format!("gradus-std-{}", std::process::id()));
        let _ = fs::remove_dir_all(&base);
        fs::create_dir_all(base.join("src/vec/tests")).unwrap();
        fs::write(base.join("src/lib.rs"), "").unwrap();
        fs::write(base.join("src/vec/mod.rs"), "").unwrap();
        fs::write(base.join("src/vec/tests/all.rs"), "").unwrap();
        copy(&base.join("src"), &base.join("slim")).unwrap();
        assert!(base.join("slim/lib.rs").is_file() && base.join("slim/vec/mod.rs").is_file());
        assert!(!base.join("slim/vec/tests").exists());
        fs::remove_dir_all(&base).unwrap();
    }
}
