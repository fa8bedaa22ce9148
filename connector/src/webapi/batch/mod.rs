//! `$batch`: many requests in one, some of them as one change.
//!
//! Requests are told apart here by their order alone. What they mean, and how many of them a caller
//! has, is the caller's matter; the service takes [`MOST`] at once.

mod answer;
mod body;
mod fates;
mod item;

use airlock_connector::{Error, Failure, Transport, http::Method};

use super::{
    client::{ApiRequest, Client, Safety},
    headers::Precondition,
};

pub use item::{Fate, Item, MOST, Part};

impl<T: Transport> Client<T> {
    /// Sends the items as one batch and tells what became of each request, in order. Without `goes_on`
    /// the service stops at the first failure.
    ///
    /// # Errors
    /// When the batch as a whole was not answered. Whether it was carried out is then not known if the
    /// connection broke.
    pub async fn batch(&self, items: &[Item], goes_on: bool) -> Result<Vec<Fate>, Error> {
        let sent = self.attempt_batch(items, goes_on, safety(items)).await?;
        sent.fates
    }

    /// Like [`Client::batch`], where the caller says whether it may be sent again when its fate is not
    /// known, and hears whether that happened. The outer error is for batches that cannot be sent at all.
    ///
    /// # Errors
    /// See [`Client::batch`].
    pub(crate) async fn attempt_batch(
        &self,
        items: &[Item],
        goes_on: bool,
        safety: Safety,
    ) -> Result<Sent, Error> {
        let boundary = format!("batch_{:016x}", self.transport().random());
        let body = body::write(items, &boundary)?;
        let url = self.base().url("$batch", "")?;
        let mut call = ApiRequest::new(Method::Post, url).with_body(body);
        let mut header =
            |name: &str, value: String| call.options.extra.push((name.to_owned(), value));
        header(
            "content-type",
            format!("multipart/mixed; boundary=\"{boundary}\""),
        );
        if goes_on {
            header("prefer", "odata.continue-on-error".to_owned());
        }
        call.safety = Some(safety);
        call.in_parts = true;
        let (reply, uncertain) = self.attempt(call).await?;
        let mut hint = None;
        let fates = reply.and_then(|reply| {
            hint = reply.parallel_hint();
            let kind = reply.headers.get("content-type");
            let answers = kind.and_then(|kind| answer::read(kind, &reply.body));
            answers
                .and_then(|answers| fates::of(items, answers))
                .ok_or_else(|| not_understood(reply.status))
        });
        Ok(Sent {
            fates,
            uncertain,
            hint,
        })
    }
}

/// A batch that was sent, however often.
#[derive(Debug)]
pub(crate) struct Sent {
    /// What became of each request, or why that is not known.
    pub(crate) fates: Result<Vec<Fate>, Error>,
    /// Whether an earlier attempt may have been carried out.
    pub(crate) uncertain: bool,
    /// How many requests at once the service recommends, where it says so.
    pub(crate) hint: Option<usize>,
}

/// Repeating a batch repeats each request in it, so one that may not be repeated decides for all.
fn safety(items: &[Item]) -> Safety {
    let repeatable = |part: &Part| match (part.method, &part.options.precondition) {
        (method, _) if method.reads() => true,
        // A second delete finds nothing, and a second create or versioned change meets the first.
        (Method::Patch | Method::Put, None | Some(Precondition::Exists)) => true,
        _ => false,
    };
    if items.iter().flat_map(Item::parts).all(repeatable) {
        Safety::Repeatable
    } else {
        Safety::Once
    }
}

fn not_understood(status: u16) -> Error {
    Error::Rejected(Failure {
        message: "the answer does not have the parts that the batch has: what was carried out is not known, so look before repeating it".to_owned(),
        status: Some(status),
        ..Failure::default()
    })
}

#[cfg(test)]
mod tests;
