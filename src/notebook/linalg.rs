//! What factorizations look like under a cell: each factor under its name.

use num_complex::Complex64;

use super::bundle::Bundle;
use super::html::escape;
use super::in_cell::{InCell, show_without_prelude};
use crate::linalg::{ComplexEigen, Eigen, Svd};

impl InCell for Eigen {
    fn in_cell(&self) -> Bundle {
        under_names(&[("values λ", self.values.in_cell()), ("vectors, one a column", self.vectors.in_cell())])
    }
}

impl InCell for ComplexEigen {
    fn in_cell(&self) -> Bundle {
        under_names(&[("values λ", self.values.in_cell()), ("vectors, one a column", self.vectors.in_cell())])
    }
}

impl InCell for Svd {
    fn in_cell(&self) -> Bundle {
        under_names(&[("U", self.u.in_cell()), ("σ", self.singular_values.in_cell()), ("Vᵀ", self.vt.in_cell())])
    }
}

impl InCell for Complex64 {
    fn in_cell(&self) -> Bundle {
        Bundle::text(super::arrays::Element::short(*self))
    }
}

fn under_names(parts: &[(&str, Bundle)]) -> Bundle {
    let text: Vec<String> = parts.iter().map(|(name, part)| format!("{name}\n{}", part.plain())).collect();
    let html = parts.iter().map(|(name, part)| {
        let matrix = part.get("text/html").unwrap_or_default();
        format!("<div style=\"margin:6px 0\"><b>{}</b>{matrix}</div>", escape(name))
    });
    Bundle::text(text.join("\n")).html(html.collect::<String>())
}

show_without_prelude!(Eigen, ComplexEigen, Svd);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{complex_eigen, eigen, svd};
    use ndarray::array;

    #[test]
    fn factors_stand_under_their_names() -> crate::Result<()> {
        let shown = eigen(&array![[3.0, 0.0], [0.0, 2.0]])?.in_cell();
        assert_eq!(
            shown.plain(),
            "values λ\n[2  3]\n2 values of f64\nvectors, one a column\n[0  1]\n[1  0]\n2 × 2 of f64"
        );
        assert!(shown.get("text/html").is_some_and(|html| html.contains("<b>values λ</b>") && html.contains("<td")));
        assert!(svd(&array![[2.0]])?.in_cell().plain().starts_with("U\n[1]\n1 × 1 of f64\nσ\n[2]"));
        assert!(complex_eigen(&array![[2.0]])?.in_cell().plain().contains("[2 + 0i]"));
        Ok(())
    }
}
