//! OData query options: parsed, checked against the schema, compiled to SQL.
