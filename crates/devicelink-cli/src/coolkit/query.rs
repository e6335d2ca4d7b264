use std::fmt;

use clap::Args;
use devicelink::coolkit::proto::Params;
use serde::Serialize;

use super::command::{Target, failure};
use super::shown::{Shown, ShownMembers};
use crate::failure::Failure;
use crate::output::{Output, printable};

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
    params: ShownMembers<'a>,
}

impl Query {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let names = self.names.iter().map(String::as_str);
        let reply = self.target.send(|device| device.query(names)).await?.map_err(failure)?;
        let none = Params::new();
        let params = reply.params().unwrap_or_else(|| none.view()).members();
        let deviceid = self.target.device();
        Ok(output.say(&Answer { deviceid, params: ShownMembers(params) })?)
    }
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.deviceid)?;
        for (name, value) in self.params.0 {
            write!(f, "\n  {:<18} {}", printable(name), Shown(value))?;
        }
        Ok(())
    }
}
