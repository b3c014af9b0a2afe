//! The positions of a drawn network's units, and the table below them.

use serde_json::{Value, json};

use super::NetworkLayer;
use crate::plot::style;

/// A layer with more units than this is shortened: its first four, "⋮", its last two.
const MOST_UNITS: usize = 8;
const FIRST: usize = 4;
const LAST: usize = 2;
/// All in pixels: a unit's radius, from unit to unit, a line of the table, the least from layer to layer, and the room for
/// the table's headings.
pub(super) const RADIUS: f64 = 17.0;
const SLOT: f64 = 46.0;
pub(super) const LINE: f64 = 22.0;
const LEAST_STEP: f64 = 84.0;
const MOST_STEP: f64 = 230.0;
const HEADINGS: f64 = 96.0;
pub(super) const MARGIN: f64 = 20.0;

/// All positions, in pixels.
pub(super) struct UnitLayout {
    pub(super) columns: Vec<Column>,
    pub(super) width: f64,
    pub(super) step: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

pub(super) struct Column {
    pub(super) x: f64,
    pub(super) slots: Vec<Slot>,
}

#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) y: f64,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A unit, counted from 0.
    Unit(usize),
    /// The unit that is always 1.
    Bias,
    /// Units that are left out, counted from 1.
    Dots { from: usize, to: usize },
}

/// Where a connection begins.
pub(super) struct Source {
    pub(super) y: f64,
    pub(super) radius: f64,
    /// `None` for the unit that is always 1.
    pub(super) unit: Option<usize>,
}

impl Slot {
    pub(super) fn radius(&self) -> f64 {
        if matches!(self.kind, Kind::Bias) { 0.75 * RADIUS } else { RADIUS }
    }
}

impl Column {
    fn of(layer: &NetworkLayer, x: f64, bias: bool) -> Self {
        let mut kinds: Vec<Kind> = (0..layer.units.min(MOST_UNITS)).map(Kind::Unit).collect();
        if layer.units > MOST_UNITS {
            kinds.truncate(FIRST);
            kinds.push(Kind::Dots { from: FIRST + 1, to: layer.units - LAST });
            kinds.extend((layer.units - LAST..layer.units).map(Kind::Unit));
        }
        let top = (kinds.len() - 1) as f64 / 2.0 * SLOT;
        let place = |(at, kind): (usize, Kind)| Slot { y: top - at as f64 * SLOT, kind };
        let mut slots: Vec<Slot> = kinds.into_iter().enumerate().map(place).collect();
        if bias {
            slots.push(Slot { y: top + SLOT, kind: Kind::Bias });
        }
        Column { x, slots }
    }

    /// Height and number of each unit that is drawn.
    pub(super) fn units(&self) -> impl Iterator<Item = (f64, usize)> {
        self.slots.iter().filter_map(|slot| match slot.kind {
            Kind::Unit(unit) => Some((slot.y, unit)),
            _ => None,
        })
    }

    /// What the next layer is connected to.
    pub(super) fn sources(&self, bias: bool) -> impl Iterator<Item = Source> {
        self.slots.iter().filter_map(move |slot| match slot.kind {
            Kind::Unit(unit) => Some(Source { y: slot.y, radius: slot.radius(), unit: Some(unit) }),
            Kind::Bias if bias => Some(Source { y: slot.y, radius: slot.radius(), unit: None }),
            _ => None,
        })
    }
}

impl UnitLayout {
    pub(super) fn of(layers: &[NetworkLayer]) -> Self {
        let gaps = (layers.len() - 1) as f64;
        let half = LEAST_STEP / 2.0;
        let room = style::WIDTH - 2.0 * MARGIN - HEADINGS - 2.0 * half;
        let step = (room / gaps).clamp(LEAST_STEP, MOST_STEP);
        let width = (HEADINGS + 2.0 * half + gaps * step + 2.0 * MARGIN).max(style::WIDTH);
        let left = HEADINGS + half + (room - gaps * step).max(0.0) / 2.0;
        let columns: Vec<Column> = layers
            .iter()
            .enumerate()
            .map(|(at, layer)| {
                Column::of(layer, left + at as f64 * step, layers.get(at + 1).is_some_and(|next| next.bias))
            })
            .collect();
        let heights = || columns.iter().flat_map(|column| &column.slots).map(|slot| slot.y);
        let top = heights().fold(0.0, f64::max) + SLOT / 2.0;
        let bottom = heights().fold(0.0, f64::min) - SLOT / 2.0;
        UnitLayout { columns, width, step, top, bottom }
    }

    /// Name, units, activation and parameters below each layer, with headings at the left.
    pub(super) fn table(&self, layers: &[NetworkLayer]) -> Value {
        let mut cells: Vec<(f64, usize, String, &str, String)> = ["units", "activation", "parameters"]
            .iter()
            .enumerate()
            .map(|(row, heading)| (0.0, row + 1, heading.to_string(), "middle right", String::new()))
            .collect();
        // Letters that fit between two layers; those of names are bold.
        let most = |row: usize| ((self.step - 8.0) / if row == 0 { 9.0 } else { 7.4 }) as usize;
        for (at, (layer, column)) in layers.iter().zip(&self.columns).enumerate() {
            let parameters = match at.checked_sub(1) {
                Some(before) => grouped(layer.count(layers[before].units)),
                None => "–".into(),
            };
            let activation = if layer.activation.is_empty() { "–" } else { &layer.activation };
            let texts = [layer.name.clone(), grouped(layer.units), activation.to_string(), parameters];
            for (row, text) in texts.into_iter().enumerate() {
                let full = style::escape(&text);
                let cut = style::escape(&shortened(&text, most(row)));
                let cut = if row == 0 { format!("<b>{cut}</b>") } else { cut };
                cells.push((column.x, row, cut, "middle center", full));
            }
        }
        json!({
            "type": "scatter", "mode": "text", "cliponaxis": false,
            "x": cells.iter().map(|cell| cell.0).collect::<Vec<_>>(),
            "y": cells.iter().map(|cell| self.bottom - (cell.1 as f64 + 1.0) * LINE).collect::<Vec<_>>(),
            "text": cells.iter().map(|cell| cell.2.as_str()).collect::<Vec<_>>(),
            "textposition": cells.iter().map(|cell| cell.3).collect::<Vec<_>>(),
            "textfont": {"size": 13, "color": style::INK},
            "hovertext": cells.iter().map(|cell| cell.4.as_str()).collect::<Vec<_>>(), "hoverinfo": "text",
        })
    }
}

/// The text, cut where it is longer than this. The end stays: there stands the number of a layer.
fn shortened(text: &str, most: usize) -> String {
    const END: usize = 3;
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.into();
    }
    let (start, end) = (&letters[..most.saturating_sub(END + 1)], &letters[letters.len() - END.min(letters.len())..]);
    start.iter().chain(&['…']).chain(end).collect()
}

/// 100 480, with spaces that no line breaks at.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digits.len() > 4 {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_units_are_shortened() {
        let column = Column::of(&NetworkLayer::new("pixels", 784), 0.0, true);
        let units: Vec<usize> = column.units().map(|(_, unit)| unit).collect();
        assert_eq!(units, [0, 1, 2, 3, 782, 783]);
        assert!(column.slots.iter().any(|slot| matches!(slot.kind, Kind::Dots { from: 5, to: 782 })));
        assert_eq!(column.sources(true).count(), 7);
        assert_eq!(column.sources(false).count(), 6);
        assert_eq!(Column::of(&NetworkLayer::new("few", MOST_UNITS), 0.0, false).units().count(), MOST_UNITS);
    }

    #[test]
    fn texts_fit_their_column() {
        assert_eq!((grouped(1234).as_str(), grouped(100_480).as_str()), ("1234", "100\u{202f}480"));
        assert_eq!((shortened("flatten", 7), shortened("max pooling", 7)), ("flatten".into(), "max…ing".into()));
        let layers: Vec<NetworkLayer> = (0..30).map(|at| NetworkLayer::new(format!("layer {at}"), 3)).collect();
        let layout = UnitLayout::of(&layers);
        assert!(layout.step >= LEAST_STEP && layout.width > style::WIDTH);
        assert!(layout.columns.iter().all(|column| column.x < layout.width - 2.0 * MARGIN - RADIUS));
    }
}
