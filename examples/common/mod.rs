//! What the examples share.

use std::error::Error;
use std::io::ErrorKind;
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

/// Runs an example, with a log of what `RUST_LOG` names.
#[allow(dead_code, reason = "what only reads a file waits for nothing")]
pub(crate) async fn run(example: impl Future<Output = Result<(), Box<dyn Error>>>) -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    exit(example.await)
}

/// How an example ends: an error is told in one line.
pub(crate) fn exit(result: Result<(), Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has heard enough, as `head` has.
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|it| it.kind() == ErrorKind::BrokenPipe)
}
