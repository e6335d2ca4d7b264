//! The energy history of a meter.

use crate::json::ObjectRef;
use crate::params::{Reading, numeric};

/// What a meter answers about the past, in the `config` of the reply, not in params. Captured.
///
/// ```
/// use coolkit_proto::{Json, params::{DayWidth, EnergyHistory}};
///
/// let json = Json::parse(r#"{"hundredDaysKwhData":"190101000000"}"#)?;
/// let history = EnergyHistory::new(json.view().as_object().unwrap());
/// let days: Vec<_> = history.days(DayWidth::Six).collect();
/// assert_eq!(days, [Some(25.11), Some(0.0)]);
/// # Ok::<(), coolkit_proto::JsonError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EnergyHistory<'a>(ObjectRef<'a>);

/// How many hexadecimal digits stand for a day. It depends on the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DayWidth {
    /// Two for kilowatt-hours, two for tenths, two for hundredths: uiid 5 and 32. Captured.
    #[default]
    Six,
    /// Two, one and one. Known from client code.
    Four,
    /// One, one and one. Known from client code.
    Three,
}

impl<'a> EnergyHistory<'a> {
    /// A view of the `config` of a reply.
    #[must_use]
    pub fn new(config: ObjectRef<'a>) -> Self {
        Self(config)
    }

    /// Kilowatt-hours of the period that was started by hand: `oneKwhData`.
    #[must_use]
    pub fn period(self) -> Option<Reading<'a>> {
        self.0.present("oneKwhData").map(Reading::read)
    }

    /// As [`period`](Self::period), if it is a number.
    #[must_use]
    pub fn period_kwh(self) -> Option<f64> {
        self.0.get("oneKwhData").and_then(numeric)
    }

    /// Kilowatt-hours of each day, the newest first: `hundredDaysKwhData`. A day that cannot be read is `None`; an
    /// incomplete one at the end is left out.
    pub fn days(self, width: DayWidth) -> impl Iterator<Item = Option<f64>> {
        let digits = self.0.text("hundredDaysKwhData").unwrap_or_default().as_bytes();
        let [whole, tenths, hundredths] = match width {
            DayWidth::Six => [2, 2, 2],
            DayWidth::Four => [2, 1, 1],
            DayWidth::Three => [1, 1, 1],
        };
        digits.chunks_exact(whole + tenths + hundredths).map(move |day| {
            let (tens, ones) = day[whole..].split_at(tenths);
            let decimal = |digits| hexadecimal(digits).filter(|digit| *digit < 10);
            let hundredths =
                hexadecimal(&day[..whole])? * 100 + decimal(tens)? * 10 + decimal(ones)?;
            Some(f64::from(hundredths) / 100.0)
        })
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
}
