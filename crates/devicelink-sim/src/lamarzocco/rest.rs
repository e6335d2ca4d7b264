//! What the local REST interface answers, and the values that only it has.

use bytes::Bytes;
use hyper::{Method, Request, Response, StatusCode};
use lamarzocco_proto::{Frame, Group, MachineConfiguration, Message, Name};

use super::state::State;
use crate::server::http;

/// Captured, as are the other values of the water.
pub(super) const CONDUCTIVITY: f64 = 302.0;
pub(super) const HARDNESS: f64 = 139.0;
const DISSOLVED_SOLIDS: f64 = 193.28;

/// Answers a request to anything but the WebSocket.
pub(super) fn answer(request: &Request<Bytes>, state: &State) -> Response<Bytes> {
    let body = match request.uri().path() {
        "/latest-measurement" => Frame::list(state.latest().cloned()).encode(),
        "/config" => state.configuration().to_string(),
        _ => return http::status(StatusCode::NOT_FOUND),
    };
    if request.method() != Method::GET {
        return http::status(StatusCode::METHOD_NOT_ALLOWED);
    }
    http::json(body)
}

/// Messages of which only the last one before the start is known.
pub(super) fn standing() -> [Message; 6] {
    [
        Message::measurement(Name::WaterConductivity, CONDUCTIVITY),
        Message::measurement(Name::WaterHardness, HARDNESS),
        Message::measurement(Name::WaterTds, DISSOLVED_SOLIDS),
        Message::measurement(Name::TotalEnergyConsumption, 0.0),
        Message::flag(Name::HotWaterInProgress, false),
        Message::flag(Name::SteamBoilerAutoFillInProgress, false),
    ]
}

/// Messages that repeat parts of the configuration.
pub(super) fn of_configuration(configuration: &MachineConfiguration) -> Vec<Message> {
    let mut messages = Vec::new();
    for (masses, name) in [
        (configuration.coffee_mass(), Name::AbrCoffeeMass as fn(Group) -> Name),
        (configuration.portafilter_mass(), Name::AbrPortafilterMass),
    ] {
        let Some(masses) = masses else { continue };
        let masses = masses.iter().filter_map(|(group, mass)| Some((group.parse().ok()?, mass)));
        messages.extend(masses.map(|(group, mass)| Message::measurement(name(group), mass)));
    }
    if let Some(times) = configuration.auto_on_off() {
        messages.push(Message::json(Name::SettingAutoOnOffConfig, times.raw().to_json()));
    }
    let flags = [
        (Name::SettingAutoOnOffEnabled, configuration.auto_on_off_enabled()),
        (Name::TeaDoseEnabled, configuration.tea_doses_enabled()),
        (Name::CupwarmerStatus, configuration.cup_warmer_enabled()),
    ];
    messages.extend(flags.into_iter().filter_map(|(name, flag)| Some(Message::flag(name, flag?))));
    messages
}
