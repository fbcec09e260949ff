use std::io::Read;

use super::*;
use crate::domain::evidence::{EvidenceLevel, Task};
use crate::domain::report::{Observation, Presence, Tenths};

fn at(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
    Timestamp::from_microsecond(start.as_microsecond() + minute * 60_000_000).unwrap()
}

fn report(version: u32, status: ReportStatus, items: Vec<Statement>) -> Report {
    Report {
        version,
        status,
        findings: "Hyperdensité capsulo-thalamique gauche, œdème débutant. ".repeat(40),
        conclusion: "Hématome profond à gauche".to_owned(),
        recommendation: "Réversion de l'AVK".to_owned(),
        items,
        signed_by: UserId(uuid::Uuid::nil()),
        signed_at: at(i64::from(version)),
    }
}

fn paper(shown: u32) -> Result<Vec<u8>, PdfError> {
    paper_in(Language::French, shown)
}

fn paper_in(language: Language, shown: u32) -> Result<Vec<u8>, PdfError> {
    let cited = Cited {
        task: Task::Hemorrhage,
        series: "1.2.3".parse().unwrap(),
        model: "haemorrhage-ncct".to_owned(),
        version: "0.2.0".to_owned(),
        sha256: "a".repeat(64),
        probability: 0.97,
        threshold: 0.5,
        evidence: EvidenceLevel::Internal,
    };
    let confirmed = Source::Confirmed(cited);
    let volume = Observation::HaemorrhageVolume(Tenths::try_from(12.3).unwrap());
    let items = vec![
        Statement { observation: Observation::Haemorrhage(Presence::Present), source: confirmed.clone() },
        Statement { observation: volume, source: confirmed },
    ];
    let versions = [
        report(1, ReportStatus::Final, items),
        report(2, ReportStatus::Addendum, vec![]),
        report(3, ReportStatus::Final, vec![]),
    ];
    let patient = Patient {
        id: "P-1".parse().unwrap(),
        family_name: "Brocéliande-Łódź".to_owned(),
        given_name: "Viviane".to_owned(),
        birth_date: Some(jiff::civil::date(1951, 6, 30)),
        sex: Sex::Female,
    };
    report_pdf(&Paper {
        language,
        zone: TimeZone::UTC,
        site: "CH de Valmont",
        patient: &patient,
        case: CaseId(uuid::Uuid::nil()),
        first_image_at: Some(at(0)),
        versions: &versions,
        shown,
        signers: &BTreeMap::from([(UserId(uuid::Uuid::nil()), "Dr Hélène Marchand".to_owned())]),
    })
}

#[test]
fn a_version_is_a_document_of_the_same_bytes_each_time() {
    let once = paper(2).unwrap();
    assert!(once.starts_with(b"%PDF-") && once.ends_with(b"%%EOF"));
    assert_eq!(once, paper(2).unwrap());
    assert_ne!(once, paper(3).unwrap());
}

#[test]
fn a_version_that_was_never_signed_has_no_paper() {
    assert_eq!(paper(4), Err(PdfError::NoSuchVersion));
    assert_eq!(paper(0), Err(PdfError::NoSuchVersion));
}

/// The text of each page, as a reader that searches or copies gets it: glyphs through the fonts' maps to Unicode.
fn text_of(pdf: &[u8]) -> Vec<String> {
    let streams = streams(pdf);
    let maps: Vec<BTreeMap<u16, char>> =
        streams.iter().filter(|s| s.windows(11).any(|w| w == b"beginbfchar")).map(|s| unicode(s)).collect();
    let pages = streams.iter().filter(|s| s.starts_with(b"BT\n"));
    pages.map(|page| page_text(page, &maps)).collect()
}

fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let find = |from: usize, what: &[u8]| {
        pdf[from..].windows(what.len()).position(|window| window == what).map(|at| from + at)
    };
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(start) = find(from, b"stream\n").map(|at| at + 7) {
        let end = find(start, b"\nendstream").unwrap();
        let mut whole = Vec::new();
        match flate2::read::ZlibDecoder::new(&pdf[start..end]).read_to_end(&mut whole) {
            Ok(_) => found.push(whole),
            Err(_) => found.push(pdf[start..end].to_vec()),
        }
        from = end + 10;
    }
    found
}

/// "<0024> <0041>" lines of a map (Adobe technical note 5411).
fn unicode(map: &[u8]) -> BTreeMap<u16, char> {
    let text = String::from_utf8_lossy(map);
    let hex = |text: &str| u16::from_str_radix(text.trim_matches(['<', '>']), 16).ok();
    text.lines()
        .filter_map(|line| line.split_once("> <"))
        .filter_map(|(glyph, c)| Some((hex(glyph)?, char::from_u32(hex(c)?.into())?)))
        .collect()
}

fn page_text(page: &[u8], maps: &[BTreeMap<u16, char>]) -> String {
    let (mut text, mut font, mut at) = (String::new(), 0, 0);
    while at < page.len() {
        match page[at] {
            b'/' => font = usize::from(page[at + 1] == b'B'),
            b'(' | b'<' => {
                let (bytes, length) = string(&page[at..]);
                let glyphs = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                text.extend(glyphs.map(|glyph| maps[font].get(&glyph).copied().unwrap_or('\u{fffd}')));
                text.push('\n');
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    text
}

/// A string's bytes and its length as written (ISO 32000-1, 7.3.4).
fn string(written: &[u8]) -> (Vec<u8>, usize) {
    if written[0] == b'<' {
        let end = written.iter().position(|byte| *byte == b'>').unwrap();
        return (hex::decode(&written[1..end]).unwrap(), end + 1);
    }
    let (mut bytes, mut depth, mut at) = (Vec::new(), 0, 0);
    loop {
        let byte = written[at];
        at += 1;
        match byte {
            b'\\' => {
                let escaped = written[at];
                at += 1;
                match escaped {
                    b'n' => bytes.push(b'\n'),
                    b'r' => bytes.push(b'\r'),
                    b't' => bytes.push(b'\t'),
                    b'b' => bytes.push(8),
                    b'f' => bytes.push(12),
                    b'0'..=b'7' => {
                        let octal = std::str::from_utf8(&written[at - 1..at + 2]).unwrap();
                        bytes.push(u8::from_str_radix(octal, 8).unwrap());
                        at += 2;
                    }
                    other => bytes.push(other),
                }
            }
            b'(' => {
                if depth > 0 {
                    bytes.push(byte);
                }
                depth += 1;
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return (bytes, at);
                }
                bytes.push(byte);
            }
            _ => bytes.push(byte),
        }
    }
}

#[test]
fn every_word_can_be_read_back_in_both_languages() {
    for (language, words) in [
        (
            Language::French,
            ["Conclusion", "né(e) le 30/06/1951", "Signé électroniquement par Dr Hélène Marchand"],
        ),
        (
            Language::English,
            ["Recommendation", "born 30/06/1951", "Signed electronically by Dr Hélène Marchand"],
        ),
    ] {
        let pages = text_of(&paper_in(language, 2).unwrap());
        let whole = pages.join("\n");
        assert!(!whole.contains('\u{fffd}'), "{whole}");
        for word in words.into_iter().chain(["BROCÉLIANDE-ŁÓDŹ Viviane", "12", "haemorrhage-ncct 0.2.0"])
        {
            assert!(whole.contains(word), "{word} in {whole}");
        }
        // Both versions' descriptions, whole: nothing of a long text is cut.
        assert_eq!(whole.matches("débutant").count(), 80);
        for page in &pages {
            assert!(page.contains("BROCÉLIANDE-ŁÓDŹ"), "each page says whose it is: {page}");
        }
    }
}

#[test]
fn the_level_of_evidence_is_in_the_papers_language() {
    for (language, said, other) in [
        (Language::French, "preuve : interne", "internal"),
        (Language::English, "evidence: internal", "preuve"),
    ] {
        // A long remark is broken into lines.
        let whole = text_of(&paper_in(language, 1).unwrap()).join(" ").replace('\n', " ");
        assert!(whole.contains(said) && !whole.contains(other), "{whole}");
    }
}

#[test]
fn no_heading_stands_alone_at_the_foot_of_a_page() {
    let titles =
        ["Conclusion", "Conduite à tenir", "Constatations par rubrique", "Description", "Versions signées"];
    for page in text_of(&paper(2).unwrap()) {
        // The footer's three lines come last.
        let lines: Vec<&str> = page.lines().collect();
        let last = lines[lines.len() - 4];
        assert!(!titles.contains(&last) && !last.starts_with("Additif, version"), "{page}");
    }
}
