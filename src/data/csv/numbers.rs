//! Numbers as people write them: `12500`, `12.500,75`, `12,500.75`, `12 500`.

use std::borrow::Cow;

/// By which characters the parts of a number are told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Marks {
    /// Between whole and fraction: a point or a comma.
    pub decimal: char,
    /// Between groups of three digits, where there are groups.
    pub thousands: Option<char>,
}

impl Marks {
    /// The number that a cell is. The words `inf` and `infinity` are numbers too, which models then refuse by name.
    pub fn number(self, cell: &str) -> Option<f64> {
        let plain =
            |byte: u8| byte.is_ascii_digit() || b"+-eE".contains(&byte) || (byte == b'.' && self.decimal == '.');
        if cell.bytes().all(plain) {
            // By far the most cells, which Rust reads in the same way.
            return cell.parse().ok();
        }
        let (sign, unsigned) = match cell.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (-1.0, rest),
            None => (1.0, cell.strip_prefix('+').unwrap_or(cell)),
        };
        if ["inf", "infinity"].iter().any(|word| unsigned.eq_ignore_ascii_case(word)) {
            return Some(sign * f64::INFINITY);
        }
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => unsigned.split_at(at),
            None => (unsigned, ""),
        };
        let (whole, fraction) = mantissa.split_once(self.decimal).unwrap_or((mantissa, ""));
        let grouped = whole.contains(|c| self.divides(c));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let whole = match grouped {
            // Nobody writes 1,234e5.
            true if !exponent.is_empty() => return None,
            true => Cow::Owned(self.without_groups(whole)?),
            false => Cow::Borrowed(whole),
        };
        if !digits(&whole) || !digits(fraction) || whole.len() + fraction.len() == 0 {
            return None;
        }
        format!("{whole}.{fraction}{exponent}").parse::<f64>().ok().map(|value| sign * value)
    }

    fn divides(self, character: char) -> bool {
        match self.thousands {
            // The spaces that do not break a line, and the thin one, occur in spreadsheets.
            Some(' ') => matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'),
            Some('\'') => matches!(character, '\'' | '\u{2019}'),
            mark => mark == Some(character),
        }
    }

    /// The digits of a whole number in groups: three digits each, the first one to three and no leading zero; in India's
    /// way two each before the last three.
    fn without_groups(self, whole: &str) -> Option<String> {
        let groups: Vec<&str> = whole.split(|c| self.divides(c)).collect();
        let (first, others) = groups.split_first()?;
        let (last, middle) = others.split_last()?;
        let all = |length: usize| middle.iter().all(|group| group.len() == length);
        let fits = last.len() == 3 && (1..=3).contains(&first.len()) && !first.starts_with('0');
        let indian = self.thousands == Some(',') && first.len() < 3 && all(2);
        (fits && (all(3) || indian)).then(|| groups.concat())
    }

    /// Other ways to write numbers.
    fn others(self) -> impl Iterator<Item = Marks> {
        let other = if self.decimal == '.' { ',' } else { '.' };
        let plain = (self.decimal == ',').then_some(('.', None));
        let points_and_commas = [(',', Some('.')), ('.', Some(','))];
        let others = [self.decimal, other].map(|decimal| [' ', '\'', '_'].map(|mark| (decimal, Some(mark))));
        let all = plain.into_iter().chain(points_and_commas).chain(others.into_iter().flatten());
        all.map(|(decimal, thousands)| Marks { decimal, thousands }).filter(move |marks| *marks != self)
    }

    /// What to ask for to read another way of writing.
    fn ask(self, other: Marks) -> String {
        let grouped = other.thousands.map(|mark| format!("`thousands_separator({mark:?})`"));
        match (self.decimal, other.decimal, grouped) {
            ('.', ',', Some(_)) if other.thousands == Some('.') => "with `decimal_comma()`".to_string(),
            ('.', ',', Some(grouped)) => format!("with `decimal_comma()` and {grouped}"),
            (',', '.', Some(grouped)) => format!("without `decimal_comma()`, with {grouped}"),
            (',', '.', None) => "without `decimal_comma()`".to_string(),
            (_, _, Some(grouped)) => format!("with {grouped}"),
            (_, _, None) => "without `thousands_separator`".to_string(),
        }
    }

    /// Which numbers a cell is in other ways of writing, and what to ask for on each; of ways to one number the first.
    pub fn elsewhere(self, cell: &str) -> Vec<(f64, String)> {
        let mut found: Vec<(f64, String)> = Vec::new();
        for marks in self.others() {
            if let Some(value) = marks.number(cell)
                && !found.iter().any(|(other, _)| *other == value)
            {
                found.push((value, self.ask(marks)));
            }
        }
        found
    }

    /// Whether a cell is a number in this or another way of writing, or one beside a sign or unit such as `%`.
    pub fn resembles(self, cell: &str) -> bool {
        if !cell.bytes().any(|byte| byte.is_ascii_digit()) {
            return self.number(cell).is_some();
        }
        let reads = |cell: &str| self.number(cell).is_some() || self.others().any(|marks| marks.number(cell).is_some());
        let bare = without_sign(cell);
        reads(cell) || (bare.len() < cell.len() && reads(bare))
    }
}

/// Money, before or behind a number.
const CURRENCIES: [&str; 22] = [
    "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "INR", "BRL", "CAD", "AUD",
    "RUB", "TRY", "Fr.", "kr", "zł", "Rs",
];

/// What is measured, behind a number and a space.
const UNITS: [&str; 47] = [
    "mm", "cm", "m", "km", "in", "ft", "yd", "mi", "mg", "g", "kg", "t", "oz", "lb", "lbs", "ml", "cl", "l", "L", "ms",
    "s", "min", "h", "Hz", "kHz", "MHz", "GHz", "W", "kW", "MW", "Wh", "kWh", "V", "mA", "J", "kJ", "N", "Pa", "hPa",
    "bar", "K", "°C", "°F", "mph", "kB", "MB", "GB",
];

/// The number in a cell alone: without brackets, a plus behind it, or a sign or word of money, share or measure.
fn without_sign(cell: &str) -> &str {
    let inner = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(cell);
    let inner = inner.strip_suffix('+').unwrap_or(inner).trim();
    // A minus stands before or behind the sign of money: -$5, $-5.
    without_unit(inner.strip_prefix(['-', '+', '\u{2212}']).unwrap_or(inner).trim()).unwrap_or(inner)
}

/// A cell without the sign or word of money, share or measure at one of its ends, where there is one.
fn without_unit(cell: &str) -> Option<&str> {
    let sign = |c: char| "$€£¥₹₽%‰".contains(c);
    let money = |word: &str| CURRENCIES.contains(&word);
    let before = || cell.split_once(char::is_whitespace).filter(|(word, _)| money(word)).map(|(_, rest)| rest);
    let behind = || {
        let (rest, word) = cell.rsplit_once(char::is_whitespace)?;
        (money(word) || UNITS.contains(&word)).then_some(rest)
    };
    cell.strip_prefix(sign).or_else(|| cell.strip_suffix(sign)).or_else(before).or_else(behind).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: Marks = Marks { decimal: '.', thousands: None };
    const COMMA: Marks = Marks { decimal: ',', thousands: Some('.') };

    #[test]
    fn points_and_commas_are_what_they_are_said_to_be() {
        let read = |cell: &str| (POINT.number(cell), COMMA.number(cell));
        assert_eq!(read("980"), (Some(980.0), Some(980.0)));
        assert_eq!(read("12.500"), (Some(12.5), Some(12_500.0)));
        assert_eq!(read("12,500"), (None, Some(12.5)));
        assert_eq!(read("1.299,99"), (None, Some(1299.99)));
        assert_eq!(read("-1.234.567,8"), (None, Some(-1_234_567.8)));
        assert_eq!(read("1.5"), (Some(1.5), None));
        assert_eq!(read("12.50"), (Some(12.5), None));
        assert_eq!(read("1234.567"), (Some(1234.567), None));
        assert_eq!(read("0.500"), (Some(0.5), None));
        assert_eq!(read("1,5e3"), (None, Some(1500.0)));
        assert_eq!(read("1.500e3"), (Some(1500.0), None));
        assert_eq!(read("\u{2212}3"), (Some(-3.0), Some(-3.0)));
        assert_eq!(read("-Inf"), (Some(f64::NEG_INFINITY), Some(f64::NEG_INFINITY)));
        assert_eq!(read(",5"), (None, Some(0.5)));
        assert_eq!(read("-2.5e-3"), (Some(-0.0025), None));
        assert_eq!(read("+5."), (Some(5.0), None));
        assert_eq!(read("1E2"), (Some(100.0), Some(100.0)));
        assert!(["+-5", "1e", "e5", "1.2.3", "-", "."].iter().all(|cell| POINT.number(cell).is_none()));
        for cell in
            ["", ".", ",", "-", "--5", "+-5", "e5", "1e", "1 2", "5a", "1..000", "1.000.", "1,2,3", "05.01.2024"]
        {
            assert_eq!(COMMA.number(cell), None, "{cell}");
        }
    }

    #[test]
    fn groups_are_divided_by_what_was_said() {
        let with = |mark: char, cell: &str| Marks { decimal: '.', thousands: Some(mark) }.number(cell);
        assert_eq!(with(',', "12,500"), Some(12_500.0));
        assert_eq!(with(',', "-1,299.99"), Some(-1299.99));
        assert_eq!(with(',', "1,00,00,000"), Some(10_000_000.0));
        assert_eq!(with(',', "12,50"), None);
        assert_eq!(with(' ', "12\u{a0}500"), Some(12_500.0));
        assert_eq!(with(' ', "1 234\u{202f}567"), Some(1_234_567.0));
        assert_eq!(with('\'', "1’234'567.5"), Some(1_234_567.5));
        assert_eq!(with('_', "1_000"), Some(1000.0));
    }

    #[test]
    fn other_ways_are_told() {
        let ways = |marks: Marks, cell: &str| {
            marks.elsewhere(cell).into_iter().map(|(value, ask)| format!("{value} {ask}")).collect::<Vec<_>>()
        };
        let both = ["12.5 with `decimal_comma()`", "12500 with `thousands_separator(',')`"];
        assert_eq!(ways(POINT, "12,500"), both);
        assert_eq!(ways(POINT, "1.299,99"), ["1299.99 with `decimal_comma()`"]);
        assert_eq!(ways(COMMA, "12.50"), ["12.5 without `decimal_comma()`"]);
        assert_eq!(ways(COMMA, "1 200,5"), ["1200.5 with `thousands_separator(' ')`"]);
        assert_eq!(ways(POINT, "Ulm"), [""; 0]);
        let beside = ["12 %", "$1,200", "1.200,50 €", "-$5", "$-5", "-$1,200.00", "(1,200)", "($5)", "10,000+", "-5 %"];
        assert!(beside.iter().all(|cell| POINT.resembles(cell)));
        let with_words = ["1200 EUR", "CHF 1'200", "-1.200,50 EUR", "12.5 kg", "12.5\u{a0}°C", "-3 m"];
        assert!(with_words.iter().all(|cell| POINT.resembles(cell)));
        let texts =
            ["A12", "3rd", "12kg", "CHF12", "A 12", "12 Jan", "5 May", "Room 5", "DIN 4711", "--5", "5 kg 3", "EUR"];
        assert!(texts.iter().all(|cell| !POINT.resembles(cell)));
        assert!(
            ["05.01.2024", "2024-01-05", "12:30", "1-2", "<1H OCEAN", "%"].iter().all(|cell| !POINT.resembles(cell))
        );
    }
}
