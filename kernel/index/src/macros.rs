//! Reads the output of macros without expanding them: the items whose names are not arguments.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::Item;

/// The placeholder for an argument. An item with this name is not one of the crate's.
pub const ARGUMENT: &str = "__argument";

/// The rules of a `macro_rules!`: each pattern with its body.
pub fn rules(tokens: TokenStream) -> Vec<(TokenStream, TokenStream)> {
    let groups: Vec<Group> = tokens
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Group(group) => Some(group),
            _ => None,
        })
        .collect();
    groups.chunks_exact(2).map(|pair| (pair[0].stream(), pair[1].stream())).collect()
}

/// `name!(arguments)`, one line per pattern: the three shortest, without the macro's internal ones.
pub fn signature(name: &str, forms: &[TokenStream]) -> String {
    let mut lines: Vec<String> = forms.iter().map(sketch).filter(|form| !form.starts_with('@')).collect();
    lines.sort_by_key(String::len);
    lines.dedup();
    let lines: Vec<String> = lines.iter().take(3).map(|form| format!("{name}!({form})")).collect();
    if lines.is_empty() { format!("{name}!(…)") } else { lines.join("\n") }
}

/// A pattern as a user would write it: `x, …` for `$($x:expr),* $(,)?`.
fn sketch(form: &TokenStream) -> String {
    let mut parts: Vec<String> = vec![];
    let mut tokens = form.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(name)) => {
                    parts.push(name.to_string());
                    if tokens
                        .next_if(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ':'))
                        .is_some()
                    {
                        tokens.next();
                    }
                }
                Some(TokenTree::Group(group)) => {
                    let mut separator = String::new();
                    for token in tokens.by_ref() {
                        match token {
                            TokenTree::Punct(mark) if "*+?".contains(mark.as_char()) => break,
                            token => separator.push_str(&token.to_string()),
                        }
                    }
                    let inner = sketch(&group.stream());
                    // `$(,)?` permits something nobody needs to know.
                    if inner.contains(char::is_alphanumeric) {
                        parts.extend([inner, separator, "…".into()]);
                    }
                }
                _ => {}
            },
            TokenTree::Group(group) => {
                let inner = sketch(&group.stream());
                parts.push(match group.delimiter() {
                    Delimiter::Parenthesis => format!("({inner})"),
                    Delimiter::Bracket => format!("[{inner}]"),
                    Delimiter::Brace => format!("{{ {inner} }}"),
                    Delimiter::None => inner,
                });
            }
            TokenTree::Punct(mark) if mark.spacing() == proc_macro2::Spacing::Joint => {
                let next = tokens.next().map(|token| token.to_string()).unwrap_or_default();
                parts.push(format!("{}{next}", mark.as_char()));
            }
            other => parts.push(other.to_string()),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ").replace(" ,", ",").replace(" ;", ";")
}

/// A macro's body without repetitions, and with [`ARGUMENT`] for each argument; `$crate` becomes `crate`.
pub fn without_arguments(body: TokenStream) -> TokenStream {
    let mut left = vec![];
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(name)) => {
                    let name = if name == "crate" { "crate" } else { ARGUMENT };
                    left.push(TokenTree::Ident(Ident::new(name, Span::call_site())));
                }
                // `$(…) separator *`
                Some(TokenTree::Group(_)) => {
                    while let Some(TokenTree::Punct(mark)) = tokens.next() {
                        if "*+?".contains(mark.as_char()) {
                            break;
                        }
                    }
                }
                _ => {}
            },
            TokenTree::Group(group) => {
                let inner = without_arguments(group.stream());
                left.push(TokenTree::Group(Group::new(group.delimiter(), inner)));
            }
            other => left.push(other),
        }
    }
    left.into_iter().collect()
}

/// The tokens as items, if all of them are items.
pub fn as_items(tokens: TokenStream) -> Option<Vec<Item>> {
    if tokens.is_empty() {
        return None;
    }
    let items = syn::parse2::<syn::File>(tokens).ok()?.items;
    Some(items.into_iter().filter(|item| !is_named_by_argument(item)).collect())
}

fn is_named_by_argument(item: &Item) -> bool {
    match item {
        Item::Struct(item) => item.ident == ARGUMENT,
        Item::Enum(item) => item.ident == ARGUMENT,
        Item::Trait(item) => item.ident == ARGUMENT,
        Item::Type(item) => item.ident == ARGUMENT,
        Item::Fn(item) => item.sig.ident == ARGUMENT,
        Item::Const(item) => item.ident == ARGUMENT,
        Item::Static(item) => item.ident == ARGUMENT,
        Item::Mod(item) => item.ident == ARGUMENT,
        Item::Use(_) => true,
        Item::Impl(item) => {
            let named = |path: &syn::Path| path.segments.iter().any(|segment| segment.ident == ARGUMENT);
            let subject = matches!(&*item.self_ty, syn::Type::Path(path) if named(&path.path));
            subject || item.trait_.as_ref().is_some_and(|(_, path, _)| named(path))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::{ToTokens, quote};

    #[test]
    fn items_are_read_from_a_macros_body() {
        let rules = rules(quote! {
            ($($name:ident => $words:literal),* $(,)?) => {
                pub enum Optimizer { $($name($name),)* }
                $(impl From<$name> for Optimizer { fn from(o: $name) -> Self { Optimizer::$name(o) } })*
                impl Optimizer { pub fn name(&self) -> &'static str { match self { $(Optimizer::$name(_) => $words,)* } } }
                pub struct $first;
            };
        });
        assert_eq!(rules.len(), 1);
        let items = as_items(without_arguments(rules[0].1.clone())).unwrap();
        let texts: Vec<String> = items.iter().map(|item| item.to_token_stream().to_string()).collect();
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[0].starts_with("pub enum Optimizer"), "{texts:?}");
        assert!(texts[1].contains("pub fn name"), "{texts:?}");
    }

    #[test]
    fn patterns_are_shown_as_a_user_writes_them() {
        let forms =
            [quote! { $([$($x:expr),* $(,)*]),+ $(,)* }, quote! { $($x:expr),* $(,)? }, quote! { @inner $x:tt }];
        assert_eq!(signature("array", &forms), "array!(x, …)\narray!([x, …], …)");
        assert_eq!(signature("df", &[quote! { $($name:expr => $values:expr),+ $(,)? }]), "df!(name => values, …)");
        assert_eq!(signature("none", &[]), "none!(…)");
    }

    #[test]
    fn tokens_that_are_not_items_are_left_out() {
        assert!(as_items(quote! { a => b, c => d }).is_none());
        assert!(as_items(TokenStream::new()).is_none());
    }
}
