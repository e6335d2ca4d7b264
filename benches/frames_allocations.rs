//! Every kind of frame but the settings: how many allocations each way needs.

#[path = "measure/allocations.rs"]
mod allocations;
#[path = "frames/coolkit.rs"]
mod coolkit;
#[path = "measure/group.rs"]
mod group;
#[path = "frames/lamarzocco.rs"]
mod lamarzocco;
#[path = "measure/output.rs"]
mod output;
#[path = "frames/placeos.rs"]
mod placeos;
#[path = "frames/ways.rs"]
mod ways;

fn main() {
    let groups = [lamarzocco::groups(), coolkit::groups(), placeos::groups()];
    let mut groups: Vec<_> = groups.into_iter().flatten().collect();
    allocations::count("frames_allocations", &mut groups).write();
}
