//! The answer that a fault gives in place of the service.

use http::StatusCode;
use time::OffsetDateTime;

use super::{Effect, Fault};
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
