//! Columns into domain values. A value that this version cannot read is an error, never a default.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::DbError;
use crate::domain::time::Timestamp;

/// A time kept as microseconds since the Unix epoch.
pub(super) fn time(us: i64, what: &'static str) -> Result<Timestamp, DbError> {
    Timestamp::from_microsecond(us).ok_or(DbError::Corrupt { what })
}

/// A time that may be absent.
pub(super) fn time_opt(us: Option<i64>, what: &'static str) -> Result<Option<Timestamp>, DbError> {
    us.map(|us| time(us, what)).transpose()
}

/// A text column that a newtype or enum parses.
pub(super) fn parse<T: FromStr>(text: &str, what: &'static str) -> Result<T, DbError> {
    text.parse().map_err(|_| DbError::Corrupt { what })
}

/// A JSON column.
pub(super) fn json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|_| DbError::Corrupt { what })
}

/// The text of a JSON column.
pub(super) fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|_| DbError::Corrupt { what })
}

/// The word that serde gives an enum without data.
pub(super) fn word<T: Serialize>(value: &T, what: &'static str) -> Result<String, DbError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(DbError::Corrupt { what }),
    }
}

/// The enum that serde reads from a word.
pub(super) fn from_word<T: DeserializeOwned>(word: &str, what: &'static str) -> Result<T, DbError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(|_| DbError::Corrupt { what })
}
