//! ndarray's arrays under a cell: their numbers in rows, the shape below, the middle of a big one left out.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use num_complex::Complex64;

use super::bundle::Bundle;
use super::html::{escape, note};
use super::in_cell::InCell;
use crate::data::short;

/// A side with more than this shows only its ends.
const MOST: usize = 12;
/// How many remain at each end.
const ENDS: usize = 5;

/// An element that a cell can show.
pub trait Element: Copy {
    /// The type's name as Rust writes it.
    const NAME: &'static str;
    /// The value in short.
    fn short(self) -> String;
}

macro_rules! elements {
    ($($type:ty),* => $show:expr) => {$(
        impl Element for $type {
            const NAME: &'static str = stringify!($type);
            fn short(self) -> String {
                $show(self)
            }
        }
    )*};
}

elements!(f64 => short);
elements!(f32 => |value: f32| short(f64::from(value)));
elements!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, bool => |value| format!("{value}"));

impl Element for Complex64 {
    const NAME: &'static str = "Complex<f64>";
    fn short(self) -> String {
        let sign = if self.im.is_sign_negative() && self.im != 0.0 { '−' } else { '+' };
        format!("{} {sign} {}i", short(self.re), short(self.im.abs()))
    }
}

impl<T: Element> InCell for ArrayView1<'_, T> {
    fn in_cell(&self) -> Bundle {
        let cells: Vec<String> =
            ends(self.len()).into_iter().map(|at| at.map_or("…".into(), |at| self[at].short())).collect();
        matrix(&[cells], &format!("{} values of {}", self.len(), T::NAME))
    }
}

impl<T: Element> InCell for ArrayView2<'_, T> {
    fn in_cell(&self) -> Bundle {
        let columns = ends(self.ncols());
        let rows: Vec<Vec<String>> = ends(self.nrows())
            .into_iter()
            .map(|row| match row {
                None => columns.iter().map(|_| "⋮".into()).collect(),
                Some(row) => {
                    columns.iter().map(|at| at.map_or("…".into(), |column| self[[row, column]].short())).collect()
                }
            })
            .collect();
        matrix(&rows, &format!("{} × {} of {}", self.nrows(), self.ncols(), T::NAME))
    }
}

impl<T: Element> InCell for Array1<T> {
    fn in_cell(&self) -> Bundle {
        self.view().in_cell()
    }
}

impl<T: Element> InCell for Array2<T> {
    fn in_cell(&self) -> Bundle {
        self.view().in_cell()
    }
}

/// Positions of a side of this length: all of a short one, the ends of a long one with a gap between.
fn ends(length: usize) -> Vec<Option<usize>> {
    if length <= MOST {
        return (0..length).map(Some).collect();
    }
    (0..ENDS).map(Some).chain([None]).chain((length - ENDS..length).map(Some)).collect()
}

/// Numbers between brackets, as on the slide.
fn matrix(rows: &[Vec<String>], shape: &str) -> Bundle {
    let width = rows.iter().flatten().map(|cell| cell.chars().count()).max().unwrap_or(0);
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().map(|cell| format!("{}{cell}", " ".repeat(width - cell.chars().count()))).collect();
        format!("[{}]", cells.join("  "))
    };
    let text = rows.iter().map(line).chain([shape.to_string()]).collect::<Vec<_>>().join("\n");

    let mut html = String::from(
        "<div style=\"overflow-x:auto\"><table style=\"border-collapse:collapse;border:none;\
         border-left:2px solid rgba(128,128,128,0.7);border-right:2px solid rgba(128,128,128,0.7);font-size:0.95em\">\n",
    );
    for row in rows {
        html.push_str("<tr>");
        for cell in row {
            html.push_str(&format!(
                "<td style=\"text-align:right;padding:2px 9px;border:none;font-variant-numeric:tabular-nums\">{}</td>",
                escape(cell)
            ));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</table>");
    html.push_str(&note(shape));
    html.push_str("</div>");
    Bundle::text(text).html(html)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn small_arrays_are_whole() {
        assert_eq!(array![1.0, 2.5].in_cell().plain(), "[  1  2.5]\n2 values of f64");
        assert_eq!(array![[1, 20], [300, 4]].in_cell().plain(), "[  1   20]\n[300    4]\n2 × 2 of i32");
        assert_eq!(array![[true]].in_cell().plain(), "[true]\n1 × 1 of bool");
        let turn = array![Complex64::new(0.0, 1.0), Complex64::new(2.5, -1.0)];
        assert_eq!(turn.in_cell().plain(), "[  0 + 1i  2.5 − 1i]\n2 values of Complex<f64>");
        assert_eq!(Array1::<f32>::zeros(0).in_cell().plain(), "[]\n0 values of f32");
    }

    #[test]
    fn big_arrays_show_their_corners() {
        let big = Array2::from_shape_fn((1000, 50), |(row, column)| (row * 50 + column) as f64);
        let text = big.in_cell().plain().to_string();
        assert_eq!(text.lines().count(), 2 * ENDS + 2);
        assert!(text.lines().next().is_some_and(|line| line.contains('…') && line.trim_end().ends_with("49]")));
        assert!(text.contains("49999") && text.ends_with("1000 × 50 of f64"));
        assert!(big.in_cell().get("text/html").is_some_and(|html| html.len() < 15_000));
    }
}
