//! `statuscode` values of a job.

/// Not begun.
pub(super) const READY: i64 = 0;
/// Waiting for its time.
pub(super) const WAITING: i64 = 10;
/// At work.
pub(super) const IN_PROGRESS: i64 = 20;
/// Done.
pub(super) const SUCCEEDED: i64 = 30;
/// Given up.
pub(super) const FAILED: i64 = 31;
