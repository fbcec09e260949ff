//! `labels.csv`: what a hospital knows of its own studies.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::inference::evaluation::{Label, Truth};

/// A labelled study, as the file names it: by study instance UID, or by its folder's or archive's name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Labelled {
    pub study: String,
    pub label: Label,
}

/// Why a file of labels was refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum LabelError {
    #[error("{path}: {source}")]
    Form { path: PathBuf, source: csv::Error },
    #[error("{path}, line {line}: positive is {found:?}; allowed: 0 or 1")]
    Truth { path: PathBuf, line: u64, found: String },
    #[error("{path}, line {line}: volume_ml is {found:?}; allowed: mL as 12.5, or nothing")]
    Volume { path: PathBuf, line: u64, found: String },
    #[error("{path}, line {line}: the study {study:?} is labelled twice")]
    Twice { path: PathBuf, line: u64, study: String },
    #[error("{path} labels no study")]
    Empty { path: PathBuf },
}

/// Other columns are left alone: the file may be an export.
#[derive(Debug, Deserialize)]
struct Row {
    #[serde(alias = "study_instance_uid")]
    study: String,
    positive: String,
    #[serde(default)]
    volume_ml: String,
}

/// Reads the labels, in the file's order.
pub(super) fn read(path: &Path) -> Result<Vec<Labelled>, LabelError> {
    let form = |source| LabelError::Form { path: path.to_owned(), source };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(form)?;
    let headers = reader.headers().map_err(form)?.clone();
    let (mut labels, mut known) = (Vec::new(), BTreeSet::new());
    for record in reader.records() {
        let record = record.map_err(form)?;
        let line = record.position().map_or(0, csv::Position::line);
        let row: Row = record.deserialize(Some(&headers)).map_err(form)?;
        let label = label(path, line, &row)?;
        if !known.insert(row.study.clone()) {
            return Err(LabelError::Twice { path: path.to_owned(), line, study: row.study });
        }
        labels.push(Labelled { study: row.study, label });
    }
    if labels.is_empty() { Err(LabelError::Empty { path: path.to_owned() }) } else { Ok(labels) }
}

fn label(path: &Path, line: u64, row: &Row) -> Result<Label, LabelError> {
    let truth = match row.positive.as_str() {
        "1" => Truth::Positive,
        "0" => Truth::Negative,
        found => return Err(LabelError::Truth { path: path.to_owned(), line, found: found.to_owned() }),
    };
    let volume_ml = match row.volume_ml.as_str() {
        "" => None,
        text => Some(
            text.parse::<f64>()
                .ok()
                .filter(|ml| ml.is_finite() && *ml >= 0.0)
                .ok_or_else(|| LabelError::Volume { path: path.to_owned(), line, found: text.to_owned() })?,
        ),
    };
    Ok(Label { truth, volume_ml })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<Labelled>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.csv");
        std::fs::write(&path, text).unwrap();
        read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn a_hospitals_export_is_read_whatever_else_it_holds() {
        let labels =
            of("reader,study_instance_uid,positive,volume_ml\nHV,1.2.3,1,12.5\nHV,\"a, b\",0,\n").unwrap();
        assert_eq!(labels[0].label, Label { truth: Truth::Positive, volume_ml: Some(12.5) });
        assert_eq!((labels[1].study.as_str(), labels[1].label.truth), ("a, b", Truth::Negative));
        assert_eq!(of("study,positive\na,1\n").unwrap()[0].label.volume_ml, None);
    }

    #[test]
    fn a_wrong_line_is_named_with_what_is_allowed() {
        for (text, said) in [
            ("study,positive\na,yes\n", "line 2: positive is \"yes\""),
            ("study,positive,volume_ml\na,1,-3\n", "line 2: volume_ml"),
            ("study,positive\na,1\na,0\n", "line 3: the study \"a\" is labelled twice"),
            ("study,positive\n", "labels no study"),
            ("name,positive\na,1\n", "study"),
        ] {
            let refused = of(text).unwrap_err();
            assert!(refused.contains(said), "{refused}");
        }
    }
}
