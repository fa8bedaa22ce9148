//! Exit codes: a script reads from them what to do next.

use super::{Code, ErrorCode};
use airlock_runtime::Category;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// The input is wrong.
    Input = 2,
    /// The credential was refused.
    Credentials = 3,
    /// The service refused.
    Refused = 4,
    /// Something needed could not be reached or used.
    Unavailable = 5,
    /// Done, and not everything: there are more rows, columns found no place, or rows that were sent were not done.
    Incomplete = 6,
    /// This host's own policy forbids it.
    Denied = 7,
    /// A budget of this host is used up.
    Limit = 8,
    /// A defect; 70 is `EX_SOFTWARE` of sysexits.h.
    Defect = 70,
    /// A person ended it; 130 is what shells make of Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// The code.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The code of a problem about which nothing more is known.
    pub(super) fn plain_code(self) -> Code {
        match self {
            Self::Done | Self::Incomplete | Self::Input => Code::Host(ErrorCode::InvalidInput),
            Self::Credentials => Code::Host(ErrorCode::CredentialRefused),
            Self::Refused => Code::Refused,
            Self::Unavailable => Code::Unavailable,
            Self::Denied => Code::Host(ErrorCode::EgressDenied),
            Self::Limit => Code::Host(ErrorCode::BudgetExceeded),
            Self::Defect => Code::Host(ErrorCode::Defect),
            Self::Interrupted => Code::Cancelled,
        }
    }

    /// One word for it, as in `airlock_runtime::Category`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Input => "input",
            Self::Credentials => "credentials",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Incomplete => "incomplete",
            Self::Denied => "denied",
            Self::Limit => "limit",
            Self::Defect => "defect",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<Category> for Exit {
    fn from(category: Category) -> Self {
        match category {
            Category::Input => Self::Input,
            Category::Credentials => Self::Credentials,
            Category::Refused => Self::Refused,
            Category::Unavailable => Self::Unavailable,
            Category::Denied => Self::Denied,
            Category::Limit => Self::Limit,
            Category::Defect => Self::Defect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_its_code_and_word() {
        for (category, code) in [
            (Category::Input, 2),
            (Category::Credentials, 3),
            (Category::Refused, 4),
            (Category::Unavailable, 5),
            (Category::Denied, 7),
            (Category::Limit, 8),
            (Category::Defect, 70),
        ] {
            let exit = Exit::from(category);
            assert_eq!(exit.code(), code);
            let word = serde_json::to_value(category).unwrap();
            assert_eq!(word, exit.word());
        }
    }
}
