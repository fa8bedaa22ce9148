//! What happens while nobody asks: calls that were put off are done when their time has come, events are sent.

use std::sync::Arc;
use std::time::Duration;

use super::state::State;
use crate::events;
use crate::operations::run_background;
use crate::organisation::Clock;

/// How often the simulator looks whether something is due.
const PAUSE: Duration = Duration::from_millis(50);

/// Does what is due, for as long as the simulator runs.
pub(super) async fn tick(state: Arc<State>) {
    loop {
        tokio::time::sleep(PAUSE).await;
        let now = state.clock.now();
        tokio::task::block_in_place(|| {
            for site in state.sites() {
                let organisation = &site.organisation;
                run_background(&site.repertoire, organisation, now);
                events::dispatch(organisation, &site.addresses.base_url(), now);
                events::send(organisation, now);
            }
        });
    }
}
