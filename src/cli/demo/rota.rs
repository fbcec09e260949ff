//! The demonstration's rota: its people are on call at every hour, so that the journey works at any.

use crate::cli::Failure;
use crate::db::users::User;
use crate::domain::identity::{Role, SiteId};
use crate::domain::region::Region;
use crate::domain::rota::{Level, Pool, Shift, Specialty};
use crate::pathway::desk::Desk;
use crate::pathway::edit_rota::{EditError, add_pool};
use crate::pathway::manage_users::{Manager, list_users};

/// Name, title, specialty, and who is called first and next.
const POOLS: [(&str, &str, Specialty, &[Role]); 3] = [
    (
        "neurologues",
        "Neurologues de la région",
        Specialty::Neurologist,
        &[Role::Neurologist, Role::Radiologist],
    ),
    ("radiologues", "Radiologues de la région", Specialty::Radiologist, &[Role::Radiologist]),
    ("thrombectomie", "Équipe de thrombectomie", Specialty::Interventionalist, &[Role::Radiologist]),
];

/// Puts everyone on call, the first time.
pub(super) async fn everyone_on_call(desk: &Desk, region: &Region) -> Result<(), Failure> {
    let users = list_users(desk).await?;
    let sites: Vec<SiteId> = region.sites().iter().map(|site| site.id.clone()).collect();
    for (id, name, specialty, roles) in POOLS {
        let levels = [Level::FIRST, Level::SECOND];
        let of_role = |role: Role| users.iter().find(move |user: &&User| user.role == role);
        let shifts = levels.into_iter().zip(roles).filter_map(|(level, role)| {
            let user = of_role(*role)?;
            Some(Shift::always(level, user.id))
        });
        let pool = Pool {
            id: id.parse()?,
            name: name.to_owned(),
            specialty,
            sites: sites.iter().cloned().collect(),
            zone: "Europe/Paris".parse()?,
            shifts: shifts.collect(),
            exceptions: Vec::new(),
        };
        match add_pool(desk, Manager::CommandLine, &pool).await {
            Err(EditError::Taken) => {}
            outcome => outcome?,
        }
    }
    Ok(())
}
