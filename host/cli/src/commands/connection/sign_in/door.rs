//! The door that the browser comes back to (RFC 8252 §7.3): a listener on this machine alone, for one
//! answer.
//!
//! Every program here and every web page in a browser can knock. What is no request for the redirect
//! address, under its own name, is turned away; what is one goes to the host, which knows whether it
//! belongs to the sign-in. Both loopback addresses are taken, so that nobody else has the other one.

use super::page::Page;
use crate::problem::{Exit, Problem};
use bytes::Bytes;
use http::{Method, Request, Response, header::HOST};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot};
use url::Url;

/// Browsers open a few connections ahead; more at once are somebody's who has nothing to do here.
const AT_ONCE: usize = 16;

/// How long a connection may take to say what it wants.
const HEAD: Duration = Duration::from_secs(10);

/// The longest request head, in bytes. Entra's answers have two thousand.
const LONGEST: usize = 64 << 10;

/// How often a free port is looked for that is free on both addresses.
const TRIES: usize = 8;

/// How long a page may take to be sent before the process ends.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The door.
pub(super) struct Door {
    port: u16,
    listeners: Vec<TcpListener>,
}

/// A request for the redirect address.
#[derive(Debug)]
pub(super) struct Knock {
    /// Its query.
    pub(super) query: String,
    page: oneshot::Sender<Page>,
    sent: oneshot::Receiver<()>,
}

impl Knock {
    /// Answers it, and waits until the answer is on its way.
    pub(super) async fn answer(self, page: Page) {
        // The browser may have gone: then there is nobody to answer.
        if self.page.send(page).is_ok() {
            let _ = tokio::time::timeout(LAST_WORDS, self.sent).await;
        }
    }
}

impl Door {
    /// Opens it, at `port` or at any that is free.
    pub(super) async fn open(port: Option<u16>) -> Result<Self, Problem> {
        let tries = if port.is_some() { 1 } else { TRIES };
        let mut last = None;
        for _ in 0..tries {
            match Self::at(port.unwrap_or(0)).await {
                Ok(door) => return Ok(door),
                Err(error) => last = Some(error),
            }
        }
        let error = last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into());
        let place = port.map_or_else(|| "a free port".to_owned(), |port| format!("port {port}"));
        Err(Problem::new(
            Exit::Unavailable,
            format!("cannot listen on {place} of this machine: {error}"),
        )
        .advise("choose another port with --port, or leave it out")
        .advise("without a browser on this machine, --no-browser with the code pasted works too"))
    }

    async fn at(port: u16) -> io::Result<Self> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = first.local_addr()?.port();
        let mut listeners = vec![first];
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(second) => listeners.push(second),
            // Somebody else has it: they would get the answer of a browser that tries IPv6 first.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            // This machine has no IPv6.
            Err(_) => {}
        }
        Ok(Self { port, listeners })
    }

    /// The address that the browser comes back to. The name, not a number: Entra lets the port
    /// differ from what is registered only for `localhost`.
    pub(super) fn redirect_uri(&self) -> Result<Url, Problem> {
        Url::parse(&format!("http://localhost:{}/", self.port))
            .map_err(|error| Problem::new(Exit::Defect, format!("no redirect address: {error}")))
    }

    /// Listens until the receiver is dropped.
    pub(super) fn serve(self) -> mpsc::Receiver<Knock> {
        let (knocks, received) = mpsc::channel(1);
        let places = Arc::new(Semaphore::new(AT_ONCE));
        for listener in self.listeners {
            let served = accept(listener, self.port, knocks.clone(), Arc::clone(&places));
            tokio::spawn(served);
        }
        received
    }
}

async fn accept(
    listener: TcpListener,
    port: u16,
    knocks: mpsc::Sender<Knock>,
    places: Arc<Semaphore>,
) {
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = knocks.closed() => return,
        };
        // One connection that broke off is no reason to stop.
        let Ok((stream, _)) = accepted else {
            continue;
        };
        let knocks = knocks.clone();
        tokio::spawn(async move {
            let (done, sent) = oneshot::channel();
            let sent = std::sync::Mutex::new(Some(sent));
            let service = service_fn(|request| answer(request, port, &knocks, &sent));
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD)
                .max_buf_size(LONGEST)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service);
            // However it ended, there is nothing more to be sent on it.
            let _ = served.await;
            let _ = done.send(());
            drop(place);
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    port: u16,
    knocks: &mpsc::Sender<Knock>,
    sent: &std::sync::Mutex<Option<oneshot::Receiver<()>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let page = match query(&request, port) {
        Some(query) => {
            let (page, answered) = oneshot::channel();
            let sent = sent.lock().ok().and_then(|mut sent| sent.take());
            if let Some(sent) = sent {
                let _ = knocks.send(Knock { query, page, sent }).await;
            }
            // The sign-in may be over: then nobody answers.
            answered.await.unwrap_or(Page::Stray)
        }
        None => Page::Nowhere,
    };
    Ok(page.response())
}

/// The query of a request for the redirect address, asked for under its own name: another name that
/// leads here is a page that wants to talk to this machine.
fn query<B>(request: &Request<B>, port: u16) -> Option<String> {
    let host = request.headers().get(HOST)?.to_str().ok()?;
    let ours = ["localhost", "127.0.0.1", "[::1]"];
    let is_ours = ours.into_iter().any(|name| {
        host.strip_prefix(name).is_some_and(|rest| match rest {
            // What browsers leave out.
            "" => port == 80,
            rest => rest.strip_prefix(':').and_then(|given| given.parse().ok()) == Some(port),
        })
    });
    let is_redirect = request.method() == Method::GET && request.uri().path() == "/";
    if is_ours && is_redirect {
        request.uri().query().map(str::to_owned)
    } else {
        None
    }
}

/// Where the door listens.
#[cfg(test)]
impl Door {
    fn addresses(&self) -> Vec<std::net::SocketAddr> {
        let addresses = self.listeners.iter().map(|one| one.local_addr().unwrap());
        addresses.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    async fn ask(port: u16, request: String) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    fn get(port: u16, path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")
    }

    #[tokio::test]
    async fn the_door_is_open_to_this_machine_alone() {
        let door = Door::open(None).await.unwrap();
        let addresses = door.addresses();
        assert!(!addresses.is_empty());
        for address in addresses {
            assert!(address.ip().is_loopback(), "{address}");
            assert_eq!(address.port(), door.port);
        }
        let uri = door.redirect_uri().unwrap();
        assert_eq!(uri.as_str(), format!("http://localhost:{}/", door.port));
    }

    #[tokio::test]
    async fn a_port_that_somebody_else_has_is_named() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let problem = Door::open(Some(port)).await.err().unwrap();
        assert!(problem.message.contains(&port.to_string()), "{problem:?}");
        assert!(problem.advice[0].contains("--port"), "{problem:?}");
    }

    #[tokio::test]
    async fn half_a_port_is_not_taken() {
        let Ok(taken) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await else {
            // This machine has no IPv6, so that nobody can have the other half.
            return;
        };
        let port = taken.local_addr().unwrap().port();
        assert!(Door::open(Some(port)).await.is_err());
    }

    #[tokio::test]
    async fn only_requests_for_the_redirect_address_come_in() {
        let door = Door::open(None).await.unwrap();
        let port = door.port;
        let mut knocks = door.serve();
        let with_host = |host: &str| format!("GET /?code=c HTTP/1.1\r\nHost: {host}\r\n\r\n");
        for request in [
            get(port, "/favicon.ico"),
            get(port, "/other?code=c&state=s"),
            get(port, "/"),
            format!(
                "POST /?code=c HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 0\r\n\r\n"
            ),
            with_host(&format!("evil.example:{port}")),
            with_host(&format!("localhost.evil.example:{port}")),
            with_host("localhost"),
            with_host(&format!("localhost:{}", port.wrapping_add(1))),
            "GET /?code=c HTTP/1.0\r\n\r\n".to_owned(),
        ] {
            let answer = ask(port, request.clone()).await;
            assert!(
                answer.starts_with("HTTP/1.") && !answer.contains("200 OK"),
                "{request}"
            );
            assert!(knocks.try_recv().is_err(), "{request}");
        }
        let asked = tokio::spawn(ask(port, get(port, "/?code=c&state=s")));
        let knock = knocks.recv().await.unwrap();
        assert_eq!(knock.query, "code=c&state=s");
        knock.answer(Page::SignedIn).await;
        let answer = asked.await.unwrap();
        assert!(answer.contains("You are signed in"), "{answer}");
        assert!(answer.contains("content-security-policy: default-src 'none'"));
        assert!(answer.contains("connection: close"), "{answer}");
    }

    #[test]
    fn the_port_may_be_left_out_where_browsers_leave_it_out() {
        let asked = |host: &str, port| {
            let request = Request::get("/?code=c")
                .header(HOST, host)
                .body(())
                .unwrap();
            query(&request, port).is_some()
        };
        for (host, port, taken) in [
            ("localhost", 80, true),
            ("localhost:80", 80, true),
            ("localhost", 8400, false),
            ("localhost:8400", 8400, true),
            ("127.0.0.1:8400", 8400, true),
            ("[::1]:8400", 8400, true),
            ("localhost8400", 8400, false),
            ("localhost:", 80, false),
            ("evil.example:8400", 8400, false),
        ] {
            assert_eq!(asked(host, port), taken, "{host} {port}");
        }
    }

    #[tokio::test]
    async fn a_door_that_nobody_waits_behind_is_shut() {
        let door = Door::open(None).await.unwrap();
        let port = door.port;
        let knocks = door.serve();
        drop(knocks);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .is_ok()
        {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn many_who_say_nothing_do_not_keep_the_browser_out_for_good() {
        let door = Door::open(None).await.unwrap();
        let port = door.port;
        let mut knocks = door.serve();
        let mut silent = Vec::new();
        for _ in 0..AT_ONCE - 2 {
            silent.push(
                TcpStream::connect((Ipv4Addr::LOCALHOST, port))
                    .await
                    .unwrap(),
            );
        }
        let asked = tokio::spawn(ask(port, get(port, "/?code=c")));
        knocks.recv().await.unwrap().answer(Page::Failed).await;
        assert!(asked.await.unwrap().contains("did not succeed"));
    }
}
