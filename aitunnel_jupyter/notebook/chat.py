"""A conversation in Python: live in a notebook, plain in a script, the same journal and budget as the cells."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.gateway.address import DEFAULT_BASE_URL, Address, base_url_from
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.keys import address_with_key, find_key, host_of
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.interrupts import check, held, listening
from aitunnel_jupyter.messages import preferred_language
from aitunnel_jupyter.notebook.compose import LOCAL
from aitunnel_jupyter.notebook.deltas import Deltas
from aitunnel_jupyter.notebook.desk import Desk
from aitunnel_jupyter.notebook.shown import mark_shown
from aitunnel_jupyter.redaction import scrub
from aitunnel_jupyter.session.continuation import continuation_of
from aitunnel_jupyter.session.conversation import DEFAULT_WINDOW, Conversation, Said
from aitunnel_jupyter.session.parameters import Asking, Parameters, checked, request_fields, with_names_of
from aitunnel_jupyter.session.question import LOCAL_SOURCE, Question
from aitunnel_jupyter.session.record import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Unpack

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.turn import Turn

_given: dict[str, Key] = {}
"""Host → the key that a conversation in this process was given for it: its answers go on with no other."""


class Chat:
    """A conversation with a model.

    Args:
        model: As in ``%%ai``; by default ``AIMagics.model``, ``AITUNNEL_MODEL``, ``gpt-5.2``. ``"local"`` is the
            model on this machine, started if it does not run yet.
        api_key: For this conversation; by default the server's own, see ``%ai key``. It is in no field, repr or file.
        system: Instructions before everything, as they are, braces and all; ``system_prompt`` is the same.
        name: The name of a conversation of this notebook, which ``%%ai -c NAME`` goes on with; by default one of
            its own that nobody else sees.
        base_url: Another server.
        window: Most tokens of earlier turns that are sent along.
        **parameters: For every question: ``temperature``, ``top_p``, ``max_tokens``, ``seed``, ``stop``,
            ``reasoning``, ``response_format``, ``timeout`` (seconds), the other names of the openai SDK, and
            ``extra_body`` for all the rest. See :class:`~aitunnel_jupyter.session.parameters.Parameters`.

    Raises:
        ParameterProblem: There is no such parameter.
        KeyProblem: ``api_key`` cannot be used.

    Example:
        chat = Chat("gpt-5.2", system="Answer in one sentence.", temperature=0)
        answer = chat.ask("What is a monad?")
        answer = chat.ask("And simpler?")
    """

    @with_names_of(Parameters)
    def __init__(
        self,
        model: str = "",
        *,
        api_key: str | None = None,
        base_url: str = "",
        system: str = "",
        system_prompt: str = "",
        name: str = "",
        window: int = DEFAULT_WINDOW,
        **parameters: Unpack[Parameters],
    ) -> None:
        with _in_the_persons_language():
            self._parameters = checked(parameters, of_chat=True)
            self._key = Key(api_key, "api_key") if api_key and api_key.strip() else None
        self.model = model
        self.window = window
        self._base_url = base_url
        self._name = name
        self._desk = _desk()
        self.conversation = self._desk.conversation(name) if name else Conversation("")
        """Its turns: ``.turns``, ``.undo()``, ``.hide(n)``."""
        if system or system_prompt:
            self.conversation.system = system or system_prompt
        if self._key is not None:
            _given[host_of(self._server())] = self._key

    def __repr__(self) -> str:
        return f"Chat(model={scrub(self.model)!r}, turns={len(self.conversation.turns)})"

    @property
    def last(self) -> Answer | None:
        """The newest answer."""
        return self.conversation.turns[-1].answer if self.conversation.turns else None

    @with_names_of(Asking)
    def ask(self, prompt: str | list[dict[str, Any]], **parameters: Unpack[Asking]) -> Answer:
        """Ask, and wait for the answer; in a notebook it is shown as it comes.

        Args:
            prompt: Text, or content parts as the API has them. Braces mean nothing here: use an f-string.
            **parameters: As for the class, and ``model``; for this question only.

        Raises:
            ParameterProblem: There is no such parameter.
            AITunnelError: It went wrong; ``.partial`` has what came.
            KeyboardInterrupt: ■; :attr:`last` has what came.
        """
        message = {"role": "user", "content": prompt}
        return self._ask(self._question(message, parameters), message)

    @with_names_of(Asking)
    async def ask_async(self, prompt: str | list[dict[str, Any]], **parameters: Unpack[Asking]) -> Answer:
        """The same for ``await``: other tasks go on meanwhile; nothing is shown."""
        deltas = self.stream(prompt, **parameters)
        async for _ in deltas:
            pass
        return deltas.answer

    @with_names_of(Asking)
    def stream(self, prompt: str | list[dict[str, Any]], **parameters: Unpack[Asking]) -> Deltas:
        """The answer's text as it comes, for ``async for`` or ``for``; ``.answer`` once it is over.

        It is asked once, when the first loop begins, and taken and kept whether or not anybody reads on; leaving the
        loop stops it.

        Example:
            async for delta in chat.stream("Tell me a story"):
                print(delta, end="")
        """
        message = {"role": "user", "content": prompt}
        question = self._question(message, parameters)
        return Deltas(lambda: self._turn(question), lambda answer: self._keep(message, answer))

    @classmethod
    def going_on(cls, answer: Answer) -> Answer:
        """Ask for the rest of an answer; see :meth:`aitunnel_jupyter.Answer.continue_`."""
        chat = cls(base_url=answer.facts.base_url)
        asked = answer.facts.prompt_messages[-1] if answer.facts.prompt_messages else {"role": "user", "content": ""}
        address = chat._address("", _given.get(host_of(answer.facts.base_url)))
        question = Question(
            continuation_of(answer), address, Place(chat._desk.notebook),
            form=answer.facts.format, language=_language(), before=answer.text,
            is_limit_inherited=True,
        )  # fmt: skip
        return chat._ask(question, asked)

    # --- inside ---------------------------------------------------------------------------------------------

    def _question(self, message: dict[str, Any], parameters: Asking) -> Question:
        with _in_the_persons_language():
            fields = self._parameters | checked(parameters)
        magics = _magics()
        model = _aliased(str(fields.pop("model", "") or self.model or _default_model()))
        if not self._base_url and self._has_only_local():
            model = LOCAL
        address = self._address(model)
        if model == LOCAL and not self._base_url:
            model = _local().name
        sent = self.conversation.before("", self.window)
        request = Request(model, (*sent.messages, message), **request_fields(fields))
        return Question(
            request,
            address,
            Place(self._desk.notebook, "", "", self._name),
            language=_language(),
            keep=bool(magics and magics.keep),
            max_tokens=magics.max_tokens if magics else 0,
        )

    def _has_only_local(self) -> bool:
        """Whether this would go to the gateway without a key while a model runs here: as in ``%%ai``, it is asked."""
        local = sys.modules.get("aitunnel_jupyter.local.child")
        if local is None or local.running() is None or self._server() != DEFAULT_BASE_URL:
            return False
        return self._key is None and find_key(DEFAULT_BASE_URL, _key_file()) is None

    def _server(self) -> str:
        magics = _magics()
        return base_url_from(self._base_url, magics.base_url if magics else "")

    def _address(self, model: str, given: Key | None = None) -> Address:
        base_url = self._server()
        local = sys.modules.get("aitunnel_jupyter.local.child")
        running = local.running() if local else None
        if (model == LOCAL and not self._base_url) or (running is not None and running.base_url == base_url):
            running = _local()
            return Address(running.base_url, Key(running.key, LOCAL_SOURCE))
        with _in_the_persons_language():
            if self._key is None and given is not None and find_key(base_url, _key_file()) is not None:
                given = None
            return address_with_key(base_url, _key_file(), given=self._key or given)

    def _turn(self, question: Question) -> Turn:
        return self._desk.begin(question)

    def _ask(self, question: Question, message: Any) -> Answer:
        with listening(), held():
            return self._wait(self._turn(question), message)

    def _wait(self, turn: Turn, message: Any) -> Answer:
        from aitunnel_jupyter.notebook.waiting import blocking_wait

        with _view() as view:
            try:
                while not turn.over:
                    blocking_wait(turn, view.show(turn) if view else 0)
                    check()
            except BaseException:
                self._keep(message, turn.stop())
                raise
            assert turn.answer is not None
            self._keep(message, turn.answer)
            if view:
                view.finish(turn, turn.answer)
                mark_shown(_shell(), turn.answer)
        if turn.error is not None:
            turn.error.language = _language()
            raise turn.error.with_traceback(None) from None
        return turn.answer

    def _keep(self, message: Any, answer: Answer) -> None:
        if not answer and not answer.complete:
            return
        if self._name:
            self._desk.put(self._name, Said(message, answer))
        else:
            self.conversation.put(Said(message, answer))


def _shell() -> Any:
    """The running IPython shell, or ``None``; never imports IPython for the answer."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None


def _magics() -> AIMagics | None:
    shell = _shell()
    if shell is None:
        return None
    from aitunnel_jupyter.notebook.magic_names import registered

    return registered(shell)


def _desk() -> Desk:
    magics, shell = _magics(), _shell()
    if magics is not None:
        return magics.desk
    return Desk(shell) if shell is not None else Desk(_NoShell())


class _NoShell:
    """A script: nothing but a namespace."""

    execution_count = 0
    user_ns: dict[str, Any]

    def __init__(self) -> None:
        self.user_ns = {}


def _key_file() -> str:
    magics = _magics()
    return magics.key_file if magics else ""


@contextlib.contextmanager
def _in_the_persons_language() -> Iterator[None]:
    try:
        yield
    except AITunnelError as error:
        error.language = _language()
        raise error.with_traceback(None) from None


def _language() -> str:
    magics = _magics()
    return magics.person_language if magics else preferred_language()


def _aliased(name: str) -> str:
    from aitunnel_jupyter.notebook.compose import aliased

    return aliased(_magics(), name)


def _default_model() -> str:
    from aitunnel_jupyter.notebook.compose import default_model

    return default_model(_magics())


def _local() -> Any:
    """The running local model.

    Raises:
        LocalModelFailed: None runs and none can be started.
    """
    from aitunnel_jupyter.local import child

    return child.running() or child.start(lambda _progress: None)


@contextlib.contextmanager
def _view() -> Any:
    shell = _shell()
    if shell is None or not hasattr(shell, "kernel") or _is_another_thread():
        yield None
        return
    from aitunnel_jupyter.notebook.captured import FinalView, is_captured
    from aitunnel_jupyter.notebook.live import LineView
    from aitunnel_jupyter.notebook.outputs import Outputs

    if is_captured(shell):
        yield FinalView(Outputs(shell))
        return
    with Outputs(shell) as outputs:
        yield LineView(outputs, "markdown", _language())


def _is_another_thread() -> bool:
    """Whether this is a thread of the user's own: its output would go to whichever cell runs."""
    import threading

    return threading.current_thread() is not threading.main_thread()
