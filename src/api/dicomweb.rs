//! DICOMweb (PS3.18): STOW-RS, QIDO-RS and WADO-RS. Nothing is deleted here, and no other origin may ask.
//!
//! Each request is allowed by the person's role, narrowed to what their sites may see, and leaves an audit record.

mod accept;
mod asked;
mod bulkdata;
mod conditional;
mod frames;
mod instances;
mod metadata;
mod multipart;
mod picture;
mod qido;
mod refusal;
mod rendered;
mod stow;

use axum::extract::FromRef;

use crate::archive::FileStore;
use crate::db::search::Visibility;
use crate::domain::identity::{SiteId, StudyUid};
use crate::pathway::desk::Desk;
use crate::pathway::receive_instance::Receiver;
use crate::pathway::retrieve::Retriever;

use super::App;
use super::access::{Permission, Permit, StoreImages};
use super::guarded::Guarded;
use refusal::Refused;

/// What the DICOMweb handlers work with.
#[derive(Debug, Clone)]
pub(super) struct DicomWeb {
    desk: Desk,
    vault: FileStore,
    receiver: Receiver,
    retriever: Retriever,
}

impl FromRef<App> for DicomWeb {
    fn from_ref(app: &App) -> Self {
        Self {
            desk: app.desk.clone(),
            vault: app.vault.clone(),
            receiver: app.receiver.clone(),
            retriever: app.retriever.clone(),
        }
    }
}

/// The resources of PS3.18 section 10, to be nested at `/dicomweb`.
#[must_use]
pub fn routes() -> Guarded {
    const INSTANCE: &str = "/studies/{study}/series/{series}/instances/{instance}";
    Guarded::new()
        .get("/studies", qido::studies)
        .post("/studies", stow::store)
        .get("/series", qido::series)
        .get("/instances", qido::instances)
        .get("/studies/{study}", instances::retrieve)
        .post("/studies/{study}", stow::store)
        .get("/studies/{study}/metadata", metadata::retrieve)
        .get("/studies/{study}/rendered", rendered::rendered)
        .get("/studies/{study}/thumbnail", rendered::thumbnail)
        .get("/studies/{study}/series", qido::series)
        .get("/studies/{study}/instances", qido::instances)
        .get("/studies/{study}/series/{series}", instances::retrieve)
        .get("/studies/{study}/series/{series}/metadata", metadata::retrieve)
        .get("/studies/{study}/series/{series}/rendered", rendered::rendered)
        .get("/studies/{study}/series/{series}/thumbnail", rendered::thumbnail)
        .get("/studies/{study}/series/{series}/instances", qido::instances)
        .get(INSTANCE, instances::retrieve)
        .get("/studies/{study}/series/{series}/instances/{instance}/metadata", metadata::retrieve)
        .get("/studies/{study}/series/{series}/instances/{instance}/rendered", rendered::rendered)
        .get("/studies/{study}/series/{series}/instances/{instance}/thumbnail", rendered::thumbnail)
        .get("/studies/{study}/series/{series}/instances/{instance}/frames/{frames}", frames::retrieve)
        .get(
            "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}/rendered",
            rendered::rendered,
        )
        .get(
            "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}/thumbnail",
            rendered::thumbnail,
        )
        .get("/studies/{study}/series/{series}/instances/{instance}/bulkdata/{*path}", bulkdata::retrieve)
}

impl DicomWeb {
    fn sight<P: Permission>(&self, permit: &Permit<P>) -> Visibility {
        self.desk.sight(&permit.actor.user).of_images()
    }

    async fn note_reading<P: Permission>(&self, permit: &Permit<P>, study: &StudyUid) -> Result<(), Refused> {
        Ok(self.desk.note_reading(&permit.actor, P::NAME, Some(study.to_string())).await?)
    }

    async fn note_stored(&self, permit: &Permit<StoreImages>, study: &StudyUid) -> Result<(), Refused> {
        Ok(self.desk.note_reading(&permit.actor, StoreImages::NAME, Some(study.to_string())).await?)
    }

    /// The site that a person sends for: their own, or the one of theirs that `site` names.
    fn sending_site(
        &self,
        permit: &Permit<StoreImages>,
        query: &[(String, String)],
    ) -> Result<SiteId, Refused> {
        let own = &permit.actor.user.sites;
        let named = query.iter().find(|(name, _)| name == "site").map(|(_, site)| site.as_str());
        let mut regional = self.desk.region.sites().iter().map(|site| &site.id);
        match named {
            Some(named) => own.iter().find(|site| site.as_str() == named),
            None => regional.find(|site| own.contains(site)),
        }
        .cloned()
        .ok_or_else(|| Refused::Malformed("site must name a site of yours".to_owned()))
    }
}
