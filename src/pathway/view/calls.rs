//! Calls and notices as people are shown them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Person, SiteName, Words};
use crate::db::notices::Notice;
use crate::db::users::User;
use crate::domain::alerting::{Call, Called, Channel, NoticeKind, Reach, Relief, Stage};
use crate::domain::identity::{CallId, CaseId, UserId};
use crate::domain::region::Region;
use crate::domain::rota::Specialty;
use crate::domain::time::Timestamp;
use crate::domain::wording::{self, Text};

/// A person's notice of an open call.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NoticeView {
    #[schema(value_type = String)]
    pub call_id: CallId,
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// `answer`: accept or decline. `unanswered`: nobody has accepted; telephone.
    #[schema(value_type = String)]
    pub kind: NoticeKind,
    /// `neurologist`, `radiologist` or `interventionalist`.
    #[schema(value_type = String)]
    pub need: Specialty,
    #[schema(value_type = Words)]
    pub need_text: Text,
    #[schema(value_type = Words)]
    pub cause_text: Text,
    pub site: SiteName,
    #[schema(value_type = String, format = DateTime)]
    pub called_at: Timestamp,
    /// When the next round goes out; null when everyone was called.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<Timestamp>,
}

impl NoticeView {
    #[must_use]
    pub fn of(notice: &Notice, call: &Call, region: &Region) -> Self {
        Self {
            call_id: notice.call,
            case_id: call.case,
            kind: notice.kind,
            need: call.need,
            need_text: wording::specialty(call.need),
            cause_text: wording::cause(call.cause),
            site: SiteName::of(&call.site, region),
            called_at: notice.created_at,
            until: call.due_at(),
            seen_at: notice.delivery.seen_at,
        }
    }
}

/// A call that the person accepted and is not expected for any more: to know, and nothing to answer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StoodDownView {
    #[schema(value_type = String)]
    pub call_id: CallId,
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// `neurologist`, `radiologist` or `interventionalist`.
    #[schema(value_type = String)]
    pub need: Specialty,
    #[schema(value_type = Words)]
    pub need_text: Text,
    pub site: SiteName,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Why.
    #[schema(value_type = Words)]
    pub text: Text,
}

impl StoodDownView {
    /// `who` took or decided the case, where someone did.
    #[must_use]
    pub fn of(notice: &Notice, call: &Call, relief: Relief, who: Option<&User>, region: &Region) -> Self {
        Self {
            call_id: notice.call,
            case_id: call.case,
            need: call.need,
            need_text: wording::specialty(call.need),
            site: SiteName::of(&call.site, region),
            at: notice.created_at,
            text: wording::relief(relief, who.map(|user| user.display_name.as_str())),
        }
    }
}

/// What became of a notice on a channel.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ChannelView {
    /// `in_app`, `web_push`, `email` or `webhook`.
    #[schema(value_type = String)]
    pub channel: Channel,
    #[schema(value_type = Words)]
    pub label: Text,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failed_at: Option<Timestamp>,
    pub failure: Option<String>,
}

impl From<&Notice> for ChannelView {
    fn from(notice: &Notice) -> Self {
        let delivery = notice.delivery.clone();
        Self {
            channel: notice.channel,
            label: wording::channel(notice.channel),
            sent_at: delivery.sent_at,
            delivered_at: delivery.delivered_at,
            seen_at: delivery.seen_at,
            failed_at: delivery.failed_at,
            failure: delivery.failure,
        }
    }
}

/// A person who was called.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CalledView {
    /// From 1.
    pub round: u8,
    pub person: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    pub called_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub declined_at: Option<Timestamp>,
    pub channels: Vec<ChannelView>,
}

/// A call for a specialty to a case.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CallView {
    #[schema(value_type = String)]
    pub call_id: CallId,
    #[schema(value_type = String)]
    pub need: Specialty,
    #[schema(value_type = Words)]
    pub need_text: Text,
    #[schema(value_type = Words)]
    pub cause_text: Text,
    /// Whose people are called, where it is not the site that sent the case.
    pub centre: Option<SiteName>,
    #[schema(value_type = String, format = DateTime)]
    pub raised_at: Timestamp,
    /// `calling`, `everyone`, `accepted` or `ended`.
    #[schema(value_type = String)]
    pub stage: &'static str,
    /// When the next round goes out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Timestamp>,
    /// Whom it calls; empty when that is every reader.
    pub next: Vec<Person>,
    /// When every reader was called.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub everyone_at: Option<Timestamp>,
    pub accepted_by: Option<Person>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub accepted_at: Option<Timestamp>,
    pub called: Vec<CalledView>,
}

/// A case's calls, in order.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CaseCalls {
    /// People interrupted for this case so far, each time counted.
    pub alerts: usize,
    pub calls: Vec<CallView>,
}

impl CallView {
    #[must_use]
    pub fn of(
        id: CallId,
        call: &Call,
        reach: &Reach,
        notices: &[Notice],
        people: &BTreeMap<UserId, User>,
        region: &Region,
    ) -> Self {
        let person = |id: &UserId| people.get(id).map(Person::from);
        let next = if call.due_at().is_some() { call.next(reach) } else { Vec::new() };
        let (accepted_by, accepted_at) = match call.stage {
            Stage::Accepted { by, at } => (person(&by), Some(at)),
            _ => (None, None),
        };
        let called = |called: &Called| CalledView {
            round: called.round,
            person: person(&called.person),
            called_at: called.at,
            declined_at: called.declined_at,
            channels: notices
                .iter()
                .filter(|notice| notice.call == id && notice.person == called.person)
                .filter(|notice| notice.kind == NoticeKind::Answer)
                .map(ChannelView::from)
                .collect(),
        };
        Self {
            call_id: id,
            need: call.need,
            need_text: wording::specialty(call.need),
            cause_text: wording::cause(call.cause),
            centre: call.centre.as_ref().map(|site| SiteName::of(site, region)),
            raised_at: call.raised_at,
            stage: match call.stage {
                Stage::Calling { .. } => "calling",
                Stage::Everyone { .. } => "everyone",
                Stage::Accepted { .. } => "accepted",
                Stage::Ended { .. } => "ended",
            },
            next_at: call.due_at(),
            next: next.iter().filter_map(person).collect(),
            everyone_at: match call.stage {
                Stage::Everyone { since } => Some(since),
                _ => None,
            },
            accepted_by,
            accepted_at,
            called: call.called.iter().map(called).collect(),
        }
    }
}
