"""OpenID Connect with a company's directory: authorization code flow with PKCE, discovery, and an ID token that is checked.

Asks the directory's own addresses only, which an operator's setting names (`Directory.issuer`) or its configuration does; nothing that a
user sends chooses an address. What the browser must bring back is derived from one random cookie: the database keeps digests only.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from sqlalchemy.orm import Session

from accounts import challenges
from accounts.api_keys import digest
from accounts.directory import Directory
from ledger_client.errors import LedgerError, Retryable
from ledger_client.sentences import sentence
from records.columns import now

KIND = "oidc"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")  # public keys only
_SECONDS = 5.0  # for each answer of the directory
_KNOWN_FOR = timedelta(hours=1)
_LEEWAY = 60  # seconds by which two clocks may differ
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class DirectoryAway(Retryable):
    """The directory does not answer, or answers something else than its standard says."""


class NotProven(LedgerError):
    """What came back from the browser or the directory does not show who this is."""


@dataclass(slots=True)
class Provider:
    """A directory with what was learned of it; one a process."""

    directory: Directory
    told: dict[str, Any] = field(default_factory=dict)
    keys: KeySet | None = None
    asked_at: datetime | None = None

    def begin(self, session: Session, back_to: str, facts: dict[str, Any]) -> tuple[str, str]:
        """Where the browser has to go, and the cookie it must come back with. `facts` are kept until then."""
        address = self._configuration()["authorization_endpoint"]
        cookie, state = secrets.token_urlsafe(32), challenges.drawn()
        url, _ = self._client(back_to).create_authorization_url(
            address, state=state, code_verifier=_derived(cookie, "verifier"), nonce=_derived(cookie, "nonce")
        )
        challenges.keep(session, KIND, state, {**facts, "browser": digest(cookie).hex()})
        return str(url), cookie

    def claims(self, code: str, cookie: str, back_to: str) -> dict[str, Any]:
        """Who it is, for a code that the browser brought back: the claims of a checked ID token. NotProven, DirectoryAway."""
        token = self._token(code, _derived(cookie, "verifier"), back_to)
        text = token.get("id_token")
        if not isinstance(text, str):
            raise NotProven("the directory sent no ID token")
        try:
            said = self._decoded(text)
            options = {
                "iss": {"essential": True, "value": self.directory.issuer},
                "aud": {"essential": True, "value": self.directory.client_id},
                "sub": {"essential": True},
            }
            params = {"nonce": _derived(cookie, "nonce"), "client_id": self.directory.client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(said.claims, said.header, options, params)
            claims.validate(leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise NotProven(f"the ID token is not valid: {error}") from None
        if not isinstance(claims.get("sub"), str) or len(claims["sub"]) > 255:
            raise NotProven("the ID token names nobody")
        return dict(claims)

    def _decoded(self, text: str) -> jwt.Token:
        try:
            return jwt.decode(text, self._key_set(), algorithms=ALGORITHMS)
        except InvalidKeyIdError:  # the directory may have new keys
            return jwt.decode(text, self._key_set(anew=True), algorithms=ALGORITHMS)

    def _token(self, code: str, verifier: str, back_to: str) -> dict[str, Any]:
        address = self._configuration()["token_endpoint"]
        try:
            found = self._client(back_to).fetch_token(
                address, code=code, code_verifier=verifier, timeout=_SECONDS, allow_redirects=False, headers={"Accept": "application/json"}
            )
        except AuthlibBaseError as error:
            raise NotProven(f"the directory does not take the code: {error.error}") from None
        except (requests.RequestException, ValueError) as error:
            raise _away(error) from None
        if not isinstance(found, dict):
            raise NotProven("the directory sent no token")
        return dict(found)

    def _configuration(self) -> dict[str, Any]:
        """The directory's configuration, asked at most once an hour."""
        if self.asked_at is None or now() - self.asked_at > _KNOWN_FOR:
            told = _fetched(self.directory.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if told.get("issuer") != self.directory.issuer:
                raise DirectoryAway(
                    sentence("the directory at {issuer} calls itself {told!r}", issuer=self.directory.issuer, told=told.get("issuer"))
                )
            for name in _NEEDED:
                _check_address(self.directory.issuer, name, told.get(name))
            self.told, self.keys, self.asked_at = told, None, now()
        return self.told

    def _key_set(self, *, anew: bool = False) -> KeySet:
        if self.keys is None or anew:
            self.keys = KeySet.import_key_set(_fetched(self._configuration()["jwks_uri"]))  # type: ignore[arg-type]
        return self.keys

    def _client(self, back_to: str) -> OAuth2Session:
        own = self.directory
        scope = "openid profile email"
        return OAuth2Session(own.client_id, own.client_secret, scope=scope, redirect_uri=back_to, code_challenge_method="S256")


def redeem(session: Session, state: str, cookie: str | None) -> dict[str, Any] | None:
    """What was kept for a state, once; None for one that is unknown, used or expired, or that another browser brings."""
    facts = challenges.redeem(session, KIND, state)
    right = facts is not None and cookie is not None and hmac.compare_digest(facts["browser"], digest(cookie).hex())
    return facts if right else None


def _derived(cookie: str, what: str) -> str:
    return urlsafe_b64encode(hmac.digest(cookie.encode(errors="surrogatepass"), what.encode(), "sha256")).rstrip(b"=").decode()


def _fetched(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=_SECONDS, allow_redirects=False, headers={"Accept": "application/json"})
        if answer.status_code != 200:
            raise DirectoryAway(sentence("the directory answers {status} at {address}", status=answer.status_code, address=address))
        told = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise _away(error) from None
    if not isinstance(told, dict):
        raise DirectoryAway(sentence("the directory answers no JSON object at {address}", address=address))
    return told


def _check_address(issuer: str, name: str, address: object) -> None:
    """Addresses must be as safe as the issuer's own."""
    schemes = {"https", urlsplit(issuer).scheme}
    if not isinstance(address, str) or urlsplit(address).scheme not in schemes:
        raise DirectoryAway(sentence("the directory's configuration has no {name} that can be used", name=name))


def _away(error: Exception) -> DirectoryAway:
    return DirectoryAway(sentence("the directory does not answer: {name}", name=type(error).__name__))
