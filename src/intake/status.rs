//! Statuses of C-STORE, C-ECHO and C-FIND, each with where the standard defines it.

/// How the peer shall take a status (PS3.7 Annex C).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    Success,
    /// An answer of several; more follow.
    Pending,
    Failure,
}

/// An answer's status. PS3.7 section 9.1.1.1.9 and PS3.4 table B.2-1 for C-STORE; section 9.1.5.1.4 for C-ECHO;
/// section 9.1.2.1.5 and PS3.4 table K.4-2 for C-FIND of the modality worklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// The instance is on disk.
    Success,
    /// One of the answers to a query.
    Pending,
    /// The keys of a query cannot be read.
    IdentifierDoesNotMatchSopClass,
    /// A query could not be answered.
    UnableToProcess,
    /// There is no room or no database to keep it: the peer may try again.
    OutOfResources,
    /// What the command says differs from what the data set says.
    DataSetDoesNotMatchSopClass,
    /// The data set cannot be parsed, or is built to harm.
    CannotUnderstand,
    /// An error of ours.
    ProcessingFailure,
    /// A step of this UID was begun before.
    DuplicateSopInstance,
    /// No step of this UID was begun.
    NoSuchSopInstance,
    /// A value that may not stand there.
    InvalidAttributeValue,
    /// The SOP Instance UID breaks the rules of UIDs.
    InvalidSopInstance,
    /// The context was negotiated for another SOP class than the command names.
    SopClassNotSupported,
    /// A command that this application entity does not perform.
    UnrecognizedOperation,
    /// A required element of the command is absent.
    MistypedArgument,
}

impl Status {
    pub const ALL: [Self; 15] = [
        Self::DuplicateSopInstance,
        Self::NoSuchSopInstance,
        Self::InvalidAttributeValue,
        Self::Success,
        Self::Pending,
        Self::IdentifierDoesNotMatchSopClass,
        Self::UnableToProcess,
        Self::OutOfResources,
        Self::DataSetDoesNotMatchSopClass,
        Self::CannotUnderstand,
        Self::ProcessingFailure,
        Self::InvalidSopInstance,
        Self::SopClassNotSupported,
        Self::UnrecognizedOperation,
        Self::MistypedArgument,
    ];

    /// The value of Status (0000,0900).
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Success => 0x0000,
            Self::Pending => 0xFF00,
            Self::OutOfResources => 0xA700,
            Self::IdentifierDoesNotMatchSopClass | Self::DataSetDoesNotMatchSopClass => 0xA900,
            Self::UnableToProcess => 0xC001,
            Self::CannotUnderstand => 0xC000,
            Self::ProcessingFailure => 0x0110,
            Self::InvalidAttributeValue => 0x0106,
            Self::DuplicateSopInstance => 0x0111,
            Self::NoSuchSopInstance => 0x0112,
            Self::InvalidSopInstance => 0x0117,
            Self::SopClassNotSupported => 0x0122,
            Self::UnrecognizedOperation => 0x0211,
            Self::MistypedArgument => 0x0212,
        }
    }

    /// Where the standard defines it.
    #[must_use]
    pub fn section(self) -> &'static str {
        match self {
            Self::OutOfResources | Self::DataSetDoesNotMatchSopClass | Self::CannotUnderstand => {
                "PS3.4 table B.2-1"
            }
            Self::Pending | Self::IdentifierDoesNotMatchSopClass | Self::UnableToProcess => {
                "PS3.4 table K.4-2"
            }
            Self::Success => "PS3.7 C.1",
            Self::ProcessingFailure
            | Self::DuplicateSopInstance
            | Self::NoSuchSopInstance
            | Self::InvalidAttributeValue
            | Self::InvalidSopInstance
            | Self::SopClassNotSupported
            | Self::UnrecognizedOperation
            | Self::MistypedArgument => "PS3.7 C.5",
        }
    }

    #[must_use]
    pub fn category(self) -> Category {
        match self {
            Self::Success => Category::Success,
            Self::Pending => Category::Pending,
            _ => Category::Failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PS3.7 Annex C: A7xx, A9xx and Cxxx are failures of a service class, 01xx and 02xx general failures.
    #[test]
    fn codes_lie_in_the_ranges_of_their_category() {
        for status in Status::ALL {
            let high = status.code() >> 8;
            let failure = matches!(high, 0xA7 | 0xA9 | 0xC0..=0xCF | 0x01 | 0x02);
            assert_eq!(status.category() == Category::Failure, failure, "{status:?}");
            assert!(status.section().starts_with("PS3."), "{status:?}");
        }
    }

    #[test]
    fn no_two_statuses_of_a_service_share_a_code() {
        let mut codes: Vec<_> = Status::ALL.map(|status| (status.section(), status.code())).into();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Status::ALL.len());
    }
}
