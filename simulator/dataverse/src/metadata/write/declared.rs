//! What the actions on definitions take and give, for `$metadata`.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::operations::{ComplexType, Parameter, Returns, ValueType};

/// An action on definitions.
pub(in crate::metadata) struct DeclaredAction {
    /// Name.
    pub(in crate::metadata) name: &'static str,
    /// What it takes.
    pub(in crate::metadata) parameters: Vec<Parameter>,
    /// What it gives.
    pub(in crate::metadata) returns: Returns,
}

static ACTIONS: LazyLock<Vec<DeclaredAction>> = LazyLock::new(all);

/// Every action on definitions.
pub(in crate::metadata) fn declared_actions() -> &'static [DeclaredAction] {
    &ACTIONS
}

/// The types that only these actions use.
pub(in crate::metadata) fn declared_types() -> Vec<ComplexType> {
    use Parameter as P;
    use ValueType::{Boolean, Guid, Int32, String as Text};
    vec![
        ComplexType {
            name: "Label",
            members: vec![
                P::many("LocalizedLabels", object("LocalizedLabel")),
                may("UserLocalizedLabel", object("LocalizedLabel")),
            ],
        },
        ComplexType {
            name: "LocalizedLabel",
            members: vec![
                P::one("Label", Text),
                P::one("LanguageCode", Int32),
                may("IsManaged", Boolean),
                may("MetadataId", Guid),
                may("HasChanged", Boolean),
            ],
        },
        ComplexType {
            name: "ComplexLookupAttributeMetadata",
            members: vec![
                may("MetadataId", Guid),
                may("HasChanged", Boolean),
                may("SchemaName", Text),
            ],
        },
    ]
}

fn object(name: &'static str) -> ValueType {
    ValueType::Complex(Cow::Borrowed(name))
}

fn may(name: &'static str, of: ValueType) -> Parameter {
    Parameter {
        is_optional: true,
        ..Parameter::one(name, of)
    }
}

fn all() -> Vec<DeclaredAction> {
    use Parameter as P;
    use ValueType::{Boolean, Guid, Int32, String as Text};
    let action = |name, parameters, returns| DeclaredAction {
        name,
        parameters,
        returns,
    };
    let column = || {
        vec![
            may("OptionSetName", Text),
            may("EntityLogicalName", Text),
            may("AttributeLogicalName", Text),
        ]
    };
    let with = |mut first: Vec<Parameter>, more: Vec<Parameter>| {
        first.extend(more);
        first
    };
    let shown = || {
        vec![
            may("Label", object("Label")),
            may("Description", object("Label")),
            may("SolutionUniqueName", Text),
        ]
    };
    let coloured = || {
        vec![
            Parameter {
                is_collection: true,
                ..may("ParentValues", Int32)
            },
            may("Color", Text),
        ]
    };
    let new_lookup = || {
        vec![
            P::many(
                "OneToManyRelationships",
                object("ComplexOneToManyRelationshipMetadata"),
            ),
            P::one("Lookup", object("ComplexLookupAttributeMetadata")),
            may("SolutionUniqueName", Text),
        ]
    };
    let made = || {
        Returns::Members(vec![
            P::many("RelationshipIds", Guid),
            P::one("AttributeId", Guid),
        ])
    };
    let new_value = || Returns::Members(vec![P::one("NewOptionValue", Int32)]);
    vec![
        action(
            "CreateEntities",
            vec![P::many("Entities", object("ComplexEntityMetadata"))],
            Returns::Members(vec![P::many("EntityIds", Guid)]),
        ),
        action("CreateCustomerRelationships", new_lookup(), made()),
        action("CreatePolymorphicLookupAttribute", new_lookup(), made()),
        action(
            "InsertOptionValue",
            with(
                with(column(), vec![may("Value", Int32)]),
                with(shown(), coloured()),
            ),
            new_value(),
        ),
        action(
            "InsertStatusValue",
            with(
                with(
                    column(),
                    vec![P::one("StateCode", Int32), may("Value", Int32)],
                ),
                shown(),
            ),
            new_value(),
        ),
        action(
            "UpdateOptionValue",
            with(
                with(
                    column(),
                    vec![P::one("Value", Int32), P::one("MergeLabels", Boolean)],
                ),
                with(shown(), coloured()),
            ),
            Returns::Nothing,
        ),
        action(
            "UpdateStateValue",
            with(
                with(
                    column(),
                    vec![
                        P::one("Value", Int32),
                        P::one("MergeLabels", Boolean),
                        may("DefaultStatusCode", Int32),
                    ],
                ),
                shown(),
            ),
            Returns::Nothing,
        ),
        action(
            "DeleteOptionValue",
            with(column(), vec![P::one("Value", Int32)]),
            Returns::Nothing,
        ),
        action(
            "OrderOption",
            with(column(), vec![P::many("Values", Int32)]),
            Returns::Nothing,
        ),
        action(
            "ReactivateEntityKey",
            vec![
                P::one("EntityLogicalName", Text),
                P::one("EntityKeyLogicalName", Text),
            ],
            Returns::Nothing,
        ),
        action(
            "PublishXml",
            vec![P::one("ParameterXml", Text)],
            Returns::Nothing,
        ),
        action("PublishAllXml", Vec::new(), Returns::Nothing),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_is_what_answers() {
        for action in declared_actions() {
            assert!(super::super::is_action(action.name), "{}", action.name);
        }
        assert_eq!(declared_actions().len(), super::super::actions::count());
    }
}
