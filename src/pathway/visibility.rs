//! Which cases a person sees: those of a site of theirs, those they are asked to read, those that may come to them.

use std::collections::BTreeSet;

use crate::db::users::User;
use crate::domain::identity::{Role, SiteId};
use crate::domain::region::{Capability, Region};

/// What a person sees, by the site that sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    cases: BTreeSet<SiteId>,
    unassigned: BTreeSet<SiteId>,
}

impl Sight {
    /// A user's sight in a region. The region's readers (neurologists and radiologists) are asked to read every
    /// case of it; a site that does thrombectomy, or hosts a team for one, is a transfer candidate of every other.
    /// A study that belongs to no case is seen by its sending site and by administrators.
    #[must_use]
    pub fn of(region: &Region, user: &User) -> Self {
        let own: BTreeSet<SiteId> = user.sites.iter().cloned().collect();
        let all = || region.sites().iter().map(|site| site.id.clone()).collect::<BTreeSet<_>>();
        let reads = matches!(user.role, Role::Neurologist | Role::Radiologist);
        let receives = region
            .sites()
            .iter()
            .filter(|site| own.contains(&site.id))
            .any(|site| site.can(Capability::Thrombectomy) || site.can(Capability::HostsTeam));
        let cases = if user.role == Role::Admin || (!own.is_empty() && (reads || receives)) {
            all()
        } else {
            own.clone()
        };
        let unassigned = if user.role == Role::Admin { all() } else { own };
        Self { cases, unassigned }
    }

    /// Whether a case that `site` sent is seen.
    #[must_use]
    pub fn sees(&self, site: &SiteId) -> bool {
        self.cases.contains(site)
    }

    /// Whether a study that `site` sent, and that belongs to no case, is seen.
    #[must_use]
    pub fn sees_unassigned(&self, site: &SiteId) -> bool {
        self.unassigned.contains(site)
    }

    /// The sites whose cases are seen.
    #[must_use]
    pub fn case_sites(&self) -> &BTreeSet<SiteId> {
        &self.cases
    }

    /// The same for images.
    #[must_use]
    pub fn of_images(&self) -> crate::db::search::Visibility {
        crate::db::search::Visibility {
            cases: self.cases.iter().cloned().collect(),
            unassigned: self.unassigned.iter().cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::users::Standing;
    use crate::domain::identity::UserId;

    fn region() -> Region {
        Region::parse(include_str!("../../demo/region.toml")).unwrap()
    }

    fn sight(role: Role, sites: &[&str]) -> Sight {
        let user = User {
            id: UserId(uuid::Uuid::nil()),
            username: "someone".to_owned(),
            display_name: "Someone".to_owned(),
            role,
            sites: sites.iter().map(|s| s.parse().unwrap()).collect(),
            standing: Standing::Active,
            created_at: "2026-11-24T00:00:00Z".parse().unwrap(),
        };
        Sight::of(&region(), &user)
    }

    #[test]
    fn the_small_emergency_room_sees_its_own_alone() {
        let sight = sight(Role::Emergency, &["valmont"]);
        assert!(sight.sees(&"valmont".parse().unwrap()));
        assert!(!sight.sees(&"roche-claire".parse().unwrap()));
        assert!(!sight.sees_unassigned(&"saint-aubin".parse().unwrap()));
    }

    #[test]
    fn readers_and_transfer_candidates_see_the_region_but_not_its_unassigned_studies() {
        for sight in [sight(Role::Neurologist, &["saint-aubin"]), sight(Role::Emergency, &["grand-lac"])] {
            assert!(sight.sees(&"valmont".parse().unwrap()));
            assert!(!sight.sees_unassigned(&"valmont".parse().unwrap()));
        }
    }

    #[test]
    fn nobody_without_a_site_sees_anything() {
        assert!(sight(Role::Neurologist, &[]).case_sites().is_empty());
        assert!(sight(Role::Regulator, &[]).case_sites().is_empty());
    }
}
