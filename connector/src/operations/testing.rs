//! A small document, for tests of everything that reads it.

use super::model::Operations;

/// What can be called in the organisation of all tests.
pub(crate) const DOCUMENT: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="crmbaseentity" Abstract="true" />
<EntityType Name="principal" BaseType="mscrm.crmbaseentity"><Property Name="ownerid" Type="Edm.Guid" /></EntityType>
<EntityType Name="activitypointer" BaseType="mscrm.crmbaseentity" />
<EntityType Name="task" BaseType="mscrm.activitypointer"><Property Name="subject" Type="Edm.String" /></EntityType>
<EntityType Name="account" BaseType="mscrm.crmbaseentity"><Property Name="name" Type="Edm.String" /></EntityType>
<EntityType Name="contact" BaseType="mscrm.crmbaseentity" />
<EntityType Name="list" BaseType="mscrm.crmbaseentity" />
<EntityType Name="systemuser" BaseType="mscrm.principal" />
<EntityType Name="team" BaseType="mscrm.principal" />
<EnumType Name="AccessRights" IsFlags="true"><Member Name="None" Value="0" /><Member Name="ReadAccess" Value="1" /><Member Name="WriteAccess" Value="2" /></EnumType>
<EnumType Name="EndpointAccessType"><Member Name="Default" Value="0" /><Member Name="Internet" Value="1" /></EnumType>
<ComplexType Name="PrincipalAccess"><Property Name="AccessMask" Type="mscrm.AccessRights" Nullable="false" /><NavigationProperty Name="Principal" Type="mscrm.principal" Nullable="false" /></ComplexType>
<ComplexType Name="PagingInfo"><Property Name="PageNumber" Type="Edm.Int32" /><Property Name="Count" Type="Edm.Int32" /></ComplexType>
<Function Name="WhoAmI"><ReturnType Type="mscrm.WhoAmIResponse" Nullable="false" /></Function>
<Function Name="new_Greeting"><Parameter Name="Name" Type="Edm.String" Nullable="false" Unicode="false" /><Parameter Name="At" Type="Edm.DateTimeOffset" /><Parameter Name="Access" Type="mscrm.EndpointAccessType" /><Parameter Name="Tags" Type="Collection(Edm.String)" /><Parameter Name="Target" Type="mscrm.crmbaseentity" /><Parameter Name="Page" Type="mscrm.PagingInfo" /><ReturnType Type="mscrm.GreetingResponse" /></Function>
<Function Name="new_Score" IsBound="true"><Parameter Name="entity" Type="mscrm.account" Nullable="false" /><Parameter Name="Depth" Type="Edm.Int32" Nullable="false" /><ReturnType Type="Edm.Int32" /></Function>
<Action Name="AddMemberList" IsBound="true"><Parameter Name="entity" Type="mscrm.list" Nullable="false" /><Parameter Name="EntityId" Type="Edm.Guid" Nullable="false" /><ReturnType Type="mscrm.AddMemberListResponse" Nullable="false" /></Action>
<Action Name="AddListMembersList"><Parameter Name="List" Type="mscrm.list" Nullable="false" /><Parameter Name="Members" Type="Collection(mscrm.crmbaseentity)" Nullable="false" /></Action>
<Action Name="GrantAccess"><Parameter Name="Target" Type="mscrm.crmbaseentity" Nullable="false" /><Parameter Name="PrincipalAccess" Type="mscrm.PrincipalAccess" Nullable="false" /></Action>
<Action Name="new_Escalate" IsBound="true"><Parameter Name="entity" Type="mscrm.task" Nullable="false" /><Parameter Name="Reason" Type="Edm.String" Nullable="false" /><Parameter Name="Due" Type="Edm.Date" /><Parameter Name="Cost" Type="Edm.Decimal" /><Parameter Name="Urgent" Type="Edm.Boolean" /><Parameter Name="Helper" Type="mscrm.systemuser" /></Action>
<Action Name="new_Escalate" IsBound="true"><Parameter Name="entity" Type="mscrm.account" Nullable="false" /><Parameter Name="Level" Type="Edm.Int32" Nullable="false" /></Action>
<Action Name="new_All" IsBound="true"><Parameter Name="entityset" Type="Collection(mscrm.account)" Nullable="false" /></Action>
<Action Name="AddMembersTeam" IsBound="true"><Parameter Name="entity" Type="mscrm.team" Nullable="false" /><Parameter Name="Members" Type="Collection(mscrm.systemuser)" Nullable="false" /></Action>
<Action Name="new_Plan"><Parameter Name="Task" Type="mscrm.task" Nullable="false" /></Action>
<EntityContainer Name="System"><ActionImport Name="GrantAccess" Action="mscrm.GrantAccess" /></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"#;

/// The same, read.
pub(crate) fn operations() -> Operations {
    Operations::read(DOCUMENT).unwrap()
}
