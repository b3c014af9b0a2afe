//! Plain English in every text file: phrases that a native speaker would not write do not come back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Phrases, and what to write instead. They are matched as whole words, in any case and across line breaks.
const PHRASES: [(&str, &str); 27] = [
    ("graphics processor", "GPU"),
    ("graphics processors", "GPUs"),
    ("so many", "a number or a name"),
    ("is no number", "is not a number"),
    ("or no number", "or not a number"),
    ("way back", "backward pass"),
    ("way_back", "backward"),
    ("one a file", "one per file"),
    ("its say", "say what it does"),
    ("more is better", "greater is better"),
    ("gets no better", "stops improving"),
    ("no longer gets better", "stops improving"),
    ("anew", "again"),
    ("quicker way", "faster path"),
    ("kin", "family"),
    ("floors", "layers or module levels"),
    ("stand beside", "be next to"),
    ("stands beside", "is next to"),
    ("stood beside", "was next to"),
    ("stand in the", "be in the"),
    ("stands in the", "is in the"),
    ("stands in its", "is in its"),
    ("lie in", "be in"),
    ("lies in", "is in"),
    ("lie beside", "be next to"),
    ("lies beside", "is next to"),
    ("lay beside", "was next to"),
];

/// Kinds of files with text that people read.
const KINDS: [&str; 7] = ["rs", "in", "wgsl", "py", "md", "toml", "ipynb"];

/// This test names the phrases, and the changelog describes versions as they were.
const EXCLUDED: [&str; 2] = ["xtask/tests/words.rs", "CHANGELOG.md"];

/// Folders with nothing but generated files, for a checkout without git.
const SKIPPED: [&str; 6] = ["target", ".git", ".gradus", "reports", "node_modules", ".ipynb_checkpoints"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files of the checkout, relative to its root: those that git tracks, or all without git.
fn files(root: &Path) -> Vec<PathBuf> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output();
    let files = match listed {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).split_terminator('\0').map(PathBuf::from).collect()
        }
        _ => walk(root, Path::new("")),
    };
    let is_read = |file: &PathBuf| {
        let kind = file.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        KINDS.contains(&kind) && !EXCLUDED.iter().any(|excluded| file == Path::new(excluded))
    };
    // A tracked file may have been deleted since.
    files.into_iter().filter(is_read).filter(|file| root.join(file).is_file()).collect()
}

fn walk(root: &Path, folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        match entry.file_type() {
            Ok(kind) if kind.is_file() => files.push(path),
            Ok(kind) if kind.is_dir() && !SKIPPED.iter().any(|skipped| entry.file_name() == *skipped) => {
                files.extend(walk(root, &path));
            }
            _ => {}
        }
    }
    files
}

/// The lines of a file that are checked, with their numbers. Of a notebook, these are the sources of its cells: the
/// formatting puts each of their lines, and the brackets around them, on a line of the file.
fn lines(file: &Path, text: &str) -> Vec<(usize, String)> {
    let all = text.lines().enumerate().map(|(number, line)| (number + 1, line));
    if file.extension().is_none_or(|kind| kind != "ipynb") {
        return all.map(|(number, line)| (number, line.to_owned())).collect();
    }
    let mut inside = false;
    let mut sources = Vec::new();
    for (number, line) in all {
        let trimmed = line.trim();
        if let Some(rest) = trimmed.strip_prefix("\"source\":") {
            inside = rest.trim_start().starts_with('[') && !rest.trim_end_matches(',').ends_with(']');
            sources.push((number, unescaped(rest)));
        } else if inside {
            inside = !matches!(trimmed, "]" | "],");
            sources.push((number, unescaped(trimmed)));
        }
    }
    sources
}

/// A line of a JSON string without its quotation marks and line ends.
fn unescaped(line: &str) -> String {
    let text = line.trim().trim_end_matches(',').trim_matches('"');
    text.replace("\\n", " ").replace("\\\"", "\"")
}

/// The words of the lines, lowercase, each with the number of its line. Comment marks between lines are not words.
fn words(lines: &[(usize, String)]) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    for (number, line) in lines {
        let mut word = String::new();
        for letter in line.chars().chain([' ']) {
            if letter.is_alphanumeric() || letter == '_' || letter == '\'' {
                word.extend(letter.to_lowercase());
            } else {
                if !word.is_empty() {
                    words.push((*number, std::mem::take(&mut word)));
                }
                // A phrase does not continue over punctuation.
                if !letter.is_whitespace() && !"/!#*>|".contains(letter) {
                    words.push((*number, letter.to_string()));
                }
            }
        }
    }
    words
}

/// The phrases in the text, as `line: "phrase" → replacement`.
fn found(file: &Path, text: &str) -> Vec<String> {
    let words = words(&lines(file, text));
    let mut found = Vec::new();
    for (phrase, instead) in PHRASES {
        let parts: Vec<&str> = phrase.split(' ').collect();
        for window in words.windows(parts.len()) {
            if window.iter().zip(&parts).all(|((_, word), part)| word == part) {
                found.push((window[0].0, format!("\"{phrase}\" → {instead}")));
            }
        }
    }
    found.sort();
    found.into_iter().map(|(number, what)| format!("{number}: {what}")).collect()
}

#[test]
fn no_file_has_a_phrase_of_the_list() {
    let root = root();
    let files = files(&root);
    assert!(files.iter().any(|file| file == Path::new("README.md")), "the checkout's files are found");
    let mut problems = Vec::new();
    for file in files {
        let text = fs::read_to_string(root.join(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        problems.extend(found(&file, &text).into_iter().map(|problem| format!("{}:{problem}", file.display())));
    }
    assert!(problems.is_empty(), "{} phrases to replace:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn phrases_are_found_across_lines_and_only_as_whole_words() {
    let file = Path::new("a.rs");
    assert_eq!(found(file, "/// Trains for so\n/// many epochs."), ["1: \"so many\" → a number or a name"]);
    assert_eq!(
        found(file, "let WAY_BACK = 1;\n// Kin"),
        Vec::from(["1: \"way_back\" → backward".to_owned(), "2: \"kin\" → family".to_owned(),])
    );
    assert!(found(file, "// kind, skin, so, many; `x.floor()`, stands for, believe in").is_empty());
    // Punctuation ends a phrase.
    assert!(found(file, "// yes or no, number 3").is_empty());
}

#[test]
fn only_the_sources_of_a_notebook_are_read() {
    let notebook = "{\n \"cells\": [\n  {\n   \"outputs\": [\n    \"so many\"\n   ],\n   \"source\": [\n    \"Computed anew,\\n\",\n    \
                    \"so\\n\",\n    \"many\"\n   ]\n  },\n  {\n   \"source\": \"anew\",\n   \"kin\": \"kin\"\n  }\n ]\n}\n";
    let expected = ["8: \"anew\" → again", "9: \"so many\" → a number or a name", "14: \"anew\" → again"];
    assert_eq!(found(Path::new("a.ipynb"), notebook), expected);
}
