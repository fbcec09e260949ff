//! What a search answers, as the DICOM JSON Model (PS3.18 tables 10.6.3-3 to 10.6.3-5).

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use serde_json::{Map, Value, json};

use crate::imaging::metadata::tag_key;
use crate::pathway::find_studies::{FoundInstance, FoundSeries, FoundStudy};

/// A data set in the making.
#[derive(Debug, Default)]
pub struct DataSet(Map<String, Value>);

impl DataSet {
    /// An attribute with its values; one without values is there and empty.
    pub fn put(&mut self, tag: Tag, vr: &str, values: impl IntoIterator<Item = Value>) {
        let values: Vec<Value> = values.into_iter().collect();
        let attribute =
            if values.is_empty() { json!({"vr": vr}) } else { json!({"vr": vr, "Value": values}) };
        self.0.insert(tag_key(tag), attribute);
    }

    fn text(&mut self, tag: Tag, vr: &str, text: Option<&str>) {
        self.put(tag, vr, text.filter(|text| !text.is_empty()).map(Value::from));
    }

    fn number(&mut self, tag: Tag, vr: &str, number: Option<i64>) {
        self.put(tag, vr, number.map(Value::from));
    }

    fn name(&mut self, tag: Tag, name: Option<&str>) {
        let name = name.filter(|name| !name.is_empty());
        self.put(tag, "PN", name.map(|name| json!({"Alphabetic": name})));
    }

    /// Takes an attribute over unless it is there.
    pub fn include(&mut self, tag: &str, attribute: &Value) {
        if !self.0.contains_key(tag) {
            self.0.insert(tag.to_owned(), attribute.clone());
        }
    }

    #[must_use]
    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }

    /// The attributes of the study level.
    pub fn study(&mut self, found: &FoundStudy, base: &str) {
        let FoundStudy { study, content } = found;
        self.text(tags::STUDY_DATE, "DA", study.study_date.as_deref());
        self.text(tags::STUDY_TIME, "TM", study.study_time.as_deref());
        self.text(tags::ACCESSION_NUMBER, "SH", study.accession.as_deref());
        self.text(tags::INSTANCE_AVAILABILITY, "CS", Some("ONLINE"));
        self.put(tags::MODALITIES_IN_STUDY, "CS", content.modalities.iter().map(|m| Value::from(m.as_str())));
        self.name(tags::REFERRING_PHYSICIAN_NAME, study.referring.as_deref());
        self.text(tags::STUDY_DESCRIPTION, "LO", study.description.as_deref());
        self.name(tags::PATIENT_NAME, study.patient_name.as_deref());
        self.text(tags::PATIENT_ID, "LO", study.patient_id.as_deref());
        self.text(tags::PATIENT_BIRTH_DATE, "DA", study.birth_date.as_deref());
        self.text(tags::PATIENT_SEX, "CS", study.sex.as_deref());
        self.text(tags::STUDY_INSTANCE_UID, "UI", Some(&study.study_uid));
        self.text(tags::STUDY_ID, "SH", study.study_id.as_deref());
        self.number(tags::NUMBER_OF_STUDY_RELATED_SERIES, "IS", Some(content.series));
        self.number(tags::NUMBER_OF_STUDY_RELATED_INSTANCES, "IS", Some(content.instances));
        self.retrieve_url(&format!("{base}/studies/{}", study.study_uid));
    }

    /// The attributes of the series level.
    pub fn series(&mut self, found: &crate::db::search::SeriesRow, base: &str) {
        self.text(tags::MODALITY, "CS", Some(&found.modality));
        self.text(tags::SERIES_DESCRIPTION, "LO", found.description.as_deref());
        self.text(tags::BODY_PART_EXAMINED, "CS", found.body_part.as_deref());
        self.text(tags::STUDY_INSTANCE_UID, "UI", Some(&found.study_uid));
        self.text(tags::SERIES_INSTANCE_UID, "UI", Some(&found.series_uid));
        self.number(tags::SERIES_NUMBER, "IS", found.series_number);
        self.number(tags::NUMBER_OF_SERIES_RELATED_INSTANCES, "IS", Some(found.instance_count));
        self.retrieve_url(&format!("{base}/studies/{}/series/{}", found.study_uid, found.series_uid));
    }

    /// The attributes of the instance level.
    pub fn instance(&mut self, found: &crate::db::search::InstanceRow, base: &str) {
        self.text(tags::SOP_CLASS_UID, "UI", Some(&found.sop_class));
        self.text(tags::SOP_INSTANCE_UID, "UI", Some(&found.sop_uid));
        self.text(tags::INSTANCE_AVAILABILITY, "CS", Some("ONLINE"));
        self.text(tags::STUDY_INSTANCE_UID, "UI", Some(&found.study_uid));
        self.text(tags::SERIES_INSTANCE_UID, "UI", Some(&found.series_uid));
        self.number(tags::INSTANCE_NUMBER, "IS", found.instance_number);
        self.text(tags::AVAILABLE_TRANSFER_SYNTAX_UID, "UI", Some(&found.transfer_syntax));
        if found.image_rows.is_some() {
            self.number(tags::ROWS, "US", found.image_rows);
            self.number(tags::COLUMNS, "US", found.image_columns);
            self.number(tags::NUMBER_OF_FRAMES, "IS", Some(found.frames.unwrap_or(1)));
        }
        self.retrieve_url(&format!(
            "{base}/studies/{}/series/{}/instances/{}",
            found.study_uid, found.series_uid, found.sop_uid
        ));
    }

    fn retrieve_url(&mut self, url: &str) {
        self.text(tags::RETRIEVE_URL, "UR", Some(url));
    }
}

/// Which levels above its own a result tells of: all those that the path does not name (PS3.18 section 10.6.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Above {
    Named,
    Told,
}

#[must_use]
pub fn of_study(found: &FoundStudy, base: &str) -> DataSet {
    let mut data_set = DataSet::default();
    data_set.study(found, base);
    data_set
}

#[must_use]
pub fn of_series(found: &FoundSeries, base: &str, study: Above) -> DataSet {
    let mut data_set = DataSet::default();
    if study == Above::Told {
        data_set.study(&found.study, base);
    }
    data_set.series(&found.series, base);
    data_set
}

#[must_use]
pub fn of_instance(found: &FoundInstance, base: &str, study: Above, series: Above) -> DataSet {
    let mut data_set = DataSet::default();
    if study == Above::Told {
        data_set.study(&found.study, base);
    }
    if series == Above::Told {
        data_set.series(&found.series, base);
    }
    data_set.instance(&found.instance, base);
    data_set
}
