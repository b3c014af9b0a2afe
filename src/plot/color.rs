//! Colors made of others: mixed, faded, and the ink that can be read on them.

/// Red, green and blue of `#RRGGBB`; black for anything else.
fn channels(color: &str) -> [f64; 3] {
    let digits = color.trim_start_matches('#');
    [0, 2, 4].map(|at| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0).into())
}

/// The color at a share of the way between two `#RRGGBB`.
pub(crate) fn mix(from: &str, to: &str, share: f64) -> String {
    let (from, to) = (channels(from), channels(to));
    let channel = |at: usize| (from[at] + share.clamp(0.0, 1.0) * (to[at] - from[at])).round() as u8;
    format!("#{:02x}{:02x}{:02x}", channel(0), channel(1), channel(2))
}

/// A color `#RRGGBB` that lets this share of itself be seen.
pub(crate) fn faded(color: &str, opacity: f64) -> String {
    let [red, green, blue] = channels(color);
    format!("rgba({red},{green},{blue},{opacity})")
}

/// Near-black or white, whichever has more contrast on this color by WCAG's measure.
pub(crate) fn ink_on(color: &str) -> &'static str {
    let linear = channels(color).map(|channel| match channel / 255.0 {
        low if low <= 0.040_45 => low / 12.92,
        high => ((high + 0.055) / 1.055).powf(2.4),
    });
    let luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    if luminance > 0.18 { "#1a1a1a" } else { "#ffffff" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_mix_fade_and_carry_readable_ink() {
        assert_eq!(
            (mix("#000000", "#ff8000", 0.5), mix("#102030", "#ffffff", 0.0)),
            ("#804000".into(), "#102030".into())
        );
        assert_eq!(faded("#0072B2", 0.25), "rgba(0,114,178,0.25)");
        assert_eq!([ink_on("#ffffff"), ink_on("#0072B2"), ink_on("#E69F00")], ["#1a1a1a", "#ffffff", "#1a1a1a"]);
    }
}
