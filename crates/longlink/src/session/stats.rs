/// Counters since the link was made. They only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Attempts to connect.
    pub attempts: u64,
    /// Connections that the peer accepted.
    pub accepted: u64,
    /// Connections and attempts that failed.
    pub failures: u64,
    /// Frames received, control frames included.
    pub frames_received: u64,
    /// Bytes of payload received.
    pub bytes_received: u64,
    /// Frames handed to the transport.
    pub frames_sent: u64,
    /// Probes of the heartbeat handed to the transport.
    pub probes_sent: u64,
    /// Replies that settled a call or a subscription.
    pub replies: u64,
    /// Replies that nothing waits for: late, repeated or never asked for.
    pub unmatched_replies: u64,
    /// Messages that could not be read.
    pub malformed: u64,
    /// Events handed to subscriptions, counted per subscription.
    pub events: u64,
    /// Events dropped because a reader was too slow.
    pub lagged_events: u64,
    /// Events that nobody subscribed to.
    pub unrouted_events: u64,
    /// Inputs of a connection that had been given up already.
    pub stale_inputs: u64,
}
