//! How partial params become one state.

use std::collections::BTreeMap;

use crate::json::{Json, Object};
use crate::params::{ParamsRef, outlet_number};

/// Members that are lists of entries with an outlet, and of which one side may send a part.
const BY_OUTLET: [&str; 3] = ["switches", "configure", "pulses"];

/// Merges params into what is known, and gives the number of members for which there was no room below `limit`.
///
/// By member: one that is absent says nothing, `null` is stored as `null`, and anything else replaces what was there.
/// Only `switches`, `configure` and `pulses` merge by outlet: an entry replaces the one of the same outlet, others
/// stay. An entry whose outlet cannot be read stays only as long as no other list comes.
///
/// ```
/// use coolkit_proto::{Object, Params, state::merge};
///
/// let mut state = Object::new();
/// merge(&mut state, Params::outlets([(0, false), (1, false)]).view(), usize::MAX);
/// merge(&mut state, Params::outlet(1, true).view(), usize::MAX);
/// assert_eq!(state, *Params::outlets([(0, false), (1, true)]).members());
/// ```
pub fn merge(state: &mut Object, update: ParamsRef<'_>, limit: usize) -> usize {
    let mut known: BTreeMap<Box<str>, Json> =
        std::mem::take(state).into_members().into_iter().collect();
    let mut refused = 0;
    for (name, value) in update.members() {
        if known.len() >= limit && !known.contains_key(name) {
            refused += 1;
            continue;
        }
        let old = known.remove(name);
        let merged = match (is_by_outlet(name), value) {
            (true, Json::List(entries)) => {
                let old = old.as_ref().and_then(Json::as_list).unwrap_or_default();
                by_outlet(old, entries)
            }
            _ => value.clone(),
        };
        known.insert(name.into(), merged);
    }
    *state = known.into_iter().collect();
    refused
}

pub(super) fn is_by_outlet(name: &str) -> bool {
    BY_OUTLET.contains(&name)
}

/// The outlet of an entry, if it can be read.
pub(super) fn outlet_of(entry: &Json) -> Option<u8> {
    entry.get("outlet").and_then(outlet_number)
}

fn by_outlet(old: &[Json], new: &[Json]) -> Json {
    let mut outlets: BTreeMap<u8, &Json> = BTreeMap::new();
    for entry in old.iter().chain(new) {
        if let Some(outlet) = outlet_of(entry) {
            outlets.insert(outlet, entry);
        }
    }
    let unreadable = new.iter().filter(|entry| outlet_of(entry).is_none());
    Json::List(outlets.into_values().chain(unreadable).cloned().collect())
}
