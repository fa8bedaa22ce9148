//! A transport that follows a script, for tests of everything above it.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::Rc,
    task::Poll,
    time::Duration,
};

use super::{
    address::BaseUrl,
    client::Client,
    transport::{Headers, Level, Method, Request, Response, Transport, TransportError},
};

/// The organisation of all tests.
pub(crate) const ROOT: &str = "https://contoso.crm.dynamics.com/api/data/v9.2";

type Answer = Result<Response, TransportError>;

struct Line {
    method: Method,
    /// What stands between the root and the end of the URL, or only its beginning.
    resource: String,
    answer: Answer,
    /// Answers again and again.
    always: bool,
}

/// Answers requests by script; remembers what was sent and how long was slept.
#[derive(Default)]
pub(crate) struct Script {
    lines: RefCell<Vec<Line>>,
    sent: RefCell<Vec<Request>>,
    slept: RefCell<Vec<Duration>>,
    clock: Cell<Duration>,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn line(self, method: Method, resource: &str, answer: Answer, always: bool) -> Self {
        self.lines.borrow_mut().push(Line {
            method,
            resource: resource.to_owned(),
            answer,
            always,
        });
        self
    }

    /// Answers one request whose URL starts with `resource`; lines are used up in order.
    pub(crate) fn answer(self, method: Method, resource: &str, status: u16, body: &str) -> Self {
        self.line(method, resource, Ok(response(status, &[], body)), false)
    }

    /// The same with response headers.
    pub(crate) fn answer_with(
        self,
        method: Method,
        resource: &str,
        status: u16,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Self {
        self.line(method, resource, Ok(response(status, headers, body)), false)
    }

    /// Answers every such request.
    pub(crate) fn always(self, method: Method, resource: &str, status: u16, body: &str) -> Self {
        self.line(method, resource, Ok(response(status, &[], body)), true)
    }

    /// Fails one such request.
    pub(crate) fn fail(self, method: Method, resource: &str, error: TransportError) -> Self {
        self.line(method, resource, Err(error), false)
    }

    pub(crate) fn client(&self) -> Client<&Self> {
        Client::new(self, Rc::new(BaseUrl::parse(ROOT).unwrap()))
    }

    /// What was sent: method and resource.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.sent
            .borrow()
            .iter()
            .map(|request| format!("{} {}", request.method, resource_of(&request.url)))
            .collect()
    }

    pub(crate) fn request(&self, index: usize) -> Request {
        self.sent.borrow()[index].clone()
    }

    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.borrow().clone()
    }
}

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let mut fields = Headers::new();
    for (name, value) in headers {
        fields.set(name, value);
    }
    Response {
        status,
        headers: fields,
        body: body.as_bytes().to_vec(),
    }
}

fn resource_of(url: &str) -> &str {
    url.strip_prefix(ROOT)
        .map_or(url, |rest| rest.trim_start_matches('/'))
}

/// Lets other futures run once, as a real wait would.
async fn give_way() {
    let mut waited = false;
    poll_fn(|context| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Transport for Script {
    async fn send(&self, request: Request) -> Answer {
        give_way().await;
        let resource = resource_of(&request.url).to_owned();
        let method = request.method;
        self.sent.borrow_mut().push(request);
        let mut lines = self.lines.borrow_mut();
        let found = lines
            .iter()
            .position(|line| line.method == method && resource.starts_with(&line.resource))
            .unwrap_or_else(|| panic!("the script has no answer to {method} {resource}"));
        if lines[found].always {
            lines[found].answer.clone()
        } else {
            lines.remove(found).answer
        }
    }

    async fn sleep(&self, duration: Duration) {
        self.slept.borrow_mut().push(duration);
        self.clock.set(self.clock.get() + duration);
        give_way().await;
    }

    fn now(&self) -> Duration {
        self.clock.get()
    }

    fn random(&self) -> u64 {
        500
    }

    fn log(&self, _: Level, _: &str) {}
}
