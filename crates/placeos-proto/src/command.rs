//! What a request asks for.

use std::fmt;

/// What a request asks for, in the member `cmd`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Command {
    /// Be told the value of a status variable, and all that follow.
    ///
    /// It succeeds for systems, modules and variables that do not exist (yet), and then nothing follows. The current
    /// value follows once, if there is one; it normally comes after the success, but may precede it. The only way to be
    /// sent it again is to unbind and bind, which is also what to do if no reply came. A binding ends with its
    /// connection.
    Bind,
    /// No longer be told. It succeeds for what is not bound, and a notify that was under way may still arrive.
    Unbind,
    /// Call a function. Whether it acted is unknown if no reply comes; the server itself may repeat it towards the
    /// driver.
    Exec,
    /// Be sent the log lines of a module, by [`ModuleId`](crate::ModuleId); for anything else it succeeds and nothing
    /// follows. While anybody listens the module logs at level debug, so do not leave it on.
    Debug,
    /// No longer be sent them. It needs the system, module and index of the debug request, and always succeeds.
    Ignore,
    /// A command that this version of the crate does not know, as it was sent.
    Other(Box<str>),
}

impl Command {
    /// The text as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Bind => "bind",
            Self::Unbind => "unbind",
            Self::Exec => "exec",
            Self::Debug => "debug",
            Self::Ignore => "ignore",
            Self::Other(text) => text,
        }
    }
}

impl From<&str> for Command {
    fn from(text: &str) -> Self {
        match text {
            "bind" => Self::Bind,
            "unbind" => Self::Unbind,
            "exec" => Self::Exec,
            "debug" => Self::Debug,
            "ignore" => Self::Ignore,
            _ => Self::Other(text.into()),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
