//! The database: SQLite by default, PostgreSQL by configuration, one SQL text for both.
//!
//! Queries use the subset that both speak (`$1`, `RETURNING`, `ON CONFLICT`); the pools stay typed and
//! [`on!`] runs one text on whichever is open. Repository functions take a [`Tx`], so that a use case can
//! put what it does, its event and its audit record into one transaction.

pub mod analyses;
pub mod audit;
pub mod calls;
pub mod candidate_analyses;
pub mod cases;
mod column;
pub mod conflicts;
pub mod consults;
pub mod contacts;
pub mod dispatch_decisions;
pub mod events;
pub mod hand_overs;
pub mod indicators;
pub mod instances;
pub mod jobs;
pub mod milestones;
pub mod notices;
pub mod performed_steps;
pub mod protocols;
pub mod readings;
pub mod reports;
pub mod rota;
pub mod scores;
pub mod search;
pub mod series;
pub mod sessions;
pub mod signatures;
pub mod studies;
pub mod users;

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

/// Readers beside the one writer on SQLite; connections in all on PostgreSQL.
const CONNECTIONS: u32 = 8;
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Serialises what must commit in the order of its numbers (events, audit) on PostgreSQL; SQLite has one writer.
const ORDER_LOCK: i64 = 0x56_6967_6965;

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = DbError;

    /// `sqlite://PATH` or `postgres://…`.
    fn from_str(s: &str) -> Result<Self, DbError> {
        if let Some(path) = s.strip_prefix("sqlite://") {
            Ok(Self::Sqlite(PathBuf::from(path)))
        } else if s.starts_with("postgres://") || s.starts_with("postgresql://") {
            Ok(Self::Postgres(s.to_owned()))
        } else {
            Err(DbError::Url)
        }
    }
}

/// What the database said no to.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("a database URL starts with sqlite:// or postgres://")]
    Url,
    #[error("the database refused the statement")]
    Sql(#[from] sqlx::Error),
    #[error("the database's tables could not be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("the database holds a {what} that this version cannot read")]
    Corrupt { what: &'static str },
}

impl DbError {
    /// Whether a uniqueness rule stopped the statement.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}

/// The open database.
#[derive(Debug, Clone)]
pub enum Database {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres(PgPool),
}

/// A transaction on either database. Dropped without [`Tx::commit`], it rolls back.
#[derive(Debug)]
pub enum Tx {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// Runs one expression on whichever database is open: `on!(tx, |c| sqlx::query(SQL).bind(x).execute(c).await)`.
macro_rules! on {
    ($tx:expr, |$c:ident| $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(t) => {
                let $c = &mut **t;
                $body
            }
            $crate::db::Tx::Postgres(t) => {
                let $c = &mut **t;
                $body
            }
        }
    };
}
pub(crate) use on;

impl Database {
    /// Opens the database and brings its tables up to date.
    ///
    /// # Errors
    /// [`DbError`] when it cannot be reached or migrated.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, DbError> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                // FULL: a commit that was answered survives a power cut, as an acknowledged image must.
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(BUSY_TIMEOUT);
                let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
                sqlx::migrate!("migrations/sqlite").run(&write).await?;
                let read = SqlitePoolOptions::new()
                    .max_connections(CONNECTIONS)
                    .connect_with(options.read_only(true))
                    .await?;
                Ok(Self::Sqlite { write, read })
            }
            DatabaseUrl::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)?;
                let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
                sqlx::migrate!("migrations/postgres").run(&pool).await?;
                Ok(Self::Postgres(pool))
            }
        }
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// [`DbError`] when no connection is to be had.
    pub async fn write(&self) -> Result<Tx, DbError> {
        match self {
            Self::Sqlite { write, .. } => Ok(Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    /// Begins a transaction that only reads, beside any writer.
    ///
    /// # Errors
    /// [`DbError`] when no connection is to be had.
    pub async fn read(&self) -> Result<Tx, DbError> {
        match self {
            Self::Sqlite { read, .. } => Ok(Tx::Sqlite(read.begin().await?)),
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    /// Closes every connection, so that a last checkpoint is written.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes the changes durable.
    ///
    /// # Errors
    /// [`DbError`] when the commit fails; nothing of the transaction is kept.
    pub async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(t) => t.commit().await?,
            Self::Postgres(t) => t.commit().await?,
        }
        Ok(())
    }

    /// Waits until no other transaction appends to an ordered table; held until the commit.
    ///
    /// # Errors
    /// [`DbError`] when the connection fails.
    pub async fn lock_order(&mut self) -> Result<(), DbError> {
        if let Self::Postgres(t) = self {
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(ORDER_LOCK).execute(&mut **t).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sqlite_opens_twice_and_keeps_what_was_committed() {
        let dir = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(dir.path().join("vigie.db"));
        let db = Database::open(&url).await.unwrap();
        let mut tx = db.write().await.unwrap();
        on!(&mut tx, |c| {
            sqlx::query("INSERT INTO login_failures (subject, failures, last_at) VALUES ($1, $2, $3)")
                .bind("someone")
                .bind(2_i64)
                .bind(7_i64)
                .execute(c)
                .await
                .map(|_| ())
        })
        .unwrap();
        tx.commit().await.unwrap();
        db.close().await;

        let db = Database::open(&url).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let failures: i64 = on!(&mut tx, |c| {
            sqlx::query_scalar("SELECT failures FROM login_failures WHERE subject = $1")
                .bind("someone")
                .fetch_one(c)
                .await
        })
        .unwrap();
        assert_eq!(failures, 2);
    }

    #[test]
    fn an_unknown_scheme_is_refused() {
        assert!(matches!("mysql://x".parse::<DatabaseUrl>(), Err(DbError::Url)));
    }
}
