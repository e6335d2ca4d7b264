use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use coolkit_proto::{ErrorClass, Reply};
use longlink::{CallOptions, Link};

use crate::dialect::{Dialect, Order};
use crate::error::{Error, ErrorKind, Rejection};

/// The pause before a command that the caller calls idempotent is sent again.
const PAUSE: Duration = Duration::from_secs(1);

/// A command or a query, sent when it is awaited.
///
/// ```no_run
/// # async fn example(client: coolkit_client::Client) -> Result<(), coolkit_client::Error> {
/// let device = client.device("babecafe11")?;
/// device.switch(true).await?;
/// device.switch(false).wait_until_online().idempotent(2).await?;
/// # Ok(())
/// # }
/// ```
///
/// It is written at most once, unless [`idempotent`](Command::idempotent) says that more does no harm, and it always
/// ends by its timeout. An error says whether the device may have acted all the same: [`Error::may_have_acted`].
///
/// Dropping the future gives it up: what was not written yet will not be, what was written stays written.
#[must_use = "a command is sent when it is awaited"]
pub struct Command {
    link: Link<Dialect>,
    order: Order,
    options: CallOptions,
    retries: u32,
}

impl Command {
    pub(crate) fn new(link: Link<Dialect>, order: Order) -> Self {
        Self { link, order, options: CallOptions::default(), retries: 0 }
    }

    /// Waits this long for the answer, in every state, at each try. By default
    /// [`Builder::command_timeout`](crate::Builder::command_timeout), 10 s; the cloud's own answer for a silent device
    /// comes after 5 to 6 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// Waits for the connection when there is none, within the timeout. Otherwise the command fails at once with
    /// [`ErrorKind::NotConnected`].
    pub fn wait_until_online(mut self) -> Self {
        self.options = self.options.wait_until_online();
        self
    }

    /// Says that doing it twice does no harm: it is sent again, up to so many times, when its outcome is not known or the
    /// cloud was too busy. Each try has the whole timeout, and waits for the connection if that was lost. To switch on is idempotent, to toggle is not, and a pulse of a
    /// garage door is not, either.
    pub fn idempotent(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }
}

impl IntoFuture for Command {
    type Output = Result<Arc<Reply>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { link, order, mut options, mut retries } = self;
        let again = (retries > 0).then(|| order.clone());
        let first = link.call(order, options);
        Box::pin(async move {
            let mut may_have_acted = false;
            let mut result = Error::of_outcome(first.await, || link.last_failure());
            while let Err(error) = &result {
                let Some(order) = again.as_ref().filter(|_| retries > 0) else { break };
                if !is_worth_a_retry(error) {
                    break;
                }
                retries -= 1;
                may_have_acted |= error.may_have_acted();
                tokio::time::sleep(PAUSE).await;
                // It was sent, or was to wait: it may wait now.
                options = options.wait_until_online();
                let outcome = link.call(order.clone(), options).await;
                result = Error::of_outcome(outcome, || link.last_failure());
            }
            result.map_err(|error| error.after(may_have_acted))
        })
    }
}

/// What was never sent is not sent again: whether to wait for the connection is the caller's to say.
fn is_worth_a_retry(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Rejected => {
            let class = error.rejection().map(Rejection::class);
            matches!(class, Some(ErrorClass::OutcomeUnknown | ErrorClass::Retryable))
        }
        _ => error.may_have_acted(),
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command")
            .field("device", &self.order.device.id())
            .field("options", &self.options)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}
