//! What requests and values are about.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Which variable of which module: the identity of a binding. For `exec`, `name` is the function.
///
/// One key is bound once on a connection: binding it again succeeds under the new id, sends no value, and later values
/// keep the **first** id. So route values by key, and count who uses a binding. A clone is a counter, not a copy.
///
/// ```
/// use placeos_proto::BindingKey;
///
/// let key = BindingKey::new("sys-1234", "Bookings", 1, "bookings");
/// assert_eq!((key.system(), key.module(), key.index(), key.name()), ("sys-1234", "Bookings", 1, "bookings"));
/// assert_eq!(key.to_string(), "sys-1234/Bookings_1/bookings");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BindingKey {
    /// System, module and name, one after the other.
    texts: Arc<str>,
    system_end: usize,
    module_end: usize,
    index: i32,
}

impl BindingKey {
    /// A key of its parts. The index of a module counts from 1 among those of the same name in a system.
    #[must_use]
    pub fn new(system: &str, module: &str, index: i32, name: &str) -> Self {
        Self {
            texts: concat([system, module, name]),
            system_end: system.len(),
            module_end: system.len() + module.len(),
            index,
        }
    }

    /// The id of the system, or its name.
    #[must_use]
    pub fn system(&self) -> &str {
        &self.texts[..self.system_end]
    }

    /// The name of the module in the system; in `debug` and `ignore`, its [`ModuleId`].
    #[must_use]
    pub fn module(&self) -> &str {
        &self.texts[self.system_end..self.module_end]
    }

    /// Which of the modules of that name, from 1.
    #[must_use]
    pub fn index(&self) -> i32 {
        self.index
    }

    /// The status variable, or the function.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.texts[self.module_end..]
    }

    fn parts(&self) -> (&str, &str, i32, &str) {
        (self.system(), self.module(), self.index, self.name())
    }
}

/// Texts of the usual length are joined without memory of their own: one allocation for each key.
fn concat(texts: [&str; 3]) -> Arc<str> {
    let mut buffer = [0; 128];
    let mut end = 0;
    for text in texts {
        let Some(space) = buffer.get_mut(end..end + text.len()) else {
            return texts.concat().into();
        };
        space.copy_from_slice(text.as_bytes());
        end += text.len();
    }
    std::str::from_utf8(&buffer[..end]).map_or_else(|_| texts.concat().into(), Into::into)
}

/// Where one text ends and the next begins is left out: keys that differ in that alone are rare.
impl Hash for BindingKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.texts.hash(state);
        self.index.hash(state);
    }
}

/// By system, module, index and name.
impl Ord for BindingKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl PartialOrd for BindingKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for BindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (system, module, index, name) = self.parts();
        write!(f, "{system}/{module}_{index}/{name}")
    }
}

impl fmt::Debug for BindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BindingKey({})", self.to_string().escape_debug())
    }
}

/// The id of a module, `mod-…`: what `debug` and `ignore` need. With a module's *name* they succeed, and no log line
/// ever comes; only [`Generation::G1`](crate::Generation::G1) takes names.
///
/// A clone is a counter, not a copy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId(Arc<str>);

impl ModuleId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ModuleId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for ModuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
