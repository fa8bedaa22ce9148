// FetchXML.

import { strict as assert } from "node:assert";
import { accounts, suite } from "./made.mjs";

const xml = (city, more = "") => `<fetch ${more}><entity name="account"><attribute name="name"/>
  <filter><condition attribute="address1_city" operator="eq" value="${city}"/></filter><order attribute="name"/></entity></fetch>`;

suite.check("FetchXML finds rows", async (api) => {
  const { ids, city } = await accounts(api, 3);
  const found = await api.fetch({ collection: "accounts", fetchXml: xml(city), includeAnnotations: "*" });
  assert.deepEqual(found.value.map((row) => row.accountid), ids);
});

suite.check("FetchXML goes from page to page", async (api) => {
  const { ids, city } = await accounts(api, 5);
  const fetchXml = xml(city, 'count="2"');
  const includeAnnotations = "Microsoft.Dynamics.CRM.fetchxmlpagingcookie,Microsoft.Dynamics.CRM.morerecords";
  const first = await api.fetch({ collection: "accounts", fetchXml, includeAnnotations });
  assert.deepEqual(first.value.map((row) => row.accountid), ids.slice(0, 2));
  assert.equal(first.PagingInfo.nextPage, 2);
  const second = await api.fetch({
    collection: "accounts", fetchXml, pageNumber: first.PagingInfo.nextPage, pagingCookie: first.PagingInfo.cookie,
    includeAnnotations,
  });
  assert.deepEqual(second.value.map((row) => row.accountid), ids.slice(2, 4));
  const all = await api.fetchAll({ collection: "accounts", fetchXml, includeAnnotations });
  assert.deepEqual(all.value.map((row) => row.accountid), ids);
});

suite.check("long FetchXML travels in a batch", async (api) => {
  const { ids, city } = await accounts(api, 1);
  const many = Array.from({ length: 400 }, (_, n) => `<value>${city} ${n} and quite a long tail to it</value>`).join("");
  const fetchXml = `<fetch><entity name="account"><attribute name="name"/><filter>
    <condition attribute="address1_city" operator="eq" value="${city}"/>
    <condition attribute="name" operator="not-in">${many}</condition></filter></entity></fetch>`;
  api.startBatch();
  api.fetch({ collection: "accounts", fetchXml });
  const [found] = await api.executeBatch();
  assert.deepEqual(found.value.map((row) => row.accountid), ids);
});
