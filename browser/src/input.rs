//! Mouse and keyboard.

use serde_json::json;

use crate::error::{Error, Result};
use crate::page::Page;

impl Page {
    /// Moves the mouse to a place of the window, in CSS pixels.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::Ended`].
    pub fn move_mouse(&mut self, x: f64, y: f64) -> Result<()> {
        self.mouse("mouseMoved", x, y)
    }

    /// Clicks with the left button.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::Ended`].
    pub fn click(&mut self, x: f64, y: f64) -> Result<()> {
        self.mouse("mouseMoved", x, y)?;
        self.mouse("mousePressed", x, y)?;
        self.mouse("mouseReleased", x, y)
    }

    /// Clicks into the middle of the first element that a CSS selector finds, scrolled into view.
    ///
    /// # Errors
    /// [`Error::Script`] where there is none; [`Error::TimedOut`], [`Error::Ended`].
    pub fn click_on(&mut self, selector: &str) -> Result<()> {
        let name = serde_json::Value::from(selector);
        let place = self.evaluate(&format!(
            "(() => {{
                const element = document.querySelector({name});
                if (!element) throw new Error('nothing on the page is ' + {name});
                element.scrollIntoView({{block: 'center', inline: 'center', behavior: 'instant'}});
                const box = element.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }})()"
        ))?;
        self.click(place[0].as_f64().unwrap_or(0.0), place[1].as_f64().unwrap_or(0.0))
    }

    /// Types a text into what has the focus.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::Ended`].
    pub fn type_text(&mut self, text: &str) -> Result<()> {
        self.command("Input.insertText", json!({"text": text})).map(drop)
    }

    /// Presses a key, with modifiers: `Enter`, `Escape`, `ArrowDown`, `a`, `Shift+Enter`, `Control+s`.
    ///
    /// # Errors
    /// [`Error::Script`] for a key that is not known; [`Error::TimedOut`], [`Error::Ended`].
    pub fn press_key(&mut self, key: &str) -> Result<()> {
        let press = Press::of(key).ok_or_else(|| Error::Script(format!("there is no key `{key}`")))?;
        let mut event = json!({
            "modifiers": press.modifiers, "key": press.key, "code": press.code, "windowsVirtualKeyCode": press.number,
        });
        // Only what writes a character has a text, and a shortcut writes none.
        event["type"] = if press.text.is_empty() { "rawKeyDown" } else { "keyDown" }.into();
        event["text"] = press.text.clone().into();
        self.command("Input.dispatchKeyEvent", event.clone())?;
        event["type"] = "keyUp".into();
        event["text"] = "".into();
        self.command("Input.dispatchKeyEvent", event).map(drop)
    }

    fn mouse(&mut self, kind: &str, x: f64, y: f64) -> Result<()> {
        let moves = kind == "mouseMoved";
        let (button, count) = if moves { ("none", 0) } else { ("left", 1) };
        let event = json!({"type": kind, "x": x, "y": y, "button": button, "clickCount": count});
        self.command("Input.dispatchMouseEvent", event).map(drop)
    }
}

/// A key as the protocol names it.
#[derive(Debug, PartialEq)]
struct Press {
    modifiers: u32,
    key: String,
    code: String,
    /// Windows' number of the key, which Chromium uses on every system.
    number: u32,
    text: String,
}

impl Press {
    fn of(name: &str) -> Option<Self> {
        let mut modifiers = 0;
        let mut key = name;
        while let Some((modifier, rest)) = key.split_once('+').filter(|(_, rest)| !rest.is_empty()) {
            modifiers |= match modifier {
                "Alt" => 1,
                "Control" => 2,
                "Meta" => 4,
                "Shift" => 8,
                _ => return None,
            };
            key = rest;
        }
        let named = [
            ("Backspace", 8),
            ("Tab", 9),
            ("Enter", 13),
            ("Escape", 27),
            ("PageUp", 33),
            ("PageDown", 34),
            ("End", 35),
            ("Home", 36),
            ("ArrowLeft", 37),
            ("ArrowUp", 38),
            ("ArrowRight", 39),
            ("ArrowDown", 40),
            ("Delete", 46),
        ];
        let press = |code: String, number: u32, text: &str| {
            // Shift alone still writes.
            let text = if modifiers & !8 == 0 { text } else { "" };
            Some(Press { modifiers, key: key.into(), code, number, text: text.into() })
        };
        if let Some((name, number)) = named.iter().find(|(name, _)| *name == key) {
            return press((*name).into(), *number, if *name == "Enter" { "\r" } else { "" });
        }
        let mut letters = key.chars();
        let letter = letters.next().filter(|_| letters.next().is_none())?;
        let upper = letter.to_ascii_uppercase();
        match upper {
            'A'..='Z' => press(format!("Key{upper}"), upper.into(), key),
            '0'..='9' => press(format!("Digit{upper}"), upper.into(), key),
            ' ' => press("Space".into(), 32, key),
            _ => press(String::new(), 0, key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_their_numbers_and_modifiers() {
        let press = |name: &str| Press::of(name).map(|press| (press.modifiers, press.code, press.number, press.text));
        assert_eq!(press("Shift+Enter"), Some((8, "Enter".into(), 13, "\r".into())));
        assert_eq!(press("Control+s"), Some((2, "KeyS".into(), 83, String::new())));
        assert_eq!(press("a"), Some((0, "KeyA".into(), 65, "a".into())));
        assert_eq!(press("+"), Some((0, String::new(), 0, "+".into())));
        assert_eq!((press("Hyper+a"), press("Entr"), press("")), (None, None, None));
    }
}
