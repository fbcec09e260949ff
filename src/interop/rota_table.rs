//! A rota as hospitals send it: a table of comma- or semicolon-separated values (RFC 4180) with a line of column names.

use crate::domain::rota::import::{COLUMNS, Line, Problem, Wrong};

/// The table's lines, each as it stands.
///
/// # Errors
/// What is no table, by line.
pub fn read_table(text: &str) -> Result<Vec<Line>, Vec<Wrong>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let unreadable = |error: &csv::Error| Wrong {
        line: error.position().map_or(1, |at| line_of(text, at)),
        problem: Problem::Unreadable,
    };
    let names = reader.headers().map_err(|error| vec![unreadable(&error)])?.clone();
    let place = |column: &str| names.iter().position(|name| name.eq_ignore_ascii_case(column));
    let places = COLUMNS.map(place);
    let missing = COLUMNS.iter().zip(places).filter(|(column, place)| place.is_none() && **column != "zone");
    let missing: Vec<Wrong> =
        missing.map(|(column, _)| Wrong { line: 1, problem: Problem::NoColumn(column) }).collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) => {
                let [pool, level, person, from, to, zone] = places
                    .map(|place| place.and_then(|place| record.get(place)).unwrap_or_default().to_owned());
                let number = record.position().map_or(0, |at| line_of(text, at));
                lines.push(Line { number, pool, level, person, from, to, zone });
            }
            Err(error) => wrong.push(unreadable(&error)),
        }
    }
    if wrong.is_empty() { Ok(lines) } else { Err(wrong) }
}

/// The line that a record begins on, from 1. The reader's own count lags where it has yet to pass a line's end.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let before = usize::try_from(at.byte()).map_or(text.len(), |byte| byte.min(text.len()));
    let ends = text.as_bytes()[before..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let lines = text.as_bytes()[..before + ends].iter().filter(|byte| **byte == b'\n').count();
    1 + lines as u64
}

/// French spreadsheets write semicolons.
fn delimiter(text: &str) -> u8 {
    let names = text.lines().next().unwrap_or_default();
    if names.contains(';') { b';' } else { b',' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_and_a_french_spreadsheet_are_read_alike() {
        let commas = "pool,level,person,from,to,zone\nneuro,1,leroy,2026-12-24T20:00,2026-12-25T08:00,\n";
        let french =
            "\u{feff}Person; Level; Pool; From; To\r\nleroy;1;neuro;2026-12-24T20:00;2026-12-25T08:00\r\n";
        let read = read_table(commas).unwrap();
        assert_eq!((read.len(), read[0].number, read[0].person.as_str()), (1, 2, "leroy"));
        assert_eq!(read_table(french).unwrap(), read);
    }

    #[test]
    fn what_is_no_table_is_named_by_line() {
        let columns =
            |text| read_table(text).unwrap_err().into_iter().map(|wrong| wrong.problem).collect::<Vec<_>>();
        assert_eq!(columns("pool,level,person,from"), [Problem::NoColumn("to")]);
        assert_eq!(columns("").len(), 5);
        let short = read_table("pool,level,person,from,to\nneuro,1,leroy,a,b\nneuro,1\n").unwrap_err();
        assert_eq!(short, [Wrong { line: 3, problem: Problem::Unreadable }]);
    }
}
