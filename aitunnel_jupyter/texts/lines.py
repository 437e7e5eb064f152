"""Magic lines: options, prompts, commands. {text} is what was typed, in quotes."""

MESSAGES: dict[str, tuple[str, str]] = {
    "param.unknown": (
        "there is no parameter {name}: further fields of the request go into extra_body={{…}}",
        "нет параметра {name}: прочие поля запроса задаются в extra_body={{…}}",
    ),
    "param.close": (
        "there is no parameter {name}: did you mean {close}? Further fields of the request go into extra_body={{…}}",
        "нет параметра {name}: может быть, {close}? Прочие поля запроса задаются в extra_body={{…}}",
    ),
    "param.chat": (
        "{name} is for the whole conversation: give it to Chat({name}=…)",
        "{name} задаётся для всего диалога: укажите его в Chat({name}=…)",
    ),
    "param.number": ("{name} must be a number, not {value}", "{name} должно быть числом, а здесь {value}"),
    "param.whole": (
        "{name} must be a whole number, not {value}",
        "{name} должно быть целым числом, а здесь {value}",
    ),
    "param.texts": (
        "{name} must be a text or a list of texts, and is {value}",
        "{name} — это текст или список текстов, а здесь {value}",
    ),
    "param.effort": (
        'reasoning must be an effort, for example "low", or a dict like {{"max_tokens": 2000}}, and {name} is {value}',
        'reasoning — это усилие, например "low", или словарь вида {{"max_tokens": 2000}}, а в {name} — {value}',
    ),
    "param.dict": ("{name} must be a dict, and is {value}", "{name} должно быть словарём, а здесь {value}"),
    "param.several": (
        "n={value} asks and pays for several answers, and one is shown: leave n out, and ask again for another answer",
        "n={value} просит и оплачивает несколько ответов, а показан будет один: уберите n, а другой ответ запросите ещё раз",
    ),
    "param.secret": (
        "{name} holds a secret, and the fields of a request are saved with its answer: give the key to Chat(api_key=…), or type %ai key",
        "{name} — это секрет, а поля запроса сохраняются вместе с ответом: укажите ключ в Chat(api_key=…) или введите %ai key",
    ),
    "option.secret": (
        "{name} is a secret, and the fields of a request are saved with its answer: type %ai key",
        "{name} — это секрет, а поля запроса сохраняются вместе с ответом: введите %ai key",
    ),
    "option.model": (
        "{text} is not a model name; allowed characters: letters, digits and . _ - / : ~",
        "{text} — не имя модели; в имени допустимы буквы, цифры и . _ - / : ~",
    ),
    "option.name": ("{text} cannot name a variable", "{text} не может быть именем переменной"),
    "option.empty": ("{text} names nothing", "{text} ничего не называет"),
    "option.number": ("{text} is not a number", "{text} — не число"),
    "option.whole": ("{text} is not a whole number", "{text} — не целое число"),
    "option.positive": ("{text} must be at least 1", "{text}: нужно не меньше 1"),
    "option.seconds": ("{text} must be more than 0 seconds", "{text}: нужно больше 0 секунд"),
    "option.choice": ("{text} is not one of {choices}", "{text} нет среди {choices}"),
    "option.perhaps": ("; did you mean {close}?", "; может быть, {close}?"),
    "option.picture": (
        "{text} is not needed: a model that draws sends its picture with any format",
        "{text} не нужно: модель, которая рисует, пришлёт картинку при любом формате",
    ),
    "option.unreadable": (
        "this line cannot be read: %ai help shows the options",
        "строку не разобрать: параметры — в %ai help",
    ),
    "option.param": ("{text} is not KEY=JSON", "{text} — не КЛЮЧ=JSON"),
    "option.json": (
        "{text} is not JSON; put single quotes around it: -p '{key}={{\"…\": …}}'",
        "{text} — не JSON; возьмите всё в одинарные кавычки: -p '{key}={{\"…\": …}}'",
    ),
    "option.missing": ("a value is missing", "нет значения"),
    "option.none": (
        "it has no value: leave out what follows =",
        "здесь нет значения: уберите знак = и всё после него",
    ),
    "option.quote": ("a quote is not closed: {line}", "кавычка не закрыта: {line}"),
    "option.word": (
        "two models are named, {first} and {text}: keep one, or compare with '{both}'; the prompt goes on the lines below",
        "названы две модели, {first} и {text}: оставьте одну или сравните: '{both}'; запрос пишут в строках ниже",
    ),
    "option.words": (
        "{text} is too much here: the prompt goes on the lines below, or in one line: %ai ask -m {model} TEXT",
        "{text} — здесь лишнее: запрос пишут в строках ниже или одной строкой: %ai ask -m {model} ТЕКСТ",
    ),
    "option.close": (
        "unknown option {name}: did you mean {close}?",
        "неизвестный параметр {name}: может быть, {close}?",
    ),
    "option.unknown": (
        "unknown option {name}: %ai help lists them{close}",
        "неизвестный параметр {name}: список — в %ai help{close}",
    ),
    "sign.dash": (
        "{text} has a typographic dash {sign} ({number}): type - (the minus key) instead; options begin with - or --",
        "в {text} типографское тире {sign} ({number}): наберите дефис-минус -; параметры начинаются с - или --",
    ),
    "sign.dash.option": (
        "{text} begins with a typographic dash {sign} ({number}): did you mean {close}?",
        "{text} начинается с типографского тире {sign} ({number}): может быть, {close}?",
    ),
    "sign.quote": (
        '{text} has a typographic quote {sign} ({number}), which quotes nothing here: use " or \', for example -s "Be brief"',
        'в {text} типографская кавычка {sign} ({number}), здесь она не кавычка: возьмите " или \', например -s "Отвечай кратко"',
    ),
    "sign.space": (
        "{text} has an unusual blank ({number}): type an ordinary space in its place",
        "в {text} необычный пробел ({number}): наберите на его месте обычный",
    ),
    "sign.space.fixed": (
        "{text} has a no-break space ({number}): type an ordinary space in its place",
        "в {text} неразрывный пробел ({number}): наберите на его месте обычный",
    ),
    "sign.invisible": (
        "{text} has an invisible sign ({number}): delete the word and type it again",
        "в {text} невидимый знак ({number}): сотрите это слово и наберите снова",
    ),
    "sign.letter": (
        "{text} has the letter {sign} ({number}), which only looks Latin: did you mean {plain}?",
        "в {text} буква {sign} ({number}) — не латинская, а только похожая: может быть, {plain}?",
    ),
    "value.none": (
        "{text}: there is no variable {name}: run the cell that makes it first",
        "{text}: нет переменной {name}: сначала запустите ячейку, которая её создаёт",
    ),
    "value.kind": (
        "{{{name}}} is of type {kind}: on this line a variable must be text or a number",
        "{{{name}}} — это {kind}: в этой строке переменная должна быть строкой или числом",
    ),
    "model.parameters": (
        "this names the model here; parameters have options of their own: {instead}",
        "здесь указывают модель; у параметров свои ключи: {instead}",
    ),
    "model.dollar": (
        "{text} is not a model name: a variable is written in braces, {{{name}}}",
        "{text} — не имя модели: переменную пишут в фигурных скобках: {{{name}}}",
    ),
    "model.provider": (
        "{text}: model names have no provider in front here: {model} (%ai models lists them)",
        "{text}: здесь имена моделей без провайдера: {model} (список — в %ai models)",
    ),
    "foreign.option": ("there is no {name} here: use {instead}", "здесь нет {name}: вместо него {instead}"),
    "foreign.parameters": (
        "there is no {name} here: write {instead}",
        "здесь нет {name}: пишите {instead}",
    ),
    "foreign.key": (
        "there is no {name} here: type %ai key once, or set AITUNNEL_API_KEY before the kernel starts",
        "здесь нет {name}: введите ключ один раз через %ai key или задайте AITUNNEL_API_KEY до запуска ядра",
    ),
    "foreign.sagemaker": (
        "there is no {name} here: any OpenAI-compatible server is reached with --base-url URL",
        "здесь нет {name}: любой сервер, совместимый с OpenAI, задают через --base-url URL",
    ),
    "foreign.stream": (
        "{name} is not needed: answers stream by themselves; --no-stream switches it off",
        "{name} не нужен: ответы и так идут потоком; отключает его --no-stream",
    ),
    "foreign.verbose": (
        "there is no {name} here: --dry-run shows the request, %ai context what each part weighs",
        "здесь нет {name}: запрос покажет --dry-run, а вес каждой части — %ai context",
    ),
    "option.replace": ("--replace goes with -f code", "--replace работает вместе с -f code"),
    "option.compare": (
        "{name} takes one model, not several: ask them one by one",
        "{name} — только для одной модели, а не для нескольких: спросите их по очереди",
    ),
    "prompt.empty": (
        "the prompt is empty: write it on the lines below %%ai, or after %ai ask",
        "запрос пуст: напишите его в строках под %%ai или после %ai ask",
    ),
    "command.unknown": (
        "no command {name}. To ask a model: %ai ask {line} · commands: %ai help",
        "нет команды {name}. Спросить модель: %ai ask {line} · команды: %ai help",
    ),
    "command.close": (
        "no command {name}: did you mean %ai {close}? · commands: %ai help",
        "нет команды {name}: может быть, %ai {close}? · команды: %ai help",
    ),
    "command.is_model": (
        "no command {name}. To ask that model: %ai ask -m {model} {rest} · commands: %ai help",
        "нет команды {name}. Спросить эту модель: %ai ask -m {model} {rest} · команды: %ai help",
    ),
    "command.text": ("TEXT", "ТЕКСТ"),
    "alias.none": (
        "no aliases yet: for example %ai alias fast gpt-5.2, then %%ai fast",
        "псевдонимов пока нет: например, %ai alias fast gpt-5.2, затем %%ai fast",
    ),
    "alias.unknown": ("no alias {name}: %ai alias lists them", "нет псевдонима {name}: список — в %ai alias"),
    "alias.deleted": ("alias {name} removed", "псевдоним {name} удалён"),
    "alias.local": (
        "local always means the model on this machine: choose another name",
        "local всегда означает модель на этой машине: выберите другое имя",
    ),
    "command.too_much": (
        "unexpected {word}. Usage: %ai {usage}",
        "лишнее: {word}. Правильно так: %ai {usage}",
    ),
    "command.usage": ("%ai {usage}: {told}", "%ai {usage} — {told}"),
    "command.model": ("model: {model}", "модель: {model}"),
    "command.model.unknown": (
        "model: {model}, which {host} does not list: %ai models shows what there is",
        "модель: {model}; в списке {host} её нет: что есть, покажет %ai models",
    ),
    "command.model.close": (
        "model: {model}, which {host} does not list: did you mean {close}?",
        "модель: {model}; в списке {host} её нет: может быть, {close}?",
    ),
    "command.status": (
        "model {model} · {base_url} · key: {key} · local model: {local} · %ai help",
        "модель {model} · {base_url} · ключ: {key} · локальная модель: {local} · %ai help",
    ),
    "command.none": ("none", "нет"),
    "command.withheld": ("none for this server (%ai key)", "нет для этого сервера (%ai key)"),
    "config.foreign": (
        "nobody reads {given} here: use %config {instead}",
        "настройку {given} здесь никто не читает: используйте %config {instead}",
    ),
    "names.taken": (
        "taken over: {names}; %unload_ext aitunnel_jupyter gives them back; %aitunnel and %%aitunnel are the same and ours alone",
        "переняты имена: {names}; вернёт их %unload_ext aitunnel_jupyter; %aitunnel и %%aitunnel — то же самое, и эти имена только наши",
    ),
    "names.lost": (
        "no longer ours: {names}; use %aitunnel and %%aitunnel, or take the names back: %reload_ext aitunnel_jupyter",
        "теперь не наши: {names}; пишите %aitunnel и %%aitunnel или верните имена: %reload_ext aitunnel_jupyter",
    ),
    "key.prompt": ("API key for {host} (input is hidden): ", "API-ключ для {host} (ввод скрыт): "),
    "key.in_line": (
        "not accepted: a key typed in a cell stays in the notebook and its history. Delete it here, run %ai key alone, paste it there; replace the key if the file was shared",
        "не принято: ключ из ячейки остаётся в блокноте и его истории. Удалите его здесь, запустите просто %ai key и вставьте ключ туда; если файлом делились, замените ключ",
    ),
    "key.no_input": (
        "this front end cannot ask for a key: set AITUNNEL_API_KEY before the kernel starts",
        "здесь нельзя запросить ключ: задайте AITUNNEL_API_KEY до запуска ядра",
    ),
    "key.accepted": ("key accepted, balance {balance} ₽", "ключ принят, баланс {balance} ₽"),
    "key.taken": (
        "key stored but not verified: {why}",
        "ключ сохранён, но не проверен: {why}",
    ),
    "key.saved": (
        "Saved in the system keyring.",
        "Записан в системное хранилище ключей.",
    ),
    "key.no_keyring": (
        'no keyring on this machine: pip install "aitunnel-jupyter[keyring]", or set AITUNNEL_API_KEY',
        'на этой машине нет хранилища ключей: pip install "aitunnel-jupyter[keyring]" или задайте AITUNNEL_API_KEY',
    ),
    "key.forgotten": ("key forgotten", "ключ забыт"),
}
