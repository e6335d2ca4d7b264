use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use longlink::{CallOptions, Link};
use placeos_proto::{Response, Value, ValueError};
use serde_core::de::DeserializeOwned;

use crate::dialect::{Answer, Dialect, Order};
use crate::error::{Error, ErrorKind};

/// A request, sent when it is awaited. It gives the result of the function.
///
/// It always ends by its timeout: a server does not answer a request that it cannot read. An error says whether the
/// function may have run all the same: [`Error::may_have_acted`].
///
/// Dropping the future gives it up: what was not written yet will not be, what was written stays written.
#[must_use = "a request is sent when it is awaited"]
pub struct Call {
    link: Link<Dialect>,
    order: Result<Order, ValueError>,
    options: CallOptions,
}

impl Call {
    pub(crate) fn new(link: Link<Dialect>, order: Result<Order, ValueError>) -> Self {
        Self { link, order, options: CallOptions::default() }
    }

    /// Waits this long at most, in every state. By default [`Builder::exec_timeout`](crate::Builder::exec_timeout), 30 s,
    /// for functions, for which the server itself waits up to five minutes; 10 s for other requests.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// Waits for the connection when there is none, within the timeout. Otherwise the request fails at once with
    /// [`ErrorKind::NotConnected`].
    pub fn wait_until_online(mut self) -> Self {
        self.options = self.options.wait_until_online();
        self
    }

    /// Sends it, and gives the result as a type.
    ///
    /// # Errors
    /// As [`Error`] says; [`ErrorKind::Undecodable`] if the function has run and its result is of another type.
    pub async fn typed<T: DeserializeOwned>(self) -> Result<T, Error> {
        let value = self.await?;
        value.deserialize().map_err(|error| Error::with(ErrorKind::Undecodable, error))
    }

    /// Sends it, and gives the whole response.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn response(mut self) -> Result<Response<'static>, Error> {
        if let Ok(order) = &mut self.order {
            order.whole = true;
        }
        match self.send().await? {
            Answer::Whole(response) => Ok(*response),
            Answer::Value(_) => unreachable!("the whole answer is asked for"),
        }
    }

    fn send(self) -> impl Future<Output = Result<Answer, Error>> + Send + 'static {
        let Self { link, order, options } = self;
        let outcome = order.map(|order| link.call(order, options));
        async move {
            let outcome = outcome.map_err(|error| Error::with(ErrorKind::Args, error))?.await;
            Error::of_outcome(outcome, || link.last_failure())
        }
    }
}

impl IntoFuture for Call {
    type Output = Result<Value, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let answer = self.send();
        Box::pin(async move {
            let value = match answer.await? {
                Answer::Value(value) => value,
                Answer::Whole(response) => response.value(),
            };
            Ok(value.unwrap_or_else(Value::null))
        })
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.order.as_ref().map(|order| &order.key);
        f.debug_struct("Call")
            .field("key", &key)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
