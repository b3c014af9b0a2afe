//! The names that a cell itself defines: its `use`s and its `let`s.

use crate::lex::{Token, closing};

/// The paths imported by the cell's `use`s; the last segment may be `*`.
pub fn of(code: &str, tokens: &[Token]) -> Vec<Vec<String>> {
    let mut paths = vec![];
    for (position, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == "use") {
        let Some(end) = tokens[position..].iter().find(|token| token.is(";")) else { continue };
        if let Ok(item) = syn::parse_str::<syn::ItemUse>(&code[token.start..end.end]) {
            add(&item.tree, &mut vec![], &mut paths);
        }
    }
    paths
}

fn add(tree: &syn::UseTree, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    let mut push = |last: String| paths.push([&before[..], &[last]].concat());
    match tree {
        syn::UseTree::Path(path) => {
            before.push(path.ident.to_string());
            add(&path.tree, before, paths);
            before.pop();
        }
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| add(tree, before, paths)),
        syn::UseTree::Name(name) => push(name.ident.to_string()),
        syn::UseTree::Rename(pair) => push(pair.rename.to_string()),
        syn::UseTree::Glob(_) => push("*".into()),
    }
}

/// A variable's `let`.
#[derive(Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its position in `(a, b)` or `[a, b]`.
    pub part: Option<usize>,
    /// The first token of its type and the one after the last, if a type is written.
    pub of: Option<(usize, usize)>,
    /// The first token of the value.
    pub value: usize,
    /// The token after the value.
    pub end: usize,
}

/// How the `let` at a position binds the name, if it does.
pub fn binding(tokens: &[Token], position: usize, name: &str) -> Option<Binding> {
    let skip_mut = |at: usize| if tokens.get(at).is_some_and(|token| token.text == "mut") { at + 1 } else { at };
    let first = skip_mut(position + 1);
    let token = tokens.get(first)?;
    let (part, behind) = if token.is("(") || token.is("[") {
        let close = closing(tokens, first)?;
        let parts = crate::expression::split(tokens, first + 1, close);
        let part = parts.iter().position(|&(start, end)| {
            let start = skip_mut(start);
            start + 1 == end && tokens[start].text == name
        });
        (Some(part?), close + 1)
    } else if token.text == name {
        (None, first + 1)
    } else {
        return None;
    };
    let at_depth_0 = |from: usize, stop: &dyn Fn(&Token) -> bool| {
        let mut at = from;
        while let Some(token) = tokens.get(at) {
            if stop(token) {
                return Some(at);
            }
            at = if crate::lex::opens(token) { closing(tokens, at)? + 1 } else { at + 1 };
        }
        None
    };
    let equals = at_depth_0(behind, &|token| token.is("="))?;
    let end = at_depth_0(equals + 1, &|token| token.is(";") || token.text == "else").unwrap_or(tokens.len());
    let of = tokens.get(behind).filter(|token| token.is(":") && behind + 1 < equals).map(|_| (behind + 1, equals));
    Some(Binding { part, of, value: equals + 1, end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::tokens;

    #[test]
    fn uses_are_read() {
        let code = "use a::{b::C, d::*};\nlet x = 1;\nuse e as f;\nuse g::";
        let paths = of(code, &tokens(code));
        let paths: Vec<String> = paths.iter().map(|path| path.join("::")).collect();
        assert_eq!(paths, ["a::b::C", "a::d::*", "f"]);
    }

    #[test]
    fn lets_bind_alone_and_in_parts() {
        let bind = |code: &str, name: &str| binding(&tokens(code), 0, name);
        assert_eq!(bind("let a = f(1; 2);", "a"), Some(Binding { part: None, of: None, value: 3, end: 9 }));
        assert_eq!(bind("let [a, mut b] = x;", "b").unwrap().part, Some(1));
        assert_eq!(bind("let a: Vec<u8> = x;", "a").unwrap().of, Some((3, 7)));
        assert_eq!(bind("let a = 1;", "b"), None);
    }
}
