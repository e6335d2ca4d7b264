//! The three readers of values, used by every view.

use crate::json::JsonRef;

/// A measured value: the cloud sends numbers, numbers as text, and words that say that there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading<'a> {
    /// A finite number.
    Value(f64),
    /// `"unavailable"`: the sensor gives no value.
    Unavailable,
    /// Something else, as it came.
    Other(JsonRef<'a>),
}

impl<'a> Reading<'a> {
    /// Reads a value.
    #[must_use]
    pub fn read(json: JsonRef<'a>) -> Self {
        match numeric(json) {
            Some(number) => Self::Value(number),
            None if json.as_str() == Some("unavailable") => Self::Unavailable,
            None => Self::Other(json),
        }
    }

    /// The number, if there is one.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Value(number) => Some(number),
            _ => None,
        }
    }

    /// A number of hundredths as a number of ones.
    pub(super) fn hundredths(self) -> Self {
        match self {
            Self::Value(number) => Self::Value(number / 100.0),
            other => other,
        }
    }
}

/// What a switch is, or shall be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SwitchState<'a> {
    /// `"on"`, or `true` on breakers.
    On,
    /// `"off"`, or `false` on breakers.
    Off,
    /// Something else, as it came: curtains have `"pause"`.
    Other(JsonRef<'a>),
}

impl<'a> SwitchState<'a> {
    /// Reads a value. Texts are compared as they are: `"ON"` and `1` are something else.
    #[must_use]
    pub fn read(json: JsonRef<'a>) -> Self {
        match (json.as_bool(), json.as_str()) {
            (Some(true), _) | (_, Some("on")) => Self::On,
            (Some(false), _) | (_, Some("off")) => Self::Off,
            _ => Self::Other(json),
        }
    }

    /// Whether it is on; `None` if it is neither on nor off.
    #[must_use]
    pub fn is_on(self) -> Option<bool> {
        match self {
            Self::On => Some(true),
            Self::Off => Some(false),
            Self::Other(_) => None,
        }
    }
}

/// Reads a JSON number, or a string that is a plain decimal: a sign, digits and a fraction, with white space around.
///
/// ```
/// use coolkit_proto::{Json, params::numeric};
///
/// assert_eq!(numeric(Json::from(" -21.50 ").view()), Some(-21.5));
/// for text in ["", "NaN", "inf", "0x10", "1e3", "5.", ".5", "1 2"] {
///     assert_eq!(numeric(Json::from(text).view()), None, "{text}");
/// }
/// ```
#[must_use]
pub fn numeric(json: JsonRef<'_>) -> Option<f64> {
    if let Some(number) = json.as_f64() {
        return Some(number);
    }
    let text = json.as_str()?.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_plain = match digits.split_once('.') {
        Some((whole, fraction)) => is_digits(whole) && is_digits(fraction),
        None => is_digits(digits),
    };
    if !is_plain {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}
