//! The cells of one column: numbers, or categories, or an error.

use ndarray::Array1;

use super::numbers::Marks;
use crate::data::column::Kind;
use crate::data::frame::categorize;
use crate::data::labels::number_name;

/// How the cells of a column are to be read.
pub(super) struct Reading<'a> {
    /// What the column is called.
    pub name: &'a str,
    /// Further texts that mean "missing".
    pub missing: &'a [String],
    /// How numbers are written.
    pub marks: Marks,
    /// Whether the column holds categories whatever its cells look like.
    pub text: bool,
}

/// Texts that often mean "missing": where they are all that is not a number, the column is one of numbers.
const OFTEN_MISSING: [&str; 12] = ["na", "n/a", "#n/a", "null", "none", "?", "-", "--", "–", "—", ".", "*"];

impl Reading<'_> {
    /// Kind and values of a column, or the row and what is wrong there.
    pub fn column(&self, cells: &[&str]) -> Result<(Kind, Array1<f64>), (usize, String)> {
        let cells: Vec<Option<&str>> = cells.iter().map(|cell| self.present(cell.trim())).collect();
        if self.text {
            return Ok(categorize(&cells));
        }
        let present = cells.iter().flatten().count();
        if present > 0 && cells.iter().flatten().all(|cell| truth(cell).is_some()) {
            let values = cells.iter().map(|cell| cell.and_then(truth).unwrap_or(f64::NAN));
            return Ok((Kind::Number, values.collect()));
        }
        let numbers: Vec<Option<f64>> =
            cells.iter().map(|cell| cell.map_or(Some(f64::NAN), |cell| self.marks.number(cell))).collect();
        let Some(first) = numbers.iter().position(Option::is_none) else {
            let pairs = cells.iter().zip(&numbers).enumerate();
            let mut present = pairs.filter_map(|(row, (cell, value))| Some((row, (*cell)?, (*value)?)));
            if let Some((row, cell, value)) = present.find(|(_, cell, value)| loses_digits(cell, *value)) {
                let problem = format!(
                    "`{cell}` has more digits than a number keeps: it would become {value:.0}. Read the column as categories \
                     with `text([{:?}])`",
                    self.name
                );
                return Err((row, problem));
            }
            return Ok((Kind::Number, numbers.into_iter().flatten().collect()));
        };
        let unsure = cells.iter().flatten().filter(|cell| often_missing(cell)).count();
        let resembles = |(cell, number): &(&Option<&str>, &Option<f64>)| {
            cell.is_some_and(|cell| number.is_some() || self.marks.resembles(cell))
        };
        let resembling = cells.iter().zip(&numbers).filter(resembles).count();
        if 2 * resembling > present - unsure {
            let readable =
                cells.iter().zip(&numbers).filter(|(cell, number)| cell.is_some() && number.is_some()).count();
            // What is wrong with most of the column, rather than one stray text.
            let row = cells
                .iter()
                .zip(&numbers)
                .position(|(cell, number)| number.is_none() && cell.is_some_and(|cell| self.marks.resembles(cell)))
                .unwrap_or(first);
            return Err((row, self.not_a_number(cells[row].unwrap_or_default(), readable, resembling, present)));
        }
        Ok(categorize(&cells))
    }

    /// Says that a column of numbers holds something else, and what to do.
    fn not_a_number(&self, found: &str, readable: usize, resembling: usize, present: usize) -> String {
        let counted = match readable == resembling {
            true => format!("is not a number, {readable} of the column's {present} cells are"),
            false => format!(
                "is not a number as it is written, {readable} of the column's {present} cells are numbers, and {} look like \
                 numbers written in another way",
                resembling - readable
            ),
        };
        let text = format!("read the column as categories with `text([{:?}])`", self.name);
        let ways: Vec<String> = self
            .marks
            .elsewhere(found)
            .into_iter()
            .map(|(value, ask)| format!("{} if read {ask}", number_name(value)))
            .collect();
        let advice = match ways.is_empty() {
            false => format!("it is {}; or {text}", ways.join(", ")),
            true if self.marks.resembles(found) => format!("leave only the number in the file's cells, or {text}"),
            true => format!("correct it, or read it as missing with `missing_values([{found:?}])`, or {text}"),
        };
        format!("`{found}` {counted}. {}", capitalized(&advice))
    }

    /// The cell, or nothing where it means "missing".
    fn present<'t>(&self, cell: &'t str) -> Option<&'t str> {
        // C's `printf` writes `-nan`.
        let unsigned = cell.strip_prefix(['-', '+', '\u{2212}']).unwrap_or(cell);
        let missing =
            cell.is_empty() || unsigned.eq_ignore_ascii_case("nan") || self.missing.iter().any(|text| text == cell);
        (!missing).then_some(cell)
    }
}

/// Whether a cell is a whole number in plain digits of which the last ones are lost. What a program wrote of a large number
/// comes back: all its digits, or the first ones and zeros.
fn loses_digits(cell: &str, value: f64) -> bool {
    const WHOLE_BELOW: f64 = 9_007_199_254_740_992.0;
    let digits = cell.strip_prefix(['-', '+', '\u{2212}']).unwrap_or(cell).trim_start_matches('0');
    let size = value.abs();
    if size < WHOLE_BELOW || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    format!("{size:.0}") != digits && size.to_string() != digits
}

fn often_missing(cell: &str) -> bool {
    OFTEN_MISSING.iter().any(|text| text.eq_ignore_ascii_case(cell))
}

fn truth(cell: &str) -> Option<f64> {
    match cell {
        "true" | "True" | "TRUE" => Some(1.0),
        "false" | "False" | "FALSE" => Some(0.0),
        _ => None,
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
}
