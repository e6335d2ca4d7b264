use std::future::IntoFuture;
use std::time::Duration;

use devicelink::coolkit::{Params, Pin, State, Stats, TlsOptions};
use devicelink::{coolkit, lamarzocco, placeos};
use futures::FutureExt;
use futures::future::BoxFuture;

use super::{DEVICE, Events, Options, Server};
use crate::log;

#[derive(Clone)]
pub(crate) enum Client {
    CoolKit(coolkit::Client),
    LaMarzocco(lamarzocco::Client),
    PlaceOs(placeos::Client),
}

/// Why a call has no right answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallFault {
    NotSent,
    Full,
    Indeterminate,
    TimedOut { sent: bool },
    Closed,
    Other,
}

/// The kinds of errors that both vendors with calls have.
macro_rules! call_fault {
    ($vendor:ident, $kind:expr) => {{
        use $vendor::ErrorKind;
        match $kind {
            ErrorKind::NotConnected => CallFault::NotSent,
            ErrorKind::QueueFull => CallFault::Full,
            ErrorKind::Disconnected => CallFault::Indeterminate,
            ErrorKind::TimedOut { sent } => CallFault::TimedOut { sent },
            ErrorKind::Closed => CallFault::Closed,
            _ => CallFault::Other,
        }
    }};
}

impl Client {
    pub(crate) fn build(server: &Server, url: &str, options: Options) -> Self {
        let pin = || -> Pin { server.identity().certificate_sha256().parse().expect("a pin") };
        let tls = options.tls.unwrap_or_else(|| TlsOptions::new().pin(pin()));
        macro_rules! common {
            ($builder:expr) => {
                $builder
                    .tls(tls)
                    .connect_timeout(options.connect_timeout)
                    .close_timeout(options.close_timeout)
                    .frame_limit(options.frame_limit)
            };
        }
        match server {
            Server::CoolKit(cloud) => {
                let account = cloud.account();
                let at = options.credential.unwrap_or_else(|| account.at.expose().to_owned());
                let (apikey, appid) = (account.apikey.expose(), account.appid.expose());
                log::keep_out([&at, apikey, appid]);
                let builder =
                    coolkit::Client::builder(coolkit::Credentials::new(at, apikey, appid));
                let builder = common!(builder.endpoint(url))
                    .login_timeout(options.connect_timeout)
                    .command_timeout(options.call_timeout)
                    .command_spacing(Duration::ZERO)
                    .max_commands(options.max_calls);
                let builder = match options.refresh {
                    Some(source) => builder.refresh(source),
                    None => builder,
                };
                Self::CoolKit(builder.build().expect("a client"))
            }
            Server::LaMarzocco(machine) => {
                let token = options.credential.unwrap_or_else(|| machine.token());
                log::keep_out([&token]);
                let builder = common!(lamarzocco::Client::builder(url));
                let builder = match options.refresh {
                    Some(source) => builder.credentials(source),
                    None => builder.token(token),
                };
                Self::LaMarzocco(builder.build().expect("a client"))
            }
            Server::PlaceOs(building) => {
                let key = building.credential().secret().expose().to_owned();
                let key = options.credential.unwrap_or(key);
                log::keep_out([&key]);
                let builder = common!(placeos::Client::builder(url).api_key(key))
                    .exec_timeout(options.call_timeout)
                    .max_requests(options.max_calls);
                let builder = match options.refresh {
                    Some(source) => builder.refresh(source),
                    None => builder,
                };
                Self::PlaceOs(builder.build().expect("a client"))
            }
        }
    }

    /// Waits until it is online, or has stopped.
    pub(crate) async fn online(&self) -> Result<(), String> {
        each!(self, it => it.online().await.map_err(|error| error.to_string()))
    }

    pub(crate) fn state(&self) -> State {
        each!(self, it => it.state())
    }

    pub(crate) fn stats(&self) -> Stats {
        match self {
            Self::CoolKit(client) => client.stats(),
            Self::LaMarzocco(client) => client.stats().link,
            Self::PlaceOs(client) => client.stats(),
        }
    }

    pub(crate) fn next_attempt_in(&self) -> Option<Duration> {
        each!(self, it => it.next_attempt_in())
    }

    pub(crate) fn retry(&self) {
        each!(self, it => it.retry());
    }

    pub(crate) async fn close(&self) {
        each!(self, it => it.close().await);
    }

    /// The numbered events from now on. Connects, if that has not begun.
    pub(crate) fn events(&self) -> Events {
        match self {
            Self::CoolKit(client) => Events::CoolKit(client.updates()),
            Self::LaMarzocco(client) => Events::LaMarzocco(client.updates()),
            Self::PlaceOs(client) => {
                Events::PlaceOs(client.system("sys-1").module("Display", 1).bind("n"))
            }
        }
    }

    /// Makes a call, at the latest when it is polled; its answer carries the number, if it is the right one.
    pub(crate) fn call(&self, number: u64) -> BoxFuture<'static, Result<u64, CallFault>> {
        match self {
            Self::CoolKit(client) => {
                let device = client.device(DEVICE).expect("an identifier");
                let command = device.update(Params::new().with("n", number)).into_future();
                async move {
                    match command.await {
                        // The simulated cloud repeats the number only where it was told to; the engine has matched the
                        // sequence.
                        Ok(reply) => {
                            Ok(reply.frame().get("n").and_then(|n| n.as_u64()).unwrap_or(number))
                        }
                        Err(error) => Err(call_fault!(coolkit, error.kind())),
                    }
                }
                .boxed()
            }
            Self::PlaceOs(client) => {
                let display = client.system("sys-1").module("Display", 1);
                let call = display.exec("echo", [number]).typed::<(u64,)>();
                async move {
                    match call.await {
                        Ok((number,)) => Ok(number),
                        Err(error) => Err(call_fault!(placeos, error.kind())),
                    }
                }
                .boxed()
            }
            Self::LaMarzocco(_) => unreachable!("there are no calls"),
        }
    }
}
