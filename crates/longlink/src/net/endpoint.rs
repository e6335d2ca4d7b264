use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Request};
use http_body_util::Empty;

use super::credential::{Credential, sensitive_value, user_header};
use super::stream::Io;
use super::tls::Tls;
use super::{Ask, CredentialSource, HeaderError, Target, TlsOptions, dial};
use crate::{Failure, Secret};

/// A server and how to speak to it: the address, whom to trust, the credential and further headers.
///
/// Making one does no I/O. Clones share what TLS reads once (the system's roots). It opens links by
/// [`WebSocketConnector`](super::WebSocketConnector) and is an [`HttpClient`](super::HttpClient) for the same host.
/// `Debug` shows neither the query nor any value of a header.
#[derive(Clone)]
pub struct Endpoint {
    target: Target,
    tls: Arc<Tls>,
    credential: Option<Credential>,
    headers: HeaderMap,
}

impl Endpoint {
    /// This address, trusted by the built-in roots, without a credential.
    #[must_use]
    pub fn new(target: Target) -> Self {
        let user_agent = HeaderValue::from_static(concat!("longlink/", env!("CARGO_PKG_VERSION")));
        let headers = HeaderMap::from_iter([(header::USER_AGENT, user_agent)]);
        Self { target, tls: Arc::new(Tls::default()), credential: None, headers }
    }

    /// Whom to trust.
    #[must_use]
    pub fn tls(mut self, options: TlsOptions) -> Self {
        self.tls = Arc::new(Tls::new(options));
        self
    }

    /// Sends the credential as `Authorization: Bearer …`, unchanged.
    ///
    /// A credential that is empty or holds a control character is not sent: the attempt ends with
    /// [`NoCredential`](crate::Observation::NoCredential) before anything is.
    #[must_use]
    pub fn bearer(mut self, source: impl CredentialSource + 'static) -> Self {
        self.credential = Some(Credential::bearer(Arc::new(source)));
        self
    }

    /// Sends the credential as the value of this header, otherwise as [`bearer`](Self::bearer).
    ///
    /// # Errors
    /// [`HeaderError::Name`] or [`HeaderError::Reserved`].
    pub fn credential_header(
        mut self,
        name: &str,
        source: impl CredentialSource + 'static,
    ) -> Result<Self, HeaderError> {
        self.credential = Some(Credential::named(user_header(name)?, Arc::new(source)));
        Ok(self)
    }

    /// Sends this header too, instead of an earlier one of the same name. Its value is treated as a secret.
    ///
    /// # Errors
    /// [`HeaderError`] if the name or the value cannot be sent.
    pub fn header(mut self, name: &str, value: impl Into<Secret>) -> Result<Self, HeaderError> {
        let name = user_header(name)?;
        let value = sensitive_value(&name, "", &value.into())?;
        self.headers.insert(name, value);
        Ok(self)
    }

    /// The same for another address: what TLS reads once is shared.
    #[must_use]
    pub fn with_target(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// The address.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    pub(super) async fn dial(&self) -> Result<Io, Failure> {
        dial::dial(&self.target, &self.tls).await
    }

    /// A GET for `target`, which has this endpoint's host, with the headers and the credential.
    pub(super) async fn request(
        &self,
        target: &Target,
        ask: Ask,
    ) -> Result<Request<Empty<Bytes>>, Failure> {
        let mut headers = self.headers.clone();
        if let Some(credential) = &self.credential {
            let (name, value) = credential.header(ask).await?;
            headers.insert(name, value);
        }
        // A host is letters, digits, dots, hyphens and colons: always a value.
        if let Ok(host) = HeaderValue::try_from(target.host_header()) {
            headers.insert(header::HOST, host);
        }
        let mut request = Request::new(Empty::new());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = target.request_target();
        *request.headers_mut() = headers;
        Ok(request)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("target", &self.target)
            .field("tls", &self.tls)
            .field("credential", &self.credential)
            .field("headers", &self.headers.keys())
            .finish()
    }
}
