//! Entity tags and byte ranges (RFC 9110 sections 13 and 14).

use std::ops::Range;

use axum::http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};

/// A strong entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// A tag of everything that decides the answer's bytes.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Self(format!("\"{}\"", hex::encode(&hash.finalize()[..16])))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the client has this very answer already.
    #[must_use]
    pub fn is_known(&self, headers: &HeaderMap) -> bool {
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        known
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag == self.0)
    }
}

/// What part of a body is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Whole,
    Part(Range<u64>),
    /// Nothing of the body lies in the range.
    Unsatisfiable,
}

/// The one range asked for. Several ranges, another unit, or a tag that is not current mean the whole.
#[must_use]
pub fn asked_range(headers: &HeaderMap, tag: &EntityTag, length: u64) -> Asked {
    let if_range = headers.get(header::IF_RANGE).and_then(|value| value.to_str().ok());
    if if_range.is_some_and(|current| current != tag.as_str()) {
        return Asked::Whole;
    }
    headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("bytes="))
        .and_then(|spec| spec.trim().split_once('-'))
        .and_then(|(first, last)| range(first.trim(), last.trim(), length))
        .unwrap_or(Asked::Whole)
}

fn range(first: &str, last: &str, length: u64) -> Option<Asked> {
    let (start, end) = if first.is_empty() {
        let suffix: u64 = last.parse().ok()?;
        if suffix == 0 {
            return Some(Asked::Unsatisfiable);
        }
        (length.saturating_sub(suffix), length)
    } else if last.is_empty() {
        (first.parse().ok()?, length)
    } else {
        let (start, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        if last < start {
            return None;
        }
        (start, last.saturating_add(1).min(length))
    };
    Some(if start < end { Asked::Part(start..end) } else { Asked::Unsatisfiable })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &str) -> Asked {
        let headers = [(header::RANGE, range.parse().unwrap())].into_iter().collect();
        asked_range(&headers, &EntityTag::of(["x"]), 100)
    }

    #[test]
    fn ranges_follow_the_rules() {
        assert_eq!(asked("bytes=0-0"), Asked::Part(0..1));
        assert_eq!(asked("bytes=90-"), Asked::Part(90..100));
        assert_eq!(asked("bytes=-10"), Asked::Part(90..100));
        assert_eq!(asked("bytes=-1000"), Asked::Part(0..100));
        assert_eq!(asked("bytes=50-1000"), Asked::Part(50..100));
        assert_eq!(asked("bytes=100-"), Asked::Unsatisfiable);
        assert_eq!(asked("bytes=-0"), Asked::Unsatisfiable);
        for whole in ["bytes=5-4", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b"] {
            assert_eq!(asked(whole), Asked::Whole, "{whole}");
        }
    }

    #[test]
    fn a_known_tag_is_recognised() {
        let tag = EntityTag::of(["a", "b"]);
        assert_ne!(tag, EntityTag::of(["ab"]));
        let sent = format!("\"other\", W/{}", tag.as_str());
        let headers = [(header::IF_NONE_MATCH, sent.parse().unwrap())].into_iter().collect();
        assert!(tag.is_known(&headers));
        assert!(!tag.is_known(&HeaderMap::new()));
    }
}
