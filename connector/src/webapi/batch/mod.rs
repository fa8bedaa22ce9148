//! `$batch`: many requests in one, some of them as one change.
//!
//! Requests are told apart here by their order alone. What they mean, and how many of them a caller
//! has, is the caller's matter; the service takes [`MOST`] at once.

mod answer;
mod body;
mod fates;

use airlock_connector::{
    Error, Failure, Transport,
    http::{Method, Response},
};

use super::{
    client::{ApiRequest, Client, Safety},
    headers::{CallOptions, Precondition},
};

/// Most requests that the service takes in one batch, those within change sets counted.
pub const MOST: usize = 1_000;

/// One request of a batch.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its number, by which later requests of its change set refer to it as `$number`. No two requests
    /// of a batch have the same.
    pub number: usize,
    /// The method.
    pub method: Method,
    /// Absolute URL, or one that begins with a reference: `$1/primarycontactid/$ref`.
    pub url: String,
    /// What goes into its headers. It inherits none of the batch.
    pub options: CallOptions,
    /// The body, which is JSON.
    pub body: Option<Vec<u8>>,
}

/// What a batch consists of.
#[derive(Clone, Debug)]
pub enum Item {
    /// A request that succeeds or fails alone.
    Single(Part),
    /// Requests that succeed or fail together; none of them reads.
    ChangeSet(Vec<Part>),
}

impl Item {
    /// Its requests.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        match self {
            Self::Single(part) => std::slice::from_ref(part),
            Self::ChangeSet(parts) => parts,
        }
    }
}

/// What became of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The service answered it. A failure in a change set has undone the others of the set.
    Answered(Response),
    /// Another request of its change set failed, so it was undone or never begun.
    Undone,
    /// Its change set was undone with this answer, and the service does not say by which request.
    UndoneBy(Response),
    /// A request before it failed, so it was not begun.
    NotBegun,
}

impl<T: Transport> Client<T> {
    /// Sends the items as one batch and tells what became of each request, in order. Without `goes_on`
    /// the service stops at the first failure.
    ///
    /// # Errors
    /// When the batch as a whole was not answered. Whether it was carried out is then not known if the
    /// connection broke.
    pub async fn batch(&self, items: &[Item], goes_on: bool) -> Result<Vec<Fate>, Error> {
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
        call.safety = Some(safety(items));
        call.in_parts = true;
        let reply = self.send(call).await?;
        let answers = reply
            .headers
            .get("content-type")
            .and_then(|kind| answer::read(kind, &reply.body));
        answers
            .and_then(|answers| fates::of(items, answers))
            .ok_or_else(|| not_understood(reply.status))
    }
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
