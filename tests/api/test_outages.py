"""With PostgreSQL or Temporal away: what still works, and what is said."""

from __future__ import annotations

from tests.api.counter import Counter, report


async def test_it_lives_and_says_what_it_can_do(counter: Counter) -> None:
    assert (await counter.http.get("/healthz")).json() == {"alive": True}
    ready = await counter.http.get("/readyz")
    assert (ready.status_code, ready.json()["temporal"]) == (200, "answers")
    counter.commands.down = True
    ready = await counter.http.get("/readyz")
    assert (ready.status_code, ready.json()["temporal"]) == (200, "down")
    await counter.desk.store.pool.close()
    ready = await counter.http.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    answer = await counter.http.post("/v1/reports", json=report())
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert answer.headers["Retry-After"]
