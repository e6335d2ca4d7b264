//! Frames to give away.

use std::borrow::Cow;

use super::{Frame, Heartbeat};
use crate::error::Malformed;
use crate::json::Json;

/// The text of a frame, in either direction, without [what may be a secret](crate#secrets): for recordings and reports.
///
/// A text without secrets is returned as it is. In the place of a secret stands `<redacted>`; the rest reads as
/// before: the answer to a login is still one. Heartbeats are frames, too.
///
/// # Errors
///
/// As [`Frame::decode`]. What cannot be read may be anything; of the error only `Display` and `Debug` are safe to keep.
///
/// ```
/// use coolkit_proto::redact;
///
/// let text = r#"{"error":0,"apikey":"ea017bb3","config":{"hb":1,"hbInterval":145},"sequence":"1519293433136"}"#;
/// assert_eq!(
///     redact(text)?,
///     r#"{"error":0,"apikey":"<redacted>","config":{"hb":1,"hbInterval":145},"sequence":"1519293433136"}"#,
/// );
/// assert_eq!(redact("pong")?, "pong");
/// # Ok::<(), coolkit_proto::Malformed>(())
/// ```
pub fn redact(text: &str) -> Result<Cow<'_, str>, Malformed> {
    let trimmed = text.trim_ascii();
    if [Heartbeat::PING, Heartbeat::PONG].iter().any(|word| trimmed.eq_ignore_ascii_case(word)) {
        return Ok(text.into());
    }
    let frame = Json::from(Frame::decode(text)?.into_members());
    let redacted = frame.view().encode_redacted();
    Ok(if redacted == frame.encode() { text.into() } else { redacted.into() })
}
