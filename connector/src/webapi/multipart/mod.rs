//! `multipart/mixed` as `$batch` speaks it: requests become parts, and parts responses. What they mean is
//! others' matter; [`super::batch`] and [`super::long_read`] stand on this.

pub(super) mod read;
pub(super) mod write;
