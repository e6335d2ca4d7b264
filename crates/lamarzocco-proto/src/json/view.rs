//! Lenient reading of JSON: a member that is absent, null or of another type reads as nothing.

use std::fmt;
use std::marker::PhantomData;

use super::{FromJson, JsonRef};

/// Where a member was seen: by its own word, or by that of all members around it.
macro_rules! seen {
    (pro) => {
        "Captured from a professional machine."
    };
    (home) => {
        "Captured from home machines."
    };
    (both) => {
        "Captured from a professional machine and from home machines."
    };
    (grinder) => {
        "Captured from a grinder."
    };
    ($all:ident $own:ident) => {
        $crate::json::view::seen!($own)
    };
}

pub(crate) use seen;

/// Declares views: types that borrow one JSON object and read its members when asked.
macro_rules! view {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident in $seen:ident {
            $( $(#[$field_meta:meta])* $field:ident: $type:ty = $member:literal $(in $own:ident)?, )*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq)]
        pub struct $name<'a>($crate::json::JsonRef<'a>);

        impl<'a> $name<'a> {
            $(
                $(#[$field_meta])*
                #[doc = concat!("\n\nThe member `", $member, "`. ", $crate::json::view::seen!($seen $($own)?))]
                #[must_use]
                pub fn $field(self) -> Option<$type> {
                    self.0.get($member).and_then($crate::json::FromJson::from_json)
                }
            )*

            /// The whole object, with the members that have no accessor here.
            #[must_use]
            pub fn raw(self) -> $crate::json::JsonRef<'a> {
                self.0
            }
        }

        impl<'a> $crate::json::FromJson<'a> for $name<'a> {
            fn from_json(json: $crate::json::JsonRef<'a>) -> Option<Self> {
                json.is_object().then_some(Self(json))
            }
        }

        impl std::fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({:?})", stringify!($name), self.0)
            }
        }
    )*};
}

pub(crate) use view;

/// A list of values of one type.
///
/// Items of another type are passed over; [`raw`](Self::raw) has them.
///
/// ```
/// use lamarzocco_proto::{MachineConfiguration, wire::PreinfusionMode};
///
/// let configuration = MachineConfiguration::from_text(r#"{"preinfusionModesAvailable":["ByGroup",5,"ByMoon"]}"#)?;
/// let modes = configuration.preinfusion_modes_available().unwrap();
/// assert_eq!(modes.iter().collect::<Vec<_>>(), [PreinfusionMode::ByGroup, "ByMoon".into()]);
/// assert_eq!(modes.raw().items().count(), 3);
/// # Ok::<(), lamarzocco_proto::Malformed>(())
/// ```
#[derive(Clone, Copy)]
pub struct List<'a, T> {
    json: JsonRef<'a>,
    items: PhantomData<fn() -> T>,
}

impl<'a, T: FromJson<'a> + 'a> List<'a, T> {
    /// The items that can be read as this type, in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + 'a {
        self.json.items().filter_map(T::from_json)
    }

    /// The first item that can be read as this type.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        self.iter().next()
    }

    /// How many items can be read as this type.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is no such item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    /// The list as it is.
    #[must_use]
    pub fn raw(&self) -> JsonRef<'a> {
        self.json
    }
}

impl<'a, T> FromJson<'a> for List<'a, T> {
    fn from_json(json: JsonRef<'a>) -> Option<Self> {
        json.is_array().then_some(Self { json, items: PhantomData })
    }
}

/// An object whose member names are data: groups, doses, boilers.
///
/// All names are kept, known or not; members of another type are passed over and stay in [`raw`](Self::raw).
///
/// ```
/// use lamarzocco_proto::MachineConfiguration;
///
/// let text = r#"{"boilerTargetTemperature":{"CoffeeBoiler1":93.8,"SteamBoiler":122,"MilkBoiler":"?"}}"#;
/// let configuration = MachineConfiguration::from_text(text)?;
/// let temperatures = configuration.boiler_target_temperature().unwrap();
/// assert_eq!(temperatures.get("SteamBoiler"), Some(122.0));
/// assert_eq!((temperatures.len(), temperatures.raw().members().count()), (2, 3));
/// # Ok::<(), lamarzocco_proto::Malformed>(())
/// ```
#[derive(Clone, Copy)]
pub struct Entries<'a, T> {
    json: JsonRef<'a>,
    values: PhantomData<fn() -> T>,
}

impl<'a, T: FromJson<'a> + 'a> Entries<'a, T> {
    /// The names with their values, in the order of the wire.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, T)> + 'a {
        self.json.members().filter_map(|(name, value)| Some((name, T::from_json(value)?)))
    }

    /// The value under a name, for example `DoseB` or the text of a [`Group`](crate::Group).
    ///
    /// If the wire has the name several times, the last value that can be read as this type.
    #[must_use]
    pub fn get(&self, name: impl AsRef<str>) -> Option<T> {
        self.json
            .members()
            .filter(|(member, _)| *member == name.as_ref())
            .filter_map(|(_, value)| T::from_json(value))
            .last()
    }

    /// How many members can be read as this type.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is no such member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The object as it is.
    #[must_use]
    pub fn raw(&self) -> JsonRef<'a> {
        self.json
    }
}

impl<'a, T> FromJson<'a> for Entries<'a, T> {
    fn from_json(json: JsonRef<'a>) -> Option<Self> {
        json.is_object().then_some(Self { json, values: PhantomData })
    }
}

/// A member that comes as a number or as text.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Scalar<'a> {
    /// A number.
    Number(f64),
    /// A text.
    Text(&'a str),
}

impl<'a> FromJson<'a> for Scalar<'a> {
    fn from_json(json: JsonRef<'a>) -> Option<Self> {
        json.as_f64().map(Self::Number).or_else(|| json.as_str().map(Self::Text))
    }
}

impl<'a> FromJson<'a> for JsonRef<'a> {
    fn from_json(json: JsonRef<'a>) -> Option<Self> {
        Some(json)
    }
}

impl<'a> FromJson<'a> for &'a str {
    fn from_json(json: JsonRef<'a>) -> Option<Self> {
        json.as_str()
    }
}

/// `true` and `false` may come as text.
impl<'a> FromJson<'a> for bool {
    fn from_json(json: JsonRef<'a>) -> Option<Self> {
        json.as_bool().or_else(|| match json.as_str() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        })
    }
}

impl<'a> FromJson<'a> for f64 {
    fn from_json(json: JsonRef<'a>) -> Option<Self> {
        json.as_f64()
    }
}

impl<'a> FromJson<'a> for i64 {
    fn from_json(json: JsonRef<'a>) -> Option<Self> {
        json.as_i64()
    }
}

impl<'a> FromJson<'a> for u32 {
    fn from_json(json: JsonRef<'a>) -> Option<Self> {
        json.as_i64().and_then(|number| number.try_into().ok())
    }
}

impl<T> fmt::Debug for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.json.fmt(f)
    }
}

impl<T> fmt::Debug for Entries<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.json.fmt(f)
    }
}
