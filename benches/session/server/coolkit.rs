//! The cloud: every login is good, every request is acknowledged. The params `hold` (how many, how many at a time) and
//! `flood` (how many events of that device) of an update are orders to this server.

use super::Vendor;
use super::frames::text;
use super::script::{Script, find, member, number, numbers};

pub(super) struct Cloud;

const USER: &str = "ea017bb3-892a-4ce0-8cd6-a4ad5e1b5843";

impl Vendor for Cloud {
    fn hear(&mut self, request: &[u8], script: &mut Script) {
        if request == b"ping" {
            return script.say("pong");
        }
        let Some(sequence) = member(request, "sequence").map(number) else { return };
        if find(request, b"\"userOnline\"").is_some() {
            let config = r#""config":{"hb":1,"hbInterval":145}"#;
            return script.say(&format!(
                r#"{{"error":0,"apikey":"{USER}",{config},"sequence":"{sequence}"}}"#
            ));
        }
        let device = member(request, "deviceid").unwrap_or_default();
        let device: String =
            device[1..].iter().map_while(|it| (*it != b'"').then_some(*it as char)).collect();
        let done = |sequence: u64| {
            format!(
                r#"{{"error":0,"deviceid":"{device}","apikey":"{USER}","sequence":"{sequence}"}}"#
            )
        };
        if let Some([hold, batch]) = member(request, "hold").map(numbers).as_deref() {
            script.hold(*hold as usize, *batch as usize);
            script.say(&done(sequence));
        } else if let Some(events) = member(request, "flood").map(number) {
            let of_app = format!(r#"{{"action":"update","deviceid":"{device}","apikey":"{USER}""#);
            // Each says something new.
            let event = |switch: &str| {
                let params = format!(r#""params":{{"switch":"{switch}"}},"from":"device"}}"#);
                text(&format!(r#"{of_app},"userAgent":"device","ts":0,{params}"#))
            };
            script.events = vec![event("on"), event("off")];
            script.flood(events, Some(&done(sequence)));
        } else {
            script.answer(sequence, done);
        }
    }
}
