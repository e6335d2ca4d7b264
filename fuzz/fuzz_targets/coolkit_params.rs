//! Params: every view of any object reads as something or nothing, and no number is beyond its bounds.
#![no_main]

use coolkit_proto::params::{Bound, DayWidth, EnergyHistory, Reading, numeric};
use coolkit_proto::{Json, JsonRef, ParamsRef};
use devicelink_fuzz::look;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(json) = std::str::from_utf8(bytes).ok().and_then(|text| Json::parse(text).ok()) else {
        return;
    };
    // Devices send params inside of frames, and frames are what the seeds are.
    let params = json.view().get("params").and_then(JsonRef::as_object).or(json.view().as_object());
    let Some(object) = params else { return };
    let params = ParamsRef::new(object);
    for (name, value) in object {
        look(&(params.reading(name), params.switch(name), params.text(name)));
        assert!(numeric(value).is_none_or(f64::is_finite));
        assert!(params.reading(name).and_then(Reading::value).is_none_or(f64::is_finite));
    }
    look_at_climate(params);
    look_at_switches(params);
    look_at_lights(params);
    look_at_meters(params);
    look_at_sensors(params);
    look_at_timers(params);
});

macro_rules! look_at {
    ($view:expr; $($member:ident)*) => { look(&($($view.$member(),)*)) };
}

fn look_at_climate(params: ParamsRef<'_>) {
    let thermostat = params.thermostat();
    look_at!(thermostat; temperature humidity main_switch state device_type sensor_type mode);
    for target in thermostat.targets() {
        look_at!(target; bound value reaction);
        assert_eq!(
            thermostat.target(target.bound()).map(|first| first.bound()),
            Some(target.bound())
        );
    }
    look(&(thermostat.target(Bound::High), thermostat.target(Bound::Low)));
    let common = params.common();
    look_at!(common; rssi firmware led pulse pulse_width control_type ui_active trig_time);
    look_at!(common; startup mac ssid bssid);
}

fn look_at_switches(params: ParamsRef<'_>) {
    look(&params.single_switch().state());
    let switches = params.switches();
    for outlet in switches.outlets().chain(switches.startups()).chain(switches.pulses()) {
        look_at!(outlet; number params state startup pulse);
        assert!(outlet.pulse_width().is_none_or(f64::is_finite));
    }
    for outlet in switches.outlets() {
        assert!(switches.outlet(outlet.number()).is_some());
    }
}

fn look_at_lights(params: ParamsRef<'_>) {
    look_at!(params.dimmer(); state bright brightness bright_min bright_max mode);
    look_at!(params.bulb(); state cold warm red green blue kind mode);
    look_at!(params.light(); state ltype active brightness white color);
    if let Some(white) = params.light().white() {
        look_at!(white; brightness temperature);
    }
    if let Some(color) = params.light().color() {
        look_at!(color; red green blue brightness);
    }
    look_at!(params.strip(); state mode bright speed red green blue light_type);
    look_at!(params.curtain(); state set_close position action);
}

fn look_at_meters(params: ParamsRef<'_>) {
    look_at!(params.power(); power voltage current alarm_power alarm_voltage alarm_current);
    look_at!(params.breaker(); state current voltage power total);
    for number in [0, 1, 255] {
        look_at!(params.power_channel(number); current voltage active_power);
    }
    let history = EnergyHistory::new(params.members());
    look_at!(history; period period_kwh);
    for (width, digits) in [(DayWidth::Six, 6), (DayWidth::Four, 4), (DayWidth::Three, 3)] {
        let days: Vec<_> = history.days(width).collect();
        let text = params.text("hundredDaysKwhData").unwrap_or_default();
        assert_eq!(days.len(), text.len() / digits);
        assert!(days.into_iter().flatten().all(|kwh| (0.0..256.0).contains(&kwh)));
    }
}

fn look_at_sensors(params: ParamsRef<'_>) {
    look_at!(params.sensor_hub(); temperature humidity light noise dust);
    look_at!(params.zigbee_sensor(); battery motion lock water smoke key trig_time);
    look_at!(params.zigbee_sensor(); temperature humidity);
    look_at!(params.sub_device(); id parent_id rssi_setting children rssi);
    look_at!(params.rf_bridge(); cmd channel list);
    look(&params.rf_bridge().triggers().collect::<Vec<_>>());
}

fn look_at_timers(params: ParamsRef<'_>) {
    for timer in params.timers() {
        look_at!(timer; id at action start_action end_action period is_enabled kind app_kind);
    }
}
