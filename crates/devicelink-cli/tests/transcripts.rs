//! What the program prints, as it stands in `tests/cmd` and in the README.
//!
//! `TRYCMD=overwrite cargo test -p devicelink-cli --test transcripts` writes them anew.

#[test]
fn the_program_prints_what_the_transcripts_say() {
    let cases = trycmd::TestCases::new();
    cases.case("tests/cmd/*.trycmd").case("README.md");
    if !cfg!(feature = "dash") {
        cases.skip("tests/cmd/dash.trycmd").skip("README.md");
    }
}
