//! Which languages an organisation can speak: RetrieveProvisionedLanguages and its kin.
//!
//! Layer: operations (reference §9.1). The simulator speaks English; labels may be in any language all the same.

use serde_json::json;

use crate::http::SimError;
use crate::operations::declaration::{Parameter, ValueType};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::schema::BASE_LANGUAGE;

pub(super) fn operations() -> Vec<Operation> {
    let function = |name, member: &'static str, languages: &'static [u32]| {
        let answer = move |_: &Call<'_>| -> Result<Answer, SimError> {
            Ok(Answer::Members(json!({ member: languages })))
        };
        Operation::function(name, answer).gives(vec![Parameter::many(member, ValueType::Int32)])
    };
    let provisioned = "RetrieveProvisionedLanguages";
    let deprovisioned = "RetrieveDeprovisionedLanguages";
    let packs = "RetrieveInstalledLanguagePacks";
    vec![
        function("RetrieveAvailableLanguages", "LocaleIds", &[BASE_LANGUAGE]),
        function(provisioned, provisioned, &[BASE_LANGUAGE]),
        function(deprovisioned, deprovisioned, &[]),
        function(packs, packs, &[BASE_LANGUAGE]),
    ]
}
