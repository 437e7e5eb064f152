"""A conversation: turns in order, of which some are hidden and only the newest fit into the window."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.session.cell_id import kernel_of
from aitunnel_jupyter.session.description import tokens_in
from aitunnel_jupyter.session.record import prompt_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aitunnel_jupyter.answer import Answer, Message

DEFAULT_WINDOW = 32_000
"""Tokens of earlier turns that are sent along where nobody knows the model's context."""


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of a conversation: a prompt and its answer."""

    message: Message
    """The prompt as it was sent, pictures and files included."""
    answer: Answer
    cell: str = ""
    """The cell it was asked in, see :mod:`.cell_id`; running that cell again replaces the turn."""
    hidden: bool = False
    """Hidden turns are shown but not sent."""

    @property
    def prompt(self) -> str:
        """The words of the prompt."""
        return prompt_text(self.message)

    @property
    def tokens(self) -> int:
        """About how many tokens the turn takes when it is sent again."""
        usage = self.answer.usage
        answered = usage.completion_tokens if usage and usage.completion_tokens else tokens_in(self.answer.text)
        return estimate_content(self.message.get("content")) + min(answered, tokens_in(self.answer.text) * 3 + 8)


class Sent(NamedTuple):
    """What goes out before a new prompt."""

    messages: tuple[Message, ...]
    left_out: int
    """Turns that did not fit."""


@dataclass(slots=True)
class Conversation:
    """Turns in order, under a name.

    Args:
        name: As ``-c`` says it.
        system: Instructions before everything.
        turns: From the oldest to the newest.

    Example:
        >>> from aitunnel_jupyter.answer import Answer
        >>> talk = Conversation("cats")
        >>> talk.put(Said({"role": "user", "content": "Hi"}, Answer("Hello")))
        >>> [message["content"] for message in talk.before("").messages]
        ['Hi', 'Hello']
    """

    name: str
    system: str = ""
    turns: list[Said] = field(default_factory=list)

    def before(self, cell: str, window: int = DEFAULT_WINDOW, *, prompt: str = "") -> Sent:
        """The messages that go before the prompt of ``cell``: those of earlier turns, the newest that fit.

        Args:
            cell: Id of the asking cell; what it asked before, and what came after that, is not sent.
            window: Most tokens of earlier turns.
            prompt: What it asks now.
        """
        at = self.index(cell, prompt)
        turns = [said for said in self.turns[:at] if not said.hidden]
        first, room = len(turns), window - tokens_in(self.system)
        while first and (room := room - turns[first - 1].tokens) >= 0:
            first -= 1
        messages: list[Message] = [{"role": "system", "content": self.system}] if self.system else []
        for said in turns[first:]:
            messages += [said.message, {"role": "assistant", "content": said.answer.text}]
        return Sent(tuple(messages), first)

    def put(self, said: Said) -> None:
        """Add a turn; in the place of the one its cell asked before, if there is one."""
        at = self.index(said.cell, said.prompt)
        self.turns[at : at + 1] = [said]

    def undo(self) -> Said | None:
        """Take the last turn away; ``None`` if there is none."""
        return self.turns.pop() if self.turns else None

    def hide(self, number: int) -> bool:
        """Hide turn ``number`` (1 is the first), or show it again. Returns whether it is hidden now.

        Raises:
            IndexError: There is no such turn.
        """
        if not 1 <= number <= len(self.turns):
            raise IndexError(number)
        said = self.turns[number - 1]
        self.turns[number - 1] = replace(said, hidden=not said.hidden)
        return not said.hidden

    def fork(self, name: str) -> Conversation:
        """The same turns under another name; they go their own ways from here."""
        return Conversation(name, self.system, list(self.turns))

    def index(self, cell: str, prompt: str = "") -> int:
        """Where the turn of a cell is, or would come: at the end if it has none yet.

        Args:
            cell: Its name. One that holds in this kernel only says nothing of the turns that earlier kernels left:
                of those it is the one with the same prompt.
            prompt: What the cell asks now.
        """
        found = [at for at, said in enumerate(self.turns) if cell and said.cell == cell]
        if not found and prompt and (kernel := kernel_of(cell)):
            found = [
                at
                for at, said in enumerate(self.turns)
                if kernel_of(said.cell) not in {"", kernel} and said.prompt == prompt
            ]
        return found[0] if found else len(self.turns)


def estimate_content(content: Any) -> int:
    """About how many tokens a message's content is; a picture counts 1 000."""
    if isinstance(content, str):
        return tokens_in(content)
    parts: Sequence[Any] = content if isinstance(content, list) else []
    return sum(tokens_in(str(part.get("text", ""))) or 1_000 for part in parts if isinstance(part, dict))
