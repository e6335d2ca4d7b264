//! Machine configurations: nothing is lost, and every member reads as something or nothing.
#![no_main]

use devicelink_fuzz::{look, text_and_reference};
use lamarzocco_proto::{Group, Json, MachineConfiguration};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Some((text, reference)) = text_and_reference(bytes) else { return };
    assert_eq!(Json::from_text(text).map(|json| json.root().to_value()), reference);
    let read = MachineConfiguration::from_text(text);
    assert_eq!(read.is_ok(), reference.as_ref().is_some_and(Value::is_object));
    check_rest(text, reference.as_ref());
    match (read, reference) {
        (Ok(configuration), Some(reference)) => check(&configuration, &reference),
        (read, _) => {
            let error = read.unwrap_err();
            assert!(error.offset().is_some_and(|offset| offset <= text.len()));
            assert!(error.excerpt().is_none_or(|excerpt| excerpt.len() <= 64));
        }
    }
});

/// The answer of the REST interface may hold the object in a member `data`, as an object or as text.
fn check_rest(text: &str, reference: Option<&Value>) {
    let read = MachineConfiguration::from_rest(text);
    look(&read);
    let Some(outer) = reference.and_then(Value::as_object) else {
        return assert!(read.is_err());
    };
    let members = Json::from_text(text).map_or(0, |json| json.root().members().count());
    let expected = match outer.get("data") {
        Some(Value::String(inner)) if members == 1 => serde_json::from_str(inner).ok(),
        Some(data) if members == 1 => Some(data.clone()),
        _ => Some(Value::Object(outer.clone())),
    };
    let read = read.ok().map(|configuration| configuration.raw().to_value());
    assert_eq!(read, expected.filter(Value::is_object));
}

fn check(configuration: &MachineConfiguration, reference: &Value) {
    let text = configuration.to_string();
    assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), reference);
    assert_eq!(&MachineConfiguration::from_text(&text).unwrap(), configuration);
    let changed = configuration.with("machineMode", &"EcoMode".into());
    assert_eq!(changed.machine_mode().map(|mode| mode.to_string()).as_deref(), Some("EcoMode"));
    assert_eq!(changed.with("machineMode", &"EcoMode".into()), changed);
    look_at_machine(configuration);
    look_at_home(configuration);
}

macro_rules! look_at {
    ($of:expr; $($member:ident)*) => { look(&($($of.$member(),)*)) };
}

fn look_at_machine(configuration: &MachineConfiguration) {
    look_at!(configuration; sub_family boards number_of_settings machine_mode cup_warmer_enabled);
    look_at!(configuration; tea_doses_enabled auto_on_off_enabled av_mode_brewing_pressure is_loaded);
    look_at!(configuration; preinfusion_modes_available family grinder_sn grinder_hw barista_led);
    for group in configuration.group_capabilities().iter().flat_map(|groups| groups.iter()) {
        look_at!(group; capabilities dose_mode);
        for dose in group.doses().iter().flat_map(|doses| doses.iter()) {
            look_at!(dose; group dose_index dose_type stop_target);
            let index = dose.dose_index();
            assert!(index.is_none_or(|index| group.dose(&index).is_some()));
        }
    }
    look(&configuration.preinfusion_style(Group::ONE));
    for temperatures in [configuration.boiler_target_temperature(), configuration.coffee_mass()] {
        for (name, value) in temperatures.iter().flat_map(|entries| entries.iter()) {
            assert!(value.is_finite() && temperatures.unwrap().get(name).is_some());
        }
    }
    if let Some(times) = configuration.auto_on_off() {
        look_at!(times; on_hours on_minutes off_hours off_minutes closed_day);
    }
    for board in configuration.boards().iter().flat_map(|boards| boards.iter()) {
        look_at!(board; board_type hardware_major hardware_minor firmware_major firmware_minor);
        assert!(board.firmware_bug_fix() != Some(255), "255 stands for nothing");
    }
}

fn look_at_home(configuration: &MachineConfiguration) {
    look_at!(configuration; version machine_sn machine_hw is_plumbed_in is_back_flush_enabled);
    look_at!(configuration; tank_status stand_by_time settings recipes recipe_assignment scale);
    look_at!(configuration; clock firmware_versions bell_opened selected_dose grinder_doses);
    for boiler in configuration.boilers().iter().flat_map(|boilers| boilers.iter()) {
        look_at!(boiler; id is_enabled target current);
    }
    for times in configuration.wake_up_sleep_entries().iter().flat_map(|entries| entries.iter()) {
        look_at!(times; id steam enabled time_on time_off);
        assert!(times.days().is_none_or(|days| days.len() == days.iter().count()));
    }
    if let Some(standby) = configuration.smart_stand_by() {
        look_at!(standby; enabled minutes mode);
    }
    if let Some(week) = configuration.weekly_scheduling() {
        let weekdays = [week.monday(), week.tuesday(), week.wednesday(), week.thursday()];
        for day in weekdays.into_iter().chain([week.friday(), week.saturday(), week.sunday()]) {
            let Some(day) = day else { continue };
            look_at!(day; enabled on_hours on_minutes off_hours off_minutes);
        }
    }
    if let Some(settings) = configuration.preinfusion_settings() {
        for (_, times) in settings.groups() {
            for time in times.iter() {
                look_at!(time; mode group dose_type wet_time hold_time is_wet_time_active);
            }
        }
    }
}
