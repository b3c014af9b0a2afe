//! Types that the rust-analyzer inside evcxr does not see, because their crates are hidden from it (see `analyzer.rs`).
//! evcxr rejects a `let` of such a type. The compiler does know the type: a deliberate mistake, which takes a reference
//! to the variable as one to another type, makes it name the type in its error. With that type written out, the cell
//! compiles.

use proc_macro2::{LineColumn, Span};
use serde_json::Value;
use syn::spanned::Spanned;
use syn::{Pat, Stmt};

use gradus_kernel::compile::TYPE_OF;

use super::commands;

/// How evcxr 0.22 starts its error message.
const UNKNOWN_TYPE: &str = "Couldn't automatically determine type of variable";

/// The compiler's message if the analyzer mistook a macro it cannot see for one that never returns.
const NEVER_TYPE: &str = "the `!` type is experimental";

/// A `let` without a type.
struct Untyped {
    /// The variable, or those of a tuple, and whether each is `mut`.
    names: Vec<(String, bool)>,
    is_tuple: bool,
    /// Where the type can be inserted.
    type_at: usize,
    /// The position after the statement.
    end: usize,
}

/// Whether evcxr rejected a cell because it could not determine the type of a variable.
pub fn is_refusal(message: &str) -> bool {
    message.starts_with(UNKNOWN_TYPE) || message == NEVER_TYPE
}

/// The cell with, after each `let` without a type, a statement whose error names the type.
pub fn questions(code: &str) -> Option<String> {
    let mut asking = code.to_owned();
    let untyped = untyped(code)?;
    for (number, statement) in untyped.iter().enumerate().rev() {
        for (part, (name, _)) in statement.names.iter().enumerate().rev() {
            asking.insert_str(statement.end, &format!(" let _: &{TYPE_OF}<{number}, {part}> = &{name};"));
        }
    }
    (!untyped.is_empty()).then(|| format!("{asking}\nstruct {TYPE_OF}<const STATEMENT: usize, const PART: usize>;"))
}

/// The cell with the types written out that the compiler named in answer to [`questions`].
pub fn answered(code: &str, problems: &[Value]) -> Option<String> {
    let mut typed = code.to_owned();
    let mut any = false;
    for (number, statement) in untyped(code)?.iter().enumerate().rev() {
        let type_of =
            |part: usize| problems.iter().find_map(|problem| type_in(problem["message"].as_str()?, number, part));
        let Some(types) = (0..statement.names.len()).map(type_of).collect::<Option<Vec<_>>>() else { continue };
        any = true;
        if let ([found], false) = (types.as_slice(), statement.is_tuple) {
            typed.insert_str(statement.type_at, &format!(": {found}"));
            continue;
        }
        // evcxr needs a type for each variable, not for the tuple.
        for ((name, is_mutable), found) in statement.names.iter().zip(&types).rev() {
            let word = if *is_mutable { "let mut" } else { "let" };
            typed.insert_str(statement.end, &format!(" {word} {name}: {found} = {name};"));
        }
    }
    any.then_some(typed)
}

/// The type in ``expected reference `&GradusTypeOf<0, 0>` found reference `&polars::prelude::DataFrame` ``, if it can
/// be written down.
fn type_in(message: &str, number: usize, part: usize) -> Option<String> {
    let asked = format!("{TYPE_OF}<{number}, {part}>");
    let line = message.lines().find(|line| line.contains(&asked) && line.contains("found "))?;
    let (_, found) = line.split_once("found ")?;
    let name = found.split('`').nth(1)?.strip_prefix('&')?;
    // A lone underscore is a type that is not known yet; inside a name it is just a character.
    let is_unknown = name.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == "_");
    let writable = !is_unknown && !["{", "impl ", "…", "..."].iter().any(|part| name.contains(part));
    writable.then(|| name.to_owned())
}

/// The `let` statements of a cell that name one variable and no type; `None` if the cell does not parse.
fn untyped(code: &str) -> Option<Vec<Untyped>> {
    // evcxr's commands become blank lines, so that positions stay the same.
    let commands = commands::head(code);
    let lines: Vec<&str> =
        code.split('\n').enumerate().map(|(number, line)| if number < commands { "" } else { line }).collect();
    let head = "fn cell() {";
    let function: syn::ItemFn = syn::parse_str(&format!("{head}\n{}\n}}", lines.join("\n"))).ok()?;
    let starts: Vec<usize> = std::iter::once(0).chain(code.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let place = |at: LineColumn| -> Option<usize> {
        // The first line is the head of the function.
        let start = *starts.get(at.line.checked_sub(2)?)?;
        let line = &code[start..];
        Some(start + line.char_indices().nth(at.column).map_or(line.len(), |(at, _)| at))
    };
    let end = |span: Span| place(span.end());
    let untyped = function.block.stmts.iter().filter_map(|statement| {
        let Stmt::Local(local) = statement else { return None };
        local.init.as_ref()?;
        let (names, is_tuple) = match &local.pat {
            Pat::Tuple(tuple) => (tuple.elems.iter().map(name).collect::<Option<Vec<_>>>()?, true),
            pattern => (vec![name(pattern)?], false),
        };
        Some(Untyped { names, is_tuple, type_at: end(local.pat.span())?, end: end(local.semi_token.span())? })
    });
    Some(untyped.collect())
}

/// The variable, if the pattern is nothing more than one.
fn name(pattern: &Pat) -> Option<(String, bool)> {
    match pattern {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
            Some((name.ident.to_string(), name.mutability.is_some()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CELL: &str = ":dep gradus\nuse gradus::polars::prelude::*;\nlet é = 1; let mut df = df!(\"a\" => [1])?;\nlet b: \
                        u8 = 2;\nlet plot = Plot::new();\ndf";

    #[test]
    fn each_let_without_a_type_is_asked_about() {
        let asking = questions(CELL).unwrap();
        assert!(asking.contains("let é = 1; let _: &GradusTypeOf<0, 0> = &é; let mut df"), "{asking}");
        assert!(asking.contains("=> [1])?; let _: &GradusTypeOf<1, 0> = &df;\nlet b: u8 = 2;\n"), "{asking}");
        assert!(asking.contains("let plot = Plot::new(); let _: &GradusTypeOf<2, 0> = &plot;\ndf\n"), "{asking}");
        assert!(questions("let a: u8 = 1;").is_none());
        assert!(questions("let a = ;").is_none());
    }

    #[test]
    fn the_compilers_answers_are_written_out() {
        let problem = |text: &str| json!({ "message": text });
        let problems = [
            problem("expected `&GradusTypeOf<0, 0>`, found `&{integer}`\nmismatched types"),
            problem("expected `&GradusTypeOf<1, 0>`, found `&gradus::polars::prelude::DataFrame`\nmismatched types"),
            problem("expected `&GradusTypeOf<2, 0>`, found `&gradus::plotly::Plot`\nmismatched types"),
        ];
        let typed = answered(CELL, &problems).unwrap();
        assert!(typed.contains("let mut df: gradus::polars::prelude::DataFrame = df!"), "{typed}");
        assert!(typed.contains("let plot: gradus::plotly::Plot = Plot::new();"), "{typed}");
        assert!(typed.contains("let é = 1;"), "{typed}");
        assert!(answered(CELL, &[]).is_none());
    }

    #[test]
    fn a_tuple_gets_all_of_its_types_or_none() {
        let code = "let (a, mut b) = f();";
        let asking = questions(code).unwrap();
        assert!(asking.contains("let _: &GradusTypeOf<0, 0> = &a; let _: &GradusTypeOf<0, 1> = &b;"), "{asking}");
        let problem = |part: usize, found: &str| json!({ "message": format!("expected `&GradusTypeOf<0, {part}>`, found `&{found}`") });
        let both = [problem(0, "x::A"), problem(1, "x::B")];
        assert_eq!(answered(code, &both).unwrap(), "let (a, mut b) = f(); let a: x::A = a; let mut b: x::B = b;");
        assert_eq!(answered(code, &both[..1]), None);
    }

    #[test]
    fn types_without_a_name_stay_unwritten() {
        let message = |found: &str| format!("expected `&GradusTypeOf<0, 0>`, found `&{found}`");
        for name in ["{closure@src/lib.rs:1:1}", "Vec<_>", "impl Fn()", "Option<{integer}>"] {
            assert_eq!(type_in(&message(name), 0, 0), None, "{name}");
        }
        assert_eq!(type_in(&message("a_b::C<D>"), 0, 0).as_deref(), Some("a_b::C<D>"));
        assert_eq!(type_in(&message("a::C"), 0, 1), None);
    }
}
