// One operation of dynamics-web-api:  node wire.mjs '["retrieve", {…}]'

import { DynamicsWebApi } from "dynamics-web-api";

const setting = (name) => process.env[`DATAVERSE_${name}`];
const form = {
  grant_type: "client_credentials",
  client_id: setting("CLIENT_ID"),
  client_secret: setting("CLIENT_SECRET"),
  scope: setting("SCOPE"),
};
const onTokenRefresh = async () => {
  const answer = await fetch(setting("TOKEN_URL"), { method: "POST", body: new URLSearchParams(form) });
  return (await answer.json()).access_token;
};
const api = new DynamicsWebApi({ serverUrl: setting("URL"), onTokenRefresh, dataApi: { version: "9.2" } });
const [operation, ...inputs] = JSON.parse(process.argv[2]);
await api[operation](...inputs);
