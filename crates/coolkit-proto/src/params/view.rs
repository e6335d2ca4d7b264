//! One macro for all views, so that each reads as the table that it is.

/// Declares views with one method for each member, and the method of [`ParamsRef`](super::ParamsRef) that gives the
/// view.
macro_rules! views {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident by $by:ident {
            $( $(#[$field_meta:meta])* $field:ident: $kind:ident $key:literal, )*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name<'a>(pub(super) $crate::params::ParamsRef<'a>);

        impl<'a> $name<'a> {
            /// The params that this is a view of.
            #[must_use]
            pub fn params(self) -> $crate::params::ParamsRef<'a> {
                self.0
            }

            $(
                $(#[$field_meta])*
                #[doc = concat!("\n\nMember `", $key, "`.")]
                #[must_use]
                pub fn $field(self) -> Option<$crate::params::view::kind!($kind)> {
                    self.0.$kind($key)
                }
            )*
        }

        impl<'a> $crate::params::ParamsRef<'a> {
            #[doc = concat!("The params as [`", stringify!($name), "`].")]
            #[must_use]
            pub fn $by(self) -> $name<'a> {
                $name(self)
            }
        }
    )*};
}

macro_rules! kind {
    (reading) => { $crate::params::Reading<'a> };
    (switch) => { $crate::params::SwitchState<'a> };
    (text) => { &'a str };
    (json) => { $crate::json::JsonRef<'a> };
}

pub(super) use {kind, views};
