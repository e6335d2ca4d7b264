//! The protocol as the link engine sees it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use longlink::{Context, Encoded, Frame, Operation, Refused, Signals};
use placeos_proto::{
    Args, BindingKey, Command, ErrorClass, Id, Incoming, Kind, LogLine, Malformed, ModuleId,
    RemoteError, Request, Response, Value, Wire, classify,
};

#[cfg(test)]
mod matrix;
#[cfg(test)]
mod tests;

#[derive(Debug, Default)]
pub(crate) struct Dialect {
    wire: Wire,
    /// Requests whose whole answer is wanted.
    whole: HashSet<i64>,
    /// What is asked for on this connection, and by which request.
    asked: HashMap<Topic, i64>,
    /// The same by request, once a server has named that where it should have named the key: none is known to.
    topics: Option<HashMap<i64, Topic>>,
    /// The logs among them, by module: the oldest servers name nothing else in a log line.
    logs: HashMap<ModuleId, BTreeSet<BindingKey>>,
}

/// A request that has no id yet.
pub(crate) struct Order {
    pub(crate) command: Command,
    pub(crate) key: BindingKey,
    pub(crate) args: Option<Args>,
    /// Whether the whole answer is wanted, not its value alone.
    pub(crate) whole: bool,
}

/// What a request gets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Value(Option<Value>),
    Whole(Box<Response<'static>>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// A status variable.
    Variable(BindingKey),
    /// The log of a module: the key has the module's id in the place of its name, and the name [`LOG`].
    Log(BindingKey),
    /// What belongs to nothing.
    Diagnostics,
}

/// The name in requests for logs; servers do not use it.
const LOG: &str = "debug";

#[derive(Clone, Debug)]
pub(crate) enum Inbound {
    Value(Value),
    Line(Arc<LogLine>),
    Stray(Arc<Response<'static>>),
    Malformed(Arc<Malformed>),
}

impl Dialect {
    pub(crate) fn new(wire: Wire) -> Self {
        Self { wire, ..Self::default() }
    }
}

impl Topic {
    pub(crate) fn log(system: &str, module: &ModuleId, index: i32) -> Self {
        Self::Log(BindingKey::new(system, module.as_str(), index, LOG))
    }
}

impl longlink::Dialect for Dialect {
    type Command = Order;
    type Reply = Answer;
    type Error = Box<RemoteError>;
    type Event = Inbound;
    type Topic = Topic;
    type Id = i64;

    fn encode(&mut self, order: Order, cx: &mut Context<'_>) -> Encoded<i64> {
        let id = next_id(cx);
        let request = Request::new(Id::Number(id), order.command, order.key);
        let request = match order.args {
            Some(args) => request.with_args(args),
            None => request,
        };
        if order.whole {
            self.whole.insert(id);
        }
        Encoded { id, frame: Frame::text(request.encode()) }
    }

    fn subscribe(&mut self, topic: &Topic, cx: &mut Context<'_>) -> Operation<i64> {
        let id = next_id(cx);
        let request = match topic {
            Topic::Variable(key) => Request::bind(Id::Number(id), key.clone()),
            Topic::Log(key) => {
                let module = ModuleId::from(key.module());
                let request = Request::debug(Id::Number(id), key.system(), &module, key.index());
                self.logs.entry(module).or_default().insert(key.clone());
                request
            }
            Topic::Diagnostics => return Operation::Local,
        };
        self.asked.insert(topic.clone(), id);
        if let Some(topics) = &mut self.topics {
            topics.insert(id, topic.clone());
        }
        Operation::Request(Encoded { id, frame: Frame::text(request.encode()) })
    }

    fn unsubscribe(&mut self, topic: &Topic, cx: &mut Context<'_>) -> Operation<i64> {
        let id = next_id(cx);
        self.forgotten(topic);
        let request = match topic {
            Topic::Variable(key) => Request::unbind(Id::Number(id), key.clone()),
            Topic::Log(key) => {
                let module = ModuleId::from(key.module());
                Request::ignore(Id::Number(id), key.system(), &module, key.index())
            }
            Topic::Diagnostics => return Operation::Local,
        };
        Operation::Request(Encoded { id, frame: Frame::text(request.encode()) })
    }

    fn refused_subscription(&mut self, topic: &Topic, error: &Self::Error) -> Refused {
        let command = match topic {
            Topic::Log(_) => Command::Debug,
            _ => Command::Bind,
        };
        match error.class(&command) {
            ErrorClass::Transient => Refused::Retry,
            _ => Refused::End,
        }
    }

    fn refused_end(&mut self, topic: &Topic, error: &Self::Error) -> Refused {
        self.refused_subscription(topic, error)
    }

    fn forgotten(&mut self, topic: &Topic) {
        if let (Some(id), Some(topics)) = (self.asked.remove(topic), &mut self.topics) {
            topics.remove(&id);
        }
        if let Topic::Log(key) = topic {
            self.logs.retain(|_, keys| {
                keys.remove(key);
                !keys.is_empty()
            });
        }
    }

    fn retains(&self, topic: &Topic) -> bool {
        matches!(topic, Topic::Variable(_))
    }

    /// On the way out, who listens to logs leaves last: the server does so, too.
    fn rank(&self, topic: &Topic) -> u8 {
        u8::from(matches!(topic, Topic::Log(_)))
    }

    fn receive(&mut self, frame: Frame, _: &mut Context<'_>, signals: &mut Signals<Self>) {
        let text = match &frame {
            Frame::Text(text) => text,
            Frame::Binary(bytes) => return malformed(Malformed::binary(bytes), signals),
            _ => return,
        };
        match classify(text, self.wire) {
            Incoming::Pong => {}
            Incoming::Response(response) => self.response(response, signals),
            Incoming::Malformed(error) => malformed(error, signals),
            _ => {}
        }
    }

    fn settled(&mut self, id: &i64) {
        self.whole.remove(id);
    }

    fn lost(&mut self) {
        *self = Self::new(self.wire);
    }
}

impl Dialect {
    fn response(&mut self, response: Response<'_>, signals: &mut Signals<Self>) {
        match (response.kind(), response.reply_to()) {
            (Kind::Success, Some(Id::Number(id))) => {
                self.named(id, &response);
                let answer = match self.whole.contains(&id) {
                    false => Answer::Value(response.value()),
                    true => Answer::Whole(Box::new(response.into_owned())),
                };
                signals.reply(id, Ok(answer));
            }
            (Kind::Error, Some(Id::Number(id))) => match response.error() {
                Some(error) => signals.reply(id, Err(Box::new(error))),
                None => stray(response, signals),
            },
            (Kind::Notify, _) => match (response.value(), self.variable(&response)) {
                (Some(value), Some(topic)) => signals.event(topic, Inbound::Value(value)),
                _ => stray(response, signals),
            },
            (Kind::Debug, _) => match response.log_line() {
                Some(line) => self.line(line, signals),
                None => stray(response, signals),
            },
            (kind, _) => {
                if matches!(kind, Kind::Success | Kind::Error) {
                    signals.unmatched();
                }
                stray(response, signals);
            }
        }
    }

    /// The oldest servers take the name of a module for its log, and say which module that is.
    fn named(&mut self, id: i64, response: &Response<'_>) {
        if self.logs.is_empty() {
            return;
        }
        let Some(module) = response.module() else { return };
        if let Some(Topic::Log(key)) = self.asked_by(&Id::Number(id)) {
            self.logs.entry(module).or_default().insert(key);
        }
    }

    /// The variable that a notify is about: by its key, and only without one by the id of the request.
    fn variable(&mut self, response: &Response<'_>) -> Option<Topic> {
        match response.key() {
            Some(key) => Some(Topic::Variable(key)),
            None => self.asked_by(&response.id()?),
        }
    }

    fn asked_by(&mut self, id: &Id) -> Option<Topic> {
        let Id::Number(id) = id else { return None };
        let by_request = || self.asked.iter().map(|(topic, id)| (*id, topic.clone())).collect();
        self.topics.get_or_insert_with(by_request).get(id).cloned()
    }

    fn line(&mut self, line: LogLine, signals: &mut Signals<Self>) {
        let line = Arc::new(line);
        let exact = line.key.clone().map(Topic::Log).filter(|topic| self.asked.contains_key(topic));
        let of_module = line.module.as_ref().and_then(|module| self.logs.get(module));
        match (exact, of_module) {
            (Some(topic), _) => signals.event(topic, Inbound::Line(line)),
            (None, Some(keys)) => {
                for key in keys {
                    signals.event(Topic::Log(key.clone()), Inbound::Line(Arc::clone(&line)));
                }
            }
            (None, None) => {
                let topic = line.id.as_ref().and_then(|id| self.asked_by(id));
                signals.event(topic.unwrap_or(Topic::Diagnostics), Inbound::Line(line));
            }
        }
    }
}

/// Ids count from 1, over all connections.
fn next_id(cx: &mut Context<'_>) -> i64 {
    i64::try_from(cx.serial()).unwrap_or(i64::MAX)
}

/// Tells of a frame that belongs to nothing.
fn stray(response: Response<'_>, signals: &mut Signals<Dialect>) {
    signals.event(Topic::Diagnostics, Inbound::Stray(Arc::new(response.into_owned())));
}

fn malformed(error: Malformed, signals: &mut Signals<Dialect>) {
    signals.malformed();
    let error = Arc::new(error);
    if let Some(key) = error.key() {
        signals.event(Topic::Variable(key.clone()), Inbound::Malformed(Arc::clone(&error)));
    }
    signals.event(Topic::Diagnostics, Inbound::Malformed(error));
}
