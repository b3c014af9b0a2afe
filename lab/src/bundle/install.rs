//! Lets the kernels of a project use a bundle: they compile cells against the libraries in its folder, which nobody
//! writes into, so that many users can share it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use gradus_kernel::compile::{RecordedCall, milliseconds};
use gradus_kernel::metadata::{STORED, in_json};
use gradus_kernel::project::{Project, program};
use gradus_kernel::stamp::write_whole;
use gradus_kernel::{warm, work};

use super::manifest::{Manifest, NAME, list, sum_of};
use super::{BUILD, Bundle, SOURCES};
use crate::disk::entries;
use crate::{Failure, jupyter};

/// Makes a project's kernels use the bundle. Returns the project with the library's sources in it.
pub fn install(project: &Project, bundle: &Bundle) -> Result<Project, Failure> {
    let folder = &bundle.folder;
    let project =
        if project.is_checkout() { project.clone() } else { project.clone().with_library(&folder.join("library"))? };
    jupyter::place(&project, &folder.join("bin").join(program("gradus-kernel")))?;
    let kernels = project.kernels();
    let _ = fs::remove_dir_all(kernels.cells());
    let edited = if project.is_checkout() { sources(project.root())? } else { Vec::new() };
    let noted = milliseconds(SystemTime::now()).unwrap_or(0);
    for file in files(&folder.join("cells"))? {
        let text = fs::read_to_string(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        let place = kernels.cells().join(file.file_name().unwrap_or_default());
        if file.extension().is_some_and(|ending| ending == STORED) {
            let filled = text.replace(SOURCES, &in_json(&folder.join("sources").to_string_lossy()));
            write_whole(&place, filled.as_bytes())?;
        } else {
            let mut note: RecordedCall =
                serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
            let build = folder.join("build").to_string_lossy().into_owned();
            note.words = note.words.iter().map(|word| word.replace(BUILD, &build)).collect();
            (note.noted, note.sources) = (noted, edited.clone());
            note.write(&place)?;
        }
    }
    copy(&folder.join("index.json"), &kernels.index())?;
    warm::use_bundle(&project, folder)?;
    write_whole(&installed_sum(&project), sum_of(&folder.join(NAME))?.as_bytes())?;
    remove_others(&project, folder);
    Ok(project)
}

/// Removes bundles that were unpacked for this project before, unless a kernel may still run from one.
fn remove_others(project: &Project, kept: &Path) {
    if work::living(&project.kernels()) > 0 {
        return;
    }
    let unpacked = entries(&project.bundles()).into_iter().filter(|path| path.is_dir() && path != kept);
    for other in unpacked.filter(|path| path.join(NAME).is_file()) {
        // What is left of it is no bundle, and goes with the next.
        let _ = fs::remove_dir_all(other);
    }
}

/// Whether the project's kernels use this bundle, and it is still the same.
pub fn is_installed(project: &Project, bundle: &Bundle) -> bool {
    let sum = fs::read_to_string(installed_sum(project)).ok();
    project.kernels().bundle().as_ref() == Some(&bundle.folder)
        && sum.is_some_and(|sum| sum_of(&bundle.folder.join(NAME)).is_ok_and(|now| now == sum))
        && warm::is_ready(project)
        && jupyter::launcher(project).is_file()
}

/// The checksum of the manifest of the bundle that was installed.
fn installed_sum(project: &Project) -> PathBuf {
    project.kernels().folder().join("bundle.sha256")
}

/// The bundle that the project's kernels use, unless it is gone.
pub fn in_use(project: &Project) -> Option<Bundle> {
    let folder = project.kernels().bundle()?;
    let manifest = Manifest::read(&folder).ok()?;
    Some(Bundle { folder, manifest })
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let content = fs::read(from).map_err(|error| format!("cannot read {}: {error}", from.display()))?;
    write_whole(to, &content)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut names = Vec::new();
    list(folder, Path::new(""), &mut names)?;
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

/// The sources that a reader may edit; then the library must be compiled.
fn sources(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut names = Vec::new();
    for path in warm::SOURCES {
        list(root, Path::new(path), &mut names)?;
    }
    Ok(names.into_iter().map(|name| root.join(name)).collect())
}
