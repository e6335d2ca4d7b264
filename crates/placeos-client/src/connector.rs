//! What is shown at the door.

use async_trait::async_trait;
use longlink::net::{
    Attempt, Connector, CredentialSource, Endpoint, Limits, Opened, Renewable, WebSocketConnector,
};
use longlink::{Failure, Observation, Secret};
use placeos_proto::Generation;
use placeos_proto::endpoint::{Credential, InvalidCredential, Placement, Upgrade};

/// Opens the WebSocket with the credential of the moment.
pub(crate) struct Door {
    /// The server, without the path.
    pub(crate) server: Endpoint,
    pub(crate) generation: Generation,
    pub(crate) form: Form,
    pub(crate) placement: Placement,
    pub(crate) is_fixed_device: bool,
    pub(crate) credential: Renewable,
    pub(crate) limits: Limits,
}

/// What kind of credential it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    ApiKey,
    Bearer,
}

impl Form {
    pub(crate) fn read(self, secret: &Secret) -> Result<Credential, InvalidCredential> {
        match self {
            Self::ApiKey => Credential::api_key(secret.expose()),
            Self::Bearer => Credential::bearer(secret.expose()),
        }
    }
}

#[async_trait]
impl Connector for Door {
    async fn connect(&self, attempt: Attempt) -> Result<Opened, Failure> {
        let secret = self.credential.credential(attempt.ask).await?;
        let endpoint = self.endpoint(&secret)?;
        let connector = WebSocketConnector::new(endpoint).limits(self.limits);
        let outcome = connector.connect(attempt).await;
        self.credential.presented(&secret, &outcome);
        outcome
    }
}

impl Door {
    /// The server with path and credential. A credential that cannot be sent as it is counts as none.
    fn endpoint(&self, secret: &Secret) -> Result<Endpoint, Failure> {
        let credential = self.form.read(secret).map_err(none)?;
        let upgrade = Upgrade::new(self.generation, credential, self.placement);
        let upgrade = if self.is_fixed_device { upgrade.fixed_device() } else { upgrade };
        let path = upgrade.path_and_query();
        let target = self.server.target().with_path(path.expose()).map_err(none)?;
        let endpoint = self.server.clone().with_target(target);
        match upgrade.header() {
            Some((name, value)) => endpoint.header(name, value.expose()).map_err(none),
            None => Ok(endpoint),
        }
    }
}

fn none(error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    Failure::with_source(Observation::NoCredential, error)
}
