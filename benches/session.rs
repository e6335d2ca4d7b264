//! Calls and events over a connection: the clients of this library beside a loop over tokio-tungstenite.

#[path = "session/server/listen.rs"]
mod server;

fn main() {
    if std::env::args().any(|it| it == "serve") {
        return server::serve();
    }
}
