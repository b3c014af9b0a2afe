//! What can go wrong, in words that name the thing and the way out.

use std::fmt;
use std::path::PathBuf;

use crate::data::short;

/// Every failure that gradus reports.
///
/// `Debug` prints the same text as `Display`, so that `?` and `unwrap` read well under a notebook's cell. `Display` is
/// written out here, not derived: the kernel's analyzer must see it to know the type of `error.to_string()`.
#[non_exhaustive]
#[derive(Clone, PartialEq)]
pub enum Error {
    /// Two things that must agree in shape do not; `expected` and `found` say both.
    Shape {
        /// What was being done, and with which thing.
        what: String,
        /// The shape or count that was needed.
        expected: String,
        /// The shape or count that came.
        found: String,
    },
    /// A value that no arithmetic can use: NaN (missing) or infinite.
    NotFinite {
        /// Name of the column.
        column: String,
        /// Row, counted from 0.
        row: usize,
        /// What stands there.
        value: String,
        /// The way out.
        hint: String,
    },
    /// A column with this name does not exist.
    NoColumn {
        /// The name asked for.
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
    },
    /// A file whose checksum is not the published one.
    Checksum {
        /// The file.
        path: PathBuf,
        /// The published SHA-256.
        expected: String,
        /// The SHA-256 of what is there.
        found: String,
    },
    /// A data set that is not in the cache and could not be fetched.
    Fetch {
        /// Name of the file.
        file: String,
        /// Where it comes from.
        url: String,
        /// Why it did not arrive.
        problem: String,
        /// The folder in which gradus looks for it.
        folder: PathBuf,
    },
    /// Data that is unusable as a whole: empty, without a target, too few rows.
    Data(String),
    /// A graphics processor that cannot do what it should: lost, out of memory, too small.
    Device {
        /// Its name.
        device: String,
        /// What happened while what was being done, and the way out.
        problem: String,
    },
    /// The reader interrupted the cell before there was a result; the text says how far it was: `after 2 of 5 folds`.
    Interrupted(String),
    /// A failure inside a larger computation, such as one fold of a cross-validation.
    Within {
        /// Where it happened: the fold, the setting.
        place: String,
        /// What happened there.
        error: Box<Error>,
    },
    /// A routine of a library underneath failed.
    Library {
        /// What gradus was doing.
        context: String,
        /// What the library said.
        message: String,
    },
}

/// What is known about a descent that diverged.
#[derive(Clone, PartialEq)]
pub struct Divergence {
    /// The step at which it was seen, counted from 1.
    pub step: usize,
    /// Cost before the first step.
    pub first_cost: f64,
    /// Cost at that step.
    pub last_cost: f64,
    /// The name of the optimizer; `SGD` steps plainly.
    pub optimizer: &'static str,
    /// The learning rate in use.
    pub learning_rate: f64,
    /// 2 / λmax of the cost's Hessian: plain full-batch descent converges below it and diverges above.
    pub largest_safe_rate: f64,
    /// λmax of the Hessian.
    pub largest_eigenvalue: f64,
    /// Whether that is the Hessian itself, as of a squared error; of a cross-entropy it is the bound ¼XᵀX/m or ½XᵀX/m, and
    /// some larger rates may do.
    pub exact: bool,
    /// Whether each step saw all examples; smaller batches need a smaller rate.
    pub full_batches: bool,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.optimizer == "SGD";
        write!(
            f,
            "gradient descent{} diverged: at step {} the cost is {}, it began at {}, with learning rate {}. \
             The largest safe rate {}for {} is {:.6} (2 / λmax of {}, λmax = {:.6}). \
             Take a smaller rate, or scale the features",
            if plain { String::new() } else { format!(" with {}", self.optimizer) },
            self.step,
            short(self.last_cost),
            short(self.first_cost),
            self.learning_rate,
            if plain { "" } else { "of plain steps (`Sgd`) " },
            if self.full_batches { "this data" } else { "full batches of this data, more than small ones bear," },
            self.largest_safe_rate,
            if self.exact { "the Hessian" } else { "a bound on the Hessian" },
            self.largest_eigenvalue
        )
    }
}

impl fmt::Debug for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
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
            Error::File { path, problem } => write!(f, "{}: {problem}", path.display()),
            Error::Checksum { path, expected, found } => write!(
                f,
                "{}: SHA-256 is {found}, the published file has {expected}; it is cut off or altered. Delete it to \
                 fetch it anew",
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
            Error::Library { context, message } => write!(f, "{context}: {message}"),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// Whether it came of an interruption, here or within.
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
        fmt::Display::fmt(self, f)
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
    fn debug_reads_like_display() {
        let error = Error::NoColumn { column: "ag".into(), available: vec!["age".into(), "sex".into()] };
        assert_eq!(format!("{error:?}"), "there is no column `ag`; the columns are `age`, `sex`");
        assert_eq!(format!("{error:?}"), format!("{error}"));
    }
}
