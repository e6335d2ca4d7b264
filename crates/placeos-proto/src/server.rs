//! The server's half: reading what a client sends, and writing what a server answers.
//!
//! ```
//! use placeos_proto::server::{ClientMessage, Responder};
//! use placeos_proto::{Generation, Value};
//!
//! let text = r#"{"id":1,"cmd":"exec","sys":"sys-1","mod":"Display","index":1,"name":"echo","args":[true]}"#;
//! let ClientMessage::Request(frame) = ClientMessage::decode(text)? else { panic!() };
//! let request = frame.check(Generation::G3).unwrap();
//!
//! let responder = Responder::new(Generation::G3);
//! let result = Value::parse(request.args().unwrap().json())?;
//! assert_eq!(
//!     responder.exec_success(&request, &result, 200).encode(),
//!     r#"{"id":1,"type":"success","value":[true],"meta":{"sys":"sys-1","mod":"Display","index":1,"name":"echo"},"code":200}"#,
//! );
//! # Ok::<(), placeos_proto::Malformed>(())
//! ```

mod frame;
mod responder;

pub use self::frame::{ClientMessage, Refusal, RequestFrame};
pub use self::responder::Responder;
