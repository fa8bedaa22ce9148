//! What a connection sent once may not come in with any later answer.

use std::sync::Arc;
use std::sync::Mutex;

use airlock_auth::{AuthError, Credential, CredentialSource, Placement};
use airlock_egress::{Lane, LanePolicy, Purpose, SendOptions};
use async_trait::async_trait;
use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use secrecy::SecretString;
use tokio::sync::mpsc;

use crate::support::credential::token;
use crate::support::fixture::{Fixture, everywhere, lane_id, local};
use crate::support::server::{Server, answer, answer_with};
use crate::support::{get, text};

const CLIENT_SECRET: &str = "THE-CLIENT-SECRET-9~";

/// Gives out the next token to each request, as if the one before had run out.
struct Hasty(Mutex<usize>);

#[async_trait]
impl CredentialSource for Hasty {
    async fn lease(&self) -> Result<Credential, AuthError> {
        let mut number = self.0.lock().unwrap();
        *number += 1;
        Ok(Credential::new(
            Placement::Bearer,
            token(*number - 1).into(),
        ))
    }

    async fn renew(&self, _: &Credential) -> Result<Credential, AuthError> {
        self.lease().await
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec![CLIENT_SECRET.into()]
    }
}

fn hasty(fixture: &Fixture, policy: LanePolicy) -> Arc<Lane> {
    fixture.egress.lane(
        lane_id("default", Purpose::Api),
        policy,
        Some(Arc::new(Hasty(Mutex::new(0)))),
    )
}

async fn fetch(lane: &Lane, url: &str) -> Response<airlock_egress::Body> {
    lane.send(get(url), SendOptions::default()).await.unwrap()
}

#[tokio::test]
async fn tokens_that_were_replaced_are_redacted_in_body_header_and_trailer() {
    let server = Server::plain(|_| {
        let all: Vec<_> = (0..5).map(token).collect();
        answer_with(200, "x-noted", &all.join(","), &all.join(" "))
    })
    .await;
    let fixture = Fixture::new(local());
    let lane = hasty(&fixture, everywhere());
    for _ in 0..4 {
        fetch(&lane, &server.url("/note")).await;
    }
    let noted = fetch(&lane, &server.url("/noted")).await;
    let header = noted.headers()["x-noted"].to_str().unwrap().to_owned();
    let body = text(noted).await;
    for number in 0..5 {
        assert!(!header.contains(&token(number)), "{number}: {header}");
        assert!(!body.contains(&token(number)), "{number}: {body}");
    }
}

#[tokio::test]
async fn what_the_credential_was_got_with_is_redacted_at_every_host_of_the_connection() {
    let server = Server::plain(|_| {
        answer(
            200,
            "grant_type=x&client_secret=THE-CLIENT-SECRET-9%7E&scope=y",
        )
    })
    .await;
    let fixture = Fixture::new(local());
    for policy in [
        everywhere(),
        // A host that the credential does not go to may be the authority's.
        LanePolicy {
            credential_hosts: Vec::new(),
            ..everywhere()
        },
    ] {
        let lane = hasty(&fixture, policy);
        let body = text(fetch(&lane, &server.url("/last-form")).await).await;
        assert_eq!(body, "grant_type=x&client_secret=[redacted]&scope=y");
    }
}

#[tokio::test]
async fn a_body_under_way_does_not_show_the_tokens_of_later_requests() {
    let (feed, pieces) = mpsc::unbounded_channel::<String>();
    let pieces = Mutex::new(Some(pieces));
    let server = Server::plain(move |seen| {
        let Some(mut pieces) = pieces
            .lock()
            .unwrap()
            .take_if(|_| seen.uri.path() == "/watch")
        else {
            return answer(200, "");
        };
        let pieces = futures::stream::poll_fn(move |cx| {
            pieces
                .poll_recv(cx)
                .map(|piece| piece.map(|piece| Ok(Frame::data(Bytes::from(piece)))))
        });
        Response::new(StreamBody::new(pieces).boxed_unsync())
    })
    .await;
    let fixture = Fixture::new(local());
    let lane = hasty(&fixture, everywhere());
    let watching = fetch(&lane, &server.url("/watch")).await;
    for number in 1..4 {
        fetch(&lane, &server.url("/other")).await;
        let seen = server.seen().pop().unwrap();
        let shown = seen.header("authorization").unwrap().to_owned();
        assert_eq!(shown, format!("Bearer {}", token(number)));
        let (one, other) = shown.split_at(12);
        feed.send(format!("<{one}")).unwrap();
        feed.send(format!("{other}>")).unwrap();
    }
    drop(feed);
    assert_eq!(
        text(watching).await,
        "<Bearer [redacted]><Bearer [redacted]><Bearer [redacted]>"
    );
}

#[tokio::test]
async fn a_handle_that_is_made_anew_does_not_forget() {
    let server = Server::plain(|_| answer(200, format!("before: {}", token(0)))).await;
    let fixture = Fixture::new(local());
    let id = lane_id("default", Purpose::Api);
    let narrower = LanePolicy {
        path_prefixes: vec!["/noted".into()],
        ..everywhere()
    };
    for (policy, path) in [(everywhere(), "/"), (narrower, "/noted")] {
        let source = Arc::new(Hasty(Mutex::new(usize::from(path != "/"))));
        let lane = fixture.egress.lane(id.clone(), policy, Some(source));
        let told = text(fetch(&lane, &server.url(path)).await).await;
        assert_eq!(told, "before: [redacted]", "{path}");
    }
}
