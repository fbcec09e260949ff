//! Which hospital a peer belongs to: told by its calling AE title.

use std::collections::BTreeMap;

use crate::domain::identity::{AeTitle, SiteId};

/// How calling titles map to sites.
#[derive(Debug, Clone)]
pub enum SitePolicy {
    /// Only these titles are known; any other is refused (`vigie serve`).
    Listed(BTreeMap<AeTitle, SiteId>),
    /// Any other title counts as this site (the demonstration).
    Else { listed: BTreeMap<AeTitle, SiteId>, otherwise: SiteId },
}

/// Whether a calling title is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallingTitle {
    Of(SiteId),
    NotRecognized,
}

/// Which called titles are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalledTitle {
    /// Only this application entity's own.
    OwnOnly,
    Any,
}

impl SitePolicy {
    /// The site of a peer.
    #[must_use]
    pub fn site_of(&self, calling: &AeTitle) -> CallingTitle {
        let (listed, otherwise) = match self {
            Self::Listed(listed) => (listed, None),
            Self::Else { listed, otherwise } => (listed, Some(otherwise)),
        };
        listed
            .get(calling)
            .or(otherwise)
            .map_or(CallingTitle::NotRecognized, |site| CallingTitle::Of(site.clone()))
    }
}
