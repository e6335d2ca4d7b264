//! How many allocations each way needs. Apart from the times, as the counter itself takes some.

use allocation_counter::measure;

use crate::group::{COUNT, Group};
use crate::output::Table;

/// Prints how often each way allocates for one unit of work, and how many bytes.
pub(crate) fn count(bench: &str, groups: &mut [Group]) -> Table {
    let mut table = Table::new(bench, "group\tway\tallocations\tbytes");
    for group in groups {
        println!("\n{:<48}{:>12}{:>12}", group.name, "allocations", "bytes");
        for way in &mut group.ways {
            // Memory that is kept is there after every input was seen.
            (0..2 * COUNT).for_each(|_| (way.run)());
            let info = measure(&mut way.run);
            let [count, bytes] = [info.count_total, info.bytes_total].map(|it| it / way.units);
            println!("{:<48}{count:>12}{bytes:>12}", way.name);
            table.row(format_args!("{}\t{}\t{count}\t{bytes}", group.name, way.name));
        }
    }
    table
}
