//! The arguments of a function.

use std::fmt;

use serde_core::{Deserialize, Serialize};

use crate::value::{Value, ValueError};

/// The arguments of a function, in their order. `Debug` does not show them.
///
/// ```
/// use placeos_proto::{Args, Value};
///
/// assert_eq!(Args::new(&("HDMI", 2)).unwrap().json(), r#"["HDMI",2]"#);
/// assert_eq!(Args::new(&()).unwrap(), Args::none());
/// assert!(Args::new("HDMI").is_err());
///
/// let all = vec![Value::from("HDMI"), Value::parse("1.50").unwrap()];
/// let args = Args::new(&all).unwrap();
/// assert_eq!(args.json(), r#"["HDMI",1.50]"#);
/// assert_eq!(args.values(), all);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Args(Value);

impl Args {
    /// No arguments.
    #[must_use]
    pub fn none() -> Self {
        Self(Value::of_checked("[]"))
    }

    /// The items of an array, a tuple, a slice; `()` is none. Named parameters, which only
    /// [`Generation::G1`](crate::Generation::G1) knows, are an object as the only item.
    ///
    /// # Errors
    ///
    /// If it is no array in JSON, or has no JSON form.
    pub fn new<T: Serialize + ?Sized>(args: &T) -> Result<Self, ValueError> {
        let value = Value::from_serialize(args)?;
        if value.is_null() {
            return Ok(Self::none());
        }
        Self::read(&value).ok_or_else(|| {
            ValueError::new("arguments are a list: give an array, a tuple or a slice")
        })
    }

    /// An array; nothing else is a list of arguments.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        value.json().starts_with('[').then(|| Self(value.clone()))
    }

    /// As JSON: an array.
    #[must_use]
    pub fn json(&self) -> &str {
        self.0.json()
    }

    /// Each of them.
    #[must_use]
    pub fn values(&self) -> Vec<Value> {
        self.0.deserialize().unwrap_or_default()
    }

    /// Reads all of them as a type: a tuple, a list.
    ///
    /// # Errors
    ///
    /// If they are of another shape, or more or fewer.
    pub fn deserialize<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ValueError> {
        self.0.deserialize()
    }
}

/// How many bytes they have.
impl fmt::Debug for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Args({} bytes)", self.json().len())
    }
}
