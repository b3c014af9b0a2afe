//! Where things are: the library's sources, and the folder that holds all that setup makes. That is `.gradus/` in a
//! checkout, and a folder among the user's data for the program `gradus`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::stamp::write_whole;

/// Where the library's sources are, where setup puts what it makes, and where the user works.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
    home: PathBuf,
    workplace: PathBuf,
}

/// Names the folder of the program `gradus`, in place of the one in the user's data folder.
pub const HOME: &str = "GRADUS_HOME";

/// The file in `home` that names the folder with the library's sources.
const LIBRARY: &str = "library";

impl Project {
    /// The checkout whose `cargo xtask` is running.
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

    /// The checkout in this folder.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf(), home: root.join(".gradus"), workplace: root.to_path_buf() }
    }

    /// What the program `gradus` has set up for this user, for work in the current folder.
    pub fn of_user() -> Result<Self, Failure> {
        let workplace = env::current_dir().map_err(|error| format!("cannot tell which folder this is: {error}"))?;
        Ok(Self { workplace, ..Self::of_home(&home_of_user()?) })
    }

    /// The project that setup has made in the folder `home`.
    pub fn of_home(home: &Path) -> Self {
        let noted = fs::read_to_string(home.join(LIBRARY)).ok().map(|text| PathBuf::from(text.trim_end_matches('\n')));
        let checkout = home.parent().filter(|_| home.ends_with(".gradus")).map(Path::to_path_buf);
        let root = noted.or(checkout).unwrap_or_else(|| home.join("sources"));
        Self { workplace: root.clone(), root, home: home.to_path_buf() }
    }

    /// The same with the library's sources in another folder, which is noted for kernels.
    pub fn with_library(self, root: &Path) -> Result<Self, Failure> {
        write_whole(&self.home.join(LIBRARY), format!("{}\n", root.display()).as_bytes())?;
        Ok(Self { root: root.to_path_buf(), ..self })
    }

    /// The sources of the library: the checkout, where there is one.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn is_checkout(&self) -> bool {
        self.home.parent() == Some(&self.root) && self.home.ends_with(".gradus")
    }

    /// How the user calls the commands here, for messages that name one: `cargo xtask`, or the program.
    pub fn command(&self) -> &'static str {
        if self.is_checkout() { "cargo xtask" } else { "gradus" }
    }

    /// Where reports go, and what names are relative to: the checkout, or the current folder.
    pub fn workplace(&self) -> &Path {
        &self.workplace
    }

    /// The notebooks that are meant where none are named: the lectures of a checkout, or those of the current folder.
    pub fn notebooks(&self) -> PathBuf {
        if self.is_checkout() { self.root.join("notebooks") } else { self.workplace.clone() }
    }

    /// What setup made: deleting this folder undoes it.
    pub fn home(&self) -> PathBuf {
        self.home.clone()
    }

    /// A folder for what the analyzer inside the kernel must not find while it reads the library's package: it searches
    /// all of that but `target/`.
    pub fn unseen(&self) -> PathBuf {
        if self.home.starts_with(&self.root) { self.root.join("target") } else { self.home.clone() }
    }

    /// Programs: the launcher, and `evcxr_jupyter` where setup compiled it.
    pub fn bin(&self) -> PathBuf {
        self.home.join("bin")
    }

    pub fn python(&self) -> PathBuf {
        self.home.join("python")
    }

    /// Jupyter's data folder of this checkout alone, so that `lab` and `report` start its kernel and no other's.
    pub fn jupyter(&self) -> PathBuf {
        self.home.join("jupyter")
    }

    /// Bundles that were unpacked, and archives on their way.
    pub fn bundles(&self) -> PathBuf {
        self.home.join("bundles")
    }

    pub fn kernels(&self) -> Kernels {
        Kernels(self.home.join("kernel"))
    }
}

/// `.gradus/kernel/`: the warmed build and the copies that run.
#[derive(Clone, Debug)]
pub struct Kernels(PathBuf);

impl Kernels {
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// [`Project::command`] of the project whose kernels these are.
    pub fn command(&self) -> &'static str {
        Project::of_home(self.0.parent().unwrap_or(&self.0)).command()
    }

    /// The profile for every work folder below.
    pub fn cargo_config(&self) -> PathBuf {
        self.0.join(".cargo").join("config.toml")
    }

    /// The finished warm build. Kernels copy it and never work in it.
    pub fn warm(&self) -> PathBuf {
        self.0.join("warm")
    }

    /// Names the folder of the bundle that kernels use in place of a warm build.
    pub fn bundle_file(&self) -> PathBuf {
        self.0.join("bundle")
    }

    /// The bundle that kernels use, if they do and if it is still there.
    pub fn bundle(&self) -> Option<PathBuf> {
        let text = fs::read_to_string(self.bundle_file()).ok()?;
        Some(PathBuf::from(text)).filter(|folder| folder.join("build").is_dir())
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

    /// How the compiler was called for cells, noted by `compile/`.
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
    let data = data.ok_or_else(|| format!("no home folder: set {HOME} to the folder that gradus should use"))?;
    Ok(data.join("gradus"))
}

/// `name` with the platform's ending for programs.
pub fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_command_of_the_place() {
        let checkout = Project::at(Path::new("/a/gradus"));
        assert_eq!((checkout.command(), checkout.kernels().command()), ("cargo xtask", "cargo xtask"));
        let user = Project::of_home(Path::new("/home/ä b/.local/share/gradus"));
        assert_eq!((user.command(), user.kernels().command()), ("gradus", "gradus"));
    }
}
