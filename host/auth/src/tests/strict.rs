//! An authority that takes each refresh token once, and revokes the whole sign-in when one comes
//! again: what Entra does not do, and what shows every mistake in keeping them.

use std::collections::HashSet;

use url::form_urlencoded;

use super::*;

/// Its tokens are `refresh-1`, `refresh-2` and so on, each with `access-1`, `access-2` and so on.
#[derive(Default)]
pub(super) struct Strict {
    state: Mutex<State>,
    /// Laid out answers, given instead of an own one.
    replies: Mutex<VecDeque<Reply>>,
    /// Answers wait for this, once it is closed.
    gate: Mutex<Option<Arc<Semaphore>>>,
}

#[derive(Default)]
struct State {
    issued: usize,
    asked: Vec<String>,
    used: HashSet<String>,
    revoked: bool,
}

impl Strict {
    /// The refresh tokens that it was asked with, in order.
    pub(super) fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }

    /// Whether somebody sent a refresh token twice.
    pub(super) fn is_revoked(&self) -> bool {
        self.state.lock().unwrap().revoked
    }

    pub(super) fn then(&self, reply: Reply) -> &Self {
        self.replies.lock().unwrap().push_back(reply);
        self
    }

    /// Holds every answer back until permits are added.
    pub(super) fn close(&self) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        *self.gate.lock().unwrap() = Some(Arc::clone(&gate));
        gate
    }

    fn answer(&self, form: &[u8]) -> Reply {
        let field = |name: &str| {
            let mut fields = form_urlencoded::parse(form);
            let found = fields.find(|(field, _)| field == name);
            found
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        let mut state = self.state.lock().unwrap();
        if field("grant_type") == "refresh_token" {
            let token = field("refresh_token");
            state.asked.push(token.clone());
            state.revoked |= !state.used.insert(token);
            if state.revoked {
                return refuse(
                    "invalid_grant",
                    70_000,
                    "The refresh token was used before.",
                );
            }
        }
        state.issued += 1;
        let number = state.issued;
        answer(
            200,
            "application/json",
            json!({
                "token_type": "Bearer", "expires_in": 3600, "access_token": format!("access-{number}"),
                "refresh_token": format!("refresh-{number}"),
            })
            .to_string(),
        )
    }
}

#[async_trait]
impl TokenTransport for Strict {
    async fn exchange(&self, request: http::Request<Vec<u8>>) -> Reply {
        let laid_out = self.replies.lock().unwrap().pop_front();
        let reply = match laid_out {
            Some(reply) => reply,
            None => self.answer(request.body()),
        };
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
        reply
    }
}
