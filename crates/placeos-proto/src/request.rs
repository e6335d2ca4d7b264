//! What a client sends, but for the heartbeat.

mod args;

pub use self::args::Args;
use crate::command::Command;
use crate::id::Id;
use crate::json::ObjectWriter;
use crate::key::{BindingKey, ModuleId};

/// A request of a client.
///
/// Give every one a deadline: what a server cannot read it does not answer. Send `exec` once and never again, for it
/// may have acted; keep at most one `bind` or `unbind` of a key in flight, for servers carry them out in any order and
/// may subscribe twice.
///
/// ```
/// use placeos_proto::{Args, BindingKey, Id, Request};
///
/// let key = BindingKey::new("sys-1234", "Bookings", 1, "bookings");
/// assert_eq!(
///     Request::bind(Id::from(1), key).encode(),
///     r#"{"id":1,"cmd":"bind","sys":"sys-1234","mod":"Bookings","index":1,"name":"bookings"}"#,
/// );
/// let function = BindingKey::new("sys-1234", "Bookings", 1, "make_booking");
/// assert_eq!(
///     Request::exec(Id::from(3), function, Args::new(&[1_631_058_815]).unwrap()).encode(),
///     r#"{"id":3,"cmd":"exec","sys":"sys-1234","mod":"Bookings","index":1,"name":"make_booking","args":[1631058815]}"#,
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    id: Id,
    command: Command,
    key: BindingKey,
    has_index: bool,
    args: Option<Args>,
}

impl Request {
    /// Be told the value of a variable.
    #[must_use]
    pub fn bind(id: Id, key: BindingKey) -> Self {
        Self::new(id, Command::Bind, key)
    }

    /// No longer be told.
    #[must_use]
    pub fn unbind(id: Id, key: BindingKey) -> Self {
        Self::new(id, Command::Unbind, key)
    }

    /// Call a function: the name of the key.
    #[must_use]
    pub fn exec(id: Id, function: BindingKey, args: Args) -> Self {
        Self::new(id, Command::Exec, function).with_args(args)
    }

    /// Be sent the log lines of a module.
    #[must_use]
    pub fn debug(id: Id, system: &str, module: &ModuleId, index: i32) -> Self {
        Self::new(id, Command::Debug, log_key(system, module, index))
    }

    /// No longer be sent them. System, module and index must be those of the debug request.
    #[must_use]
    pub fn ignore(id: Id, system: &str, module: &ModuleId, index: i32) -> Self {
        Self::new(id, Command::Ignore, log_key(system, module, index))
    }

    /// Any command, without arguments.
    #[must_use]
    pub fn new(id: Id, command: Command, key: BindingKey) -> Self {
        Self { id, command, key, has_index: true, args: None }
    }

    /// The request with arguments. Only `exec` has some.
    #[must_use]
    pub fn with_args(mut self, args: Args) -> Self {
        self.args = Some(args);
        self
    }

    /// The request with `null` as index. It means 1, but for `debug` and `ignore` in
    /// [`Generation::G1`](crate::Generation::G1): there it says that the module is given by its id.
    #[must_use]
    pub fn without_index(mut self) -> Self {
        self.has_index = false;
        self
    }

    /// The id, which the reply repeats.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// What it asks for.
    #[must_use]
    pub fn command(&self) -> &Command {
        &self.command
    }

    /// What it is about.
    #[must_use]
    pub fn key(&self) -> &BindingKey {
        &self.key
    }

    /// Whether the index is given; if not, that of the key is 1.
    #[must_use]
    pub fn has_index(&self) -> bool {
        self.has_index
    }

    /// The arguments, if there is such a member.
    #[must_use]
    pub fn args(&self) -> Option<&Args> {
        self.args.as_ref()
    }

    /// The frame as compact JSON, members in the order of the vendor's client.
    #[must_use]
    pub fn encode(&self) -> String {
        let key = &self.key;
        let args = self.args.as_ref().map_or("", Args::json);
        let texts = key.system().len() + key.module().len() + key.name().len() + args.len();
        let mut object = ObjectWriter::with_capacity(texts + 96);
        object.raw("id", &self.id.to_json());
        object.text("cmd", self.command.as_str());
        object.text("sys", key.system());
        object.text("mod", key.module());
        match self.has_index {
            true => object.raw("index", &key.index().to_string()),
            false => object.raw("index", "null"),
        }
        object.text("name", key.name());
        if self.args.is_some() {
            object.raw("args", args);
        }
        object.finish()
    }
}

/// Requests about log lines have a name that means nothing. Where they do not say it, it is that of the vendor's client.
fn log_key(system: &str, module: &ModuleId, index: i32) -> BindingKey {
    BindingKey::new(system, module.as_str(), index, "debug")
}
