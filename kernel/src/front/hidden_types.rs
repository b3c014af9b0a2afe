//! Types that rust-analyzer inside evcxr does not see, since the crates they come from are hidden from it (see
//! `analyzer.rs`). evcxr refuses a `let` of such a type. The compiler knows it, though: asked to take a reference to the
//! variable for something else, it says in its error what the variable is. With that type written out, the cell works.

use proc_macro2::{LineColumn, Span};
use serde_json::Value;
use syn::spanned::Spanned;
use syn::{Pat, Stmt};

use gradus_kernel::compile::TYPE_OF;

use super::commands;

/// How evcxr 0.22 begins its refusal.
const REFUSAL: &str = "Couldn't automatically determine type of variable";

/// What the compiler says where the analyzer took a macro that it does not see for one that never returns.
const NEVER: &str = "the `!` type is experimental";

/// A `let` without a type.
struct Untyped {
    name: String,
    /// Where the type can be written.
    type_at: usize,
    /// Behind the statement.
    end: usize,
}

/// Whether evcxr refuses a cell because it cannot tell the type of a variable.
pub fn is_refusal(message: &str) -> bool {
    message.starts_with(REFUSAL) || message == NEVER
}

/// The cell with questions: after each `let` without a type, a statement whose error names the type.
pub fn questions(code: &str) -> Option<String> {
    let mut asking = code.to_owned();
    let untyped = untyped(code)?;
    for (number, variable) in untyped.iter().enumerate().rev() {
        asking.insert_str(variable.end, &format!(" let _: &{TYPE_OF}<{number}> = &{};", variable.name));
    }
    (!untyped.is_empty()).then(|| format!("{asking}\nstruct {TYPE_OF}<const N: usize>;"))
}

/// The cell with the types written out that the compiler named in answer to [`questions`].
pub fn answered(code: &str, problems: &[Value]) -> Option<String> {
    let mut typed = code.to_owned();
    let mut any = false;
    for (number, variable) in untyped(code)?.iter().enumerate().rev() {
        let found = problems.iter().filter_map(|problem| problem["message"].as_str());
        if let Some(name) = found.filter_map(|message| type_in(message, number)).next() {
            typed.insert_str(variable.type_at, &format!(": {name}"));
            any = true;
        }
    }
    any.then_some(typed)
}

/// The type in ``expected `&GradusTypeOf<0>`, found `&polars::prelude::DataFrame` ``, if one can write it.
fn type_in(message: &str, number: usize) -> Option<String> {
    let asked = format!("{TYPE_OF}<{number}>");
    let line = message.lines().find(|line| line.contains(&asked) && line.contains("found "))?;
    let (_, found) = line.split_once("found ")?;
    let name = found.split('`').nth(1)?.strip_prefix('&')?;
    let writable = !["{", "[closure", "_", "impl ", "…", "..."].iter().any(|part| {
        // An underscore alone is a type that is not known yet; inside a name it is a letter.
        if *part == "_" {
            name.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "_")
        } else {
            name.contains(part)
        }
    });
    writable.then(|| name.to_owned())
}

/// The `let` statements of a cell that name one variable and no type; `None` where the cell cannot be read.
fn untyped(code: &str) -> Option<Vec<Untyped>> {
    // evcxr's own lines are blank, so that positions stay.
    let commands = commands::head(code);
    let lines: Vec<&str> =
        code.split('\n').enumerate().map(|(number, line)| if number < commands { "" } else { line }).collect();
    let head = "fn cell() {";
    let function: syn::ItemFn = syn::parse_str(&format!("{head}\n{}\n}}", lines.join("\n"))).ok()?;
    let starts: Vec<usize> = std::iter::once(0).chain(code.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let place = |at: LineColumn| -> Option<usize> {
        // The first line is the function's head.
        let start = *starts.get(at.line.checked_sub(2)?)?;
        let line = &code[start..];
        Some(start + line.char_indices().nth(at.column).map_or(line.len(), |(at, _)| at))
    };
    let end = |span: Span| place(span.end());
    let untyped = function.block.stmts.iter().filter_map(|statement| match statement {
        Stmt::Local(local) => match &local.pat {
            Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() && local.init.is_some() => {
                Some(Untyped {
                    name: name.ident.to_string(),
                    type_at: end(name.span())?,
                    end: end(local.semi_token.span())?,
                })
            }
            _ => None,
        },
        _ => None,
    });
    Some(untyped.collect())
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
        assert!(asking.contains("let é = 1; let _: &GradusTypeOf<0> = &é; let mut df"), "{asking}");
        assert!(asking.contains("=> [1])?; let _: &GradusTypeOf<1> = &df;\nlet b: u8 = 2;\n"), "{asking}");
        assert!(asking.contains("let plot = Plot::new(); let _: &GradusTypeOf<2> = &plot;\ndf\n"), "{asking}");
        assert!(questions("let a: u8 = 1;").is_none());
        assert!(questions("let a = ;").is_none());
    }

    #[test]
    fn the_compilers_answers_are_written_out() {
        let problem = |text: &str| json!({ "message": text });
        let problems = [
            problem("expected `&GradusTypeOf<0>`, found `&{integer}`\nmismatched types"),
            problem("expected `&GradusTypeOf<1>`, found `&gradus::polars::prelude::DataFrame`\nmismatched types"),
            problem("expected `&GradusTypeOf<2>`, found `&gradus::plotly::Plot`\nmismatched types"),
        ];
        let typed = answered(CELL, &problems).unwrap();
        assert!(typed.contains("let mut df: gradus::polars::prelude::DataFrame = df!"), "{typed}");
        assert!(typed.contains("let plot: gradus::plotly::Plot = Plot::new();"), "{typed}");
        assert!(typed.contains("let é = 1;"), "{typed}");
        assert!(answered(CELL, &[]).is_none());
    }

    #[test]
    fn types_without_a_name_stay_unwritten() {
        let message = |found: &str| format!("expected `&GradusTypeOf<0>`, found `&{found}`");
        for name in ["{closure@src/lib.rs:1:1}", "Vec<_>", "impl Fn()", "Option<{integer}>"] {
            assert_eq!(type_in(&message(name), 0), None, "{name}");
        }
        assert_eq!(type_in(&message("a_b::C<D>"), 0).as_deref(), Some("a_b::C<D>"));
        assert_eq!(type_in(&message("a::C"), 1), None);
    }
}
