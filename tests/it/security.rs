//! Signing in, staying in, and the chain of records.

mod audit;
mod logs;
mod sessions;
