//! The cells of all rows, without the quotes around them.

use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};

use super::records::Records;

/// The cells of a table, one behind another.
pub(super) struct Unquoted {
    text: String,
    /// Where each cell ends, row after row.
    ends: Vec<usize>,
    width: usize,
}

impl Unquoted {
    /// The cells of these rows, in which each cell is quoted as a whole or not at all, and all have the same number of them.
    pub fn new(records: &Records, separator: char, width: usize) -> Self {
        let mut reader = ReaderBuilder::new().delimiter(separator as u8).terminator(Terminator::Any(b'\n')).build();
        let mut rest = records.text.as_bytes();
        // Without its quotes no text is longer.
        let mut bytes = vec![0; rest.len()];
        let (mut length, mut ends) = (0, Vec::with_capacity(records.lines.len() * width));
        let mut ends_in_row = vec![0; width + 1];
        loop {
            let (result, read, written, count) = reader.read_record(rest, &mut bytes[length..], &mut ends_in_row);
            rest = &rest[read..];
            ends.extend(ends_in_row[..count].iter().map(|end| length + end));
            length += written;
            // The rows end with a line's end, so that no row is left where the text is.
            if result != ReadRecordResult::Record {
                break;
            }
        }
        bytes.truncate(length);
        Unquoted { text: String::from_utf8_lossy(&bytes).into_owned(), ends, width }
    }

    /// The cells of one column, the header among them where there is one.
    pub fn column(&self, position: usize) -> impl Iterator<Item = &str> {
        let begin = |cell: usize| if cell == 0 { 0 } else { self.ends[cell - 1] };
        (position..self.ends.len()).step_by(self.width).map(move |cell| &self.text[begin(cell)..self.ends[cell]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns(text: &str, separator: char) -> Vec<Vec<String>> {
        let records = Records::scan(text, separator).unwrap();
        let width = records.width.unwrap();
        let cells = Unquoted::new(&records, separator, width);
        (0..width).map(|position| cells.column(position).map(String::from).collect()).collect()
    }

    #[test]
    fn quotes_go_and_doubled_ones_stay() {
        let text = "a,\"b,c\",d\r\n\"\",\"\"\"x\"\"\",\"two\nlines\"\n, y ,\"\"\"\"";
        assert_eq!(columns(text, ','), [["a", "", ""], ["b,c", "\"x\"", " y "], ["d", "two\nlines", "\""]]);
        assert_eq!(columns("ü;\"ö;ä\"\n1;2", ';'), [["ü", "1"], ["ö;ä", "2"]]);
    }

    proptest! {
        /// What is written by the rule (quotes around a cell, inner ones doubled) is read as it was.
        #[test]
        fn written_cells_come_back(cells in prop::collection::vec("[a-z\",;\n ü]{1,6}", 6)) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let rows: Vec<String> =
                cells.chunks(2).map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",")).collect();
            let read = columns(&rows.join("\n"), ',');
            for (at, cell) in cells.iter().enumerate() {
                prop_assert_eq!(&read[at % 2][at / 2], cell);
            }
        }
    }
}
