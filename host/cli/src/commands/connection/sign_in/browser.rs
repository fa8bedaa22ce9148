//! A sign-in by way of a browser on this machine, or of one anywhere whose last address is pasted.

use super::door::Door;
use super::page::Page;
use super::{Wanted, failed, nobody_came, paste};
use crate::problem::Stop;
use airlock_runtime::auth::Received;
use airlock_runtime::{HostError, SignInDone};
use secrecy::SecretString;
use tokio::sync::mpsc;
use url::Url;

pub(super) async fn sign_in(wanted: &Wanted<'_>) -> Result<SignInDone, Stop> {
    let Wanted {
        context,
        host,
        name,
        how,
        account,
    } = wanted;
    let explain = |error: HostError| failed(name, error);
    let door = Door::open(how.port).await?;
    let mut sign_in = host
        .begin_browser_sign_in(
            &context.globals.tenant,
            name,
            door.redirect_uri()?,
            *account,
        )
        .await
        .map_err(explain)?;
    let mut knocks = door.serve();
    let mut pasted = None;
    let mut opening = invite(wanted, sign_in.url());
    if opening.is_none() {
        pasted = Some(paste::lines());
    }
    let wait = wanted.wait(sign_in.patience());
    let late = tokio::time::sleep(wait);
    tokio::pin!(late);
    loop {
        let (received, knock) = tokio::select! {
            Some(knock) = knocks.recv() => (sign_in.receive(&knock.query), Some(knock)),
            line = next(&mut pasted) => match line {
                Some(line) => (sign_in.receive_pasted(&line), None),
                None => {
                    pasted = None;
                    continue;
                }
            },
            opened = settled(&mut opening) => {
                opening = None;
                if let Err(reason) = opened {
                    context.console.line(&format!("no browser could be opened: {reason}"));
                    ask_to_paste(wanted);
                    pasted = Some(paste::lines());
                }
                continue;
            }
            () = &mut late => return Err(nobody_came(wait).into()),
        };
        let ended: Result<SecretString, HostError> = match received {
            Received::Code(code) => Ok(code),
            Received::Refused(error) => Err(error.into()),
            Received::Stray => {
                match knock {
                    Some(knock) => knock.answer(Page::Stray).await,
                    None => context.console.line(
                        "that is not the address of this sign-in; paste the one that the browser ended at",
                    ),
                }
                continue;
            }
        };
        let done = match ended {
            Ok(code) => host.finish_browser_sign_in(sign_in, &code).await,
            Err(error) => Err(error),
        };
        if let Some(knock) = knock {
            let page = match &done {
                Ok(_) => Page::SignedIn,
                Err(_) => Page::Failed,
            };
            knock.answer(page).await;
        }
        return done.map_err(explain);
    }
}

/// Says what to open, even where silence was asked for: nothing happens without it. Opens it where
/// that is wanted.
fn invite(wanted: &Wanted<'_>, url: &Url) -> Option<Opening> {
    let console = &wanted.context.console;
    if wanted.how.no_browser {
        console.line(&format!("open this address in a browser:  {url}"));
        ask_to_paste(wanted);
        return None;
    }
    console.line(&format!(
        "your browser opens the sign-in page; if it does not, open this address:  {url}"
    ));
    console.note("Ctrl-C leaves everything as it is");
    let url = url.to_string();
    // Finding and starting a browser blocks, and one in the terminal until it is left.
    Some(tokio::task::spawn_blocking(move || {
        webbrowser::open(&url).map_err(|error| error.to_string())
    }))
}

fn ask_to_paste(wanted: &Wanted<'_>) {
    wanted
        .context
        .console
        .line("then paste the address that it ends at, unless it says that you are signed in:");
}

/// A browser that is being opened.
type Opening = tokio::task::JoinHandle<Result<(), String>>;

/// What came of opening the browser; waits for ever where none is opened.
async fn settled(opening: &mut Option<Opening>) -> Result<(), String> {
    match opening {
        Some(opening) => opening.await.unwrap_or_else(|error| Err(error.to_string())),
        None => std::future::pending().await,
    }
}

/// The next line that was pasted; waits for ever where none can come.
async fn next(pasted: &mut Option<mpsc::Receiver<String>>) -> Option<String> {
    match pasted {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}
