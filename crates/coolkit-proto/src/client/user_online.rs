//! The login.

use crate::frame::{Action, Frame, UserAgent};
use crate::json::Object;
use crate::secret::Secret;
use crate::sequence::Sequence;

/// The login of an app: the first frame on a socket, and the only one of its kind there.
///
/// ```
/// use coolkit_proto::{Secret, Sequence, UserOnline};
///
/// let login = UserOnline::new(
///     Secret::from("access token"),
///     Secret::from("apikey of the user"),
///     Secret::from("appid"),
///     "3BDdpq43",
///     Sequence::from_millis(1_519_293_433_136),
/// );
/// assert_eq!(
///     login.to_frame().encode(),
///     r#"{"action":"userOnline","version":8,"ts":1519293433,"at":"access token","userAgent":"app","apikey":"apikey of the user","appid":"appid","nonce":"3BDdpq43","sequence":"1519293433136"}"#,
/// );
/// assert!(!format!("{login:?}").contains("token\""));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UserOnline {
    /// The access token, 40 hexadecimal digits, valid for 30 days. A new login of the account with the same appid
    /// makes it invalid.
    pub at: Secret,
    /// The apikey of the user.
    pub apikey: Secret,
    /// The identifier of the app that got the token. Without it the cloud refuses the login.
    pub appid: Secret,
    /// `app`, unless changed.
    pub user_agent: UserAgent,
    /// Eight random letters or digits.
    pub nonce: Secret,
    /// Unix time in seconds; that of the sequence, unless changed.
    pub ts: u64,
    /// The key of the answer.
    pub sequence: Sequence,
}

/// What version 6 of the login says about a phone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LegacyPhone {
    /// An identifier of the phone, a UUID.
    pub imei: Secret,
    /// Its model, such as `iPhone8,4`.
    pub model: String,
    /// Its system, such as `ios`.
    pub os: String,
    /// The version of the system, such as `11.2.5`.
    pub rom_version: String,
    /// The version of the app, such as `1.8`. The member is called `apkVesrion` on the wire.
    pub apk_version: String,
}

impl UserOnline {
    /// A login. The nonce is an argument: eight random letters or digits.
    #[must_use]
    pub fn new(at: Secret, apikey: Secret, appid: Secret, nonce: &str, sequence: Sequence) -> Self {
        let ts = sequence.seconds();
        let nonce = Secret::from(nonce);
        Self { at, apikey, appid, user_agent: UserAgent::App, nonce, ts, sequence }
    }

    /// The frame of version 8, which today's cloud takes.
    #[must_use]
    pub fn to_frame(&self) -> Frame {
        Frame::new(
            Object::new()
                .with("action", Action::UserOnline)
                .with("version", 8_u8)
                .with("ts", self.ts)
                .with("at", self.at.expose())
                .with("userAgent", self.user_agent.as_str())
                .with("apikey", self.apikey.expose())
                .with("appid", self.appid.expose())
                .with("nonce", self.nonce.expose())
                .with("sequence", self.sequence.as_str()),
        )
    }

    /// The frame of version 6, as a phone sent it in 2018, member for member. **Today's public cloud rejects it** with
    /// code 400; it is here for servers of that time and for recorded dialogues.
    #[must_use]
    pub fn to_legacy_frame(&self, phone: &LegacyPhone) -> Frame {
        Frame::new(
            Object::new()
                .with("action", Action::UserOnline)
                .with("version", 6_u8)
                .with("imei", phone.imei.expose())
                .with("ts", self.ts.to_string())
                .with("model", phone.model.as_str())
                .with("os", phone.os.as_str())
                .with("romVersion", phone.rom_version.as_str())
                .with("at", self.at.expose())
                .with("userAgent", self.user_agent.as_str())
                .with("apikey", self.apikey.expose())
                .with("appid", self.appid.expose())
                .with("nonce", self.nonce.expose())
                .with("sequence", self.sequence.as_str())
                // Misspelt on the wire.
                .with("apkVesrion", phone.apk_version.as_str()),
        )
    }
}

impl LegacyPhone {
    /// A phone of the given identifier, with the model and versions of the recorded login.
    #[must_use]
    pub fn new(imei: Secret) -> Self {
        Self {
            imei,
            model: "iPhone8,4".into(),
            os: "ios".into(),
            rom_version: "11.2.5".into(),
            apk_version: "1.8".into(),
        }
    }
}
