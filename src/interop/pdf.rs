//! A signed version of a report on paper: A4, its fonts embedded, its bytes the same each time it is asked for.

mod font;
mod page;
mod report;

pub use report::{Paper, report_pdf};

/// Why no paper was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    #[error("the program's own font cannot be read")]
    Font,
    #[error("the case has no such version")]
    NoSuchVersion,
}
