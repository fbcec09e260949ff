//! `vigie models sign`: an administrator answers for an evaluation on a site's own studies.

use std::path::PathBuf;
use std::sync::Arc;

use super::cohort::pack;
use crate::cli::user::password;
use crate::cli::{Failure, print, region, system};
use crate::config::Config;
use crate::domain::identity::SiteId;
use crate::domain::wording;
use crate::pathway::authenticate::authenticate;
use crate::pathway::desk::{Actor, Desk};
use crate::pathway::sign_evaluation::{SignEvaluationError, sign_evaluation};
use crate::pathway::sign_in::{Credentials, sign_in};
use crate::pathway::sign_out::sign_out;

/// Sign an evaluation.json for a site: where it is enough, the pack's evidence there becomes `site`, with its figures.
///
/// The administrator's password is read from standard input, one line.
///
/// Example: vigie models sign --pack haemorrhage --evaluation evaluation.json --site saint-aubin --user admin
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// A pack's folder, or the name of an installed pack.
    #[arg(long, value_name = "PACK")]
    pack: String,
    /// What `vigie models evaluate` wrote, unchanged.
    #[arg(long, value_name = "FILE")]
    evaluation: PathBuf,
    /// The site whose studies were measured.
    #[arg(long, value_name = "SITE")]
    site: SiteId,
    /// The administrator who signs.
    #[arg(long, value_name = "NAME")]
    user: String,
    /// The configuration; each key can be overridden by a VIGIE_ variable.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let pack = pack(&args.pack)?;
    let evaluation = std::fs::read(&args.evaluation)
        .map_err(|error| Failure::Work(format!("{}: {error}", args.evaluation.display()).into()))?;
    let credentials = Credentials { username: args.user.clone(), password: password()? };
    let config = Config::load(args.config.as_deref(), |name| std::env::var(name).ok())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let region = Arc::new(region::load(config.region_file.as_deref())?);
        let desk = system::desk(&config, region).await?;
        let signed = as_person(&desk, credentials, async |actor| {
            sign_evaluation(&desk, actor, &pack.manifest, &args.site, &evaluation).await
        })
        .await;
        desk.db.close().await;
        let signature = match signed? {
            Err(SignEvaluationError::NotEnough(lacking)) => {
                return Err(Failure::Work(wording::refusal(&lacking).en.into()));
            }
            signed => signed?,
        };
        print(&format!(
            "{} {} counts as measured at {}: sensitivity {:.2}, specificity {:.2} on {} studies",
            signature.model_name,
            signature.model_version,
            signature.site,
            signature.performance.sensitivity.value,
            signature.performance.specificity.value,
            signature.measured.positives + signature.measured.negatives
        ));
        Ok(())
    })
}

/// Does something as a signed-in person, whose session ends with it.
async fn as_person<T>(
    desk: &Desk,
    credentials: Credentials,
    act: impl AsyncFnOnce(&Actor) -> T,
) -> Result<T, Failure> {
    let token = sign_in(desk, credentials, None).await?.token;
    let session =
        authenticate(desk, &token).await?.ok_or_else(|| Failure::Work("the session ended".into()))?;
    let actor = Actor { user: session.user.clone(), from: None };
    let done = act(&actor).await;
    sign_out(desk, &actor, &session).await?;
    Ok(done)
}
