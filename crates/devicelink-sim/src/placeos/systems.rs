//! The systems of a building.

use std::collections::BTreeMap;

use placeos_proto::{BindingKey, Value};

use super::module::Module;

/// All systems by their ids.
#[derive(Default)]
pub(super) struct Systems(BTreeMap<String, Modules>);

/// By name and index.
type Modules = BTreeMap<(String, i32), Module>;

impl Systems {
    pub(super) fn add(&mut self, system: &str, module: Module) {
        let modules = self.0.entry(system.to_owned()).or_default();
        modules.insert((module.name.clone(), module.index), module);
    }

    /// Takes a module away, if it is there. Its system stays.
    pub(super) fn remove(&mut self, system: &str, module: &str, index: i32) {
        if let Some(modules) = self.0.get_mut(system) {
            modules.remove(&(module.to_owned(), index));
        }
    }

    pub(super) fn has(&self, system: &str) -> bool {
        self.0.contains_key(system)
    }

    /// The module that a key is about.
    pub(super) fn module(&self, key: &BindingKey) -> Option<&Module> {
        self.0.get(key.system())?.get(&(key.module().to_owned(), key.index()))
    }

    pub(super) fn module_mut(&mut self, key: &BindingKey) -> Option<&mut Module> {
        self.0.get_mut(key.system())?.get_mut(&(key.module().to_owned(), key.index()))
    }

    pub(super) fn module_of_id(&self, id: &str) -> Option<&Module> {
        self.0.values().flat_map(BTreeMap::values).find(|module| module.id.as_str() == id)
    }

    /// The value of a status variable, if it has one.
    pub(super) fn value(&self, key: &BindingKey) -> Option<Value> {
        self.module(key)?.statuses.get(key.name()).cloned()
    }
}
