//! Tables: text in rows and columns, as HTML and as plain text.

use super::bundle::Bundle;
use super::html::{NO_MATH, escape, note};
use super::in_cell::{InCell, show_without_prelude};
use crate::data::Table;

impl Table {
    /// The table as HTML that is at home on light and dark pages.
    pub fn to_html(&self) -> String {
        let mut html = format!("<div class=\"{NO_MATH}\" style=\"overflow-x:auto\">\n");
        if !self.title.is_empty() {
            html.push_str(&format!("<div style=\"font-weight:600;margin:4px 0\">{}</div>\n", escape(&self.title)));
        }
        html.push_str("<table style=\"border-collapse:collapse;border:none;font-size:0.95em\">\n");
        if self.headings.iter().any(|heading| !heading.is_empty()) {
            html.push_str("<thead><tr>");
            for (column, heading) in self.headings.iter().enumerate() {
                let side = self.side(column);
                html.push_str(&format!(
                    "<th style=\"text-align:{side};padding:4px 10px;border:none;\
                     border-bottom:1px solid rgba(128,128,128,0.6)\">{}</th>",
                    escape(heading)
                ));
            }
            html.push_str("</tr></thead>\n");
        }
        html.push_str("<tbody>\n");
        for row in &self.rows {
            html.push_str("<tr>");
            for (column, cell) in row.iter().enumerate() {
                let side = self.side(column);
                html.push_str(&format!(
                    "<td style=\"text-align:{side};padding:3px 10px;border:none;white-space:nowrap;\
                     font-variant-numeric:tabular-nums\">{}</td>",
                    escape(cell)
                ));
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody></table>\n");
        html.push_str(&note(&self.note));
        html.push_str("</div>");
        html
    }

    /// The table as plain text with aligned columns.
    pub fn to_text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0).max(self.headings.len());
        let length = |text: &String| text.chars().count();
        let widths: Vec<usize> = (0..columns)
            .map(|column| self.rows.iter().chain([&self.headings]).filter_map(|row| row.get(column)).map(length).max())
            .map(|width| width.unwrap_or(0))
            .collect();
        let line = |row: &Vec<String>| {
            let cells: Vec<String> = (0..columns)
                .map(|column| {
                    let cell = row.get(column).map(String::as_str).unwrap_or_default();
                    let gap = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
                    if self.is_number(column) { format!("{gap}{cell}") } else { format!("{cell}{gap}") }
                })
                .collect();
            cells.join("  ").trim_end().to_string()
        };
        let mut lines = Vec::new();
        if !self.title.is_empty() {
            lines.push(self.title.clone());
        }
        if self.headings.iter().any(|heading| !heading.is_empty()) {
            lines.push(line(&self.headings));
        }
        lines.extend(self.rows.iter().map(line));
        if !self.note.is_empty() {
            lines.push(self.note.clone());
        }
        lines.join("\n")
    }

    fn is_number(&self, column: usize) -> bool {
        self.numeric.get(column).copied().unwrap_or(false)
    }

    fn side(&self, column: usize) -> &'static str {
        if self.is_number(column) { "right" } else { "left" }
    }
}

impl InCell for Table {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.to_text()).html(self.to_html())
    }
}

show_without_prelude!(Table);

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table {
            title: "Weights".into(),
            headings: vec!["".into(), "estimate".into()],
            rows: vec![vec!["b<1>".into(), "0.5".into()], vec!["w".into(), "12.25".into()]],
            numeric: vec![false, true],
            note: "R² 0.9".into(),
        }
    }

    #[test]
    fn plain_text_is_aligned() {
        assert_eq!(table().to_text(), "Weights\n      estimate\nb<1>       0.5\nw        12.25\nR² 0.9");
    }

    #[test]
    fn html_is_escaped_and_numbers_stand_right() {
        let html = table().to_html();
        assert!(html.contains(">b&lt;1&gt;</td>") && !html.contains("<1>"));
        assert!(html.contains("<td style=\"text-align:right"));
        assert_eq!(html.matches("<tr>").count(), 3);
    }

    #[test]
    fn ragged_rows_do_no_harm() {
        let ragged = Table { rows: vec![vec![], vec!["a".into(), "b".into(), "c".into()]], ..table() };
        assert!(ragged.to_text().contains('c') && ragged.to_html().contains(">c<"));
    }
}
