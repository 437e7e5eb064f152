"""Magic lines: options, prompts, commands. {text} is what was typed, in quotes."""

MESSAGES: dict[str, tuple[str, str]] = {
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
}
