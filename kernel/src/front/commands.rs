//! Completes evcxr's commands: `:dep gradus` alone means this library, and relative paths and shell commands (`!ls`)
//! are relative to the notebook, wherever evcxr was started.

use std::path::Path;

use gradus_kernel::work::quoted;

/// The number of lines before a cell's Rust code: evcxr commands, comments, blank lines.
pub fn head(code: &str) -> usize {
    let is_code = |line: &str| {
        let command = line.starts_with('!') || line.trim_start_matches(' ').starts_with(':');
        !(command || line.starts_with("//") || line.trim().is_empty())
    };
    code.split('\n').position(is_code).unwrap_or_else(|| code.split('\n').count())
}

/// The cell's code with its commands completed. `library` is the value of `gradus = ` for this library.
pub fn complete(code: &str, library: &str, folder: &Path) -> String {
    let head = head(code);
    let lines: Vec<String> = code
        .split('\n')
        .enumerate()
        .map(|(number, line)| if number < head { line_completed(line, library, folder) } else { line.to_owned() })
        .collect();
    lines.join("\n")
}

fn line_completed(line: &str, library: &str, folder: &Path) -> String {
    if let Some(command) = line.strip_prefix('!') {
        return format!("!cd {} && {}", quoted(folder), command.trim());
    }
    let Some(dependency) = line.trim_start().strip_prefix(":dep").filter(|rest| rest.starts_with([' ', '\t'])) else {
        return line.to_owned();
    };
    let dependency = dependency.trim();
    if matches!(dependency.trim_end_matches(';').trim_end(), "gradus") {
        return format!(":dep gradus = {library}");
    }
    let Some((before, path, after)) = path_of(dependency) else { return line.to_owned() };
    if Path::new(path).is_absolute() {
        return line.to_owned();
    }
    // If it does not exist, evcxr's error names it as the user wrote it.
    match folder.join(path).canonicalize() {
        Ok(path) => format!(":dep {before}{}{after}", path.to_string_lossy()),
        Err(_) => line.to_owned(),
    }
}

/// The text before, inside and after the quotes of `path = "…"`.
fn path_of(dependency: &str) -> Option<(&str, &str, &str)> {
    let key = dependency.match_indices("path").find(|(at, _)| {
        dependency[at + 4..].trim_start().starts_with('=') && dependency[..*at].trim_end().ends_with(['{', ','])
    })?;
    let open = key.0 + dependency[key.0..].find('"')? + 1;
    let close = open + dependency[open..].find('"')?;
    Some((&dependency[..open], &dependency[open..close], &dependency[close..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIBRARY: &str = r#"{ path = "/home/a/gradus" }"#;

    fn completed(code: &str) -> String {
        complete(code, LIBRARY, &std::env::temp_dir())
    }

    #[test]
    fn the_library_needs_no_path() {
        assert_eq!(completed(":dep gradus"), r#":dep gradus = { path = "/home/a/gradus" }"#);
        assert_eq!(completed(":dep gradus;\nlet a = 1;"), ":dep gradus = { path = \"/home/a/gradus\" }\nlet a = 1;");
        assert_eq!(completed(":dep gradus-other"), ":dep gradus-other");
        assert_eq!(completed("let a = \":dep\";"), "let a = \":dep\";");
    }

    #[test]
    fn shell_commands_run_in_the_notebooks_folder() {
        assert_eq!(
            complete("!ls -l\n\nlet a =\n!true;", LIBRARY, Path::new("/a b")),
            "!cd '/a b' && ls -l\n\nlet a =\n!true;"
        );
    }

    #[test]
    fn a_relative_path_is_relative_to_the_notebook() {
        let folder = std::env::temp_dir().canonicalize().unwrap();
        let name = format!("gradus-commands-{}", std::process::id());
        std::fs::create_dir_all(folder.join(&name)).unwrap();
        let written = format!(":dep other = {{ features = [\"a\"], path = \"{name}\", version = \"1\" }}");
        let wanted = written.replace(&name, &folder.join(&name).to_string_lossy());
        assert_eq!(completed(&written), wanted);
        for line in [":dep a = \"1\"", ":dep a = { path = \"/x/y\" }", ":dep a = { path = \"not-there\" }"] {
            assert_eq!(completed(line), line);
        }
        std::fs::remove_dir(folder.join(name)).unwrap();
    }
}
