//! `vigie serve`: the platform for a region.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::system::{System, progress};
use super::{Failure, arenas};
use crate::config::Config;
use crate::domain::identity::{AeTitle, SiteId};
use crate::domain::region::Region;
use crate::intake::sites::SitePolicy;
use crate::telemetry::{self, LogFormat};

/// The region of the demonstration.
const DEMONSTRATION: &str = include_str!("../../demo/region.toml");

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
        let region = Arc::new(region(config.region_file.as_deref())?);
        let sites = SitePolicy::Listed(titles(&region));
        let system = System::start(&config, region, sites).await?;
        progress(&format!(
            "ready: http://{}, DICOM {} on {}",
            system.http_addr, config.ae_title, system.dicom_addr
        ));
        system.run_to_the_end().await
    })
}

/// The region file, or the demonstration's.
///
/// # Errors
/// [`Failure`] when the file cannot be read or is refused.
pub fn region(file: Option<&Path>) -> Result<Region, Failure> {
    match file {
        Some(path) => Ok(Region::parse(&std::fs::read_to_string(path)?)?),
        None => Ok(Region::parse(DEMONSTRATION)?),
    }
}

/// Which site each calling AE title belongs to.
#[must_use]
pub fn titles(region: &Region) -> BTreeMap<AeTitle, SiteId> {
    let of_site = |site: &crate::domain::region::Site| {
        let id = site.id.clone();
        site.calling_ae_titles.iter().map(move |title| (title.clone(), id.clone())).collect::<Vec<_>>()
    };
    region.sites().iter().flat_map(of_site).collect()
}
