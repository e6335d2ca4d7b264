//! The reference: one loop over tokio-tungstenite, with the buffers and the typed parse that the clients have.
//!
//! It keeps so many requests in flight: for each answer it writes the next request, and it flushes when nothing more is
//! there to be read. It has no table of who waits for which answer, no deadline, no heartbeat and no task but its own.

use futures::{FutureExt, SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// What a vendor's clients say and hear.
pub(crate) trait Voice {
    fn request(&mut self) -> String;
    /// Reads an answer or an event.
    fn hear(&mut self, text: &str);
}

pub(crate) struct Raw<V> {
    socket: WebSocketStream<TcpStream>,
    voice: V,
}

impl<V: Voice> Raw<V> {
    pub(crate) async fn connect(address: &str, path: &str, voice: V) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(16 * 1024)
            .write_buffer_size(16 * 1024)
            .max_message_size(Some(4 << 20))
            .max_frame_size(Some(4 << 20));
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let url = format!("ws://{address}{path}");
        let opened = client_async_with_config(url, stream, Some(config)).await;
        Self { socket: opened.expect("a WebSocket").0, voice }
    }

    pub(crate) fn voice(&mut self) -> &mut V {
        &mut self.voice
    }

    /// Sends texts, and waits for so many answers to each.
    pub(crate) async fn ask(&mut self, texts: impl IntoIterator<Item = String>, answers: usize) {
        for text in texts {
            self.socket.send(Message::text(text)).await.expect("open");
            for _ in 0..answers {
                self.socket.next().await.expect("open").expect("an answer");
            }
        }
    }

    /// Begins to have so many requests in flight.
    pub(crate) async fn begin(&mut self, in_flight: usize) {
        for _ in 0..in_flight {
            self.feed().await;
        }
        self.socket.flush().await.expect("open");
    }

    pub(crate) async fn calls(&mut self, count: u64) {
        for _ in 0..count {
            self.next().await;
            self.feed().await;
        }
    }

    /// Sends a text, and reads so many events.
    pub(crate) async fn flood(&mut self, ask: String, count: u64) {
        self.socket.send(Message::text(ask)).await.expect("open");
        // And the answer.
        self.read(count + 1).await;
    }

    pub(crate) async fn read(&mut self, count: u64) {
        for _ in 0..count {
            self.next().await;
        }
    }

    async fn feed(&mut self) {
        let request = Message::text(self.voice.request());
        self.socket.feed(request).await.expect("open");
    }

    /// Reads the next answer or event.
    async fn next(&mut self) {
        let message = match self.socket.next().now_or_never() {
            Some(message) => message,
            None => {
                self.socket.flush().await.expect("open");
                self.socket.next().await
            }
        };
        let message = message.expect("open").expect("a message");
        self.voice.hear(message.to_text().expect("a text"));
    }
}
