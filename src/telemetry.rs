//! Structured logs on standard error. They carry case, study and series ids, never identity or secrets.

use tracing_subscriber::EnvFilter;

/// The form of the log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Starts logging. `filter` is a list of `target=level` (crate `tracing-subscriber`'s `EnvFilter`); what cannot be
/// read of it is left out.
pub fn start(filter: &str, format: LogFormat) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::builder().parse_lossy(filter))
        .with_writer(std::io::stderr)
        .with_ansi(false);
    // A second call (tests in one process) leaves the first in place.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}
