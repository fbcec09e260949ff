//! The region: its hospitals and aircraft.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::access::SelfOnly;
use super::problem::ProblemDocument;
use crate::domain::identity::SiteId;
use crate::domain::region::{Capability, Region};

/// A place, degrees (WGS 84).
#[derive(Debug, Serialize, ToSchema)]
pub struct PositionBody {
    lat: f64,
    lon: f64,
}

/// A hospital.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteBody {
    #[schema(value_type = String)]
    id: SiteId,
    name: String,
    short_name: String,
    position: PositionBody,
    thrombolysis: bool,
    thrombectomy: bool,
}

/// A medical aircraft.
#[derive(Debug, Serialize, ToSchema)]
pub struct AircraftBody {
    #[schema(value_type = String)]
    id: SiteId,
    name: String,
    #[schema(value_type = String)]
    base: SiteId,
    euros_per_hour: f64,
}

/// The region.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionBody {
    name: String,
    sites: Vec<SiteBody>,
    aircraft: Vec<AircraftBody>,
}

impl From<&Region> for RegionBody {
    fn from(region: &Region) -> Self {
        let sites = region.sites().iter().map(|site| SiteBody {
            id: site.id.clone(),
            name: site.name.clone(),
            short_name: site.short_name.clone(),
            position: PositionBody { lat: site.position.lat, lon: site.position.lon },
            thrombolysis: site.can(Capability::Thrombolysis),
            thrombectomy: site.can(Capability::Thrombectomy),
        });
        let aircraft = region.aircraft().iter().map(|aircraft| AircraftBody {
            id: aircraft.id.clone(),
            name: aircraft.name.clone(),
            base: aircraft.base.clone(),
            euros_per_hour: aircraft.euros_per_hour,
        });
        Self { name: region.name().to_owned(), sites: sites.collect(), aircraft: aircraft.collect() }
    }
}

/// The region's hospitals and aircraft.
#[utoipa::path(get, path = "/api/v1/region", tag = "region", responses(
    (status = 200, body = RegionBody), (status = 401, body = ProblemDocument)
))]
pub async fn get(_who: SelfOnly, State(app): State<App>) -> Json<RegionBody> {
    Json(RegionBody::from(&*app.desk.region))
}
