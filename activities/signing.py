"""The gateway vouches for actor and command with a key that only gateway and workers share."""

from __future__ import annotations

import hashlib
import hmac
import json

from activities.messages import SignedCommand

__all__ = ["request_hash", "sign", "signature_holds"]


def _bytes(command: SignedCommand) -> bytes:
    facts = command.model_dump(mode="json", exclude={"signature", "traceparent"})
    if command.expected_version is None:
        # As before there was such a thing: keys that were used then must still be known.
        del facts["expected_version"]
    return json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()


def sign(command: SignedCommand, key: bytes) -> SignedCommand:
    """The command with its signature (HMAC-SHA-256)."""
    digest = hmac.digest(key, _bytes(command), "sha256").hex()
    return command.model_copy(update={"signature": digest})


def signature_holds(command: SignedCommand, key: bytes) -> bool:
    """Whether the gateway vouched for exactly this command."""
    return hmac.compare_digest(sign(command, key).signature, command.signature)


def request_hash(command: SignedCommand) -> bytes:
    """What tells a repeat under the same key from another request."""
    return hashlib.sha256(_bytes(command)).digest()
