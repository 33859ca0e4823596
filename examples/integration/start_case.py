"""Start a case straight through Temporal: `python start_case.py --help`.

It needs `temporalio` and `cryptography` and nothing of Hồi Âm; docs/api/temporal.md tells the
contract that it keeps. The key file comes from `hoiam codec-key FILE`.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import os
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
)
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

ENCRYPTED = b"binary/encrypted"
NONCE = 12
#: The workflow goes on for as long as the case; a report that is refused ends it at once.
LOOKS = 15
PAUSE = 0.2


class Encrypting(PayloadCodec):
    """AES-256-GCM over every payload: nonce, then ciphertext and tag."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt."""
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt."""
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE)
        data = nonce + self._cipher.encrypt(nonce, payload.SerializeToString(), ENCRYPTED)
        return Payload(metadata={"encoding": ENCRYPTED}, data=data)

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCRYPTED:
            return payload
        nonce, data = payload.data[:NONCE], payload.data[NONCE:]
        return Payload.FromString(self._cipher.decrypt(nonce, data, ENCRYPTED))


async def connect(address: str, namespace: str, key: bytes) -> Client:
    """A client that writes what Hồi Âm can read, and Temporal cannot."""
    converter = dataclasses.replace(
        DataConverter.default,
        payload_codec=Encrypting(key),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
    return await Client.connect(address, namespace=namespace, data_converter=converter)


async def start(
    client: Client, task_queue: str, case_id: str, actor: str, key: str, report: dict[str, Any]
) -> WorkflowHandle[Any, Any]:
    """Start the workflow of a new case; one that was started before is the same one."""
    given = {"case_id": case_id, "start": {"report": report, "actor": actor, "key": key}}
    workflow_id = f"case/{case_id}"
    try:
        return await client.start_workflow("Case", given, id=workflow_id, task_queue=task_queue)
    except WorkflowAlreadyStartedError:
        return client.get_workflow_handle(workflow_id)


async def refusal(handle: WorkflowHandle[Any, Any]) -> str | None:
    """Why the report was refused; None while the case goes on."""
    for _ in range(LOOKS):
        if (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
            return await ended(handle)
        await asyncio.sleep(PAUSE)
    return None


async def ended(handle: WorkflowHandle[Any, Any]) -> str | None:
    """What a workflow that has ended failed with, if it did."""
    try:
        await handle.result()
    except WorkflowFailureError as error:
        cause: BaseException | None = error.cause
        while cause is not None and not isinstance(cause, ApplicationError):
            cause = cause.__cause__
        return cause.message if cause is not None else "The workflow failed."
    return None


async def main(given: argparse.Namespace) -> int:
    """Start one case and tell its id."""
    client = await connect(given.address, given.namespace, given.key_file.read_bytes())
    report = {"unit": given.unit, "category": given.category, "text": given.text, "channel": "api"}
    # A repeat with the same id and key changes nothing: keep both until it was answered.
    case_id, key = given.case_id or str(uuid.uuid4()), given.key or str(uuid.uuid4())
    handle = await start(client, given.task_queue, case_id, given.actor, key, report)
    why = await refusal(handle)
    sys.stdout.write(f"{why or case_id}\n")
    return 0 if why is None else 3


def arguments() -> argparse.Namespace:
    """What is said on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="127.0.0.1:7233", help="as `hoiam status` tells it")
    parser.add_argument("--namespace", default="default")
    parser.add_argument("--task-queue", default="hoiam")
    parser.add_argument("--key-file", type=Path, required=True)
    parser.add_argument("--actor", required=True, help="integration@ and a body")
    parser.add_argument("--unit", required=True)
    parser.add_argument("--category", default="other")
    parser.add_argument("--text", required=True)
    parser.add_argument("--case-id", help="a fresh UUID if left out")
    parser.add_argument("--key", help="a fresh one if left out")
    return parser.parse_args()


if __name__ == "__main__":
    code = asyncio.run(main(arguments()))
    sys.stdout.flush()
    # Not sys.exit: a thread of Temporal's client that still lets go of an answer while Python ends
    # aborts the process now and then (github.com/temporalio/sdk-python/issues/300).
    os._exit(code)
