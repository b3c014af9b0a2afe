//! The kernelspec: what Jupyter shows as *Rust (gradus)*, and how it starts it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::python::jupyter_data;
use gradus_kernel::process;
use gradus_kernel::project::{Project, program};
use gradus_kernel::stamp::write_whole;

/// The kernel's name in notebooks.
pub const NAME: &str = "gradus";

const LOGO: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="#1f3a5f"/><path d="M10 52V42H22V32H34V22H46V12H54" fill="none" stroke="#f2b134" stroke-width="6" stroke-linejoin="round" stroke-linecap="round"/></svg>
"##;

/// Puts the kernelspec into the user's Jupyter folder. Says whether anything changed.
pub fn install(project: &Project) -> Result<bool, Failure> {
    let launcher = launcher(project);
    let mut changed = false;
    // The user's folder, for every Jupyter and editor of theirs; and the checkout's own, since another checkout of
    // gradus may put its kernel into the first.
    for folder in [folder()?, project.jupyter().join("kernels").join(NAME)] {
        for (name, content) in [("kernel.json", kernelspec(&launcher)), ("logo-svg.svg", LOGO.to_owned())] {
            let file = folder.join(name);
            if fs::read_to_string(&file).ok().as_deref() != Some(&content) {
                write_whole(&file, content.as_bytes())?;
                changed = true;
            }
        }
    }
    Ok(changed)
}

/// Whether Jupyter would start this project's kernel.
pub fn is_installed(project: &Project) -> bool {
    let launcher = launcher(project);
    let here = folder().ok().and_then(|folder| fs::read_to_string(folder.join("kernel.json")).ok());
    launcher.is_file() && here == Some(kernelspec(&launcher))
}

pub fn folder() -> Result<PathBuf, Failure> {
    Ok(jupyter_data()?.join("kernels").join(NAME))
}

pub fn launcher(project: &Project) -> PathBuf {
    project.bin().join(program("gradus-kernel"))
}

/// Compiles the kernel's front, and copies it to where `cargo clean` does not reach it.
pub fn build(project: &Project, say: &dyn Fn(&str)) -> Result<bool, Failure> {
    let mut cargo = process::command("cargo");
    cargo.args(["build", "--package", "gradus-kernel", "--bin", "gradus-kernel"]).current_dir(project.root());
    if !project.is_checkout() {
        cargo.env("CARGO_TARGET_DIR", project.home().join("build-kernel"));
    }
    cargo.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
    cargo.env("CARGO_TERM_COLOR", "never");
    process::run_watched(&mut cargo, "compiling the kernel", |line| {
        if let Some((done, total)) = process::progress_in(line) {
            say(&format!("compiled {done} of {total} crates"));
        }
    })?;
    let built = if project.is_checkout() {
        // cargo puts all programs of the workspace into one folder.
        let this = env::current_exe().map_err(|error| format!("cannot tell where this program is: {error}"))?;
        this.with_file_name(program("gradus-kernel"))
    } else {
        project.home().join("build-kernel").join("debug").join(program("gradus-kernel"))
    };
    place(project, &built)
}

/// Copies the kernel's program to where Jupyter starts it. Says whether it has changed.
pub fn place(project: &Project, built: &Path) -> Result<bool, Failure> {
    let target = launcher(project);
    let content = fs::read(built).map_err(|error| format!("cannot read {}: {error}", built.display()))?;
    if fs::read(&target).is_ok_and(|present| present == content) {
        return Ok(false);
    }
    write_whole(&target, &content)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let permissions = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&target, permissions).map_err(|error| format!("{}: {error}", target.display()))?;
    }
    Ok(true)
}

/// Lets the kernel make its index of what the library offers.
pub fn index(project: &Project) -> Result<(), Failure> {
    let mut kernel = process::command(launcher(project));
    process::run_watched(kernel.arg("index"), "reading the documentation", |_| ())
}

fn kernelspec(launcher: &Path) -> String {
    // As evcxr's own: interrupts are messages, since a signal would end the kernel.
    format!(
        "{{\n  \"argv\": [{}, \"kernel\", \"{{connection_file}}\"],\n  \"display_name\": \"Rust (gradus)\",\n  \
         \"language\": \"rust\",\n  \"interrupt_mode\": \"message\"\n}}\n",
        json_string(&launcher.to_string_lossy())
    )
}

/// `text` as a JSON string.
fn json_string(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_path_makes_a_valid_kernelspec() {
        assert_eq!(json_string(r"C:\a b"), r#""C:\\a b""#);
        assert_eq!(json_string("a\"\n"), "\"a\\\"\\u000a\"");
        let spec = kernelspec(Path::new("/p/.gradus/bin/gradus-kernel"));
        assert!(spec.contains(r#""argv": ["/p/.gradus/bin/gradus-kernel", "kernel", "{connection_file}"]"#), "{spec}");
        assert!(spec.contains(r#""interrupt_mode": "message""#));
    }
}
