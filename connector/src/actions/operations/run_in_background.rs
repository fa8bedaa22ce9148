//! `run-in-background`: an action that the service carries out by itself, without anybody waiting at the
//! other end of a connection.

use std::time::Duration;

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, Value};

use super::{
    answer::answer,
    prepare::{Said, prepare},
    progress::{Output, Place, id_in, look, read},
};
use crate::{
    actions::input::input,
    operations::model::Kind,
    session::{Dataverse, Session},
    webapi::{CallOptions, Reply},
};

/// First wait before asking again; doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Longest wait before asking again.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

input! {
    /// Input of `run-in-background`.
    struct Input {
        /// Name of the action, short or qualified. The service runs in the background what the organisation
        /// has as a custom API; anything else is done at once.
        #[schemars(extend("x-airlock-choices" = "actions", "x-airlock-refine" = true))]
        pub name: String,
        /// Table that the action is called on, where it is bound to one.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: Option<String>,
    } + row_key + {
        /// Parameters by name, as those of call-action.
        #[schemars(extend("x-airlock-pairs" = "parameter"))]
        pub parameters: Option<Map<String, Value>>,
        /// Whether to wait for its end, as long as the call may last. Otherwise the answer says where to ask.
        #[schemars(extend("default" = true))]
        pub wait: Option<bool>,
        /// Address that the service tells when it is done, by POST. It takes no credentials, so it has to
        /// hold a secret itself.
        pub callback_url: Option<String>,
        /// Catalogue that the action belongs to, for the service's own records.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub catalog: Option<String>,
        /// Category that the action belongs to, for the service's own records.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub category: Option<String>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct RunInBackground;

impl Action<Dataverse> for RunInBackground {
    const DECLARATION: Declaration = Declaration {
        name: "run-in-background",
        aliases: &[],
        title: "Run an action in the background",
        description: "Has the service carry an action out in the background, and waits for its end or says \
                      where to ask for it.",
        group: "Operations",
        traits: Traits::ANYTHING,
        streams: Streams::NONE,
        examples: &[r#"{"name": "PublishAllXml"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut options = input.options()?;
        let prefer = preference(input.callback_url.as_deref())?;
        let named = [
            ("prefer", Some(prefer)),
            ("catalog", input.catalog),
            ("category", input.category),
        ];
        for (name, value) in named {
            options
                .extra
                .extend(value.map(|value| (name.to_owned(), value)));
        }
        let said = Said {
            kind: Kind::Action,
            name: &input.name,
            table: input.table.as_deref(),
            id: input.id.as_deref(),
            key: input.key.as_ref(),
            parameters: input.parameters.as_ref(),
        };
        let call = prepare(session, said, &options).await?;
        let reply = session.client().send(call).await?;
        let begun = match begun(session, reply)? {
            Begun::Done(output) => return Ok(output),
            Begun::Running(place) => place,
        };
        if input.wait.unwrap_or(true) {
            return until_done(session, &begun, &options).await;
        }
        Ok(Output {
            outcome: "running",
            operation_id: begun.id,
            location: Some(begun.url),
            result: None,
        })
    }
}

/// What the service is asked to prefer (OData 4.0 §8.2.8.4, §8.2.8.8).
fn preference(callback: Option<&str>) -> Result<String, Error> {
    let Some(url) = callback.map(str::trim) else {
        return Ok("respond-async".to_owned());
    };
    if !url.starts_with("https://") || url.contains(['"', '\\', ' ']) {
        return Err(Error::invalid(
            "/callback-url",
            format!(
                "`{url}` is no address that the service could tell: one such as https://example.org/done?code=… is needed"
            ),
        ));
    }
    Ok(format!("respond-async,odata.callback;url=\"{url}\""))
}

enum Begun {
    Done(Output),
    Running(Place),
}

fn begun<T: Transport>(session: &Session<T>, reply: Reply) -> Result<Begun, Error> {
    let told: Option<Map<String, Value>> = serde_json::from_slice(&reply.body).ok();
    let in_body = |name: &str| Some(told.as_ref()?.get(name)?.as_str()?.to_owned());
    let header = |name: &str| reply.headers.get(name).map(str::to_owned);
    let id = header("x-ms-dyn-backgroundoperationid").or_else(|| in_body("backgroundOperationId"));
    if reply.status != 202 && id.is_none() {
        let result = answer(reply)?;
        let result = result.map(|result| serde_json::from_str(result.get()));
        let result = result
            .transpose()
            .map_err(|error| Error::Internal(error.to_string()))?;
        return Ok(Begun::Done(Output {
            outcome: "done",
            operation_id: None,
            location: None,
            result,
        }));
    }
    let place = match header("location").or_else(|| in_body("location")) {
        Some(location) => Place {
            id: id.or_else(|| id_in(&location)),
            url: session.client().base().own(&location, "")?,
        },
        None => Place::named(session, id.as_deref().unwrap_or_default(), "")?,
    };
    if reply.status != 202
        && let Some(told) = told
        && let done @ Output {
            outcome: "done", ..
        } = read(&place, told)?
    {
        return Ok(Begun::Done(done));
    }
    Ok(Begun::Running(place))
}

/// Asks until it is done, or until the call has to answer.
async fn until_done<T: Transport>(
    session: &Session<T>,
    place: &Place,
    options: &CallOptions,
) -> Result<Output, Error> {
    let mut wait = FIRST_WAIT;
    loop {
        if wait > session.client().left() {
            return look(session, place, options).await;
        }
        session.transport().sleep(wait).await;
        let told = look(session, place, options).await?;
        if told.outcome == "done" {
            return Ok(told);
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}
