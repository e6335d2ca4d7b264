use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The SHA-256 by which a peer's certificate is known: of the whole certificate, or of its public key.
///
/// A pin of the public key outlives a renewed certificate if the key stays. Both are read in every usual form; the form
/// that is displayed tells them apart and is read back by [`FromStr`]:
///
/// | pin of | displayed | also read |
/// |---|---|---|
/// | the certificate | `sha256:` and 64 hexadecimal digits | digits with or without colons, in either case; OpenSSL's `sha256 Fingerprint=…` |
/// | the public key | `sha256/` and base64, as in curl and HPKP | `sha256//…` |
///
/// ```
/// use longlink::net::Pin;
///
/// let pin: Pin = "B5:BB:9D:80:14:A0:F9:B1:D6:1E:21:E7:96:D7:8D:CC:DF:13:52:F2:3C:D3:28:12:F4:85:0B:87:8A:E4:94:4C".parse()?;
/// assert_eq!(pin.to_string(), "sha256:b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c");
/// let key = Pin::public_key("sha256/tbudgBSg+bHWHiHnlteNzN8TUvI80ygS9IULh4rklEw=")?;
/// assert_eq!(key, Pin::public_key(&pin.hex())?);
/// assert_ne!(key, pin);
/// # Ok::<(), longlink::net::PinError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pin {
    of: Of,
    digest: [u8; 32],
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Of {
    Certificate,
    PublicKey,
}

/// A text that is not a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PinError {
    /// Hexadecimal digits, but not 64.
    #[error(
        "the fingerprint has {digits} hexadecimal digits{}: give the SHA-256, 64 digits with or without colons",
        other_hash(*.digits)
    )]
    Length {
        /// How many there are.
        digits: usize,
    },
    /// Neither a hexadecimal digit nor a colon.
    #[error(
        "the fingerprint has a character at byte {position} that is not a hexadecimal digit: \
         give the SHA-256, 64 digits with or without colons"
    )]
    Character {
        /// Where, in bytes from the start of the digits.
        position: usize,
    },
    /// After `sha256/` there is not the base64 of 32 bytes.
    #[error("after sha256/ the pin must have the base64 of 32 bytes: 43 characters and =")]
    Base64,
}

impl Pin {
    /// Reads the SHA-256 of a certificate, in any form.
    ///
    /// # Errors
    /// [`PinError`] says which form is expected.
    pub fn certificate(text: &str) -> Result<Self, PinError> {
        Ok(Self { of: Of::Certificate, digest: read(text)?.1 })
    }

    /// Reads the SHA-256 of a public key (the DER of its `SubjectPublicKeyInfo`), in any form.
    ///
    /// # Errors
    /// [`PinError`] says which form is expected.
    pub fn public_key(text: &str) -> Result<Self, PinError> {
        Ok(Self { of: Of::PublicKey, digest: read(text)?.1 })
    }

    /// The pin of this certificate, given in DER.
    #[must_use]
    pub fn of_certificate(der: &[u8]) -> Self {
        Self { of: Of::Certificate, digest: Sha256::digest(der).into() }
    }

    /// The pin of this public key, given as the DER of its `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn of_public_key(spki: &[u8]) -> Self {
        Self { of: Of::PublicKey, digest: Sha256::digest(spki).into() }
    }

    /// Whether the pin is of a public key, not of a whole certificate.
    #[must_use]
    pub fn is_public_key(&self) -> bool {
        self.of == Of::PublicKey
    }

    /// The digest in lower-case hexadecimal, as in [`TlsFault::PinMismatch`](crate::TlsFault::PinMismatch).
    #[must_use]
    pub fn hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
        self.digest.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
    }
}

/// Hexadecimal forms are pins of a certificate, `sha256/` and base64 is a pin of a public key.
impl FromStr for Pin {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        let (of, digest) = read(text)?;
        Ok(Self { of, digest })
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            Of::Certificate => write!(f, "sha256:{}", self.hex()),
            Of::PublicKey => write!(f, "sha256/{}", STANDARD.encode(self.digest)),
        }
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pin({self})")
    }
}

fn read(text: &str) -> Result<(Of, [u8; 32]), PinError> {
    let text = text.trim();
    if let Some(base64) = text.strip_prefix("sha256/") {
        let bytes =
            STANDARD.decode(base64.trim_start_matches('/')).map_err(|_| PinError::Base64)?;
        return Ok((Of::PublicKey, bytes.try_into().map_err(|_| PinError::Base64)?));
    }
    let digits = ["sha256:", "sha256 fingerprint="]
        .iter()
        .find_map(|prefix| {
            let (start, digits) = text.split_at_checked(prefix.len())?;
            start.eq_ignore_ascii_case(prefix).then_some(digits)
        })
        .unwrap_or(text);
    Ok((Of::Certificate, read_hex(digits)?))
}

fn read_hex(text: &str) -> Result<[u8; 32], PinError> {
    let mut digest = [0; 32];
    let mut digits = 0;
    for (position, character) in text.char_indices().filter(|(_, character)| *character != ':') {
        let value = character.to_digit(16).ok_or(PinError::Character { position })?;
        if let Some(byte) = digest.get_mut(digits / 2) {
            // A hexadecimal digit is less than 16.
            *byte = (*byte << 4) | value as u8;
        }
        digits += 1;
    }
    if digits == 64 { Ok(digest) } else { Err(PinError::Length { digits }) }
}

fn other_hash(digits: usize) -> &'static str {
    match digits {
        32 => " (an MD5)",
        40 => " (a SHA-1)",
        96 => " (a SHA-384)",
        128 => " (a SHA-512)",
        _ => "",
    }
}
