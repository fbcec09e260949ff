//! Who and what: identifiers, the patient, roles and what a role may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::parse_str(s).map(Self)
            }
        }
    };
}

uuid_id!(/// A stroke case: one patient's episode in the queue.
    CaseId);
uuid_id!(/// A person with an account.
    UserId);
uuid_id!(/// A video consultation.
    ConsultId);
uuid_id!(/// A clinical scale recorded for a case.
    ScoreId);
uuid_id!(/// An examination that a reader prescribed.
    ProtocolId);
uuid_id!(/// One person's presence in a consultation.
    ParticipantId);
uuid_id!(/// A call for a specialty to a case.
    CallId);
uuid_id!(/// One person's notice of a call on one channel.
    NoticeId);

/// A value that a newtype refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {problem}")]
pub struct Invalid {
    pub what: &'static str,
    pub problem: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;
            fn try_from(value: String) -> Result<Self, Invalid> {
                let check: fn(&str) -> Result<(), &'static str> = $check;
                check(&value).map_err(|problem| Invalid { what: $what, problem })?;
                Ok(Self(value))
            }
        }

        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(s: &str) -> Result<Self, Invalid> {
                Self::try_from(s.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// PS3.5 section 9.1: digits and dots, at most 64 characters, no empty component.
fn check_uid(s: &str) -> Result<(), &'static str> {
    if s.is_empty() || s.len() > 64 {
        return Err("must have 1 to 64 characters (PS3.5 9.1)");
    }
    if !s.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())) {
        return Err("must be digits separated by dots (PS3.5 9.1)");
    }
    Ok(())
}

fn check_slug(s: &str) -> Result<(), &'static str> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (1..=64).contains(&s.len()) && s.bytes().all(allowed) {
        Ok(())
    } else {
        Err("must be 1 to 64 of a–z, 0–9 and '-'")
    }
}

/// PS3.5 table 6.2-1, VR AE: at most 16 characters, no control character or backslash, not only spaces.
fn check_ae(s: &str) -> Result<(), &'static str> {
    let allowed = |c: char| c.is_ascii() && !c.is_ascii_control() && c != '\\';
    if s.len() <= 16 && !s.trim().is_empty() && s.trim() == s && s.chars().all(allowed) {
        Ok(())
    } else {
        Err("must be 1 to 16 printable ASCII characters without backslash (PS3.5 table 6.2-1)")
    }
}

fn check_patient_id(s: &str) -> Result<(), &'static str> {
    if (1..=64).contains(&s.trim().chars().count()) && s.trim() == s && !s.chars().any(char::is_control) {
        Ok(())
    } else {
        Err("must have 1 to 64 characters, no control character, no space at its ends")
    }
}

text_id!(/// Study Instance UID (0020,000D).
    StudyUid, "study instance UID", check_uid);
text_id!(/// Series Instance UID (0020,000E).
    SeriesUid, "series instance UID", check_uid);
text_id!(/// SOP Instance UID (0008,0018).
    SopInstanceUid, "SOP instance UID", check_uid);
text_id!(/// SOP Class UID (0008,0016).
    SopClassUid, "SOP class UID", check_uid);
text_id!(/// Transfer Syntax UID (0002,0010).
    TransferSyntaxUid, "transfer syntax UID", check_uid);
text_id!(/// A hospital of the region, by its short name.
    SiteId, "site id", check_slug);
text_id!(/// An application entity's title.
    AeTitle, "AE title", check_ae);
text_id!(/// The patient's identifier within a site.
    PatientId, "patient id", check_patient_id);

impl PatientId {
    /// For images that name no usable identifier: the study's own, which no alert can match by chance.
    #[must_use]
    pub fn unidentified(study: &StudyUid) -> Self {
        let tail = study.0.len().saturating_sub(UNIDENTIFIED_TAIL);
        Self(format!("SANS-IDENTIFIANT-{}", &study.0[tail..]))
    }
}

impl ProtocolId {
    /// Scheduled Procedure Step ID (0040,0009), VR SH: at most 16 characters.
    #[must_use]
    pub fn step(self) -> String {
        let hex = self.0.simple().to_string().to_uppercase();
        hex.chars().take(16).collect()
    }

    /// The Study Instance UID that the examination is to carry (PS3.5 annex B.2).
    #[must_use]
    pub fn study(self) -> String {
        format!("2.25.{}", self.0.as_u128())
    }
}

/// Last characters of the study's UID that tell unidentified patients apart.
const UNIDENTIFIED_TAIL: usize = 24;

/// Administrative sex, as DICOM (0010,0040) and HL7 table 0001 have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sex {
    #[serde(rename = "M")]
    Male,
    #[serde(rename = "F")]
    Female,
    #[serde(rename = "O")]
    Other,
    #[serde(rename = "U")]
    Unknown,
}

/// The patient as the alert or the images name them. Always shown with birth date and sex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    pub id: PatientId,
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<jiff::civil::Date>,
    pub sex: Sex,
}

/// What a person does here. One role an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Emergency,
    Technologist,
    Neurologist,
    Radiologist,
    Regulator,
    Auditor,
    Admin,
}

impl Role {
    pub const ALL: [Self; 7] = [
        Self::Emergency,
        Self::Technologist,
        Self::Neurologist,
        Self::Radiologist,
        Self::Regulator,
        Self::Auditor,
        Self::Admin,
    ];

    /// The name used in the API, the database and the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Technologist => "technologist",
            Self::Neurologist => "neurologist",
            Self::Radiologist => "radiologist",
            Self::Regulator => "regulator",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = Invalid;
    fn from_str(s: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == s)
            .ok_or(Invalid { what: "role", problem: "must be one of the seven roles" })
    }
}

/// What a person asks to do; each endpoint names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    ViewWorklist,
    ViewCase,
    RaiseAlert,
    ClaimCase,
    ViewImages,
    StoreImages,
    AttachStudy,
    JoinConsult,
    DecideDiagnosis,
    SignReport,
    PrescribeProtocol,
    ConfirmProtocol,
    /// Call the person on call for a specialty to a case.
    CallSpecialist,
    ViewDispatch,
    DecideDispatch,
    ScoreCase,
    RecordMilestone,
    ViewIndicators,
    ViewAudit,
    Administer,
}

impl Role {
    /// Deny by default: only what is listed is allowed. Site checks come on top.
    #[must_use]
    pub fn may(self, action: Action) -> bool {
        use Action::{
            Administer, AttachStudy, CallSpecialist, ClaimCase, ConfirmProtocol, DecideDiagnosis,
            DecideDispatch, JoinConsult, PrescribeProtocol, RaiseAlert, RecordMilestone, ScoreCase,
            SignReport, StoreImages, ViewAudit, ViewCase, ViewDispatch, ViewImages, ViewIndicators,
            ViewWorklist,
        };
        match self {
            Self::Emergency => matches!(
                action,
                ViewWorklist
                    | ViewCase
                    | RaiseAlert
                    | ViewImages
                    | AttachStudy
                    | JoinConsult
                    | CallSpecialist
                    | ViewDispatch
                    | ScoreCase
                    | RecordMilestone
            ),
            Self::Technologist => {
                matches!(
                    action,
                    ViewWorklist
                        | ViewCase
                        | ViewImages
                        | StoreImages
                        | AttachStudy
                        | ConfirmProtocol
                        | RecordMilestone
                )
            }
            Self::Neurologist | Self::Radiologist => matches!(
                action,
                ViewWorklist
                    | ViewCase
                    | ClaimCase
                    | ViewImages
                    | AttachStudy
                    | JoinConsult
                    | DecideDiagnosis
                    | SignReport
                    | PrescribeProtocol
                    | CallSpecialist
                    | ViewDispatch
                    | ScoreCase
                    | RecordMilestone
                    | ViewIndicators
            ),
            Self::Regulator => {
                matches!(
                    action,
                    ViewWorklist
                        | ViewCase
                        | ViewDispatch
                        | DecideDispatch
                        | JoinConsult
                        | CallSpecialist
                        | RecordMilestone
                )
            }
            Self::Auditor => matches!(action, ViewAudit | ViewIndicators),
            Self::Admin => matches!(
                action,
                ViewWorklist
                    | ViewCase
                    | ViewImages
                    | StoreImages
                    | AttachStudy
                    | ViewIndicators
                    | ViewAudit
                    | Administer
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted<T: FromStr>(values: &[&str]) -> Vec<bool> {
        values.iter().map(|value| value.parse::<T>().is_ok()).collect()
    }

    #[test]
    fn a_uid_is_digits_between_dots_in_at_most_64_characters() {
        let longest = format!("1.{}", "2".repeat(62));
        assert_eq!(accepted::<StudyUid>(&["1", "1.2.840.10008.1.2", "2.25.0", &longest]), [true; 4]);
        let too_long = format!("1.{}", "2".repeat(63));
        assert_eq!(accepted::<StudyUid>(&["", "1..2", "1.", ".1", "1.a", "1.2 ", &too_long]), [false; 7]);
    }

    #[test]
    fn a_sites_name_is_a_slug() {
        let longest = "a".repeat(64);
        assert_eq!(accepted::<SiteId>(&["a", "saint-aubin", "ch2", &longest]), [true; 4]);
        let too_long = "a".repeat(65);
        assert_eq!(accepted::<SiteId>(&["", "Valmont", "a_b", "é", "a b", &too_long]), [false; 6]);
    }

    #[test]
    fn a_title_and_a_patients_identifier_are_what_dicom_allows() {
        assert_eq!(accepted::<AeTitle>(&["A", "VALMONT CT", "SIXTEEN-LETTERS1"]), [true; 3]);
        assert_eq!(
            accepted::<AeTitle>(&["", " ", " CT", "CT ", "A\\B", "A\u{7}B", "É", "SEVENTEEN-LETTERS"]),
            [false; 8]
        );
        assert_eq!(accepted::<PatientId>(&["7", "É 12", &"x".repeat(64)]), [true; 3]);
        assert_eq!(accepted::<PatientId>(&["", "  ", " 7", "7 ", "7\n8", &"x".repeat(65)]), [false; 6]);
    }

    #[test]
    fn texts_come_back_as_they_were() {
        let site: SiteId = "valmont".parse().unwrap();
        assert_eq!(
            (site.as_str(), site.to_string(), String::from(site.clone())),
            ("valmont", "valmont".into(), "valmont".into())
        );
        let id: CaseId = "00000000-0000-0000-0000-00000000002a".parse().unwrap();
        assert_eq!(
            (id, id.to_string().as_str()),
            (CaseId(uuid::Uuid::from_u128(42)), "00000000-0000-0000-0000-00000000002a")
        );
    }

    #[test]
    fn an_unidentified_patient_bears_the_end_of_the_studys_uid() {
        let short: StudyUid = "1.2.3".parse().unwrap();
        assert_eq!(PatientId::unidentified(&short).as_str(), "SANS-IDENTIFIANT-1.2.3");
        let long: StudyUid = "1.2.840.113619.2.404.3.2831160.123".parse().unwrap();
        assert_eq!(PatientId::unidentified(&long).as_str(), "SANS-IDENTIFIANT-3619.2.404.3.2831160.123");
    }

    #[test]
    fn a_prescribed_step_fits_its_fields() {
        let id = ProtocolId(uuid::Uuid::from_u128(0xabcd_ef01_2345_6789_0000_0000_0000_0001));
        assert_eq!(id.step(), "ABCDEF0123456789");
        assert_eq!(id.study(), format!("2.25.{}", 0xabcd_ef01_2345_6789_0000_0000_0000_0001_u128));
    }

    #[test]
    fn a_role_is_its_name() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert!("surgeon".parse::<Role>().is_err());
    }

    #[test]
    fn each_role_may_do_its_own_work_and_nothing_else() {
        use Action::*;
        use Role::*;
        let care: &[Role] = &[Emergency, Technologist, Neurologist, Radiologist, Regulator, Admin];
        let images: &[Role] = &[Emergency, Technologist, Neurologist, Radiologist, Admin];
        let readers: &[Role] = &[Neurologist, Radiologist];
        let callers: &[Role] = &[Emergency, Neurologist, Radiologist, Regulator];
        let table: [(Action, &[Role]); 20] = [
            (ViewWorklist, care),
            (ViewCase, care),
            (RaiseAlert, &[Emergency]),
            (ClaimCase, readers),
            (ViewImages, images),
            (StoreImages, &[Technologist, Admin]),
            (AttachStudy, images),
            (JoinConsult, callers),
            (DecideDiagnosis, readers),
            (SignReport, readers),
            (PrescribeProtocol, readers),
            (ConfirmProtocol, &[Technologist]),
            (CallSpecialist, callers),
            (ViewDispatch, callers),
            (DecideDispatch, &[Regulator]),
            (ScoreCase, &[Emergency, Neurologist, Radiologist]),
            (RecordMilestone, &[Emergency, Technologist, Neurologist, Radiologist, Regulator]),
            (ViewIndicators, &[Neurologist, Radiologist, Auditor, Admin]),
            (ViewAudit, &[Auditor, Admin]),
            (Administer, &[Admin]),
        ];
        for (action, allowed) in table {
            for role in Role::ALL {
                assert_eq!(role.may(action), allowed.contains(&role), "{role} {action:?}");
            }
        }
    }
}
