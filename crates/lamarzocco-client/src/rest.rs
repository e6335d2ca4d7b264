//! The machine's REST interface, read once per connection.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use lamarzocco_proto::{Frame, MachineConfiguration};
use longlink::Failure;
use longlink::net::{Attempt, Connector, DEFAULT_BODY_LIMIT, Endpoint, HttpClient, Opened};
use tokio::time::timeout;

use crate::snapshot::Store;

/// How long the REST interface may take. Missing it is no failure.
const PATIENCE: Duration = Duration::from_secs(3);

/// Opens a link, and fills the snapshot from the REST interface before the first message is read.
pub(crate) struct WithSnapshot<C> {
    pub(crate) connector: C,
    pub(crate) endpoint: Endpoint,
    pub(crate) store: Arc<Store>,
}

#[async_trait]
impl<C: Connector> Connector for WithSnapshot<C> {
    async fn connect(&self, attempt: Attempt) -> Result<Opened, Failure> {
        let opened = self.connector.connect(attempt).await?;
        if timeout(PATIENCE, self.fill()).await.is_err() {
            tracing::debug!(target: "lamarzocco", "the REST interface took too long");
        }
        Ok(opened)
    }
}

impl<C> WithSnapshot<C> {
    async fn fill(&self) {
        let received = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        if let Some(text) = self.fetch("/latest-measurement").await {
            match Frame::decode(&text) {
                Ok(frame) => self.store.recorded(frame, received),
                Err(error) => tracing::debug!(target: "lamarzocco", %error, "/latest-measurement"),
            }
        }
        if let Some(text) = self.fetch("/config").await {
            match MachineConfiguration::from_rest(&text) {
                Ok(configuration) => self.store.configuration(configuration),
                Err(error) => tracing::debug!(target: "lamarzocco", %error, "/config"),
            }
        }
    }

    async fn fetch(&self, path: &str) -> Option<String> {
        match self.endpoint.get(path, DEFAULT_BODY_LIMIT).await {
            Ok(response) if response.is_success() => {
                Some(String::from_utf8_lossy(&response.body).into_owned())
            }
            Ok(response) => {
                tracing::debug!(target: "lamarzocco", path, status = response.status, "refused");
                None
            }
            Err(error) => {
                tracing::debug!(target: "lamarzocco", path, %error, "no answer");
                None
            }
        }
    }
}
