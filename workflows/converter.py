"""How payloads travel: typed by pydantic, encrypted before they leave the process."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

__all__ = ["EncryptingCodec", "data_converter"]

_ENCODING = b"binary/encrypted"
_NONCE = 12


class EncryptingCodec(PayloadCodec):
    """AES-256-GCM over every payload; Temporal stores nothing that can be read."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each payload whole, its metadata included."""
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt what was encrypted here; leave anything else as it is."""
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce = os.urandom(_NONCE)
        data = nonce + self._cipher.encrypt(nonce, payload.SerializeToString(), _ENCODING)
        return Payload(metadata={"encoding": _ENCODING}, data=data)

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != _ENCODING:
            return payload
        nonce, data = payload.data[:_NONCE], payload.data[_NONCE:]
        return Payload.FromString(self._cipher.decrypt(nonce, data, _ENCODING))


def data_converter(key: bytes) -> DataConverter:
    """The converter that every client and worker of an installation uses."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptingCodec(key),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
