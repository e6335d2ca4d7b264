use std::fmt;

use clap::Args;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::command::{Target, failure};
use super::shown::Shown;
use crate::failure::Failure;
use crate::output::Output;
use crate::text::Plain;

/// Ask for the params of a device. The cloud may answer from what it stored.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink coolkit query --simulate babecafe11
  devicelink coolkit query --region us 1000abcdef switch rssi")]
pub(crate) struct Query {
    #[command(flatten)]
    target: Target,
    /// The params, by name; all of them unless said.
    names: Vec<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    deviceid: &'a str,
    #[serde(serialize_with = "members")]
    params: Vec<(&'a str, Shown)>,
}

impl Query {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let names = self.names.iter().map(String::as_str);
        let reply = self.target.send(|device| device.query(names)).await?.map_err(failure)?;
        let members = reply.params().into_iter().flat_map(|params| params.members());
        let params = members.map(|(name, value)| Ok((name, Shown::new(value)?)));
        let params = params.collect::<serde_json::Result<_>>()?;
        Ok(output.say(&Answer { deviceid: self.target.device(), params })?)
    }
}

fn members<S: Serializer>(params: &[(&str, Shown)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(params.len()))?;
    for (name, value) in params {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.deviceid)?;
        let mut params = self.params.iter();
        params
            .try_for_each(|(name, value)| write!(f, "\n  {:<18} {value}", Plain(name).to_string()))
    }
}
