//! The rota as people are shown it.

use jiff::civil::{Date, DateTime, Time};
use serde::Serialize;
use utoipa::ToSchema;

use super::{SiteName, Words};
use crate::domain::identity::{Role, SiteId, UserId};
use crate::domain::rota::{Day, Level, Specialty};
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;

/// A person on the rota, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RotaPerson {
    #[schema(value_type = String)]
    pub user_id: UserId,
    pub display_name: String,
    #[schema(value_type = Option<String>)]
    pub role: Option<Role>,
}

/// A person on call now, until when, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DutyView {
    #[serde(flatten)]
    pub person: RotaPerson,
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    #[schema(value_type = Words)]
    pub reason: Text,
}

/// A level of a pool now; without people it is a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RungView {
    #[schema(value_type = String)]
    pub pool: SiteId,
    pub pool_name: String,
    #[schema(value_type = u8)]
    pub level: Level,
    pub people: Vec<DutyView>,
}

/// Who is on call for a site and a need, in the order in which they are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OnCallView {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub site: SiteName,
    #[schema(value_type = String)]
    pub need: Specialty,
    pub rungs: Vec<RungView>,
    /// Who is called first and why, or that nobody is.
    #[schema(value_type = Words)]
    pub sentence: Text,
}

/// A stretch in which the same people hold a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SegmentView {
    #[schema(value_type = u8)]
    pub level: Level,
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Nobody is a gap.
    pub people: Vec<RotaPerson>,
    /// What a gap is, in words.
    #[schema(value_type = Option<Words>)]
    pub gap: Option<Text>,
}

/// A weekly shift, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShiftView {
    #[schema(value_type = u8)]
    pub level: Level,
    #[schema(value_type = String)]
    pub person: UserId,
    #[schema(value_type = Vec<String>)]
    pub days: Vec<Day>,
    #[schema(value_type = String)]
    pub from: Time,
    #[schema(value_type = String)]
    pub to: Time,
}

/// A dated exception, as it is written; by the clocks of the pool's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExceptionView {
    #[schema(value_type = u8)]
    pub level: Level,
    #[schema(value_type = String)]
    pub from: DateTime,
    #[schema(value_type = String)]
    pub to: DateTime,
    #[schema(value_type = Vec<String>)]
    pub people: Vec<UserId>,
    pub note: String,
}

/// A pool with its week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PoolView {
    #[schema(value_type = String)]
    pub id: SiteId,
    pub name: String,
    #[schema(value_type = String)]
    pub specialty: Specialty,
    pub sites: Vec<SiteName>,
    pub zone: String,
    /// What an edit must name.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    pub segments: Vec<SegmentView>,
    pub shifts: Vec<ShiftView>,
    pub exceptions: Vec<ExceptionView>,
}

/// A week of the rota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RotaView {
    /// Its Monday.
    #[schema(value_type = String, format = Date)]
    pub week: Date,
    pub pools: Vec<PoolView>,
    /// Who may be put on it.
    pub people: Vec<RotaPerson>,
}
