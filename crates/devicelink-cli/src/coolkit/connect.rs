use std::path::PathBuf;

use clap::Args;
use devicelink::coolkit::{Builder, Client, Credentials, Region};
use devicelink_sim::coolkit::{self as sim, Cloud};
use serde::Deserialize;

use crate::failure::Failure;
use crate::secret;

/// An account at the cloud: yours, or a simulated one.
///
/// Its credentials are in COOLKIT_AT, COOLKIT_APIKEY and COOLKIT_APPID, in a file, or asked for.
#[derive(Args)]
pub(crate) struct Account {
    /// A file with the members at, apikey and appid of a login, as JSON.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The account's region: cn, as, us or eu.
    #[arg(long, default_value = "eu")]
    region: Region,
    /// Take a cloud that is simulated on this computer.
    #[arg(long, conflicts_with_all = ["credentials", "region"])]
    simulate: bool,
}

#[derive(Deserialize)]
struct Login {
    at: String,
    apikey: String,
    appid: String,
}

impl Account {
    /// The client to be, and the simulated cloud, which is there as long as its handle.
    pub(crate) async fn builder(&self) -> Result<(Builder, Option<Cloud>), Failure> {
        if !self.simulate {
            return Ok((Client::builder(self.login()?).region(self.region), None));
        }
        let cloud = simulated().await?;
        let account = cloud.account();
        let login =
            Credentials::new(account.at.expose(), account.apikey.expose(), account.appid.expose());
        let builder = Client::builder(login)
            .dispatch(cloud.dispatch_url())
            .trust_any_host()
            .pin(cloud.certificate_sha256().parse()?);
        Ok((builder, Some(cloud)))
    }

    fn login(&self) -> Result<Credentials, Failure> {
        let Some(file) = &self.credentials else {
            let read = |what, variable| secret::read(what, variable, None);
            return Ok(Credentials::new(
                read("access token (at)", "COOLKIT_AT")?,
                read("apikey", "COOLKIT_APIKEY")?,
                read("appid", "COOLKIT_APPID")?,
            ));
        };
        let text = secret::of_file("login", file)?;
        // The error of a parser could show a part of it.
        let Ok(Login { at, apikey, appid }) = serde_json::from_str(text.expose()) else {
            return Err(Failure::usage(format!(
                "{} is not a login: write {{\"at\": …, \"apikey\": …, \"appid\": …}}",
                file.display()
            )));
        };
        Ok(Credentials::new(at, apikey, appid))
    }
}

/// A simulated cloud as it is without options.
async fn simulated() -> Result<Cloud, Failure> {
    let builder = Cloud::builder()
        .account(sim::Account::new("simulated-at", "simulated-apikey", "simulated-appid"))
        .device(sim::Device::switch("1000abcdef"))
        .device(sim::Device::th16("babecafe11").reporting());
    Ok(builder.start().await?)
}
