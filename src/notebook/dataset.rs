//! A data set under a cell: its first rows, its shape, what its columns mean.

use super::bundle::Bundle;
use super::in_cell::{InCell, show_without_prelude};
use crate::data::{Column, Dataset, Table};

/// Rows shown.
const ROWS: usize = 8;
/// Columns shown, features and targets together.
const COLUMNS: usize = 16;

impl InCell for Dataset {
    fn in_cell(&self) -> Bundle {
        let (features, targets) = (self.columns().len(), self.target_columns().len());
        let all: Vec<(&Column, ndarray::ArrayView1<'_, f64>)> = self
            .columns()
            .iter()
            .zip(self.features().columns())
            .chain(self.target_columns().iter().zip(self.targets().columns()))
            .collect();
        // Of many columns the first are shown, and always the targets.
        let shown: Vec<usize> = if all.len() <= COLUMNS {
            (0..all.len()).collect()
        } else {
            let last = targets.min(4);
            (0..COLUMNS - last).chain(all.len() - last..all.len()).collect()
        };
        let gap = (all.len() > COLUMNS).then(|| COLUMNS - targets.min(4));
        let with_gap = |cells: Vec<String>| match gap {
            Some(at) => cells[..at].iter().cloned().chain(["…".into()]).chain(cells[at..].iter().cloned()).collect(),
            None => cells,
        };
        let heading = |at: usize| {
            let mark = if at >= features { "→ " } else { "" };
            format!("{mark}{}", all[at].0.label())
        };
        let row = |row: usize| with_gap(shown.iter().map(|at| all[*at].0.show(all[*at].1[row])).collect());
        let numeric: Vec<bool> = shown.iter().map(|at| all[*at].0.categories().is_none()).collect();
        let mut rows: Vec<Vec<String>> = (0..self.rows().min(ROWS)).map(row).collect();
        let headings = with_gap(shown.iter().map(|at| heading(*at)).collect());
        if self.rows() > ROWS {
            rows.push(vec!["…".into(); headings.len()]);
        }
        let plural = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let targets = match targets {
            0 => "no target".to_string(),
            several => format!("{} (→)", plural(several, "target")),
        };
        let missing = self.features().iter().chain(self.targets()).filter(|value| value.is_nan()).count();
        let mut note = format!("{} × {}, {targets}", plural(self.rows(), "row"), plural(features, "feature"));
        if missing > 0 {
            note.push_str(&format!(", {missing} missing (–)"));
        }
        let numeric = match gap {
            Some(at) => numeric[..at].iter().copied().chain([false]).chain(numeric[at..].iter().copied()).collect(),
            None => numeric,
        };
        Table { title: self.name().into(), headings, rows, numeric, note }.in_cell()
    }
}

show_without_prelude!(Dataset);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use ndarray::{Array1, Array2, array};

    #[test]
    fn the_head_the_shape_and_the_target_are_shown() -> Result<()> {
        let columns =
            vec![Column::number("age").unit("years"), Column::category("sea", vec!["<1H".into(), "far".into()])];
        let features = array![[41.0, 0.0], [f64::NAN, 1.0]];
        let data = Dataset::new("houses", columns, features, vec![Column::number("price")], array![[4.526], [3.5]])?;
        let bundle = data.in_cell();
        let expected = "houses\nage (years)  sea  → price\n         41  <1H    4.526\n          –  far      3.5\n\
                        2 rows × 2 features, 1 target (→), 1 missing (–)";
        assert_eq!(bundle.plain(), expected);
        assert!(bundle.get("text/html").is_some_and(|html| html.contains("&lt;1H")));
        Ok(())
    }

    #[test]
    fn wide_and_long_data_is_cut_and_keeps_the_target() -> Result<()> {
        let data = Dataset::from_arrays(Array2::zeros((100, 784)), Array1::ones(100))?;
        let text = data.in_cell().plain().to_string();
        let heading = text.lines().nth(1).unwrap_or_default();
        assert!(heading.contains("…") && heading.ends_with("→ y"), "{heading}");
        assert_eq!(text.lines().count(), 1 + 1 + ROWS + 1 + 1);
        assert!(text.ends_with("100 rows × 784 features, 1 target (→)"));
        Ok(())
    }
}
