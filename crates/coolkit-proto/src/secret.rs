//! What must not be printed: a type for it, the names under which it travels, and the shapes by which it is known.

use std::fmt;

use zeroize::Zeroize;

/// A token, key or identity that does not print.
///
/// It has no `Display` and no `Serialize`, its `Debug` shows nothing of it, and its memory is wiped on drop.
/// [`expose`](Secret::expose) is the only way to read it, so that a search for that word finds every use.
///
/// ```
/// use coolkit_proto::Secret;
///
/// let token = Secret::from("3c303f2cd81300278df1f299cbf7093bf921d797");
/// assert_eq!(format!("{token:?}"), "Secret(***)");
/// assert_eq!(token.expose().len(), 40);
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// The text itself. Do not print or log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Members whose value never prints, wherever they stand.
const NAMES: &[&str] = &[
    "accountpass",
    "apikey",
    "apikeys",
    "appid",
    "at",
    "authorization",
    "bindinfos",
    "bssid",
    "devicekey",
    "email",
    "imei",
    "nonce",
    "only_device",
    "partnerapikey",
    "partnerdevice",
    "phone",
    "phonenumber",
    "rt",
    "selfapikey",
    "sender_appid",
    "sign",
    "ssid",
    "stamac",
    "uid",
    "username",
];

/// Whether a member of this name is left out of all that prints.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const PARTS: [&str; 4] = ["password", "passwd", "secret", "token"];
    let contains = |part: &&str| {
        name.as_bytes().windows(part.len()).any(|at| at.eq_ignore_ascii_case(part.as_bytes()))
    };
    NAMES.iter().any(|secret| secret.eq_ignore_ascii_case(name)) || PARTS.iter().any(contains)
}

/// Whether a text looks like a token, a UUID, a MAC address or an e-mail address, or may hold JSON of its own.
pub(crate) fn is_secret_shape(text: &str) -> bool {
    let is_token = |part: &str| part.len() >= TOKEN && part.bytes().any(|b| b.is_ascii_digit());
    // Most texts are too short for either.
    let has_token = || {
        text.len() >= TOKEN
            && text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(is_token)
    };
    let has_address = || {
        text.len() >= ADDRESS
            && text.split(|c: char| !(c.is_ascii_hexdigit() || c == ':')).any(is_address)
    };
    text.contains(['@', '"']) || has_token() || has_address()
}

/// How long the shortest token is.
const TOKEN: usize = 20;

/// How long the shortest address is.
const ADDRESS: usize = "0:0:0:0:0:0".len();

/// Six octets with colons, as hexadecimal or as decimal numbers.
fn is_address(text: &str) -> bool {
    let octets = || text.split(':');
    octets().count() == 6 && octets().all(|octet| matches!(octet.len(), 1..=3))
}

/// The longest piece of a text that an error shows.
const EXCERPT: usize = 64;

/// The text around a fault, escaped; nothing if the text may hold a secret.
///
/// A text with a quotation mark may have members, and then one of them may be a key; a long run of letters and digits
/// may be one itself.
pub(crate) fn excerpt(text: &str, offset: usize) -> Option<Box<str>> {
    let is_run = |part: &str| part.len() >= 10 && part.bytes().any(|b| b.is_ascii_digit());
    let may_hold_secret = text.contains(['"', '\\', '@'])
        || text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == ':')).any(is_run);
    (!may_hold_secret).then(|| shown(text, offset))
}

fn shown(text: &str, offset: usize) -> Box<str> {
    let mut start = offset.min(text.len()).saturating_sub(EXCERPT / 2);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut shown = String::new();
    for character in text[start..].chars().flat_map(char::escape_debug) {
        if shown.len() + character.len_utf8() > EXCERPT {
            break;
        }
        shown.push(character);
    }
    shown.into()
}
