//! `Debug` of JSON, without what may be a secret.

use std::fmt;

use super::{Json, Object};
use crate::secret::{is_secret_name, is_secret_shape};

/// What stands in the place of a secret.
const REDACTED: &str = "<redacted>";

/// The longest text that is shown whole.
const LONGEST: usize = 128;

pub(super) fn json(value: &Json, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Json::Null => f.write_str("null"),
        Json::Bool(value) => write!(f, "{value}"),
        Json::Number(number) => {
            let mut text = String::new();
            number.write(&mut text);
            f.write_str(&text)
        }
        Json::Text(text) => self::text(text, f),
        Json::List(items) => f.debug_list().entries(items).finish(),
        Json::Object(object) => self::object(object, f),
    }
}

pub(super) fn object(object: &Object, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut map = f.debug_map();
    for (name, value) in object {
        map.key(&format_args!("{}", Name(name)));
        if is_secret_name(name) && !value.is_null() {
            map.value(&format_args!("{REDACTED}"));
        } else {
            map.value(value);
        }
    }
    map.finish()
}

fn text(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if is_secret_shape(text) {
        f.write_str(REDACTED)
    } else if text.len() > LONGEST {
        write!(f, "<text of {} bytes>", text.len())
    } else {
        fmt::Debug::fmt(text, f)
    }
}

/// A name that a stranger chose.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text(self.0, f)
    }
}
