//! `clean`: removes what setup has created, to free disk space. The next setup creates it again.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use crate::disk::{self, Meter, entries, size};
use crate::{Failure, jupyter};
use gradus_kernel::project::Project;
use gradus_kernel::work;

pub fn run(project: &Project, force: bool) -> Result<ExitCode, Failure> {
    let home = project.home();
    if !home.is_dir() {
        println!("there is nothing to clean: {} does not exist", home.display());
        return Ok(ExitCode::SUCCESS);
    }
    let spec = jupyter::folder()?;
    let freed = clean(project, &spec, force)?;
    println!("  {:>9}  in all", size(freed));
    let left: Vec<String> = entries(&home).iter().map(|path| path.display().to_string()).collect();
    if !left.is_empty() {
        println!("\nThese are none of setup's, and stay:\n  {}", left.join("\n  "));
    }
    println!("\n`{} setup` creates everything again.", project.command());
    Ok(ExitCode::SUCCESS)
}

/// Removes what setup has made, and the kernelspec in the folder `spec` if it starts this project's kernel. Returns the
/// bytes that were freed.
fn clean(project: &Project, spec: &Path, force: bool) -> Result<u64, Failure> {
    let (command, kernels) = (project.command(), project.kernels());
    let locks = [project.home().join("setup.lock"), kernels.live_lock()];
    let setup = locked(&locks[0])?.ok_or("a setup is running: wait until it has ended, or end it")?;
    // A kernel that starts now waits.
    let starting = if kernels.folder().is_dir() { locked(&locks[1])? } else { None };
    let living = work::living(&kernels);
    if living > 0 && !force {
        let them = if living == 1 { "a kernel is running".to_owned() } else { format!("{living} kernels are running") };
        return Err(format!(
            "{them}, perhaps the spare of a `{command} lab`: close JupyterLab and other editors with notebooks first. \
             `{command} clean --force` takes their build from under them, and their next cell fails"
        ));
    }
    let (mut meter, mut freed) = (Meter::default(), 0);
    let measured: Vec<_> = disk::parts(project).into_iter().map(|part| (meter.add(&part.paths), part)).collect();
    for (bytes, part) in measured {
        part.paths.iter().try_for_each(|path| removed(path))?;
        println!("  {:>9}  {}", size(bytes), part.name);
        freed += bytes;
    }
    if starts(spec, &jupyter::launcher(project)) {
        removed(spec)?;
        println!("  {:>9}  kernelspec, in {}", "", spec.display());
    }
    drop((setup, starting));
    locks.iter().try_for_each(|lock| removed(lock))?;
    // Where something else is in there, it stays.
    for folder in [kernels.folder(), &project.home()] {
        let _ = fs::remove_dir(folder);
    }
    Ok(freed)
}

/// The file, locked; `None` where another process has it locked.
fn locked(file: &Path) -> Result<Option<File>, Failure> {
    let lock = File::create(file).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    Ok(lock.try_lock().is_ok().then_some(lock))
}

/// Whether the kernelspec in this folder starts this program.
fn starts(spec: &Path, launcher: &Path) -> bool {
    let spec = fs::read_to_string(spec.join("kernel.json")).ok().and_then(|text| serde_json::from_str(&text).ok());
    spec.is_some_and(|spec: Value| spec["argv"][0] == *launcher.to_string_lossy())
}

fn removed(path: &Path) -> Result<(), Failure> {
    let gone = |result: io::Result<()>| match result {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(format!("cannot remove {}: {error}", shown(path).display()))
        }
        _ => Ok(()),
    };
    match path.symlink_metadata() {
        Ok(meta) if meta.is_dir() => gone(fs::remove_dir_all(path)),
        Ok(_) => gone(fs::remove_file(path)),
        Err(error) => gone(Err(error)),
    }
}

fn shown(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;
    use crate::jupyter::launcher;

    /// A home with what setup makes, and a kernelspec beside it; removed at the end.
    struct Place {
        folder: PathBuf,
        project: Project,
    }

    impl Place {
        fn new(name: &str) -> Self {
            let folder = env::temp_dir().join(format!("gradus clean ä {name} {}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            let project = Project::of_home(&folder.join("home"));
            let kernels = project.kernels();
            for file in [
                launcher(&project),
                kernels.warm().join("Cargo.lock"),
                kernels.index(),
                kernels.live_lock(),
                kernels.live().join("1-2").join("group"),
                project.python().join("bin").join("python"),
                project.bundles().join("0123").join("manifest.json"),
                project.home().join("notebook-std").join("core"),
                project.home().join("sources").join("Cargo.toml"),
                project.home().join("setup.lock"),
            ] {
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, "some content").unwrap();
            }
            Self { folder, project }
        }

        fn spec(&self, launcher: &Path) -> PathBuf {
            let spec = self.folder.join("jupyter").join("kernels").join("gradus");
            fs::create_dir_all(&spec).unwrap();
            let text = serde_json::json!({"argv": [launcher.to_string_lossy(), "kernel", "{connection_file}"]});
            fs::write(spec.join("kernel.json"), text.to_string()).unwrap();
            spec
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }

    #[test]
    fn everything_of_setup_goes() {
        let place = Place::new("all");
        let spec = place.spec(&launcher(&place.project));
        let freed = clean(&place.project, &spec, false).unwrap();
        assert!(freed >= 8 * 12, "{freed}");
        assert!(!place.project.home().exists() && !spec.exists());
        assert!(spec.parent().unwrap().is_dir(), "Jupyter's own folder stays");
    }

    #[test]
    fn what_is_not_of_setup_stays() {
        let place = Place::new("others");
        // The home may be a folder that a user has named.
        let own = place.project.home().join("thesis.tex");
        fs::write(&own, "years of work").unwrap();
        let spec = place.spec(Path::new("/another/checkout/.gradus/bin/gradus-kernel"));
        clean(&place.project, &spec, false).unwrap();
        assert_eq!(entries(&place.project.home()), [own]);
        assert!(spec.join("kernel.json").is_file(), "another project's kernel");
    }

    #[test]
    fn a_kernel_that_runs_keeps_its_build() {
        let place = Place::new("running");
        let (work, locks) = work::Work::claim(&place.project.kernels()).unwrap();
        fs::create_dir_all(work.folder()).unwrap();
        let spec = place.spec(&launcher(&place.project));
        let error = clean(&place.project, &spec, false).unwrap_err();
        assert!(error.contains("a kernel is running") && error.contains("gradus clean --force"), "{error}");
        assert!(place.project.kernels().warm().is_dir() && spec.is_dir());
        if cfg!(unix) {
            clean(&place.project, &spec, true).unwrap();
            assert!(!place.project.home().exists());
        }
        drop(locks);
    }

    #[test]
    fn a_setup_that_runs_is_left_alone() {
        let place = Place::new("setup");
        let setup = File::create(place.project.home().join("setup.lock")).unwrap();
        setup.lock().unwrap();
        let error = clean(&place.project, Path::new("no spec"), true).unwrap_err();
        assert!(error.contains("a setup is running"), "{error}");
        assert!(place.project.kernels().warm().is_dir());
    }
}
