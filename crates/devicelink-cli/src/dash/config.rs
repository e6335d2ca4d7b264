//! What to connect to: from a file, or from the command line.

use std::fs;
use std::path::Path;

use devicelink::coolkit::{self, Credentials, Region};
use devicelink::placeos::proto::BindingKey;
use devicelink::{lamarzocco, placeos};
use serde::Deserialize;

mod fields;

pub(super) use self::fields::Bind;
use self::fields::{Pin, SecretAt, Speaks, from_str};
use super::Dash;
use super::model::{Spec, Vendor};
use super::source::{Account, Machine, Named, Server, Source};
use crate::failure::Failure;
use crate::lamarzocco::TOKEN;
use crate::secret;

/// What a configuration file holds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    #[serde(default)]
    lamarzocco: Vec<LaMarzocco>,
    #[serde(default)]
    coolkit: Vec<CoolKit>,
    #[serde(default)]
    placeos: Vec<PlaceOs>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LaMarzocco {
    name: Option<String>,
    address: String,
    #[serde(default = "token")]
    token: SecretAt,
    #[serde(default)]
    pin: Vec<Pin>,
    #[serde(default)]
    allow_plain: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CoolKit {
    name: Option<String>,
    #[serde(default = "default_region", deserialize_with = "from_str")]
    region: Region,
    #[serde(default = "at")]
    at: SecretAt,
    #[serde(default = "apikey")]
    apikey: SecretAt,
    #[serde(default = "appid")]
    appid: SecretAt,
    #[serde(default)]
    devices: Vec<Named>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceOs {
    name: Option<String>,
    url: String,
    api_key: Option<SecretAt>,
    bearer: Option<SecretAt>,
    #[serde(default)]
    generation: Speaks,
    #[serde(default)]
    pin: Vec<Pin>,
    #[serde(default)]
    allow_plain: bool,
    #[serde(default)]
    bind: Vec<Bind>,
}

fn default_region() -> Region {
    Region::Eu
}

fn token() -> SecretAt {
    SecretAt::Usual(TOKEN)
}

fn at() -> SecretAt {
    SecretAt::Usual("COOLKIT_AT")
}

fn apikey() -> SecretAt {
    SecretAt::Usual("COOLKIT_APIKEY")
}

fn appid() -> SecretAt {
    SecretAt::Usual("COOLKIT_APPID")
}

impl Config {
    pub(crate) fn of_file(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("{shown} cannot be read: {error}")))?;
        Self::parse(&text)
            .map_err(|(line, error)| Failure::usage(format!("{shown}, line {line}: {error}")))
    }

    /// An error is told with its line.
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            // Its `Display` shows the line itself, which may hold a secret that is in the wrong place.
            (line, error.message().to_owned())
        })?;
        if config.lamarzocco.is_empty() && config.coolkit.is_empty() && config.placeos.is_empty() {
            let expected =
                "nothing to connect to: expected [[lamarzocco]], [[coolkit]] or [[placeos]]";
            return Err((1, expected.to_owned()));
        }
        Ok(config)
    }

    /// What the command line names.
    pub(super) fn of_options(dash: &Dash) -> Self {
        let lamarzocco = dash.lamarzocco.iter().map(|address| LaMarzocco {
            name: None,
            address: address.clone(),
            token: token(),
            pin: dash.pin.iter().copied().map(Pin).collect(),
            allow_plain: false,
        });
        let coolkit = dash.coolkit.iter().map(|region| CoolKit {
            name: None,
            region: *region,
            at: at(),
            apikey: apikey(),
            appid: appid(),
            devices: Vec::new(),
        });
        let placeos = dash.placeos.iter().map(|url| PlaceOs {
            name: None,
            url: url.clone(),
            api_key: None,
            bearer: None,
            generation: Speaks::default(),
            pin: Vec::new(),
            allow_plain: false,
            bind: dash.bind.clone(),
        });
        Self {
            lamarzocco: lamarzocco.collect(),
            coolkit: coolkit.collect(),
            placeos: placeos.collect(),
        }
    }

    /// The clients, not connected yet.
    pub(crate) fn sources(self) -> Result<Vec<Source>, Failure> {
        let mut sources = Vec::new();
        for machine in self.lamarzocco {
            sources.push(machine.source()?);
        }
        for account in self.coolkit {
            sources.push(account.source()?);
        }
        for server in self.placeos {
            sources.push(server.source()?);
        }
        Ok(sources)
    }
}

impl LaMarzocco {
    fn source(self) -> Result<Source, Failure> {
        let token = self.token.read("machine's local token")?;
        let builder = lamarzocco::Client::builder(&self.address).token(token);
        let builder = self.pin.iter().fold(builder, |builder, pin| builder.pin(pin.0));
        let builder = if self.allow_plain { builder.allow_plain() } else { builder };
        let client = builder.build().map_err(|error| wrong(&self.address, &error))?;
        let spec = Spec {
            vendor: Vendor::LaMarzocco,
            name: self.name.unwrap_or_else(|| "machine".to_owned()),
            address: without_query(&self.address),
            bindings: Vec::new(),
        };
        Ok(Source::new(spec, Machine { client }))
    }
}

impl CoolKit {
    fn source(self) -> Result<Source, Failure> {
        let credentials = Credentials::new(
            self.at.read("access token (at)")?,
            self.apikey.read("apikey")?,
            self.appid.read("appid")?,
        );
        let builder = coolkit::Client::builder(credentials).region(self.region).resync(true);
        let client = builder.build().map_err(|error| wrong("coolkit", &error))?;
        for named in &self.devices {
            // Each connection begins with a query of those that are followed.
            client.device(&named.id).map_err(|error| wrong("coolkit", &error))?;
        }
        let spec = Spec {
            vendor: Vendor::CoolKit,
            name: self.name.unwrap_or_else(|| "cloud".to_owned()),
            address: format!("region {}", self.region),
            bindings: Vec::new(),
        };
        Ok(Source::new(spec, Account { client, devices: self.devices }))
    }
}

impl PlaceOs {
    fn source(self) -> Result<Source, Failure> {
        let builder = placeos::Client::builder(&self.url).generation(self.generation.into());
        let builder = match (self.api_key, self.bearer) {
            (Some(_), Some(_)) => {
                return Err(Failure::usage(format!(
                    "{}: there is an api_key and a bearer: expected one of them",
                    self.url
                )));
            }
            (Some(key), None) => builder.api_key(key.read("API key")?),
            (None, Some(token)) => builder.bearer(token.read("bearer token")?),
            (None, None) => match secret::of_variable("PLACEOS_TOKEN") {
                Some(token) => builder.bearer(token),
                None => builder.api_key(SecretAt::Usual("PLACEOS_API_KEY").read("API key")?),
            },
        };
        let builder = self.pin.iter().fold(builder, |builder, pin| builder.pin(pin.0));
        let builder = if self.allow_plain { builder.allow_plain() } else { builder };
        // One more is for what belongs to nothing.
        let builder = builder.max_bindings((self.bind.len() + 1).max(1024));
        let client = builder.build().map_err(|error| wrong(&self.url, &error))?;
        let bindings: Vec<BindingKey> = self.bind.into_iter().map(|bind| bind.0).collect();
        let spec = Spec {
            vendor: Vendor::PlaceOs,
            name: self.name.unwrap_or_else(|| "building".to_owned()),
            address: without_query(&self.url),
            bindings: bindings.iter().map(ToString::to_string).collect(),
        };
        Ok(Source::new(spec, Server { client, bindings }))
    }
}

/// Which part of a configuration cannot be used, and why.
fn wrong(part: &str, error: &dyn std::error::Error) -> Failure {
    Failure::usage(format!("{}: {error}", without_query(part)))
}

/// An address as it is shown, for a query may carry keys.
fn without_query(address: &str) -> String {
    address.split('?').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::source::Kind;
    use super::*;

    fn wrong(text: &str) -> (usize, String) {
        Config::parse(text).expect_err(text)
    }

    #[test]
    fn the_configuration_in_the_readme_names_a_machine_an_account_and_a_server() {
        let readme = include_str!("../../README.md");
        let (_, from) = readme.split_once("```toml\n").unwrap();
        let config = Config::parse(from.split_once("```").unwrap().0).unwrap();
        assert!(
            matches!(&config.lamarzocco[0].token, SecretAt::Variable(name) if name == "BAR_TOKEN")
        );
        assert_eq!(config.coolkit[0].devices[1].kind, Kind::ZigbeeSensor);
        assert!(matches!(config.coolkit[0].apikey, SecretAt::Usual("COOLKIT_APIKEY")));
        assert_eq!(config.placeos[0].bind[0].0.to_string(), "sys-1/Display_1/power");
    }

    #[test]
    fn an_error_says_the_line_and_what_was_expected() {
        let (line, error) = wrong("[[lamarzocco]]\naddress = \"a\"\ntokn = 1\n");
        assert_eq!(line, 3);
        assert!(error.contains("tokn") && error.contains("expected one of"), "{error}");
        let (line, error) = wrong("[[lamarzocco]]\nname = \"a\"\n\n[[coolkit]]\n");
        assert_eq!((line, error.as_str()), (1, "missing field `address`"));
        let (line, error) = wrong("[[coolkit]]\n\nregion = \"mars\"\n");
        assert_eq!(line, 3);
        assert!(error.contains("cn, as, us and eu"), "{error}");
        let (line, error) =
            wrong("[[placeos]]\nurl = \"x\"\nbind = [\n  \"sys-1/Display/power\",\n]\n");
        assert_eq!(line, 3);
        assert!(error.contains("expected SYSTEM/MODULE/INDEX/NAME"), "{error}");
        assert_eq!(wrong("[[lamarzocco]\n").0, 1);
        let (line, error) = wrong("");
        assert_eq!(line, 1);
        assert!(error.contains("expected [[lamarzocco]]"), "{error}");
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_not_shown() {
        let secret = "f00dfeedf00dfeed";
        let tries = [
            format!("token = \"{secret}\""),
            format!("token = {{ env = \"{secret}\" }}"),
            format!("token = {{ value = \"{secret}\" }}"),
            format!("token = {{ {secret} = \"\" }}"),
            "token = 1234567890".to_owned(),
        ];
        for token in tries {
            let (line, error) = wrong(&format!("[[lamarzocco]]\naddress = \"a\"\n{token}\n"));
            assert_eq!(line, 3, "{token}");
            assert!(error.contains("expected { env ="), "{error}");
            assert!(!error.contains(secret) && !error.contains("1234567890"), "{error}");
        }
    }
}
