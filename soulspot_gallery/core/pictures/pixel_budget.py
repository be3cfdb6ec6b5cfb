"""Shares out how much memory all decoders together may hold. For one event loop; knows nothing of pictures."""

from __future__ import annotations

import asyncio
from collections import deque


class PixelBudget:
    """A weighted gate, first come first served, so that small ones never starve a large one."""

    def __init__(self, total: int) -> None:
        """`total` in bytes."""
        self._total = total
        self._held = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def held(self) -> int:
        """Bytes that are given out now."""
        return self._held

    def share(self, wanted: int) -> int:
        """What `wanted` bytes count for: never more than there are in all, so that it is let in alone."""
        return min(max(wanted, 0), self._total)

    async def take(self, share: int) -> None:
        """Waits until `share` bytes are free and holds them; each `take` that returns needs one `give_back`."""
        if not self._waiting and self._held + share <= self._total:
            self._held += share
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((share, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back(share)
            else:
                self._let_in()
            raise

    def give_back(self, share: int) -> None:
        self._held -= share
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting:
            share, turn = self._waiting[0]
            if not turn.done():
                if self._held + share > self._total:
                    return
                self._held += share
                turn.set_result(None)
            self._waiting.popleft()
