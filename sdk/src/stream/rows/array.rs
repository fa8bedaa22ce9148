//! The elements of a JSON array, found while it comes: what closes an element is counted, and only a whole
//! one is read as JSON.

use super::given::{GivenRow, object};
use crate::{
    Error,
    stream::{
        feed::Feed,
        lines::{LONGEST, refused},
    },
};

/// The elements of an array.
pub(super) struct Elements<'a> {
    feed: Feed<'a>,
    number: u64,
    ended: bool,
}

impl<'a> Elements<'a> {
    /// Reads the bracket in front.
    pub(super) async fn begun(mut feed: Feed<'a>) -> Result<Self, Error> {
        let ended = match next_byte(&mut feed).await {
            Some(b'[') => {
                feed.take(1);
                false
            }
            None => true,
            Some(_) => {
                return Err(Error::invalid(
                    "",
                    "the rows are no JSON array: it begins with `[`",
                ));
            }
        };
        Ok(Self {
            feed,
            number: 0,
            ended,
        })
    }

    /// The next element.
    pub(super) async fn next(&mut self) -> Result<Option<GivenRow>, Error> {
        if self.ended {
            return Ok(None);
        }
        match next_byte(&mut self.feed).await {
            Some(b']') => {
                self.feed.take(1);
                self.ended = true;
                return match next_byte(&mut self.feed).await {
                    None => Ok(None),
                    Some(_) => Err(Error::invalid(
                        "",
                        "something stands behind the array of rows",
                    )),
                };
            }
            Some(b',') if self.number > 0 => {
                self.feed.take(1);
                next_byte(&mut self.feed).await;
            }
            _ => {}
        }
        self.number += 1;
        let mut scan = Scan::default();
        loop {
            let bytes = self.feed.bytes();
            if let Some(end) = scan.end_in(bytes) {
                let element = bytes.get(..end).unwrap_or_default().trim_ascii();
                let row = object(element, "element");
                let number = self.number;
                self.feed.take(end);
                return Ok(Some(GivenRow { number, row }));
            }
            if bytes.len() > LONGEST {
                return Err(refused(self.number, "is longer than 16 MiB"));
            }
            if !self.feed.more().await {
                self.ended = true;
                return Err(Error::invalid(
                    "",
                    format!(
                        "the array of rows ends within its element {}: `]` is missing",
                        self.number
                    ),
                ));
            }
        }
    }
}

/// The next byte that is not blank, which is not taken.
async fn next_byte(feed: &mut Feed<'_>) -> Option<u8> {
    loop {
        let bytes = feed.bytes();
        let blank = bytes.len() - bytes.trim_ascii_start().len();
        if let Some(byte) = bytes.get(blank).copied() {
            feed.take(blank);
            return Some(byte);
        }
        feed.take(blank);
        if !feed.more().await {
            return None;
        }
    }
}

/// Looks for the end of an element, and goes on where it stopped.
#[derive(Default)]
struct Scan {
    seen: usize,
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Scan {
    /// Where the element ends: before the comma or bracket that is not its own.
    fn end_in(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate().skip(self.seen) {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.quoted => self.escaped = true,
                b'"' => self.quoted = !self.quoted,
                _ if self.quoted => {}
                b'{' | b'[' => self.depth += 1,
                b',' | b']' if self.depth == 0 => return Some(at),
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.seen = bytes.len();
        None
    }
}
