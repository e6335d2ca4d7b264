//! Frames: JSON objects in either direction, whole.

mod action;
pub(crate) mod classify;
mod event;
mod handshake;
mod heartbeat;
mod pending;
mod redact;
mod reply;

use std::borrow::Cow;
use std::fmt;

pub use self::action::{Action, Origin, UserAgent};
pub use self::classify::{Incoming, Unmatched, classify, classify_bytes};
pub use self::event::{Event, EventKind, Notify, Update};
pub use self::handshake::{Handshake, HandshakeOutcome};
pub use self::heartbeat::{Heartbeat, HeartbeatLimits};
pub use self::pending::{Awaited, Pending, PendingRequests};
pub use self::redact::redact;
pub use self::reply::{Reply, Verdict};
use crate::code::ErrorField;
use crate::error::{Malformed, Reason};
use crate::json::{Json, JsonRef, Object, ObjectRef};
use crate::params::{ParamsRef, numeric};
use crate::secret::Secret;

/// A frame, in either direction: all members as they came, with typed access to those that are known.
///
/// A member that is missing, `null` or of another type reads as `None` and costs no other member. Nothing is lost:
/// encoding what was decoded gives an equal JSON value.
///
/// ```
/// use coolkit_proto::{Action, Frame};
///
/// let text = r#"{"action":"update","deviceid":"babecafe11","params":{"rssi":-55},"d_seq":9007199254740993,"new":[1]}"#;
/// let frame = Frame::decode(text)?;
/// assert_eq!(frame.action(), Some(Action::Update));
/// assert_eq!(frame.device_id(), Some("babecafe11"));
/// assert_eq!(frame.d_seq(), Some(9_007_199_254_740_993));
/// assert_eq!(frame.encode(), text);
/// # Ok::<(), coolkit_proto::Malformed>(())
/// ```
#[derive(Clone, PartialEq, Default)]
pub struct Frame(Object);

impl Frame {
    /// A frame of the given members.
    #[must_use]
    pub fn new(members: Object) -> Self {
        Self(members)
    }

    /// Reads a text frame. `ping` and `pong` are no JSON; [`classify`] and
    /// [`ClientFrame::decode`](crate::ClientFrame::decode) know them.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, or JSON but no object.
    pub fn decode(text: &str) -> Result<Self, Malformed> {
        let json = Json::parse(text).map_err(|error| Malformed::of_json(error, text))?;
        json.into_object().map(Self).ok_or_else(|| {
            let start = text.len() - text.trim_ascii_start().len();
            Malformed::new(Reason::NotAnObject, text, start)
        })
    }

    /// The frame as compact JSON, secrets included.
    #[must_use]
    pub fn encode(&self) -> String {
        self.0.encode()
    }

    /// All members.
    #[must_use]
    pub fn members(&self) -> ObjectRef<'_> {
        self.0.view()
    }

    /// All members, by value.
    #[must_use]
    pub fn into_members(self) -> Object {
        self.0
    }

    /// The frame with one more member, or another value of one.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Json>) -> Self {
        Self(self.0.with(name, value))
    }

    /// A member that is neither missing nor `null`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<JsonRef<'_>> {
        self.members().present(name)
    }

    /// What the frame is about; `None` for a reply. Empty text counts as none.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        self.members().text("action").filter(|action| !action.is_empty()).map(Action::from)
    }

    /// The sequence as it is compared: text as it is, an integral number up to 2^53 as its digits.
    #[must_use]
    pub fn sequence(&self) -> Option<Cow<'_, str>> {
        let sequence = self.get("sequence")?;
        if let Some(text) = sequence.as_str() {
            return Some(text.into());
        }
        let integer = sequence.as_number()?.as_integral()?;
        (integer.unsigned_abs() <= 1 << 53).then(|| integer.to_string().into())
    }

    /// The member `error`.
    #[must_use]
    pub fn error(&self) -> ErrorField {
        ErrorField::read(self.get("error"))
    }

    /// Which device, an opaque text; ten lowercase hexadecimal digits until now.
    #[must_use]
    pub fn device_id(&self) -> Option<&str> {
        self.members().text("deviceid")
    }

    /// The apikey of the device's owner. It does not identify a device: one was seen with two of them in a row.
    #[must_use]
    pub fn apikey(&self) -> Option<Secret> {
        self.members().text("apikey").map(Secret::from)
    }

    /// The apikey of the user who sends, for shared devices.
    #[must_use]
    pub fn self_apikey(&self) -> Option<Secret> {
        self.members().text("selfApikey").map(Secret::from)
    }

    /// Who wrote the frame, in the member `userAgent`.
    #[must_use]
    pub fn user_agent(&self) -> Option<UserAgent> {
        self.members().text("userAgent").map(UserAgent::from)
    }

    /// Who wrote the frame, in the member `from`, which is rarer than `userAgent`.
    #[must_use]
    pub fn sender(&self) -> Option<UserAgent> {
        self.members().text("from").map(UserAgent::from)
    }

    /// The params, whatever they are: an object, an array, 0.
    #[must_use]
    pub fn params_json(&self) -> Option<JsonRef<'_>> {
        self.get("params")
    }

    /// The params, if they are an object.
    #[must_use]
    pub fn params(&self) -> Option<ParamsRef<'_>> {
        self.params_json()?.as_object().map(ParamsRef::new)
    }

    /// The member `config`, if it is an object.
    #[must_use]
    pub fn config(&self) -> Option<ObjectRef<'_>> {
        self.get("config")?.as_object()
    }

    /// A text about an error.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.members().text("reason")
    }

    /// The action that is answered; only refused logins have it.
    #[must_use]
    pub fn action_name(&self) -> Option<Action> {
        self.members().text("actionName").map(Action::from)
    }

    /// The time in Unix seconds. 0 is what devices send; milliseconds were seen, too.
    #[must_use]
    pub fn ts(&self) -> Option<i64> {
        self.get("ts").and_then(numeric).map(|seconds| seconds as i64)
    }

    /// A counter of the device, passed through by the cloud. It is no key: it does not grow across devices.
    #[must_use]
    pub fn d_seq(&self) -> Option<u64> {
        self.members().get("d_seq")?.as_u64()
    }

    /// Another counter of the device, as text.
    #[must_use]
    pub fn seq(&self) -> Option<&str> {
        self.members().text("seq")
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Frame ")?;
        self.0.fmt(f)
    }
}
