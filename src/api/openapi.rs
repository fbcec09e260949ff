//! The description of the JSON API, OpenAPI 3.1.

use axum::Json;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::indicators;
use super::{
    admin, calls, cases, consults, contact, dispatch, events, health, metrics, milestones, models, protocols,
    region, reports, rota, scores, sessions, staffing, worklist,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Vigie",
        description = "Stroke tele-diagnosis triage. Decision support, not a diagnosis; research use until certified.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        sessions::create, sessions::current, sessions::end, region::get, worklist::get, events::follow, cases::raise,
        cases::get, cases::timeline, cases::place, cases::claim, cases::release, cases::decide, reports::get, reports::sign,
        reports::proposals, reports::versions, reports::paper, protocols::here, protocols::of_case, protocols::prescribe,
        protocols::withdraw, protocols::acknowledge, protocols::done, protocols::refuse, cases::attach, cases::unassigned, cases::overlay, dispatch::options, dispatch::decide, dispatch::record, dispatch::actual,
        dispatch::overall, consults::open,
        consults::get, consults::ingest, consults::describe, consults::patch, consults::end, consults::egress,
        rota::on_call, rota::read, rota::put, rota::remove, rota::import::preview, rota::import::take, calls::notices, calls::see, calls::accept, calls::decline,
        calls::of_case, calls::ask, contact::read, contact::write, contact::subscribe, contact::unsubscribe,
        admin::users, admin::add_user, admin::disable_user, admin::models, admin::conflicts, admin::audit,
        staffing::get, models::list, models::disagreements, models::sign, models::unsign,
        scores::forms, scores::list, scores::record, milestones::board,
        milestones::record, indicators::list, indicators::table,
        health::live, health::ready, metrics::expose
    ),
    modifiers(&Security)
)]
struct Api;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "token",
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
        );
        components.add_security_scheme(
            "cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(super::access::COOKIE))),
        );
    }
}

/// The document. WHEP's resources behave as WHIP's: their paths are copies of these.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Api::openapi();
    let paths = &mut document.paths.paths;
    let copies = [
        ("/api/v1/consults/{id}/whip/{resource}", "/api/v1/consults/{id}/whep/{resource}"),
        ("/api/v1/consults/{id}/whip", "/api/v1/consults/{id}/whep"),
    ];
    for (from, to) in copies {
        let Some(mut copy) = paths.get(from).cloned() else { continue };
        match paths.get_mut(to) {
            Some(there) => there.options = copy.options.take(),
            None => {
                paths.insert(to.to_owned(), copy);
            }
        }
    }
    document
}

/// The document, served.
pub async fn serve() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_protected_route_is_described() {
        let document = serde_json::to_value(super::document()).unwrap();
        let guarded = crate::api::protected();
        for (method, path) in guarded.routes() {
            assert!(document["paths"][path][method].is_object(), "{method} {path} is not described");
        }
    }
}
