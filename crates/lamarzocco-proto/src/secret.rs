//! What `Debug`, logs and error texts must not show.

use std::net::IpAddr;

/// What stands in the place of a value that is not shown.
pub(crate) const REDACTED: &str = "<redacted>";

/// Whether the value of a JSON member of this name is never printed: serial numbers, network addresses, passwords, and
/// settings that stand in a place where they are not decoded.
pub(crate) fn is_secret(member: &str) -> bool {
    const WHOLE: [&str; 5] = ["machine_sn", "machineSn", "mac", "mac_addr", "Settings"];
    const PARTS: [&str; 4] = ["serial", "address", "password", "token"];
    // The value of a setting has a capital; `value` alone may be anything.
    member == "Value"
        || WHOLE.iter().any(|whole| member.eq_ignore_ascii_case(whole))
        || PARTS.iter().any(|part| contains(member, part))
}

/// Whether a message of this name, which is not known, may hold settings in a way that is not known.
pub(crate) fn names_settings(name: &str) -> bool {
    contains(name, "settings")
}

/// Whether a frame of this text may hold something secret, so that no part of it is shown in an error.
///
/// A frame that cannot be read has no structure to go by, so this errs on the side of silence: whatever holds JSON in
/// text may be a piece of the settings.
pub(crate) fn may_hold_secret(text: &str) -> bool {
    const MARKS: [&str; 14] = [
        "Settings",
        "MachineConfiguration",
        "SystemInfo",
        "Hash",
        "\"Value",
        "erial",
        "machine_sn",
        "machineSn",
        "ddress",
        "mac",
        "assword",
        "oken",
        "\\u",
        "\\\"",
    ];
    MARKS.iter().any(|mark| text.contains(mark))
}

/// Whether a text is printed by `Debug`: not if it holds JSON, which may hold anything, or is a network address.
pub(crate) fn is_printable(text: &str) -> bool {
    let is_json = text.trim_ascii_start().starts_with(['{', '[']);
    !is_json && !is_hardware_address(text) && text.parse::<IpAddr>().is_err()
}

/// Six pairs of hexadecimal digits.
fn is_hardware_address(text: &str) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit();
    text.len() == 17
        && text.as_bytes().chunks(3).all(|pair| {
            pair[..2].iter().all(is_digit) && matches!(pair.get(2), None | Some(b':' | b'-'))
        })
}

/// Without regard to case; `part` is in small letters.
fn contains(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|at| at.eq_ignore_ascii_case(part.as_bytes()))
}
