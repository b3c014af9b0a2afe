//! Numbers as text.

/// Formats a number with at most seven significant digits, without trailing zeros.
pub(crate) fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    if !value.is_finite() {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-4..=9).contains(&magnitude) {
        return format!("{value:.4e}");
    }
    let decimals = (6 - magnitude).clamp(0, 10) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact_enough() {
        let cases = [
            (0.0, "0"),
            (41.0, "41"),
            (6.984_126_984, "6.984127"),
            (-122.23, "-122.23"),
            (452_600.0, "452600"),
            (0.000_012_5, "1.2500e-5"),
            (1e12, "1.0000e12"),
            (0.1 + 0.2, "0.3"),
        ];
        for (value, text) in cases {
            assert_eq!(short(value), text);
        }
    }
}
