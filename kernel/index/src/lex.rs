//! Splits code into tokens while it is being typed: none of it need be complete.

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A name, a keyword or `_`.
    Name,
    /// A number.
    Number,
    /// A string or a character, possibly unterminated.
    Text,
    /// A lifetime.
    Lifetime,
    /// A punctuation character, or `::`, `->`, `=>`, `..`.
    Mark,
}

/// A token and its position, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    pub sort: Sort,
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
}

impl Token<'_> {
    pub fn is(&self, mark: &str) -> bool {
        self.sort == Sort::Mark && self.text == mark
    }

    pub fn is_name(&self) -> bool {
        self.sort == Sort::Name && !KEYWORDS.contains(&self.text)
    }
}

/// Words that are not names.
const KEYWORDS: [&str; 33] = [
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct", "trait",
    "true", "type", "unsafe", "use", "while",
];

/// The tokens of the code, without comments.
pub fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = vec![];
    let mut at = 0;
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        let (sort, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            '/' if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (None, comment(rest)),
            '"' => (Some(Sort::Text), quoted(rest, 0)),
            '\'' => quote(rest),
            'r' | 'b' | 'c' if literal(rest).is_some() => (Some(Sort::Text), literal(rest).unwrap_or(1)),
            _ if first == '_' || first.is_alphabetic() => (Some(Sort::Name), name(rest)),
            _ if first.is_ascii_digit() => (Some(Sort::Number), number(rest)),
            _ => {
                let pair = ["::", "->", "=>", ".."].iter().any(|pair| rest.starts_with(pair));
                (Some(Sort::Mark), if pair { 2 } else { first.len_utf8() })
            }
        };
        if let Some(sort) = sort {
            tokens.push(Token { sort, text: &rest[..length], start: at, end: at + length });
        }
        at += length;
    }
    tokens
}

fn name(text: &str) -> usize {
    text.find(|character: char| character != '_' && !character.is_alphanumeric()).unwrap_or(text.len())
}

/// The length of `1`, `1.5`, `1e-3`, `0.1_f64`, without the dot of `1..2` or `1.max(2)`.
fn number(text: &str) -> usize {
    let mut end = name(text);
    let bytes = text.as_bytes();
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1 + name(&text[end + 1..]);
    } else if bytes.get(end) == Some(&b'.')
        && bytes.get(end + 1).is_none_or(|next| *next != b'.' && *next != b'_' && !next.is_ascii_alphabetic())
        && bytes.get(end + 1).is_some()
    {
        end += 1;
    }
    let exponent = bytes[..end].last().is_some_and(|last| last.eq_ignore_ascii_case(&b'e')) && !text.starts_with("0x");
    if exponent && bytes.get(end).is_some_and(|sign| *sign == b'-' || *sign == b'+') {
        end += 1 + name(&text[end + 1..]);
    }
    end
}

fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The end of a string whose opening quote is at `start`.
fn quoted(text: &str, start: usize) -> usize {
    let mut escaped = false;
    for (at, character) in text[start + 1..].char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return start + 1 + at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `c"…"` or `b'…'`.
fn literal(text: &str) -> Option<usize> {
    let prefix = name(text);
    let word = &text[..prefix];
    let rest = &text[prefix..];
    if ["r", "br", "cr"].contains(&word) {
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        if !rest[hashes..].starts_with('"') {
            return None;
        }
        let open = prefix + hashes + 1;
        let close = format!("\"{}", "#".repeat(hashes));
        return Some(text[open..].find(&close).map_or(text.len(), |at| open + at + close.len()));
    }
    match word {
        "b" | "c" if rest.starts_with('"') => Some(quoted(text, prefix)),
        "b" if rest.starts_with('\'') => Some(prefix + quote(rest).1),
        _ => None,
    }
}

/// A character or a lifetime.
fn quote(text: &str) -> (Option<Sort>, usize) {
    let mut inner = text[1..].chars();
    match (inner.next(), inner.next()) {
        (Some('\\'), Some(escaped)) => {
            let start = 2 + escaped.len_utf8();
            let end = text[start..].find('\'').map_or(text.len(), |at| start + at + 1);
            (Some(Sort::Text), end)
        }
        (Some(one), Some('\'')) => (Some(Sort::Text), 2 + one.len_utf8()),
        (Some(one), _) if one == '_' || one.is_alphabetic() => (Some(Sort::Lifetime), 1 + name(&text[1..])),
        _ => (Some(Sort::Mark), 1),
    }
}

/// The position of the bracket that closes the one at `open`.
pub fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (position, token) in tokens.iter().enumerate().skip(open) {
        if opens(token) {
            depth += 1;
        } else if closes(token) {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(position);
            }
        }
    }
    None
}

/// The position of the bracket that opens the one closed at `close`.
pub fn opening(tokens: &[Token], close: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for position in (0..=close).rev() {
        if closes(&tokens[position]) {
            depth += 1;
        } else if opens(&tokens[position]) {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(position);
            }
        }
    }
    None
}

pub fn opens(token: &Token) -> bool {
    token.is("(") || token.is("[") || token.is("{")
}

pub fn closes(token: &Token) -> bool {
    token.is(")") || token.is("]") || token.is("}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(code: &str) -> Vec<&str> {
        tokens(code).iter().map(|token| token.text).collect()
    }

    #[test]
    fn strings_and_comments_contain_no_brackets() {
        assert_eq!(
            texts("a(\"b)\\\"(\", r#\"c\"(\"#) // )\n.d /* ( /* */ */ '('"),
            ["a", "(", "\"b)\\\"(\"", ",", "r#\"c\"(\"#", ")", ".", "d", "'('"]
        );
        assert_eq!(texts("f(\"not closed"), ["f", "(", "\"not closed"]);
        assert_eq!(texts("<'a>b'x''\\n'"), ["<", "'a", ">", "b'x'", "'\\n'"]);
    }

    #[test]
    fn numbers_end_where_a_method_begins() {
        assert_eq!(
            texts("1.5e-3.max(2).x 0..2 1.0 t.0.a 3."),
            ["1.5e-3", ".", "max", "(", "2", ")", ".", "x", "0", "..", "2", "1.0", "t", ".", "0", ".", "a", "3", "."]
        );
    }

    #[test]
    fn umlauts_are_letters() {
        assert_eq!(texts("größe.λ(\"ß\")"), ["größe", ".", "λ", "(", "\"ß\"", ")"]);
    }
}
