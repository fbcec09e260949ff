//! The query parameters of a search (PS3.18 section 8.3.4), from text to typed conditions.

use dicom_core::Tag;
use dicom_core::dictionary::{DataDictionary as _, DataDictionaryEntry as _};
use dicom_dictionary_std::{StandardDataDictionary, tags};

use crate::db::search::{Attribute, Condition, Filter, Level, Page, Search};

/// Results given when the client names no limit, and the most given at all: more than the slices of a study.
pub const MAX_RESULTS: i64 = 10_000;

/// What else than the attributes of its level a result shall have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Include {
    Listed(Vec<Tag>),
    All,
}

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub search: Search,
    pub include: Include,
    /// What was asked and is not done, in words for a Warning header (PS3.18 section 8.3.4.1).
    pub warnings: Vec<String>,
}

/// A parameter that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("query parameter {name}: {problem}")]
pub struct BadQuery {
    pub name: String,
    pub problem: &'static str,
}

/// Reads the pairs of a query string.
///
/// # Errors
/// [`BadQuery`]
pub fn parse<'a>(
    pairs: impl IntoIterator<Item = &'a (String, String)>,
    level: Level,
) -> Result<Query, BadQuery> {
    let mut filters = Vec::new();
    let mut include = Include::Listed(Vec::new());
    let mut warnings = Vec::new();
    let (mut limit, mut offset) = (MAX_RESULTS, 0);
    for (name, value) in pairs {
        match name.as_str() {
            "limit" => limit = count(name, value)?.min(MAX_RESULTS),
            "offset" => offset = count(name, value)?,
            "includefield" => add_included(&mut include, value)?,
            "fuzzymatching" => {
                if value == "true" {
                    warnings.push(
                        "The fuzzymatching parameter is not supported. Only literal matching has been performed."
                            .to_owned(),
                    );
                }
            }
            // Media type by query parameter (PS3.18 section 8.3.3.1); and cache busters of old clients.
            "accept" | "charset" | "_" => {}
            _ => match filter(name, value)? {
                Matching::By(filter) => filters.push(filter),
                Matching::Universal => {}
                Matching::Unsupported(tag) => warnings.push(format!(
                    "The following attribute is not supported for matching: {:04X}{:04X}",
                    tag.group(),
                    tag.element()
                )),
            },
        }
    }
    // An attribute below the level of the search is matched by any such child.
    filters.sort_by_key(|filter: &Filter| filter.attribute.level() > level);
    Ok(Query { search: Search { filters, page: Page { limit, offset } }, include, warnings })
}

enum Matching {
    By(Filter),
    /// No value or only `*`: everything matches (PS3.4 C.2.2.2.3).
    Universal,
    Unsupported(Tag),
}

fn bad(name: &str, problem: &'static str) -> BadQuery {
    BadQuery { name: name.to_owned(), problem }
}

fn count(name: &str, value: &str) -> Result<i64, BadQuery> {
    value.parse::<u32>().map(i64::from).map_err(|_| bad(name, "must be a number from 0"))
}

/// A keyword or eight hexadecimal digits.
fn tag_of(name: &str) -> Option<Tag> {
    if name.len() == 8
        && let Ok(number) = u32::from_str_radix(name, 16)
    {
        let [a, b, c, d] = number.to_be_bytes();
        return Some(Tag(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])));
    }
    StandardDataDictionary.by_name(name).map(|entry| entry.tag())
}

fn add_included(include: &mut Include, value: &str) -> Result<(), BadQuery> {
    if value == "all" {
        *include = Include::All;
    } else if let Include::Listed(listed) = include {
        for name in value.split(',') {
            let path = name.split('.').next().unwrap_or(name);
            listed.push(tag_of(path).ok_or_else(|| bad("includefield", "names no attribute"))?);
        }
    }
    Ok(())
}

fn filter(name: &str, value: &str) -> Result<Matching, BadQuery> {
    let path = name.split('.').next().unwrap_or(name);
    let tag = tag_of(path).ok_or_else(|| bad(name, "names no attribute"))?;
    let Some(attribute) = attribute_of(tag).filter(|_| path == name) else {
        return Ok(Matching::Unsupported(tag));
    };
    if value.is_empty() || value == "*" {
        return Ok(Matching::Universal);
    }
    let condition = match attribute {
        Attribute::StudyDate | Attribute::BirthDate | Attribute::StudyTime => range(value),
        Attribute::SeriesNumber | Attribute::InstanceNumber => {
            Condition::Number(value.trim().parse().map_err(|_| bad(name, "must be a number"))?)
        }
        Attribute::StudyUid | Attribute::SeriesUid | Attribute::SopUid | Attribute::SopClass => {
            Condition::OneOf(value.split([',', '\\']).map(|uid| uid.trim().to_owned()).collect())
        }
        Attribute::PatientName | Attribute::Referring => Condition::Wildcard(value.trim().to_owned()),
        _ if value.contains(['*', '?']) => Condition::Wildcard(value.trim().to_owned()),
        _ => Condition::OneOf(value.split('\\').map(|text| text.trim().to_owned()).collect()),
    };
    Ok(Matching::By(Filter { attribute, condition }))
}

/// PS3.4 C.2.2.2.5: one value, or two ends of which one may be left open.
fn range(value: &str) -> Condition {
    let end = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    match value.split_once('-') {
        Some((from, to)) => Condition::Between(end(from), end(to)),
        None => Condition::OneOf(vec![value.trim().to_owned()]),
    }
}

fn attribute_of(tag: Tag) -> Option<Attribute> {
    Some(match tag {
        tags::STUDY_INSTANCE_UID => Attribute::StudyUid,
        tags::PATIENT_ID => Attribute::PatientId,
        tags::PATIENT_NAME => Attribute::PatientName,
        tags::PATIENT_BIRTH_DATE => Attribute::BirthDate,
        tags::PATIENT_SEX => Attribute::Sex,
        tags::ACCESSION_NUMBER => Attribute::Accession,
        tags::STUDY_ID => Attribute::StudyId,
        tags::STUDY_DATE => Attribute::StudyDate,
        tags::STUDY_TIME => Attribute::StudyTime,
        tags::STUDY_DESCRIPTION => Attribute::StudyDescription,
        tags::REFERRING_PHYSICIAN_NAME => Attribute::Referring,
        tags::SERIES_INSTANCE_UID => Attribute::SeriesUid,
        tags::MODALITY | tags::MODALITIES_IN_STUDY => Attribute::Modality,
        tags::SERIES_NUMBER => Attribute::SeriesNumber,
        tags::SERIES_DESCRIPTION => Attribute::SeriesDescription,
        tags::BODY_PART_EXAMINED => Attribute::BodyPart,
        tags::SOP_INSTANCE_UID => Attribute::SopUid,
        tags::SOP_CLASS_UID => Attribute::SopClass,
        tags::INSTANCE_NUMBER => Attribute::InstanceNumber,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Result<Query, BadQuery> {
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        parse(&pairs, Level::Study)
    }

    #[test]
    fn keywords_and_tags_name_the_same_attribute() {
        let by_name = query(&[("PatientID", "P1"), ("StudyDate", "20260101-")]).unwrap();
        let by_tag = query(&[("00100020", "P1"), ("00080020", "20260101-")]).unwrap();
        assert_eq!(by_name, by_tag);
        assert_eq!(by_name.search.filters[1].condition, Condition::Between(Some("20260101".into()), None));
    }

    #[test]
    fn what_is_not_matched_is_said() {
        let query = query(&[("fuzzymatching", "true"), ("Manufacturer", "x"), ("PatientName", "*")]).unwrap();
        assert!(query.search.filters.is_empty());
        assert_eq!(query.warnings.len(), 2);
    }

    #[test]
    fn nonsense_is_refused() {
        for pair in
            [("limit", "-1"), ("NoSuchKeyword", "x"), ("includefield", "nope"), ("InstanceNumber", "a")]
        {
            assert!(query(&[pair]).is_err(), "{pair:?}");
        }
    }

    #[test]
    fn fields_are_included_by_list_or_all() {
        let listed = query(&[("includefield", "00081030,PatientSex")]).unwrap();
        assert_eq!(listed.include, Include::Listed(vec![tags::STUDY_DESCRIPTION, tags::PATIENT_SEX]));
        assert_eq!(query(&[("includefield", "all")]).unwrap().include, Include::All);
    }
}
