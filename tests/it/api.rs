//! The HTTP edge as its clients see it, against a running server.

mod calls;
mod dispatch;
mod events;
mod export;
mod indicators;
mod journey;
mod milestones;
mod protocol;
mod queue;
mod report;
mod roles;
mod scores;
mod shape;
