//! What can go wrong: each error names the thing and the way out.

mod cause;
mod divergence;

use std::fmt;
use std::path::{Path, PathBuf};

pub use cause::Cause;
pub use divergence::Divergence;

/// Every failure that gradus reports.
///
/// `Display` prints one message; [`source`](std::error::Error::source) returns the operating system's or another
/// library's error behind it, if there is one. `Debug` prints both, so that `?` and `unwrap` read well under a notebook's
/// cell: `model.safetensors: cannot be read (Permission denied (os error 13))`.
///
/// ```
/// use std::error::Error;
/// let error = gradus::data::read_csv("no such file.csv").unwrap_err();
/// let cause = error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
/// assert_eq!(cause.map(std::io::Error::kind), Some(std::io::ErrorKind::NotFound));
/// ```
// `Display` is written out, not derived: the kernel's analyzer must see it to know the type of `error.to_string()`.
#[non_exhaustive]
#[derive(Clone, PartialEq)]
pub enum Error {
    /// Two shapes or counts that must agree do not.
    Shape {
        /// The operation and its operand.
        what: String,
        /// The shape or count required.
        expected: String,
        /// The shape or count given.
        found: String,
    },
    /// A value that cannot be computed with: NaN (missing) or infinite.
    NotFinite {
        /// Name of the column.
        column: String,
        /// Row, counted from 0.
        row: usize,
        /// The value.
        value: String,
        /// The way out.
        hint: String,
    },
    /// A column with this name does not exist.
    NoColumn {
        /// The requested name.
        column: String,
        /// The names that exist.
        available: Vec<String>,
    },
    /// A column that cannot be used in this way.
    Column {
        /// Name of the column.
        column: String,
        /// What is wrong with it, and the way out.
        problem: String,
    },
    /// A parameter outside its range.
    Parameter {
        /// Name of the parameter.
        parameter: &'static str,
        /// The value given.
        value: String,
        /// What it must be.
        requirement: String,
    },
    /// A linear system without a unique solution.
    Singular {
        /// Which matrix.
        what: String,
        /// Its estimated condition number.
        condition: f64,
        /// The way out.
        hint: String,
    },
    /// Gradient descent whose cost grows instead of falling.
    Diverged(Box<Divergence>),
    /// A file that cannot be read as what it should be.
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line where known, and the way out.
        problem: String,
        /// The error of the operating system or of the parser.
        source: Option<Cause>,
    },
    /// A file whose checksum is not the published one.
    Checksum {
        /// The file.
        path: PathBuf,
        /// The published SHA-256.
        expected: String,
        /// The file's SHA-256.
        found: String,
    },
    /// A data set that is not in the cache and could not be fetched.
    Fetch {
        /// Name of the file.
        file: String,
        /// Where it comes from.
        url: String,
        /// Why the download failed, from each of its addresses.
        problem: String,
        /// The folder in which gradus looks for it.
        folder: PathBuf,
    },
    /// Data that is unusable as a whole: empty, without a target, too few rows.
    Data(String),
    /// A GPU that failed: lost, out of memory, too small.
    Device {
        /// Its name.
        device: String,
        /// What happened during which operation, and the way out.
        problem: String,
    },
    /// The user interrupted the cell before there was a result; the text reports the progress: `after 2 of 5 folds`.
    Interrupted(String),
    /// A failure inside a larger computation, such as one fold of a cross-validation. It prints the inner error, whose
    /// source is its own.
    Within {
        /// Where it happened: the fold, the setting.
        place: String,
        /// What happened there.
        error: Box<Error>,
    },
    /// A routine of another library failed.
    Library {
        /// The operation of gradus.
        context: String,
        /// What failed.
        message: String,
        /// The library's own error.
        source: Option<Cause>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Shape { what, expected, found } => write!(f, "{what}: expected {expected}, found {found}"),
            Error::NotFinite { column, row, value, hint } => {
                write!(f, "column `{column}`, row {row} is {value}; {hint}")
            }
            Error::NoColumn { column, available } => {
                write!(f, "there is no column `{column}`; the columns are {}", list(available))
            }
            Error::Column { column, problem } => write!(f, "column `{column}`: {problem}"),
            Error::Parameter { parameter, value, requirement } => write!(f, "{parameter} = {value}: {requirement}"),
            Error::Singular { what, condition, hint } => {
                write!(f, "{what} is singular (condition number about {condition:.1e}): {hint}")
            }
            Error::Diverged(divergence) => fmt::Display::fmt(divergence, f),
            Error::File { path, problem, .. } => write!(f, "{}: {problem}", path.display()),
            Error::Checksum { path, expected, found } => write!(
                f,
                "{}: SHA-256 is {found}, the published file has {expected}; it is cut off or altered. Delete it to \
                 fetch it again",
                path.display()
            ),
            Error::Fetch { file, url, problem, folder } => write!(
                f,
                "could not fetch {file} from {url}: {problem}. Without network, put the file into {}",
                folder.display()
            ),
            Error::Data(problem) => f.write_str(problem),
            Error::Device { device, problem } => write!(f, "{device} {problem}"),
            Error::Interrupted(when) => write!(f, "interrupted {when}"),
            Error::Within { place, error } => write!(f, "{place}: {error}"),
            Error::Library { context, message, .. } => write!(f, "{context}: {message}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::File { source, .. } | Error::Library { source, .. } => source.as_ref().map(Cause::get),
            // Its message is part of this one's: a caller that prints the chain shall not print it twice.
            Error::Within { error, .. } => error.source(),
            _ => None,
        }
    }
}

impl Error {
    /// A problem of a file that no other error caused.
    pub fn file(path: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Error::File { path: path.as_ref().into(), problem: problem.into(), source: None }
    }

    /// A problem of a file with the error that caused it, which [`source`](std::error::Error::source) returns; the problem
    /// need not repeat its text.
    pub fn file_because(
        path: impl AsRef<Path>,
        problem: impl Into<String>,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Error::File { path: path.as_ref().into(), problem: problem.into(), source: Some(Cause::new(cause)) }
    }

    /// Turns another library's error into one of gradus: `.map_err(Error::library("solve"))`.
    pub(crate) fn library<E>(context: impl Into<String>) -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let context = context.into();
        |error| Error::Library { context, message: "a library routine failed".into(), source: Some(Cause::new(error)) }
    }

    /// Whether an interruption caused it, directly or within a larger computation.
    pub(crate) fn is_interruption(&self) -> bool {
        match self {
            Error::Interrupted(_) => true,
            Error::Within { error, .. } => error.is_interruption(),
            _ => false,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        let causes: Vec<String> = std::iter::successors(std::error::Error::source(self), |cause| cause.source())
            .map(ToString::to_string)
            .collect();
        if causes.is_empty() { Ok(()) } else { write!(f, " ({})", causes.join(": ")) }
    }
}

/// `Result` with gradus' own [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Names between back-ticks, at most twenty of them.
fn list(names: &[String]) -> String {
    let mut text = names.iter().take(20).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > 20 {
        text.push_str(&format!(" and {} more", names.len() - 20));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_kept_and_printed_once() {
        let io = std::io::Error::new(std::io::ErrorKind::PermissionDenied, "denied");
        let file = Error::file_because("f.csv", "cannot be read", io);
        let within = Error::Within { place: "fold 2".into(), error: Box::new(file.clone()) };
        for (error, display) in [(&file, "f.csv: cannot be read"), (&within, "fold 2: f.csv: cannot be read")] {
            assert_eq!((error.to_string(), format!("{error:?}")), (display.into(), format!("{display} (denied)")));
            let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<std::io::Error>());
            assert_eq!(cause.map(std::io::Error::kind), Some(std::io::ErrorKind::PermissionDenied));
        }
        assert!(file == file.clone() && file != Error::file("f.csv", "cannot be read"));
        let library = Error::library("solve")(std::fmt::Error);
        assert!(std::error::Error::source(&library).is_some_and(|cause| cause.is::<std::fmt::Error>()));
    }

    #[test]
    fn debug_reads_like_display() {
        let error = Error::NoColumn { column: "ag".into(), available: vec!["age".into(), "sex".into()] };
        assert_eq!(format!("{error:?}"), "there is no column `ag`; the columns are `age`, `sex`");
        assert_eq!(format!("{error:?}"), format!("{error}"));
    }
}
