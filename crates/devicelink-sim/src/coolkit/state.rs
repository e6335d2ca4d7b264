//! The cloud's memory: the account, its devices, who is logged in, and what is scripted.

use std::collections::{BTreeMap, VecDeque};

use coolkit_proto::{
    Action, Frame, FrameCode, JsonRef, Login, Object, Params, Secret, Sequences, server,
};

use super::account::Account;
use super::builder::Rules;
use super::device::Device;
use super::dispatch::Dispatch;
use super::script::Script;
use crate::server::peer::Link;

pub(super) struct State {
    pub(super) account: Account,
    devices: BTreeMap<String, Device>,
    /// The connection that is logged in.
    pub(super) live: Option<Link>,
    pub(super) logins: VecDeque<Script>,
    pub(super) commands: VecDeque<Script>,
    pub(super) dispatches: VecDeque<Dispatch>,
    /// Those of the other apps.
    sequences: Sequences,
}

/// What a device has done about a command.
pub(super) struct Done {
    /// What a query asked for.
    pub(super) params: Option<Params>,
    /// What the device reports afterwards.
    pub(super) reports: Vec<Frame>,
}

/// Why a device does nothing about a command.
pub(super) enum Failure {
    Code(FrameCode),
    /// Nobody answers.
    Silence,
}

impl State {
    pub(super) fn new(account: Account, devices: Vec<Device>) -> Self {
        Self {
            account,
            devices: devices.into_iter().map(|device| (device.id.clone(), device)).collect(),
            live: None,
            logins: VecDeque::new(),
            commands: VecDeque::new(),
            dispatches: VecDeque::new(),
            sequences: Sequences::new(),
        }
    }

    /// What the cloud thinks of a login.
    pub(super) fn judge(&self, login: &Login, rules: &Rules) -> FrameCode {
        let Account { at, apikey, appid } = &self.account;
        let own_appid = login.appid();
        if rules.is_strict
            && (own_appid.is_none() || (login.version() == Some(6) && !rules.is_legacy))
        {
            return FrameCode::BAD_REQUEST;
        }
        let is_ours = login.at().as_ref() == Some(at)
            && login.apikey().as_ref() == Some(apikey)
            && (!rules.is_strict || own_appid.as_ref() == Some(appid));
        if is_ours { FrameCode::OK } else { FrameCode::AUTHENTICATION_FAILED }
    }

    /// Makes a connection the one that is logged in; gives the one that was.
    pub(super) fn enter(&mut self, link: &Link) -> Option<Link> {
        self.live.replace(link.clone()).filter(|former| former.number() != link.number())
    }

    /// Forgets a connection.
    pub(super) fn leave(&mut self, link: &Link) {
        self.live.take_if(|live| live.number() == link.number());
    }

    /// Passes a command or a query to its device.
    pub(super) fn execute(&mut self, request: &Frame) -> Result<Done, Failure> {
        let user = self.account.apikey.clone();
        let device = request.device_id().and_then(|id| self.devices.get_mut(id));
        let device = device.ok_or(Failure::Code(FrameCode::FORBIDDEN))?;
        let owner = device.owner.clone().unwrap_or_else(|| user.clone());
        let speaks_for_itself = owner == user || request.self_apikey().as_ref() == Some(&user);
        if request.apikey().as_ref() != Some(&owner) || !speaks_for_itself {
            return Err(Failure::Code(FrameCode::FORBIDDEN));
        }
        if !device.is_online {
            return Err(Failure::Code(FrameCode::DEVICE_OFFLINE));
        }
        if device.is_silent {
            return Err(Failure::Silence);
        }
        let mut done = Done { params: None, reports: Vec::new() };
        match request.action() {
            Some(Action::Update) => {
                for params in changes(request)? {
                    device.merge(&params);
                    if device.is_reporting {
                        done.reports.push(server::device_update(&device.id, &owner, params));
                    }
                }
            }
            Some(Action::Query) => done.params = Some(device.select(request.params_json())),
            // Sharing and upgrades happen elsewhere.
            Some(_) => {}
            None => return Err(Failure::Code(FrameCode::BAD_REQUEST)),
        }
        Ok(done)
    }

    pub(super) fn params(&self, id: &str) -> Params {
        self.devices.get(id).unwrap_or_else(|| unknown(id)).params.clone().into()
    }

    pub(super) fn set_silent(&mut self, id: &str, is_silent: bool) {
        self.device(id).is_silent = is_silent;
    }

    /// A device reports; so it is online.
    pub(super) fn report(&mut self, id: &str, params: Params) -> Vec<Frame> {
        let device = self.device(id);
        device.merge(&params);
        device.is_online = true;
        vec![server::device_update(id, &self.owner(id), params)]
    }

    pub(super) fn set_online(&mut self, id: &str, is_online: bool) -> Vec<Frame> {
        self.device(id).is_online = is_online;
        vec![server::sysmsg(id, &self.owner(id), is_online)]
    }

    /// A device loses its power for a moment.
    pub(super) fn reboot(&mut self, id: &str) -> Vec<Frame> {
        let mut frames = self.set_online(id, false);
        frames.extend(self.set_online(id, true));
        frames.extend(self.report(id, Params::new().with("sledOnline", "on")));
        frames.push(server::device_update(id, &self.owner(id), self.params(id)));
        frames
    }

    /// Another app commands a device.
    pub(super) fn forward(&mut self, id: &str, params: Params) -> Vec<Frame> {
        let owner = self.owner(id);
        let sequence = self.sequences.next(0);
        let mut frames =
            vec![server::forwarded_update(sequence.as_str(), id, &owner, params.clone())];
        let device = self.device(id);
        if device.is_online && !device.is_silent {
            device.merge(&params);
            if device.is_reporting {
                frames.push(server::device_update(id, &owner, params));
            }
        }
        frames
    }

    fn device(&mut self, id: &str) -> &mut Device {
        self.devices.get_mut(id).unwrap_or_else(|| unknown(id))
    }

    fn owner(&self, id: &str) -> Secret {
        let owner = self.devices.get(id).and_then(|device| device.owner.as_ref());
        owner.unwrap_or(&self.account.apikey).clone()
    }
}

/// The params of a command: an object, or several in a list.
fn changes(request: &Frame) -> Result<Vec<Params>, Failure> {
    let params = request.params_json();
    let items = params.into_iter().flat_map(JsonRef::items);
    let objects: Option<Vec<Params>> = params
        .filter(|params| !params.is_list())
        .into_iter()
        .chain(items)
        .map(|item| item.as_object().map(|object| object.to_object().into()))
        .collect();
    objects.filter(|objects| !objects.is_empty()).ok_or(Failure::Code(FrameCode::BAD_REQUEST))
}

impl Device {
    /// The params of these names that it has; all of them, if none is named.
    fn select(&self, names: Option<JsonRef<'_>>) -> Params {
        let mut names = names.into_iter().flat_map(JsonRef::items).peekable();
        if names.peek().is_none() {
            return self.params.clone().into();
        }
        let names = names.filter_map(JsonRef::as_str);
        let found = names.filter_map(|name| Some((name, self.params.view().get(name)?)));
        found.collect::<Object>().into()
    }
}

fn unknown<T>(id: &str) -> T {
    panic!("the cloud has no device {id}")
}
