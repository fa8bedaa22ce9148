//! A sign-in by a code that is typed into a browser anywhere.

use super::{Wanted, failed, nobody_came};
use crate::problem::Stop;
use airlock_runtime::SignInDone;

pub(super) async fn sign_in(wanted: &Wanted<'_>) -> Result<SignInDone, Stop> {
    let Wanted {
        context,
        host,
        name,
        account,
        ..
    } = wanted;
    let explain = |error| failed(name, error);
    let sign_in = host
        .begin_device_sign_in(&context.globals.tenant, name, *account)
        .await
        .map_err(explain)?;
    // Said even where silence was asked for: nothing happens without it.
    context.console.line(&format!(
        "to sign in, open  {}  on any device and enter the code  {}",
        sign_in.page(),
        sign_in.user_code()
    ));
    let wait = wanted.wait(sign_in.patience());
    context.console.note(&format!(
        "waiting for that, for up to {} s; Ctrl-C leaves everything as it is",
        wait.as_secs()
    ));
    match tokio::time::timeout(wait, host.finish_device_sign_in(sign_in)).await {
        Ok(done) => done.map_err(explain),
        Err(_) => Err(nobody_came(wait).into()),
    }
}
