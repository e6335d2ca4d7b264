//! The functions of modules.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use placeos_proto::{Args, ErrorCode, Level, Value, ValueError};

use super::access::Role;
use super::module::Statuses;

/// A function of a module.
///
/// ```
/// use std::time::Duration;
///
/// use devicelink_sim::placeos::{Failure, Function, Role};
/// use placeos_proto::{ErrorCode, Value};
///
/// let volume = Function::new(|call| {
///     let (level,): (i64,) = call.args().deserialize()?;
///     if level > 100 {
///         return Err(Failure::raised("too loud").status(404));
///     }
///     call.set("volume", level);
///     Ok(Value::null())
/// });
/// let slow = Function::echo().after(Duration::from_secs(5));
/// let restricted = Function::returns(true).needs(Role::Support);
/// let broken = Function::fails(ErrorCode::UnexpectedFailure);
/// ```
#[derive(Clone)]
pub struct Function {
    body: Arc<Body>,
    pub(super) role: Role,
    pub(super) delay: Duration,
}

type Body = dyn Fn(&mut Call<'_>) -> Result<Value, Failure> + Send + Sync;

impl Function {
    /// A function of any kind. What runs in it must not use the [`Building`](super::Building), but the [`Call`].
    #[must_use]
    pub fn new(
        body: impl Fn(&mut Call<'_>) -> Result<Value, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self { body: Arc::new(body), role: Role::User, delay: Duration::ZERO }
    }

    /// Always returns this value.
    #[must_use]
    pub fn returns(value: impl Into<Value>) -> Self {
        let value = value.into();
        Self::new(move |_| Ok(value.clone()))
    }

    /// Always fails.
    #[must_use]
    pub fn fails(failure: impl Into<Failure>) -> Self {
        let failure = failure.into();
        Self::new(move |_| Err(failure.clone()))
    }

    /// Returns the array of its arguments.
    #[must_use]
    pub fn echo() -> Self {
        Self::new(|call| Ok(Value::parse(call.args().json()).unwrap_or_else(|_| Value::null())))
    }

    /// The function with its answer after this time; it acts at once. Other requests are answered meanwhile.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The function for this role and those above alone: others are answered with error 2.
    #[must_use]
    pub fn needs(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    pub(super) fn run(&self, call: &mut Call<'_>) -> Result<Value, Failure> {
        (self.body)(call)
    }
}

/// One call of a function.
pub struct Call<'a> {
    pub(super) args: &'a Args,
    pub(super) statuses: &'a mut Statuses,
    pub(super) effects: Vec<Effect>,
}

/// What a call has done.
pub(super) enum Effect {
    Set(String, Value),
    Log(Level, String),
}

impl Call<'_> {
    /// The arguments; none if the request has none.
    #[must_use]
    pub fn args(&self) -> &Args {
        self.args
    }

    /// A status variable of the module.
    #[must_use]
    pub fn status(&self, name: &str) -> Option<&Value> {
        self.statuses.get(name)
    }

    /// Sets a status variable of the module, as [`Building::set`](super::Building::set) does.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        if self.statuses.set(name, &value) {
            self.effects.push(Effect::Set(name.to_owned(), value));
        }
    }

    /// Writes a log line, as [`Building::log`](super::Building::log) does.
    pub fn log(&mut self, level: Level, message: impl Into<String>) {
        self.effects.push(Effect::Log(level, message.into()));
    }
}

/// Why a request fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub(super) code: ErrorCode,
    pub(super) status: i64,
    pub(super) message: String,
}

impl Failure {
    /// A failure with status 500.
    #[must_use]
    pub fn new(code: impl Into<ErrorCode>, message: impl Into<String>) -> Self {
        Self { code: code.into(), status: 500, message: message.into() }
    }

    /// A function has raised: error 3.
    #[must_use]
    pub fn raised(message: &str) -> Self {
        Self::new(ErrorCode::RequestFailed, format!("module raised: {message}"))
    }

    /// The same with another status, which only [`Generation::G3`](placeos_proto::Generation::G3) sends.
    #[must_use]
    pub fn status(mut self, status: i64) -> Self {
        self.status = status;
        self
    }
}

/// Without a message.
impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self::new(code, "")
    }
}

/// The function has raised.
impl From<ValueError> for Failure {
    fn from(error: ValueError) -> Self {
        Self::raised(&error.to_string())
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("role", &self.role)
            .field("delay", &self.delay)
            .finish_non_exhaustive()
    }
}

/// Arguments may hold anything, and are not printed.
impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("args", &self.args).finish_non_exhaustive()
    }
}
