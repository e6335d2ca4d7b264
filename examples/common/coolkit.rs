//! An account at the CoolKit cloud: yours, or a simulated one.

use std::error::Error;
use std::time::Duration;

use clap::Args;
use devicelink::coolkit::{Client, Credentials, Device, Region};
use devicelink_sim::coolkit::{self as sim, Cloud};
use tokio::time::timeout;

/// The identifier of the simulated device.
const SIMULATED: &str = "babecafe11";

#[derive(Args)]
pub(crate) struct Account {
    /// The access token (`at`) of a login. Without it the cloud is simulated.
    #[arg(long, env = "COOLKIT_AT", hide_env_values = true, requires_all = ["apikey", "appid"])]
    at: Option<String>,
    /// The apikey of the user, from the same login.
    #[arg(long, env = "COOLKIT_APIKEY", hide_env_values = true, requires = "at")]
    apikey: Option<String>,
    /// The appid that the token was given to.
    #[arg(long, env = "COOLKIT_APPID", hide_env_values = true, requires = "at")]
    appid: Option<String>,
    /// The account's region: cn, as, us or eu.
    #[arg(long, default_value = "eu")]
    region: Region,
    /// The device's identifier, ten hexadecimal digits.
    #[arg(long, requires = "at")]
    device: Option<String>,
}

impl Account {
    /// The client; with the simulated cloud, if it is for that one.
    pub(crate) async fn connect(
        &self,
        simulated: fn(&'static str) -> sim::Device,
    ) -> Result<(Client, Option<Cloud>), Box<dyn Error>> {
        if let (Some(at), Some(apikey), Some(appid)) = (&self.at, &self.apikey, &self.appid) {
            let credentials = Credentials::new(at.as_str(), apikey.as_str(), appid.as_str());
            return Ok((Client::builder(credentials).region(self.region).build()?, None));
        }
        eprintln!("No --at: a cloud is simulated on this computer.");
        let cloud = Cloud::builder()
            .account(sim::Account::new("simulated-at", "simulated-apikey", "simulated-appid"))
            .device(simulated(SIMULATED))
            .start()
            .await?;
        let account = cloud.account();
        let credentials =
            Credentials::new(account.at.expose(), account.apikey.expose(), account.appid.expose());
        let client = Client::builder(credentials)
            .dispatch(cloud.dispatch_url())
            .trust_any_host()
            .pin(cloud.certificate_sha256().parse()?)
            .build()?;
        Ok((client, Some(cloud)))
    }

    /// Waits for the connection: says at once what is wrong with the token, and waits for the network not for ever.
    #[allow(dead_code, reason = "who only watches does not wait")]
    pub(crate) async fn online(&self, client: &Client) -> Result<(), Box<dyn Error>> {
        match timeout(Duration::from_secs(15), client.online()).await {
            Ok(online) => Ok(online?),
            Err(_) => Err(match client.last_failure() {
                Some(failure) => format!("not connected: {failure}").into(),
                None => "not connected in 15 s".into(),
            }),
        }
    }

    /// The device that was named, or the simulated one.
    pub(crate) fn device(&self, client: &Client) -> Result<Device, Box<dyn Error>> {
        match (&self.device, &self.at) {
            (Some(id), _) => Ok(client.device(id)?),
            (None, None) => Ok(client.device(SIMULATED)?),
            (None, Some(_)) => Err("name the device with --device".into()),
        }
    }
}
