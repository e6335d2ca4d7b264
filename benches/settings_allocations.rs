//! Settings frames: how many allocations each way needs, and how much memory what was decoded takes.
//!
//! Apart from the times, as the counter itself takes some.

#[path = "settings/frames.rs"]
mod frames;
#[path = "settings/ways.rs"]
mod ways;
#[path = "settings/work.rs"]
mod work;

use std::hint::black_box;

use allocation_counter::measure;

fn main() {
    work::assert_equal();
    for group in &mut work::groups() {
        println!("\n{:<44}{:>12}{:>12}", group.name, "allocations", "bytes");
        for way in &mut group.ways {
            // Memory that is kept is there after every frame was seen.
            (0..frames::COUNT).for_each(|_| (way.run)());
            let info = measure(&mut way.run);
            let [count, bytes] = [info.count_total, info.bytes_total].map(|it| it / way.units);
            println!("{:<44}{count:>12}{bytes:>12}", way.name);
        }
    }
    println!("\nwhat stays of a frame");
    let bytes =
        measure(|| std::mem::forget(black_box(ways::usual(frames::CAPTURED)))).bytes_current;
    println!("{:<44}{bytes:>24}", "usual");
    let frame = ways::ours(frames::CAPTURED).to_frame();
    let bytes = measure(|| std::mem::forget(black_box(ways::ours(&frame)))).bytes_current;
    println!("{:<44}{bytes:>24}", "ours");
    assert!(bytes <= 4096);
}
