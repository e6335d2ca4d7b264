//! Who is connected, and what each is told.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use placeos_proto::server::Responder;
use placeos_proto::{BindingKey, Generation, Level, ModuleId, Request, Response, Value};

use super::access::Role;
use super::heard::Open;
use super::module::Module;
use crate::server::peer::Link;

/// Frames, and where they go.
pub(super) type Outgoing = Vec<(Link, Response<'static>)>;

/// The open connections.
pub(super) struct Clients {
    generation: Generation,
    open: BTreeMap<u64, Client>,
}

struct Client {
    link: Link,
    role: Role,
    /// The first bind of each key.
    bindings: HashMap<BindingKey, Request>,
    /// The first debug request of each target, which is a key without a name.
    debugs: HashMap<BindingKey, Request>,
}

impl Clients {
    pub(super) fn new(generation: Generation) -> Self {
        Self { generation, open: BTreeMap::new() }
    }

    pub(super) fn enter(&mut self, link: Link, role: Role) {
        let client = Client { link, role, bindings: HashMap::new(), debugs: HashMap::new() };
        self.open.insert(client.link.number(), client);
    }

    /// Forgets a connection with everything that lives on it.
    pub(super) fn leave(&mut self, connection: u64) {
        self.open.remove(&connection);
    }

    pub(super) fn count(&self, connection: u64) -> Open {
        self.open.get(&connection).map_or_else(Open::default, |client| Open {
            bindings: client.bindings.len(),
            debugs: client.debugs.len(),
        })
    }

    pub(super) fn role(&self, connection: u64) -> Role {
        self.open.get(&connection).map_or(Role::Guest, |client| client.role)
    }

    /// Whether the key was not bound before.
    pub(super) fn bind(&mut self, connection: u64, request: &Request) -> bool {
        let Some(client) = self.open.get_mut(&connection) else { return false };
        add(&mut client.bindings, request.key().clone(), request)
    }

    pub(super) fn unbind(&mut self, connection: u64, request: &Request) {
        if let Some(client) = self.open.get_mut(&connection) {
            client.bindings.remove(request.key());
        }
    }

    /// Whether the module of that id was not debugged before.
    pub(super) fn debug(&mut self, connection: u64, module: &ModuleId, request: &Request) -> bool {
        let target = self.target(module.as_str(), request);
        let Some(client) = self.open.get_mut(&connection) else { return false };
        add(&mut client.debugs, target, request)
    }

    pub(super) fn ignore(&mut self, connection: u64, request: &Request) {
        let target = self.target(request.key().module(), request);
        if let Some(client) = self.open.get_mut(&connection) {
            client.debugs.remove(&target);
        }
    }

    /// Tells a value to all who have bound it.
    pub(super) fn notify(&self, key: &BindingKey, value: &Value) -> Outgoing {
        let bound =
            self.open.values().filter_map(|client| Some((client, client.bindings.get(key)?)));
        bound
            .map(|(client, first)| (client.link.clone(), self.notify_frame(first, value)))
            .collect()
    }

    /// Tells what `value_of` has for it to every binding.
    pub(super) fn notify_all(&self, value_of: impl Fn(&BindingKey) -> Option<Value>) -> Outgoing {
        let mut frames = Outgoing::new();
        for client in self.open.values() {
            for (key, first) in &client.bindings {
                if let Some(value) = value_of(key) {
                    frames.push((client.link.clone(), self.notify_frame(first, &value)));
                }
            }
        }
        frames
    }

    /// Sends a log line of a module to all who debug it.
    pub(super) fn log(&self, module: &Module, level: &Level, message: &str) -> Outgoing {
        let mut frames = Outgoing::new();
        for client in self.open.values() {
            for (target, first) in &client.debugs {
                if target.module() == module.id.as_str() {
                    let line = self.log_frame(first, module, level, message);
                    frames.push((client.link.clone(), line));
                }
            }
        }
        frames
    }

    /// A log line for one who debugs the module.
    pub(super) fn log_frame(
        &self,
        first: &Request,
        module: &Module,
        level: &Level,
        message: &str,
    ) -> Response<'static> {
        let class = format!("::{}", module.name);
        Responder::new(self.generation).log_line(first, &module.id, &class, level, message)
    }

    fn notify_frame(&self, first: &Request, value: &Value) -> Response<'static> {
        Responder::new(self.generation).notify(first, value)
    }

    /// What a debug request is remembered by: in the first generation the module alone.
    fn target(&self, module: &str, request: &Request) -> BindingKey {
        match self.generation {
            Generation::G1 => BindingKey::new("", module, 1, ""),
            Generation::G2 | Generation::G3 => {
                BindingKey::new(request.key().system(), module, request.key().index(), "")
            }
        }
    }
}

/// Whether nothing was there before, which stays.
fn add(requests: &mut HashMap<BindingKey, Request>, key: BindingKey, request: &Request) -> bool {
    let Entry::Vacant(entry) = requests.entry(key) else { return false };
    entry.insert(request.clone());
    true
}
