//! A building: `bind` and `unbind` as PlaceOS has them, and the functions `hold` (how many, how many at a time), `flood`
//! (how many events over all that is bound) and any other one, which gives the same value to all.

use std::collections::HashMap;

use super::Vendor;
use super::frames::text;
use super::script::{Script, find, member, number, numbers};

#[derive(Default)]
pub(super) struct Building {
    /// What is bound, in the order of its events, and where each variable stands.
    bound: Vec<Vec<u8>>,
    places: HashMap<Vec<u8>, usize>,
}

impl Vendor for Building {
    fn hear(&mut self, request: &[u8], script: &mut Script) {
        if request == b"ping" {
            return script.say("pong");
        }
        let Some(id) = member(request, "id").map(number) else { return };
        let done = |id| format!(r#"{{"id":{id},"type":"success","value":null}}"#);
        let name = member(request, "name").unwrap_or_default();
        match member(request, "cmd").unwrap_or_default() {
            command if command.starts_with(b"\"bind\"") => {
                script.say(&done(id));
                self.bind(id, variable(request), script);
            }
            command if command.starts_with(b"\"unbind\"") => {
                self.unbind(variable(request), script);
                script.say(&done(id));
            }
            _ if name.starts_with(b"\"hold\"") => {
                let [hold, batch] = arguments(request)[..] else { return };
                script.hold(hold as usize, batch as usize);
                script.say(&done(id));
            }
            _ if name.starts_with(b"\"flood\"") => {
                let [events] = arguments(request)[..] else { return };
                script.flood(events, Some(&done(id)));
            }
            _ => script.answer(id, |id| {
                let value = "0123456789abcdef0123456789abcdef0123456789abcdef";
                format!(r#"{{"id":{id},"type":"success","value":"{value}"}}"#)
            }),
        }
    }
}

impl Building {
    fn bind(&mut self, id: u64, variable: &[u8], script: &mut Script) {
        let meta = String::from_utf8_lossy(variable);
        let event =
            format!(r#"{{"id":{id},"type":"notify","value":[true,41.5],"meta":{{{meta}}}}}"#);
        script.say(&event);
        let place = *self.places.entry(variable.to_vec()).or_insert(script.events.len());
        if place == script.events.len() {
            self.bound.push(variable.to_vec());
            script.events.push(text(&event));
        }
    }

    fn unbind(&mut self, variable: &[u8], script: &mut Script) {
        let Some(place) = self.places.remove(variable) else { return };
        script.events.swap_remove(place);
        self.bound.swap_remove(place);
        if let Some(moved) = self.bound.get(place).and_then(|it| self.places.get_mut(it)) {
            *moved = place;
        }
    }
}

/// The members that say which variable it is about, as they stand.
fn variable(request: &[u8]) -> &[u8] {
    let begin = find(request, b"\"sys\"").unwrap_or_default();
    let name = member(request, "name").unwrap_or_default();
    let end = name.iter().skip(1).position(|byte| *byte == b'"').unwrap_or_default() + 2;
    &request[begin..request.len() - name.len() + end.min(name.len())]
}

fn arguments(request: &[u8]) -> Vec<u64> {
    member(request, "args").map(numbers).unwrap_or_default()
}
