//! The enumeration types that parameters and results are made of, for `$metadata`.
//!
//! Layer: operations, pure. Names, members and numbers are those of the service's own CSDL.

/// An enumeration.
#[derive(Clone, Copy, Debug)]
pub struct EnumType {
    /// Name, without namespace.
    pub name: &'static str,
    /// Whether members can be combined.
    pub is_flags: bool,
    /// Members with their numbers.
    pub members: &'static [(&'static str, i32)],
}

const ENUMS: &[EnumType] = &[
    EnumType {
        name: "AccessRights",
        is_flags: true,
        members: &[
            ("None", 0),
            ("ReadAccess", 1),
            ("WriteAccess", 2),
            ("AppendAccess", 4),
            ("AppendToAccess", 16),
            ("CreateAccess", 32),
            ("DeleteAccess", 65_536),
            ("ShareAccess", 262_144),
            ("AssignAccess", 524_288),
        ],
    },
    EnumType {
        name: "EndpointAccessType",
        is_flags: false,
        members: &[("Default", 0), ("Internet", 1), ("Intranet", 2)],
    },
    EnumType {
        name: "DeletedMetadataFilters",
        is_flags: true,
        members: &[
            ("Entity", 1),
            ("Default", 1),
            ("Attribute", 2),
            ("Relationship", 4),
            ("Label", 8),
            ("OptionSet", 16),
            ("All", 31),
        ],
    },
    EnumType {
        name: "LogicalOperator",
        is_flags: false,
        members: &[("And", 0), ("Or", 1)],
    },
    EnumType {
        name: "MetadataConditionOperator",
        is_flags: false,
        members: &[
            ("Equals", 0),
            ("NotEquals", 1),
            ("In", 2),
            ("NotIn", 3),
            ("GreaterThan", 4),
            ("LessThan", 5),
        ],
    },
    EnumType {
        name: "OrganizationState",
        is_flags: false,
        members: &[("Enabled", 0), ("Disabled", 1)],
    },
    EnumType {
        name: "PrivilegeDepth",
        is_flags: false,
        members: &[
            ("Basic", 0),
            ("Local", 1),
            ("Deep", 2),
            ("Global", 3),
            ("RecordFilter", 4),
        ],
    },
    EnumType {
        name: "TargetFieldType",
        is_flags: false,
        members: &[
            ("All", 0),
            ("ValidForCreate", 1),
            ("ValidForUpdate", 2),
            ("ValidForRead", 3),
        ],
    },
    EnumType {
        name: "JoinOperator",
        is_flags: false,
        members: &[
            ("Inner", 0),
            ("LeftOuter", 1),
            ("Natural", 2),
            ("MatchFirstRowUsingCrossApply", 3),
            ("In", 4),
            ("Exists", 5),
            ("Any", 6),
            ("NotAny", 7),
            ("All", 8),
            ("NotAll", 9),
        ],
    },
    EnumType {
        name: "OrderType",
        is_flags: false,
        members: &[("Ascending", 0), ("Descending", 1)],
    },
    EnumType {
        name: "RollupType",
        is_flags: false,
        members: &[("None", 0), ("Related", 1), ("Extended", 2)],
    },
];

/// Every enumeration that operations use.
pub fn enum_types() -> &'static [EnumType] {
    ENUMS
}

/// The enumeration with this name.
pub(super) fn enumeration(name: &str) -> Option<&'static EnumType> {
    ENUMS.iter().find(|candidate| candidate.name == name)
}
