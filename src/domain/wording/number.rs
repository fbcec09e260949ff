//! Numbers as each language writes them.

use super::{Language, Text};

/// The narrow no-break space that French sets between thousands and before a unit.
const NARROW: char = '\u{202f}';

/// Whether a positive number carries its sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Only below zero.
    Negative,
    /// Always: a difference.
    Always,
}

/// A number to be written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    value: f64,
    decimals: usize,
    sign: Sign,
}

impl Number {
    /// Rounded to a whole.
    #[must_use]
    pub fn whole(value: f64) -> Self {
        Self { value, decimals: 0, sign: Sign::Negative }
    }

    /// Rounded to `decimals` places.
    #[must_use]
    pub fn decimal(value: f64, decimals: usize) -> Self {
        Self { value, decimals, sign: Sign::Negative }
    }

    /// A share (0 to 1) as a whole percentage's number; only certainty is written 0 or 100.
    #[must_use]
    pub fn percent(share: f64) -> Self {
        let uncertain = share > 0.0 && share < 1.0;
        Self::whole(if uncertain { (share * 100.0).clamp(1.0, 99.0) } else { share * 100.0 })
    }

    /// The same number, its sign always written.
    #[must_use]
    pub fn signed(self) -> Self {
        Self { sign: Sign::Always, ..self }
    }

    /// In one language, without a unit.
    #[must_use]
    pub fn write(self, language: Language) -> String {
        let (thousands, point) = match language {
            Language::French => (NARROW, ','),
            Language::English => (',', '.'),
        };
        let digits = format!("{:.*}", self.decimals, self.value.abs());
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let nothing = digits.bytes().all(|b| matches!(b, b'0' | b'.'));
        let mut written = match self.sign {
            _ if nothing => String::new(),
            _ if self.value.is_sign_negative() => "−".to_owned(),
            Sign::Always => "+".to_owned(),
            Sign::Negative => String::new(),
        };
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                written.push(thousands);
            }
            written.push(digit);
        }
        if !fraction.is_empty() {
            written.push(point);
            written.push_str(fraction);
        }
        written
    }

    /// In both languages, with a unit that both write alike ("min", "mL").
    #[must_use]
    pub fn with_unit(self, unit: &str) -> Text {
        Text::new(
            format!("{}{NARROW}{unit}", self.write(Language::French)),
            format!("{} {unit}", self.write(Language::English)),
        )
    }

    /// As a percentage: French sets a space before the sign.
    #[must_use]
    pub fn as_percentage(self) -> Text {
        Text::new(
            format!("{}{NARROW}%", self.write(Language::French)),
            format!("{}%", self.write(Language::English)),
        )
    }

    /// As euros: the sign after the number in French, before it in English.
    #[must_use]
    pub fn as_euros(self) -> Text {
        Text::new(
            format!("{}{NARROW}€", self.write(Language::French)),
            format!("€{}", self.write(Language::English)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_numbers_its_own_way() {
        assert_eq!(Number::decimal(6.6, 1).with_unit("mL"), Text::new("6,6\u{202f}mL", "6.6 mL"));
        assert_eq!(Number::percent(0.94).as_percentage(), Text::new("94\u{202f}%", "94%"));
        let written = [0.0, 0.001, 0.998, 1.0].map(|p| Number::percent(p).write(Language::English));
        assert_eq!(written, ["0", "1", "99", "100"]);
        assert_eq!(Number::whole(2600.0).as_euros(), Text::new("2\u{202f}600\u{202f}€", "€2,600"));
        assert_eq!(Number::whole(1_234_567.0).write(Language::French), "1\u{202f}234\u{202f}567".to_owned());
    }

    #[test]
    fn a_sign_is_written_on_what_is_not_nothing() {
        assert_eq!(Number::decimal(2.1, 1).signed().write(Language::French), "+2,1");
        assert_eq!(Number::decimal(-2.1, 1).signed().write(Language::English), "−2.1");
        assert_eq!(Number::decimal(-0.01, 1).signed().write(Language::English), "0.0");
    }
}
