//! From a map to text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::map::SettingsMap;
use crate::frame::Frame;
use crate::message::Message;

impl SettingsMap {
    /// The inner text, as it stands in the member `data` of a frame: compact, in the order of the wire.
    ///
    /// A map that was decoded gives the hashes, the order and the base64 texts that it was decoded from.
    #[must_use]
    pub fn to_data(&self) -> String {
        let mut data = String::new();
        self.write_data(&mut data);
        data
    }

    /// The whole frame as a professional machine sends it, compact.
    #[must_use]
    pub fn to_frame(&self) -> String {
        Frame::from(Message::settings(self.clone())).encode()
    }

    /// Appends what [`to_data`](Self::to_data) returns.
    pub fn write_data(&self, out: &mut String) {
        out.reserve(16 + self.len() * 40);
        out.push_str("{\"Settings\":[");
        let mut separator = "";
        for entry in self {
            out.push_str(separator);
            out.push_str("{\"Hash\":");
            push_number(out, entry.hash());
            out.push_str(",\"Value\":\"");
            STANDARD.encode_string(entry.bytes(), out);
            out.push_str("\"}");
            separator = ",";
        }
        out.push_str("]}");
    }
}

fn push_number(out: &mut String, mut number: u32) {
    let mut digits = [0; 10];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
}
