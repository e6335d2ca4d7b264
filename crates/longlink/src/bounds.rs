use std::fmt::{self, Debug};
use std::ops::RangeInclusive;

/// Checks a setting that a user gave, for who builds a client on this crate.
///
/// ```
/// let error = longlink::within("close_timeout", 0, 1..=60).unwrap_err();
/// assert_eq!(error.to_string(), "close_timeout is 0, expected 1 to 60");
/// ```
///
/// # Errors
/// [`OutOfBounds`], with the name, the value and the bounds.
pub fn within<T: Copy + PartialOrd + Debug>(
    name: &'static str,
    value: T,
    bounds: RangeInclusive<T>,
) -> Result<(), OutOfBounds> {
    if bounds.contains(&value) {
        return Ok(());
    }
    let (least, most) = bounds.into_inner();
    Err(OutOfBounds(format!("{name} is {value:?}, expected {least:?} to {most:?}")))
}

/// A setting is out of its bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfBounds(String);

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OutOfBounds {}
