//! Dimmers, lamps, strips and curtains.

use super::ParamsRef;
use super::view::views;

views! {
    /// A dimmer: uiid 36 and 44. Documented.
    pub struct Dimmer by dimmer {
        /// Whether it is on.
        state: switch "switch",
        /// Brightness in %, 10 to 100, on uiid 36.
        bright: reading "bright",
        /// Brightness in %, 0 to 100, on uiid 44.
        brightness: reading "brightness",
        /// The lowest brightness that is set.
        bright_min: reading "brightMin",
        /// The highest brightness that is set.
        bright_max: reading "brightMax",
        /// A number of the mode.
        mode: reading "mode",
    }

    /// The lamp B1: uiid 22. Documented. Its channels are texts from `"0"` to `"255"`.
    pub struct Bulb by bulb {
        /// Whether it is on.
        state: switch "state",
        /// Cold white.
        cold: reading "channel0",
        /// Warm white.
        warm: reading "channel1",
        /// Red.
        red: reading "channel2",
        /// Green.
        green: reading "channel3",
        /// Blue.
        blue: reading "channel4",
        /// What it shows, such as `middle`.
        kind: text "type",
        /// The number of the mode.
        mode: reading "zyx_mode",
    }

    /// Lamps with types of light: uiid 103, 104, 135, 136, and Zigbee lamps. Captured.
    ///
    /// A push may name a type in `ltype` and bring no object of it; all methods then give `None`.
    pub struct Light by light {
        /// Whether it is on.
        state: switch "switch",
        /// The type of light: `white`, `color`, or one of many scenes.
        ltype: text "ltype",
    }

    /// White light.
    pub struct White by light_white {
        /// Brightness in %.
        brightness: reading "br",
        /// Colour temperature, 0 to 255.
        temperature: reading "ct",
    }

    /// Coloured light.
    pub struct Color by light_color {
        /// Red, 0 to 255.
        red: reading "r",
        /// Green, 0 to 255.
        green: reading "g",
        /// Blue, 0 to 255.
        blue: reading "b",
        /// Brightness in %.
        brightness: reading "br",
    }

    /// A light strip: uiid 33, 59, 137, 173. Documented.
    pub struct Strip by strip {
        /// Whether it is on.
        state: switch "switch",
        /// The number of the mode.
        mode: reading "mode",
        /// Brightness in %.
        bright: reading "bright",
        /// Speed of the mode.
        speed: reading "speed",
        /// Red, 0 to 255.
        red: reading "colorR",
        /// Green, 0 to 255.
        green: reading "colorG",
        /// Blue, 0 to 255.
        blue: reading "colorB",
        /// White or coloured, as a number.
        light_type: reading "light_type",
    }

    /// A curtain: uiid 11, and Zigbee 7006. Documented, the last two known from client code.
    pub struct Curtain by curtain {
        /// Open, closed, or `"pause"`, which is [`SwitchState::Other`](super::SwitchState::Other).
        state: switch "switch",
        /// How far it shall close, 0 to 100 %.
        set_close: reading "setclose",
        /// How far it is, in %; Zigbee.
        position: reading "curPercent",
        /// What it does; Zigbee.
        action: text "curtainAction",
    }
}

impl<'a> Light<'a> {
    /// The object that the type of light names.
    #[must_use]
    pub fn active(self) -> Option<ParamsRef<'a>> {
        self.0.object(self.ltype()?)
    }

    /// The brightness of the active type of light, in %.
    #[must_use]
    pub fn brightness(self) -> Option<super::Reading<'a>> {
        self.active()?.reading("br")
    }

    /// White light, if the params bring it.
    #[must_use]
    pub fn white(self) -> Option<White<'a>> {
        self.0.object("white").map(White)
    }

    /// Coloured light, if the params bring it.
    #[must_use]
    pub fn color(self) -> Option<Color<'a>> {
        self.0.object("color").map(Color)
    }
}
