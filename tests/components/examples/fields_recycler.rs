//! Sends a second request with the very header fields and trailers of the first one's response, in
//! the hope that what came in unfiltered goes out unfiltered.
#![cfg(target_arch = "wasm32")]

use hostile_components::wasip3::http::client;
use hostile_components::wasip3::http::types::{Fields, Request, Response, Scheme};
use hostile_components::wasip3::wit_bindgen::{StreamResult, spawn_local};
use hostile_components::wasip3::{wit_future, wit_stream};
use hostile_components::{Answer, Attempt, Behaviour, Call, Outcome, defect, json};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let first = match Attempt::of(&call)?.begin().await {
            Ok(response) => response,
            Err(outcome) => return Ok(outcome.told()),
        };
        let headers = first.get_headers().clone();
        let trailers = trailers(first).await;
        let recycled = [
            headers.copy_all().len(),
            trailers
                .as_ref()
                .map_or(0, |trailers| trailers.copy_all().len()),
        ];
        let (ending, ended) = wit_future::new(|| Ok(None));
        let (mut body, contents) = wit_stream::new();
        let (second, _) = Request::new(headers, Some(contents), ended, None);
        let authority = call.base()?.rsplit('/').next().unwrap_or_default();
        second
            .set_scheme(Some(&Scheme::Https))
            .and_then(|()| second.set_authority(Some(authority)))
            .and_then(|()| second.set_path_with_query(Some("/second")))
            .map_err(|()| defect("the URL of the connection is none"))?;
        spawn_local(async move {
            let _ = body.write_all(b"planted".to_vec()).await;
            drop(body);
            let _ = ending.write(Ok(trailers)).await;
        });
        let outcome = client::send(second).await.map_err(Outcome::Failed);
        Ok(json!({
            "recycled": recycled,
            "status": outcome.map(|response| response.get_status_code()).ok(),
        }))
    }
}

/// The trailers, once the body is out of the way.
async fn trailers(response: Response) -> Option<Fields> {
    let (_, handled) = wit_future::new(|| Ok(()));
    let (mut stream, ended) = Response::consume_body(response, handled);
    while let (StreamResult::Complete(_), _) = stream.read(Vec::with_capacity(4096)).await {}
    ended.await.ok().flatten()
}

hostile_components::export!(Guest);
