//! HTTP/1.1 over a socket, byte for byte as the fuzzer wants it, and the answers as they came.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take. Far more than any honest answer takes, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// More headers than the simulator sends.
const HEADERS: usize = 64;

/// One answer.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
    pub(crate) is_last: bool,
}

/// What came back.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Answers, in order.
    Answered(Vec<Answer>),
    /// The connection ended without one.
    Closed,
    /// Nothing within [`PATIENCE`].
    Hung,
    /// Bytes that are no HTTP.
    Gibberish(Vec<u8>),
}

/// A connection that is used again as long as the other side keeps it.
pub(crate) struct Wire {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Wire {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
        }
    }

    /// Sends a well-formed request and reads its answer.
    pub(crate) fn exchange(&mut self, request: &[u8], is_head: bool) -> std::io::Result<Outcome> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        if stream.write_all(request).is_err() {
            return Ok(Outcome::Closed);
        }
        let mut received = Vec::with_capacity(4096);
        let mut is_ended = false;
        loop {
            match parse(&received, is_head, is_ended) {
                Parsed::Answer(answer, _) => {
                    if !answer.is_last && !is_ended {
                        self.stream = Some(stream);
                    }
                    return Ok(Outcome::Answered(vec![answer]));
                }
                Parsed::Gibberish => return Ok(Outcome::Gibberish(received)),
                Parsed::More if is_ended && received.is_empty() => return Ok(Outcome::Closed),
                Parsed::More if is_ended => return Ok(Outcome::Gibberish(received)),
                Parsed::More => {}
            }
            match read(&mut stream, &mut received) {
                Got::Some => {}
                Got::End => is_ended = true,
                Got::Nothing => return Ok(Outcome::Hung),
            }
        }
    }

    /// Sends bytes on a connection of their own, says that no more will come, and reads all there is.
    pub(crate) fn throw(&self, bytes: &[u8]) -> std::io::Result<Outcome> {
        // An answer to HEAD announces a body that does not come: only the first head can be told for sure then.
        let has_head = bytes.windows(4).any(|word| word == b"HEAD");
        let mut stream = connect(self.address)?;
        // The other side may answer and close before it has read everything.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut received = Vec::new();
        loop {
            match read(&mut stream, &mut received) {
                Got::Some => {}
                Got::End => break,
                Got::Nothing => return Ok(Outcome::Hung),
            }
        }
        let mut rest = received.as_slice();
        let mut answers = Vec::new();
        while !rest.is_empty() {
            let Parsed::Answer(answer, length) = parse(rest, has_head, true) else {
                return Ok(Outcome::Gibberish(received));
            };
            rest = rest.get(length..).unwrap_or_default();
            match answer.status {
                // Only says that the body may be sent.
                100 => {}
                400..=499 if has_head => break,
                _ => answers.push(answer),
            }
            if has_head {
                break;
            }
        }
        Ok(if answers.is_empty() {
            Outcome::Closed
        } else {
            Outcome::Answered(answers)
        })
    }
}

fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

enum Got {
    Some,
    End,
    Nothing,
}

fn read(stream: &mut TcpStream, into: &mut Vec<u8>) -> Got {
    let mut piece = [0; 16 * 1024];
    match stream.read(&mut piece) {
        Ok(0) => Got::End,
        Ok(length) => {
            into.extend_from_slice(piece.get(..length).unwrap_or_default());
            Got::Some
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Got::Nothing
        }
        Err(_) => Got::End,
    }
}

enum Parsed {
    Answer(Answer, usize),
    More,
    Gibberish,
}

fn parse(bytes: &[u8], is_head: bool, is_ended: bool) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let start = match response.parse(bytes) {
        Ok(httparse::Status::Complete(start)) => start,
        Ok(httparse::Status::Partial) => return Parsed::More,
        Err(_) => return Parsed::Gibberish,
    };
    let mut answer = Answer {
        status: response.code.unwrap_or_default(),
        ..Answer::default()
    };
    let mut length = None;
    for header in response.headers.iter() {
        let value = String::from_utf8_lossy(header.value);
        match header.name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse::<usize>().ok(),
            "content-type" => answer.content_type = value.into_owned(),
            "connection" => answer.is_last = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    let has_body = !is_head && !matches!(answer.status, 100..=199 | 204 | 304);
    let end = match (has_body, length) {
        (false, _) => start,
        (true, Some(length)) => start + length,
        (true, None) if is_ended => bytes.len(),
        (true, None) => return Parsed::More,
    };
    match bytes.get(start..end) {
        Some(body) => {
            answer.body = body.to_vec();
            Parsed::Answer(answer, end)
        }
        None => Parsed::More,
    }
}
