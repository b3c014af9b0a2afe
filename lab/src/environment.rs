//! Reads `environment.yml`, the one list of packages. It is our own file, so the reader knows only its form: two lists
//! of strings, one inside the other.

use std::fs;
use std::path::Path;

use gradus_kernel::project::Project;

use crate::Failure;

/// The list as it was when this program was compiled. The file lies at a checkout's root, where conda's users look for it;
/// a published crate holds only what is in its own folder, so there is a copy, which a test compares.
const EMBEDDED: &str = include_str!("../environment.yml");

/// What the list asks for.
#[derive(Debug, Default, PartialEq)]
pub struct Packages {
    /// Packages that only conda installs: Python itself, OpenBLAS.
    pub conda: Vec<String>,
    /// Python packages, the same with conda and without.
    pub python: Vec<String>,
}

/// The packages of this project: those of a checkout's own file, where they may have been edited.
pub fn of(project: &Project) -> Result<Packages, Failure> {
    if project.is_checkout() {
        read(&project.root().join("environment.yml"))
    } else {
        parse(EMBEDDED).map_err(|failure| format!("environment.yml: {failure}"))
    }
}

fn read(file: &Path) -> Result<Packages, Failure> {
    let text = fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    parse(&text).map_err(|failure| format!("{}: {failure}", file.display()))
}

fn parse(text: &str) -> Result<Packages, Failure> {
    let mut packages = Packages::default();
    let (mut in_dependencies, mut pip_indent) = (false, None);
    for (index, full) in text.lines().enumerate() {
        let line = full.split('#').next().unwrap_or_default().trim_end();
        let indent = line.len() - line.trim_start().len();
        let line = line.trim_start();
        if line.is_empty() {
            continue;
        }
        let Some(item) = line.strip_prefix("- ").map(str::trim) else {
            in_dependencies = line == "dependencies:";
            pip_indent = None;
            continue;
        };
        if !in_dependencies {
            continue;
        }
        if item == "pip:" {
            pip_indent = Some(indent);
        } else if item.contains([':', '"', '\'']) {
            return Err(format!(
                "line {}: `{item}` is not understood; a package is written as name==version",
                index + 1
            ));
        } else if pip_indent.is_some_and(|outer| indent > outer) {
            packages.python.push(item.to_owned());
        } else {
            pip_indent = None;
            packages.conda.push(item.to_owned());
        }
    }
    if packages.python.is_empty() {
        return Err("no packages stand under `dependencies:` in `- pip:`".into());
    }
    Ok(packages)
}

/// `("plotly", Some("7.1.0"))` from `plotly==7.1.0`.
pub fn name_and_version(requirement: &str) -> (&str, Option<&str>) {
    let end = requirement.find(['=', '>', '<', '~', '!', '[', ';', ' ']).unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    (name, rest.strip_prefix("==").map(str::trim))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_lists_are_told_apart() {
        let text = "name: g\nchannels:\n  - conda-forge\ndependencies:\n  - python>=3.10 # why\n  - openblas\n  - pip:\n      \
                    # the lab\n      - jupyterlab==4.6.6\n      - plotly\n  - mold\nprefix: x\n";
        let packages = parse(text).unwrap();
        assert_eq!(packages.conda, ["python>=3.10", "openblas", "mold"]);
        assert_eq!(packages.python, ["jupyterlab==4.6.6", "plotly"]);
    }

    #[test]
    fn the_projects_own_file_is_read() {
        let packages = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../environment.yml")).unwrap();
        for name in ["jupyterlab", "plotly", "nbclient", "nbconvert"] {
            assert!(packages.python.iter().any(|p| name_and_version(p).0 == name), "{name} is missing");
        }
        assert!(packages.conda.iter().any(|p| p == "openblas"));
        // Outside of a checkout, the same.
        assert_eq!(of(&Project::of_home(Path::new("no/home"))).unwrap(), packages);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        assert!(parse("dependencies:\n  - pip:\n    - \"plotly\"\n").unwrap_err().contains("line 3"));
        assert!(parse("dependencies:\n  - python\n").unwrap_err().contains("pip"));
        assert!(read(Path::new("no/environment.yml")).unwrap_err().contains("no/environment.yml"));
    }

    #[test]
    fn a_requirement_has_a_name_and_perhaps_a_version() {
        assert_eq!(name_and_version("plotly==7.1.0"), ("plotly", Some("7.1.0")));
        assert_eq!(name_and_version("plotly>=7"), ("plotly", None));
        assert_eq!(name_and_version("plotly"), ("plotly", None));
    }
}
