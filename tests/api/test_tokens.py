"""Tokens: what counts, and everything that does not."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.warnings import InsecureKeyLengthWarning

from api.accounts import ROLES_CLAIM, Account, Grant
from api.issuers import Jwks, KeysUnavailable, fetch_json
from api.limits import Limits, Rate
from api.own_issuer import AUDIENCE, NAME
from api.tokens import Issuer, Tokens
from api.verified import Verified
from eventlog.accounts import Accounts
from eventlog.revocations import Revocations
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, GENEROUS, KEY, Counter, counter_over

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


FOREIGN = "https://login.example.vn"
RSA = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
WEAK = rsa.generate_private_key(public_exponent=65_537, key_size=1024)  # noqa: S505 - on purpose
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
JWK: dict[str, dict[str, Any]] = {
    "RS256": json.loads(RSAAlgorithm.to_jwk(RSA.public_key())),
    "ES256": json.loads(ECAlgorithm.to_jwk(EC.public_key())),
    "EdDSA": json.loads(OKPAlgorithm.to_jwk(ED.public_key())),
    "weak": json.loads(RSAAlgorithm.to_jwk(WEAK.public_key())),
}


@dataclass
class Provider:
    """An OIDC issuer that can go away; it counts how often it is asked."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    down: bool = False
    about: Mapping[str, Any] = field(
        default_factory=lambda: {"issuer": FOREIGN, "jwks_uri": f"{FOREIGN}/keys"}
    )

    async def __call__(self, address: str) -> Mapping[str, Any]:
        self.asked.append(address)
        if self.down:
            raise KeysUnavailable(address)
        return {"keys": self.keys} if address.endswith("/keys") else self.about


def claims(**changes: Any) -> dict[str, Any]:
    now = int(datetime.now(UTC).timestamp())
    usual = {
        "iss": FOREIGN,
        "sub": "an@example.vn",
        "aud": AUDIENCE,
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        ROLES_CLAIM: [f"leader@{COMMUNE}"],
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def provider() -> Provider:
    return Provider([{**jwk, "kid": name} for name, jwk in JWK.items()])


def counter_with(store: EventStore, known: Provider, **jwks: Any) -> Counter:
    issuer = Issuer(FOREIGN, AUDIENCE, Jwks(FOREIGN, fetch=known, **jwks))
    tokens = Tokens({FOREIGN: issuer}, Accounts(store.pool), KEY, Verified(**jwks))
    return counter_over(store, tokens=tokens)


async def status(counter: Counter, token: str) -> int:
    answer = await counter.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    if answer.status_code == 401:
        assert "invalid_token" in answer.headers["WWW-Authenticate"]
    return answer.status_code


async def test_tokens_of_any_issuer_count_with_the_three_algorithms(store: EventStore) -> None:
    counter = counter_with(store, provider())
    for algorithm, key in (("RS256", RSA), ("ES256", EC), ("EdDSA", ED)):
        token = jwt.encode(claims(), key, algorithm, headers={"kid": algorithm})
        answer = await counter.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.json()["roles"] == [f"leader@{COMMUNE}"], answer.text
        assert "example" not in answer.json()["account"]


RSA_PEM = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


def unsigned(header: dict[str, Any], secret: bytes | None = None) -> str:
    """A token without a signature, or with one by a secret that is none."""
    said = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims()))
    mac = hmac.digest(secret, said.encode(), "sha256") if secret else b""
    return f"{said}.{encoded(mac)}"


async def test_everything_else_is_refused(store: EventStore) -> None:
    counter, now = counter_with(store, provider()), int(datetime.now(UTC).timestamp())
    named = {"kid": "RS256"}
    wrong = {
        "expired": claims(exp=now - 60, iat=now - 600),
        "not yet": claims(nbf=now + 300),
        "from the future": claims(iat=now + 300),
        "for another": claims(aud="other"),
        "for nobody": claims(aud=None),
        "of another issuer": claims(iss="https://elsewhere.example"),
        "of ours, by them": claims(iss=NAME),
        "without end": claims(exp=None),
        "without a subject": claims(sub=None),
        "without a beginning": claims(iat=None),
        "for a year": claims(exp=now + 365 * 86_400),
    }
    found = {
        name: await status(counter, jwt.encode(said, RSA, "RS256", headers=named))
        for name, said in wrong.items()
    }
    assert found == dict.fromkeys(wrong, 401)


async def test_what_a_token_says_of_its_key_is_not_believed(store: EventStore) -> None:
    known = provider()
    known.keys.append({**JWK["RS256"], "kid": "sealing", "use": "enc"})
    counter = counter_with(store, known)
    own = {"jwk": JWK["RS256"], "kid": "mine"}
    forged = ed25519.Ed25519PrivateKey.generate()
    with pytest.warns(InsecureKeyLengthWarning):
        weak = jwt.encode(claims(), WEAK, "RS256", headers={"kid": "weak"})
    wrong = {
        "no signature": unsigned({"alg": "none"}),
        "NONE": unsigned({"alg": "NONE", "kid": "RS256"}),
        "public key as a secret": unsigned({"alg": "HS256", "kid": "RS256"}, RSA_PEM),
        "another algorithm": jwt.encode(claims(), RSA, "RS512", headers={"kid": "RS256"}),
        "the key of another algorithm": jwt.encode(
            claims(), RSA, "RS256", headers={"kid": "EdDSA"}
        ),
        "a key it brings along": jwt.encode(claims(), forged, "EdDSA", headers=own),
        "a forged signature": jwt.encode(claims(), forged, "EdDSA", headers={"kid": "EdDSA"}),
        "a weak key": weak,
        "a key for another use": jwt.encode(claims(), RSA, "RS256", headers={"kid": "sealing"}),
        "an extension": jwt.encode(
            claims(), RSA, "RS256", headers={"kid": "RS256", "crit": ["b64"], "b64": True}
        ),
        "no token": "x",
        "nothing": "",
        "much": "a" * 9_000,
        "deep": urlsafe_b64encode(b"[" * 5_000).decode() + ".e30.",
    }
    assert {n: await status(counter, t) for n, t in wrong.items()} == dict.fromkeys(wrong, 401)


async def test_keys_are_kept_and_asked_for_again_only_now_and_then(store: EventStore) -> None:
    known, seconds = provider(), [0.0]
    counter = counter_with(store, known, clock=lambda: seconds[0])
    good = jwt.encode(claims(), RSA, "RS256", headers={"kid": "RS256"})
    unknown = jwt.encode(claims(), RSA, "RS256", headers={"kid": "new"})
    assert [await status(counter, good) for _ in range(3)] == [200] * 3
    assert known.asked == [f"{FOREIGN}/.well-known/openid-configuration", f"{FOREIGN}/keys"]
    seconds[0] = 31.0
    assert [await status(counter, unknown) for _ in range(3)] == [401] * 3
    assert len(known.asked) == 3
    seconds[0] = 62.0
    known.keys.append({**JWK["RS256"], "kid": "new"})
    assert await status(counter, unknown) == 200


async def test_known_keys_count_while_the_issuer_is_away_but_not_for_ever(
    store: EventStore,
) -> None:
    known, seconds = provider(), [0.0]
    counter = counter_with(store, known, clock=lambda: seconds[0])
    good = jwt.encode(claims(), RSA, "RS256", headers={"kid": "RS256"})
    assert await status(counter, good) == 200
    known.down, seconds[0] = True, 7_200.0
    assert await status(counter, good) == 200
    seconds[0] = 90_000.0
    assert await status(counter, good) == 503


async def test_a_key_that_its_issuer_withdrew_counts_for_a_minute_more(store: EventStore) -> None:
    known, seconds = provider(), [0.0]
    counter = counter_with(store, known, clock=lambda: seconds[0])
    good = jwt.encode(claims(), RSA, "RS256", headers={"kid": "RS256"})
    for seconds[0] in (0.0, 595.0):
        assert await status(counter, good) == 200
    known.keys = []
    seconds[0] = 654.0
    assert await status(counter, good) == 200, "checked a moment ago, with the key of then"
    seconds[0] = 655.0
    assert await status(counter, good) == 401


async def test_what_was_verified_is_kept_for_a_while_and_not_beyond_its_end() -> None:
    at, today = [0.0], [1_000.0]
    verified = Verified(most=2, clock=lambda: at[0], today=lambda: today[0])
    account = Account(FOREIGN, "an", "a1", None, datetime.fromtimestamp(1_000, UTC), ())
    verified.keep("a", account, 1_010)
    assert verified.account("a") == account
    assert verified.account("b") is None
    today[0] = 1_010.0
    assert verified.account("a") is None, "it has expired"
    today[0], at[0] = 1_000.0, 60.0
    assert verified.account("a") is None, "it was checked a minute ago"
    for name in "bcd":
        verified.keep(name, account, 2_000)
    assert [verified.account(name) is None for name in "bcd"] == [True, False, False]


async def test_an_issuer_that_was_never_reached_is_not_the_callers_fault(
    store: EventStore,
) -> None:
    counter = counter_with(store, Provider(down=True))
    good = jwt.encode(claims(), RSA, "RS256", headers={"kid": "RS256"})
    assert await status(counter, good) == 503
    counter = counter_with(store, Provider(about={"issuer": "https://evil", "jwks_uri": "x/keys"}))
    assert await status(counter, good) == 503


async def test_keys_come_over_https_only() -> None:
    with pytest.raises(KeysUnavailable, match="https"):
        await fetch_json("http://login.example.vn/keys")


async def test_a_revoked_token_counts_no_more_nor_those_of_a_revoked_account(
    counter: Counter, store: EventStore
) -> None:
    revocations, now = Revocations(store.pool), datetime.now(UTC)
    grants = (Grant("leader", COMMUNE),)
    one, two = (counter.issuer.issue("an", grants, now, timedelta(hours=1)) for _ in range(2))
    await revocations.revoke_token(NAME, one.token_id, "mất máy")
    assert [await status(counter, issued.token) for issued in (one, two)] == [401, 200]
    await revocations.revoke_account(NAME, "an", now + timedelta(seconds=1), "nghỉ việc")
    await revocations.revoke_account(NAME, "an", now - timedelta(hours=1), "lệnh cũ")
    assert await status(counter, two.token) == 401
    later = counter.issuer.issue("binh", grants, now, timedelta(hours=1))
    assert await status(counter, later.token) == 200


async def test_our_own_tokens_live_for_a_day_at_most(counter: Counter) -> None:
    for hours in (0, -1, 25):
        with pytest.raises(ValueError, match="at most"):
            counter.issuer.issue("an", (), datetime.now(UTC), timedelta(hours=hours))


async def test_guessing_tokens_becomes_expensive(store: EventStore) -> None:
    rates = {**GENEROUS, "wrong_token": Rate(burst=3, per_minute=1)}
    counter = counter_over(store, limits=Limits(rates, lambda: 0.0))
    assert [await status(counter, "x") for _ in range(5)] == [401, 401, 401, 429, 429]


async def test_whoever_has_a_good_token_is_let_in_from_where_others_have_guessed(
    store: EventStore,
) -> None:
    rates = {**GENEROUS, "wrong_token": Rate(burst=3, per_minute=1)}
    counter = counter_over(store, limits=Limits(rates, lambda: 0.0))
    own = counter.token(f"leader@{COMMUNE}", subject="lan")  # accounts of others were ended here
    good = own["Authorization"].partition(" ")[2]
    assert [await status(counter, "x") for _ in range(4)] == [401, 401, 401, 429]
    assert [await status(counter, good) for _ in range(2)] == [200, 200], "new, and known"
    assert await status(counter, "x") == 429
