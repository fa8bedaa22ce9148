//! The complex types that parameters and results are made of, for `$metadata`.
//!
//! Layer: operations, pure. Names, members and numbers are those of the service's own CSDL.

use super::declaration::{ANY, PRINCIPAL, Parameter, ValueType, choice, object, row};

/// A complex type.
#[derive(Clone, Debug)]
pub struct ComplexType {
    /// Name, without namespace.
    pub name: &'static str,
    /// Its members.
    pub members: Vec<Parameter>,
}

/// Every complex type that parameters use or results nest. The results themselves are in
/// [`Returns::Members`](super::Returns::Members).
pub fn complex_types() -> Vec<ComplexType> {
    use Parameter as P;
    use ValueType::{Boolean, Guid, Int32, Int64, String as Text};
    let optional = |name, of| P {
        is_optional: true,
        ..P::one(name, of)
    };
    let counted = |name, of: ValueType| ComplexType {
        name,
        members: vec![
            P::one("Count", Int32),
            P::one("IsReadOnly", Boolean),
            P::many("Keys", Text),
            P::many("Values", of),
        ],
    };
    let query = |name, more: Vec<Parameter>| ComplexType {
        name,
        members: [
            P::one("Properties", object("MetadataPropertiesExpression")),
            P::one("Criteria", object("MetadataFilterExpression")),
        ]
        .into_iter()
        .chain(more)
        .collect(),
    };
    let definition = |name, more: Vec<Parameter>| ComplexType {
        name,
        members: [
            P::one("MetadataId", Guid),
            P::one("HasChanged", Boolean),
            P::one("SchemaName", Text),
        ]
        .into_iter()
        .chain(more)
        .collect(),
    };
    vec![
        query(
            "EntityQueryExpression",
            vec![
                P::one("AttributeQuery", object("AttributeQueryExpression")),
                P::one("RelationshipQuery", object("RelationshipQueryExpression")),
                P::one("KeyQuery", object("EntityKeyQueryExpression")),
                P::one("LabelQuery", object("LabelQueryExpression")),
            ],
        ),
        query("AttributeQueryExpression", Vec::new()),
        query("RelationshipQueryExpression", Vec::new()),
        query("EntityKeyQueryExpression", Vec::new()),
        ComplexType {
            name: "LabelQueryExpression",
            members: vec![
                P::many("FilterLanguages", Int32),
                P::one("MissingLabelBehavior", Int32),
            ],
        },
        ComplexType {
            name: "MetadataPropertiesExpression",
            members: vec![
                P::one("AllProperties", Boolean),
                P::many("PropertyNames", Text),
            ],
        },
        ComplexType {
            name: "MetadataFilterExpression",
            members: vec![
                P::one("FilterOperator", choice("LogicalOperator")),
                P::many("Conditions", object("MetadataConditionExpression")),
                P::many("Filters", object("MetadataFilterExpression")),
            ],
        },
        ComplexType {
            name: "MetadataConditionExpression",
            members: vec![
                P::one("PropertyName", Text),
                P::one("ConditionOperator", choice("MetadataConditionOperator")),
                P::one("Value", object("Object")),
            ],
        },
        // Of definitions only the members that all of their kind have.
        definition(
            "ComplexEntityMetadata",
            vec![
                P::one("LogicalName", Text),
                P::one("EntitySetName", Text),
                P::many("Attributes", object("ComplexAttributeMetadata")),
                P::many("Keys", object("ComplexEntityKeyMetadata")),
                P::many(
                    "OneToManyRelationships",
                    object("ComplexOneToManyRelationshipMetadata"),
                ),
                P::many(
                    "ManyToOneRelationships",
                    object("ComplexOneToManyRelationshipMetadata"),
                ),
                P::many(
                    "ManyToManyRelationships",
                    object("ComplexManyToManyRelationshipMetadata"),
                ),
            ],
        ),
        definition(
            "ComplexAttributeMetadata",
            vec![P::one("LogicalName", Text)],
        ),
        definition(
            "ComplexEntityKeyMetadata",
            vec![P::one("LogicalName", Text)],
        ),
        definition("ComplexOneToManyRelationshipMetadata", Vec::new()),
        definition("ComplexManyToManyRelationshipMetadata", Vec::new()),
        ComplexType {
            name: "DeletedMetadataCollection",
            members: vec![
                P::one("Count", Int32),
                P::one("IsReadOnly", Boolean),
                P::many("Keys", choice("DeletedMetadataFilters")),
                P::many("Values", object("GuidCollection")),
            ],
        },
        ComplexType {
            name: "GuidCollection",
            members: vec![P::many("Items", Guid)],
        },
        counted("EndpointCollection", Text),
        counted("EntityRecordCountCollection", Int64),
        ComplexType {
            name: "OrganizationDetail",
            members: vec![
                P::one("OrganizationId", Guid),
                P::one("FriendlyName", Text),
                P::one("OrganizationVersion", Text),
                P::one("EnvironmentId", Text),
                P::one("DatacenterId", Guid),
                P::one("Geo", Text),
                P::one("TenantId", Text),
                P::one("UrlName", Text),
                P::one("UniqueName", Text),
                P::one("Endpoints", object("EndpointCollection")),
                P::one("State", choice("OrganizationState")),
            ],
        },
        ComplexType {
            name: "PrincipalAccess",
            members: vec![
                P::one("AccessMask", choice("AccessRights")),
                P::one("Principal", PRINCIPAL),
            ],
        },
        ComplexType {
            name: "RolePrivilege",
            members: vec![
                P::one("Depth", choice("PrivilegeDepth")),
                P::one("PrivilegeId", Guid),
                P::one("BusinessUnitId", Guid),
                P::one("PrivilegeName", Text),
            ],
        },
        ComplexType {
            name: "PagingInfo",
            members: vec![
                P::one("PageNumber", Int32),
                P::one("Count", Int32),
                P::one("ReturnTotalRecordCount", Boolean),
                P::one("PagingCookie", Text),
            ],
        },
        ComplexType {
            name: "AuditDetail",
            members: vec![optional("AuditRecord", row("audit"))],
        },
        ComplexType {
            name: "AttributeAuditDetail",
            members: vec![
                P::many("InvalidNewValueAttributes", Text),
                P::one("LocLabelLanguageCode", Int32),
                P::one("DeletedAttributes", object("DeletedAttributesCollection")),
                optional("OldValue", ANY),
                optional("NewValue", ANY),
            ],
        },
        ComplexType {
            name: "DeletedAttributesCollection",
            members: vec![
                P::one("Count", Int32),
                P::many("Keys", Int32),
                P::many("Values", Text),
            ],
        },
        ComplexType {
            name: "AuditDetailCollection",
            members: vec![
                P::one("MoreRecords", Boolean),
                P::one("PagingCookie", Text),
                P::one("TotalRecordCount", Int32),
                P::many("AuditDetails", object("AuditDetail")),
            ],
        },
        ComplexType {
            name: "QueryExpression",
            members: vec![
                P::one("EntityName", Text),
                P::one("ColumnSet", object("ColumnSet")),
                P::one("Criteria", object("FilterExpression")),
                P::many("LinkEntities", object("LinkEntity")),
                P::many("Orders", object("OrderExpression")),
                P::one("PageInfo", object("PagingInfo")),
                P::one("TopCount", Int32),
                P::one("Distinct", Boolean),
                P::one("NoLock", Boolean),
            ],
        },
        ComplexType {
            name: "LinkEntity",
            members: vec![
                P::one("LinkFromEntityName", Text),
                P::one("LinkFromAttributeName", Text),
                P::one("LinkToEntityName", Text),
                P::one("LinkToAttributeName", Text),
                P::one("JoinOperator", choice("JoinOperator")),
                P::one("LinkCriteria", object("FilterExpression")),
                P::many("LinkEntities", object("LinkEntity")),
                P::one("Columns", object("ColumnSet")),
                P::one("EntityAlias", Text),
                P::many("Orders", object("OrderExpression")),
            ],
        },
        ComplexType {
            name: "OrderExpression",
            members: vec![
                P::one("AttributeName", Text),
                P::one("OrderType", choice("OrderType")),
            ],
        },
        ComplexType {
            name: "InputArgumentCollection",
            members: vec![P::one("Arguments", object("ArgumentsCollection"))],
        },
        counted("ArgumentsCollection", object("Object")),
        ComplexType {
            name: "ColumnSet",
            members: vec![P::one("AllColumns", Boolean), P::many("Columns", Text)],
        },
        ComplexType {
            name: "FilterExpression",
            members: vec![
                P::one("FilterOperator", Text),
                P::many("Conditions", object("ConditionExpression")),
                P::many("Filters", object("FilterExpression")),
            ],
        },
        ComplexType {
            name: "ConditionExpression",
            members: vec![
                P::one("AttributeName", Text),
                P::one("Operator", Text),
                P::many("Values", object("Object")),
            ],
        },
        ComplexType {
            name: "Object",
            members: vec![P::one("Type", Text), P::one("Value", Text)],
        },
        ComplexType {
            name: "BooleanManagedProperty",
            members: vec![
                P::one("Value", Boolean),
                P::one("CanBeChanged", Boolean),
                P::one("ManagedPropertyLogicalName", Text),
            ],
        },
        ComplexType {
            name: "UpsertResult",
            members: vec![P::one("RecordCreated", Boolean), P::one("Target", ANY)],
        },
    ]
}
