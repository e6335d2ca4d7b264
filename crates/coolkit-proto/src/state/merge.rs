//! How partial params become one state.

use std::collections::BTreeMap;

use crate::json::{Json, JsonRef, Object};
use crate::params::{ParamsRef, outlet_number};

/// Members that are lists of entries with an outlet, and of which one side may send a part.
const BY_OUTLET: [&str; 3] = ["switches", "configure", "pulses"];

/// How many members are looked up one by one, which takes no memory. A usual report has fewer.
const FEW: usize = 16;

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
/// assert_eq!(state.view(), Params::outlets([(0, false), (1, true)]).members());
/// ```
pub fn merge(state: &mut Object, update: ParamsRef<'_>, limit: usize) -> usize {
    if says_nothing_new(state, update) {
        return 0;
    }
    // Of repeated members the last one counts.
    let update: BTreeMap<&str, JsonRef<'_>> = update.members().iter().collect();
    let mut known: BTreeMap<&str, JsonRef<'_>> = state.view().iter().collect();
    let lists = update.iter().filter(|(name, value)| is_by_outlet(name) && value.is_list());
    let lists: BTreeMap<&str, Json> =
        lists.map(|(name, new)| (*name, by_outlet(known.get(name).copied(), *new))).collect();
    let mut refused = 0;
    for (name, value) in update {
        if known.len() >= limit && !known.contains_key(name) {
            refused += 1;
            continue;
        }
        known.insert(name, lists.get(name).map_or(value, Json::view));
    }
    *state = Object::of_members(known);
    refused
}

/// Whether a short update repeats what is known. Lists by outlet have to be merged to see.
fn says_nothing_new(state: &Object, update: ParamsRef<'_>) -> bool {
    let is_known = |(name, value): (&str, JsonRef<'_>)| {
        state.view().get(name) == Some(value) && !(is_by_outlet(name) && value.is_list())
    };
    update.members().iter().nth(FEW).is_none() && update.members().iter().all(is_known)
}

pub(super) fn is_by_outlet(name: &str) -> bool {
    BY_OUTLET.contains(&name)
}

/// The outlet of an entry, if it can be read.
pub(super) fn outlet_of(entry: JsonRef<'_>) -> Option<u8> {
    entry.get("outlet").and_then(outlet_number)
}

fn by_outlet(old: Option<JsonRef<'_>>, new: JsonRef<'_>) -> Json {
    let old = old.into_iter().flat_map(JsonRef::items);
    let mut outlets: BTreeMap<u8, JsonRef<'_>> = BTreeMap::new();
    for entry in old.chain(new.items()) {
        if let Some(outlet) = outlet_of(entry) {
            outlets.insert(outlet, entry);
        }
    }
    let unreadable = new.items().filter(|entry| outlet_of(*entry).is_none());
    Json::list(outlets.into_values().chain(unreadable))
}
