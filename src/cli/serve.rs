//! `vigie serve`: the platform for a region.

use std::path::PathBuf;
use std::sync::Arc;

use super::region::{self, titles};
use super::system::{System, progress};
use super::{Failure, arenas};
use crate::config::Config;
use crate::intake::sites::SitePolicy;
use crate::telemetry::{self, LogFormat};

/// Run the platform: DICOM, web, calls and analysis, until it is told to end.
///
/// A DICOM peer whose calling AE title belongs to no site of the region file is refused.
///
/// Example: vigie serve --config vigie.toml
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The configuration; each key can be overridden by a VIGIE_ variable.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Log lines as JSON.
    #[arg(long)]
    log_json: bool,
}

/// Serves until a signal.
///
/// # Errors
/// [`Failure`] when the configuration is refused or a part cannot start.
pub fn run(args: &Args) -> Result<(), Failure> {
    arenas::few()?;
    let config = Config::load(args.config.as_deref(), |name| std::env::var(name).ok())?;
    telemetry::start(&config.log, if args.log_json { LogFormat::Json } else { LogFormat::Text });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let region = Arc::new(region::load(config.region_file.as_deref())?);
        let sites = SitePolicy::Listed(titles(&region));
        let system = System::start(&config, region, sites).await?;
        progress(&format!(
            "ready: http://{}, DICOM {} on {}",
            system.http_addr, config.ae_title, system.dicom_addr
        ));
        system.run_to_the_end().await
    })
}
