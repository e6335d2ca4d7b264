#![doc = include_str!("../README.md")]
#![deny(clippy::disallowed_methods)]

mod debug;
mod equal;
mod error;
mod json;
mod lexer;
mod number;
mod object;
mod parse;
mod privacy;
mod tape;
mod view;
mod write;

pub use self::error::{Error, ErrorKind};
pub use self::json::Json;
pub use self::lexer::{Lexer, MAX_DEPTH, NumberText, Text, Token};
pub use self::number::Number;
pub use self::object::Object;
pub use self::privacy::{Privacy, Public};
pub use self::view::{Items, JsonRef, Members, ObjectRef};
pub use self::write::write_text;
