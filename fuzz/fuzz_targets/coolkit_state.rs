//! The state of a device, from a list of objects: each is merged, reported, and assumed.
#![no_main]

use coolkit_proto::state::{DeviceState, Layer, MAX_PARAMS, merge};
use coolkit_proto::{Json, JsonRef, Object, ObjectRef, ParamsRef, params};
use devicelink_fuzz::look;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(json) = std::str::from_utf8(bytes).ok().and_then(|text| Json::parse(text).ok()) else {
        return;
    };
    let json = json.view();
    let updates: Vec<ObjectRef<'_>> = match json.is_list() {
        true => json.items().filter_map(params_of).collect(),
        false => params_of(json).into_iter().collect(),
    };
    check_merges(&updates);
    check_state(&updates);
});

/// Devices send params inside of frames, and frames are what the seeds are.
fn params_of(json: JsonRef<'_>) -> Option<ObjectRef<'_>> {
    json.get("params").and_then(JsonRef::as_object).or(json.as_object())
}

fn check_merges(updates: &[ObjectRef<'_>]) {
    let mut state = Object::new();
    for &update in updates {
        let before = state.clone();
        assert_eq!(merge(&mut state, ParamsRef::new(update), usize::MAX), 0);
        assert_eq!(merged(state.view(), update), state, "merging twice is merging once");
        let (before, after) = (before.view(), state.view());
        for (name, value) in before {
            assert!(update.contains(name) || after.get(name) == Some(value), "{name} changed");
        }
        for (name, _) in after {
            assert!(update.contains(name) || before.contains(name), "{name} came from nowhere");
        }
        let mut bounded = before.to_object();
        let limit = before.len() + 1;
        let refused = merge(&mut bounded, ParamsRef::new(update), limit);
        assert!(bounded.view().len() <= limit && bounded.view().len() + refused == after.len());
    }
    if let [a, b, c, ..] = updates[..] {
        if [a, b, c].into_iter().all(has_lists_of_outlets) {
            assert_eq!(merged(merged(a, b).view(), c), merged(a, merged(b, c).view()));
        }
    }
}

fn merged(state: ObjectRef<'_>, update: ObjectRef<'_>) -> Object {
    let mut state = state.to_object();
    merge(&mut state, ParamsRef::new(update), usize::MAX);
    state
}

/// Whether what merges by outlet is a list, each entry of which has one.
fn has_lists_of_outlets(params: ObjectRef<'_>) -> bool {
    let has_outlet = |entry: JsonRef<'_>| {
        let number = entry.get("outlet").and_then(params::numeric);
        number.is_some_and(|number| number.fract() == 0.0 && (0.0..=255.0).contains(&number))
    };
    let mut lists =
        ["switches", "configure", "pulses"].into_iter().filter_map(|name| params.get(name));
    lists.all(|list| list.is_list() && list.items().all(has_outlet))
}

fn check_state(updates: &[ObjectRef<'_>]) {
    let mut state = DeviceState::new();
    let mut reported = Object::new();
    let is_typed = updates.iter().copied().all(has_lists_of_outlets);
    for (n, &update) in updates.iter().enumerate() {
        let params = ParamsRef::new(update);
        if n % 2 == 1 {
            state.assume(params);
            continue;
        }
        let current = state.current();
        state.report(params);
        let once = state.clone();
        state.report(params);
        assert_eq!(state, once, "reporting twice is reporting once");
        merge(&mut reported, params, MAX_PARAMS);
        assert_eq!(state.reported().members(), reported.view());
        if is_typed && update.len() + current.members().len() < MAX_PARAMS {
            assert_eq!(state.current().members(), merged(current.members(), update).view());
        }
    }
    assert!(state.reported().members().len() <= MAX_PARAMS);
    assert!(state.assumed().members().len() <= MAX_PARAMS);
    for (name, value) in state.assumed().members() {
        assert_eq!(state.get(name), Some((Layer::Assumed, value)));
    }
    let current = state.current();
    state.disconnected();
    assert!(state.current() == current && state.presence().is_none());
    assert_eq!(state.is_stale(), !current.members().is_empty());
    look(&state);
    if let Some(&update) = updates.first() {
        state.assume(ParamsRef::new(update));
        assert!(update.iter().all(|(name, _)| !state.is_stale_member(name)));
    }
}
