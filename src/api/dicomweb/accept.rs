//! Which form of an answer the client takes (PS3.18 section 8.7.5, RFC 9110 section 12.5.1).

/// One media range of an Accept header or `accept` query parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct MediaRange {
    /// Type and subtype, lower case.
    pub essence: String,
    /// Names in lower case, values as sent without quotes; without `q`.
    pub parameters: Vec<(String, String)>,
    weight: f32,
}

/// A transfer syntax as a client asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Syntax {
    /// Left out.
    Unsaid,
    /// `*`: whatever it is stored in.
    Any,
    Of(String),
}

impl MediaRange {
    /// A parameter's value.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What the parts of a `multipart/related` answer shall be; `None` where the range asks for one part only.
    #[must_use]
    pub fn part_type(&self) -> Option<&str> {
        match self.essence.as_str() {
            "multipart/related" | "multipart/*" => Some(self.parameter("type").unwrap_or("*/*")),
            _ => None,
        }
    }

    #[must_use]
    pub fn syntax(&self) -> Syntax {
        match self.parameter("transfer-syntax") {
            None => Syntax::Unsaid,
            Some("*") => Syntax::Any,
            Some(uid) => Syntax::Of(uid.to_owned()),
        }
    }
}

/// The ranges of a header, those that weigh most first, otherwise as sent. Empty means: anything.
#[must_use]
pub fn parse(accept: &str) -> Vec<MediaRange> {
    let mut ranges: Vec<_> = split(accept, ',').filter_map(media_range).collect();
    ranges.retain(|range| range.weight > 0.0);
    ranges.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    ranges
}

/// A media type with its parameters, as Content-Type has it.
#[must_use]
pub fn media_range(text: &str) -> Option<MediaRange> {
    let mut pieces = split(text, ';');
    let essence = pieces.next()?.trim().to_ascii_lowercase();
    if !essence.contains('/') {
        return None;
    }
    let mut weight = 1.0;
    let mut parameters = Vec::new();
    for piece in pieces {
        let Some((name, value)) = piece.split_once('=') else { continue };
        let name = name.trim().to_ascii_lowercase();
        let value = value.trim().trim_matches('"');
        if name == "q" {
            weight = value.parse().unwrap_or(0.0);
        } else {
            parameters.push((name, value.to_owned()));
        }
    }
    Some(MediaRange { essence, parameters, weight })
}

/// Splits outside quoted strings.
fn split(text: &str, at: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |character| {
        quoted ^= character == '"';
        character == at && !quoted
    })
    .filter(|piece| !piece.trim().is_empty())
}

/// The media type of one frame in this transfer syntax (PS3.18 table 8.7.3-3 and following).
#[must_use]
pub fn frame_type(transfer_syntax: &str) -> &'static str {
    match transfer_syntax {
        "1.2.840.10008.1.2.5" => "image/dicom-rle",
        "1.2.840.10008.1.2.4.50"
        | "1.2.840.10008.1.2.4.51"
        | "1.2.840.10008.1.2.4.57"
        | "1.2.840.10008.1.2.4.70" => "image/jpeg",
        "1.2.840.10008.1.2.4.80" | "1.2.840.10008.1.2.4.81" => "image/jls",
        "1.2.840.10008.1.2.4.90" | "1.2.840.10008.1.2.4.91" => "image/jp2",
        "1.2.840.10008.1.2.4.92" | "1.2.840.10008.1.2.4.93" => "image/jpx",
        "1.2.840.10008.1.2.4.110" | "1.2.840.10008.1.2.4.111" | "1.2.840.10008.1.2.4.112" => "image/jxl",
        "1.2.840.10008.1.2.4.201" | "1.2.840.10008.1.2.4.202" | "1.2.840.10008.1.2.4.203" => "image/jphc",
        "1.2.840.10008.1.2.4.100" | "1.2.840.10008.1.2.4.101" => "video/mpeg",
        "1.2.840.10008.1.2.4.102"
        | "1.2.840.10008.1.2.4.103"
        | "1.2.840.10008.1.2.4.104"
        | "1.2.840.10008.1.2.4.105"
        | "1.2.840.10008.1.2.4.106" => "video/mp4",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_taken_apart_and_ordered() {
        let ranges = parse(
            "multipart/related; type=\"image/jls\"; transfer-syntax=1.2.840.10008.1.2.4.80;q=0.5, \
             Multipart/Related;type=\"application/dicom, x\";transfer-syntax=*, text/html;q=0",
        );
        assert_eq!(ranges.len(), 2);
        assert_eq!(ranges[0].part_type(), Some("application/dicom, x"));
        assert_eq!(ranges[0].syntax(), Syntax::Any);
        assert_eq!(ranges[1].syntax(), Syntax::Of("1.2.840.10008.1.2.4.80".into()));
    }

    #[test]
    fn a_single_part_has_no_part_type() {
        assert_eq!(media_range("application/dicom").unwrap().part_type(), None);
        assert_eq!(media_range("multipart/related").unwrap().part_type(), Some("*/*"));
        assert_eq!(media_range("nonsense"), None);
        assert!(parse("").is_empty());
    }
}
