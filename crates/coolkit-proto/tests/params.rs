//! Typed views of params, and writers.

mod common;

use common::json;
use coolkit_proto::params::{
    DayWidth, DeviceType, EnergyHistory, Reading, SensorType, Setpoint, Startup, SwitchState,
    ThermostatMode, TimerType,
};
use coolkit_proto::{Json, Params, ParamsRef};

fn with<T>(text: &str, look: impl FnOnce(ParamsRef<'_>) -> T) -> T {
    let json = json(text);
    look(ParamsRef::new(json.view().as_object().unwrap()))
}

#[test]
fn readings_are_the_same_as_numbers_and_as_text() {
    for (text, value) in [
        ("22", 22.0),
        ("\"22\"", 22.0),
        ("\"17.5\"", 17.5),
        ("\" -3 \"", -3.0),
        ("\"+0.25\"", 0.25),
        ("1e2", 100.0),
    ] {
        assert_eq!(Reading::read(json(text).view()), Reading::Value(value), "{text}");
    }
    assert_eq!(Reading::read(json("\"unavailable\"").view()), Reading::Unavailable);
    let infinite = format!("\"{}\"", "9".repeat(400));
    for text in ["\"blank\"", "true", "[]", "\"\"", "\"NaN\"", "\"0x10\"", "\"1e2\"", &infinite] {
        let json = json(text);
        assert_eq!(Reading::read(json.view()), Reading::Other(json.view()), "{text}");
    }
    with(r#"{"a":null}"#, |params| {
        assert_eq!((params.reading("a"), params.reading("b")), (None, None));
    });
}

#[test]
fn switches_are_texts_or_bools_and_everything_else_is_kept() {
    for (text, is_on) in [("\"on\"", true), ("\"off\"", false), ("true", true), ("false", false)] {
        assert_eq!(SwitchState::read(json(text).view()).is_on(), Some(is_on));
    }
    for text in ["\"pause\"", "\"ON\"", "1", "0", "\"\"", "{}"] {
        let json = json(text);
        assert_eq!(SwitchState::read(json.view()), SwitchState::Other(json.view()), "{text}");
    }
}

#[test]
fn outlets_come_in_the_order_of_the_frame_without_those_that_have_no_number() {
    let text = r#"{"switches":[{"outlet":2,"switch":"on"},{"outlet":"0","switch":"off"},{"switch":"on"},
        {"outlet":256},{"outlet":1.5},{"outlet":-1},7,{"outlet":3},{"outlet":2,"switch":"off"}],
        "configure":[{"outlet":0,"startup":"stay"}],"pulses":[{"outlet":0,"pulse":"on","width":1000},{"outlet":1,"pulseWidth":500}]}"#;
    with(text, |params| {
        let switches = params.switches();
        let numbers: Vec<u8> = switches.outlets().map(|outlet| outlet.number()).collect();
        assert_eq!(numbers, [2, 0, 3, 2]);
        assert_eq!(switches.outlet(2).unwrap().state(), Some(SwitchState::Off));
        assert_eq!(switches.outlet(3).unwrap().state(), None);
        assert_eq!(switches.startups().next().unwrap().startup(), Some(Startup::Stay));
        let pulse = switches.pulses().next().unwrap();
        assert_eq!((pulse.pulse(), pulse.pulse_width()), (Some(SwitchState::On), Some(1000.0)));
        assert_eq!(switches.pulses().last().unwrap().pulse_width(), Some(500.0));
    });
    for text in ["{}", r#"{"switches":0}"#, r#"{"switches":{"outlet":1}}"#] {
        assert_eq!(with(text, |params| params.switches().outlets().count()), 0);
    }
}

#[test]
fn a_thermostat_is_manual_automatic_or_paused() {
    for (text, mode) in [
        (r#"{"deviceType":"normal"}"#, Some(ThermostatMode::Manual)),
        (r#"{"deviceType":"normal","mainSwitch":"on"}"#, Some(ThermostatMode::Manual)),
        (r#"{"deviceType":"humidity","mainSwitch":"on"}"#, Some(ThermostatMode::Automatic)),
        (r#"{"deviceType":"temperature","mainSwitch":"off"}"#, Some(ThermostatMode::Paused)),
        (r#"{"deviceType":"new","mainSwitch":"off"}"#, Some(ThermostatMode::Paused)),
        (r#"{"deviceType":"temperature"}"#, None),
        (r#"{"mainSwitch":"on"}"#, None),
    ] {
        assert_eq!(with(text, |params| params.thermostat().mode()), mode, "{text}");
    }
    with(r#"{"sensorType":"MS01","deviceType":"x"}"#, |params| {
        assert_eq!(params.thermostat().sensor_type(), Some(SensorType::Ms01));
        assert_eq!(params.thermostat().device_type(), Some(DeviceType::Other("x".into())));
    });
    let text =
        r#"{"targets":[{"targetHigh":21.5,"reaction":{"switch":"off"}},{},5,{"targetLow":"x"}]}"#;
    with(text, |params| {
        let targets: Vec<_> = params.thermostat().targets().collect();
        assert_eq!(targets.len(), 2);
        assert_eq!(targets[0].value(), Some(Reading::Value(21.5)));
        assert_eq!((targets[1].value().unwrap().value(), targets[1].reaction()), (None, None));
    });
}

#[test]
fn meters_read_watts_volts_and_amperes_from_text_and_numbers() {
    with(r#"{"power":"68.79","voltage":"2440","current":0.31,"alarmPValue":[-1,-1]}"#, |params| {
        let power = params.power();
        assert_eq!(power.power(), Some(Reading::Value(68.79)));
        assert_eq!(power.voltage(), Some(Reading::Value(2440.0)));
        assert_eq!(power.current(), Some(Reading::Value(0.31)));
        assert_eq!(power.alarm_power().unwrap().items().count(), 2);
    });
    with(r#"{"current_01":31,"voltage_01":23105,"actPow_01":"6879"}"#, |params| {
        let channel = params.power_channel(1);
        assert_eq!(channel.current(), Some(Reading::Value(0.31)));
        assert_eq!(channel.voltage(), Some(Reading::Value(231.05)));
        assert_eq!(channel.active_power(), Some(Reading::Value(68.79)));
        assert_eq!(params.power_channel(0).current(), None);
    });
    with(
        r#"{"switch":true,"phase_0_c":1.5,"phase_0_v":230,"phase_0_p":345,"totalPower":12}"#,
        |p| {
            let breaker = p.breaker();
            assert_eq!(breaker.state(), Some(SwitchState::On));
            assert_eq!(breaker.current(), Some(Reading::Value(1.5)));
            assert_eq!(breaker.voltage(), Some(Reading::Value(230.0)));
            assert_eq!(breaker.power(), Some(Reading::Value(345.0)));
            assert_eq!(breaker.total(), Some(Reading::Value(12.0)));
        },
    );
}

#[test]
fn the_energy_history_reads_each_day_by_itself() {
    let days = |text: &str, width| {
        let json = Json::parse(&format!(r#"{{"hundredDaysKwhData":"{text}"}}"#)).unwrap();
        EnergyHistory::new(json.view().as_object().unwrap()).days(width).collect::<Vec<_>>()
    };
    assert_eq!(days("190101ff0909", DayWidth::Six), [Some(25.11), Some(255.99)]);
    assert_eq!(days("19010119011", DayWidth::Six), [Some(25.11)]);
    assert_eq!(days("000a00zz0000é", DayWidth::Six), [None, None]);
    assert_eq!(days("1911", DayWidth::Four), [Some(25.11)]);
    assert_eq!(days("f11", DayWidth::Three), [Some(15.11)]);
    assert_eq!(days("", DayWidth::Six), []);
    let json = json(r#"{"oneKwhData":"0.00","hundredDaysKwhData":7}"#);
    let history = EnergyHistory::new(json.view().as_object().unwrap());
    assert_eq!((history.period_kwh(), history.days(DayWidth::Six).count()), (Some(0.0), 0));
}

#[test]
fn lights_may_name_a_type_and_bring_no_object_of_it() {
    with(r#"{"switch":"on","ltype":"white"}"#, |params| {
        let light = params.light();
        assert_eq!((light.ltype(), light.white(), light.brightness()), (Some("white"), None, None));
    });
    with(
        r#"{"ltype":"color","color":{"r":1,"g":2,"b":"3","br":50},"white":{"br":9,"ct":8}}"#,
        |p| {
            let light = p.light();
            assert_eq!(light.brightness(), Some(Reading::Value(50.0)));
            assert_eq!(light.color().unwrap().blue(), Some(Reading::Value(3.0)));
            assert_eq!(light.white().unwrap().temperature(), Some(Reading::Value(8.0)));
        },
    );
    assert!(!with(r#"{"ltype":7,"bright":5}"#, |p| p.light().active().is_some()));
    with(
        r#"{"state":"on","channel0":"255","channel4":"x","zyx_mode":1,"type":"middle"}"#,
        |params| {
            let bulb = params.bulb();
            assert_eq!((bulb.cold(), bulb.warm()), (Some(Reading::Value(255.0)), None));
            assert_eq!((bulb.blue().unwrap().value(), bulb.kind()), (None, Some("middle")));
            assert_eq!(bulb.state(), Some(SwitchState::On));
        },
    );
    with(r#"{"bright":60,"colorR":7,"mode":"2","speed":3,"light_type":1}"#, |params| {
        assert_eq!(params.strip().red(), Some(Reading::Value(7.0)));
        assert_eq!(params.strip().mode(), Some(Reading::Value(2.0)));
        assert_eq!(params.dimmer().bright(), Some(Reading::Value(60.0)));
    });
    with(r#"{"switch":"pause","setclose":50,"curPercent":"49"}"#, |params| {
        let curtain = params.curtain();
        assert_eq!(curtain.state().unwrap().is_on(), None);
        assert_eq!(curtain.position(), Some(Reading::Value(49.0)));
    });
}

#[test]
fn one_name_means_what_the_chosen_view_says() {
    with(r#"{"temperature":"2270","humidity":"5760","battery":90,"key":0,"trigTime":"1"}"#, |p| {
        assert_eq!(p.zigbee_sensor().temperature(), Some(Reading::Value(22.7)));
        assert_eq!(p.zigbee_sensor().humidity(), Some(Reading::Value(57.6)));
        assert_eq!(p.sensor_hub().temperature(), Some(Reading::Value(2270.0)));
        assert_eq!(p.zigbee_sensor().key(), Some(Reading::Value(0.0)));
    });
    for (rssi, reading) in [("127", Reading::Unavailable), ("-60", Reading::Value(-60.0))] {
        with(&format!(r#"{{"subDevRssi":{rssi},"subDevId":"x"}}"#), |params| {
            assert_eq!(params.sub_device().rssi(), Some(reading));
        });
    }
    with(
        r#"{"cmd":"trigger","rfTrig0":"2020-01-01T00:00:00.000Z","rfTrigX":"","rfTrig1":5}"#,
        |p| {
            let seen: Vec<_> = p.rf_bridge().triggers().collect();
            assert_eq!(seen, [(0, "2020-01-01T00:00:00.000Z")]);
        },
    );
}

#[test]
fn timers_are_a_list_or_zero() {
    assert_eq!(with(r#"{"timers":0}"#, |params| params.timers().count()), 0);
    let text = r#"{"timers":[{"enabled":1,"mId":"m","type":"once","coolkit_timer_type":"delay",
        "at":"2020-01-01T00:00:00.000Z","do":{"switch":"on"},"period":"5"},3]}"#;
    with(text, |params| {
        let timer = params.timers().next().unwrap();
        assert_eq!((timer.is_enabled(), timer.id()), (Some(true), Some("m")));
        assert_eq!(
            (timer.kind(), timer.app_kind()),
            (Some(TimerType::Once), Some(TimerType::Delay))
        );
        assert_eq!(timer.action().unwrap().encode(), r#"{"switch":"on"}"#);
        assert_eq!(timer.period(), Some(Reading::Value(5.0)));
        assert_eq!(params.timers().count(), 1);
    });
}

#[test]
fn writers_write_the_types_that_devices_take() {
    for (params, text) in [
        (Params::breaker(true), r#"{"switch":true}"#),
        (Params::startup(Startup::Stay), r#"{"startup":"stay"}"#),
        (Params::pulse(true, 1), r#"{"pulse":"on","pulseWidth":500}"#),
        (Params::bright(5), r#"{"bright":10}"#),
        (Params::brightness(200), r#"{"brightness":100}"#),
        (
            Params::bulb([0, 255, 1, 2, 3]),
            r#"{"channel0":"0","channel1":"255","channel2":"1","channel3":"2","channel4":"3"}"#,
        ),
        (Params::white(50, 128), r#"{"ltype":"white","white":{"br":50,"ct":128}}"#),
        (
            Params::color([1, 2, 3], 101),
            r#"{"ltype":"color","color":{"r":1,"g":2,"b":3,"br":100}}"#,
        ),
        (Params::close_to(40), r#"{"setclose":40}"#),
        (Params::pause(), r#"{"switch":"pause"}"#),
        (Params::ui_active(60), r#"{"uiActive":60}"#),
    ] {
        assert_eq!(params.encode(), text);
    }
    let humidity = Params::automatic(
        DeviceType::Humidity,
        (Setpoint::new(60.5).unwrap(), false),
        (Setpoint::from(40), true),
    );
    let targets: Vec<_> =
        humidity.view().thermostat().targets().map(|t| t.value().unwrap().value()).collect();
    assert_eq!(targets, [Some(60.5), Some(40.0)]);
    assert_eq!(Setpoint::new(28.0), Some(Setpoint::from(28)));
}
