//! What the connector can do: one declaration and one function per action, in a folder for each group.
//!
//! A new action is a new file in the folder of its group and one more line in the list below; nothing
//! else names it.

pub mod advanced;
pub mod audit;
pub mod bulk;
pub mod connection;
pub mod files;
pub(crate) mod input;
pub mod metadata;
pub mod operations;
pub mod options;
pub mod relations;
pub mod rows;
pub mod search;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use airlock_connector::{ActionEntry, Transport};

use crate::session::Dataverse;

/// Every action, in the order in which a person should meet them.
#[must_use]
pub fn all<T: Transport>() -> &'static [ActionEntry<Dataverse, T>] {
    const {
        &[
            ActionEntry::of::<rows::ListRows>(),
            ActionEntry::of::<rows::CountRows>(),
            ActionEntry::of::<rows::GetRow>(),
            ActionEntry::of::<rows::FindRow>(),
            ActionEntry::of::<rows::FetchXml>(),
            ActionEntry::of::<rows::ListChanges>(),
            ActionEntry::of::<rows::CreateRow>(),
            ActionEntry::of::<rows::UpdateRow>(),
            ActionEntry::of::<rows::UpsertRow>(),
            ActionEntry::of::<rows::DeleteRow>(),
            ActionEntry::of::<rows::GetProperty>(),
            ActionEntry::of::<rows::SetProperty>(),
            ActionEntry::of::<rows::ClearProperty>(),
            ActionEntry::of::<relations::AssociateRows>(),
            ActionEntry::of::<relations::DisassociateRows>(),
            ActionEntry::of::<relations::ListRelatedRows>(),
            ActionEntry::of::<bulk::Batch>(),
            ActionEntry::of::<bulk::Changeset>(),
            ActionEntry::of::<search::SearchRows>(),
            ActionEntry::of::<search::SuggestRows>(),
            ActionEntry::of::<search::AutocompleteSearch>(),
            ActionEntry::of::<audit::RowHistory>(),
            ActionEntry::of::<audit::RestoreRow>(),
            ActionEntry::of::<bulk::CreateRows>(),
            ActionEntry::of::<bulk::UpdateRows>(),
            ActionEntry::of::<bulk::UpsertRows>(),
            ActionEntry::of::<bulk::DeleteRows>(),
            ActionEntry::of::<operations::ListOperations>(),
            ActionEntry::of::<operations::CallFunction>(),
            ActionEntry::of::<operations::CallAction>(),
            ActionEntry::of::<operations::RunInBackground>(),
            ActionEntry::of::<operations::GetBackgroundOperation>(),
            ActionEntry::of::<metadata::ListTables>(),
            ActionEntry::of::<metadata::GetTable>(),
            ActionEntry::of::<metadata::CreateTable>(),
            ActionEntry::of::<metadata::UpdateTable>(),
            ActionEntry::of::<metadata::DeleteTable>(),
            ActionEntry::of::<metadata::ListColumns>(),
            ActionEntry::of::<metadata::GetColumn>(),
            ActionEntry::of::<metadata::CreateColumn>(),
            ActionEntry::of::<metadata::UpdateColumn>(),
            ActionEntry::of::<metadata::DeleteColumn>(),
            ActionEntry::of::<metadata::ListRelationships>(),
            ActionEntry::of::<metadata::GetRelationship>(),
            ActionEntry::of::<metadata::CreateRelationship>(),
            ActionEntry::of::<metadata::UpdateRelationship>(),
            ActionEntry::of::<metadata::DeleteRelationship>(),
            ActionEntry::of::<metadata::ListChoices>(),
            ActionEntry::of::<metadata::GetChoice>(),
            ActionEntry::of::<metadata::CreateChoice>(),
            ActionEntry::of::<metadata::UpdateChoice>(),
            ActionEntry::of::<metadata::DeleteChoice>(),
            ActionEntry::of::<metadata::ListKeys>(),
            ActionEntry::of::<metadata::CreateKey>(),
            ActionEntry::of::<metadata::ReactivateKey>(),
            ActionEntry::of::<metadata::DeleteKey>(),
            ActionEntry::of::<metadata::SetChangeTracking>(),
            ActionEntry::of::<metadata::SetAuditing>(),
            ActionEntry::of::<metadata::PublishCustomizations>(),
            ActionEntry::of::<metadata::ListEntityTypes>(),
            ActionEntry::of::<files::UploadFile>(),
            ActionEntry::of::<files::DownloadFile>(),
            ActionEntry::of::<files::DeleteFile>(),
            ActionEntry::of::<connection::GetCurrentUser>(),
            ActionEntry::of::<connection::ListOrganizations>(),
            ActionEntry::of::<advanced::RawRequest>(),
        ]
    }
}
