"""The turn word of ``transport_shm.c`` as a model, of which every state is visited: nobody sleeps for ever.

Two threads pass the turn by the steps of ``pass`` and ``wait_for``, each access to memory one step; the host may be
killed before any of its own. The kernel then goes through the list of robust futexes: *alive*, then the turn if the
host holds it, or if it is pending. Sleeps have no time limit here, and there is no control socket: what the word alone
promises is looked at. Not in the model: a host that ends before it has registered the words, for which the client's
sleeps are limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest


class Word(NamedTuple):
    """The turn: whose it is (client, host, or nobody's after a death), FUTEX_WAITERS, FUTEX_OWNER_DIED."""

    owner: str
    waiters: bool = False
    died: bool = False


class Thread(NamedTuple):
    """Where it is, and the word as it last saw it."""

    at: str
    seen: Word


class State(NamedTuple):
    word: Word
    marked: bool  # *alive* has FUTEX_OWNER_DIED
    client: Thread
    host: Thread
    pending: bool = False  # the host was passing the turn when it ended


START = State(Word("h"), False, Thread("look", Word("h")), Thread("run", Word("h")))


def woken(thread: Thread) -> Thread:
    return thread._replace(at="look") if thread.at == "asleep" else thread


def replaced(state: State, side: str, thread: Thread) -> State:
    return state._replace(client=thread) if side == "client" else state._replace(host=thread)


def steps(state: State, side: str, defect: str) -> Iterator[State]:
    """What one thread can do next."""
    me: Thread = getattr(state, side)
    other = "host" if side == "client" else "client"
    word = state.word

    def then(at: str, seen: Word = me.seen, word: Word = word) -> State:
        return replaced(state._replace(word=word), side, Thread(at, seen))

    match me.at:
        case "run":
            yield then("pass", word)
        case "pass" if me.seen.died:
            yield then("look")
        case "pass" if word == me.seen:
            yield then("wake" if word.waiters else "look", word=Word(other[0]))
        case "pass" | "mark" if word != me.seen:
            yield then(me.at if me.at == "pass" else "check", word)
        case "wake":
            yield replaced(then("look"), other, woken(getattr(state, other)))
        case "look":
            yield then("check", word)
        case "check" if me.seen.owner == side[0] or me.seen.died:
            yield then("got")
        case "check":
            yield then("alive" if me.seen.waiters or defect == "no mark" else "mark")
        case "mark":
            marked = word._replace(waiters=True)
            yield then("alive", marked, marked)
        case "alive":
            looks = side == "client" and state.marked and defect != "no alive"
            yield then("again" if looks else "sleep")
        case "again":
            yield then("got" if word.owner == side[0] or word.died else "gone")
        case "sleep":
            yield then("asleep" if word == me.seen or defect == "no comparison" else "look")
        case "got":
            yield then("gone" if word.died else "run")


def death(state: State, defect: str) -> Iterator[State]:
    """The host's end, and what the kernel does for it (handle_futex_death)."""
    word, host = state.word, state.host
    order = ("turn", "alive") if defect == "turn first" else ("alive", "turn")
    if not host.at.startswith("dead"):
        pending = host.at in ("pass", "wake") and defect != "no pending"
        yield state._replace(host=Thread("dead 0", host.seen), pending=pending)
    elif host.at == "dead wake":
        yield state._replace(client=woken(state.client), host=Thread(f"dead {order.index('turn') + 1}", host.seen))
    elif host.at in ("dead 0", "dead 1"):
        number = int(host.at[-1])
        done = state._replace(host=Thread(f"dead {number + 1}", host.seen))
        if order[number] == "alive":
            yield done._replace(marked=True)
        elif word == Word("c") and state.pending:
            yield done._replace(client=woken(state.client))
        elif word.owner != "h":
            yield done
        else:
            kept = done._replace(word=Word("-", word.waiters, True))
            yield kept._replace(host=Thread("dead wake", host.seen)) if word.waiters else kept


def wrong(state: State) -> bool:
    """Somebody sleeps whom nobody will wake, or both have the turn."""
    client, host = state.client.at, state.host.at
    running = ("run", "pass")
    return (client == "asleep" and host in ("asleep", "dead 2")) or (client in running and host in running)


def explored(defect: str = "") -> tuple[int, list[State]]:
    """How many states there are, and those that should not be."""
    found, waiting = {START}, [START]
    while waiting:
        state = waiting.pop()
        ways = [*steps(state, "client", defect), *death(state, defect)]
        if not state.host.at.startswith("dead"):
            ways += steps(state, "host", defect)
        new = set(ways) - found
        found |= new
        waiting += new
    return len(found), [state for state in found if wrong(state)]


def test_nobody_sleeps_for_ever() -> None:
    count, bad = explored()
    assert count > 200
    assert bad == []


@pytest.mark.parametrize("defect", ["no mark", "no alive", "no comparison", "no pending", "turn first"])
def test_the_model_notices(defect: str) -> None:
    """Without any of the protocol's parts somebody does; the kernel has to reach *alive* before the turn."""
    assert explored(defect)[1] != []
