//! Device codes that wait for an answer.

use std::collections::HashMap;

use parking_lot::Mutex;
use uuid::Uuid;

use crate::token::scope::Scopes;
use crate::token::signed_in::SignedIn;

/// Codes remembered before those past their time are forgotten.
const SWEEP: usize = 10_000;
/// How much too early a question may come, in seconds: networks are not even.
const TOLERANCE: i64 = 1;

/// A device code.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) user_code: String,
    pub(super) client: Uuid,
    pub(super) application: String,
    pub(super) tenant: Option<Uuid>,
    pub(super) scopes: Scopes,
    /// Unix seconds.
    pub(super) expires: i64,
    pub(super) interval: i64,
    /// When the client asked before, in Unix seconds.
    pub(super) asked: Option<i64>,
    pub(super) answer: Answer,
}

/// What the person said.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Pending,
    Approved(SignedIn),
    Declined,
}

impl Device {
    /// Whether the client did not wait as long as it was told to.
    pub(super) fn is_too_fast(&self, now: i64) -> bool {
        self.asked
            .is_some_and(|before| now - before < self.interval - TOLERANCE)
    }
}

/// All device codes.
#[derive(Debug, Default)]
pub(in crate::token) struct Devices(Mutex<HashMap<String, Device>>);

impl Devices {
    pub(super) fn add(&self, code: &str, device: Device) {
        let mut devices = self.0.lock();
        if devices.len() >= SWEEP {
            let now = device.expires;
            devices.retain(|_, known| known.expires > now);
        }
        devices.insert(code.to_owned(), device);
    }

    /// The device, as it was before this question.
    pub(super) fn ask(&self, code: &str, now: i64) -> Option<Device> {
        let mut devices = self.0.lock();
        let device = devices.get_mut(code)?;
        let before = device.clone();
        device.asked = Some(now);
        Some(before)
    }

    pub(super) fn forget(&self, code: &str) {
        self.0.lock().remove(code);
    }

    /// The device with this user code, when it still waits.
    pub(super) fn waiting(&self, user_code: &str, now: i64) -> Option<Device> {
        let devices = self.0.lock();
        let is_meant = |device: &&Device| {
            device.user_code.eq_ignore_ascii_case(user_code)
                && device.expires > now
                && matches!(device.answer, Answer::Pending)
        };
        devices.values().find(is_meant).cloned()
    }

    /// Notes what the person said.
    pub(super) fn answer(&self, user_code: &str, answer: Answer) {
        let mut devices = self.0.lock();
        let found = devices
            .values_mut()
            .find(|device| device.user_code.eq_ignore_ascii_case(user_code));
        if let Some(device) = found {
            device.answer = answer;
        }
    }
}
