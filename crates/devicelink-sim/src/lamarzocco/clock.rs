//! The machine's own clock, which starts when the published frames were captured and knows nothing of ours.

use std::time::Duration;

/// 2024-07-12 15:45 UTC, in seconds since 1970.
const START: u64 = 1_720_799_100;

/// The time after so long, as the REST list writes it: `2024-07-12T15:45:00Z`.
pub(super) fn recorded(elapsed: Duration) -> String {
    let seconds = START + elapsed.as_secs();
    let (day, time) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(day);
    format!("{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", time / 3600, time / 60 % 60, time % 60)
}

/// The date of a day since 1970, in years that start in March so that the leap day is the last.
fn civil(day: u64) -> (u64, u64, u64) {
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_starts_at_the_capture_and_knows_the_calendar() {
        assert_eq!(recorded(Duration::ZERO), "2024-07-12T15:45:00Z");
        assert_eq!(recorded(Duration::from_secs(86_400 * 20 + 3661)), "2024-08-01T16:46:01Z");
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(20_089), (2025, 1, 1));
    }
}
