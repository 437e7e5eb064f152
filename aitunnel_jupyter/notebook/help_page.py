"""The page that ``%%ai?``, ``%ai?`` and ``%ai help`` show."""

from __future__ import annotations

_EN = """\
Ask a model; the answer streams into the cell and lands in a variable.

    %%ai gpt-5.2 -o story
    Write a story about a cat that lives in {city}

    story                # the answer: a str that knows .cost .usage .code .json() .messages …
    _ai, _ai12           # the last answer; the answer of cell 12

{city} is replaced by the value of the notebook's variable city; expressions on variables work too:
{df.head()}, {len(names)}, {price:.2f}. Other braces (JSON, LaTeX, code) go out as written; {{city}} sends {city}.
Each cell stands alone: nothing of earlier cells is sent.

First word: the model (default: AIMagics.model, AITUNNEL_MODEL, gpt-5.2). `local` is the model on this machine.

    -o, --out NAME         the answer lands in this variable
    -m, --model MODEL      the model, if it is not the first word (always so in %ai ask)
    -s, --system TEXT      instructions that come before the prompt
    -f, --format FORMAT    markdown, text, code, json, html, math
    -t, --temperature T    0 is sober, 2 is wild
        --top-p P          0 to 1: sample from the likeliest P only
        --max-tokens N     longest answer; the price is reserved from it
        --seed N           the same seed, the same answer, where the model can
        --stop TEXT        the answer ends before this text; repeatable
        --reasoning LEVEL  none, minimal, low, medium, high, xhigh, max
        --no-stream        the whole answer at once
        --timeout SECONDS  give up after this much silence (120)
        --base-url URL     another OpenAI-compatible server
    -p, --param KEY=JSON   any further field of the request; repeatable
        --dry-run          show the exact request, send nothing

One line and commands:

    %ai ask [options] TEXT     the same in one line, beside other code
    %ai model [NAME]           show or set the model for this notebook
    %ai models [WORD …]        the models and their prices; --sort price|context|name, --refresh
    %ai key [--save|--forget]  type the API key, hidden; --save keeps it in the system's keyring
    %ai local [stop]           start a small real model on this machine; no key needed
    %ai local --if-no-key      the same, only where there is no key
    %ai                        the state: model, server, key, local model
    %ai help, %ai version

■ stops the answer and the bill; what came is kept in the variable, with .complete == False.
Settings: %config AIMagics    (model, base_url, key_file, language, keep_loop_running)
"""

_RU = """\
Спросите модель: ответ течёт в ячейку и попадает в переменную.

    %%ai gpt-5.2 -o story
    Напиши историю про кота, который живёт в {city}

    story                # ответ: строка, которая знает .cost .usage .code .json() .messages …
    _ai, _ai12           # последний ответ; ответ ячейки 12

Вместо {city} подставляется значение переменной city; работают и выражения над переменными:
{df.head()}, {len(names)}, {price:.2f}. Прочие скобки (JSON, LaTeX, код) уходят как есть; {{city}} отправит {city}.
Каждая ячейка сама по себе: из предыдущих ничего не отправляется.

Первое слово — модель (иначе AIMagics.model, AITUNNEL_MODEL, gpt-5.2). `local` — модель на этой машине.

    -o, --out NAME         ответ попадёт в эту переменную
    -m, --model MODEL      модель, если она не первое слово (в %ai ask — всегда так)
    -s, --system TEXT      указания перед запросом
    -f, --format FORMAT    markdown, text, code, json, html, math
    -t, --temperature T    0 — строго, 2 — вольно
        --top-p P          от 0 до 1: выбор только из самых вероятных
        --max-tokens N     предел длины ответа; по нему резервируется цена
        --seed N           то же число — тот же ответ, если модель это умеет
        --stop TEXT        ответ кончится перед этим текстом; можно повторять
        --reasoning LEVEL  none, minimal, low, medium, high, xhigh, max
        --no-stream        весь ответ сразу
        --timeout SECONDS  сколько секунд терпеть молчание (120)
        --base-url URL     другой сервер, совместимый с OpenAI
    -p, --param KEY=JSON   любое другое поле запроса; можно повторять
        --dry-run          показать запрос в точности и ничего не отправлять

Одной строкой и команды:

    %ai ask [options] TEXT     то же в одну строку, рядом с другим кодом
    %ai model [NAME]           показать или задать модель для блокнота
    %ai models [СЛОВО …]       модели и цены; --sort price|context|name, --refresh
    %ai key [--save|--forget]  ввести API-ключ скрыто; --save хранит его в системном хранилище
    %ai local [stop]           запустить небольшую настоящую модель на этой машине; ключ не нужен
    %ai local --if-no-key      то же, но только если ключа нет
    %ai                        состояние: модель, сервер, ключ, локальная модель
    %ai help, %ai version

■ останавливает и ответ, и счёт; полученное остаётся в переменной, .complete == False.
Настройки: %config AIMagics    (model, base_url, key_file, language, keep_loop_running)
"""

HELP = {"en": _EN, "ru": _RU}
