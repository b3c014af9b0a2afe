//! Where things lie: the project's folder and, inside it, `.gradus/`, which holds all that setup makes.

use std::env;
use std::path::{Path, PathBuf};

use crate::Failure;

/// The project's folder and the places inside it.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// The project whose `cargo xtask` is running.
    pub fn find() -> Result<Self, Failure> {
        // cargo names the xtask package's folder; without cargo, look upward from here.
        let start = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).or_else(|| env::current_dir().ok());
        start
            .as_deref()
            .into_iter()
            .flat_map(Path::ancestors)
            .find(|folder| folder.join("environment.yml").is_file() && folder.join("xtask").is_dir())
            .map(Self::at)
            .ok_or_else(|| "this is not a checkout of gradus: run `cargo xtask` inside of one".into())
    }

    pub fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn notebooks(&self) -> PathBuf {
        self.root.join("notebooks")
    }

    /// What setup made: deleting this folder undoes it.
    pub fn home(&self) -> PathBuf {
        self.root.join(".gradus")
    }

    /// Programs: the launcher, and `evcxr_jupyter` where setup compiled it.
    pub fn bin(&self) -> PathBuf {
        self.home().join("bin")
    }

    pub fn python(&self) -> PathBuf {
        self.home().join("python")
    }

    /// Jupyter's data folder of this checkout alone, so that `lab` and `report` start its kernel and no other's.
    pub fn jupyter(&self) -> PathBuf {
        self.home().join("jupyter")
    }

    pub fn kernels(&self) -> Kernels {
        Kernels(self.home().join("kernel"))
    }
}

/// `.gradus/kernel/`: the warmed build and the copies that run.
#[derive(Clone, Debug)]
pub struct Kernels(PathBuf);

impl Kernels {
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The profile for every work folder below.
    pub fn cargo_config(&self) -> PathBuf {
        self.0.join(".cargo").join("config.toml")
    }

    /// The finished warm build. Kernels copy it and never work in it.
    pub fn warm(&self) -> PathBuf {
        self.0.join("warm")
    }

    /// The warm build in the making; it stays when setup is interrupted, and goes on from there.
    pub fn next(&self) -> PathBuf {
        self.0.join("next")
    }

    /// One folder and one lock file for each kernel that runs.
    pub fn live(&self) -> PathBuf {
        self.0.join("live")
    }

    /// Environment variables as they were when the warm build was made, and where `evcxr_jupyter` is.
    pub fn recorded_environment(&self) -> PathBuf {
        self.0.join("environment")
    }

    /// Held while `warm` is copied (shared) or exchanged (alone).
    pub fn warm_lock(&self) -> PathBuf {
        self.0.join("warm.lock")
    }

    /// How the compiler was called for cells, noted by `compile.rs`.
    pub fn cells(&self) -> PathBuf {
        self.0.join("cells")
    }

    /// What the library and the crates behind it offer, for Tab and Shift-Tab.
    pub fn index(&self) -> PathBuf {
        self.0.join("index.json")
    }

    /// Held while folders in `live` come and go.
    pub fn live_lock(&self) -> PathBuf {
        self.0.join("live.lock")
    }
}

/// `name` with the platform's ending for programs.
pub fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
