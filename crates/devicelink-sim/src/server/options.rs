//! The options that every simulated server has.

/// Gives a builder with a field `setup: Setup` the options that all of them have.
macro_rules! server_options {
    ($builder:ty) => {
        /// Where the server is, who it is, and what goes wrong.
        impl $builder {
            /// Speaks `ws` and `http`, without TLS.
            pub fn plain(mut self) -> Self {
                self.setup.is_plain = true;
                self
            }

            /// The certificate and its key; made at the start unless set.
            pub fn identity(mut self, identity: $crate::Identity) -> Self {
                self.setup.identity = Some(identity);
                self
            }

            /// Where to listen: a free port of 127.0.0.1 unless set. A real machine of La Marzocco has port 8081.
            pub fn listen(mut self, address: std::net::SocketAddr) -> Self {
                self.setup.address = address;
                self
            }

            /// What goes wrong beyond what the server does by itself; nothing unless set.
            pub fn faults(mut self, faults: $crate::FaultPlan) -> Self {
                self.setup.faults = faults;
                self
            }
        }
    };
}

pub(crate) use server_options;
