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
        // `Debug` knows what is hidden.
        if format!("{:?}", self.0) == REDACTED {
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
            map.serialize_entry(&Shown(Json::from(name).view()), &Shown(value))?;
        }
        map.end()
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&printable(&text))
    }
}
