//! The modules of systems.

use std::collections::BTreeMap;

use placeos_proto::{Level, ModuleId, Value};

use super::access::Role;
use super::function::{Failure, Function};

/// A simulated module: its status variables, its functions, and what it logs.
#[derive(Debug, Clone)]
pub struct Module {
    pub(super) name: String,
    pub(super) index: i32,
    pub(super) id: ModuleId,
    pub(super) statuses: Statuses,
    pub(super) functions: BTreeMap<String, Function>,
    pub(super) debug_lines: Vec<(Level, String)>,
}

impl Module {
    /// The first module of that name in its system, without variables and functions. Its id is `mod-` and the name
    /// until [`id`](Self::id) sets another.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            index: 1,
            id: ModuleId::from(format!("mod-{name}").as_str()),
            name,
            statuses: Statuses::default(),
            functions: BTreeMap::new(),
            debug_lines: Vec::new(),
        }
    }

    /// `Display` 1 with the id `mod-d1`, with one of everything.
    ///
    /// Status variables: `power` true, `input` `"HDMI"`, `list` `[1,2,{"a":"x"}]`, `text` `"[]"`. Functions:
    /// `set(name, value)`, `echo(…)`, `nil()`, `sup()` for support staff, `boom()` that raises. Who debugs it is sent two
    /// log lines.
    #[must_use]
    pub fn display() -> Self {
        let list = Value::parse(r#"[1,2,{"a":"x"}]"#).unwrap_or_else(|_| Value::null());
        let set = Function::new(|call| {
            let (name, value): (String, Value) = call.args().deserialize()?;
            call.set(&name, value);
            Ok(Value::null())
        });
        Self::new("Display")
            .id("mod-d1")
            .status("power", true)
            .status("input", "HDMI")
            .status("list", list)
            .status("text", "[]")
            .function("set", set)
            .function("echo", Function::echo())
            .function("nil", Function::returns(Value::null()))
            .function("sup", Function::returns(Value::null()).needs(Role::Support))
            .function("boom", Function::fails(Failure::raised("boom")))
            .debug_line(Level::Debug, "input changed to HDMI")
            .debug_line(Level::Warn, "slow reply")
    }

    /// The module as another one of its name in its system, counted from 1.
    #[must_use]
    pub fn index(mut self, index: i32) -> Self {
        self.index = index;
        self
    }

    /// The module with this id, by which it is debugged.
    #[must_use]
    pub fn id(mut self, id: &str) -> Self {
        self.id = id.into();
        self
    }

    /// The module with this status variable. Set to null it has no value.
    #[must_use]
    pub fn status(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.statuses.set(name, &value.into());
        self
    }

    /// The module with this function.
    #[must_use]
    pub fn function(mut self, name: impl Into<String>, function: Function) -> Self {
        self.functions.insert(name.into(), function);
        self
    }

    /// The module with one more log line for everybody who begins to debug it.
    #[must_use]
    pub fn debug_line(mut self, level: Level, message: impl Into<String>) -> Self {
        self.debug_lines.push((level, message.into()));
        self
    }
}

/// Status variables that have a value.
#[derive(Debug, Clone, Default)]
pub(super) struct Statuses(BTreeMap<String, Value>);

impl Statuses {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Sets a variable, or takes its value away; whether that changed anything.
    pub(super) fn set(&mut self, name: &str, value: &Value) -> bool {
        if value.is_null() {
            return self.0.remove(name).is_some();
        }
        self.0.insert(name.to_owned(), value.clone()).as_ref() != Some(value)
    }
}
