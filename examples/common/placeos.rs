//! A PlaceOS server: yours, or a simulated building.

use std::error::Error;

use clap::Args;
use devicelink::placeos::proto::endpoint::Credential;
use devicelink::placeos::{Client, Level, Value};
use devicelink_sim::placeos::{Building, Function, Module, Role};

#[derive(Args)]
pub(crate) struct Server {
    /// The server's domain or base URL, for example https://example.com. Without it a building is simulated.
    #[arg(long)]
    url: Option<String>,
    /// An API key, ID.SECRET.
    #[arg(long, env = "PLACEOS_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// A bearer token, instead of an API key.
    #[arg(long, env = "PLACEOS_TOKEN", hide_env_values = true)]
    bearer: Option<String>,
}

impl Server {
    /// The client; with the simulated building, if it is for that one.
    pub(crate) async fn connect(&self) -> Result<(Client, Option<Building>), Box<dyn Error>> {
        let given = |secret: &Option<String>| secret.clone().filter(|text| !text.is_empty());
        if let Some(url) = &self.url {
            let builder = Client::builder(url);
            let builder = match (given(&self.api_key), given(&self.bearer)) {
                (Some(key), _) => builder.api_key(key),
                (None, Some(token)) => builder.bearer(token),
                // It says what is missing.
                (None, None) => builder,
            };
            return Ok((builder.build()?, None));
        }
        eprintln!("No --url: a building is simulated on this computer.");
        let building = Building::builder()
            .grant(Credential::api_key("keyid.simulated-secret")?, Role::User)
            .module("sys-1234", bookings())
            .module("sys-1234", Module::display())
            .start()
            .await?;
        let client = Client::builder(building.base_url())
            .api_key("keyid.simulated-secret")
            .pin(building.certificate_sha256().parse()?)
            .build()?;
        Ok((client, Some(building)))
    }
}

/// A module that books a room: `make_booking(start)` with a time in seconds since 1970.
fn bookings() -> Module {
    let make_booking = Function::new(|call| {
        let (start,): (i64,) = call.args().deserialize()?;
        let bookings = call.status("bookings").map(|value| value.deserialize()).transpose()?;
        let mut bookings: Vec<i64> = bookings.unwrap_or_default();
        bookings.push(start);
        call.set("bookings", Value::from_serialize(&bookings)?);
        call.log(Level::Info, "a booking was made");
        Ok(Value::from_serialize(&bookings.len())?)
    });
    Module::new("Bookings")
        .id("mod-bookings")
        .status(
            "bookings",
            Value::from_serialize::<[i64; 0]>(&[]).unwrap_or_else(|_| Value::null()),
        )
        .function("make_booking", make_booking)
        .debug_line(Level::Debug, "polling the calendar")
}
