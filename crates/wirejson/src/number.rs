//! Numbers of JSON.

use std::fmt;

/// A number: an integer of 64 bits, exactly, or a finite `f64`.
///
/// As in the text it came from, `1` and `1.0` are two different numbers; compare [`as_f64`](Number::as_f64) where
/// that must not count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number(Repr);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Repr {
    /// All integers from 0.
    Unsigned(u64),
    /// Integers below 0 only.
    Negative(i64),
    /// Finite.
    Float(f64),
}

/// The floats that `i64` holds: from -2^63 on, and below 2^63.
const INTEGERS: std::ops::Range<f64> = -9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0;

impl Number {
    /// A number with a fraction; `None` if it is not finite, because JSON has no such number.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self(Repr::Float(number)))
    }

    /// The nearest `f64`, always finite.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self.0 {
            Repr::Unsigned(number) => number as f64,
            Repr::Negative(number) => number as f64,
            Repr::Float(number) => number,
        }
    }

    /// The number, if it was written as an integer and `i64` holds it.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        match self.0 {
            Repr::Unsigned(number) => i64::try_from(number).ok(),
            Repr::Negative(number) => Some(number),
            Repr::Float(_) => None,
        }
    }

    /// The number, if it was written as an integer and `u64` holds it.
    #[must_use]
    pub fn as_u64(self) -> Option<u64> {
        match self.0 {
            Repr::Unsigned(number) => Some(number),
            _ => None,
        }
    }

    /// The number, if it has no fraction, however it was written (`0.0` is 0), and `i64` holds it exactly.
    #[must_use]
    pub fn as_integral(self) -> Option<i64> {
        match self.0 {
            Repr::Float(number) if number.fract() == 0.0 && INTEGERS.contains(&number) => {
                Some(number as i64)
            }
            _ => self.as_i64(),
        }
    }
}

/// As JSON. A float always has a point or an exponent, so that it is read as one again.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Unsigned(number) => write!(f, "{number}"),
            Repr::Negative(number) => write!(f, "{number}"),
            Repr::Float(number) => write!(f, "{number:?}"),
        }
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self(Repr::Unsigned(number))
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(u64::try_from(number).map_or(Repr::Negative(number), Repr::Unsigned))
    }
}

macro_rules! from {
    ($($small:ty => $large:ty),*) => {$(
        impl From<$small> for Number {
            fn from(number: $small) -> Self {
                Self::from(<$large>::from(number))
            }
        }
    )*};
}

from!(u8 => u64, u16 => u64, u32 => u64, i8 => i64, i16 => i64, i32 => i64);
