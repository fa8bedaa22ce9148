//! The search itself: bytes go in, and come out again as soon as they can no longer be part of a
//! secret. What is found is replaced; finds that overlap are replaced as one. Pure, and linear in what
//! goes in, however it is cut.

use std::collections::VecDeque;
use std::ops::Range;

use super::{REDACTED, Redactor};

/// A search under way. Positions count from the first byte that ever went in.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Needles of which a beginning has been seen, at the very end of what came so far.
    open: Vec<Open>,
    /// What such a beginning may cover.
    held: VecDeque<u8>,
    /// Position of the first byte that is held.
    at: u64,
    /// What was found among the bytes that are held, in order and apart.
    found: VecDeque<Range<u64>>,
    /// Up to here bytes belong to a find whose replacement stands already.
    hidden_until: u64,
    replaced: bool,
}

#[derive(Debug)]
struct Open {
    needle: usize,
    matched: usize,
}

impl Scan {
    /// Whether nothing is held back, so that innocent bytes may pass beside it.
    pub(super) fn is_idle(&self) -> bool {
        self.held.is_empty()
    }

    /// Whether anything was replaced so far.
    pub(super) fn has_replaced(&self) -> bool {
        self.replaced
    }

    /// Counts bytes that passed beside it.
    pub(super) fn skip(&mut self, count: usize) {
        self.at += count as u64;
    }

    /// Takes bytes in, and lets out into `out` what is clear by now.
    pub(super) fn feed(&mut self, redactor: &Redactor, mut bytes: &[u8], out: &mut Vec<u8>) {
        while let Some((byte, after)) = bytes.split_first() {
            if self.is_idle() {
                let clear = redactor.first_suspicion(bytes);
                if clear > 0 {
                    let (clear, suspicious) = bytes.split_at_checked(clear).unwrap_or((bytes, &[]));
                    out.extend_from_slice(clear);
                    self.skip(clear.len());
                    bytes = suspicious;
                    continue;
                }
            }
            self.take(redactor, *byte, out);
            bytes = after;
        }
    }

    /// Looks at what is held with another redactor, which may know more.
    pub(super) fn again(&mut self, redactor: &Redactor, out: &mut Vec<u8>) {
        let held = Vec::from(std::mem::take(&mut self.held));
        self.open.clear();
        self.feed(redactor, &held, out);
    }

    /// Lets out what is held, once nothing more comes.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.open.clear();
        self.release(self.held.len(), out);
    }

    fn take(&mut self, redactor: &Redactor, byte: u8, out: &mut Vec<u8>) {
        self.held.push_back(byte);
        let end = self.at + self.held.len() as u64;
        let (mut longest_found, mut longest_open) = (0, 0);
        self.open.retain_mut(|open| {
            let Some(needle) = redactor.needles.get(open.needle) else {
                return false;
            };
            open.matched = needle.step(open.matched, byte);
            if open.matched == needle.len() {
                longest_found = longest_found.max(needle.len());
            }
            longest_open = longest_open.max(open.matched);
            open.matched > 0
        });
        let beginning = redactor.needles.iter().enumerate();
        for (needle, beginning) in beginning.filter(|_| redactor.may_begin_with(byte)) {
            if beginning.begins_with(byte) && !self.open.iter().any(|open| open.needle == needle) {
                self.open.push(Open { needle, matched: 1 });
                longest_open = longest_open.max(1);
            }
        }
        if longest_found > 0 {
            self.note(end - longest_found as u64..end);
        }
        self.release(self.held.len().saturating_sub(longest_open), out);
    }

    /// Notes a find, together with those that it overlaps.
    fn note(&mut self, mut find: Range<u64>) {
        while let Some(last) = self.found.pop_back_if(|last| last.end > find.start) {
            find.start = find.start.min(last.start);
        }
        self.found.push_back(find);
    }

    /// Lets out the first `count` bytes that are held.
    fn release(&mut self, count: usize, out: &mut Vec<u8>) {
        for _ in 0..count {
            let Some(byte) = self.held.pop_front() else {
                return;
            };
            if let Some(find) = self.found.pop_front_if(|find| find.start <= self.at) {
                if find.start >= self.hidden_until {
                    out.extend_from_slice(REDACTED);
                    self.replaced = true;
                }
                self.hidden_until = self.hidden_until.max(find.end);
            }
            if self.at >= self.hidden_until {
                out.push(byte);
            }
            self.at += 1;
        }
    }
}
