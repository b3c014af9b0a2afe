//! The cells of one column: numbers, or categories, or an error.

use ndarray::Array1;

use crate::data::column::Kind;
use crate::data::frame::categorize;

/// How the cells of a column are to be read.
pub(super) struct Reading<'a> {
    /// Further texts that mean "missing".
    pub missing: &'a [String],
    /// Whether `3,14` is a number.
    pub decimal_comma: bool,
    /// Whether the column holds categories whatever its cells look like.
    pub text: bool,
}

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
            cells.iter().map(|cell| cell.map_or(Some(f64::NAN), |cell| number(cell, self.decimal_comma))).collect();
        let Some(first) = numbers.iter().position(Option::is_none) else {
            return Ok((Kind::Number, numbers.into_iter().flatten().collect()));
        };
        let readable =
            |decimal_comma| cells.iter().flatten().filter(|cell| number(cell, decimal_comma).is_some()).count();
        let found = cells[first].unwrap_or_default();
        if 2 * readable(self.decimal_comma) > present {
            return Err((
                first,
                format!(
                    "`{found}` is no number, {} of the column's {present} cells are. Correct it, or read it as missing \
                     with `missing_values([\"{found}\"])`, or read the column as categories with `text([…])`",
                    readable(self.decimal_comma)
                ),
            ));
        }
        if 2 * readable(true) > present {
            let advice = "read it with `decimal_comma()`, or the column as categories with `text([…])`";
            return Err((first, format!("`{found}` looks like a number with a decimal comma; {advice}")));
        }
        Ok(categorize(&cells))
    }

    /// The cell, or nothing where it means "missing".
    fn present<'t>(&self, cell: &'t str) -> Option<&'t str> {
        let missing =
            cell.is_empty() || cell.eq_ignore_ascii_case("nan") || self.missing.iter().any(|text| text == cell);
        (!missing).then_some(cell)
    }
}

fn truth(cell: &str) -> Option<f64> {
    match cell {
        "true" | "True" | "TRUE" => Some(1.0),
        "false" | "False" | "FALSE" => Some(0.0),
        _ => None,
    }
}

/// A number as people write it; the words `inf` and `infinity` are numbers too, which models then refuse by name.
fn number(cell: &str, decimal_comma: bool) -> Option<f64> {
    match decimal_comma {
        true => cell.replace(',', ".").parse().ok(),
        false => cell.parse().ok(),
    }
}
