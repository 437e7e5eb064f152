"""The ``%ai`` commands in one table: what runs them, how they are written, what they do, what Tab offers.

Help page, README and completion are made from it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from IPython.core.error import UsageError

from aitunnel_jupyter.export.languages import LANGUAGES
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook import (
    again_commands,
    alias_command,
    code_commands,
    job_commands,
    journal_commands,
    key_command,
    models_command,
    money_commands,
    snippet_command,
    state_commands,
    talk_commands,
)
from aitunnel_jupyter.notebook.option_table import HelpWanted
from aitunnel_jupyter.notebook.shown import mark_shown
from aitunnel_jupyter.notebook.unknown_command import command_told
from aitunnel_jupyter.notebook.words import command_words, parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aitunnel_jupyter.notebook.magics import AIMagics

    Run = Callable[[AIMagics, str], object]


def chat(magics: AIMagics, words: list[str]) -> None:
    """Open the chat panel; its room is imported on first use."""
    from aitunnel_jupyter.panel.open import open_panel

    told = parsed(magics, "chat", words, "-c=", "-m=", "--side", "--plain")
    open_panel(magics, name=told.conversation or "", model=told.model or "", side=told.side, plain=told.plain)


class Command(NamedTuple):
    """One ``%ai`` command."""

    run: Run
    """Takes the magics and the rest of the line."""
    usage: str
    en: str
    ru: str
    words: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """What Tab offers: each word, and the words that may follow it."""


def run_command(magics: AIMagics, line: str) -> object:
    """Run ``%ai NAME …``; ``%ai`` alone tells the state.

    Returns:
        The answer (several models: a comparison; in the background: a job) of a command that asks, else ``None``.

    Raises:
        UsageError: One line that says what is wrong.
        AITunnelError: The command failed.
    """
    name, _, rest = line.strip().partition(" ")
    name, _, more = name.partition("\t")
    rest = f"{more} {rest}".strip()
    if (asked := name.rstrip("?")) != name and not rest and asked in {*COMMANDS, *ALIASES}:
        _show_usage(magics, asked)
        return None
    meant, _, option = ALIASES.get(name, name).partition(" ")
    rest = f"{option} {rest}".strip()
    command = COMMANDS.get(meant)
    if command is None:
        raise UsageError(command_told(magics, name, rest, [*COMMANDS, *ALIASES]))
    try:
        value = command.run(magics, rest)
    except HelpWanted:
        _show_usage(magics, name)
        return None
    if value is not None:
        mark_shown(magics.shell, value)
    return value


def _show_usage(magics: AIMagics, name: str) -> None:
    """One command's usage; of those that take options, the whole page."""
    name = ALIASES.get(name, name).partition(" ")[0]
    if name in {"", "ask", "help", "compare", "context"}:
        state_commands.help_(magics, "")
        return
    usage, told = usage_of(name), _told(COMMANDS[name], magics.person_language)
    print(say("command.usage", magics.person_language, usage=usage, told=told))


def usage_of(name: str) -> str:
    """How a command is written.

    Example:
        >>> usage_of("undo")
        'undo [-c NAME]'
    """
    return f"{name} {COMMANDS[name].usage}".rstrip()


def _by_words(run: Callable[[AIMagics, list[str]], object]) -> Run:
    """For commands that take words, not text."""

    def split_and_run(magics: AIMagics, rest: str) -> object:
        return run(magics, command_words(rest))

    return split_and_run


_SORT = {"--sort": ("price", "context", "name"), "--refresh": ()}
_TALK = {"-c": ()}
_SNIPPET = {**dict.fromkeys(LANGUAGES, ()), "-n": (), "--insert": (), "--save": (), "--force": ()}

COMMANDS: dict[str, Command] = {
    "": Command(state_commands.status, "", "the state: model, server, key, local model",
                "состояние: модель, сервер, ключ, локальная модель"),
    "ask": Command(state_commands.ask_line, "[options] TEXT", "the same as `%%ai` in one line, beside other code",
                   "то же, что `%%ai`, одной строкой рядом с другим кодом"),
    "compare": Command(state_commands.compare_line, "MODEL,MODEL TEXT", "several models at once; a whole cell: `%%ai MODEL,MODEL`",
                       "несколько моделей сразу; целой ячейкой: `%%ai МОДЕЛЬ,МОДЕЛЬ`"),
    "retry": Command(_by_words(again_commands.retry), "[-m MODEL]", "ask the last prompt again, also another model",
                     "повторить последний запрос, можно к другой модели"),
    "continue": Command(_by_words(again_commands.go_on), "[--max-tokens N]", "go on with an answer that was stopped or cut",
                        "продолжить остановленный или обрезанный ответ", {"--max-tokens": ()}),
    "edit": Command(_by_words(again_commands.edit), "", "the last prompt in a new cell", "последний запрос — в новую ячейку"),
    "context": Command(again_commands.context, "[options] TEXT", "what would be sent, and what each part weighs",
                       "что будет отправлено и сколько весит каждая часть"),
    "code": Command(_by_words(code_commands.code), "[N] [--replace]", "the code of the last answer in a new cell; N: one block",
                    "код последнего ответа — в новую ячейку; N — номер блока", {"--replace": ()}),
    "fix": Command(_by_words(code_commands.fix), "[-m MODEL]", "explain the last error, and the corrected cell below",
                   "объяснить последнюю ошибку; исправленная ячейка — ниже"),
    "explain": Command(_by_words(code_commands.explain), "[N] [-m MODEL]", "explain cell N, or the one before",
                       "объяснить ячейку N или предыдущую"),
    "chat": Command(_by_words(chat), "[-c NAME] [-m MODEL] [--side] [--plain]", "the chat panel: a conversation beside the notebook",
                    "панель чата: диалог рядом с блокнотом", {"-c": (), "-m": (), "--side": (), "--plain": ()}),
    "snippet": Command(_by_words(snippet_command.snippet), "LANG [-n NAME] [--insert] [--save FILE [--force]]",
                       "the last request as a program in Python, JavaScript, Go, PHP or for curl",
                       "последний запрос программой на Python, JavaScript, Go, PHP или для curl",
                       _SNIPPET),
    "chats": Command(_by_words(talk_commands.chats), "[--all]", "the conversations of this notebook",
                     "диалоги этого блокнота", {"--all": ()}),
    "history": Command(_by_words(talk_commands.history), "[N] [--search TEXT] [-c NAME] [--all]",
                       "the last turns of the conversation, or of this notebook; full-text search",
                       "последние реплики диалога или блокнота; поиск по тексту", {"--search": (), "--all": (), **_TALK}),
    "undo": Command(_by_words(talk_commands.undo), "[-c NAME]", "take the last turn out of the conversation",
                    "убрать из диалога последнюю реплику", _TALK),
    "hide": Command(_by_words(talk_commands.hide), "N [-c NAME]", "stop sending turn N; again: send it",
                    "больше не отправлять реплику N; ещё раз — снова отправлять", _TALK),
    "fork": Command(_by_words(talk_commands.fork), "[NAME] [-c NAME]", "a copy of the conversation, to go another way",
                    "копия диалога, чтобы пойти другим путём", _TALK),
    "reset": Command(_by_words(talk_commands.reset), "[-c NAME]", "start the conversation over", "начать диалог сначала", _TALK),
    "export": Command(_by_words(talk_commands.export), "FILE [-c NAME] [--force]", "the conversation as .md, .json or .ipynb",
                      "диалог в файл .md, .json или .ipynb", {"--force": (), **_TALK}),
    "load": Command(_by_words(talk_commands.load), "FILE [-c NAME] [--force]", "go on with a conversation from a file",
                    "продолжить диалог из файла", {"--force": (), **_TALK}),
    "model": Command(_by_words(state_commands.model), "[NAME]", "show or set the model for this notebook",
                     "показать или задать модель для блокнота"),
    "alias": Command(_by_words(alias_command.alias), "[NAME [MODEL]] [--delete]", "names of your own for models",
                     "свои имена для моделей", {"--delete": ()}),
    "models": Command(_by_words(models_command.show_models), "[FILTER…] [--sort price|context|name] [--refresh]",
                      "what there is and what it costs", "какие модели есть и сколько стоят", _SORT),
    "balance": Command(_by_words(money_commands.balance), "", "roubles on the account", "рубли на счёте"),
    "usage": Command(_by_words(money_commands.usage), "[today|month|notebook|all]", "tokens and roubles, by model and by day",
                     "токены и рубли по моделям и дням", {"today": (), "month": (), "notebook": (), "all": ()}),
    "budget": Command(_by_words(money_commands.budget), "[ROUBLES|off] [--daily] [--reset] [--search N] [--allow-unpriced]",
                      "a limit for this notebook or for the day, checked before each request",
                      "предел на блокнот или на день, проверяется перед каждым запросом",
                      {"off": (), **dict.fromkeys(("--daily", "--reset", "--search", "--pictures", "--audio", "--pdf", "--allow-unpriced"), ())}),
    "show": Command(_by_words(journal_commands.show), "ID", "an answer from the journal", "ответ из журнала"),
    "restore": Command(_by_words(journal_commands.restore), "", "this notebook's answers back in their variables, without asking",
                       "вернуть ответы этого блокнота в переменные без новых запросов"),
    "forget": Command(_by_words(journal_commands.forget), "ID|--all", "remove words from the journal for good",
                      "удалить тексты из журнала навсегда", {"--all": ()}),
    "journal": Command(_by_words(journal_commands.journal), "[on|off]", "where the journal is; switch it off for this kernel",
                       "где лежит журнал; выключить его в этом ядре", {"on": (), "off": ()}),
    "jobs": Command(_by_words(job_commands.jobs), "", "answers in the background", "ответы в фоне"),
    "stop": Command(_by_words(job_commands.stop), "[NAME]", "stop one of them, or all", "остановить один из них или все"),
    "key": Command(_by_words(key_command.key), "[--save|--forget]",
                   "type the API key, hidden; --save keeps it in the system's keyring",
                   "ввести API-ключ скрыто; --save хранит его в системном хранилище", {"--save": (), "--forget": ()}),
    "local": Command(_by_words(state_commands.local), "[stop] [--if-no-key]", "a small real model on this machine; no key needed",
                     "небольшая настоящая модель на этой машине; ключ не нужен", {"stop": (), "--if-no-key": ()}),
    "help": Command(state_commands.help_, "", "the help page", "справка"),
    "version": Command(state_commands.version, "", "the version", "версия"),
}  # fmt: skip

_WIDTH = 36
"""Characters of the left column of the help page."""

ALIASES = {
    "error": "fix", "list": "models", "register": "alias", "update": "alias", "delete": "alias --delete",
    "dealias": "alias --delete", "?": "help", "-h": "help", "--help": "help",
}  # fmt: skip
"""Words of jupyter-ai and of shells, and ours for the same, perhaps with an option."""

COMMAND_WORDS = {name: command.words for name, command in COMMANDS.items()}
"""What completion offers after a command."""


def commands_text(language: str) -> str:
    """The table for a help page, plain."""
    lines = []
    for name, command in COMMANDS.items():
        usage = f"    %ai {name} {command.usage}".rstrip()
        told = _told(command, language)
        lines.append(f"{usage:<{_WIDTH}}  {told}" if len(usage) <= _WIDTH else f"{usage}\n{'':<{_WIDTH}}  {told}")
    return "\n".join(lines)


def _told(command: Command, language: str) -> str:
    return (command.ru if language == "ru" else command.en).replace("`", "")
