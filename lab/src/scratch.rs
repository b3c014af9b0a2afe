//! A folder for what is made on the way to something, inside of the folder that it goes to; removed at the end.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;

pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder; `what` tells it from others beside it.
    pub fn new(out: &Path, what: &str) -> Result<Self, Failure> {
        let folder = out.join(format!(".{what}.{}.part", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        Ok(Self(folder))
    }

    pub fn folder(&self) -> &Path {
        &self.0
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
