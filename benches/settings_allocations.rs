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
    let mut table = allocations::count("settings_allocations", &mut work::groups());
    let frame = ways::ours(frames::CAPTURED).to_frame();
    let usual = measure(|| std::mem::forget(black_box(ways::usual(&frame)))).bytes_current;
    let ours = measure(|| std::mem::forget(black_box(ways::ours(&frame)))).bytes_current;
    println!("\nwhat stays of a frame: usual {usual} bytes, ours {ours} bytes");
    table.row(format_args!("what stays of a frame\tusual\t\t{usual}"));
    table.row(format_args!("what stays of a frame\tours\t\t{ours}"));
    table.write();
    assert!(ours <= 4096);
}
