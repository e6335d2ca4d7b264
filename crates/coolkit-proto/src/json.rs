//! JSON as it is on this wire: kept whole, of repeated members the last counts, and silent about secrets when printed.

use wirejson::Privacy;
use zeroize::Zeroize;

use crate::secret::{is_secret_name, is_secret_shape};

/// What [may be a secret](crate#secrets) in JSON of this protocol.
#[derive(Debug, Clone, Copy)]
pub enum Secrets {}

impl Privacy for Secrets {
    fn hides_member(name: &str) -> bool {
        is_secret_name(name)
    }

    fn hides_text(text: &str) -> bool {
        is_secret_shape(text)
    }

    fn wipe(text: &mut String) {
        text.zeroize();
    }
}

/// A JSON value.
///
/// `Debug` leaves out [what may be a secret](crate#secrets); [`encode`](wirejson::Json::encode) writes all of it.
///
/// ```
/// use coolkit_proto::{Json, JsonRef};
///
/// let json = Json::parse(r#"{"switch":"on","rssi":-55,"switch":"off"}"#)?;
/// assert_eq!(json.view().get("rssi").and_then(JsonRef::as_i64), Some(-55));
/// // Of two members with one name, the last one counts.
/// assert_eq!(json.view().get("switch").and_then(JsonRef::as_str), Some("off"));
/// # Ok::<(), coolkit_proto::JsonError>(())
/// ```
pub type Json = wirejson::Json<Secrets>;
/// A value inside of a [`Json`] or an [`Object`].
pub type JsonRef<'a> = wirejson::JsonRef<'a, Secrets>;
/// A JSON object that one makes or changes. Its text is wiped on drop, as that of every [`Json`].
pub type Object = wirejson::Object<Secrets>;
/// An object inside of a [`Json`] or an [`Object`].
pub type ObjectRef<'a> = wirejson::ObjectRef<'a, Secrets>;
