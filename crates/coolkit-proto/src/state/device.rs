//! What is known of one device.

use std::collections::BTreeSet;

use super::merge::{is_by_outlet, merge, outlet_of};
use super::presence::{Presence, presence_of_event, presence_of_reply};
use crate::client::Request;
use crate::code::ErrorField;
use crate::frame::{Action, Event, EventKind, Reply, Verdict};
use crate::json::{Json, JsonRef, Object};
use crate::params::{Params, ParamsRef};

/// How many members each layer of a [`DeviceState`] holds; more are not kept.
pub const MAX_PARAMS: usize = 512;

/// The state of one device, in two layers: what was *reported*, and what is *assumed* because the device acknowledged
/// a command and nothing was reported since.
///
/// There is no version of a state on the wire: a full report right after a command may be older than the command.
///
/// ```
/// use coolkit_proto::{Params, state::{DeviceState, Layer}};
///
/// let mut state = DeviceState::new();
/// state.report(Params::switch(false).view());
/// state.assume(Params::switch(true).view());
/// assert_eq!(state.get("switch").unwrap().0, Layer::Assumed);
/// state.report(Params::switch(true).view());
/// assert_eq!(state.get("switch").unwrap().0, Layer::Reported);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeviceState {
    reported: Object,
    assumed: Object,
    presence: Option<Presence>,
    /// Members that were last heard of before the connection was lost.
    stale: BTreeSet<Box<str>>,
    presence_is_stale: bool,
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// From the device or the cloud.
    Reported,
    /// From a command of ours that was acknowledged.
    Assumed,
}

impl DeviceState {
    /// Nothing is known.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reported: Object::new(),
            assumed: Object::new(),
            presence: None,
            stale: BTreeSet::new(),
            presence_is_stale: false,
        }
    }

    /// Takes in an event about this device. The caller has looked at the `deviceid`.
    pub fn apply(&mut self, event: &Event) {
        if let EventKind::Update(update) = event.kind() {
            if let Some(params) = update.params() {
                self.report(params);
            }
        }
        self.note(presence_of_event(event));
    }

    /// Takes in the answer to a request of ours to this device. Only an acknowledged `update` is assumed, and only the
    /// answer to a `query` reports, also one without any code.
    pub fn answer(&mut self, request: &Request, reply: &Reply) {
        let is_acknowledged = reply.verdict() == Verdict::Acknowledged;
        let is_no_error = is_acknowledged || reply.frame().error() == ErrorField::Absent;
        match (request.action(), request.frame().params(), reply.params()) {
            (Action::Update, Some(sent), _) if is_acknowledged => self.assume(sent),
            (Action::Query, _, Some(stored)) if is_no_error => self.report(stored),
            _ => {}
        }
        self.note(presence_of_reply(request.action(), reply));
    }

    /// Merges reported params. What is reported is no longer assumed, of lists by outlet, outlet by outlet.
    pub fn report(&mut self, params: ParamsRef<'_>) {
        merge(&mut self.reported, params, MAX_PARAMS);
        self.refresh(params);
        let is_assumed = |name: &str| self.assumed.view().contains(name);
        if !params.members().iter().any(|(name, _)| is_assumed(name)) {
            return;
        }
        let still = |name, assumed: JsonRef<'_>| match params.members().get(name) {
            None => Some(assumed.to_json()),
            Some(reported) => still_assumed(name, assumed, reported),
        };
        let assumed = self.assumed.view().iter();
        self.assumed =
            assumed.filter_map(|(name, value)| Some((name, still(name, value)?))).collect();
    }

    /// Merges params of a command that was acknowledged.
    pub fn assume(&mut self, params: ParamsRef<'_>) {
        merge(&mut self.assumed, params, MAX_PARAMS);
        self.refresh(params);
    }

    /// Notes that the connection to the cloud is lost: all that is known is stale, and nobody is offline by that.
    pub fn disconnected(&mut self) {
        let known = self.reported.view().iter().chain(self.assumed.view());
        self.stale = known.map(|(name, _)| name.into()).collect();
        self.presence_is_stale = self.presence.is_some();
    }

    /// Whether any member was last heard of before the connection was lost.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        !self.stale.is_empty()
    }

    /// Whether this member was last heard of before the connection was lost.
    #[must_use]
    pub fn is_stale_member(&self, name: &str) -> bool {
        self.stale.contains(name)
    }

    /// Whether [`presence`](Self::presence) was last heard of before the connection was lost.
    #[must_use]
    pub fn is_stale_presence(&self) -> bool {
        self.presence_is_stale
    }

    /// Whether the device is online, if anything said so.
    #[must_use]
    pub fn presence(&self) -> Option<Presence> {
        self.presence
    }

    /// What was reported.
    #[must_use]
    pub fn reported(&self) -> ParamsRef<'_> {
        ParamsRef::new(self.reported.view())
    }

    /// What is assumed.
    #[must_use]
    pub fn assumed(&self) -> ParamsRef<'_> {
        ParamsRef::new(self.assumed.view())
    }

    /// Both layers in one, the assumed one on top.
    #[must_use]
    pub fn current(&self) -> Params {
        let mut current = self.reported.clone();
        merge(&mut current, self.assumed(), usize::MAX);
        current.into()
    }

    /// A member of the upper layer that has it, and which layer that is. Of lists by outlet, the assumed one may be a
    /// part; [`current`](Self::current) has the whole.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<(Layer, JsonRef<'_>)> {
        let assumed = self.assumed.view().get(name).map(|value| (Layer::Assumed, value));
        assumed.or_else(|| self.reported.view().get(name).map(|value| (Layer::Reported, value)))
    }

    fn note(&mut self, presence: Option<Presence>) {
        if presence.is_some() {
            self.presence = presence;
            self.presence_is_stale = false;
        }
    }

    fn refresh(&mut self, params: ParamsRef<'_>) {
        if self.is_stale() {
            for (name, _) in params.members() {
                self.stale.remove(name);
            }
        }
    }
}

/// What is left of an assumption after a report of the same member.
fn still_assumed(name: &str, assumed: JsonRef<'_>, reported: JsonRef<'_>) -> Option<Json> {
    if !is_by_outlet(name) || !reported.is_list() {
        return None;
    }
    let is_reported = |outlet: Option<u8>| reported.items().any(|entry| outlet_of(entry) == outlet);
    let mut left = assumed
        .items()
        .filter(|entry| {
            let outlet = outlet_of(*entry);
            outlet.is_some() && !is_reported(outlet)
        })
        .peekable();
    left.peek().is_some().then(|| Json::list(left))
}
