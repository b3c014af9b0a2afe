//! The modules of `src/` import only from layers below their own, or from modules of their own layer without a circle.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first; `src/lib.rs` has the same table.
const LAYERS: [(&str, &[&str]); 9] = [
    ("language", &["by_name", "closed_set", "error", "format", "front", "html", "interrupt", "real"]),
    ("helpers", &["blas", "check", "files", "lapack", "progress"]),
    ("files", &["saved"]),
    ("data", &["data"]),
    ("concepts", &["activation", "graph", "init", "linalg", "loss", "metrics", "monitor", "optim", "regularize"]),
    ("engine", &["engine"]),
    ("models", &["linear", "nn"]),
    ("selection", &["ensemble", "select"]),
    ("display", &["notebook", "plot"]),
];

/// At the top: they import and re-export everything.
const FACE: [&str; 2] = ["lib", "prelude"];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|(_, modules)| modules.contains(&module))
}

/// The modules that a line names after `crate::`.
fn modules(line: &str) -> Vec<&str> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let mut found = vec![];
    for path in line.split("crate::").skip(1) {
        let list = path.strip_prefix('{').map(|list| list.split('}').next().unwrap_or_default());
        let parts = list.map_or_else(|| vec![path], |list| list.split(',').collect());
        found.extend(parts.iter().map(|part| {
            let part = part.trim_start();
            &part[..part.find(|character| !is_part(character)).unwrap_or(part.len())]
        }));
    }
    // Types and functions of the crate's root are not modules.
    found.retain(|name| layer(name).is_some());
    found
}

/// The code of a file with the numbers of its lines: without comments and without what `#[cfg(test)]` marks.
fn code(text: &str) -> Vec<(usize, &str)> {
    let mut lines = vec![];
    let (mut marked, mut closing) = (false, None);
    for (at, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        if let Some(depth) = closing {
            if indent == depth && trimmed.starts_with('}') {
                closing = None;
            }
        } else if trimmed.starts_with("#[cfg(test)]") || trimmed.starts_with("#[cfg(all(test") {
            marked = true;
        } else if marked && !trimmed.starts_with('#') && !trimmed.starts_with("//") {
            marked = false;
            closing = line.ends_with('{').then_some(indent);
        } else if !trimmed.starts_with("//") {
            lines.push((at + 1, line));
        }
    }
    lines
}

/// The files of test modules: `#[cfg(test)] mod name;`.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let folder = match path.file_stem().and_then(|stem| stem.to_str()) {
        Some("mod" | "lib") => path.parent().unwrap().to_path_buf(),
        _ => path.with_extension(""),
    };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let marked = lines.windows(2).filter(|pair| pair[0].starts_with("#[cfg(") && pair[0].contains("test"));
    marked
        .filter_map(|pair| pair[1].split_once("mod ")?.1.strip_suffix(';'))
        .flat_map(|name| [folder.join(name), folder.join(name).with_extension("rs")])
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false if path.extension().is_some_and(|extension| extension == "rs") => found.push(path),
            false => {}
        }
    }
}

/// What each module imports, with the first place.
fn imports() -> BTreeMap<(String, String), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = vec![];
    sources(&root, &mut paths);
    paths.sort();
    let files: Vec<(PathBuf, String)> =
        paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect();
    let tests: Vec<PathBuf> = files.iter().flat_map(|(path, text)| test_modules(path, text)).collect();
    let mut imports = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| !tests.iter().any(|test| path.starts_with(test))) {
        let inside = path.strip_prefix(&root).unwrap();
        let module = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        for (number, line) in code(text) {
            for used in modules(line).into_iter().filter(|used| *used != module) {
                let place = format!("src/{}:{number}", inside.display());
                imports.entry((module.to_string(), used.to_string())).or_insert(place);
            }
        }
    }
    imports
}

/// Whether imports lead from one module to the other.
fn reaches(imports: &BTreeMap<(String, String), String>, from: &str, to: &str) -> bool {
    let (mut open, mut seen) = (vec![from], vec![from]);
    while let Some(module) = open.pop() {
        for (_, used) in imports.keys().filter(|(user, _)| user == module) {
            if used == to {
                return true;
            }
            if !seen.contains(&used.as_str()) {
                seen.push(used);
                open.push(used);
            }
        }
    }
    false
}

#[test]
fn imports_run_downward() {
    let imports = imports();
    assert!(imports.len() > 100, "{imports:#?}");
    let mut problems = vec![];
    for ((module, used), place) in &imports {
        if FACE.contains(&module.as_str()) {
            continue;
        }
        match (layer(module), layer(used)) {
            (None, _) => problems.push(format!("{place}: `{module}` is in no layer")),
            (Some(own), Some(other)) if other > own => {
                problems
                    .push(format!("{place}: `{module}` ({}) imports `{used}` ({})", LAYERS[own].0, LAYERS[other].0));
            }
            (Some(own), Some(other)) if other == own && reaches(&imports, used, module) => {
                problems.push(format!("{place}: `{module}` imports `{used}`, which imports `{module}`"));
            }
            _ => {}
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn every_module_has_a_layer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(FACE.contains(&name) || layer(name).is_some(), "`{name}` is in no layer of `LAYERS`");
    }
}

#[test]
fn an_import_is_found_where_it_counts() {
    let text = "/// crate::nn\nuse crate::{data::Seed, nn};\n#[cfg(test)]\nmod tests {\n    use crate::plot;\n}\nfn f() { crate::loss::g() }";
    let found: Vec<(usize, Vec<&str>)> = code(text).into_iter().map(|(at, line)| (at, modules(line))).collect();
    assert_eq!(found, [(2, vec!["data", "nn"]), (7, vec!["loss"])]);
    let edges = [("a", "b"), ("b", "c")].map(|(a, b)| ((a.to_string(), b.to_string()), String::new())).into();
    assert!(reaches(&edges, "a", "c") && !reaches(&edges, "c", "a"));
}
