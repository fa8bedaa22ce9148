//! The twins of operations that name the organisation they are meant for.

use airlock_connector::dialect::{Key, Means, Operation};

use super::{
    relations::{ASSOCIATE, DISASSOCIATE},
    rows::{CREATE, DELETE, GET, LIST, UPDATE, UPDATE_ONLY},
};

const ORGANIZATION: Key = Key::new("organization", Means::Place).required().about(
    "The organisation: `current`, its address, or a name of it. It has to be the connection's own.",
);

/// The same operation under another name, with the organisation before its other keys.
macro_rules! twin {
    ($operation:ident, $name:literal) => {
        Operation {
            name: $name,
            keys: &const {
                let mut keys = [ORGANIZATION; $operation.keys.len() + 1];
                let mut at = 0;
                while at < $operation.keys.len() {
                    keys[at + 1] = $operation.keys[at];
                    at += 1;
                }
                keys
            },
            examples: &[],
            ..$operation
        }
    };
}

pub(crate) const ELSEWHERE: &[Operation] = &[
    twin!(LIST, "ListRecordsWithOrganization"),
    twin!(GET, "GetItemWithOrganization"),
    twin!(CREATE, "CreateRecordWithOrganization"),
    twin!(UPDATE, "UpdateRecordWithOrganization"),
    twin!(UPDATE_ONLY, "UpdateOnlyRecordWithOrganization"),
    twin!(DELETE, "DeleteRecordWithOrganization"),
    twin!(ASSOCIATE, "AssociateEntitiesWithOrganization"),
    twin!(DISASSOCIATE, "DisassociateEntitiesWithOrganization"),
];
