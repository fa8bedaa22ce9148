// The npm package dynamics-web-api against the simulator, over TLS and over plain HTTP.

import { DynamicsWebApi } from "dynamics-web-api";
import { suite } from "./checks/index.mjs";
import { judged, tell, watched } from "./surface.mjs";

function client(prefix) {
  const setting = (name) => process.env[`${prefix}DATAVERSE_${name}`];
  let token;
  const onTokenRefresh = async () => {
    token ??= await fetch(setting("TOKEN_URL"), {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: setting("CLIENT_ID"),
        client_secret: setting("CLIENT_SECRET"),
        scope: setting("SCOPE"),
      }),
    }).then((answer) => answer.json());
    return token.access_token;
  };
  return watched(
    new DynamicsWebApi({ serverUrl: setting("URL"), onTokenRefresh, dataApi: { version: "9.2" } }),
  );
}

const only = process.argv[2] ?? "";
await suite.run("over TLS", only, client(""));
await suite.run("over plain HTTP", only, client("PLAIN_"));
if (!only) tell();
const { operations, uncovered } = judged();
process.exit((await suite.report(operations, only ? [] : uncovered)) ? 0 : 1);
