//! `InCell`: how a value looks as the last expression of a cell.

use std::fmt::Debug;

use super::bundle::Bundle;
use super::html::warning;
use crate::error::Error;

/// What a cell can show. The prelude brings it into scope, so that the kernel finds `evcxr_display` on gradus' types, on
/// polars' and ndarray's, and on plain numbers and lists.
///
/// Without it, the kernel compiles a cell twice: once in vain, then with `{:?}`.
pub trait InCell {
    /// The value in the formats in which it can be shown.
    fn in_cell(&self) -> Bundle;

    /// What the kernel calls on a cell's last expression.
    fn evcxr_display(&self) {
        self.in_cell().show();
    }
}

impl<T: InCell + ?Sized> InCell for &T {
    fn in_cell(&self) -> Bundle {
        (**self).in_cell()
    }
}

/// A cell that ends in a `Result` without `?` shows the value, or the error in words.
impl<T: InCell, E: std::fmt::Display> InCell for Result<T, E> {
    fn in_cell(&self) -> Bundle {
        match self {
            Ok(value) => value.in_cell(),
            Err(error) => {
                let text = error.to_string();
                Bundle::text(format!("Error: {text}")).html(warning("Error", &text))
            }
        }
    }
}

impl InCell for Error {
    fn in_cell(&self) -> Bundle {
        let text = self.to_string();
        Bundle::text(format!("Error: {text}")).html(warning("Error", &text))
    }
}

/// A cell that ends in a call without a value, such as `figure.save("cost.html")?`, shows nothing.
impl InCell for () {
    fn in_cell(&self) -> Bundle {
        Bundle::text("")
    }

    fn evcxr_display(&self) {}
}

macro_rules! as_debug {
    ($($type:ty),* $(,)?) => {$(
        impl InCell for $type {
            fn in_cell(&self) -> Bundle {
                Bundle::text(format!("{self:?}"))
            }
        }
    )*};
}

as_debug!(f64, f32, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, bool, char, str, String);

impl<T: Debug> InCell for Vec<T> {
    fn in_cell(&self) -> Bundle {
        list(self)
    }
}

impl<T: Debug, const N: usize> InCell for [T; N] {
    fn in_cell(&self) -> Bundle {
        list(self)
    }
}

impl<T: Debug> InCell for [T] {
    fn in_cell(&self) -> Bundle {
        list(self)
    }
}

impl<T: InCell> InCell for Option<T> {
    fn in_cell(&self) -> Bundle {
        match self {
            Some(value) => value.in_cell(),
            None => Bundle::text("None"),
        }
    }
}

macro_rules! tuples {
    ($(($($name:ident)+))*) => {$(
        impl<$($name: Debug),+> InCell for ($($name,)+) {
            fn in_cell(&self) -> Bundle {
                Bundle::text(format!("{self:?}"))
            }
        }
    )*};
}

tuples! { (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }

/// A list in one line; of a long one its first and last values, and how many there are.
fn list<T: Debug>(values: &[T]) -> Bundle {
    const ENDS: usize = 10;
    if values.len() <= 5 * ENDS {
        return Bundle::text(format!("{values:?}"));
    }
    let show = |part: &[T]| part.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
    let (first, last) = (show(&values[..ENDS]), show(&values[values.len() - ENDS..]));
    Bundle::text(format!("[{first}, …, {last}]  ({} values)", values.len()))
}

/// Gives types of gradus `evcxr_display` as their own method too, so that they show without the prelude.
macro_rules! show_without_prelude {
    ($($type:ty),* $(,)?) => {$(
        impl $type {
            /// Shows the value under a notebook's cell; the kernel calls this.
            pub fn evcxr_display(&self) {
                crate::notebook::InCell::in_cell(self).show();
            }
        }
    )*};
}

pub(crate) use show_without_prelude;

show_without_prelude!(Error);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_show_their_value_or_their_error() {
        let good: crate::Result<f64> = Ok(0.5);
        assert_eq!(good.in_cell().plain(), "0.5");
        let bad: crate::Result<f64> = Err(Error::Data("no <rows>".into()));
        assert_eq!(bad.in_cell().plain(), "Error: no <rows>");
        assert!(bad.in_cell().get("text/html").is_some_and(|html| html.contains("no &lt;rows&gt;")));
    }

    #[test]
    fn plain_values_show_as_the_kernel_shows_them() {
        assert_eq!("text".in_cell().plain(), "\"text\"");
        assert_eq!(vec![1, 2].in_cell().plain(), "[1, 2]");
        assert_eq!((1.5, "a").in_cell().plain(), "(1.5, \"a\")");
        assert_eq!(Some(3_usize).in_cell().plain(), "3");
        let long: Vec<usize> = (0..1000).collect();
        assert!(long.in_cell().plain().ends_with("998, 999]  (1000 values)"));
    }
}
