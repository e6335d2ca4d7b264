use std::error::Error;
use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::TryFutureExt;
use futures::future::MapErr;
use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiFuture, GaiResolver, Name};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower_service::Service;

use super::Target;
use super::stream::Io;
use super::tls::{Tls, fault};
use crate::{Failure, Observation, TlsFault};

/// How long the first address family has before the other one is tried beside it (RFC 8305).
const HAPPY_EYEBALLS: Duration = Duration::from_millis(250);

/// Resolves the name, connects, and if the target wants it, makes TLS.
pub(super) async fn dial(target: &Target, tls: &Tls) -> Result<Io, Failure> {
    if target.is_tls() {
        Ok(Io::Tls(Box::new(dial_tls(target, tls).await?)))
    } else {
        Ok(Io::Plain(dial_tcp(target).await?))
    }
}

pub(super) async fn dial_tls(target: &Target, tls: &Tls) -> Result<TlsStream<TcpStream>, Failure> {
    let name = ServerName::try_from(target.host().to_owned())
        .map_err(|error| Failure::with_source(Observation::NameResolution, error))?;
    let connector = TlsConnector::from(tls.config().await?);
    let tcp = dial_tcp(target).await?;
    connector.connect(name, tcp).await.map_err(dial_failure)
}

async fn dial_tcp(target: &Target) -> Result<TcpStream, Failure> {
    let uri =
        Uri::builder().scheme("http").authority(target.authority()).path_and_query("/").build();
    let uri = uri.map_err(|error| Failure::with_source(Observation::NameResolution, error))?;
    let mut connector = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
    connector.set_nodelay(true);
    connector.set_happy_eyeballs_timeout(Some(HAPPY_EYEBALLS));
    Ok(connector.call(uri).await.map_err(dial_failure)?.into_inner())
}

fn dial_failure(error: impl Error + Send + Sync + 'static) -> Failure {
    let observation = match observe(&error) {
        // The operating system's own deadline: nobody answered.
        Observation::Io if kind(&error) == Some(io::ErrorKind::TimedOut) => {
            Observation::ConnectTimeout
        }
        observation => observation,
    };
    Failure::with_source(observation, error)
}

/// The failure of an open stream. Who the peer is was verified before: a record that is broken on its way says nothing
/// about that.
pub(super) fn stream_failure(error: impl Error + Send + Sync + 'static) -> Failure {
    let observation = match observe(&error) {
        Observation::Tls(fault) if fault != TlsFault::Alert => Observation::Io,
        observation => observation,
    };
    Failure::with_source(observation, error)
}

/// What an error and those below it say.
fn observe(error: &(dyn Error + 'static)) -> Observation {
    for error in chain(error) {
        if error.is::<NameError>() {
            return Observation::NameResolution;
        }
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Observation::Tls(fault(error));
        }
    }
    match kind(error) {
        Some(io::ErrorKind::ConnectionRefused) => Observation::Refused,
        Some(
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable,
        ) => Observation::Unreachable,
        Some(
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe,
        ) => Observation::Reset,
        Some(io::ErrorKind::UnexpectedEof) => Observation::Eof,
        _ => Observation::Io,
    }
}

fn kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    chain(error).find_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind)
}

/// An error and those below it.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| below(*error))
}

/// The source of an `io::Error` is the one below the error that it carries, so that one is asked for first.
fn below<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(carried) => Some(carried),
        None => error.source(),
    }
}

/// The system's resolver with an error of its own type, so that it is told from errors of TCP.
#[derive(Clone)]
struct Resolver(GaiResolver);

#[derive(Debug, thiserror::Error)]
#[error("the name did not resolve")]
struct NameError(#[source] io::Error);

impl Service<Name> for Resolver {
    type Response = GaiAddrs;
    type Error = NameError;
    type Future = MapErr<GaiFuture, fn(io::Error) -> NameError>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), NameError>> {
        self.0.poll_ready(cx).map_err(NameError)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        self.0.call(name).map_err(NameError as fn(io::Error) -> NameError)
    }
}
