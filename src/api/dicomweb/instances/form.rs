//! Which form of whole instances a client gets.

use crate::api::dicomweb::accept::{MediaRange, Syntax};
use crate::pathway::retrieve::Located;

const DICOM: &str = "application/dicom";
const EXPLICIT: &str = "1.2.840.10008.1.2.1";

/// How instances are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `multipart/related`, each in the transfer syntax it is stored in.
    Stored,
    /// The one instance itself.
    StoredSingle,
    /// `multipart/related`, each decoded to explicit little endian.
    Explicit,
    ExplicitSingle,
}

impl Form {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::StoredSingle => "stored, single",
            Self::Explicit => "explicit",
            Self::ExplicitSingle => "explicit, single",
        }
    }
}

/// The first of the client's ranges that can be given.
#[must_use]
pub fn choose(accepted: &[MediaRange], located: &[Located]) -> Option<Form> {
    if accepted.is_empty() {
        return Some(Form::Stored);
    }
    accepted.iter().find_map(|range| form_of(range, located))
}

fn form_of(range: &MediaRange, located: &[Located]) -> Option<Form> {
    let parts = match (range.part_type(), range.essence.as_str()) {
        (Some(DICOM | "*/*" | "application/*"), _) | (None, "*/*") => true,
        (None, DICOM | "application/*") if located.len() == 1 => false,
        _ => return None,
    };
    let stored = match range.syntax() {
        Syntax::Unsaid | Syntax::Any => true,
        Syntax::Of(uid) if located.iter().all(|instance| instance.transfer_syntax.as_str() == uid) => true,
        Syntax::Of(uid) if uid == EXPLICIT => false,
        Syntax::Of(_) => return None,
    };
    Some(match (parts, stored) {
        (true, true) => Form::Stored,
        (false, true) => Form::StoredSingle,
        (true, false) => Form::Explicit,
        (false, false) => Form::ExplicitSingle,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::dicomweb::accept;
    use crate::domain::vault::{BlobKey, Digest};

    const JPEG_LS: &str = "1.2.840.10008.1.2.4.80";

    fn located(syntaxes: &[&str]) -> Vec<Located> {
        let uid = "1.2.3";
        syntaxes
            .iter()
            .map(|syntax| Located {
                study: uid.parse().unwrap(),
                series: uid.parse().unwrap(),
                sop_instance: uid.parse().unwrap(),
                sop_class: uid.parse().unwrap(),
                transfer_syntax: syntax.parse().unwrap(),
                frames: 1,
                blob: BlobKey::random(),
                size: 1,
                data_set_offset: 0,
                pixel_data_offset: None,
                sha256: Digest([0; 32]),
            })
            .collect()
    }

    #[test]
    fn the_stored_syntax_is_kept_unless_another_is_named() {
        let one = located(&[JPEG_LS]);
        let form = |header: &str| choose(&accept::parse(header), &one);
        assert_eq!(form(""), Some(Form::Stored));
        assert_eq!(form("*/*"), Some(Form::Stored));
        assert_eq!(form("multipart/related; type=\"application/dicom\""), Some(Form::Stored));
        assert_eq!(form("application/dicom; transfer-syntax=*"), Some(Form::StoredSingle));
        assert_eq!(
            form("application/dicom; transfer-syntax=1.2.840.10008.1.2.4.80"),
            Some(Form::StoredSingle)
        );
        assert_eq!(
            form("application/dicom; transfer-syntax=1.2.840.10008.1.2.1"),
            Some(Form::ExplicitSingle)
        );
        assert_eq!(form("application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90"), None);
        assert_eq!(form("text/html, image/png;q=0.5"), None);
    }

    #[test]
    fn several_instances_need_several_parts() {
        let two = located(&[JPEG_LS, JPEG_LS]);
        assert_eq!(choose(&accept::parse("application/dicom"), &two), None);
        assert_eq!(choose(&accept::parse("application/dicom, */*;q=0.1"), &two), Some(Form::Stored));
    }
}
