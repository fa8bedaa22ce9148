//! Service protection limits: what one user may ask of one organisation, counted three ways and each independently.
//!
//! Off unless asked for, and then free. Numbers, codes and texts: Microsoft's page on service protection API limits.

mod refusal;
mod settings;
mod window;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use time::OffsetDateTime;

use http::HeaderValue;

use crate::http::service_headers::{BURST_REMAINING, TIME_REMAINING};
use crate::http::{Response, SimError};
use crate::token::Identified;

pub(crate) use refusal::too_many_requests;
pub use settings::{LimitSettings, NoLimits};
use window::Usage;

/// Users remembered; when more come, all are forgotten.
const USERS: usize = 10_000;

/// The limits of one organisation.
#[derive(Debug, Default)]
pub struct ServiceLimits {
    is_on: AtomicBool,
    settings: RwLock<LimitSettings>,
    users: Mutex<HashMap<Identified, Arc<Mutex<Usage>>>>,
}

impl ServiceLimits {
    /// Limits, or none.
    pub fn new(settings: Option<LimitSettings>) -> Self {
        let limits = Self::default();
        limits.set(settings);
        limits
    }

    /// The limits in force.
    pub fn settings(&self) -> Option<LimitSettings> {
        self.is_on().then(|| *self.settings.read())
    }

    /// Changes the limits and forgets what was counted.
    pub fn set(&self, settings: Option<LimitSettings>) {
        if let Some(settings) = settings {
            *self.settings.write() = settings;
        }
        self.users.lock().clear();
        self.is_on.store(settings.is_some(), Ordering::Release);
    }

    /// Whether anything is counted.
    pub fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Acquire)
    }

    /// Lets a request of a user in, or says why not and when to come back.
    pub fn enter(&self, user: Identified, now: OffsetDateTime) -> Result<Admission, SimError> {
        let settings = *self.settings.read();
        let usage = {
            let mut users = self.users.lock();
            if users.len() >= USERS {
                users.clear();
            }
            users.entry(user).or_default().clone()
        };
        let entered = usage.lock().enter(&settings, now);
        match entered {
            Ok(()) => Ok(Admission { usage, settings }),
            Err(exceeded) => Err(refusal::refuse(&settings, &exceeded)),
        }
    }
}

/// A request that was let in. It counts as running until it is dropped.
#[derive(Debug)]
pub struct Admission {
    usage: Arc<Mutex<Usage>>,
    settings: LimitSettings,
}

impl Admission {
    /// Notes how long the request ran and tells the caller what is left.
    #[must_use]
    pub fn leave(self, response: Response, ran: Duration, now: OffsetDateTime) -> Response {
        let (requests, time) = self.usage.lock().spend(&self.settings, ran, now);
        let mut response = response;
        let headers = &mut response.headers;
        if let Ok(time) = HeaderValue::try_from(refusal::seconds(time)) {
            headers.insert(TIME_REMAINING, time);
        }
        headers.insert(BURST_REMAINING, HeaderValue::from(requests));
        response
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.usage.lock().left();
    }
}
