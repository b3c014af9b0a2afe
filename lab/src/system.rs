//! What the system's package manager gives: what is there, and the command for what is not.

use std::env;
use std::path::Path;

use crate::Failure;
use gradus_kernel::process::{self, output_of, which};

/// One thing that the system must, or should, have.
#[derive(Debug)]
pub struct Need {
    pub name: &'static str,
    pub why: &'static str,
    pub required: bool,
    /// What is there, in a few words.
    pub found: Option<String>,
    /// Its packages for each manager; empty where the manager has none.
    apt: &'static str,
    dnf: &'static str,
    pacman: &'static str,
    brew: &'static str,
    windows: &'static str,
    conda: &'static str,
}

/// Everything, looked for now.
pub fn needs() -> Vec<Need> {
    let compiler = |name: &str| which(name).map(|path| path.display().to_string());
    let mut needs = vec![
        Need {
            name: "C compiler",
            why: "links programs, builds a few crates",
            required: !cfg!(windows),
            found: compiler("cc").or_else(|| compiler("gcc")).or_else(|| compiler("clang")).or_else(|| compiler("cl")),
            apt: "gcc libc6-dev",
            dnf: "gcc",
            pacman: "gcc",
            brew: "",
            windows: "winget install Microsoft.VisualStudio.2022.BuildTools",
            conda: "c-compiler",
        },
        Need {
            name: "Python",
            why: "runs JupyterLab; 3.10 or newer, with venv",
            required: true,
            found: crate::python::system_python().map(|(_, version)| version),
            apt: "python3 python3-venv",
            dnf: "python3",
            pacman: "python",
            brew: "python",
            windows: "winget install Python.Python.3.13",
            conda: "python",
        },
    ];
    if !cfg!(target_os = "macos") {
        needs.push(Need {
            name: "pkg-config",
            why: "finds OpenBLAS",
            required: cfg!(target_os = "linux") && env::var_os("GRADUS_OPENBLAS_DIR").is_none(),
            found: which("pkg-config").or_else(|| which("pkgconf")).map(|path| path.display().to_string()),
            apt: "pkg-config",
            dnf: "pkgconf-pkg-config",
            pacman: "pkgconf",
            brew: "",
            windows: "",
            conda: "pkg-config",
        });
    }
    needs.push(Need {
        name: "BLAS and LAPACK",
        why: "the linear algebra under the models",
        required: true,
        found: openblas(),
        apt: "libopenblas-dev",
        dnf: "openblas-devel",
        pacman: "blas-openblas",
        brew: "",
        windows: "vcpkg install openblas lapack, then set GRADUS_OPENBLAS_DIR to its lib folder",
        conda: "openblas",
    });
    needs.push(Need {
        name: "browser",
        why: "saves figures as SVG, PDF and PNG; Chromium, Chrome or Edge",
        // Its tests pass over where there is none, but not where all that CI runs is asked for.
        required: env::var_os("CI").is_some(),
        found: gradus_browser::find().ok().map(|path| path.display().to_string()),
        apt: "chromium",
        dnf: "chromium",
        pacman: "chromium",
        brew: "--cask google-chrome",
        windows: "winget install Google.Chrome",
        conda: "",
    });
    if cfg!(target_os = "linux") {
        needs.push(Need {
            name: "Vulkan loader",
            why: "the way to the graphics card",
            required: false,
            found: library("libvulkan.so.1"),
            apt: "libvulkan1",
            dnf: "vulkan-loader",
            pacman: "vulkan-icd-loader",
            brew: "",
            windows: "",
            conda: "libvulkan-loader",
        });
        needs.push(Need {
            name: "lavapipe",
            why: "Vulkan on the CPU, for machines without a graphics card and for tests",
            required: false,
            found: driver("lvp_icd"),
            apt: "mesa-vulkan-drivers",
            dnf: "mesa-vulkan-drivers",
            pacman: "vulkan-swrast",
            brew: "",
            windows: "",
            conda: "",
        });
        needs.push(Need {
            name: "mold or lld",
            why: "a quick linker: each cell is linked",
            required: false,
            found: which("mold").or_else(|| which("lld")).map(|path| path.display().to_string()),
            apt: "mold",
            dnf: "mold",
            pacman: "mold",
            brew: "",
            windows: "",
            conda: "",
        });
    }
    needs
}

fn openblas() -> Option<String> {
    if cfg!(target_os = "macos") {
        return Some("Accelerate, part of macOS".into());
    }
    if let Some(folder) = env::var_os("GRADUS_OPENBLAS_DIR") {
        return Some(format!("GRADUS_OPENBLAS_DIR = {}", Path::new(&folder).display()));
    }
    if let Some(version) = output_of("pkg-config", &["--modversion", "openblas"]) {
        return Some(format!("OpenBLAS {version}"));
    }
    let prefix = env::var("CONDA_PREFIX").ok()?;
    let folder = if cfg!(windows) { format!("{prefix}/Library/lib") } else { format!("{prefix}/lib") };
    let mut files = std::fs::read_dir(&folder).ok()?.flatten();
    files.any(|file| file.file_name().to_string_lossy().contains("openblas")).then(|| format!("conda's, in {folder}"))
}

/// A shared library, as the system's own list has it, or in one of its folders.
pub fn library(name: &str) -> Option<String> {
    let listed = ["ldconfig", "/sbin/ldconfig", "/usr/sbin/ldconfig"].iter().find_map(|tool| output_of(tool, &["-p"]));
    let in_folder =
        ["/usr/lib", "/usr/lib64", "/usr/local/lib"].iter().any(|folder| Path::new(folder).join(name).exists());
    (in_folder || listed.is_some_and(|text| text.contains(name))).then(|| name.to_owned())
}

/// A Vulkan driver's description.
fn driver(name: &str) -> Option<String> {
    ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"].iter().find_map(|folder| {
        let mut files = std::fs::read_dir(folder).ok()?.flatten();
        files.find_map(|file| {
            let file = file.path();
            file.file_name()?.to_str()?.starts_with(name).then(|| file.display().to_string())
        })
    })
}

/// The system's package manager.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Manager {
    Apt,
    Dnf,
    Pacman,
    Brew,
    Windows,
    Unknown,
}

impl Manager {
    pub fn of_this_system() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::Brew
        } else if which("apt-get").is_some() {
            Self::Apt
        } else if which("dnf").is_some() {
            Self::Dnf
        } else if which("pacman").is_some() {
            Self::Pacman
        } else {
            Self::Unknown
        }
    }

    /// The commands that install what is missing, each as a line to copy.
    pub fn commands(self, missing: &[&Need]) -> Vec<String> {
        let packages = |of: fn(&Need) -> &'static str| -> String {
            missing.iter().map(|need| of(need)).filter(|names| !names.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let line =
            |start: &str, names: String| if names.is_empty() { vec![] } else { vec![format!("{start} {names}")] };
        let compiler_is_missing = missing.iter().any(|need| need.name == "C compiler");
        match self {
            Self::Apt => line("sudo apt-get install", packages(|need| need.apt)),
            Self::Dnf => line("sudo dnf install", packages(|need| need.dnf)),
            Self::Pacman => line("sudo pacman -S", packages(|need| need.pacman)),
            Self::Brew => {
                let mut lines = if compiler_is_missing { vec!["xcode-select --install".to_owned()] } else { vec![] };
                // An application is installed apart from the others.
                let (apps, tools): (Vec<_>, Vec<_>) = missing
                    .iter()
                    .map(|need| need.brew)
                    .filter(|name| !name.is_empty())
                    .partition(|name| name.starts_with("--cask"));
                lines.extend(line("brew install", tools.join(" ")));
                lines.extend(apps.iter().flat_map(|app| line("brew install", (*app).to_owned())));
                lines
            }
            Self::Windows => {
                missing.iter().map(|need| need.windows).filter(|text| !text.is_empty()).map(str::to_owned).collect()
            }
            Self::Unknown => missing.iter().map(|need| format!("install {} ({})", need.name, need.why)).collect(),
        }
    }
}

/// The same with conda, which works on every system.
pub fn conda_command(missing: &[&Need]) -> Option<String> {
    let names: Vec<&str> = missing.iter().map(|need| need.conda).filter(|names| !names.is_empty()).collect();
    (!names.is_empty()).then(|| format!("conda install -c conda-forge {}", names.join(" ")))
}

/// Installs what is missing where that is allowed without asking: apt, as root or with a sudo that wants no password.
/// Elsewhere the failure is the command to run.
pub fn install(say: &dyn Fn(&str)) -> Result<String, Failure> {
    let needs = needs();
    let missing: Vec<&Need> = needs.iter().filter(|need| need.found.is_none()).collect();
    if missing.is_empty() {
        return Ok("all there".into());
    }
    let names = missing.iter().map(|need| need.name).collect::<Vec<_>>().join(", ");
    let manager = Manager::of_this_system();
    if manager == Manager::Apt
        && let Some(prefix) = apt_prefix()
    {
        say(&format!("installing {names}"));
        let packages: Vec<&str> = missing.iter().flat_map(|need| need.apt.split_whitespace()).collect();
        if apt(&prefix, &[&["install", "-y", "--no-install-recommends"], packages.as_slice()].concat()).is_err() {
            // A fresh machine knows no packages yet.
            say("reading the lists of packages");
            apt(&prefix, &["update"])?;
            say(&format!("installing {names}"));
            apt(&prefix, &[&["install", "-y", "--no-install-recommends"], packages.as_slice()].concat())?;
        }
        return Ok(format!("installed {names}"));
    }
    let mut text = format!("missing: {names}. To install:");
    for line in manager.commands(&missing) {
        text.push_str(&format!("\n    {line}"));
    }
    if let Some(line) = conda_command(&missing) {
        text.push_str(&format!("\nor, in an active conda environment:\n    {line}"));
    }
    if missing.iter().any(|need| need.required) {
        return Err(format!("{text}\nThen run the same command again."));
    }
    eprintln!("  note    {text}\n          The rest works without.");
    Ok(format!("without {names}"))
}

/// How apt-get may be run without a question: `[]` as root, `["sudo", "-n"]`, or not at all.
fn apt_prefix() -> Option<Vec<&'static str>> {
    if output_of("id", &["-u"]).as_deref() == Some("0") {
        return Some(vec![]);
    }
    output_of("sudo", &["-n", "true"]).map(|_| vec!["sudo", "-n"])
}

fn apt(prefix: &[&str], arguments: &[&str]) -> Result<(), Failure> {
    let line: Vec<&str> = prefix.iter().copied().chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]).collect();
    let mut command = process::command(line[0]);
    command.args(&line[1..]).args(arguments);
    process::run_watched(&mut command, &format!("apt-get {}", arguments.join(" ")), |_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manager_gets_a_command_for_what_is_missing() {
        let mut needs = needs();
        for need in &mut needs {
            need.found = None;
        }
        let missing: Vec<&Need> = needs.iter().filter(|need| need.name == "BLAS and LAPACK").collect();
        assert_eq!(Manager::Apt.commands(&missing), ["sudo apt-get install libopenblas-dev"]);
        assert_eq!(Manager::Dnf.commands(&missing), ["sudo dnf install openblas-devel"]);
        assert_eq!(Manager::Pacman.commands(&missing), ["sudo pacman -S blas-openblas"]);
        assert!(Manager::Brew.commands(&missing).is_empty(), "macOS has Accelerate");
        assert!(Manager::Windows.commands(&missing)[0].starts_with("vcpkg install openblas"));
        assert_eq!(conda_command(&missing).unwrap(), "conda install -c conda-forge openblas");
        let browser: Vec<&Need> = needs.iter().filter(|need| need.name == "browser" || need.name == "Python").collect();
        assert_eq!(Manager::Apt.commands(&browser), ["sudo apt-get install python3 python3-venv chromium"]);
        assert_eq!(Manager::Brew.commands(&browser), ["brew install python", "brew install --cask google-chrome"]);
        assert!(Manager::Apt.commands(&[]).is_empty() && conda_command(&[]).is_none());
    }
}
