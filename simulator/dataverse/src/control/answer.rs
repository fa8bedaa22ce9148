//! The answer that a fault gives in place of the service.

use http::StatusCode;
use time::OffsetDateTime;

use super::{Effect, FailOver, Fault};
use crate::http::{Response, SimError};
use crate::limits::{self, LimitSettings};

impl Fault {
    /// The answer, when answering is what the fault does.
    pub fn answer(&self, now: OffsetDateTime) -> Option<Response> {
        if let Effect::Throttle { retry_after } = &self.effect {
            let refusal = limits::too_many_requests(&LimitSettings::default());
            let answer = refusal.with_header("retry-after", retry_after.header(now));
            return Some(answer.into_response());
        }
        if let Effect::FailOver(seen) = &self.effect {
            return Some(seen.error().into_response());
        }
        let Effect::Status {
            status,
            code,
            message,
            retry_after,
            body,
        } = &self.effect
        else {
            return None;
        };
        let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let response = match body {
            Some(body) => Response::of_type(status, "text/html; charset=utf-8", body.clone()),
            None => {
                let mut error = SimError::new(status, "", message.as_str());
                error.code = code.clone().into();
                error.into_response()
            }
        };
        Some(match retry_after {
            Some(seconds) => response.with_header("retry-after", &seconds.to_string()),
            None => response,
        })
    }
}

impl FailOver {
    /// The service's error. Codes are documented; the texts of the first two are SQL's own in the service.
    fn error(self) -> SimError {
        const BROKEN: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
        match self {
            Self::Database => SimError::new(
                BROKEN,
                "0x80044150",
                "Sql error: Generic SQL error. CRM ErrorCode: -2147204784 Sql ErrorCode: -2146232060 Sql Number: 40613",
            ),
            Self::Timeout => SimError::new(
                BROKEN,
                "0x80044151",
                "Sql error: SQL timeout expired. CRM ErrorCode: -2147204783 Sql ErrorCode: -2146232060 Sql Number: -2",
            ),
            Self::Busy => SimError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "0x8004a001",
                "The server is busy and the request was not completed. Try again later.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_moves_is_told_by_the_codes_of_the_service() {
        for (json, status, code) in [
            (r#"{"fail-over": "database"}"#, 500, "0x80044150"),
            (r#"{"fail-over": "timeout"}"#, 500, "0x80044151"),
            (r#"{"fail-over": "busy"}"#, 503, "0x8004a001"),
        ] {
            let fault = Fault {
                name: String::new(),
                effect: serde_json::from_str(json).unwrap(),
            };
            let answer = fault.answer(OffsetDateTime::UNIX_EPOCH).unwrap();
            assert_eq!(answer.status.as_u16(), status);
            let body = String::from_utf8(answer.body.to_vec()).unwrap();
            assert!(body.contains(code), "{body}");
        }
    }
}
