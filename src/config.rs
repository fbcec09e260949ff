//! Typed configuration: `vigie.toml`, each key overridable as `VIGIE_…`, every value checked once at the start.

mod outward;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;

use crate::db::DatabaseUrl;
use crate::domain::identity::AeTitle;

pub use outward::{Mail, Outward, Webhook};

/// What the program runs on.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Keys, audit seal, and by default database and images.
    pub data_dir: PathBuf,
    pub http_addr: SocketAddr,
    pub dicom_addr: SocketAddr,
    pub ae_title: AeTitle,
    /// UDP, one port for all calls.
    pub media_addr: SocketAddr,
    /// What browsers are told instead, behind a NAT; port 0 stands for the listening port.
    pub media_public_addr: Option<SocketAddr>,
    pub database_url: DatabaseUrl,
    /// The image vault's folder.
    pub blob_dir: PathBuf,
    /// Further model packs; one of the same name takes the bundled one's place.
    pub models_dir: Option<PathBuf>,
    /// Packs that run beside the active ones to be compared with them, and move nothing.
    pub candidate_models_dir: Option<PathBuf>,
    /// Sites, roads and aircraft; without it, the demonstration region.
    pub region_file: Option<PathBuf>,
    /// How calls reach people who are not at the screen.
    pub outward: Outward,
    /// `target=level`, comma-separated.
    pub log: String,
}

/// Why the configuration was refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{} cannot be read", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: Box<toml::de::Error> },
    #[error("{key}: '{value}' cannot be; allowed: {allowed}")]
    Value { key: String, value: String, allowed: &'static str },
}

/// The file's keys, all optional. serde names an unknown one and those that are allowed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    data_dir: Option<String>,
    http_addr: Option<String>,
    dicom_addr: Option<String>,
    ae_title: Option<String>,
    media_addr: Option<String>,
    media_public_addr: Option<String>,
    database_url: Option<String>,
    blob_url: Option<String>,
    models_dir: Option<String>,
    candidate_models_dir: Option<String>,
    region_file: Option<String>,
    public_url: Option<String>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    webhook_url: Option<String>,
    webhook_secret: Option<String>,
    push_contact: Option<String>,
    push_services: Option<String>,
    call_minutes: Option<String>,
    next_call_minutes: Option<String>,
    log: Option<String>,
}

const ADDRESS: &str = "an address and port, as 127.0.0.1:8080";
const DATABASE: &str = "sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME";
const BLOBS: &str = "file://ABSOLUTE_PATH";
const TITLE: &str = "1 to 16 printable ASCII characters without backslash";
const DEFAULT_LOG: &str = "info,sqlx=warn";

impl Config {
    /// Reads `file`, if one is given, and lays the environment over it.
    ///
    /// # Errors
    /// [`ConfigError`] naming the key and what is allowed.
    pub fn load(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let mut keys = match file {
            None => Keys::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
                toml::from_str(&text)
                    .map_err(|source| ConfigError::File { path: path.to_owned(), source: Box::new(source) })?
            }
        };
        for (name, key) in keys.by_variable() {
            if let Some(value) = environment(name).filter(|value| !value.is_empty()) {
                *key = Some(value);
            }
        }
        keys.checked()
    }
}

impl Keys {
    fn by_variable(&mut self) -> [(&'static str, &mut Option<String>); 21] {
        [
            ("VIGIE_DATA_DIR", &mut self.data_dir),
            ("VIGIE_HTTP_ADDR", &mut self.http_addr),
            ("VIGIE_DICOM_ADDR", &mut self.dicom_addr),
            ("VIGIE_AE_TITLE", &mut self.ae_title),
            ("VIGIE_MEDIA_ADDR", &mut self.media_addr),
            ("VIGIE_MEDIA_PUBLIC_ADDR", &mut self.media_public_addr),
            ("VIGIE_DATABASE_URL", &mut self.database_url),
            ("VIGIE_BLOB_URL", &mut self.blob_url),
            ("VIGIE_MODELS_DIR", &mut self.models_dir),
            ("VIGIE_CANDIDATE_MODELS_DIR", &mut self.candidate_models_dir),
            ("VIGIE_REGION_FILE", &mut self.region_file),
            ("VIGIE_PUBLIC_URL", &mut self.public_url),
            ("VIGIE_SMTP_URL", &mut self.smtp_url),
            ("VIGIE_MAIL_FROM", &mut self.mail_from),
            ("VIGIE_WEBHOOK_URL", &mut self.webhook_url),
            ("VIGIE_WEBHOOK_SECRET", &mut self.webhook_secret),
            ("VIGIE_PUSH_CONTACT", &mut self.push_contact),
            ("VIGIE_PUSH_SERVICES", &mut self.push_services),
            ("VIGIE_CALL_MINUTES", &mut self.call_minutes),
            ("VIGIE_NEXT_CALL_MINUTES", &mut self.next_call_minutes),
            ("VIGIE_LOG", &mut self.log),
        ]
    }

    fn checked(mut self) -> Result<Config, ConfigError> {
        let http_addr = address("http_addr", self.http_addr.take(), "127.0.0.1:8080")?;
        let outward = outward::checked(&mut self, http_addr)?;
        let data_dir = PathBuf::from(self.data_dir.unwrap_or_else(|| "data".to_owned()));
        let database_url = match self.database_url {
            None => DatabaseUrl::Sqlite(data_dir.join("vigie.db")),
            Some(url) => parsed("database_url", url, DATABASE)?,
        };
        let blob_dir = match self.blob_url {
            None => data_dir.join("images"),
            Some(url) => match url.strip_prefix("file://") {
                Some(path) if path.starts_with('/') => PathBuf::from(path),
                _ => {
                    return Err(ConfigError::Value {
                        key: "blob_url".to_owned(),
                        value: url,
                        allowed: BLOBS,
                    });
                }
            },
        };
        Ok(Config {
            http_addr,
            outward,
            dicom_addr: address("dicom_addr", self.dicom_addr, "127.0.0.1:11112")?,
            ae_title: parsed("ae_title", self.ae_title.unwrap_or_else(|| "VIGIE".to_owned()), TITLE)?,
            media_addr: address("media_addr", self.media_addr, "127.0.0.1:8189")?,
            media_public_addr: self
                .media_public_addr
                .map(|value| parsed("media_public_addr", value, ADDRESS))
                .transpose()?,
            database_url,
            blob_dir,
            models_dir: self.models_dir.map(PathBuf::from),
            candidate_models_dir: self.candidate_models_dir.map(PathBuf::from),
            region_file: self.region_file.map(PathBuf::from),
            log: self.log.unwrap_or_else(|| DEFAULT_LOG.to_owned()),
            data_dir,
        })
    }
}

fn address(key: &str, value: Option<String>, default: &str) -> Result<SocketAddr, ConfigError> {
    parsed(key, value.unwrap_or_else(|| default.to_owned()), ADDRESS)
}

fn parsed<T: FromStr>(key: &str, value: String, allowed: &'static str) -> Result<T, ConfigError> {
    value.parse().map_err(|_| ConfigError::Value {
        key: key.to_owned(),
        value: without_secret(value),
        allowed,
    })
}

/// A URL may carry a password, which an error message must not.
fn without_secret(value: String) -> String {
    match value.split_once('@') {
        Some((_, after)) if value.contains("://") => format!("…@{after}"),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(_: &str) -> Option<String> {
        None
    }

    #[test]
    fn defaults_are_the_documented_ones() {
        let config = Config::load(None, none).unwrap();
        assert_eq!(config.http_addr.to_string(), "127.0.0.1:8080");
        assert_eq!(config.dicom_addr.to_string(), "127.0.0.1:11112");
        assert_eq!(config.media_addr.to_string(), "127.0.0.1:8189");
        assert_eq!(config.ae_title.as_str(), "VIGIE");
        assert_eq!(config.database_url, DatabaseUrl::Sqlite("data/vigie.db".into()));
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("vigie.toml");
        std::fs::write(&file, "ae_title = \"FILE\"\nhttp_addr = \"127.0.0.1:1\"\n").unwrap();
        let environment = |name: &str| (name == "VIGIE_AE_TITLE").then(|| "ENV".to_owned());
        let config = Config::load(Some(&file), environment).unwrap();
        assert_eq!(config.ae_title.as_str(), "ENV");
        assert_eq!(config.http_addr.port(), 1);
    }

    #[test]
    fn an_unknown_key_is_named_with_those_allowed() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("vigie.toml");
        std::fs::write(&file, "htp_addr = \"127.0.0.1:1\"\n").unwrap();
        let message = Config::load(Some(&file), none).unwrap_err().to_string();
        assert!(message.contains("htp_addr") && message.contains("http_addr"), "{message}");
    }

    #[test]
    fn a_wrong_value_is_named_with_what_is_allowed_and_without_its_password() {
        let environment = |name: &str| match name {
            "VIGIE_DATABASE_URL" => Some("mysql://me:secret@host/db".to_owned()),
            _ => None,
        };
        let message = Config::load(None, environment).unwrap_err().to_string();
        assert!(message.contains("database_url") && message.contains("sqlite://"), "{message}");
        assert!(!message.contains("secret"), "{message}");
        let environment = |name: &str| (name == "VIGIE_HTTP_ADDR").then(|| "8080".to_owned());
        assert!(Config::load(None, environment).unwrap_err().to_string().contains("http_addr"));
    }
}
