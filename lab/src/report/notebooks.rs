//! Which notebooks are meant: by a path, a folder, a name, or a number.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::Failure;

const ENDING: &str = "ipynb";
/// A name with more wrong letters than this is not what was meant.
const MOST_ERRORS: usize = 6;

/// The notebooks that are asked for, each once, in the order asked for.
///
/// Each is looked for in every one of `folders`, the first of them first: as a file, with or without its ending; as a
/// folder, which means all of its notebooks; as a name without its number, or as a number alone.
pub fn named(asked: &[PathBuf], folders: &[&Path]) -> Result<Vec<PathBuf>, Failure> {
    let mut found: Vec<PathBuf> = Vec::new();
    for asked in asked {
        for notebook in one(asked, folders)? {
            if found.iter().all(|known| !is_same(known, &notebook)) {
                found.push(notebook);
            }
        }
    }
    for (at, notebook) in found.iter().enumerate() {
        // Their reports would be written over each other.
        if let Some(other) = found[..at].iter().find(|other| other.file_stem() == notebook.file_stem()) {
            return Err(format!(
                "{} and {} have the same name, and so would their reports: run them one after the other, each with its \
                 own `--out`",
                other.display(),
                notebook.display()
            ));
        }
    }
    Ok(found)
}

/// The notebooks of a folder, in the order of their names.
pub fn all(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut notebooks: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING) && path.is_file())
        .collect();
    notebooks.sort();
    if notebooks.is_empty() { Err(format!("there are no notebooks in {}", folder.display())) } else { Ok(notebooks) }
}

fn one(asked: &Path, folders: &[&Path]) -> Result<Vec<PathBuf>, Failure> {
    let found = found(asked, folders)?;
    if found.is_empty() { Err(missing(asked, folders)) } else { Ok(found) }
}

/// One notebook, or those of a folder; none where nothing is called so.
pub fn found(asked: &Path, folders: &[&Path]) -> Result<Vec<PathBuf>, Failure> {
    if asked.as_os_str().is_empty() {
        return Ok(Vec::new());
    }
    let places = || folders.iter().map(|folder| folder.join(asked));
    // `.` and `..` are always folders.
    let may_be_file = matches!(asked.components().next_back(), Some(Component::Normal(_)));
    let mut files = places().flat_map(|path| [with_ending(&path), path]).filter(|path| may_be_file && path.is_file());
    if let Some(file) = files.next() {
        return match file.extension() {
            Some(ending) if ending == ENDING => Ok(vec![file]),
            _ => Err(format!("{} is not a notebook: its name does not end in .{ENDING}", file.display())),
        };
    }
    if let Some(notebooks) = places().filter(|path| path.is_dir()).find_map(|folder| all(&folder).ok()) {
        return Ok(notebooks);
    }
    for path in places() {
        let notebooks = path.parent().and_then(|folder| all(folder).ok()).unwrap_or_default();
        let meant: Vec<PathBuf> = notebooks.into_iter().filter(|notebook| is_meant(&stem(&path), notebook)).collect();
        match meant.as_slice() {
            [] => {}
            [_] => return Ok(meant),
            several => return Err(format!("{} matches several notebooks:\n{}", asked.display(), list(several))),
        }
    }
    // A folder without notebooks is an error of its own.
    places().find(|path| path.is_dir()).map_or_else(|| Ok(Vec::new()), |empty| all(&empty))
}

/// The same path with the ending of notebooks behind it, which a name that holds a point needs, too.
pub fn with_ending(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|ending| ending == ENDING) {
        return path.to_path_buf();
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ENDING);
    path.with_file_name(name)
}

/// A file's name without the ending of notebooks, in small letters.
fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.strip_suffix(&format!(".{ENDING}")).unwrap_or(&name).to_owned()
}

/// Whether a number, or a name without its number, or one in other capitals, means this notebook.
fn is_meant(asked: &str, notebook: &Path) -> bool {
    let name = stem(notebook);
    let title = name.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let number = &name[..name.len() - title.len()];
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit());
    if is_number(asked) && is_number(number) {
        return asked.trim_start_matches('0') == number.trim_start_matches('0');
    }
    name == asked || title.trim_start_matches(['-', '_', ' ']) == asked
}

fn is_same(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

/// What there is, where nothing is called so.
pub fn missing(asked: &Path, folders: &[&Path]) -> Failure {
    let mut there: Vec<PathBuf> = Vec::new();
    let beside = folders.iter().filter_map(|folder| folder.join(asked).parent().map(Path::to_path_buf));
    for folder in folders.iter().map(|folder| folder.to_path_buf()).chain(beside) {
        for notebook in all(&folder).unwrap_or_default() {
            if there.iter().all(|known| !is_same(known, &notebook)) {
                there.push(notebook);
            }
        }
    }
    let wanted = stem(asked);
    let nearest = there.iter().map(|notebook| (distance(&wanted, notebook), notebook)).min();
    let hint = match nearest {
        Some((errors, notebook)) if errors <= MOST_ERRORS.min(wanted.chars().count() / 2) => {
            format!("; did you mean `{}`?", notebook.file_stem().unwrap_or_default().to_string_lossy())
        }
        _ => String::new(),
    };
    let there = if there.is_empty() { "There are none.".into() } else { format!("There are\n{}", list(&there)) };
    format!("there is no notebook `{}`{hint}\n{there}", asked.display())
}

fn list(notebooks: &[PathBuf]) -> String {
    let lines: Vec<String> = notebooks.iter().map(|notebook| format!("  {}", notebook.display())).collect();
    lines.join("\n")
}

/// How many letters are wrong in a notebook's name, with its number or without.
fn distance(asked: &str, notebook: &Path) -> usize {
    let name = stem(notebook);
    let title = name.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '-');
    edits(asked, &name).min(edits(asked, title))
}

/// The least number of letters to insert, delete or exchange that turns `a` into `b` (Levenshtein's distance).
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, letter) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = line + 1;
        for (at, other) in b.iter().enumerate() {
            let exchanged = before + usize::from(letter != *other);
            before = row[at + 1];
            row[at + 1] = exchanged.min(row[at] + 1).min(before + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 6] = [
        "00-matrices.ipynb",
        "02-linear-regression.ipynb",
        "10-regularization.ipynb",
        "2024-06.results.ipynb",
        "12-one.ipynb",
        "12-two.ipynb",
    ];

    /// A project with notebooks, and a folder `mine` with one of a user's own; removed at the end.
    struct Checkout(PathBuf);

    impl Checkout {
        fn new(name: &str) -> Self {
            let root = std::env::temp_dir().join(format!("gradus-named-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&root);
            for folder in ["notebooks", "mine", "empty", "src"] {
                fs::create_dir_all(root.join(folder)).unwrap();
            }
            for notebook in NAMES {
                fs::write(root.join("notebooks").join(notebook), "{}").unwrap();
            }
            fs::write(root.join("mine").join("02-my-own.ipynb"), "{}").unwrap();
            fs::write(root.join("mine").join("12-one.ipynb"), "{}").unwrap();
            fs::write(root.join("src").join("lib.rs"), "").unwrap();
            Self(root)
        }

        /// What `report ASKED…` in this folder finds, as paths from the project's.
        fn found(&self, here: &str, asked: &[&str]) -> Result<Vec<String>, Failure> {
            let asked: Vec<PathBuf> = asked.iter().map(PathBuf::from).collect();
            let found = named(&asked, &[&self.0.join(here), &self.0, &self.0.join("notebooks")])?;
            let root = self.0.canonicalize().unwrap();
            let short = |path: &PathBuf| path.canonicalize().unwrap().strip_prefix(&root).unwrap().to_path_buf();
            Ok(found.iter().map(|path| short(path).to_string_lossy().replace('\\', "/")).collect())
        }
    }

    impl Drop for Checkout {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn names_numbers_and_paths_mean_the_same_notebook() {
        let checkout = Checkout::new("same");
        let absolute = checkout.0.join("notebooks").join("02-linear-regression");
        for asked in [
            "02-linear-regression",
            "02-linear-regression.ipynb",
            "02-Linear-Regression",
            "linear-regression",
            "linear-regression.ipynb",
            "02",
            "2",
            "02.ipynb",
            "notebooks/02",
            "notebooks/02-linear-regression",
            "notebooks/02-linear-regression.ipynb",
            "./notebooks/../notebooks/2",
            absolute.to_str().unwrap(),
        ] {
            for here in ["", "src", "notebooks", "empty"] {
                let found = checkout.found(here, &[asked]);
                assert_eq!(found.unwrap(), ["notebooks/02-linear-regression.ipynb"], "{asked} in `{here}`");
            }
        }
        assert_eq!(checkout.found("src", &["../notebooks/02"]).unwrap(), ["notebooks/02-linear-regression.ipynb"]);
        assert_eq!(checkout.found("", &["0"]).unwrap(), ["notebooks/00-matrices.ipynb"]);
        // A name may hold points, and a long number is one as well.
        assert_eq!(checkout.found("", &["2024-06.results"]).unwrap(), ["notebooks/2024-06.results.ipynb"]);
        assert_eq!(checkout.found("", &["2024"]).unwrap(), ["notebooks/2024-06.results.ipynb"]);
    }

    #[test]
    fn the_users_folder_comes_first() {
        let checkout = Checkout::new("first");
        assert_eq!(checkout.found("mine", &["02"]).unwrap(), ["mine/02-my-own.ipynb"]);
        assert_eq!(checkout.found("mine", &["12"]).unwrap(), ["mine/12-one.ipynb"]);
        assert_eq!(checkout.found("mine", &["10"]).unwrap(), ["notebooks/10-regularization.ipynb"]);
        assert_eq!(checkout.found("", &["mine/02"]).unwrap(), ["mine/02-my-own.ipynb"]);
        assert_eq!(checkout.found("mine", &["notebooks/12-one"]).unwrap(), ["notebooks/12-one.ipynb"]);
    }

    #[test]
    fn folders_mean_their_notebooks_and_each_comes_once() {
        let checkout = Checkout::new("folders");
        assert_eq!(checkout.found("", &["mine"]).unwrap(), ["mine/02-my-own.ipynb", "mine/12-one.ipynb"]);
        assert_eq!(checkout.found("mine", &["."]).unwrap(), ["mine/02-my-own.ipynb", "mine/12-one.ipynb"]);
        assert_eq!(checkout.found("src", &["notebooks/"]).unwrap().len(), NAMES.len());
        let several = checkout.found("", &["10", "02", "linear-regression", "notebooks/02", "./notebooks"]).unwrap();
        assert_eq!(several[..2], ["notebooks/10-regularization.ipynb", "notebooks/02-linear-regression.ipynb"]);
        assert_eq!(several.len(), NAMES.len());
        assert_eq!(checkout.found("", &[]).unwrap(), [""; 0]);
        let error = checkout.found("", &["empty"]).unwrap_err();
        assert!(error.contains("there are no notebooks in") && error.contains("empty"), "{error}");
    }

    #[test]
    fn a_miss_lists_what_there_is_and_suggests_the_nearest() {
        let checkout = Checkout::new("miss");
        let error = checkout.found("src", &["02-linaer-regresion"]).unwrap_err();
        assert!(error.starts_with("there is no notebook `02-linaer-regresion`; did you mean `02-linear-regression`?"));
        for name in NAMES {
            assert!(error.contains(name), "{error}");
        }
        let error = checkout.found("", &["regularisation"]).unwrap_err();
        assert!(error.contains("did you mean `10-regularization`?"), "{error}");
        for far in ["77", "quantum-field-theory", "", "notebooks/77", "no/such/folder/02"] {
            let error = checkout.found("", &[far]).unwrap_err();
            assert!(error.contains(&format!("there is no notebook `{far}`\n")), "{error}");
            assert!(error.contains("10-regularization"), "{error}");
        }
        assert!(checkout.found("mine", &["77"]).unwrap_err().contains("02-my-own"));
    }

    #[test]
    fn what_is_not_one_notebook_is_refused() {
        let checkout = Checkout::new("refused");
        let error = checkout.found("", &["12"]).unwrap_err();
        assert!(error.contains("12-one.ipynb") && error.contains("12-two.ipynb"), "{error}");
        let error = checkout.found("src", &["lib.rs"]).unwrap_err();
        assert!(error.contains("lib.rs is not a notebook"), "{error}");
        let error = checkout.found("", &["mine/12-one", "notebooks/12-one"]).unwrap_err();
        assert!(error.contains("have the same name") && error.contains("--out"), "{error}");
    }

    #[test]
    fn edits_are_levenshteins() {
        assert_eq!((edits("kitten", "sitting"), edits("", "abc"), edits("abc", ""), edits("α", "β")), (3, 3, 3, 1));
    }
}
