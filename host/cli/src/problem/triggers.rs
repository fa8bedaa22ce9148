//! What is wrong with a subscription, as a problem.

use super::{Code, Exit, Problem, Stop};
use airlock_triggers::TriggerError;

impl From<TriggerError> for Problem {
    fn from(error: TriggerError) -> Self {
        let message = error.to_string();
        match error {
            TriggerError::Host(error) => error.into(),
            TriggerError::NoSuchSubscription { name, known } => Self::input(message)
                .coded(Code::NoSuchSubscription)
                .maybe_advise(crate::suggest::hint(
                    name.as_str(),
                    known.iter().map(|known| known.as_str()),
                ))
                .advise("airlock subscription list shows what there is"),
            TriggerError::Unreadable(_) | TriggerError::Randomness(_) => {
                Self::new(Exit::Unavailable, message).coded(Code::Unavailable)
            }
            _ => Self::input(message),
        }
    }
}

impl From<TriggerError> for Stop {
    fn from(error: TriggerError) -> Self {
        Problem::from(error).into()
    }
}
