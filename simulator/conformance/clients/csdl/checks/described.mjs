// The model as the simulator describes it, and the way to ask for more.

import csdl from "odata-csdl";

async function token(setting) {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: setting("CLIENT_ID"),
    client_secret: setting("CLIENT_SECRET"),
    scope: setting("SCOPE"),
  });
  return (await (await fetch(setting("TOKEN_URL"), { method: "POST", body })).json()).access_token;
}

// A document, parsed strictly: what the schema of CSDL does not know is an error.
export function parsed(xml) {
  const messages = [];
  const json = csdl.xml2json(xml, { strict: true, annotations: true, messages });
  return { json, messages, model: json["Microsoft.Dynamics.CRM"] };
}

// What the simulator says whose settings begin with this prefix.
export async function description(prefix) {
  const setting = (name) => process.env[`${prefix}DATAVERSE_${name}`];
  const headers = { Authorization: `Bearer ${await token(setting)}`, Accept: "application/json" };
  const api = `${setting("URL")}/api/data/v9.2`;
  const text = async (path) => {
    const answer = await fetch(`${api}/${path}`, { headers: { ...headers, Accept: "application/xml" } });
    return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.text() };
  };
  const json = async (path) => (await fetch(`${api}/${path}`, { headers })).json();
  const document = await text("$metadata");
  const { model } = parsed(document.body);
  const kinds = Object.values(model).filter((one) => typeof one === "object");
  const counted = {
    types: kinds.filter((one) => one.$Kind === "EntityType").length,
    operations: kinds.filter((one) => Array.isArray(one)).length,
  };
  return { api, headers, text, json, document, model, counted };
}
