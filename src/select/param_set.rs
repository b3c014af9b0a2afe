//! One set of hyper-parameters: a candidate of a search.

use std::fmt;

use crate::data::short;
use crate::error::{Error, Result};

/// One value of a hyper-parameter. Numbers, whole numbers, texts and booleans convert into it.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A real number.
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::Number(number) => f.write_str(&short(*number)),
            Setting::Whole(number) => write!(f, "{number}"),
            Setting::Text(text) => f.write_str(text),
            Setting::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
        }
    }
}

macro_rules! setting {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Setting {
            fn from(value: $from) -> Self {
                Setting::$variant(value.into())
            }
        }
    )*};
}

setting! { f64 => Number, i32 => Whole, i64 => Whole, u32 => Whole, &str => Text, String => Text, bool => Flag }

impl From<usize> for Setting {
    fn from(value: usize) -> Self {
        Setting::Whole(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

/// One set of hyper-parameters, a candidate of a search: the function that builds an estimator reads its [`Setting`]s.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamSet {
    settings: Vec<(String, Setting)>,
}

impl ParamSet {
    pub(super) fn new(settings: Vec<(String, Setting)>) -> Self {
        ParamSet { settings }
    }

    /// The parameters' names with their settings, in the order of the search.
    pub fn settings(&self) -> &[(String, Setting)] {
        &self.settings
    }

    /// Returns a setting that is a number, whole or not.
    ///
    /// # Errors
    /// [`Error::Data`] where no parameter has this name, or it is not a number.
    pub fn number(&self, name: &str) -> Result<f64> {
        match self.setting(name)? {
            Setting::Number(number) => Ok(*number),
            Setting::Whole(number) => Ok(*number as f64),
            other => Err(not_a(name, other, "a number")),
        }
    }

    /// Returns a setting that is a whole number of at least 0, such as a degree or a number of epochs.
    ///
    /// # Errors
    /// [`Error::Data`] where no parameter has this name, or it is not such a number.
    pub fn whole(&self, name: &str) -> Result<usize> {
        let refuse = |other: &Setting| not_a(name, other, "a whole number of at least 0");
        match self.setting(name)? {
            setting @ Setting::Whole(number) => usize::try_from(*number).map_err(|_| refuse(setting)),
            other => Err(refuse(other)),
        }
    }

    /// Returns a setting that is a text.
    ///
    /// # Errors
    /// [`Error::Data`] where no parameter has this name, or it is not a text.
    pub fn text(&self, name: &str) -> Result<&str> {
        match self.setting(name)? {
            Setting::Text(text) => Ok(text),
            other => Err(not_a(name, other, "a text")),
        }
    }

    /// Returns a setting that is yes or no.
    ///
    /// # Errors
    /// [`Error::Data`] where no parameter has this name, or it is not a boolean.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.setting(name)? {
            Setting::Flag(flag) => Ok(*flag),
            other => Err(not_a(name, other, "yes or no")),
        }
    }

    fn setting(&self, name: &str) -> Result<&Setting> {
        match self.settings.iter().find(|(known, _)| known == name) {
            Some((_, setting)) => Ok(setting),
            None => {
                let known: Vec<String> = self.settings.iter().map(|(name, _)| format!("`{name}`")).collect();
                Err(Error::Data(format!("the search has no parameter `{name}`; it has {}", known.join(", "))))
            }
        }
    }
}

impl fmt::Display for ParamSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.settings.iter().map(|(name, setting)| format!("{name} = {setting}")).collect();
        f.write_str(&parts.join(", "))
    }
}

fn not_a(name: &str, setting: &Setting, wanted: &str) -> Error {
    Error::Data(format!("the parameter `{name}` is {setting}, not {wanted}"))
}
