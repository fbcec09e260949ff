//! A call in the words that leave the house.

use crate::db::notices::Notice;
use crate::db::{DbError, analyses, cases};
use crate::domain::alerting::{Call, NoticeKind};
use crate::domain::wording::{self, Language};
use crate::pathway::switchboard::{Message, Switchboard};

/// Characters of a case's id that name it on a pager.
const REFERENCE: usize = 8;

/// What the message says. Nothing of the patient is in it.
pub(super) async fn message(
    board: &Switchboard,
    notice: &Notice,
    call: &Call,
    language: Language,
) -> Result<Message, DbError> {
    let desk = &board.desk;
    let site = desk.region.site(&call.site);
    let site_name = site.map_or_else(|| call.site.to_string(), |site| site.short_name.clone());
    let evidence = site.map(|site| site.evidence).unwrap_or_default();
    let mut tx = desk.db.read().await?;
    let case = cases::get(&mut tx, call.case).await?;
    let flagged = analyses::of_case(&mut tx, call.case)
        .await?
        .iter()
        .any(|kept| kept.finding.is_positive() && evidence.admits(&kept.finding));
    drop(tx);
    let late = case.is_some_and(|case| desk.now() >= case.clock.target_at());
    let urgency = wording::urgency_word(flagged, late);
    let reference: String = call.case.to_string().chars().take(REFERENCE).collect();
    let round = call.rounds();
    let (title, body) = match notice.kind {
        NoticeKind::Answer => wording::call(&site_name, &reference, &urgency, round),
        NoticeKind::Unanswered => wording::unanswered(&site_name, &reference),
        NoticeKind::StoodDown => wording::stood_down(&site_name, &reference),
    };
    Ok(Message {
        id: notice.id,
        kind: notice.kind,
        link: format!("{}/cases/{}", board.public_url.trim_end_matches('/'), call.case),
        reference,
        site: call.site.clone(),
        site_name,
        need: call.need,
        urgency,
        round,
        at: notice.created_at,
        language,
        title: title.write(language).to_owned(),
        body: body.write(language).to_owned(),
    })
}
