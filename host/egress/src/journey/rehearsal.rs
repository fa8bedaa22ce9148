//! A dry run's part: what would have left is caught here, and what only prepares it goes on.

use crate::body::request::Prepared;
use crate::dry_run::{self, Asked, DryRun};
use crate::error::EgressError;
use crate::journey::admission::AdmittedRequest;
use crate::journey::context::Journey;

impl Journey<'_> {
    /// Gives a request back that only prepares another, and catches any other one.
    pub(crate) async fn rehearse(
        &self,
        dry_run: &DryRun,
        mut admitted: AdmittedRequest,
    ) -> Result<AdmittedRequest, EgressError> {
        let shown = admitted
            .body
            .show(self.core.shared.config.replay_body_bytes);
        let (body, cut) = self.total.wait(&admitted.target.name, shown).await??;
        let asked = Asked {
            method: &admitted.method,
            prepares: admitted.prepares,
            query: admitted.path.query(),
            has_body: cut || !body.is_empty(),
        };
        if dry_run.lets_pass(&asked) {
            admitted.body = Prepared::Held(body);
            return Ok(admitted);
        }
        let url = admitted.target.origin.join(admitted.path)?.to_string();
        let credential = admitted.target.credential && self.lane.credential.is_some();
        dry_run.catch(dry_run::describe(
            &admitted.method,
            url,
            &admitted.fields,
            credential,
            &body,
            cut,
        ));
        Err(EgressError::DryRun)
    }
}
