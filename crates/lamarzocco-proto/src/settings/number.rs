//! Decimal digits, eight at a time: in one register, neighbours become pairs, pairs become fours, fours the number.

const ZEROS: u128 = 0x3030_3030_3030_3030_3030_3030_3030_3030;

/// Nothing if one of them is no digit.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "eight digits")]
pub(super) fn parse_eight(digits: [u8; 8]) -> Option<u32> {
    const PAIRS: u64 = 0x00ff_00ff_00ff_00ff;
    let values = u64::from_le_bytes(digits) ^ ZEROS as u64;
    // Six more carries what is above nine, and nothing else, into the upper half of its byte.
    if (values | values.wrapping_add(0x0606_0606_0606_0606)) & 0xf0f0_f0f0_f0f0_f0f0 != 0 {
        return None;
    }
    let pairs = values * 10 + (values >> 8);
    let fours = (pairs & PAIRS) * 100 + ((pairs >> 16) & PAIRS);
    Some(((fours & 0xffff) * 10_000 + (fours >> 32 & 0xffff)) as u32)
}

/// The values of the digits of a number below 10⁸, the first one in the lowest byte.
fn eight_digits(number: u32) -> u64 {
    let fours = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
    // The multiplications divide by 100 and by 10, exact for as many digits.
    let hundreds = ((fours * 10_486) >> 20) & 0x7f_0000_007f;
    let pairs = hundreds | (fours - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (pairs - tens * 10) << 8
}

/// The digits of a number without zeros in front, and how many of the bytes they are.
pub(super) fn digits(number: u32) -> ([u8; 16], usize) {
    let high = eight_digits(number / 100_000_000);
    let low = eight_digits(number % 100_000_000);
    let values = u128::from(high) | u128::from(low) << 64;
    // The last digit stays, also if it is zero.
    let zeros = (values | 1 << 127).trailing_zeros() / 8;
    ((values >> (8 * zeros) | ZEROS).to_le_bytes(), 16 - zeros as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        let mut random = fastrand::Rng::with_seed(0);
        let random = std::iter::repeat_with(|| random.u32(..) >> random.u32(0..32)).take(200_000);
        for number in random.chain(0..200_000).chain(u32::MAX - 100..=u32::MAX) {
            let (text, count) = digits(number);
            assert_eq!(text[..count], *number.to_string().as_bytes());
            let eight = format!("{:08}", number % 100_000_000);
            let eight = eight.as_bytes().try_into().unwrap();
            assert_eq!(parse_eight(eight), Some(number % 100_000_000));
        }
    }

    #[test]
    fn what_is_no_digit_is_none_at_every_place() {
        for (at, byte) in (0..8).flat_map(|at| (0..=u8::MAX).map(move |byte| (at, byte))) {
            for around in [b'0', b'9'] {
                let mut digits = [around; 8];
                digits[at] = byte;
                assert_eq!(parse_eight(digits).is_some(), byte.is_ascii_digit());
            }
        }
    }
}
