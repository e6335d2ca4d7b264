//! Members of a configuration, with errors that say what was expected.

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use devicelink::lamarzocco::{self, Secret};
use devicelink::placeos::Generation;
use devicelink::placeos::proto::BindingKey;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::failure::Failure;
use crate::secret;

/// Where a secret is. It never stands in the file itself.
#[derive(Debug)]
pub(super) enum SecretAt {
    /// In this variable; if it is not there, the user is asked.
    Usual(&'static str),
    Variable(String),
    File(PathBuf),
}

impl SecretAt {
    pub(super) fn read(self, what: &str) -> Result<Secret, Failure> {
        match self {
            Self::Usual(variable) => secret::read(what, variable, None),
            Self::Variable(variable) => secret::of_variable(&variable).ok_or_else(|| {
                Failure::usage(format!("no {what}: put it into {variable} in the environment"))
            }),
            Self::File(path) => secret::of_file(what, &path),
        }
    }
}

impl<'de> Deserialize<'de> for SecretAt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Place {
            Env(String),
            File(PathBuf),
        }

        // Its own errors show what stands there, which may be the secret.
        match Place::deserialize(deserializer) {
            Ok(Place::File(path)) => Ok(Self::File(path)),
            Ok(Place::Env(name)) if is_variable(&name) => Ok(Self::Variable(name)),
            _ => Err(D::Error::custom(
                "expected { env = \"VARIABLE\" } or { file = \"PATH\" }, for a secret does not stand in this file",
            )),
        }
    }
}

/// Whether it looks like the name of a variable, and not like a secret in its place.
fn is_variable(name: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.starts_with(|first: char| !first.is_ascii_digit()) && name.bytes().all(is_known)
}

/// SYSTEM/MODULE/INDEX/NAME.
#[derive(Clone, Debug)]
pub(crate) struct Bind(pub(super) BindingKey);

impl FromStr for Bind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<_> = text.split('/').collect();
        let [system, module, index, name] = parts[..] else {
            return Err(format!("{text:?} is no binding: expected SYSTEM/MODULE/INDEX/NAME"));
        };
        match index.parse() {
            Ok(index) if ![system, module, name].contains(&"") => {
                Ok(Self(BindingKey::new(system, module, index, name)))
            }
            _ => Err(format!(
                "{text:?} is no binding: expected SYSTEM/MODULE/INDEX/NAME with a number as INDEX"
            )),
        }
    }
}

impl<'de> Deserialize<'de> for Bind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_str(deserializer)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Pin(pub(super) lamarzocco::Pin);

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_str(deserializer).map(Self)
    }
}

/// A generation of PlaceOS servers.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Speaks {
    G1,
    G2,
    #[default]
    G3,
}

impl From<Speaks> for Generation {
    fn from(speaks: Speaks) -> Self {
        match speaks {
            Speaks::G1 => Self::G1,
            Speaks::G2 => Self::G2,
            Speaks::G3 => Self::G3,
        }
    }
}

pub(super) fn from_str<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}
