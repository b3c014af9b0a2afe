//! Paths: the library's sources, and the folder that contains everything setup creates. That is `.gradus/` in a
//! checkout, and a folder among the user's data for the program `gradus`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::stamp::write_whole;

/// Where the library's sources are, where setup puts what it creates, and where the user works.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
    home: PathBuf,
    workplace: PathBuf,
}

/// Names the folder of the program `gradus`, in place of the default in the user's data folder.
pub const HOME: &str = "GRADUS_HOME";

/// The file in `home` that names the folder with the library's sources.
const LIBRARY: &str = "library";

impl Project {
    /// The checkout whose `cargo xtask` is running.
    pub fn find() -> Result<Self, Failure> {
        // cargo names the xtask package's folder; without cargo, search upward from the current one.
        let start = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).or_else(|| env::current_dir().ok());
        start
            .as_deref()
            .into_iter()
            .flat_map(Path::ancestors)
            .find(|folder| folder.join("environment.yml").is_file() && folder.join("xtask").is_dir())
            .map(Self::at)
            .ok_or_else(|| "this is not a checkout of gradus: run `cargo xtask` in one".into())
    }

    /// The checkout in this folder.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf(), home: root.join(".gradus"), workplace: root.to_path_buf() }
    }

    /// What the program `gradus` has set up for this user, to work in the current folder.
    pub fn of_user() -> Result<Self, Failure> {
        let workplace = env::current_dir().map_err(|error| format!("cannot determine the current folder: {error}"))?;
        Ok(Self { workplace, ..Self::of_home(&home_of_user()?) })
    }

    /// The project that setup has created in the folder `home`.
    pub fn of_home(home: &Path) -> Self {
        let noted = fs::read_to_string(home.join(LIBRARY)).ok().map(|text| PathBuf::from(text.trim_end_matches('\n')));
        let checkout = home.parent().filter(|_| home.ends_with(".gradus")).map(Path::to_path_buf);
        let root = noted.or(checkout).unwrap_or_else(|| home.join("sources"));
        Self { workplace: root.clone(), root, home: home.to_path_buf() }
    }

    /// The same with the library's sources in another folder, which is recorded for kernels.
    pub fn with_library(self, root: &Path) -> Result<Self, Failure> {
        write_whole(&self.home.join(LIBRARY), format!("{}\n", root.display()).as_bytes())?;
        Ok(Self { root: root.to_path_buf(), ..self })
    }

    /// The sources of the library: the checkout, if there is one.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn is_checkout(&self) -> bool {
        self.home.parent() == Some(&self.root) && self.home.ends_with(".gradus")
    }

    /// The command that the user runs, for messages: `cargo xtask`, or the program.
    pub fn command(&self) -> &'static str {
        if self.is_checkout() { "cargo xtask" } else { "gradus" }
    }

    /// Where reports go, and what paths are relative to: the checkout, or the current folder.
    pub fn workplace(&self) -> &Path {
        &self.workplace
    }

    /// The default notebooks: the lectures of a checkout, or those in the current folder.
    pub fn notebooks(&self) -> PathBuf {
        if self.is_checkout() { self.root.join("notebooks") } else { self.workplace.clone() }
    }

    /// The folder with everything setup created: deleting it undoes setup.
    pub fn home(&self) -> PathBuf {
        self.home.clone()
    }

    /// A folder for files that the analyzer inside the kernel must not find while it reads the library's package: it
    /// searches everything there except `target/`.
    pub fn unseen(&self) -> PathBuf {
        if self.home.starts_with(&self.root) { self.root.join("target") } else { self.home.clone() }
    }

    /// Programs: the launcher, and `evcxr_jupyter` if setup compiled it.
    pub fn bin(&self) -> PathBuf {
        self.home.join("bin")
    }

    pub fn python(&self) -> PathBuf {
        self.home.join("python")
    }

    /// Jupyter's data folder of this checkout alone, so that `lab` and `report` start its kernel and no other.
    pub fn jupyter(&self) -> PathBuf {
        self.home.join("jupyter")
    }

    /// Unpacked bundles, and archives being downloaded.
    pub fn bundles(&self) -> PathBuf {
        self.home.join("bundles")
    }

    pub fn kernels(&self) -> Kernels {
        Kernels(self.home.join("kernel"))
    }
}

/// `.gradus/kernel/`: the warm build and the running kernels' copies of it.
#[derive(Clone, Debug)]
pub struct Kernels(PathBuf);

impl Kernels {
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// [`Project::command`] of the project that these kernels belong to.
    pub fn command(&self) -> &'static str {
        Project::of_home(self.0.parent().unwrap_or(&self.0)).command()
    }

    /// The build profile for every work folder below.
    pub fn cargo_config(&self) -> PathBuf {
        self.0.join(".cargo").join("config.toml")
    }

    /// The finished warm build. Kernels copy it and never work in it.
    pub fn warm(&self) -> PathBuf {
        self.0.join("warm")
    }

    /// The file that names the bundle kernels use in place of a warm build.
    pub fn bundle_file(&self) -> PathBuf {
        self.0.join("bundle")
    }

    /// The bundle that kernels use, if there is one and it still exists.
    pub fn bundle(&self) -> Option<PathBuf> {
        let text = fs::read_to_string(self.bundle_file()).ok()?;
        Some(PathBuf::from(text)).filter(|folder| folder.join("build").is_dir())
    }

    /// The unfinished warm build; it survives an interrupted setup, which then continues from there.
    pub fn next(&self) -> PathBuf {
        self.0.join("next")
    }

    /// One folder and one lock file for each running kernel.
    pub fn live(&self) -> PathBuf {
        self.0.join("live")
    }

    /// The environment variables at the time of the warm build, and the path of `evcxr_jupyter`.
    pub fn recorded_environment(&self) -> PathBuf {
        self.0.join("environment")
    }

    /// Locked while `warm` is copied (shared) or replaced (exclusively).
    pub fn warm_lock(&self) -> PathBuf {
        self.0.join("warm.lock")
    }

    /// The compiler calls for cells, recorded by `compile/`.
    pub fn cells(&self) -> PathBuf {
        self.0.join("cells")
    }

    /// The index of the library and the crates it exposes, for Tab and Shift-Tab.
    pub fn index(&self) -> PathBuf {
        self.0.join("index.json")
    }

    /// Locked while folders in `live` are created and removed.
    pub fn live_lock(&self) -> PathBuf {
        self.0.join("live.lock")
    }
}

/// The folder of the program `gradus`: the one that [`HOME`] names, or `gradus` among the user's data.
fn home_of_user() -> Result<PathBuf, Failure> {
    let from = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(home) = from(HOME) {
        return std::path::absolute(&home).map_err(|error| format!("{HOME} = {}: {error}", home.display()));
    }
    let data = if cfg!(windows) {
        from("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library").join("Application Support"))
    } else {
        from("XDG_DATA_HOME").or_else(|| from("HOME").map(|home| home.join(".local").join("share")))
    };
    let data =
        data.ok_or_else(|| format!("cannot find a home folder: set {HOME} to the folder that gradus should use"))?;
    Ok(data.join("gradus"))
}

/// `name` with the platform's extension for programs.
pub fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_right_command() {
        let checkout = Project::at(Path::new("/a/gradus"));
        assert_eq!((checkout.command(), checkout.kernels().command()), ("cargo xtask", "cargo xtask"));
        let user = Project::of_home(Path::new("/home/ä b/.local/share/gradus"));
        assert_eq!((user.command(), user.kernels().command()), ("gradus", "gradus"));
    }
}
