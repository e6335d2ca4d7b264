/// Counters since the client was made. They only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The counters of the connection.
    pub link: longlink::Stats,
    /// Messages with settings, faulty ones included, that did not come in the one shape that machines are known to send.
    /// A JSON parser reads them, in up to forty times the time (0.1 ms). If this grows, tell us what your machine sends.
    pub parsed_settings: u64,
}
