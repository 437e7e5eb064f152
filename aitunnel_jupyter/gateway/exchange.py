"""One request and everything that happens to it until its answer is whole, broken or stopped."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx

from aitunnel_jupyter.answer import Answer, Notice
from aitunnel_jupyter.errors import (
    AddressProblem,
    AITunnelError,
    AnswerBroken,
    ConnectFailed,
    GatewayRefused,
    InternalFault,
    Stalled,
)
from aitunnel_jupyter.gateway import refusal as refusals
from aitunnel_jupyter.gateway.body import some_of
from aitunnel_jupyter.gateway.catalogue_store import stored_catalogue
from aitunnel_jupyter.gateway.headers import headers_for
from aitunnel_jupyter.gateway.moved import moved
from aitunnel_jupyter.gateway.proxies import certificates_variable, proxy_for, via
from aitunnel_jupyter.gateway.reading import Reading
from aitunnel_jupyter.gateway.request import DEFAULT_TIMEOUT
from aitunnel_jupyter.gateway.steps import Failed, Finished, Progress, Report
from aitunnel_jupyter.gateway.wire.failures import error_text, page_title
from aitunnel_jupyter.gateway.wire.reader import AnswerReader
from aitunnel_jupyter.gateway.wire.values import label
from aitunnel_jupyter.redaction import scrub

if TYPE_CHECKING:
    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.learned import Learned
    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.gateway.wire.delta import Delta

NOT_FOUND = 404
PINGED_SECONDS = 900.0
"""A model may think for minutes without a word while its server pings: giving up would lose an answer that is paid for.
A ``--timeout`` of the person's counts pieces only."""
SECONDS_WITHOUT_STREAM = 900.0
"""Without a stream there is no byte before the whole answer, so the watchdog is at least this patient."""


class _Retry(Exception):
    """Ask again after ``seconds``."""

    def __init__(self, seconds: float, error: AITunnelError, notice: Notice | None) -> None:
        super().__init__()
        self.seconds = seconds
        self.error = error
        self.notice = notice


class Exchange:
    """Runs one request in the engine's loop and reports its steps.

    Args:
        http: The shared client.
        learned: What is known about servers.
        request: The question.
        address: Where to, and the key.
        report: Called in the loop's thread with each :class:`Progress`, list of :class:`Delta`, and at the end
            exactly once with :class:`Finished` or :class:`Failed`.
    """

    def __init__(
        self, http: httpx.AsyncClient, learned: Learned, request: Request, address: Address, report: Report
    ) -> None:
        self._http = http
        self._learned = learned
        self._request = request
        self._address = address
        self._report = report
        self._reader = AnswerReader()
        self._notices: list[Notice] = []
        self._request_id: str | None = None
        self._began = time.monotonic()
        self._reported_end = False

    async def run(self) -> None:
        """The whole course, retries included. Cancelling it closes the connection and reports what came."""
        try:
            await self._with_retries()
        except AITunnelError as error:
            self._fail(error)
        except asyncio.CancelledError:
            self._end(Finished(self._answer(complete=False, error="stopped")))
            raise
        except httpx.InvalidURL:
            self._fail(AddressProblem("address.invalid", url=self._address.base_url))
        except httpx.DecodingError as error:
            self._fail(AnswerBroken("stream.error", status="–", host=self._host, detail=str(error)))
        except Exception as error:  # noqa: BLE001  a fault of ours is told as one, not as a trouble of the network
            self._fail(InternalFault.of(error))

    async def _with_retries(self) -> None:
        self._use_known_mirror()
        for attempt in range(refusals.MOST_RETRIES + 1):
            try:
                await self._once(attempt)
            except _Retry as retry:
                if attempt == refusals.MOST_RETRIES or retry.seconds > refusals.LONGEST_WAIT:
                    raise retry.error from None
                if retry.notice and retry.notice not in self._notices:
                    self._notices.append(retry.notice)
                self._report(Progress("retrying", str(retry.error.status or ""), retry.seconds))
                await asyncio.sleep(retry.seconds)
            else:
                return

    async def _once(self, attempt: int) -> None:
        self._report(Progress("connecting"))
        try:
            async with self._http.stream(
                "POST",
                f"{self._address.base_url}/chat/completions",
                content=self._request.body(
                    usage_in_stream=self._address.base_url not in self._learned.without_stream_options
                ),
                headers=headers_for(self._address, "text/event-stream" if self._request.stream else "application/json"),
                timeout=self._timeout(),
                extensions={"trace": self._trace},
            ) as response:
                await self._read_response(response, attempt)
        except httpx.TransportError as error:
            self._on_transport_error(error, attempt)

    def _timeout(self) -> httpx.Timeout:
        seconds = self._request.timeout
        silence = seconds if self._request.stream else max(seconds, SECONDS_WITHOUT_STREAM)
        ours = self._http.timeout
        return httpx.Timeout(connect=ours.connect, write=ours.write, pool=ours.pool, read=silence)

    async def _trace(self, name: str, _info: dict[str, Any]) -> None:
        if name == "http11.send_request_body.complete":
            self._report(Progress("waiting"))

    # --- the response ---------------------------------------------------------------------------------------

    async def _read_response(self, response: httpx.Response, attempt: int) -> None:
        headers = response.headers
        self._request_id = label(headers.get("x-request-id") or headers.get("x-generation-id")) or None
        if not response.is_success:
            await self._on_status(response, attempt)
        self._note_masking(response)
        reading = Reading(
            self._reader, host=self._host, silence=self._timeout().read or self._request.timeout,
            pinged=PINGED_SECONDS if self._request.timeout == DEFAULT_TIMEOUT else 0.0,
            expects_calls=self._request.offers_functions, show=self._show, deliver=self._deliver,
        )  # fmt: skip
        await reading.run(response)
        self._conclude(response)

    def _show(self, deltas: list[Delta]) -> None:
        if deltas and not self._reported_end:
            self._report(deltas)

    def _conclude(self, response: httpx.Response) -> None:
        reader = self._reader
        values: dict[str, Any] = {"status": response.status_code, "host": self._host}
        if reader.kind == "page":
            raise GatewayRefused("http.page", title=page_title(reader.body) or "–", **values)
        if reader.kind == "json" and not reader.fold.understood and not reader.fold.failure:
            raise GatewayRefused("http.unreadable", detail=error_text(reader.body) or "–", **values)
        self._deliver()

    def _deliver(self) -> None:
        """Report the answer, or why it is none; the first call counts."""
        if self._reported_end:
            return
        fold = self._reader.fold
        if fold.failure:
            code, detail = fold.failure.code or "–", fold.failure.message
            self._fail(AnswerBroken("stream.error", status=code, detail=detail))
        elif not fold.ended:
            code = "stream.cut" if fold.pieces else "stream.empty"
            self._fail(AnswerBroken(code, host=self._host))
        else:
            self._end(Finished(self._answer()))

    # --- what goes wrong ------------------------------------------------------------------------------------

    async def _on_status(self, response: httpx.Response, attempt: int) -> None:
        status, base_url = response.status_code, self._address.base_url
        if there := moved(status, response.headers, url=str(response.url), base_url=base_url, host=self._host):
            raise there
        body = (await some_of(response)).decode("utf-8", "replace")
        wait = refusals.wait_before(attempt, response.headers)
        error = refusals.refusal(
            status, body, host=self._address.host, via=via(self._address.base_url), model=self._request.model,
            keyless=self._address.key is None, request_id=self._request_id, wait=refusals.wait_told(response.headers),
            close=self._close_models() if status == NOT_FOUND else (),
        )  # fmt: skip
        if status in {400, 422} and "stream_options" in body and base_url not in self._learned.without_stream_options:
            self._learned.without_stream_options.add(base_url)
            raise _Retry(0.0, error, None)
        if refusals.is_retried(status, refusals.body_failure(body)):
            raise _Retry(wait, error, Notice("retried", str(status)))
        raise error

    def _close_models(self) -> list[str]:
        """Names in the stored list that are like the one asked for; none if it is there itself."""
        known, model = stored_catalogue(self._address.base_url), self._request.model
        return known.close_to(model) if known is not None and known.get(model) is None else []

    def _on_transport_error(self, error: httpx.TransportError, attempt: int) -> None:
        host = self._host
        if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):  # it is we who sent nonsense
            raise InternalFault.of(error) from None
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
            failed = connect_failed(self._address, error)
            if self._turn_to_mirror():
                raise _Retry(0.0, failed, Notice("mirror", self._address.host)) from None
            raise _Retry(refusals.wait_before(attempt, {}), failed, Notice("retried", failed.values["why"])) from None
        if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
            timeout = self._timeout()
            seconds = timeout.write if isinstance(error, httpx.WriteTimeout) else timeout.read
            raise Stalled("stalled", host=host, seconds=f"{seconds:g}") from None
        if self._reader.bytes_read:
            raise AnswerBroken("stream.cut", host=host) from None
        why = str(error) or type(error).__name__
        billed = Notice("billed", why)
        lost = connect_failed(self._address, error)
        if isinstance(error, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError) and not any(
            notice.code == "billed" for notice in self._notices
        ):
            raise _Retry(refusals.wait_before(attempt, {}), lost, billed) from None
        raise lost from None

    def _use_known_mirror(self) -> None:
        if self._address.base_url in self._learned.unreachable:
            self._turn_to_mirror()

    def _turn_to_mirror(self) -> bool:
        if (mirror := self._address.mirror) is None:
            self._learned.unreachable.clear()  # the mirror failed too: begin with the first one next time
            return False
        self._learned.unreachable.add(self._address.base_url)
        self._address = self._address.at(mirror)
        return True

    @property
    def _host(self) -> str:
        """Who is asked, as a person is told: the proxy in between too."""
        return f"{self._address.host} {via(self._address.base_url)}".rstrip()

    # --- the end --------------------------------------------------------------------------------------------

    def _note_masking(self, response: httpx.Response) -> None:
        if response.headers.get("x-aitunnel-masked", "").lower() == "true":
            self._notices.append(Notice("masked", label(response.headers.get("x-aitunnel-masked-types"))))

    def _answer(self, **changed: Any) -> Answer:
        fold = self._reader.fold
        facts = fold.facts()
        usage = facts.usage
        if usage and not changed.get("complete", True):
            usage = usage.of_incomplete()
        facts = replace(
            facts,
            model=facts.model or self._request.model,
            usage=usage,
            prompt_messages=self._request.messages,
            fields=self._request.fields(),
            base_url=self._address.base_url,
            elapsed=time.monotonic() - self._began,
            request_id=scrub(self._request_id or facts.request_id or "") or None,
            notices=(*self._notices, *facts.notices),
        )
        return Answer(fold.text, facts, **changed)

    def _fail(self, error: AITunnelError) -> None:
        with contextlib.suppress(Exception):  # what came is then put together by whoever took it
            kept = error.keep(self._answer(complete=False, error=error.code))
            error.request_id = error.request_id or kept.request_id
        self._end(Failed(error.with_traceback(None)))

    def _end(self, last: Finished | Failed) -> None:
        if not self._reported_end:
            self._reported_end = True
            self._report(last)


def connect_failed(address: Address, error: httpx.HTTPError) -> ConnectFailed:
    """``error`` as the one line for a person; a proxy in between, or certificates of the environment, are named."""
    why = str(error) or type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        why = type(error).__name__
    if proxy := proxy_for(address.base_url):
        return ConnectFailed("connect.proxy", host=address.host, proxy=str(proxy), why=why)
    trusted = certificates_variable() if "CERTIFICATE_VERIFY_FAILED" in why else ""
    code = "connect.certificates" if trusted else "connect.failed"
    return ConnectFailed(code, host=address.host, why=why, name=trusted)
