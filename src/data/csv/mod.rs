//! CSV files: split into cells, each checked, so that nothing wrong passes in silence.

mod cells;
mod numbers;
mod records;
mod unquoted;

use std::path::{Path, PathBuf};

use super::column::Column;
use super::dataset::Dataset;
use crate::error::{Error, Result};
use crate::files::cannot_be_read;
use crate::interrupt::{heeding, interrupted};
use cells::Reading;
use numbers::Marks;
use records::Records;
use unquoted::Unquoted;

/// A file of more bytes may take a second; its reading can be interrupted.
const LARGE: usize = 1 << 20;

/// How to read a CSV file: `Csv::new("marks.csv").separator(';').missing_values(["NA"]).read()?`.
///
/// What is understood without being told: a comma between cells, a first line with the names, cells in double quotes,
/// spaces around a cell, blank lines, a byte-order mark, both kinds of line ends. An empty cell and `NaN` are missing
/// values. Nothing else is guessed:
///
/// - A column in which every cell that is not missing is a number holds numbers; `true` and `false` count as 1 and 0.
/// - A column in which more than half of these cells are numbers, or look like some that are written in another way
///   (`1.299,99`, `12 500`, `45 %`, `12.5 kg`), is taken for a column of numbers with something wrong in it, and is an error
///   that names the first such cell and the ways out: [`Csv::decimal_comma`], [`Csv::thousands_separator`], naming the text as missing
///   ([`Csv::missing_values`]), or asking for categories ([`Csv::text`]). Texts that often mean "missing", such as `NA` and
///   `?`, do not count here.
/// - Every other column holds categories, sorted.
///
/// Digits alone are a number, so that `00123` is 123: ask for [`Csv::text`] where they are a code. A whole number of more
/// digits than `f64` keeps, such as a long id, is an error that says the same.
///
/// Every column becomes a feature; [`Dataset::with_target`] then says which one is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub struct Csv {
    path: PathBuf,
    separator: char,
    header: bool,
    names: Vec<String>,
    missing: Vec<String>,
    text: Vec<String>,
    decimal_comma: bool,
    thousands: Option<char>,
}

/// Reads a CSV file with a header and commas; [`Csv`] has the options and says what is understood.
///
/// # Errors
/// [`Error::File`] with the line, and the column where there is one: no such file, not UTF-8, empty, only a header, a row
/// with more or fewer cells than the header, a name that stands twice, text in a column of numbers; that the reader
/// interrupted the cell while a large file was read.
pub fn read_csv(path: impl AsRef<Path>) -> Result<Dataset> {
    Csv::new(path).read()
}

impl Dataset {
    /// Reads a CSV file with a header and commas; [`Csv`] has the options and says what is understood.
    ///
    /// # Errors
    /// As [`read_csv`].
    pub fn from_csv(path: impl AsRef<Path>) -> Result<Self> {
        read_csv(path)
    }
}

impl Csv {
    /// Reading this file, with a header and commas.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Csv {
            path: path.as_ref().to_path_buf(),
            separator: ',',
            header: true,
            names: Vec::new(),
            missing: Vec::new(),
            text: Vec::new(),
            decimal_comma: false,
            thousands: None,
        }
    }

    /// Another character between cells: `';'`, `'\t'`. Default: a comma.
    #[must_use]
    pub fn separator(mut self, separator: char) -> Self {
        self.separator = separator;
        self
    }

    /// The first line is data already; the columns are called `x1`, `x2`, …
    #[must_use]
    pub fn no_header(mut self) -> Self {
        self.header = false;
        self
    }

    /// The first line is data already; the columns have these names.
    #[must_use]
    pub fn names<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.names = names.into_iter().map(Into::into).collect();
        self.no_header()
    }

    /// Cells that mean "missing": `["NA", "?"]`. An empty cell and `NaN` always do.
    #[must_use]
    pub fn missing_values<T: Into<String>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.missing = values.into_iter().map(Into::into).collect();
        self
    }

    /// Columns that hold categories even where their cells look like numbers (class codes, postcodes).
    #[must_use]
    pub fn text<T: Into<String>>(mut self, columns: impl IntoIterator<Item = T>) -> Self {
        self.text = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Numbers are written with a decimal comma: `3,14`. Usual with the separator `';'`. A point then stands between groups
    /// of three digits: `12.500` is 12500 and `1.299,99` is 1299.99; anywhere else, as in `1.5`, it is an error.
    #[must_use]
    pub fn decimal_comma(mut self) -> Self {
        self.decimal_comma = true;
        self
    }

    /// The character between groups of three digits: with `','` the cell `"12,500"` is 12500. `' '` stands for every kind of
    /// space, `'\''` for the curved apostrophe too. Default: none, but a point with [`Csv::decimal_comma`].
    #[must_use]
    pub fn thousands_separator(mut self, separator: char) -> Self {
        self.thousands = Some(separator);
        self
    }

    /// Reads the file. The data set is called as the file is, without its ending.
    ///
    /// # Errors
    /// As [`read_csv`]; [`Error::NoColumn`] where [`Csv::text`] names a column that the file has not;
    /// [`Error::Parameter`] for a separator that is no plain character, and for a thousands separator that cannot be one.
    pub fn read(&self) -> Result<Dataset> {
        let bytes = std::fs::read(&self.path).map_err(|error| {
            let problem = match error.kind() {
                std::io::ErrorKind::NotFound => {
                    let folder = std::env::current_dir().unwrap_or_default();
                    format!("there is no such file; paths start from {}", folder.display())
                }
                _ => cannot_be_read(&error),
            };
            Error::file_because(&self.path, problem, error)
        })?;
        self.parse(&bytes)
    }

    /// Reads what has the form of a CSV file; the path then only serves the messages.
    pub(crate) fn parse(&self, bytes: &[u8]) -> Result<Dataset> {
        let _heeding = (bytes.len() > LARGE).then(heeding);
        if !self.separator.is_ascii() || matches!(self.separator, '"' | '\n' | '\r') {
            let requirement = "one ASCII character, and neither a quote nor a line end".into();
            return Err(Error::Parameter { parameter: "separator", value: self.separator.into(), requirement });
        }
        let marks = self.marks()?;
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let offset = error.valid_up_to();
            let line = 1 + bytes[..offset].iter().filter(|byte| **byte == b'\n').count();
            let problem = format!("line {line} is not UTF-8 (byte {offset}); save the file with the encoding UTF-8");
            Error::file_because(&self.path, problem, error)
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let records = Records::scan(text, self.separator).map_err(|problem| self.problem(problem))?;
        let Some(width) = records.width else {
            return Err(self.problem("the file is empty".into()));
        };
        if self.header && records.lines.len() == 1 {
            return Err(self.problem("there is a header, but no row below it".into()));
        }
        if !self.names.is_empty() && self.names.len() != width {
            return Err(self.problem(format!("{} names were given for {width} columns", self.names.len())));
        }
        let cells = Unquoted::new(&records, self.separator, width);
        let names = self.column_names(&cells, width)?;
        if let Some(name) = self.text.iter().find(|name| !names.contains(name)) {
            return Err(Error::NoColumn { column: name.clone(), available: names });
        }

        let skipped = usize::from(self.header);
        let rows = records.lines.len() - skipped;
        let mut columns = Vec::with_capacity(width);
        let mut features = ndarray::Array2::zeros((rows, width));
        for (position, name) in names.into_iter().enumerate() {
            if bytes.len() > LARGE && interrupted() {
                return Err(self.problem(format!("interrupted at column `{name}`; nothing of the file is kept")));
            }
            let reading = Reading { name: &name, missing: &self.missing, marks, text: self.text.contains(&name) };
            let column: Vec<&str> = cells.column(position).skip(skipped).collect();
            let (kind, values) = reading.column(&column).map_err(|(row, problem)| {
                self.problem(format!("line {}, column `{name}`: {problem}", records.lines[row + skipped]))
            })?;
            features.column_mut(position).assign(&values);
            columns.push(Column { kind, ..Column::number(name) });
        }
        let title = self.path.file_stem().map_or_else(|| "data".into(), |stem| stem.to_string_lossy().into_owned());
        Dataset::new(title, columns, features, Vec::new(), ndarray::Array2::zeros((rows, 0)))
    }

    /// How numbers are written.
    fn marks(&self) -> Result<Marks> {
        let decimal = if self.decimal_comma { ',' } else { '.' };
        if let Some(mark) =
            self.thousands.filter(|mark| *mark == decimal || !"., '_\u{a0}\u{202f}\u{2009}\u{2019}".contains(*mark))
        {
            let requirement =
                format!("a comma, point, space, apostrophe or underscore, and not the decimal mark `{decimal}`");
            return Err(Error::Parameter { parameter: "thousands separator", value: mark.into(), requirement });
        }
        let thousands = self.thousands.map(|mark| match mark {
            '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
            '\u{2019}' => '\'',
            mark => mark,
        });
        Ok(Marks { decimal, thousands: thousands.or(self.decimal_comma.then_some('.')) })
    }

    /// The names: given, numbered, or from the first row.
    fn column_names(&self, cells: &Unquoted, width: usize) -> Result<Vec<String>> {
        if !self.names.is_empty() {
            return Ok(self.names.clone());
        }
        if !self.header {
            return Ok((1..=width).map(|number| format!("x{number}")).collect());
        }
        let mut names: Vec<String> = Vec::with_capacity(width);
        for position in 0..width {
            let name = match cells.column(position).next().map(str::trim) {
                // An index column, as pandas writes it, has no name.
                None | Some("") => format!("column {}", position + 1),
                Some(name) => name.to_string(),
            };
            if let Some(first) = names.iter().position(|other| *other == name) {
                let problem = format!(
                    "columns {} and {} are both called `{name}`; rename one in the file, or drop its header and use \
                     `names`",
                    first + 1,
                    position + 1
                );
                return Err(self.problem(problem));
            }
            names.push(name);
        }
        Ok(names)
    }

    fn problem(&self, problem: String) -> Error {
        Error::file(&self.path, problem)
    }
}

#[cfg(test)]
mod tests;
