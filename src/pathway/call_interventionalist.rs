//! A thrombectomy is decided: the interventionalist on call of the centre that will do it is called. Where the regulator
//! then chooses another centre, who was called there is no longer needed, and that centre's is called.

use serde_json::json;

use super::calling::{keep, step};
use super::shown_plans::chosen_destination;
use super::stand_down::tell;
use crate::db::events::NewEvent;
use crate::db::{DbError, Tx, calls};
use crate::domain::alerting::{Call, Cause, Stage};
use crate::domain::case::{Case, CaseState, Treatment};
use crate::domain::identity::{CallId, SiteId, UserId};
use crate::domain::region::{Capability, Region};
use crate::domain::rota::Specialty;
use crate::domain::time::Timestamp;

/// After a decision: calls where it says thrombectomy and nobody was called, and ends what an earlier decision called
/// where it no longer does. What a person asked for stays.
pub(super) async fn after_decision(
    tx: &mut Tx,
    region: &Region,
    case: &Case,
    now: Timestamp,
) -> Result<Vec<NewEvent>, DbError> {
    let CaseState::Decided { decision, by, .. } = &case.state else { return Ok(Vec::new()) };
    let standing = standing(tx, case).await?;
    match (decision.treatments.contains(&Treatment::Thrombectomy), standing) {
        (true, None) => {
            let call = raised(tx, region, case, Cause::Thrombectomy { by: *by }, now).await?;
            keep(tx, &call, now).await?;
            Ok(Vec::new())
        }
        (false, Some((id, call))) if matches!(call.cause, Cause::Thrombectomy { .. }) => {
            Ok(vec![stand_down(tx, id, call, *by, now).await?])
        }
        (true, Some(_)) | (false, _) => Ok(Vec::new()),
    }
}

/// After the choice of a transport: who was called at one centre does not treat at another.
pub(super) async fn after_transport(
    tx: &mut Tx,
    region: &Region,
    case: &Case,
    by: UserId,
    now: Timestamp,
) -> Result<Vec<NewEvent>, DbError> {
    let Some((id, called)) = standing(tx, case).await? else { return Ok(Vec::new()) };
    let call = raised(tx, region, case, Cause::Thrombectomy { by }, now).await?;
    if call.centre == called.centre {
        return Ok(Vec::new());
    }
    let event = stand_down(tx, id, called, by, now).await?;
    keep(tx, &call, now).await?;
    Ok(vec![event])
}

/// A call for the interventionalist of the centre that will do the thrombectomy.
pub(super) async fn raised(
    tx: &mut Tx,
    region: &Region,
    case: &Case,
    cause: Cause,
    now: Timestamp,
) -> Result<Call, DbError> {
    let chosen = chosen_destination(tx, case.id).await?;
    let call = Call::raise(case.id, case.site.clone(), Specialty::Interventionalist, cause, now);
    Ok(match centre(region, &case.site, chosen.as_ref()) {
        Some(centre) => call.at(centre),
        None => call,
    })
}

/// The chosen destination if it does thrombectomies, else where the site's patients go for one. A team that travels
/// comes from there too.
fn centre(region: &Region, from: &SiteId, chosen: Option<&SiteId>) -> Option<SiteId> {
    let chosen = chosen.and_then(|id| region.site(id)).filter(|site| site.can(Capability::Thrombectomy));
    chosen.or_else(|| region.thrombectomy_centre(from)).map(|site| site.id.clone())
}

/// The last call for an interventionalist, unless it has ended.
async fn standing(tx: &mut Tx, case: &Case) -> Result<Option<(CallId, Call)>, DbError> {
    let calls = calls::of_case(tx, case.id).await?;
    let last = calls.into_iter().rfind(|(_, call)| call.need == Specialty::Interventionalist);
    Ok(last.filter(|(_, call)| !matches!(call.stage, Stage::Ended { .. })))
}

async fn stand_down(
    tx: &mut Tx,
    id: CallId,
    read: Call,
    by: UserId,
    now: Timestamp,
) -> Result<NewEvent, DbError> {
    let held = calls::hold(tx, id).await?.unwrap_or(read);
    if let Some(person) = held.acceptor().filter(|person| *person != by) {
        tell(tx, id, person, now).await?;
    }
    let call = held.stand_down(now);
    calls::update(tx, id, &call, now).await?;
    Ok(step(id, &call, Some(by), json!({ "step": "stood_down" })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_centre_else_the_nearest_by_road() {
        let demo = include_str!("../../demo/region.toml");
        let two = demo.replace(
            r#"["thrombolysis", "hosts_team", "helipad"]"#,
            r#"["thrombolysis", "thrombectomy", "hosts_team"]"#,
        );
        assert_ne!(demo, two);
        let region = Region::parse(&two).unwrap();
        let id = |name: &str| name.parse::<SiteId>().unwrap();
        let found = |from, chosen: Option<&str>| centre(&region, &id(from), chosen.map(id).as_ref());
        assert_eq!(found("valmont", None), Some(id("saint-aubin")), "68 minutes against 104");
        assert_eq!(found("valmont", Some("grand-lac")), Some(id("grand-lac")));
        assert_eq!(found("valmont", Some("roche-claire")), Some(id("saint-aubin")), "it does none");
        assert_eq!(found("grand-lac", None), Some(id("grand-lac")), "its own");
        let none = demo.replace(r#""thrombectomy", "#, "");
        let region = Region::parse(&none).unwrap();
        assert_eq!(centre(&region, &id("valmont"), None), None);
    }
}
