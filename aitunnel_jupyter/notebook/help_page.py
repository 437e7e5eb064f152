"""The page that ``%%ai?``, ``%ai?`` and ``%ai help`` show; options and commands come from their parsers."""

from __future__ import annotations

_EN = """\
Ask a model; the answer streams into the cell and lands in a variable.

    %%ai gpt-5.2 -o story
    Write a story about a cat that lives in {city}

    story                # the answer: a str with .cost .usage .code .json() .messages …
    _ai, _ai12           # the last answer; the answer of cell 12

{city} is replaced by the value of the notebook's variable city; expressions that read work too: {df.head()},
{len(names)}, {price:.2f}; in -s as well. Data frames, arrays and exceptions describe themselves, figures go along as
pictures; {df!s} is str(df). Other braces (JSON, LaTeX, code) go out as written, in fenced code all but those alone on a
line; {{city}} sends {city}. Other calls: aitunnel_jupyter.reader, or %config AIMagics.calls = "any".
Each cell stands alone, unless -c NAME or AIMagics.conversation says which conversation it goes on with.

First word: the model (default: AIMagics.model, AITUNNEL_MODEL, gpt-5.2); several between commas answer side by
side. `local` is the model on this machine.
"""

_RU = """\
Спросите модель: ответ течёт в ячейку и попадает в переменную.

    %%ai gpt-5.2 -o story
    Напиши историю про кота, который живёт в {city}

    story                # ответ: строка, которая знает .cost .usage .code .json() .messages …
    _ai, _ai12           # последний ответ; ответ ячейки 12

Вместо {city} подставляется значение переменной city; работают и читающие выражения: {df.head()}, {len(names)},
{price:.2f}; в -s тоже. Таблицы, массивы и исключения описывают себя сами, графики уходят картинкой; {df!s} — str(df).
Прочие скобки (JSON, LaTeX, код) уходят как есть, а в блоке кода — все, кроме стоящих в строке одни; {{city}} отправит
{city}. Другие вызовы: aitunnel_jupyter.reader или %config AIMagics.calls = "any".
Каждая ячейка сама по себе, если -c NAME или AIMagics.conversation не называют диалог, который она продолжает.

Первое слово — модель (иначе AIMagics.model, AITUNNEL_MODEL, gpt-5.2); несколько через запятую ответят рядом.
`local` — модель на этой машине.
"""

_AFTER = {
    "en": """\
■ stops the answer and the bill; what has come so far stays in the variable, with .complete == False.
Settings: %config AIMagics. Where another extension has %ai: %aitunnel and %%aitunnel are the same.
""",
    "ru": """\
■ останавливает и ответ, и счёт; полученное остаётся в переменной, .complete == False.
Настройки: %config AIMagics. Если имя %ai занято другим расширением: %aitunnel и %%aitunnel — то же самое.
""",
}
_COMMANDS = {"en": "Commands:", "ru": "Команды:"}

HELP = {"en": _EN, "ru": _RU}


def help_page(language: str) -> str:
    """The whole page in ``en`` or ``ru``."""
    from aitunnel_jupyter.notebook.commands import commands_text
    from aitunnel_jupyter.notebook.option_table import options_text

    parts = [
        HELP[language],
        options_text(language),
        f"{_COMMANDS[language]}\n",
        commands_text(language),
        "",
        _AFTER[language],
    ]
    return "\n".join(parts)
