// Functions and actions.

import { strict as assert } from "node:assert";
import { refused } from "../../shared/suite.mjs";
import { accounts, create, suite, unique } from "./made.mjs";

const GUID = /^[0-9a-f-]{36}$/;

suite.check("functions without parameters answer", async (api) => {
  const me = await api.callFunction("WhoAmI");
  for (const id of [me.UserId, me.BusinessUnitId, me.OrganizationId]) assert.match(id, GUID);
  assert.match((await api.callFunction({ name: "RetrieveVersion" })).Version, /^9\.2\./);
});

suite.check("functions take typed parameters", async (api) => {
  const organization = await api.callFunction({
    name: "RetrieveCurrentOrganization",
    parameters: { AccessType: "Microsoft.Dynamics.CRM.EndpointAccessType'Default'" },
  });
  assert.ok(organization.Detail.FriendlyName);
  const counted = await api.callFunction({ name: "RetrieveTotalRecordCount", parameters: { EntityNames: ["account", "contact"] } });
  assert.deepEqual(counted.EntityRecordCountCollection.Keys, ["account", "contact"]);
  const { TimeZoneCode } = await api.callFunction({
    name: "GetTimeZoneCodeByLocalizedName",
    parameters: { LocalizedStandardName: "Pacific Standard Time", LocaleId: 1033 },
  });
  assert.equal(TimeZoneCode, 4);
});

suite.check("a bound function takes a row as parameter", async (api) => {
  const { ids: [account] } = await accounts(api, 1);
  const me = await api.callFunction("WhoAmI");
  const { AccessRights } = await api.callFunction({
    collection: "systemusers", key: me.UserId, name: "Microsoft.Dynamics.CRM.RetrievePrincipalAccess",
    parameters: { Target: { "@odata.id": `accounts(${account})` } },
  });
  assert.match(AccessRights, /ReadAccess/);
});

suite.check("an action closes an opportunity", async (api) => {
  const key = await create(api, "opportunities", { name: unique() });
  await api.callAction({
    actionName: "WinOpportunity",
    action: { Status: 3, OpportunityClose: { subject: "Won", "opportunityid@odata.bind": `/opportunities(${key})` } },
  });
  const read = await api.retrieve({ collection: "opportunities", key, select: ["statecode", "statuscode"] });
  assert.deepEqual([read.statecode, read.statuscode], [1, 3]);
});

suite.check("a bound action adds members to a team", async (api) => {
  const { value: [user] } = await api.retrieveMultiple({ collection: "systemusers", filter: "firstname eq 'Ada'", select: ["fullname"] });
  const { value: [team] } = await api.retrieveMultiple({ collection: "teams", filter: "name eq 'Key Accounts'", select: ["name"] });
  await api.callAction({
    collection: "teams", key: team.teamid, actionName: "Microsoft.Dynamics.CRM.AddMembersTeam",
    action: { Members: [{ "@odata.type": "Microsoft.Dynamics.CRM.systemuser", ownerid: user.systemuserid }] },
  });
  const read = await api.retrieve({ collection: "teams", key: team.teamid, expand: [{ property: "teammembership_association", select: ["fullname"] }] });
  assert.ok(read.teammembership_association.some((one) => one.systemuserid === user.systemuserid));
});

suite.check("a lead becomes account, contact and opportunity", async (api) => {
  const key = await create(api, "leads", { subject: unique(), firstname: "Clara", lastname: unique(), companyname: unique() });
  const made = await api.callAction({
    collection: "leads", key, actionName: "Microsoft.Dynamics.CRM.QualifyLead",
    action: { CreateAccount: true, CreateContact: true, CreateOpportunity: true, Status: 3 },
  });
  assert.equal(made.value.length, 3);
  assert.equal((await api.retrieve({ collection: "leads", key, select: ["statecode"] })).statecode, 1);
});

suite.check("a collection-bound action creates many", async (api) => {
  const Targets = [1, 2, 3].map(() => ({ "@odata.type": "Microsoft.Dynamics.CRM.account", name: unique() }));
  const { Ids } = await api.callAction({
    collection: "accounts", actionName: "Microsoft.Dynamics.CRM.CreateMultiple", action: { Targets },
  });
  assert.equal(Ids.length, 3);
});

suite.check("what does not exist is refused", async (api) => {
  assert.equal((await refused(api.callFunction("NoSuchFunction"))).status, 404);
  assert.equal((await refused(api.callAction({ actionName: "WhoAmI" }))).status, 404);
});

suite.check("an action of the organisation's own is done in the background, or cancelled before it is", async (api) => {
  const ask = (Name) => api.callAction({ actionName: "sample_Greet", action: { Name }, respondAsync: true });
  const { location, backgroundOperationId } = await ask("Ada");
  assert.ok(location.endsWith(`/api/backgroundoperation/${backgroundOperationId}`));
  let told = await api.getBackgroundOperationStatus(backgroundOperationId);
  for (let tries = 0; told.backgroundOperationStateCode !== 3 && tries < 100; tries += 1) {
    await new Promise((resume) => setTimeout(resume, 100));
    told = await api.getBackgroundOperationStatus(backgroundOperationId);
  }
  assert.deepEqual([told.backgroundOperationStatusCode, told.Text], [30, "Hello Ada"]);
  const other = await ask("Max");
  const cancelled = await api.cancelBackgroundOperation(other.backgroundOperationId);
  assert.equal(cancelled.backgroundOperationStatusCode, 32);
});
