//! Relations: relate and unrelate.

use airlock_connector::dialect::{Answer, Key, Means, Operation};

use super::{ROW, SYSTEM, TABLE};

const RELATIONSHIP: Key =
    Key::new("associationEntityRelationship", Means::Same("relationship")).required();

pub(crate) const RELATIONS: &[Operation] = &[ASSOCIATE, DISASSOCIATE];

pub(super) const ASSOCIATE: Operation = Operation {
    system: SYSTEM,
    name: "AssociateEntities",
    action: "associate-rows",
    title: "Relate rows",
    description: "Ties a row to another; there is nothing to give.",
    keys: &[
        TABLE,
        ROW,
        RELATIONSHIP,
        Key::new("item/@odata.id", Means::One("related")).required().about(
            "The other row: its address (`@odata.id`), or its set and id such as `contacts(<GUID>)`.",
        ),
    ],
    always: &[],
    gives: Answer::Nothing,
    examples: &[
        r#"{"entityName": "accounts", "recordId": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
            "associationEntityRelationship": "contact_customer_accounts",
            "item/@odata.id": "contacts(2ec9e73a-cf38-57e2-b4ad-2f5e56d26671)"}"#,
    ],
};

pub(super) const DISASSOCIATE: Operation = Operation {
    system: SYSTEM,
    name: "DisassociateEntities",
    action: "disassociate-rows",
    title: "Unrelate rows",
    description: "Unties a row from another; there is nothing to give. A link that is not there is an error.",
    keys: &[
        TABLE,
        ROW,
        RELATIONSHIP,
        Key::new("$id", Means::One("related")).required().about(
            "The other row: its address (`@odata.id`), or its set and id such as `contacts(<GUID>)`.",
        ),
    ],
    always: &[],
    gives: Answer::Nothing,
    examples: &[
        r#"{"entityName": "accounts", "recordId": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
            "associationEntityRelationship": "contact_customer_accounts",
            "$id": "contacts(2ec9e73a-cf38-57e2-b4ad-2f5e56d26671)"}"#,
    ],
};
