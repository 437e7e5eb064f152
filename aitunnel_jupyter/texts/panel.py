"""The chat panel, as far as its kernel side speaks; its front end has texts of its own."""

MESSAGES: dict[str, tuple[str, str]] = {
    "panel.transcript": ("transcript (turns: {count})", "запись диалога (реплик: {count})"),
    "panel.not_loaded": (
        "the panel belongs to a notebook: run %load_ext aitunnel_jupyter first",
        "панель живёт в блокноте: сначала выполните %load_ext aitunnel_jupyter",
    ),
    "panel.title": ("AI chat", "Чат с ИИ"),
    "panel.terminal": (
        "the panel needs a notebook: open one in Jupyter; here, %ai ask goes on with a conversation: -c NAME",
        "панели нужен блокнот: откройте его в Jupyter; здесь диалог продолжает %ai ask -c ИМЯ",
    ),
    "panel.variable": (
        "answers cannot go into {name}: a variable's name has letters, digits and _, and no digit first",
        "ответы нельзя сохранять в {name}: имя переменной состоит из букв, цифр и _ и не начинается с цифры",
    ),
    "panel.price": ("{prompt} → {completion} ₽ per 1 M", "{prompt} → {completion} ₽ за 1 млн"),
    "panel.no_sidecar": (
        "the side of JupyterLab needs sidecar: pip install sidecar, or right-click the panel: Create New View for Cell Output",
        "сбоку в JupyterLab панель открывает sidecar: pip install sidecar; или правый щелчок по панели: Create New View for Cell Output",
    ),
    "panel.malformed": (
        "the panel's page sent what this kernel does not understand ({what}): reload the page",
        "страница панели прислала непонятное ядру ({what}): перезагрузите страницу",
    ),
    "panel.gone": ("that turn is no longer shown", "этой реплики больше нет"),
    "panel.not_here": (
        "the panel did not open here? %ai chat --plain opens one that needs no extension",
        "панель не открылась? %ai chat --plain откроет простую, без расширений",
    ),
}
