//! How hot the water of a boiler is, as a pure function of time.

use std::time::Duration;

/// Within so many degrees of its target a boiler heats with less than its full power.
const BAND: f64 = 4.0;

/// How fast a boiler loses its heat: the time in which the distance to the room shrinks to 37 %.
const COOLING: f64 = 5400.0;

/// One boiler with its heater.
///
/// It heats at full power up to [`BAND`] below the target, and from there ever slower, so that it never overshoots;
/// without heat it cools down to the room. Both have a closed form: two steps give what one of their sum gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Boiler {
    pub(super) temperature: f64,
    pub(super) target: f64,
    pub(super) is_enabled: bool,
    /// The temperature of the room.
    room: f64,
    /// Degrees per second at full power.
    rate: f64,
}

impl Boiler {
    /// A boiler at room temperature, with this heater and so many litres of water.
    pub(super) fn new(room: f64, watts: f64, litres: f64) -> Self {
        /// Joules that heat a litre of water by one degree.
        const JOULES: f64 = 4186.0;
        Self {
            temperature: room,
            target: room,
            is_enabled: true,
            room,
            rate: watts / (litres * JOULES),
        }
    }

    /// Lets time pass, with or without power.
    pub(super) fn advance(&mut self, time: Duration, has_power: bool) {
        let seconds = time.as_secs_f64();
        if has_power && self.is_enabled && self.temperature <= self.target {
            self.heat(seconds);
        } else {
            let rest =
                if has_power && self.is_enabled { self.target.max(self.room) } else { self.room };
            let cooled = self.room + (self.temperature - self.room) * (-seconds / COOLING).exp();
            self.temperature = if self.temperature > rest { cooled.max(rest) } else { cooled };
        }
    }

    fn heat(&mut self, seconds: f64) {
        let gap = self.target - self.temperature;
        let at_full_power = ((gap - BAND) / self.rate).clamp(0.0, seconds);
        self.temperature += self.rate * at_full_power;
        // The slope at the edge of the band is that of full power.
        let gap = self.target - self.temperature;
        let rest = seconds - at_full_power;
        self.temperature = self.target - gap * (-rest * self.rate / BAND).exp();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coffee_boiler() -> Boiler {
        Boiler { target: 93.8, ..Boiler::new(20.0, 1400.0, 1.5) }
    }

    #[test]
    fn a_boiler_warms_up_to_its_target_in_minutes_and_never_overshoots() {
        let mut boiler = coffee_boiler();
        let mut last = boiler.temperature;
        for second in 0..900 {
            boiler.advance(Duration::from_secs(1), true);
            assert!(boiler.temperature >= last && boiler.temperature <= 93.8, "second {second}");
            last = boiler.temperature;
            if second == 60 {
                assert!(last < 40.0, "{last} after a minute");
            }
        }
        assert!(last > 93.7, "{last} after a quarter of an hour");
    }

    #[test]
    fn two_steps_give_what_one_of_their_sum_gives() {
        for (has_power, total) in [(true, 100), (true, 320), (true, 3000), (false, 1000)] {
            let (mut one, mut many) = (coffee_boiler(), coffee_boiler());
            one.temperature = if has_power { 20.0 } else { 90.0 };
            many.temperature = one.temperature;
            one.advance(Duration::from_secs(total), has_power);
            for _ in 0..total * 4 {
                many.advance(Duration::from_millis(250), has_power);
            }
            assert!((one.temperature - many.temperature).abs() < 1e-6, "{one:?} is not {many:?}");
        }
    }

    #[test]
    fn a_lower_target_is_reached_from_above() {
        let mut boiler = Boiler { temperature: 93.8, target: 90.0, ..coffee_boiler() };
        boiler.advance(Duration::from_secs(60), true);
        assert!(boiler.temperature < 93.8 && boiler.temperature > 90.0);
        boiler.advance(Duration::from_secs(86_400), true);
        assert!((boiler.temperature - 90.0).abs() < 1e-9);
    }

    #[test]
    fn without_power_or_switched_off_a_boiler_cools_down_to_the_room() {
        for (is_enabled, has_power) in [(true, false), (false, true)] {
            let mut boiler = Boiler { temperature: 93.8, is_enabled, ..coffee_boiler() };
            boiler.advance(Duration::from_secs(86_400), has_power);
            assert!((boiler.temperature - 20.0).abs() < 0.01);
        }
    }
}
