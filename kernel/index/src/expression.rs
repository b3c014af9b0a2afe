//! Parses an expression backward from its end: the chain of calls before a cursor.

use crate::lex::{Sort, Token, opening};

/// An expression, reduced to what determines its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// A variable, a constant or a unit struct: `a`, `Type::NAME`.
    Path(Vec<String>),
    /// A call of a path: `Type::new(…)`.
    Call(Vec<String>),
    /// `receiver.name(…)`.
    Method(Box<Expr>, String),
    /// `receiver.name`, `receiver.0`.
    Field(Box<Expr>, String),
    /// `receiver[…]`.
    Index(Box<Expr>),
    /// `receiver?`.
    Try(Box<Expr>),
    /// `name!(…)`.
    Macro(String),
    /// `Name { … }`.
    Literal(Vec<String>),
    /// `(a, b)`.
    Tuple(Vec<Expr>),
    /// `[a, …]`, represented by its first element.
    Array(Option<Box<Expr>>),
    /// A string.
    Text,
    /// A number, as it is written.
    Number(String),
    /// Anything else.
    Unknown,
}

/// The expression that ends before token `end`, and the position of its first token.
pub fn before(tokens: &[Token], end: usize) -> (Expr, usize) {
    read(tokens, end).unwrap_or((Expr::Unknown, end))
}

fn read(tokens: &[Token], end: usize) -> Option<(Expr, usize)> {
    let last = end.checked_sub(1)?;
    let token = &tokens[last];
    match token.sort {
        Sort::Text => return Some((Expr::Text, last)),
        Sort::Number if last > 0 && tokens[last - 1].is(".") => return field(tokens, last),
        Sort::Number => return Some((Expr::Number(token.text.into()), last)),
        Sort::Name => {
            if last > 0 && tokens[last - 1].is(".") {
                return field(tokens, last);
            }
            let (path, start) = path(tokens, end)?;
            return Some((Expr::Path(path), start));
        }
        Sort::Lifetime => return None,
        Sort::Mark => {}
    }
    match token.text {
        "?" => {
            let (inner, start) = read(tokens, last)?;
            Some((Expr::Try(Box::new(inner)), start))
        }
        ")" => called(tokens, opening(tokens, last)?, last),
        "]" => indexed(tokens, opening(tokens, last)?, last),
        "}" => braced(tokens, opening(tokens, last)?),
        // `Type::<T>` without a call, a unit struct.
        _ => None,
    }
}

/// `receiver.name`, where `last` is the name.
fn field(tokens: &[Token], last: usize) -> Option<(Expr, usize)> {
    let (receiver, start) = read(tokens, last - 1)?;
    let name = tokens[last].text;
    if name == "await" {
        return Some((Expr::Unknown, start));
    }
    // The lexer reads the two positions in `pair.0.1` as one number.
    let of = |receiver: Expr, name: &str| Expr::Field(Box::new(receiver), name.to_owned());
    Some((name.split('.').fold(receiver, of), start))
}

/// An expression that ends with brackets from `open` to `close`: a call, a macro, or just parentheses.
fn called(tokens: &[Token], open: usize, close: usize) -> Option<(Expr, usize)> {
    if let Some(of_macro) = macro_before(tokens, open) {
        return Some(of_macro);
    }
    let end = before_turbofish(tokens, open);
    let name = end.checked_sub(1).map(|position| &tokens[position]).filter(|token| token.is_name());
    if let Some(name) = name {
        if end >= 2 && tokens[end - 2].is(".") {
            let (receiver, start) = read(tokens, end - 2)?;
            return Some((Expr::Method(Box::new(receiver), name.text.into()), start));
        }
        let (path, start) = path(tokens, end)?;
        return Some((Expr::Call(path), start));
    }
    let parts = split(tokens, open + 1, close);
    let whole = |part: &(usize, usize)| part_of(tokens, part.0, part.1);
    match parts.as_slice() {
        [one] => Some((whole(one), open)),
        parts => Some((Expr::Tuple(parts.iter().map(whole).collect()), open)),
    }
}

fn indexed(tokens: &[Token], open: usize, close: usize) -> Option<(Expr, usize)> {
    if let Some(of_macro) = macro_before(tokens, open) {
        return Some(of_macro);
    }
    let before = open.checked_sub(1).map(|position| &tokens[position]);
    if before.is_some_and(|token| token.is_name() || token.is(")") || token.is("]") || token.is("?")) {
        let (receiver, start) = read(tokens, open)?;
        return Some((Expr::Index(Box::new(receiver)), start));
    }
    let first = split(tokens, open + 1, close).first().map(|part| Box::new(part_of(tokens, part.0, part.1)));
    Some((Expr::Array(first), open))
}

fn braced(tokens: &[Token], open: usize) -> Option<(Expr, usize)> {
    if let Some(of_macro) = macro_before(tokens, open) {
        return Some(of_macro);
    }
    let (path, start) = path(tokens, open)?;
    let is_type = path.last()?.starts_with(char::is_uppercase);
    is_type.then_some((Expr::Literal(path), start))
}

/// `name!` before the bracket at `open`.
fn macro_before(tokens: &[Token], open: usize) -> Option<(Expr, usize)> {
    let name = open.checked_sub(2).filter(|&position| tokens[open - 1].is("!") && tokens[position].is_name())?;
    let (path, start) = path(tokens, name + 1)?;
    Some((Expr::Macro(path.last()?.clone()), start))
}

/// A whole expression between two positions; only `&`, `*` and `mut` may come before its last chain of calls.
pub fn part_of(tokens: &[Token], start: usize, end: usize) -> Expr {
    let (expression, first) = before(tokens, end);
    let borrowed = |token: &Token| token.is("&") || token.is("*") || token.text == "mut";
    if first >= start && tokens[start..first].iter().all(borrowed) { expression } else { Expr::Unknown }
}

/// The parts between commas, from `start` to `end`. A trailing comma starts no part, but distinguishes `(a,)` from
/// `(a)`.
pub fn split(tokens: &[Token], start: usize, end: usize) -> Vec<(usize, usize)> {
    let (mut parts, mut depth, mut from) = (vec![], 0_usize, start);
    for (position, token) in tokens.iter().enumerate().take(end).skip(start) {
        if crate::lex::opens(token) {
            depth += 1;
        } else if crate::lex::closes(token) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && (token.is(",") || token.is(";")) {
            parts.push((from, position));
            from = position + 1;
        }
    }
    if from < end {
        parts.push((from, end));
    }
    parts
}

/// The names of the path `a::b::c` that ends before token `end`, and its start.
pub fn path(tokens: &[Token], end: usize) -> Option<(Vec<String>, usize)> {
    let mut start = end.checked_sub(1).filter(|&last| tokens[last].is_name())?;
    let mut names = vec![tokens[start].text.to_owned()];
    while start >= 2 && tokens[start - 1].is("::") {
        let inner = before_arguments(tokens, start - 1);
        let Some(position) = inner.checked_sub(1).filter(|&position| tokens[position].sort == Sort::Name) else {
            break;
        };
        names.insert(0, tokens[position].text.to_owned());
        start = position;
    }
    Some((names, start))
}

/// The end of `name` in `name::<T>(`, if `open` is the bracket.
pub fn before_turbofish(tokens: &[Token], open: usize) -> usize {
    let start = before_arguments(tokens, open);
    if start < open && tokens[start].is("::") { start } else { open }
}

/// The start of the type arguments that end before `end`; `end` if there are none.
pub fn before_arguments(tokens: &[Token], end: usize) -> usize {
    let mut depth = 0_usize;
    for position in (0..end).rev() {
        let token = &tokens[position];
        if token.is(">") {
            depth += 1;
        } else if token.is("<") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                let colons = position.checked_sub(1).is_some_and(|before| tokens[before].is("::"));
                return if colons { position - 1 } else { position };
            }
        }
        if depth == 0 || token.is(";") || token.is("{") || token.is("}") {
            return end;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::tokens;

    fn read_all(code: &str) -> Expr {
        let tokens = tokens(code);
        before(&tokens, tokens.len()).0
    }

    fn path(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn method(receiver: Expr, name: &str) -> Expr {
        Expr::Method(Box::new(receiver), name.into())
    }

    #[test]
    fn chains_are_read_to_their_beginning() {
        let call = Expr::Call(path(&["LinearRegression", "closed_form"]));
        let whole = Expr::Try(Box::new(method(method(call, "ridge"), "fit")));
        assert_eq!(read_all("let a = 1; let m = LinearRegression::closed_form().ridge(f(\")\", (1))).fit(&x)?"), whole);
        assert_eq!(
            read_all("x + a.b[i + 1].c"),
            Expr::Field(
                Box::new(Expr::Index(Box::new(Expr::Field(Box::new(Expr::Path(path(&["a"]))), "b".into())))),
                "c".into()
            )
        );
    }

    #[test]
    fn type_arguments_are_skipped() {
        assert_eq!(
            read_all("a.iter().collect::<Vec<(u8, T)>>()"),
            method(method(Expr::Path(path(&["a"])), "iter"), "collect")
        );
        assert_eq!(read_all("Array2::<f64>::zeros((1, 2))"), Expr::Call(path(&["Array2", "zeros"])));
        assert_eq!(read_all("f::<f64>(1)"), Expr::Call(path(&["f"])));
        assert_eq!(read_all("a < b.c"), Expr::Field(Box::new(Expr::Path(path(&["b"]))), "c".into()));
    }

    #[test]
    fn macros_literals_and_parentheses_are_distinguished() {
        assert_eq!(read_all("polars::df!(\"a\" => [1])?"), Expr::Try(Box::new(Expr::Macro("df".into()))));
        assert_eq!(read_all("vec![1, 2]"), Expr::Macro("vec".into()));
        assert_eq!(read_all("Huber { threshold: 2.0 }"), Expr::Literal(path(&["Huber"])));
        assert_eq!(read_all("(&a)"), Expr::Path(path(&["a"])));
        assert_eq!(read_all("(a + b)"), Expr::Unknown);
        assert_eq!(read_all("(a, 1.5)"), Expr::Tuple(vec![Expr::Path(path(&["a"])), Expr::Number("1.5".into())]));
        assert_eq!(read_all("[\"a\"]"), Expr::Array(Some(Box::new(Expr::Text))));
        assert_eq!(read_all("if a { b } else { c }"), Expr::Unknown);
        assert_eq!(read_all(")"), Expr::Unknown);
        assert_eq!(read_all(""), Expr::Unknown);
    }
}
