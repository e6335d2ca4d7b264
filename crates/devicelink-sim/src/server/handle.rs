//! The methods that every simulated server has.

/// Gives a type with a field `server: Server` the methods that all of them have.
macro_rules! server_handle {
    ($type:ty) => {
        /// What the server has seen, and who it is.
        impl $type {
            /// The address that the server listens at.
            #[must_use]
            pub fn address(&self) -> std::net::SocketAddr {
                self.server.address()
            }

            /// What the server has seen so far.
            #[must_use]
            pub fn seen(&self) -> $crate::Seen {
                self.server.log().seen()
            }

            /// Waits until the server has seen something, and returns what it has seen. There is no deadline.
            ///
            /// This is how a test waits for the other side without sleeping.
            pub async fn until(
                &self,
                condition: impl FnMut(&$crate::Seen) -> bool,
            ) -> $crate::Seen {
                self.server.log().until(condition).await
            }

            /// Who the server says it is to the next client. Without TLS no client is told.
            #[must_use]
            pub fn identity(&self) -> $crate::Identity {
                self.server.identity()
            }

            /// The certificate as PEM, for a client that takes it as a root.
            #[must_use]
            pub fn root_pem(&self) -> String {
                self.identity().root_pem().to_owned()
            }

            /// The certificate as DER.
            #[must_use]
            pub fn certificate_der(&self) -> Vec<u8> {
                self.identity().certificate_der().to_owned()
            }

            /// The SHA-256 of the certificate in lower-case hex, for a client that pins it.
            #[must_use]
            pub fn certificate_sha256(&self) -> String {
                self.identity().certificate_sha256()
            }

            /// The SHA-256 of the certificate's public key in lower-case hex, for a client that pins that.
            #[must_use]
            pub fn public_key_sha256(&self) -> String {
                self.identity().public_key_sha256()
            }
        }

        /// What goes wrong.
        impl $type {
            /// Replaces the faults of the connections to come, which are counted from 1 again. Open connections keep
            /// what was planned for them.
            pub fn set_faults(&self, faults: $crate::FaultPlan) {
                self.server.set_faults(faults);
            }

            /// Makes a fault happen on every open WebSocket, after the frames that were sent before. Faults of the
            /// answer do nothing.
            ///
            /// Returns when the fault is in each socket's queue. What is silent already reacts to
            /// [`Reset`](crate::Fault::Reset) and [`Drop`](crate::Fault::Drop) alone.
            pub async fn inject(&self, fault: impl Into<$crate::Fault>) {
                self.server.inject(fault.into()).await;
            }

            /// Closes the listening socket: new connections are refused, open ones stay.
            ///
            /// # Errors
            ///
            /// If another program takes the port in the moment between closing it and reserving it again.
            pub async fn refuse_connections(&self) -> std::io::Result<()> {
                self.server.refuse().await
            }

            /// Listens again at the same port.
            ///
            /// # Errors
            ///
            /// If another program has the port.
            pub async fn accept_connections(&self) -> std::io::Result<()> {
                self.server.accept().await
            }

            /// Ends all connections without a word, and listens again at the same port. Everything else stays.
            ///
            /// # Errors
            ///
            /// As [`refuse_connections`](Self::refuse_connections).
            pub async fn restart(&self) -> std::io::Result<()> {
                self.server.restart().await
            }

            /// Shows another certificate to the connections to come. Open ones stay; see [`restart`](Self::restart).
            ///
            /// # Errors
            ///
            /// If TLS cannot use the key.
            pub fn set_identity(
                &self,
                identity: $crate::Identity,
            ) -> Result<(), $crate::IdentityError> {
                self.server.set_identity(identity)
            }

            /// Ends all connections, closes the port, and returns when no task and no descriptor is left.
            ///
            /// Dropping the server does the same, but does not wait for it.
            ///
            /// # Errors
            ///
            /// If the server had stopped before, by a panic or because its runtime has gone.
            pub async fn stop(self) -> Result<(), $crate::Stopped> {
                self.server.stop().await
            }
        }
    };
}

pub(crate) use server_handle;
