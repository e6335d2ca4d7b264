//! The listening socket, which can refuse and still keep its port.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// How many connections wait to be accepted.
const BACKLOG: u32 = 1024;

/// The port of a server.
pub(super) struct Door {
    address: SocketAddr,
    state: State,
}

enum State {
    Open(TcpListener),
    /// Bound but not listening: the port stays ours, and who connects is refused.
    Shut(TcpSocket),
    /// Neither; only between the two.
    Gone,
}

impl Door {
    pub(super) fn open(address: SocketAddr) -> io::Result<Self> {
        let listener = bind(address)?.listen(BACKLOG)?;
        Ok(Self { address: listener.local_addr()?, state: State::Open(listener) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next connection; waits for ever while the door is shut.
    pub(super) async fn accept(&self) -> TcpStream {
        let State::Open(listener) = &self.state else { return std::future::pending().await };
        loop {
            match listener.accept().await {
                Ok((tcp, _)) => return tcp,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }

    pub(super) fn refuse(&mut self) -> io::Result<()> {
        if !matches!(self.state, State::Shut(_)) {
            self.state = State::Gone;
            self.state = State::Shut(bind(self.address)?);
        }
        Ok(())
    }

    pub(super) fn accept_again(&mut self) -> io::Result<()> {
        self.state = match std::mem::replace(&mut self.state, State::Gone) {
            State::Open(listener) => State::Open(listener),
            State::Shut(socket) => State::Open(socket.listen(BACKLOG)?),
            State::Gone => State::Open(bind(self.address)?.listen(BACKLOG)?),
        };
        Ok(())
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Connections of before a restart must not keep the port. Elsewhere the option would share the port with others.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}
