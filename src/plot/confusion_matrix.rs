//! The confusion matrix as a figure: counts and shares in colored cells.

use serde_json::json;

use super::figure::Figure;
use super::{color, style};
use crate::metrics::{ConfusionMatrix, Normalize};

/// Up to this many classes a cell has room for the share of its row too.
const MOST_WITH_SHARES: usize = 12;
/// Up to this many classes a cell has room for its count.
const MOST_WITH_COUNTS: usize = 40;
/// Up to this many classes a 0 is worth writing; in greater matrices it would hide what is not 0.
const MOST_WITH_ZEROS: usize = 5;

impl ConfusionMatrix {
    /// The matrix in color: actual classes down, predicted ones across, in each cell its count and its share of the
    /// row. What is right stands on the diagonal in blue, mistakes in vermillion, the stronger the greater the share.
    #[doc(alias = "ConfusionMatrixDisplay")]
    pub fn plot(&self) -> Figure {
        let classes = self.classes().len();
        let names: Vec<String> = self.classes().iter().map(|name| style::escape(name)).collect();
        let shares = self.normalized(Normalize::Rows);
        let (cell, font) = match classes {
            0..=3 => (112.0, 20),
            4..=6 => (86.0, 16),
            7..=MOST_WITH_SHARES => (60.0, 14),
            _ => (34.0, 12),
        };
        let small = font - 3;

        // Bars, not a heat map: they stay vectors wherever the figure goes.
        let (mut columns, mut bases, mut colors) = (Vec::new(), Vec::new(), Vec::new());
        let (mut texts, mut inks, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for ((row, column), count) in self.counts().indexed_iter() {
            let share = shares[[row, column]];
            let hue = if row == column { "#00639B" } else { "#C25500" };
            // The root shows the rare mistakes, which are what one looks for.
            let fill = color::mix("#F1F1F1", hue, 0.12 + 0.88 * share.sqrt());
            let percent = format!("{} %", percent(share));
            texts.push(match *count {
                0 if classes > MOST_WITH_ZEROS => String::new(),
                _ if classes > MOST_WITH_COUNTS => String::new(),
                _ if classes > MOST_WITH_SHARES => count.to_string(),
                _ => format!("{count}<br><span style=\"font-size:{small}px\">{percent}</span>"),
            });
            notes.push(format!("{} taken for {}: {count}<br>{percent} of {0}", names[row], names[column]));
            inks.push(if *count == 0 { style::INK } else { color::ink_on(&fill) });
            colors.push(if *count == 0 { "rgba(128,128,128,0.13)".into() } else { fill });
            columns.push(column);
            bases.push(row as f64 - 0.5 + 0.02);
        }
        let mut figure = Figure::new("Confusion matrix").x("predicted class").y("actual class");
        figure.add(json!({
            "type": "bar", "name": "", "showlegend": false, "x": columns, "base": bases,
            "y": vec![0.96; columns.len()], "width": 0.96, "marker": {"color": colors, "line": {"width": 0}},
            "text": texts, "textposition": "inside", "insidetextanchor": "middle", "textangle": 0,
            "insidetextfont": {"size": font, "color": inks}, "hovertext": notes, "hoverinfo": "text",
        }));
        let places: Vec<usize> = (0..classes).collect();
        let longest = self.classes().iter().map(|name| name.chars().count()).max().unwrap_or(0) as f64;
        for axis in ["xaxis", "yaxis"] {
            for (key, value) in [("showgrid", false), ("showline", false), ("zeroline", false)] {
                figure.set(&format!("/{axis}/{key}"), value);
            }
            figure.set(&format!("/{axis}/tickmode"), "array");
            figure.set(&format!("/{axis}/tickvals"), json!(places));
            figure.set(&format!("/{axis}/ticktext"), json!(names));
        }
        figure.set("/barmode", "overlay");
        let end = classes as f64 - 0.5;
        // The first class at the top, as in a table.
        figure.set("/xaxis/range", json!([-0.5, end]));
        figure.set("/yaxis/range", json!([end, -0.5]));
        let slanted = 8.0 * longest > cell;
        figure.set("/xaxis/tickangle", if slanted { -45 } else { 0 });
        let side = cell * classes as f64;
        let below = if slanted { 6.0 * longest } else { 0.0 };
        let (width, height) = ((side + 8.0 * longest + 110.0).max(480.0), side + below + 165.0);
        figure.size(width as u32, height as u32).caption(format!(
            "accuracy {} % on {} examples; shares of the row",
            percent(self.accuracy()),
            self.examples()
        ))
    }
}

/// A share in percent: whole where there is nothing behind the point.
fn percent(share: f64) -> String {
    let text = format!("{:.1}", 100.0 * share);
    text.strip_suffix(".0").map(str::to_string).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use ndarray::Array1;

    #[test]
    fn cells_hold_counts_and_shares_of_their_row() -> Result<()> {
        let matrix = ConfusionMatrix::from_labels(&["<a", "<a", "b", "b", "b"], &["<a", "b", "b", "b", "b"])?;
        let value = matrix.plot().to_value();
        let cells = &value["data"][0];
        assert_eq!((&cells["x"], &cells["base"]), (&json!([0, 1, 0, 1]), &json!([-0.48, -0.48, 0.52, 0.52])));
        assert_eq!(cells["text"][1], "1<br><span style=\"font-size:17px\">50 %</span>");
        assert_eq!(cells["hovertext"][1], "&lt;a taken for b: 1<br>50 % of &lt;a");
        assert_eq!(value["layout"]["yaxis"]["ticktext"], json!(["&lt;a", "b"]));
        assert_eq!(value["layout"]["yaxis"]["range"], json!([1.5, -0.5]));
        assert!(matrix.plot().description().contains("accuracy 80 % on 5 examples"));
        Ok(())
    }

    #[test]
    fn many_classes_leave_zeros_and_shares_out() -> Result<()> {
        let names: Vec<String> = (0..26).map(|at| format!("c{at}")).collect();
        let labels = Array1::from_iter((0..520).map(|row| (row % 26) as f64));
        let figure = ConfusionMatrix::new(labels.view(), labels.view(), &names)?.plot();
        let value = figure.to_value();
        assert_eq!((&value["data"][0]["text"][0], &value["data"][0]["text"][1]), (&json!("20"), &json!("")));
        assert!(figure.to_json().len() < 120_000, "{}", figure.to_json().len());
        Ok(())
    }

    #[test]
    fn percents_are_short() {
        assert_eq!([percent(1.0), percent(0.125), percent(0.9996)], ["100", "12.5", "100"]);
    }
}
