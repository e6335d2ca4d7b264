//! Lives of a session with the dialect of `coolkit-client`, which is private to it.
#![no_main]

use std::sync::Arc;
use std::time::Duration;

use coolkit_proto::{Action, Device, HeartbeatLimits, Object, Params};
use devicelink_fuzz::life::{self, Script};
use dialect::{Ask, Dialect, HeartbeatOptions, Login, Order, Topic};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "nobody reads what it tells")]
#[path = "../../crates/coolkit-client/src/dialect.rs"]
#[rustfmt::skip] // It would look for the tests of it, too.
mod dialect;
#[allow(dead_code, reason = "the dialect does not read what it stores")]
#[path = "../../crates/coolkit-client/src/store.rs"]
mod store;

/// In the place of the client's, which opens sockets.
mod connector {
    use coolkit_proto::ErrorClass;
    use longlink::Observation;

    pub(crate) fn of_class(class: ErrorClass) -> Observation {
        match class {
            ErrorClass::Auth => Observation::GreetingUnauthorized,
            ErrorClass::Permanent | ErrorClass::RegionRedirect => Observation::GreetingRejected,
            _ => Observation::GreetingBusy,
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    let store = Arc::<store::Store>::default();
    let dialect = Dialect {
        login: Login { apikey: "own key".into(), appid: "app".into(), phone: None },
        heartbeat: HeartbeatOptions {
            limits: HeartbeatLimits::default(),
            interval: None,
            timeout: Duration::from_secs(5),
        },
        resync: bytes.arbitrary().unwrap_or_default(),
        sequences: Arc::default(),
        store: Arc::clone(&store),
        pending: dialect::Requests::default(),
        ui_active_at: None,
    };
    let _ = life::live(dialect, &mut Cloud { store }, &mut bytes);
});

struct Cloud {
    store: Arc<store::Store>,
}

const DEVICES: [&str; 2] = ["1000000001", "1000000002"];

impl Script<Dialect> for Cloud {
    fn command(&mut self, bytes: &mut Unstructured<'_>) -> Result<Option<Order>> {
        let device = Device::new(bytes.choose(&DEVICES)?, "owner");
        let ask = match bytes.int_in_range(0..=4)? {
            0 => Ask::Query(Vec::new()),
            1 => Ask::Update(Params::ui_active(60)),
            2 => Ask::Update(Params::outlets([(0, true), (1, bytes.arbitrary()?)])),
            3 => Ask::Other(Action::Upgrade, Object::new().into()),
            _ => Ask::Update(Params::switch(bytes.arbitrary()?)),
        };
        Ok(Some(Order { device: self.store.follow(device), ask }))
    }

    fn topic(&mut self, bytes: &mut Unstructured<'_>) -> Result<Topic> {
        let device = bytes.choose(&DEVICES)?;
        Ok(if bytes.arbitrary()? { Topic::Everything } else { Topic::Device((*device).into()) })
    }

    fn said(&mut self, asked: &str, bytes: &mut Unstructured<'_>) -> Result<String> {
        let sequence = member(asked, "sequence");
        let device = *bytes.choose(&DEVICES)?;
        let code = *bytes.choose(&[0, 0, 0, 400, 401, 406, 503, 504, 777])?;
        Ok(match bytes.int_in_range(0..=7)? {
            0 | 1 => format!(
                r#"{{"error":0,"config":{{"hb":1,"hbInterval":{}}},"sequence":"{sequence}"}}"#,
                bytes.arbitrary::<u8>()?
            ),
            2 => format!(
                r#"{{"error":{code},"deviceid":"{}","sequence":"{sequence}"}}"#,
                member(asked, "deviceid")
            ),
            3 => format!(
                r#"{{"error":{code},"deviceid":"{device}","params":{{"switch":"on"}},"sequence":"{sequence}"}}"#
            ),
            4 => format!(
                r#"{{"action":"update","deviceid":"{device}","userAgent":"device","params":{{"switches":[{{"outlet":0,"switch":"off"}}]}}}}"#
            ),
            5 => format!(
                r#"{{"action":"sysmsg","deviceid":"{device}","params":{{"online":false}}}}"#
            ),
            6 => "pong".into(),
            _ => bytes.arbitrary::<&str>()?.into(),
        })
    }
}

/// The text of a member, as far as a search finds it.
fn member<'a>(frame: &'a str, name: &str) -> &'a str {
    let after = frame.split_once(&format!("\"{name}\":\"")).map(|(_, after)| after);
    after.and_then(|after| after.split('"').next()).unwrap_or_default()
}
