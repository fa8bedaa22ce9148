//! A transport that follows a script.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::Rc,
    task::Poll,
    time::Duration,
};

use crate::{
    Level, Transport, TransportError,
    http::{Headers, Method, Request, Response},
};

type Reply = Result<Response, TransportError>;

struct Line {
    method: Method,
    /// What stands between the root and the end of the URL, or only its beginning.
    resource: String,
    answer: Reply,
    /// Answers again and again.
    always: bool,
}

/// Answers requests by script; remembers what was sent and how long was slept. Clones are the same
/// script.
#[derive(Clone, Default)]
pub struct Script(Rc<State>);

#[derive(Default)]
struct State {
    root: String,
    lines: RefCell<Vec<Line>>,
    sent: RefCell<Vec<Request>>,
    slept: RefCell<Vec<Duration>>,
    clock: Cell<Duration>,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Script");
        shown.field("root", &self.0.root).finish_non_exhaustive()
    }
}

impl Script {
    /// A script for a service at `root`, the address in front of every resource that is named here.
    #[must_use]
    pub fn at(root: &str) -> Self {
        Self(Rc::new(State {
            root: root.trim_end_matches('/').to_owned(),
            ..State::default()
        }))
    }

    fn line(self, method: Method, resource: &str, answer: Reply, always: bool) -> Self {
        self.0.lines.borrow_mut().push(Line {
            method,
            resource: resource.to_owned(),
            answer,
            always,
        });
        self
    }

    /// Answers one request whose URL starts with `resource`; lines are used up in order.
    #[must_use]
    pub fn answer(self, method: Method, resource: &str, status: u16, body: &str) -> Self {
        self.line(method, resource, Ok(response(status, &[], body)), false)
    }

    /// The same with response headers.
    #[must_use]
    pub fn answer_with(
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
    #[must_use]
    pub fn always(self, method: Method, resource: &str, status: u16, body: &str) -> Self {
        self.line(method, resource, Ok(response(status, &[], body)), true)
    }

    /// Fails one such request.
    #[must_use]
    pub fn fail(self, method: Method, resource: &str, error: TransportError) -> Self {
        self.line(method, resource, Err(error), false)
    }

    /// What was sent: method and resource.
    #[must_use]
    pub fn sent(&self) -> Vec<String> {
        let sent = self.0.sent.borrow();
        let lines = sent.iter();
        lines
            .map(|request| format!("{} {}", request.method, self.resource(&request.url)))
            .collect()
    }

    /// The request that was sent as number `index`, from 0.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn request(&self, index: usize) -> Request {
        self.0.sent.borrow()[index].clone()
    }

    /// The waits, in order.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.0.slept.borrow().clone()
    }

    fn resource<'a>(&self, url: &'a str) -> &'a str {
        url.strip_prefix(self.0.root.as_str())
            .map_or(url, |rest| rest.trim_start_matches('/'))
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
    async fn send(&self, request: Request) -> Reply {
        give_way().await;
        let resource = self.resource(&request.url).to_owned();
        let method = request.method;
        self.0.sent.borrow_mut().push(request);
        let mut lines = self.0.lines.borrow_mut();
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
        self.0.slept.borrow_mut().push(duration);
        self.0.clock.set(self.0.clock.get() + duration);
        give_way().await;
    }

    fn now(&self) -> Duration {
        self.0.clock.get()
    }

    fn random(&self) -> u64 {
        500
    }

    fn log(&self, _: Level, _: &str) {}
}
