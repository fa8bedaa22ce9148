//! The namespace of the service's types.

/// Namespace of every type of the service.
pub(crate) const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";
