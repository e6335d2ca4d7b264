//! The building's memory: its systems, who is connected, who may connect, and what is scripted.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use placeos_proto::endpoint::Credential;
use placeos_proto::server::Responder;
use placeos_proto::{
    Args, BindingKey, Command, ErrorCode, Generation, Level, Request, Response, Value,
};

use super::access::{Access, Role};
use super::clients::{Clients, Outgoing};
use super::function::{Call, Effect, Failure};
use super::module::Module;
use super::script::{Reply, Script};
use super::systems::Systems;

/// The name of the modules that are triggers.
const TRIGGER: &str = "_TRIGGER_";

pub(super) struct State {
    generation: Generation,
    pub(super) access: Access,
    pub(super) clients: Clients,
    pub(super) scripts: HashMap<Command, VecDeque<Script>>,
    pub(super) chooser: Option<Chooser>,
    systems: Systems,
}

/// Says what is done about a request.
pub(super) type Chooser = Arc<dyn Fn(&Request) -> Option<Script> + Send + Sync>;

/// What is sent about a request: the answer, and what follows it.
pub(super) struct Answer {
    pub(super) reply: Response<'static>,
    pub(super) events: Vec<Response<'static>>,
}

/// What a call of a function has done.
pub(super) struct Run {
    pub(super) result: Result<Value, Failure>,
    pub(super) effects: Outgoing,
    /// Until the answer.
    pub(super) delay: Duration,
}

impl State {
    pub(super) fn new(
        generation: Generation,
        grants: Vec<(Credential, Role)>,
        modules: Vec<(String, Module)>,
    ) -> Self {
        let mut access = Access::default();
        for (credential, role) in grants {
            access.grant(credential, role);
        }
        let mut systems = Systems::default();
        for (system, module) in modules {
            systems.add(&system, module);
        }
        Self {
            generation,
            access,
            clients: Clients::new(generation),
            scripts: HashMap::new(),
            chooser: None,
            systems,
        }
    }

    /// What is done about a request.
    pub(super) fn next_script(&mut self, request: &Request) -> Script {
        let queued = self.scripts.get_mut(request.command()).and_then(VecDeque::pop_front);
        let chosen = || self.chooser.as_ref().and_then(|choose| choose(request));
        queued.or_else(chosen).unwrap_or_else(|| Reply::own().into())
    }

    /// Carries out anything but a call of a function.
    pub(super) fn carry_out(
        &mut self,
        connection: u64,
        request: &Request,
    ) -> Result<Answer, Failure> {
        match request.command() {
            Command::Bind => return self.bind(connection, request),
            Command::Debug => return self.debug(connection, request),
            Command::Unbind => self.clients.unbind(connection, request),
            Command::Ignore => self.clients.ignore(connection, request),
            // A call has its own way, and other commands are not taken.
            _ => {}
        }
        Ok(Responder::new(self.generation).success(request).into())
    }

    /// Calls a function.
    pub(super) fn exec(&mut self, connection: u64, request: &Request) -> Run {
        let (key, role) = (request.key(), self.clients.role(connection));
        let Some(module) = self.systems.module_mut(key) else {
            return Run::failed(self.missing(key));
        };
        let Some(function) = module.functions.get(key.name()).cloned() else {
            let message = format!("could not find function {}", key.name());
            return Run::failed(Failure::new(ErrorCode::BadRequest, message));
        };
        if role < function.role {
            let message = format!("{} is not for this user", key.name());
            return Run::failed(Failure::new(ErrorCode::AccessDenied, message));
        }
        let none = Args::none();
        let args = request.args().unwrap_or(&none);
        let mut call = Call { args, statuses: &mut module.statuses, effects: Vec::new() };
        let result = function.run(&mut call);
        let (done, module) = (call.effects, &*module);
        let mut effects = Outgoing::new();
        for effect in done {
            effects.extend(match effect {
                Effect::Set(name, value) => {
                    let key = BindingKey::new(key.system(), key.module(), key.index(), &name);
                    self.clients.notify(&key, &value)
                }
                Effect::Log(level, message) => self.clients.log(module, &level, &message),
            });
        }
        Run { result, effects, delay: function.delay }
    }

    /// Sets a status variable, and tells it if that changes it.
    pub(super) fn set(&mut self, key: &BindingKey, value: &Value) -> Outgoing {
        let module = self.systems.module_mut(key).unwrap_or_else(|| unknown(key));
        match module.statuses.set(key.name(), value) {
            true => self.clients.notify(key, value),
            false => Outgoing::new(),
        }
    }

    /// Tells a status variable as it is.
    pub(super) fn signal(&self, key: &BindingKey) -> Outgoing {
        self.clients.notify(key, &self.value(key).unwrap_or_else(Value::null))
    }

    pub(super) fn value(&self, key: &BindingKey) -> Option<Value> {
        self.systems.module(key).unwrap_or_else(|| unknown(key)).statuses.get(key.name()).cloned()
    }

    /// Writes a log line.
    pub(super) fn log(&self, id: &str, level: &Level, message: &str) -> Outgoing {
        let module = self.systems.module_of_id(id);
        let module = module.unwrap_or_else(|| panic!("the building has no module of the id {id}"));
        self.clients.log(module, level, message)
    }

    /// A module appears, in the place of the one that may be there; bindings follow.
    pub(super) fn add(&mut self, system: &str, module: Module) -> Outgoing {
        let (name, index) = (module.name.clone(), module.index);
        self.systems.add(system, module);
        self.clients.notify_all(|key| {
            let is_of_it = (key.system(), key.module(), key.index()) == (system, &name, index);
            is_of_it.then(|| self.systems.value(key)).flatten()
        })
    }

    /// A module goes away; nothing is told.
    pub(super) fn remove(&mut self, system: &str, module: &str, index: i32) {
        self.systems.remove(system, module, index);
    }

    fn bind(&mut self, connection: u64, request: &Request) -> Result<Answer, Failure> {
        let key = request.key();
        if key.module().starts_with('_') && self.clients.role(connection) < Role::Support {
            return Err(Failure::new(
                ErrorCode::AccessDenied,
                "attempted to access protected module",
            ));
        }
        let value = self.systems.value(key);
        let is_trigger = key.module() == TRIGGER && self.generation != Generation::G1;
        if is_trigger && value.is_none() {
            let message = format!("no trigger instance {} in system {}", key.name(), key.system());
            return Err(Failure::new(ErrorCode::ModuleNotFound, message));
        }
        if self.generation == Generation::G1 && !self.systems.has(key.system()) {
            return Err(self.missing(key));
        }
        let is_new = self.clients.bind(connection, request);
        let first = value.filter(|_| is_new);
        let responder = Responder::new(self.generation);
        Ok(Answer {
            reply: responder.bind_success(request),
            events: first.map(|value| responder.notify(request, &value)).into_iter().collect(),
        })
    }

    fn debug(&mut self, connection: u64, request: &Request) -> Result<Answer, Failure> {
        let key = request.key();
        let module = match self.generation {
            // A name unless the index is null.
            Generation::G1 if request.has_index() => {
                Some(self.systems.module(key).ok_or_else(|| {
                    Failure::new(ErrorCode::ModuleNotFound, "debug failed: module not found")
                })?)
            }
            _ => self.systems.module_of_id(key.module()),
        };
        let id = module.map_or_else(|| key.module().into(), |module| module.id.clone());
        let is_new = self.clients.debug(connection, &id, request);
        let mut answer = Answer::from(Responder::new(self.generation).debug_success(request, &id));
        if let Some(module) = module.filter(|_| is_new) {
            let lines = module.debug_lines.iter();
            answer.events.extend(
                lines.map(|(level, text)| self.clients.log_frame(request, module, level, text)),
            );
        }
        Ok(answer)
    }

    /// Why there is no module of this key.
    fn missing(&self, key: &BindingKey) -> Failure {
        if self.generation == Generation::G1 && !self.systems.has(key.system()) {
            let message = format!("could not find system: {}", key.system());
            return Failure::new(ErrorCode::SystemNotFound, message);
        }
        Failure::new(ErrorCode::ModuleNotFound, format!("could not find module: {}", key.module()))
    }
}

impl Run {
    fn failed(failure: Failure) -> Self {
        Self { result: Err(failure), effects: Outgoing::new(), delay: Duration::ZERO }
    }
}

impl From<Response<'static>> for Answer {
    fn from(reply: Response<'static>) -> Self {
        Self { reply, events: Vec::new() }
    }
}

fn unknown<T>(key: &BindingKey) -> T {
    panic!("the building has no module of {key}")
}
