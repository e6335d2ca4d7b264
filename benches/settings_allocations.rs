//! Settings frames: how many allocations each way needs, and how much memory what was decoded takes.

#[path = "measure/allocations.rs"]
mod allocations;
#[path = "settings/frames.rs"]
mod frames;
#[path = "measure/group.rs"]
mod group;
#[path = "measure/output.rs"]
mod output;
#[path = "settings/ways.rs"]
mod ways;
#[path = "settings/work.rs"]
mod work;

use std::hint::black_box;

use allocation_counter::measure;

fn main() {
    work::assert_equal();
    allocations::count("settings_allocations", &mut work::groups());
    println!("\nwhat stays of a frame");
    let bytes =
        measure(|| std::mem::forget(black_box(ways::usual(frames::CAPTURED)))).bytes_current;
    println!("{:<44}{bytes:>24}", "usual");
    let frame = ways::ours(frames::CAPTURED).to_frame();
    let bytes = measure(|| std::mem::forget(black_box(ways::ours(&frame)))).bytes_current;
    println!("{:<44}{bytes:>24}", "ours");
    assert!(bytes <= 4096);
}
