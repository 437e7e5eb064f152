"""Reading an answer from a response until it is over, silent, broken or too long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx

from aitunnel_jupyter.errors import AnswerBroken, Stalled
from aitunnel_jupyter.gateway.body import SILENCE, decoded, next_chunk, paced
from aitunnel_jupyter.gateway.wire.patience import DRAIN_SECONDS, Patience

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aitunnel_jupyter.gateway.wire.delta import Delta
    from aitunnel_jupyter.gateway.wire.reader import AnswerReader

MEGABYTE = 2**20


class Reading:
    """Feeds a reader from a response.

    Args:
        reader: What makes an answer of the bytes.
        host: Who sends them, for what a person is told.
        silence: Seconds without any piece of the answer after which the server counts as silent.
        pinged: The same for a server that sends pings meanwhile.
        expects_calls: Whether functions were offered: only then calls are an end.
        show: Gets the deltas.
        deliver: Called when nothing more can change the answer, maybe before the body's end.
    """

    def __init__(
        self,
        reader: AnswerReader,
        *,
        host: str,
        silence: float,
        pinged: float,
        expects_calls: bool,
        show: Callable[[list[Delta]], None],
        deliver: Callable[[], None],
    ) -> None:
        self._reader = reader
        self._host = host
        self._silence = silence
        self._pinged = pinged
        self._expects_calls = expects_calls
        self._show = show
        self._deliver = deliver

    async def run(self, response: httpx.Response) -> None:
        """Read to the end; the reader then has the whole answer, or what came of it.

        Raises:
            Stalled: Nothing of an answer came for as long as the server may be silent.
            AnswerBroken: It is longer than any answer.
            httpx.RequestError: The connection or the packing broke before the answer's end.
        """
        reader, fold = self._reader, self._reader.fold
        clock = asyncio.get_running_loop().time
        patience = Patience(fold, self._silence, clock, pinged=self._pinged, expects_calls=self._expects_calls)
        stream = paced(decoded(response), lambda: fold.pieces > 0)
        while chunk := await self._next(stream, patience):
            self._show(reader.feed(chunk))
            if reader.too_long:
                self._show(reader.close())
                limit = f"{reader.too_long // MEGABYTE}"
                raise AnswerBroken("stream.long", host=self._host, limit=limit)
            if reader.has_enough:
                return
            if (fold.done and fold.usage_is_last) or fold.failure:
                self._show(reader.close())
                self._deliver()
                await _drain(stream)
                return
        self._show(reader.close())

    async def _next(self, stream: AsyncIterator[bytes], patience: Patience) -> bytes:
        """The next bytes; none at the end."""
        try:
            chunk = await next_chunk(stream, patience.left())
        except httpx.ReadTimeout:
            chunk = SILENCE
        except httpx.RequestError:
            self._show(self._reader.close())
            if self._reader.fold.ended:  # everything was there, only the goodbye was missing
                return b""
            raise
        if chunk is not SILENCE:
            return chunk or b""
        if patience.is_content:
            self._show(self._reader.close())
            raise Stalled("stalled", host=self._host, seconds=f"{max(self._silence, round(patience.waited)):g}")
        return b""


async def _drain(stream: AsyncIterator[bytes]) -> None:
    """Take the end of a body whose answer is there, so that its connection can be used again."""
    clock = asyncio.get_running_loop().time
    until = clock() + DRAIN_SECONDS
    try:
        while (left := until - clock()) > 0 and await next_chunk(stream, left) not in (None, SILENCE):
            pass
    except httpx.HTTPError:
        pass
