//! Has `count` requests with a body of `bytes` each under way at once: none of the bodies stays in its own
//! memory, all of them in the host's.
#![cfg(target_arch = "wasm32")]

use hostile_components::web::{self, NoAnswer, Response};
use hostile_components::{Answer, Behaviour, Call, Value, json, text};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

struct Guest;

type Exchange = Pin<Box<dyn Future<Output = Result<Response, NoAnswer>>>>;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let path = call.text("path").unwrap_or("/gate");
        let url = format!("{}{path}", call.base()?.trim_end_matches('/'));
        let bytes = usize::try_from(call.amount("bytes")).unwrap_or(0);
        let mut under_way: Vec<Exchange> = Vec::new();
        let mut told = Vec::new();
        for _ in 0..call.amount("count") {
            let mut exchange: Exchange = Box::pin(web::exchange(web::Request {
                method: "POST".to_owned(),
                url: url.clone(),
                headers: Vec::new(),
                body: vec![b'x'; bytes],
                timeout_ms: None,
            }));
            // Once it has begun, the body is the host's.
            match exchange
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
            {
                Poll::Ready(answer) => told.push(tell(answer)),
                Poll::Pending => under_way.push(exchange),
            }
        }
        poll_fn(|cx| {
            under_way.retain_mut(|exchange| match exchange.as_mut().poll(cx) {
                Poll::Ready(answer) => {
                    told.push(tell(answer));
                    false
                }
                Poll::Pending => true,
            });
            if under_way.is_empty() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        Ok(Value::Array(told))
    }
}

fn tell(answer: Result<Response, NoAnswer>) -> Value {
    match answer {
        Ok(answer) => json!({ "status": answer.status, "body": text(&answer.body) }),
        Err(NoAnswer::NotSent(why) | NoAnswer::Interrupted(why) | NoAnswer::Denied(why)) => {
            json!({ "none": why })
        }
    }
}

hostile_components::export!(Guest);
