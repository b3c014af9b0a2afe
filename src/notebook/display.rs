//! `display`: showing a value in the middle of a cell.

use std::io::{self, Write};

use super::in_cell::InCell;
use crate::front;

/// Shows a value below the cell at once, as it would look as the cell's last expression: for several figures in one
/// cell, in the middle of it or in a loop.
///
/// It takes what a cell can end with: figures, tables, data sets, models, arrays, plain numbers. Another kernel than
/// *Rust (gradus)* puts all that a cell shows into one output, of which only the last value is seen.
///
/// ```
/// use gradus::prelude::*;
/// let data = (array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0]);
/// for rate in [0.01, 0.05] {
///     let descent = LinearRegression::gradient_descent().learning_rate(rate).fit(&data)?;
///     display(&descent.history().cost_plot());
/// }
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn display<T: InCell + ?Sized>(value: &T) {
    // The lock keeps other threads' lines out of it. A closed output is no reason to panic.
    let _ = write(value, front::is_present(), &mut io::stdout().lock());
}

/// The value's formats, and behind them the mark that they are an output of their own.
fn write<T: InCell + ?Sized>(value: &T, apart: bool, out: &mut impl Write) -> io::Result<()> {
    let bundle = value.in_cell();
    if bundle.is_empty() {
        return Ok(());
    }
    bundle.write(out)?;
    if apart { front::end_bundle(out) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Figure;

    fn written<T: InCell + ?Sized>(value: &T, apart: bool) -> String {
        let mut out = vec![];
        write(value, apart, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_value_is_an_output_of_its_own() {
        let figures = [Figure::new("first"), Figure::new("second")];
        let text: String = figures.iter().map(|figure| written(figure, true)).collect();
        let parts: Vec<&str> = text.split("\x1b_gradus;bundle;0;\x1b\\").collect();
        assert_eq!((parts.len(), parts[2]), (3, ""));
        for (part, figure) in parts.iter().zip(&figures) {
            let mut at_the_end = vec![];
            figure.in_cell().write(&mut at_the_end).unwrap();
            assert_eq!(part.as_bytes(), at_the_end);
            assert_eq!(part.matches("EVCXR_BEGIN_CONTENT").count(), 3);
        }
    }

    #[test]
    fn another_kernel_reads_the_blocks_alone() {
        assert_eq!(written("text", false), "EVCXR_BEGIN_CONTENT text/plain\n\"text\"\nEVCXR_END_CONTENT\n");
    }

    #[test]
    fn whatever_a_cell_ends_with_is_shown() {
        let lines = |text: String| text.lines().map(String::from).collect::<Vec<_>>();
        assert_eq!(lines(written(&ndarray::array![1.5, 2.0], false))[0], "EVCXR_BEGIN_CONTENT text/html");
        assert!(written(&plotly::Plot::new(), false).contains("application/vnd.plotly.v1+json"));
        assert!(written(&polars::prelude::DataFrame::empty(), false).contains("0 rows × 0 columns"));
        assert_eq!(written(&(), true), "");
    }
}
