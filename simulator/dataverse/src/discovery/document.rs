//! The discovery service's own metadata.

/// CSDL of the service: one type, one set.
pub(super) const CSDL: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.CRM.Discovery" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="Instance"><Key><PropertyRef Name="Id" /></Key>
<Property Name="Id" Type="Edm.Guid" Nullable="false" />
<Property Name="UniqueName" Type="Edm.String" /><Property Name="UrlName" Type="Edm.String" />
<Property Name="FriendlyName" Type="Edm.String" /><Property Name="State" Type="Edm.Int32" Nullable="false" />
<Property Name="StatusMessage" Type="Edm.Int32" Nullable="false" /><Property Name="Version" Type="Edm.String" />
<Property Name="Url" Type="Edm.String" /><Property Name="ApiUrl" Type="Edm.String" />
<Property Name="Region" Type="Edm.String" /><Property Name="TenantId" Type="Edm.Guid" />
<Property Name="EnvironmentId" Type="Edm.String" /><Property Name="DatacenterId" Type="Edm.String" />
<Property Name="DatacenterName" Type="Edm.String" /><Property Name="OrganizationType" Type="Edm.Int32" />
<Property Name="LastUpdated" Type="Edm.DateTimeOffset" /><Property Name="IsUserSysAdmin" Type="Edm.Boolean" />
<Property Name="Purpose" Type="Edm.String" /><Property Name="SchemaType" Type="Edm.String" />
<Property Name="TrialExpirationDate" Type="Edm.DateTimeOffset" />
</EntityType>
<EntityContainer Name="System"><EntitySet Name="Instances" EntityType="Microsoft.Dynamics.CRM.Discovery.Instance" /></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"#;
