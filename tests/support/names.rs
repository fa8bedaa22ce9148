//! Names whose addresses a test decides, and may change between two questions.

use airlock_runtime::egress::Resolve;
use async_trait::async_trait;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;

/// A resolver that knows what it was told and nothing else.
#[derive(Default)]
pub struct Names {
    known: Mutex<HashMap<String, Script>>,
}

/// The answers to come; the last one stays.
struct Script {
    answers: VecDeque<Vec<IpAddr>>,
    asked: usize,
}

impl Names {
    /// From now on `host` answers each of `answers` in turn, and the last one for good.
    pub fn set(&self, host: &str, answers: &[&[&str]]) {
        let answers = answers
            .iter()
            .map(|answer| answer.iter().map(|ip| ip.parse().unwrap()).collect())
            .collect();
        let script = Script { answers, asked: 0 };
        self.known.lock().unwrap().insert(host.to_owned(), script);
    }

    /// How often `host` was asked for since it was set.
    pub fn asked(&self, host: &str) -> usize {
        self.known
            .lock()
            .unwrap()
            .get(host)
            .map_or(0, |script| script.asked)
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        if let Ok(ip) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(ip, port)]);
        }
        let mut known = self.known.lock().unwrap();
        let script = known
            .get_mut(host)
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such name"))?;
        script.asked += 1;
        let answer = if script.answers.len() > 1 {
            script.answers.pop_front()
        } else {
            script.answers.front().cloned()
        };
        Ok(answer
            .unwrap_or_default()
            .into_iter()
            .map(|ip| SocketAddr::new(ip, port))
            .collect())
    }
}
