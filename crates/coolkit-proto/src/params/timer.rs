//! Timers of a device.

use super::view::views;
use super::{ParamsRef, numeric};
use crate::open_enum::open_enum;

open_enum! {
    /// How a timer repeats: the members `type` and `coolkit_timer_type`.
    pub enum TimerType {
        /// At one time; `at` is an ISO time in UTC.
        Once = "once",
        /// By a five-field cron expression in UTC.
        Repeat = "repeat",
        /// In turns: `at` is an ISO time and two numbers.
        Duration = "duration",
        /// After a while; in `coolkit_timer_type` only.
        Delay = "delay",
    }
}

views! {
    /// A timer. Documented.
    pub struct Timer by timer {
        /// Its identifier.
        id: text "mId",
        /// When: an ISO time, a cron expression in UTC, or an ISO time and two numbers.
        at: text "at",
        /// The params that it sets.
        action: json "do",
        /// The params that it sets at the start, in turns.
        start_action: json "startDo",
        /// The params that it sets at the end, in turns.
        end_action: json "endDo",
        /// Minutes, as text; for a delay.
        period: reading "period",
    }
}

impl<'a> ParamsRef<'a> {
    /// The timers. A device without any sends 0 instead of a list; tell that from an absence by
    /// [`json`](Self::json). They are written as a whole.
    pub fn timers(self) -> impl Iterator<Item = Timer<'a>> {
        self.items("timers").filter_map(|timer| timer.as_object().map(|timer| Timer(Self(timer))))
    }
}

impl Timer<'_> {
    /// Whether it is active; 0 or 1 on the wire.
    ///
    /// Member `enabled`.
    #[must_use]
    pub fn is_enabled(self) -> Option<bool> {
        let enabled = self.0.json("enabled")?;
        enabled.as_bool().or_else(|| numeric(enabled).map(|number| number != 0.0))
    }

    /// How it repeats.
    ///
    /// Member `type`.
    #[must_use]
    pub fn kind(self) -> Option<TimerType> {
        self.0.text("type").map(TimerType::from)
    }

    /// How it repeats, as the apps of the vendor note it, which know delays.
    ///
    /// Member `coolkit_timer_type`.
    #[must_use]
    pub fn app_kind(self) -> Option<TimerType> {
        self.0.text("coolkit_timer_type").map(TimerType::from)
    }
}
