"""Conversations, journal, budget, money, code and jobs: what the daily commands say."""

MESSAGES: dict[str, tuple[str, str]] = {
    "journal.unusable": (
        "the journal {path} cannot be used ({why}): free or repair the file, or switch it off with %ai journal off",
        "журнал {path} недоступен ({why}): освободите или почините файл либо отключите журнал: %ai journal off",
    ),
    "journal.busy": (
        "another program holds the journal {path}: close it there, or switch it off here with %ai journal off",
        "журнал {path} занят другой программой: закройте его там или отключите здесь: %ai journal off",
    ),
    "journal.fault": (
        "only its text, a fact of it could not be written ({why}): please report this line",
        "записан только текст, один из фактов записать не удалось ({why}): пожалуйста, сообщите нам эту строку",
    ),
    "journal.special": (
        "the journal {path} cannot be used, it is a device, a folder or a pipe: set AITUNNEL_JOURNAL to a file, or to off",
        "журнал {path} недоступен, это устройство, папка или канал: укажите в AITUNNEL_JOURNAL файл или off",
    ),
    "journal.foreign": (
        "{path} is a file of another kind and was left as it is: set AITUNNEL_JOURNAL to another name, or to off",
        "{path} — файл другого рода, он не изменён: укажите в AITUNNEL_JOURNAL другое имя или off",
    ),
    "journal.newer": (
        "the journal {path} was written by a later version: update aitunnel-jupyter, or set AITUNNEL_JOURNAL to another file",
        "журнал {path} записан более новой версией: обновите aitunnel-jupyter или укажите в AITUNNEL_JOURNAL другой файл",
    ),
    "journal.nothing": (
        "the journal is empty here: ask with %%ai first",
        "в журнале здесь пусто: сначала спросите через %%ai",
    ),
    "journal.not_found": (
        "nothing found in the journal: try fewer words",
        "в журнале ничего не нашлось: попробуйте меньше слов",
    ),
    "journal.which": ("ID is missing: %ai history shows the IDs", "не указан ID: номера показывает %ai history"),
    "talk.file": (
        "FILE is missing: for example %ai {command} chat.json",
        "не указан файл: например, %ai {command} chat.json",
    ),
    "journal.note": ("%ai show ID · %ai history --search TEXT", "%ai show ID · %ai history --search ТЕКСТ"),
    "journal.asked": ("asked {when} in {notebook}", "спрошено {when} в {notebook}"),
    "journal.unnamed": (
        "the notebook's name is unknown here, so its answers cannot be restored: use %ai history --all and %ai show ID",
        "имя блокнота здесь неизвестно, поэтому его ответы не восстановить: найдите их через %ai history --all и %ai show ID",
    ),
    "journal.restored": (
        "restored: {names}",
        "восстановлено: {names}",
    ),
    "journal.forgotten": (
        "forgotten: {count}; time, model and cost stay for %ai usage",
        "забыто: {count}; время, модель и цена остаются для %ai usage",
    ),
    "journal.no_id": (
        "the journal has no {id}: %ai history shows the IDs",
        "в журнале нет {id}: номера показывает %ai history",
    ),
    "journal.on": (
        "journal: {path} (turns: {turns}, {size} MB), for you alone",
        "журнал: {path} (реплик: {turns}, {size} МБ), доступен только вам",
    ),
    "journal.off": (
        "the journal is off in this kernel: what is asked now is remembered until it ends",
        "журнал в этом ядре выключен: всё спрошенное помнится, пока оно работает",
    ),
    "budget.notebook": (
        "not sent: it can cost up to {ceiling} ₽, and {spent} of the notebook's {limit} ₽ are spent: lower --max-tokens, or raise it with %ai budget",
        "не отправлено: запрос может стоить до {ceiling} ₽, а из {limit} ₽ блокнота потрачено {spent}: уменьшите --max-tokens или поднимите предел: %ai budget",
    ),
    "budget.day": (
        "not sent: it can cost up to {ceiling} ₽, and {spent} of the day's {limit} ₽ are spent: lower --max-tokens, or raise it with %ai budget --daily",
        "не отправлено: запрос может стоить до {ceiling} ₽, а из {limit} ₽ на день потрачено {spent}: уменьшите --max-tokens или поднимите предел: %ai budget --daily",
    ),
    "budget.unknown": (
        "not sent: no price is known for {model}, so the {limit} ₽ budget cannot be checked. Another model (%ai models), or `%ai budget {limit}{daily} --allow-unpriced`",
        "не отправлено: цена {model} неизвестна, и предел {limit} ₽ не проверить. Возьмите другую модель (%ai models) или разрешите: `%ai budget {limit}{daily} --allow-unpriced`",
    ),
    "budget.no_list": (
        "not sent: the prices of {host} cannot be fetched, so the {limit} ₽ budget cannot be checked ({why}). Try again, or `%ai budget {limit}{daily} --allow-unpriced`",
        "не отправлено: цены {host} не загрузить, и предел {limit} ₽ не проверить ({why}). Повторите или разрешите: `%ai budget {limit}{daily} --allow-unpriced`",
    ),
    "budget.service": (
        "not sent: no price is known for {service}, so the {limit} ₽ budget cannot be checked. To allow it: `%ai budget {limit}{daily} --allow-unpriced`",
        "не отправлено: цена услуги {service} неизвестна, и предел {limit} ₽ не проверить. Разрешить: `%ai budget {limit}{daily} --allow-unpriced`",
    ),
    "budget.service.search": (
        "not sent: no price is known for web search, so the {limit} ₽ budget cannot be checked. Say what it adds to a question at most: `%ai budget {limit}{daily} --{service} 2`, or `--allow-unpriced`",
        "не отправлено: цена поиска в сети неизвестна, и предел {limit} ₽ не проверить. Укажите, сколько он добавит к запросу: `%ai budget {limit}{daily} --{service} 2`, или `--allow-unpriced`",
    ),
    "budget.service.pictures": (
        "not sent: no price is known for pictures in the answer, so the {limit} ₽ budget cannot be checked. Say what they add to a question at most: `%ai budget {limit}{daily} --{service} 10`, or `--allow-unpriced`",
        "не отправлено: цена картинок в ответе неизвестна, и предел {limit} ₽ не проверить. Укажите, сколько они добавят к запросу: `%ai budget {limit}{daily} --{service} 10`, или `--allow-unpriced`",
    ),
    "budget.service.audio": (
        "not sent: no price is known for audio, so the {limit} ₽ budget cannot be checked. Say what it adds to a question at most: `%ai budget {limit}{daily} --{service} 5`, or `--allow-unpriced`",
        "не отправлено: цена звука неизвестна, и предел {limit} ₽ не проверить. Укажите, сколько он добавит к запросу: `%ai budget {limit}{daily} --{service} 5`, или `--allow-unpriced`",
    ),
    "budget.service.pdf": (
        "not sent: no price is known for the PDF engine, so the {limit} ₽ budget cannot be checked. Say what it adds to a question at most: `%ai budget {limit}{daily} --{service} 5`, or `--allow-unpriced`",
        "не отправлено: цена обработки PDF неизвестна, и предел {limit} ₽ не проверить. Укажите, сколько она добавит к запросу: `%ai budget {limit}{daily} --{service} 5`, или `--allow-unpriced`",
    ),
    "budget.line.notebook": (
        "this notebook: {spent} of {limit} ₽ spent since {since}, {left} left",
        "этот блокнот: потрачено {spent} из {limit} ₽ с {since}, осталось {left}",
    ),
    "budget.line.day": (
        "today: {spent} of {limit} ₽ spent since {since}, {left} left",
        "сегодня: потрачено {spent} из {limit} ₽ с {since}, осталось {left}",
    ),
    "budget.from_now": (
        "counted from now on; what was spent before is in %ai usage",
        "считается с этой минуты; прежние траты покажет %ai usage",
    ),
    "budget.from_midnight": (
        "counted from midnight, in all notebooks",
        "считается с полуночи, во всех блокнотах",
    ),
    "budget.range": (
        "{text}: the budget must be 0 or more, at most {most} ₽",
        "{text}: предел должен быть не меньше 0 и не больше {most} ₽",
    ),
    "budget.no_prices": (
        "no prices of {host} are known yet: its list is fetched before the first question",
        "цены {host} пока неизвестны: список загрузится перед первым запросом",
    ),
    "budget.price.search": (
        "  web search: at most {amount} ₽ for a question",
        "  поиск в сети: не больше {amount} ₽ за запрос",
    ),
    "budget.price.pictures": (
        "  pictures: at most {amount} ₽ for a question",
        "  картинки: не больше {amount} ₽ за запрос",
    ),
    "budget.price.audio": ("  audio: at most {amount} ₽ for a question", "  звук: не больше {amount} ₽ за запрос"),
    "budget.price.pdf": (
        "  PDF engine: at most {amount} ₽ for a question",
        "  обработка PDF: не больше {amount} ₽ за запрос",
    ),
    "budget.unpriced": (
        "  what has no known price is allowed, and counts once the server says what it cost",
        "  запросы с неизвестной ценой разрешены и учитываются, когда сервер назовёт цену",
    ),
    "budget.none": ("no budget: set one with %ai budget 100", "пределов нет: задайте, например, %ai budget 100"),
    "budget.unreadable": (
        "not sent: a budget is set, but spending cannot be read ({why}): see `%ai journal`",
        "не отправлено: задан предел, но траты не прочитать ({why}): см. `%ai journal`",
    ),
    "budget.lifted.notebook": ("this notebook's budget removed", "предел для этого блокнота снят"),
    "budget.lifted.day": ("daily budget removed", "предел на день снят"),
    "budget.memory": (
        "the journal is off: only this kernel's requests count",
        "журнал выключен: считаются запросы только этого ядра",
    ),
    "talk.name": ("conversation", "диалог"),
    "talk.turns": ("turns", "реплик"),
    "talk.when": ("when", "когда"),
    "talk.notebook": ("notebook", "блокнот"),
    "talk.number": ("№", "№"),
    "talk.id": ("ID", "ID"),
    "talk.prompt": ("prompt", "запрос"),
    "talk.answer": ("answer", "ответ"),
    "talk.model": ("model", "модель"),
    "talk.none": (
        "no conversation here yet: begin one with %%ai -c NAME",
        "диалогов здесь пока нет: начните с %%ai -c ИМЯ",
    ),
    "talk.empty": ("the conversation {name} has no turns", "в диалоге {name} нет реплик"),
    "talk.undone": (
        "removed from {name}: “{prompt}”",
        "убрано из {name}: «{prompt}»",
    ),
    "talk.hidden": (
        "turn {number} is no longer sent",
        "реплика {number} больше не отправляется",
    ),
    "talk.shown": ("turn {number} is sent again", "реплика {number} снова отправляется"),
    "talk.no_turn": (
        "there is no turn {number}, the conversation has {count}: see %ai history",
        "реплики {number} нет, всего их {count}: см. %ai history",
    ),
    "talk.taken": (
        "'{name}' already exists: use another name, or continue it with -c {name}",
        "диалог '{name}' уже есть: возьмите другое имя или продолжите его: -c {name}",
    ),
    "talk.forked": (
        "copied to {name} (turns: {count}), which %ai commands now mean; %%ai cells go on with it by -c {name}",
        "скопировано в {name} (реплик: {count}), команды %ai теперь о нём; ячейки %%ai продолжат его с -c {name}",
    ),
    "talk.no_reset": (
        "nothing to reset: cells without -c stand alone",
        "сбрасывать нечего: ячейки без -c и так сами по себе",
    ),
    "talk.reset": (
        "{name} starts over; its turns stay in the journal",
        "{name} начинается сначала; прежние реплики остаются в журнале",
    ),
    "talk.exported": ("{path}: written (turns: {count})", "{path}: записано (реплик: {count})"),
    "talk.exists": (
        "not loaded: there is a conversation {name} already. --force replaces it, or give another name with -c",
        "не загружено: диалог {name} уже есть. --force заменит его, или дайте другое имя через -c",
    ),
    "talk.loaded": ("now in {name} (turns: {count})", "теперь вы в {name} (реплик: {count})"),
    "talk.note": (
        "conversation {name}; – is not sent · %ai hide N, %ai undo, %ai fork NAME",
        "диалог {name}; – не отправляется · %ai hide N, %ai undo, %ai fork ИМЯ",
    ),
    "file.exists": (
        "not written: {path} is there already. --force replaces it, or take another name",
        "не записано: {path} уже есть. --force заменит его, или возьмите другое имя",
    ),
    "file.notebook": (
        "not written: {path} is this notebook, which is open: take another name",
        "не записано: {path} — этот самый блокнот, он открыт: возьмите другое имя",
    ),
    "file.special": (
        "{path} is a folder, a device or a pipe: name a file",
        "{path} — папка, устройство или канал: укажите файл",
    ),
    "transcript.large": (
        "{path} has more than {limit} MB: no conversation is that long, check the path",
        "{path} больше {limit} МБ: таких длинных диалогов нет, проверьте путь",
    ),
    "transcript.ending": (
        "{path}: the name must end in .md, .json or .ipynb",
        "{path}: имя должно кончаться на .md, .json или .ipynb",
    ),
    "transcript.file": (
        "{path} cannot be used ({why}): check the path",
        "{path} недоступен ({why}): проверьте путь",
    ),
    "transcript.empty": (
        "{path} contains no conversation: it must be a file of %ai export, or messages as the API takes them",
        "в {path} нет диалога: нужен файл %ai export или сообщения в том виде, в каком их принимает API",
    ),
    "again.nothing": (
        "nothing was asked here yet: begin with %%ai",
        "здесь ещё ничего не спрашивали: начните с %%ai",
    ),
    "again.empty": (
        "the last answer is empty: %ai retry asks again",
        "последний ответ пуст: %ai retry спросит снова",
    ),
    "again.whole": (
        "the last answer is complete, there is nothing to continue: ask for more in a conversation (-c NAME)",
        "последний ответ полный, продолжать нечего: чтобы спросить ещё, ведите диалог (-c ИМЯ)",
    ),
    "code.again": (
        "the code was put below when this cell ran first: %ai code puts the new one there",
        "код уже вставлялся ниже при первом запуске: новый вставит %ai code",
    ),
    "code.none": ("the last answer has no code blocks", "в последнем ответе нет блоков кода"),
    "code.no_block": (
        "there is no block {number}, the answer has {count}",
        "блока {number} нет, всего в ответе {count}",
    ),
    "fix.nothing": (
        "no cell has failed in this kernel yet",
        "в этом ядре ещё ни одна ячейка не завершалась ошибкой",
    ),
    "fix.no_code": (
        "the answer contains no code to put below",
        "в ответе нет кода, который можно вставить ниже",
    ),
    "explain.nothing": ("there is no cell {number} in this kernel", "ячейки {number} в этом ядре нет"),
    "snippet.language": (
        "choose a language, for example %ai snippet python ({name} is not one of {names})",
        "выберите язык, например %ai snippet python ({name} нет среди {names})",
    ),
    "snippet.choose": (
        "choose a language, for example %ai snippet python (or {names})",
        "выберите язык, например %ai snippet python (есть {names})",
    ),
    "snippet.nothing": (
        "this answer does not know its request (made by hand, or from an old file): ask with %%ai first",
        "у этого ответа нет запроса (он создан вручную или взят из старого файла): сначала спросите через %%ai",
    ),
    "snippet.no_answer": (
        "{name} is not an answer. Name the variable that holds one: %ai snippet {into} -n NAME",
        "{name} — не ответ. Укажите переменную с ответом: %ai snippet {into} -n ИМЯ",
    ),
    "snippet.number": (
        "the request contains {number}, which JSON cannot represent: remove it and ask again",
        "в запросе есть {number}, а в JSON этого не записать: уберите его и спросите снова",
    ),
    "snippet.exact": (
        "the request contains {number}, which {name} cannot represent exactly: choose another language",
        "в запросе есть число {number}, в {name} оно округлится: выберите другой язык",
    ),
    "snippet.file": (
        "{path} cannot be written ({why}): check the path",
        "{path} не записать ({why}): проверьте путь",
    ),
    "snippet.saved": ("{path}: written", "{path}: записано"),
    "snippet.beside": ("{path}: written, with {names} beside it", "{path}: записано, рядом {names}"),
    "snippet.long": (
        "a program of {size} kB is too long to show: %ai snippet {into} --save FILE",
        "программа на {size} КБ слишком длинна для показа: %ai snippet {into} --save ФАЙЛ",
    ),
    "job.waiting": ("{name}: waiting for {model}, {seconds} s", "{name}: ждём {model}, {seconds} с"),
    "job.thinking": ("{name}: {model} thinks, {seconds} s", "{name}: {model} думает, {seconds} с"),
    "job.answering": ("{name}: {model} answers, {seconds} s", "{name}: {model} отвечает, {seconds} с"),
    "job.over": ("{name}: {model} is done, {seconds} s", "{name}: {model} — готово, {seconds} с"),
    "job.stopped": (
        "{name}: {model} was stopped after {seconds} s",
        "{name}: {model} — остановлено через {seconds} с",
    ),
    "job.failed": (
        "{name}: {model} failed after {seconds} s: {why}",
        "{name}: {model} — ошибка через {seconds} с: {why}",
    ),
    "job.unknown": (
        "nothing called {name} was asked in the background: %ai jobs lists what was",
        "в фоне не спрашивали ничего с именем {name}: список — в %ai jobs",
    ),
    "job.none": ("nothing was asked in the background: %%ai -b", "в фоне ничего не спрашивали: %%ai -b"),
    "job.none_running": ("nothing runs in the background", "в фоне ничего не выполняется"),
    "money.balance": ("balance {amount} ₽", "баланс {amount} ₽"),
    "money.budget": ("left of the key's budget: {amount} ₽", "остаток лимита ключа: {amount} ₽"),
    "money.no_balance": (
        "{host} does not report a balance",
        "{host} не сообщает баланс",
    ),
    "money.model": ("model", "модель"),
    "money.turns": ("turns", "запросов"),
    "money.prompt": ("prompt tokens", "токенов запроса"),
    "money.answer": ("answer tokens", "токенов ответа"),
    "money.total": ("together", "всего"),
    "money.unknown": ("cost unknown: {count}", "цена неизвестна у: {count}"),
    "money.unknown_cost": ("unknown", "неизвестно"),
    "money.at_least": ("at least {amount}", "не меньше {amount}"),
    "money.plot": ("₽ per day {first} … {last}: {line}", "₽ по дням {first} … {last}: {line}"),
    "money.gateway": (
        "the gateway says: today {today} ₽, this month {month} ₽",
        "по данным шлюза: сегодня {today} ₽, за месяц {month} ₽",
    ),
}
