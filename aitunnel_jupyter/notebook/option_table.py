"""The options of ``%%ai`` lines: one parser, from which help page, README and completion are made."""

from __future__ import annotations

import argparse
import functools
from typing import NoReturn

from IPython.core.error import UsageError

from aitunnel_jupyter.gateway.request import DEFAULT_TIMEOUT
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.option_values import OptionValues

FORMATS = ("markdown", "text", "code", "json", "html", "math")
OTHER_FORMATS = {
    "md": "markdown", "txt": "text", "plain": "text", "raw": "text", "python": "code", "py": "code", "maths": "math",
    "latex": "math", "tex": "math",
}  # fmt: skip
"""Words that people and other tools have for them."""
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


class HelpWanted(Exception):
    """``--help`` stands in a line: the page is shown, and nothing is asked."""


class LineParser(argparse.ArgumentParser):
    """A parser whose errors are one line in the person's language."""

    language = "en"

    def error(self, message: str) -> NoReturn:
        """Say it in the person's language; argparse's own words are only ever about a missing value."""
        option, _, told = message.removeprefix("argument ").partition(": ")
        if told.startswith("expected"):
            told = say("option.missing", self.language)
        elif told.startswith("ignored explicit argument"):
            told = say("option.none", self.language)
        elif not told:  # no such message of argparse's is known (3.11 to 3.14); its own words stay inside
            option, told = self.prog, say("option.unreadable", self.language)
        raise UsageError(f"{option}: {told}")


@functools.lru_cache(maxsize=2)
def parser(language: str = "en") -> argparse.ArgumentParser:
    """The parser of ``%%ai`` lines; built on first use. Its help texts are the README's table."""
    built = LineParser(prog="%%ai", add_help=False, allow_abbrev=False)
    built.language = language
    values = OptionValues(language)

    def add(names: str, metavar: str | None, en: str, ru: str, **how: object) -> None:
        how |= {"metavar": metavar} if metavar else {}
        built.add_argument(*names.split(), help=ru if language == "ru" else en, **how)  # type: ignore[arg-type]

    flag = {"action": "store_true"}
    many = {"action": "append", "default": []}
    add(
        "-m --model",
        "MODEL",
        "the model, if it is not the first word",
        "модель, если она не первое слово",
        type=values.models,
    )
    add("-o --out", "NAME", "the answer lands in this variable", "ответ попадёт в эту переменную", type=values.name)
    add(
        "-a --attach",
        "WHAT",
        "a file, glob, URL or variable goes along; repeatable",
        "приложить файл, маску, URL или переменную; можно повторять",
        type=values.something,
        **many,
    )
    add(
        "-c --conversation --chat",
        "NAME",
        "go on with the conversation of this name; `none`: stand alone",
        "продолжить диалог с этим именем; `none` — сама по себе",
        type=values.plain,
    )
    add("--new", None, "start the conversation over", "начать диалог сначала", **flag)
    add(
        "-b --background",
        None,
        "return at once; the cell goes on updating",
        "сразу вернуться; ячейка обновляется дальше",
        **flag,
    )
    add("-s --system", "TEXT", "instructions that come before the prompt", "указания перед запросом", type=values.plain)
    add(
        "-t --temperature",
        "T",
        "0: most predictable; 2: most random",
        "0 — предсказуемо, 2 — случайно",
        type=values.number,
    )
    add(
        "--top-p",
        "P",
        "0 to 1: sample from the likeliest P only",
        "от 0 до 1: выбор только из самых вероятных",
        type=values.number,
    )
    add(
        "--max-tokens",
        "N",
        "most tokens in the answer; its price is reserved before sending",
        "предел токенов ответа; его цена резервируется до отправки",
        type=values.positive,
    )
    add(
        "--seed",
        "N",
        "the same seed, the same answer, where the model can",
        "то же число — тот же ответ, если модель умеет",
        type=values.whole,
    )
    add(
        "--stop",
        "TEXT",
        "the answer ends before this text; repeatable",
        "ответ кончится перед этим текстом; можно повторять",
        **many,
    )
    add(
        "--reasoning",
        "LEVEL",
        f"effort: {', '.join(EFFORTS)}",
        f"усилие: {', '.join(EFFORTS)}",
        type=values.one_of(EFFORTS),
    )
    add(
        "-f --format",
        "FORMAT",
        f"{', '.join(FORMATS)}; `code` also goes into the next cell",
        f"{', '.join(FORMATS)}; `code` попадёт и в следующую ячейку",
        type=values.one_of(FORMATS, OTHER_FORMATS),
        default="markdown",
    )
    add(
        "--replace",
        None,
        "with `-f code`: the code takes the place of this cell",
        "с `-f code`: код займёт место этой ячейки",
        **flag,
    )
    add(
        "--keep",
        None,
        "if the journal has this answer already, take it: 0 ₽",
        "если такой ответ уже есть в журнале, взять его: 0 ₽",
        action="store_true",
        default=None,
    )
    add(
        "--fresh",
        None,
        "ignore kept answers and ask again",
        "не брать сохранённый ответ, спросить заново",
        action="store_false",
        dest="keep",
    )
    add("--no-stream", None, "the whole answer at once", "весь ответ сразу", action="store_false", dest="stream")
    add(
        "--timeout",
        "SECONDS",
        "give up after this much silence (120)",
        "сколько секунд терпеть молчание (120)",
        type=values.seconds,
        default=DEFAULT_TIMEOUT,
    )
    add("--base-url", "URL", "another OpenAI-compatible server", "другой сервер, совместимый с OpenAI", default="")
    add(
        "-p --param",
        "KEY=JSON",
        "any further field of the request; repeatable",
        "любое другое поле запроса; можно повторять",
        type=values.param,
        **many,
    )
    add(
        "--allow-private",
        None,
        "-a may fetch from this machine and its network",
        "-a может брать файлы с этой машины и из её сети",
        **flag,
    )
    add(
        "--dry-run",
        None,
        "show the exact request, send nothing",
        "показать запрос в точности и ничего не отправлять",
        **flag,
    )
    return built  # fmt: skip


def options_text(language: str = "en") -> str:
    """The options as a help page shows them.

    Example:
        >>> print(options_text().splitlines()[1])
            -o, --out NAME            the answer lands in this variable
    """
    rows = []
    for action in parser(language)._actions:  # noqa: SLF001  argparse has no public way to ask
        names = ", ".join(action.option_strings)
        indent = "        " if names.startswith("--") else "    "
        told = (action.help or "").replace("`", "")
        rows.append(f"{indent}{names} {action.metavar or ''}".ljust(30) + told)
    return "\n".join(rows) + "\n"
