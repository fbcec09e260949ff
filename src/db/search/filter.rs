//! Conditions of a search and the SQL that they become.

use super::{Level, Page, Visibility};
use crate::domain::identity::SiteId;

/// An attribute that can be matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    StudyUid,
    PatientId,
    PatientName,
    BirthDate,
    Sex,
    Accession,
    StudyId,
    StudyDate,
    StudyTime,
    StudyDescription,
    Referring,
    SeriesUid,
    Modality,
    SeriesNumber,
    SeriesDescription,
    BodyPart,
    SopUid,
    SopClass,
    InstanceNumber,
}

/// What the attribute must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// One of these values.
    OneOf(Vec<String>),
    /// With `*` for any characters and `?` for one; letters of either case.
    Wildcard(String),
    /// Not before the first, not after the second, in the text's order; either may be open.
    Between(Option<String>, Option<String>),
    Number(i64),
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub attribute: Attribute,
    pub condition: Condition,
}

impl Attribute {
    /// The level whose table has the column.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::StudyUid
            | Self::PatientId
            | Self::PatientName
            | Self::BirthDate
            | Self::Sex
            | Self::Accession
            | Self::StudyId
            | Self::StudyDate
            | Self::StudyTime
            | Self::StudyDescription
            | Self::Referring => Level::Study,
            Self::SeriesUid
            | Self::Modality
            | Self::SeriesNumber
            | Self::SeriesDescription
            | Self::BodyPart => Level::Series,
            Self::SopUid | Self::SopClass | Self::InstanceNumber => Level::Instance,
        }
    }

    fn column(self) -> &'static str {
        match self {
            Self::StudyUid => "st.study_uid",
            Self::PatientId => "st.patient_id",
            Self::PatientName => "st.patient_name",
            Self::BirthDate => "st.birth_date",
            Self::Sex => "st.sex",
            Self::Accession => "st.accession",
            Self::StudyId => "st.study_id",
            Self::StudyDate => "st.study_date",
            Self::StudyTime => "st.study_time",
            Self::StudyDescription => "st.description",
            Self::Referring => "st.referring",
            Self::SeriesUid => "se.series_uid",
            Self::Modality => "se.modality",
            Self::SeriesNumber => "se.series_number",
            Self::SeriesDescription => "se.description",
            Self::BodyPart => "se.body_part",
            Self::SopUid => "i.sop_uid",
            Self::SopClass => "i.sop_class",
            Self::InstanceNumber => "i.instance_number",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Parameter {
    Text(String),
    Number(i64),
}

/// SQL under composition and its parameters, numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) parameters: Vec<Parameter>,
}

impl Statement {
    pub(super) fn new(sql: String) -> Self {
        Self { sql, parameters: Vec::new() }
    }

    pub(super) fn push_parameter(&mut self, parameter: Parameter) {
        self.parameters.push(parameter);
        self.sql.push('$');
        self.sql.push_str(&self.parameters.len().to_string());
    }

    fn push_text(&mut self, text: impl Into<String>) {
        self.push_parameter(Parameter::Text(text.into()));
    }

    /// `($1, $2, …)`; an empty list holds only NULL, which nothing equals.
    pub(super) fn push_list(&mut self, texts: impl IntoIterator<Item = String>) {
        self.sql.push('(');
        let mut separator = "";
        for text in texts {
            self.sql.push_str(separator);
            self.push_text(text);
            separator = ", ";
        }
        if separator.is_empty() {
            self.sql.push_str("NULL");
        }
        self.sql.push(')');
    }

    /// The rule of who sees a study; needs `studies st` in the FROM clause.
    pub(super) fn push_visibility(&mut self, who: &Visibility) {
        let names = |sites: &[SiteId]| sites.iter().map(ToString::to_string).collect::<Vec<_>>();
        self.sql.push_str("(EXISTS (SELECT 1 FROM cases ca WHERE ca.id = st.case_id AND ca.site_id IN ");
        self.push_list(names(&who.cases));
        self.sql.push_str(") OR (st.case_id IS NULL AND st.site_id IN ");
        self.push_list(names(&who.unassigned));
        self.sql.push_str("))");
    }

    /// A condition; one of a lower level than the search asks for any such child.
    pub(super) fn push_filter(&mut self, level: Level, filter: &Filter) {
        let of = filter.attribute.level();
        self.sql.push_str(" AND ");
        let close = if of <= level {
            ""
        } else if of == Level::Series {
            self.sql.push_str("EXISTS (SELECT 1 FROM series se WHERE se.study_uid = st.study_uid AND ");
            ")"
        } else if level == Level::Series {
            self.sql.push_str("EXISTS (SELECT 1 FROM instances i WHERE i.series_uid = se.series_uid AND ");
            ")"
        } else {
            self.sql.push_str("EXISTS (SELECT 1 FROM instances i WHERE i.study_uid = st.study_uid AND ");
            ")"
        };
        self.push_condition(filter.attribute.column(), &filter.condition);
        self.sql.push_str(close);
    }

    fn push_condition(&mut self, column: &str, condition: &Condition) {
        match condition {
            Condition::OneOf(values) => {
                self.sql.push_str(column);
                self.sql.push_str(" IN ");
                self.push_list(values.iter().cloned());
            }
            Condition::Wildcard(pattern) => {
                self.sql.push_str("LOWER(");
                self.sql.push_str(column);
                self.sql.push_str(") LIKE LOWER(");
                self.push_text(like_pattern(pattern));
                self.sql.push_str(") ESCAPE '!'");
            }
            Condition::Between(from, to) => {
                let mut any = false;
                for (operator, bound) in [(" >= ", from), (" <= ", to)] {
                    if let Some(bound) = bound {
                        self.sql.push_str(if any { " AND " } else { "" });
                        self.sql.push_str(column);
                        self.sql.push_str(operator);
                        self.push_text(bound.as_str());
                        any = true;
                    }
                }
                if !any {
                    self.sql.push_str("1 = 1");
                }
            }
            Condition::Number(number) => {
                self.sql.push_str(column);
                self.sql.push_str(" = ");
                self.push_parameter(Parameter::Number(*number));
            }
        }
    }

    pub(super) fn push_page(&mut self, page: Page) {
        self.sql.push_str(" LIMIT ");
        self.push_parameter(Parameter::Number(page.limit));
        self.sql.push_str(" OFFSET ");
        self.push_parameter(Parameter::Number(page.offset));
    }
}

/// DICOM's wildcards (PS3.4 C.2.2.2.4) as SQL's.
fn like_pattern(pattern: &str) -> String {
    let mut like = String::new();
    for character in pattern.chars() {
        match character {
            '*' => like.push('%'),
            '?' => like.push('_'),
            '%' | '_' | '!' => {
                like.push('!');
                like.push(character);
            }
            other => like.push(other),
        }
    }
    like
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_become_like_and_nothing_else_does() {
        assert_eq!(like_pattern("DUP*_?%!"), "DUP%!__!%!!");
    }

    #[test]
    fn a_condition_of_a_lower_level_asks_for_a_child() {
        let mut statement = Statement::new(String::new());
        let condition = Condition::OneOf(vec!["CT".into()]);
        statement.push_filter(Level::Study, &Filter { attribute: Attribute::Modality, condition });
        assert_eq!(
            statement.sql,
            " AND EXISTS (SELECT 1 FROM series se WHERE se.study_uid = st.study_uid AND se.modality IN ($1))"
        );
    }
}
