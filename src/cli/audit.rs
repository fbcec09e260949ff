//! `vigie audit`: the chain of access records, verified.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use serde_json::json;

use super::{Failure, print, region, system};
use crate::config::Config;
use crate::pathway::verify_audit::{VerifyError, verify_audit};

/// Verify the audit records of a data folder (VIGIE_DATA_DIR).
///
/// Each record is hashed over its text and its predecessor's hash; the last one is sealed with a key of the data
/// folder. A record changed, removed, put in between or cut off at the end is found and named.
///
/// Example: VIGIE_DATA_DIR=data vigie audit verify
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Walk the whole chain: exit code 0 when it is whole, 1 with the first break when it is not.
    Verify {
        /// The configuration; each key can be overridden by a VIGIE_ variable.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, thiserror::Error)]
#[error("{} is not the data folder of a Vigie: it has no audit.key", .0.display())]
struct NotADataFolder(PathBuf);

/// Verifies.
///
/// # Errors
/// [`Failure::Work`] with the first break, or when the records cannot be read.
pub fn run(args: &Args) -> Result<(), Failure> {
    let Action::Verify { config, json } = &args.action;
    let config = Config::load(config.as_deref(), |name| std::env::var(name).ok())?;
    if !config.data_dir.join("audit.key").exists() {
        return Err(NotADataFolder(config.data_dir).into());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let verified = runtime.block_on(async {
        let region = Arc::new(region::load(config.region_file.as_deref())?);
        let desk = system::desk(&config, region).await?;
        let verified = verify_audit(&desk.db, &desk.auditor).await;
        desk.db.close().await;
        Ok::<_, Failure>(verified)
    })?;
    match verified {
        Ok(records) if *json => print(&json!({ "whole": true, "records": records }).to_string()),
        Ok(records) => print(&format!("the audit chain is whole: {records} records")),
        Err(VerifyError::Broken(broken)) if *json => {
            print(&json!({ "whole": false, "break": broken.to_string() }).to_string());
            return Err(broken.into());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
