"""A credential as azure-identity's are, against the simulator's authority."""

import os
import time

import requests
from azure.core.credentials import AccessToken, TokenCredential


class ClientSecret(TokenCredential):
    """Gets tokens by client secret and keeps them until they end."""

    def __init__(self, prefix=""):
        self._tokens = {}
        self._settings = {name: os.environ[f"{prefix}DATAVERSE_{name}"] for name in ("CLIENT_ID", "CLIENT_SECRET", "TOKEN_URL")}

    def get_token(self, *scopes, **_):
        token = self._tokens.get(scopes)
        if token is None or token.expires_on < time.time() + 60:
            form = {
                "grant_type": "client_credentials",
                "client_id": self._settings["CLIENT_ID"],
                "client_secret": self._settings["CLIENT_SECRET"],
                "scope": " ".join(scopes),
            }
            answer = requests.post(self._settings["TOKEN_URL"], data=form, timeout=30)
            answer.raise_for_status()
            body = answer.json()
            token = AccessToken(body["access_token"], int(time.time()) + body["expires_in"])
            self._tokens[scopes] = token
        return token


class AsyncClientSecret:
    """The same for the async client."""

    def __init__(self, prefix=""):
        self._inner = ClientSecret(prefix)

    async def get_token(self, *scopes, **_):
        return self._inner.get_token(*scopes)

    async def close(self):
        pass

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass
