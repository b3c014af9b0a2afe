//! Removing the work folders of kernels that have ended.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::process::{Command, Stdio};

use super::Work;
use crate::Failure;
use crate::project::Kernels;

impl Work {
    pub fn remove(&self) {
        let _ = fs::remove_file(self.link().join("work")).and_then(|()| fs::remove_dir(self.link()));
        for file in [self.socket(), self.socket().with_extension("spare"), self.spare()] {
            let _ = fs::remove_file(file);
        }
        // The folder first: as long as there is a lock file, the next start removes the rest.
        if fs::remove_dir_all(&self.folder).is_ok() || !self.folder.exists() {
            let _ = fs::remove_file(&self.front);
            let _ = fs::remove_file(&self.lock);
        }
    }

    /// Starts the cleanup process: in its own group, since Jupyter kills the kernel's whole group, and without its
    /// pipes, since Jupyter waits for them to close.
    pub fn clean_up_later(&self) -> Result<(), Failure> {
        let this = env::current_exe().map_err(|error| format!("cannot determine the path of this program: {error}"))?;
        let mut cleaner = Command::new(this);
        cleaner.args(["ended", &self.name]);
        cleaner.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut cleaner, 0);
        // If it does not start, the next kernel cleans up.
        let _ = cleaner.current_dir(self.folder.parent().unwrap_or(Path::new("."))).spawn();
        Ok(())
    }

    /// Waits until the front has ended, ends what it left behind with `end_group`, and removes the folder.
    pub fn clean_up(&self, end_group: impl Fn(i32)) -> Result<(), Failure> {
        let waited = |path: &Path| {
            let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
            file.lock().map_err(|error| format!("{}: {error}", path.display()))
        };
        // The front has held its locks since before this process started.
        waited(&self.front)?;
        let alive = File::open(&self.lock).is_ok_and(|file| file.try_lock().is_err());
        if alive {
            [self.compiling(), self.group()].iter().filter_map(|file| group_in(file)).for_each(end_group);
        }
        waited(&self.lock)?;
        self.remove();
        Ok(())
    }
}

/// The process group that the file names; `None` if there is no such file.
pub fn group_in(file: &Path) -> Option<i32> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// The number of running kernels: their locks are held.
pub fn living(kernels: &Kernels) -> usize {
    let files = fs::read_dir(kernels.live()).into_iter().flatten().flatten().map(|entry| entry.path());
    let locks = files.filter(|path| path.extension().is_some_and(|ending| ending == "lock"));
    locks.filter(|lock| File::open(lock).is_ok_and(|file| file.try_lock().is_err())).count()
}

/// Removes the work folders of kernels that have ended: their locks are free.
pub(super) fn sweep(kernels: &Kernels) {
    for entry in fs::read_dir(kernels.live()).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = name.split_once('.').map_or(name, |(name, _)| name);
        let work = Work::named(kernels, name);
        match File::open(&work.lock) {
            Ok(file) => match file.try_lock() {
                Ok(()) => work.remove(),
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
            },
            Err(_) => work.remove(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::kernels;
    use super::*;

    #[test]
    fn a_claimed_folder_survives_a_sweep_and_an_ended_one_does_not() {
        let (root, kernels) = kernels("sweep");
        let (alive, lock) = Work::claim(&kernels).unwrap();
        fs::create_dir_all(alive.folder.join("target")).unwrap();
        let ended = Work::named(&kernels, "1-2");
        fs::create_dir_all(ended.folder.join("target")).unwrap();
        fs::write(&ended.lock, "").unwrap();
        let orphan = Work::named(&kernels, "3-4");
        fs::create_dir_all(&orphan.folder).unwrap();

        assert_eq!(living(&kernels), 1);
        sweep(&kernels);
        assert!(alive.folder.exists() && alive.lock.exists());
        assert!(!ended.folder.exists() && !ended.lock.exists() && !orphan.folder.exists());
        drop(lock);
        assert_eq!(living(&kernels), 0);
        sweep(&kernels);
        assert!(!alive.folder.exists() && !alive.lock.exists());
        fs::remove_dir_all(root).unwrap();
    }
}
