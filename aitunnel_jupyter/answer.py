"""Answers as values: a string that knows where it came from and what it cost."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from aitunnel_jupyter.code_block import CodeBlock, code_blocks
from aitunnel_jupyter.redaction import without_keys, without_known

if TYPE_CHECKING:
    from decimal import Decimal

    from aitunnel_jupyter.usage import Usage

STOPPED = "stopped"
"""The ``error`` of an answer that a person, or the end of a kernel, cut off."""

Message = Mapping[str, Any]
"""One entry of a request's ``messages``: ``{"role": …, "content": …}``."""


class Notice(NamedTuple):
    """A fact beside an answer that a person should see, for example that a chunk was unreadable."""

    code: str
    """Key of the message in :mod:`aitunnel_jupyter.messages` without the ``notice.`` prefix."""
    value: str = ""

    def __repr__(self) -> str:
        """As a notebook shows it, and saves it: without keys."""
        return f"Notice(code={self.code!r}, value={without_keys(self.value)!r})"


class ToolCall(NamedTuple):
    """One function the model wants called."""

    id: str
    name: str
    arguments: str
    """JSON text as the model wrote it, not checked."""

    def __repr__(self) -> str:
        """As a notebook shows it, and saves it: without keys."""
        told = ", ".join(f"{name}={without_keys(text)!r}" for name, text in self._asdict().items())
        return f"ToolCall({told})"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything an answer knows beside its text; each field is described on :class:`Answer`."""

    model: str = ""
    usage: Usage | None = None
    finish_reason: str | None = None
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    citations: tuple[Mapping[str, Any], ...] = ()
    images: tuple[str, ...] = ()
    prompt_messages: tuple[Message, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    base_url: str = ""
    kept_at: float | None = None
    turn_id: int | None = None
    elapsed: float = 0.0
    request_id: str | None = None
    complete: bool = True
    error: str | None = None
    notices: tuple[Notice, ...] = ()
    format: str = "markdown"
    language: str = "en"

    def __repr__(self) -> str:
        """As a notebook shows it, and saves it: without keys."""
        each = ", ".join(f"{one.name}={without_keys(getattr(self, one.name))!r}" for one in fields(self))
        return f"Facts({each})"


_TOLD_BY_SERVERS = (
    "model", "finish_reason", "reasoning", "tool_calls", "citations", "images", "request_id", "error", "notices",
)  # fmt: skip


class Answer(str):
    """A model's answer: a ``str`` with ``.cost``, ``.usage``, ``.code``, ``.json()``, ``.messages`` and more facts.

    Args:
        text: The answer's text, exactly as received.
        facts: The rest; fields may also be given by name.

    Example:
        >>> from decimal import Decimal
        >>> from aitunnel_jupyter import Usage
        >>> answer = Answer("4", model="gpt-5.2", usage=Usage(cost=Decimal("0.02")))
        >>> answer + "2", answer.cost
        ('42', Decimal('0.02'))
    """

    __slots__ = ("facts",)
    facts: Facts

    def __new__(cls, text: str = "", facts: Facts | None = None, **named: Any) -> Self:
        """An answer of ``text``; facts may be given by name."""
        answer = super().__new__(cls, text)
        answer.facts = replace(facts or Facts(), **named)
        return answer

    def __getnewargs__(self) -> tuple[str, Facts]:  # type: ignore[override]  # str has one argument, we have two
        return self.text, self.facts

    def __getstate__(self) -> None:
        """Nothing beyond :meth:`__getnewargs__`: the value is rebuilt, not patched."""

    @property
    def text(self) -> str:
        """The same text as a plain ``str``."""
        return str.__str__(self)

    @property
    def model(self) -> str:
        """The model that answered, as the server named it."""
        return self.facts.model

    @property
    def usage(self) -> Usage | None:
        """Tokens and roubles, or ``None`` if the server did not say."""
        return self.facts.usage

    @property
    def cost(self) -> Decimal | None:
        """Roubles charged; ``None`` means unknown (also after a stop), not zero."""
        return self.facts.usage.cost if self.facts.usage else None

    @property
    def balance(self) -> Decimal | None:
        """Roubles left on the account after this turn; ``None`` if the server did not say."""
        return self.facts.usage.balance if self.facts.usage else None

    @property
    def finish_reason(self) -> str | None:
        """``stop``, ``length``, ``tool_calls``, ``content_filter``, ``error``; ``None`` if it never came."""
        return self.facts.finish_reason

    @property
    def reasoning(self) -> str:
        """What the model thought aloud before answering; not part of the text."""
        return self.facts.reasoning

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """Functions the model wants called."""
        return self.facts.tool_calls

    @property
    def citations(self) -> tuple[Mapping[str, Any], ...]:
        """Sources the gateway annotated, ``{"url": …, "title": …}``."""
        return self.facts.citations

    @property
    def images(self) -> tuple[str, ...]:
        """Pictures in the answer as URLs, usually ``data:``."""
        return self.facts.images

    @property
    def elapsed(self) -> float:
        """Seconds from sending to the end."""
        return self.facts.elapsed

    @property
    def request_id(self) -> str | None:
        """The server's id of the turn, for a question to its support."""
        return self.facts.request_id

    @property
    def complete(self) -> bool:
        """False if the answer was stopped, cut or broken off."""
        return self.facts.complete

    @property
    def error(self) -> str | None:
        """Why it is not complete, in one line."""
        return self.facts.error

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Facts a person should see beside the answer."""
        return self.facts.notices

    @property
    def kept_at(self) -> float | None:
        """When it was asked (Unix seconds), if it came from the journal instead of the server."""
        return self.facts.kept_at

    @property
    def turn_id(self) -> int | None:
        """Its number in the journal, as ``%ai show`` takes it; ``None`` if it is not there."""
        return self.facts.turn_id

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation: what was sent, then this answer; ready to be sent again with more added."""
        sent = [dict(message) for message in self.facts.prompt_messages]
        return [*sent, {"role": "assistant", "content": self.text}]

    @property
    def code(self) -> list[CodeBlock]:
        """The fenced code blocks, in order.

        Example:
            >>> Answer("~~~python\\nx = 1\\n~~~").code
            ['x = 1\\n']
        """
        return code_blocks(self.text)

    def json(self) -> Any:
        """The answer parsed as JSON: the whole text, else the first fenced block that is JSON.

        Raises:
            ValueError: Neither is JSON.

        Example:
            >>> Answer('Here:\\n```json\\n[1, 2]\\n```').json()
            [1, 2]
        """
        for candidate in (self.text, *self.code):
            try:
                return json.loads(candidate)
            except ValueError:
                continue
        begin = without_keys(" ".join(self.text[:4_000].split()))[:60]
        message = f"the answer is not JSON and holds no JSON block; it begins with {begin!r}"
        raise ValueError(message)

    def continue_(self) -> Answer:
        """Ask the model to go on where this answer broke off; shows live in a notebook.

        Returns:
            This answer and its continuation as one; this one stays as it is.

        Raises:
            AITunnelError: It went wrong; ``.partial`` has what came.

        Example:
            whole = answer.continue_()
        """
        from aitunnel_jupyter import Chat

        return Chat.going_on(self)

    def snippet(self, language: str = "python") -> str:
        """The call behind this answer as a program that streams the same elsewhere.

        Args:
            language: ``python``, ``python-httpx``, ``javascript``, ``fetch``, ``go``, ``php`` or ``curl``.

        Raises:
            SnippetProblem: No such language, or the answer does not know its request.

        Example:
            print(answer.snippet("go"))
        """
        from aitunnel_jupyter import snippet_of

        return snippet_of(self, language)

    def done(self) -> bool:
        """True: an answer is its own finished job (see ``%%ai -b``)."""
        return True

    def result(self, timeout: float | None = None) -> Answer:  # noqa: ARG002  the signature of a running job
        """The answer itself, as a job that is over gives it: one that was stopped is what came.

        Raises:
            AnswerBroken: It went wrong; ``.partial`` is this answer.
        """
        from aitunnel_jupyter.errors import AnswerBroken

        if not self.complete and self.error not in (None, STOPPED):
            failure = AnswerBroken("answer.failed", partial=self, why=self.error)
            failure.language = self.facts.language
            raise failure
        return self

    def stop(self) -> Answer:
        """The answer itself; there is nothing left to stop."""
        return self

    def __await__(self) -> Generator[Any, None, Answer]:
        """The same as :meth:`result`, at once."""
        yield from ()
        return self.result()

    def replace_facts(self, **changed: Any) -> Answer:
        """A copy with some facts changed; the text stays.

        Example:
            >>> Answer("hm").replace_facts(complete=False).complete
            False
        """
        return Answer(self.text, self.facts, **changed)

    def without_keys(self) -> Answer:
        """A copy for whatever leaves this process, with every API key in the server's words masked.

        Example:
            >>> Answer("yours is sk-aitunnel-0123456789abcdef").without_keys()
            'yours is sk-…'
        """
        shown = {name: without_keys(getattr(self.facts, name)) for name in _TOLD_BY_SERVERS}
        return Answer(without_keys(self.text), replace(self.facts, **shown))

    def __repr__(self) -> str:
        return repr(without_keys(self.text))

    def __str__(self) -> str:
        """The text for ``print``, whose output a notebook saves: a key of this process is masked in it."""
        return without_known(self.text)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002  IPython's protocol
        """The same safe HTML as the live view; the text for everyone else."""
        from aitunnel_jupyter.rendering.page import answer_bundle

        return answer_bundle(self)
