//! The rows of a CSV file: where each begins, and that all have the same number of cells.

use crate::interrupt::interrupted;

/// How many bytes are read before asking again whether the reader has interrupted the cell: a few milliseconds' worth.
const AT_ONCE: usize = 1 << 20;

/// The rows of a CSV file, in which a quote, a separator and a line end have one meaning each.
pub(super) struct Records {
    /// The rows with `\n` after each and without blank lines.
    pub text: String,
    /// The line in the file at which each row begins, counted from 1.
    pub lines: Vec<usize>,
    /// How many cells each row has; nothing where there is no row.
    pub width: Option<usize>,
}

impl Records {
    /// Walks through the text once, minding quotes, in which separators and line ends are plain text.
    pub fn scan(text: &str, separator: char) -> Result<Self, String> {
        let separator = separator as u8;
        let mut records = Records { text: String::with_capacity(text.len() + 1), lines: Vec::new(), width: None };
        let mut blank_lines = Vec::new();
        let (mut start, mut line, mut first_line) = (0, 1, 1);
        let (mut cells, mut quoted, mut cell_start) = (1, false, true);
        for (position, byte) in text.bytes().chain([b'\n']).enumerate() {
            let at_end = position == text.len();
            if position > 0 && position.is_multiple_of(AT_ONCE) && interrupted() {
                return Err(format!("interrupted at line {line}; nothing of the file is kept"));
            }
            if quoted {
                if at_end {
                    return Err(format!("line {first_line}: a quote (\") is opened and never closed"));
                }
                quoted = byte != b'"';
                line += usize::from(byte == b'\n');
            } else if byte == b'"' && (cell_start || text.as_bytes()[position - 1] == b'"') {
                // A doubled quote inside a quoted cell closes it and opens it again, which comes to the same.
                (quoted, cell_start) = (true, false);
            } else if byte == separator && !at_end {
                (cells, cell_start) = (cells + 1, true);
            } else if byte == b'\n' {
                let row = text[start..position].strip_suffix('\r').unwrap_or(&text[start..position]);
                match row.trim_matches([' ', '\r']).is_empty() && cells == 1 {
                    true => blank_lines.push((records.lines.len(), first_line)),
                    false => records.push(row, first_line, cells)?,
                }
                line += 1;
                (start, first_line, cells, cell_start) = (position + 1, line, 1, true);
            } else if byte == b'"' || (!cell_start && byte != b'\r' && text.as_bytes()[position - 1] == b'"') {
                return Err(format!(
                    "line {line}: a quote (\") is inside a cell, or a quoted cell is followed by other text; put the \
                     whole cell in quotes and double the inner ones"
                ));
            } else {
                cell_start = false;
            }
        }
        if records.width == Some(1) {
            records.keep_blank_lines(&blank_lines);
        }
        Ok(records)
    }

    fn push(&mut self, row: &str, line: usize, cells: usize) -> Result<(), String> {
        match self.width {
            Some(width) if width != cells => {
                let problem = format!("line {line} has {cells} cells, the lines before it have {width}");
                return Err(problem + "; is a separator missing, too many, or inside a cell without quotes?");
            }
            _ => self.width = Some(cells),
        }
        self.lines.push(line);
        self.text.push_str(row);
        self.text.push('\n');
        Ok(())
    }

    /// In a file of one column a blank line between two rows is a missing value.
    fn keep_blank_lines(&mut self, blank_lines: &[(usize, usize)]) {
        let rows = self.lines.len();
        let between: Vec<_> = blank_lines.iter().filter(|(before, _)| (1..rows).contains(before)).collect();
        if between.is_empty() {
            return;
        }
        let (text, lines) = (std::mem::take(&mut self.text), std::mem::take(&mut self.lines));
        let mut blanks = between.into_iter().peekable();
        // Rows of one column that span several lines are quoted; splitting at the recorded rows keeps them whole.
        let mut rest = text.as_str();
        for (number, line) in lines.into_iter().enumerate() {
            while let Some((_, blank)) = blanks.next_if(|(before, _)| *before == number) {
                self.text.push_str("\"\"\n");
                self.lines.push(*blank);
            }
            let end = row_end(rest);
            self.text.push_str(&rest[..end]);
            self.lines.push(line);
            rest = &rest[end..];
        }
    }
}

/// Where the first row of the text ends, its line end included.
fn row_end(text: &str) -> usize {
    let mut quoted = false;
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return position + 1,
            _ => {}
        }
    }
    text.len()
}
