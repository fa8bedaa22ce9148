//! What happened, in one stable word for programs: the host's own words, and those of the command line.
//! Exit codes say what to do about it, these say what it is.

use airlock_runtime::ErrorCode;
use std::fmt;

macro_rules! codes {
    ($($(#[doc = $about:literal])* $name:ident = $word:literal,)*) => {
        /// What happened, in one stable word for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[doc = $about])* $name,)*
            /// What the host says.
            Host(ErrorCode),
        }

        /// The command line's own.
        const OWN: &[Code] = &[$(Code::$name,)*];

        impl Code {
            /// What it means, in a sentence for people.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($about),*).trim_ascii(),)*
                    Self::Host(code) => code.about(),
                }
            }

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                    Self::Host(code) => code.as_str(),
                }
            }
        }
    };
}

codes! {
    /// The words of the command line are wrong.
    Usage = "usage",
    /// A document of connections cannot be read.
    InvalidDocument = "invalid-document",
    /// A secret was given as an argument.
    SecretInArgument = "secret-in-argument",
    /// A secret is missing, and nobody can be asked for it.
    MissingSecret = "missing-secret",
    /// There is no run of that identity.
    NoSuchRun = "no-such-run",
    /// There is no subscription of that name.
    NoSuchSubscription = "no-such-subscription",
    /// More than one run begins so.
    AmbiguousRun = "ambiguous-run",
    /// The service refused.
    Refused = "refused",
    /// The answer cannot be written; what was asked for is done.
    OutputFailed = "output-failed",
    /// Something needed is not available.
    Unavailable = "unavailable",
    /// A person ended it.
    Cancelled = "cancelled",
}

impl Code {
    /// Every code, the command line's own first.
    pub fn all() -> impl Iterator<Item = Self> {
        let host = ErrorCode::ALL.iter().copied().map(Self::Host);
        OWN.iter().copied().chain(host)
    }
}

impl From<ErrorCode> for Code {
    fn from(code: ErrorCode) -> Self {
        Self::Host(code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_code_has_a_word_of_its_own_and_none_is_the_hosts() {
        let words: BTreeSet<&str> = Code::all().map(Code::as_str).collect();
        assert_eq!(words.len(), Code::all().count());
        for word in words {
            assert!(
                word.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{word}"
            );
        }
    }
}
