use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures::{Sink, Stream};

use crate::{Failure, Frame, Secret};

/// An open link: frames in, frames out.
///
/// It ends with `None` or an error; an inbound [`Frame::Close`] is delivered as the last frame. Pings of the peer are
/// delivered and answered by the transport itself.
pub trait Transport:
    Stream<Item = Result<Frame, Failure>> + Sink<Frame, Error = Failure> + Send + Unpin
{
}

impl<T> Transport for T where
    T: Stream<Item = Result<Frame, Failure>> + Sink<Frame, Error = Failure> + Send + Unpin + ?Sized
{
}

/// Any open link.
pub type BoxTransport = Box<dyn Transport>;

/// A link that was opened.
#[non_exhaustive]
pub struct Opened {
    /// The link.
    pub transport: BoxTransport,
    /// The credential, if the dialect has to present it in its greeting. A credential that travelled in the upgrade need
    /// not be here.
    pub credential: Option<Secret>,
}

impl Opened {
    /// A link over this transport.
    #[must_use]
    pub fn new(transport: impl Transport + 'static) -> Self {
        Self { transport: Box::new(transport), credential: None }
    }

    /// The same with a credential for the greeting.
    #[must_use]
    pub fn with_credential(mut self, credential: Secret) -> Self {
        self.credential = Some(credential);
        self
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("credential", &self.credential).finish_non_exhaustive()
    }
}

/// One attempt to open a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The number of this attempt since the link was made, from 1.
    pub epoch: u64,
    /// Which credential is wanted.
    pub ask: Ask,
}

impl Attempt {
    /// An attempt.
    #[must_use]
    pub fn new(epoch: u64, ask: Ask) -> Self {
        Self { epoch, ask }
    }
}

/// Which credential is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The current one.
    Current,
    /// Another one than the last, which the server refused.
    Refreshed,
}

/// Opens links. Replace it to go through a tunnel, or to test on an in-memory pipe.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Opens one link.
    ///
    /// The driver bounds the call by the connect deadline and drops the future when it passes: cancelling must release
    /// every resource.
    ///
    /// # Errors
    /// A [`Failure`] whose observation decides whether there is another attempt.
    async fn connect(&self, attempt: Attempt) -> Result<Opened, Failure>;
}

#[async_trait]
impl<C: Connector + ?Sized> Connector for Arc<C> {
    async fn connect(&self, attempt: Attempt) -> Result<Opened, Failure> {
        (**self).connect(attempt).await
    }
}

/// Supplies the credential, once before each attempt.
///
/// A [`Secret`] is a source by itself: it is given at each attempt, and a refusal of it is final.
#[async_trait]
pub trait CredentialSource: Send + Sync {
    /// The credential for the next attempt. After a refusal the question is [`Ask::Refreshed`].
    ///
    /// The call is bounded by the connect deadline and may be cancelled.
    ///
    /// # Errors
    /// [`Observation::NoCredential`](crate::Observation::NoCredential) if there is none, or no other: the link stops.
    /// Any other observation is treated as it stands in the table, so that a token service that is down is tried again.
    async fn credential(&self, ask: Ask) -> Result<Secret, Failure>;
}

#[async_trait]
impl<S: CredentialSource + ?Sized> CredentialSource for Arc<S> {
    async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
        (**self).credential(ask).await
    }
}

#[async_trait]
impl CredentialSource for Secret {
    async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
        match ask {
            Ask::Current => Ok(self.clone()),
            Ask::Refreshed => Err(Failure::new(crate::Observation::NoCredential)),
        }
    }
}
