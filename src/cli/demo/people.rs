//! The demonstration's people: one login a role, made once and kept with the folder.

use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::Failure;
use crate::db::users::User;
use crate::domain::identity::{Role, SiteId};
use crate::domain::region::Region;
use crate::pathway::desk::Desk;
use crate::pathway::manage_users::{
    ManageError, Manager, NewUser, add_user, issue_token, list_users, set_password,
};
use crate::security::token::Token;

const KEPT: &str = "demo-users.json";
/// Of a random token's 43 characters: 84 bits.
const PASSWORD_LENGTH: usize = 14;

/// One login as `demo.json` has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Login {
    pub role: Role,
    pub site: SiteId,
    pub username: String,
    pub password: String,
    pub token: String,
}

pub(super) struct People {
    pub logins: Vec<Login>,
    /// The emergency physician's account.
    pub emergency: Option<User>,
    /// Made by this start.
    pub are_new: bool,
}

/// Where a person works.
enum Works {
    /// At the site of this place in the region's file.
    At(usize),
    /// For every site, from this one.
    ForAll(usize),
}

const PEOPLE: [(&str, &str, Role, Works); 7] = [
    ("urgences", "Dr Inès Garnier", Role::Emergency, Works::At(0)),
    ("manip", "Paul Rey", Role::Technologist, Works::At(0)),
    ("neuro", "Dr Hélène Vasseur", Role::Neurologist, Works::ForAll(2)),
    ("radio", "Dr Marc Delorme", Role::Radiologist, Works::ForAll(3)),
    ("regul", "Dr Sophie Antoine", Role::Regulator, Works::ForAll(3)),
    ("audit", "Nadia Ferrand", Role::Auditor, Works::ForAll(3)),
    ("admin", "Yann Le Goff", Role::Admin, Works::ForAll(3)),
];

impl People {
    pub async fn of(desk: &Desk, dir: &Path, region: &Region) -> Result<Self, Failure> {
        let file = dir.join(KEPT);
        let (logins, are_new) = match std::fs::read(&file) {
            Ok(bytes) => (serde_json::from_slice(&bytes)?, false),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let logins = made(desk, region).await?;
                write_private(&file, &serde_json::to_vec_pretty(&logins)?)?;
                (logins, true)
            }
            Err(error) => return Err(error.into()),
        };
        let emergency = list_users(desk).await?.into_iter().find(|user| user.role == Role::Emergency);
        Ok(Self { logins, emergency, are_new })
    }
}

async fn made(desk: &Desk, region: &Region) -> Result<Vec<Login>, Failure> {
    let all: Vec<SiteId> = region.sites().iter().map(|site| site.id.clone()).collect();
    let mut logins = Vec::new();
    for (username, display_name, role, works) in PEOPLE {
        let (home, sites) = match works {
            Works::At(place) => {
                let home = all.get(place).or(all.first()).cloned();
                (home.clone(), home.into_iter().collect())
            }
            Works::ForAll(place) => (all.get(place).or(all.first()).cloned(), all.clone()),
        };
        let Some(site) = home else { continue };
        let password: String = Token::random().reveal().chars().take(PASSWORD_LENGTH).collect();
        let new = NewUser {
            username: username.to_owned(),
            display_name: display_name.to_owned(),
            role,
            sites,
            password: password.clone(),
        };
        match add_user(desk, Manager::CommandLine, new).await {
            // An earlier start was cut off before it wrote down the password.
            Err(ManageError::Taken) => {
                set_password(desk, Manager::CommandLine, username, password.clone()).await?;
            }
            outcome => {
                outcome?;
            }
        }
        let token = issue_token(desk, Manager::CommandLine, username).await?.reveal().to_owned();
        logins.push(Login { role, site, username: username.to_owned(), password, token });
    }
    Ok(logins)
}

/// Writes a file that only its owner may read.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}
