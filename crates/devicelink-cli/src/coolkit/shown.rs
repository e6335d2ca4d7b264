use std::fmt;

use devicelink::coolkit::proto::JsonRef;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::text::Whole;

/// JSON without what may be secret in it, in the order of the wire.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Shown(Box<RawValue>);

impl Shown {
    pub(super) fn new(json: JsonRef<'_>) -> serde_json::Result<Self> {
        RawValue::from_string(json.encode_redacted()).map(Self)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Whole(self.0.get()).fmt(f)
    }
}
