//! What is said of many values.

/// A quarter of the values is below the first one, half of them below the second one, a quarter above the third one.
pub(crate) fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_unstable_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[(values.len() - 1) * quarter / 4])
}
