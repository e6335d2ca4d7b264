use std::fmt;

use devicelink::coolkit::proto::{Json, JsonRef, ObjectRef};
use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::output::printable;

/// What stands in the place of a value that is not shown.
const REDACTED: &str = "<redacted>";

/// JSON without what may be secret in it, in the order of the wire.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a>(pub(super) JsonRef<'a>);

/// Members without what may be secret in them.
#[derive(Clone, Copy)]
pub(super) struct ShownMembers<'a>(pub(super) ObjectRef<'a>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if is_hidden(self.0) {
            serializer.serialize_str(REDACTED)
        } else if let Some(members) = self.0.as_object() {
            ShownMembers(members).serialize(serializer)
        } else if self.0.is_list() {
            serializer.collect_seq(self.0.items().map(Shown))
        } else {
            RawValue::from_string(self.0.encode()).map_err(S::Error::custom)?.serialize(serializer)
        }
    }
}

impl Serialize for ShownMembers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.0 {
            // A name that looks like a token is hidden as a text would be.
            let name = if is_hidden(Json::from(name).view()) { REDACTED } else { name };
            map.serialize_entry(name, &Shown(value))?;
        }
        map.end()
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self);
        f.write_str(&printable(text.as_deref().unwrap_or(REDACTED)))
    }
}

/// `Debug` knows.
fn is_hidden(json: JsonRef<'_>) -> bool {
    format!("{json:?}") == REDACTED
}

#[cfg(test)]
mod tests {
    use devicelink::coolkit::proto::Json;

    use super::*;

    fn shown(text: &str) -> String {
        Shown(Json::parse(text).unwrap().view()).to_string()
    }

    #[test]
    fn what_is_no_secret_is_shown_as_it_came() {
        let text =
            r#"{"switches":[{"outlet":0,"switch":"on"}],"rssi":-55,"power":"68.79","x":null}"#;
        assert_eq!(shown(text), text);
    }

    #[test]
    fn what_may_be_a_secret_is_not_shown_wherever_it_stands() {
        let text = r#"{"ssid":"home","a":[{"apikey":{"b":1}}],"at-3c303f2cd81300278df1f299":1,"t":"3c303f2cd81300278df1f299"}"#;
        assert_eq!(
            shown(text),
            r#"{"ssid":"<redacted>","a":[{"apikey":"<redacted>"}],"<redacted>":1,"t":"<redacted>"}"#
        );
    }
}
