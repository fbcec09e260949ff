//! `vigie user`: accounts, from the server's own command line.

use std::io::{BufRead, IsTerminal, Read};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use serde_json::json;

use super::{Failure, print, region, system};
use crate::config::Config;
use crate::db::users::Standing;
use crate::domain::identity::{Role, SiteId};
use crate::pathway::desk::Desk;
use crate::pathway::manage_users::{
    Manager, NewUser, add_user, disable_user, issue_token, list_users, set_password,
};

/// Manage accounts of a data folder (VIGIE_DATA_DIR): add, list, disable, set a password, issue a token.
///
/// Passwords are read from standard input, one line; they never stand on the command line.
///
/// Example: echo "$PASSWORD" | vigie user add neuro --name "Dr H. Vasseur" --role neurologist --site saint-aubin
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The configuration; each key can be overridden by a VIGIE_ variable.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add an account; its password is read from standard input.
    Add {
        username: String,
        /// Shown to others.
        #[arg(long)]
        name: String,
        /// emergency, technologist, neurologist, radiologist, regulator, auditor or admin.
        #[arg(long)]
        role: Role,
        /// A site of the region; repeat it for several.
        #[arg(long = "site", value_name = "SITE")]
        sites: Vec<SiteId>,
    },
    /// List accounts.
    List {
        /// Print one JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Let nobody sign in with the account any more; its sessions and tokens end.
    Disable { username: String },
    /// Set a password, read from standard input; sessions and tokens of the account end.
    SetPassword { username: String },
    /// Issue a token for a machine that acts as the account; it is printed this once.
    Token { username: String },
}

/// Longest line read as a password, bytes.
const LONGEST: u64 = 2_048;

/// Does what is asked.
///
/// # Errors
/// [`Failure::Work`] when the account is left as it was, with the reason.
pub fn run(args: Args) -> Result<(), Failure> {
    let config = Config::load(args.config.as_deref(), |name| std::env::var(name).ok())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let region = Arc::new(region::load(config.region_file.as_deref())?);
        let desk = system::desk(&config, region).await?;
        let done = act(&desk, args.action).await;
        desk.db.close().await;
        done
    })
}

async fn act(desk: &Desk, action: Action) -> Result<(), Failure> {
    let manager = Manager::CommandLine;
    match action {
        Action::Add { username, name, role, sites } => {
            let password = password()?;
            let new = NewUser { username, display_name: name, role, sites, password };
            let user = add_user(desk, manager, new).await?;
            print(&format!("{} added", user.username));
        }
        Action::List { json } => {
            for user in list_users(desk).await? {
                let disabled = user.standing == Standing::Disabled;
                let sites: Vec<&str> = user.sites.iter().map(SiteId::as_str).collect();
                if json {
                    let line = json!({
                        "id": user.id, "username": user.username, "display_name": user.display_name,
                        "role": user.role, "sites": sites, "disabled": disabled,
                    });
                    print(&line.to_string());
                } else {
                    let standing = if disabled { " (disabled)" } else { "" };
                    let sites = sites.join(",");
                    print(&format!(
                        "{}\t{}\t{}\t{sites}{standing}",
                        user.username, user.role, user.display_name
                    ));
                }
            }
        }
        Action::Disable { username } => disable_user(desk, manager, &username).await?,
        Action::SetPassword { username } => set_password(desk, manager, &username, password()?).await?,
        Action::Token { username } => print(issue_token(desk, manager, &username).await?.reveal()),
    }
    Ok(())
}

/// One line of standard input, without its end.
pub(super) fn password() -> Result<String, Failure> {
    let input = std::io::stdin();
    if input.is_terminal() {
        system::progress("password, then Enter (it is shown; pipe it in to keep it off the screen):");
    }
    let mut line = String::new();
    input.lock().take(LONGEST).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
