use std::sync::Arc;

use placeos_proto::{Args, BindingKey, Command, ModuleId};
use serde_core::Serialize;

use crate::call::Call;
use crate::client::Client;
use crate::dialect::{Order, Topic};
use crate::error::{Error, ErrorKind};
use crate::update::{Binding, Log};
use crate::{Generation, ValueError};

/// A system: a room, a floor, whatever the installation makes one. Cloning is cheap and shares the one connection.
#[derive(Clone, Debug)]
pub struct System {
    client: Client,
    id: Arc<str>,
}

/// A module of a system, by its name and index. Cloning is cheap and shares the one connection.
#[derive(Clone, Debug)]
pub struct Module {
    system: System,
    name: Arc<str>,
    index: i32,
}

impl System {
    pub(crate) fn new(client: Client, id: &str) -> Self {
        Self { client, id: id.into() }
    }

    /// Its id, `sys-…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A module by the name of its class in this system, and which of them; the first is 1.
    #[must_use]
    pub fn module(&self, name: &str, index: i32) -> Module {
        Module { system: self.clone(), name: name.into(), index }
    }

    /// The log of a module from now on, over all reconnects, by the module's id (`mod-…`) and index. While somebody
    /// listens the module logs at debug level; dropping the stream ends that.
    ///
    /// A log holds whatever a driver writes into it: untrusted text. Of a module that does not exist nothing comes.
    ///
    /// # Errors
    /// [`ErrorKind::ModuleId`] for the *name* of a module: the server would take it, and stay silent. Servers of
    /// [`Generation::G1`] do take names.
    pub fn debug(&self, module: impl Into<ModuleId>, index: i32) -> Result<Log, Error> {
        let module = module.into();
        if self.client.generation != Generation::G1 && !module.as_str().starts_with("mod-") {
            let shown: String = module.as_str().chars().take(64).collect();
            return Err(Error::with(ErrorKind::ModuleId, format!("{shown:?} is none")));
        }
        let topic = Topic::log(&self.id, &module, index);
        Ok(Log::lines(&self.client.link, topic, self.client.update_capacity))
    }
}

impl Module {
    /// The name of its class.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which of the modules of that name it is, from 1.
    #[must_use]
    pub fn index(&self) -> i32 {
        self.index
    }

    /// The values of a status variable, over all reconnects: the current one first, if there is one. Connects, if that
    /// has not begun, when called inside a tokio runtime; otherwise when the stream is read.
    ///
    /// Whoever binds the same variable shares one binding on the wire, which ends with the last of them. A variable, module
    /// or system that does not exist is no error: values come when it appears.
    #[must_use]
    pub fn bind(&self, variable: &str) -> Binding {
        let topic = Topic::Variable(self.key(variable));
        let client = &self.system.client;
        Binding::values(&client.link, topic, client.update_capacity)
    }

    /// Calls a function with its arguments: an array, a slice or a tuple; `()` for none.
    ///
    /// On a client that is not connected yet it fails at once, unless [`Call::wait_until_online`] says otherwise. It is sent
    /// at most once by this client, and never merged with another call. (The server itself repeats a call to
    /// its own core after a transport error there.)
    ///
    /// ```no_run
    /// # async fn example(client: placeos_client::Client) -> Result<(), placeos_client::Error> {
    /// let bookings = client.system("sys-1234").module("Bookings", 1);
    /// let made = bookings.exec("make_booking", [1_631_058_815]).await?;
    /// let volume: f64 = bookings.exec("volume", ("main", true)).typed().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn exec(&self, function: &str, args: impl Serialize) -> Call {
        self.call(Command::Exec, function, Some(Args::new(&args)))
    }

    /// Any request about this module, answered by the whole response: [`Call::response`]. To bind or unbind by it what is
    /// bound by [`bind`](Self::bind), too, confuses the server and this client.
    pub fn raw(&self, command: Command, name: &str, args: Option<Args>) -> Call {
        self.call(command, name, args.map(Ok))
    }

    fn call(&self, command: Command, name: &str, args: Option<Result<Args, ValueError>>) -> Call {
        let client = &self.system.client;
        let is_exec = command == Command::Exec;
        let key = self.key(name);
        let order = args.transpose().map(|args| Order { command, key, args, whole: false });
        let call = Call::new(client.link.clone(), order);
        if is_exec { call.timeout(client.exec_timeout) } else { call }
    }

    fn key(&self, name: &str) -> BindingKey {
        BindingKey::new(&self.system.id, &self.name, self.index, name)
    }
}
