use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use devicelink::coolkit::{Builder, Client, Credentials, Pin, Region};
use devicelink_sim::coolkit::Cloud;
use serde::Deserialize;

use crate::failure::Failure;
use crate::{secret, sim};

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
    /// Connect to this address instead, for example wss://127.0.0.1:8443/api/ws.
    #[arg(long, value_name = "URL", conflicts_with = "region")]
    endpoint: Option<String>,
    /// Ask this dispatch for the address instead, for example https://127.0.0.1:8443/dispatch/app.
    #[arg(long, value_name = "URL", conflicts_with_all = ["region", "endpoint"])]
    dispatch: Option<String>,
    /// Give the token to any host that the dispatch names, not to those of the vendor alone.
    #[arg(long, requires = "dispatch")]
    trust_any_host: bool,
    /// The SHA-256 digest of the cloud's certificate or public key. That of the vendor needs none.
    #[arg(long)]
    pin: Vec<Pin>,
    /// Take a cloud that is simulated on this computer.
    #[arg(long, conflicts_with_all = ["credentials", "region", "endpoint", "dispatch", "pin"])]
    simulate: bool,
}

#[derive(Deserialize)]
struct Login {
    at: String,
    apikey: String,
    appid: String,
}

impl Account {
    /// The client. A simulated device is there as long as the program.
    pub(crate) async fn client(&self) -> Result<Client, Failure> {
        let (builder, _) = self.builder().await?;
        builder.build().map_err(Failure::usage)
    }

    /// The client to be, and the simulated cloud, which is there as long as its handle.
    pub(crate) async fn builder(&self) -> Result<(Builder, Option<Arc<Cloud>>), Failure> {
        if !self.simulate {
            return Ok((self.located(Client::builder(self.login()?)), None));
        }
        let cloud = sim::simulated_cloud().await?;
        let account = cloud.account();
        let login =
            Credentials::new(account.at.expose(), account.apikey.expose(), account.appid.expose());
        let builder = Client::builder(login)
            .dispatch(cloud.dispatch_url())
            .trust_any_host()
            .pin(cloud.certificate_sha256().parse()?);
        Ok((builder, Some(cloud)))
    }

    fn located(&self, builder: Builder) -> Builder {
        let builder = match (&self.endpoint, &self.dispatch) {
            (Some(url), _) => builder.endpoint(url),
            (None, Some(url)) => builder.dispatch(url),
            (None, None) => builder.region(self.region),
        };
        let builder = self.pin.iter().fold(builder, |builder, pin| builder.pin(*pin));
        if self.trust_any_host { builder.trust_any_host() } else { builder }
    }

    fn login(&self) -> Result<Credentials, Failure> {
        let Some(file) = &self.credentials else {
            let read = |what, variable| secret::read(what, variable, None);
            return Ok(Credentials::new(
                read("access token (at)", AT)?,
                read("apikey", APIKEY)?,
                read("appid", APPID)?,
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

/// The variables of the environment that hold the login.
pub(crate) const AT: &str = "COOLKIT_AT";
pub(crate) const APIKEY: &str = "COOLKIT_APIKEY";
pub(crate) const APPID: &str = "COOLKIT_APPID";
