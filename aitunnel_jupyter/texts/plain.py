"""The plain panel: its buttons, fields and the lines it shows."""

MESSAGES: dict[str, tuple[str, str]] = {
    "plain.model": ("model", "модель"),
    "plain.new": ("New conversation", "Новый диалог"),
    "plain.hint": (
        "Ask anything; {{name}} sends the value of a variable",
        "Спросите что угодно; {{имя}} отправит значение переменной",
    ),
    "plain.empty": ("Ask about this notebook.", "Спросите об этом блокноте."),
    "plain.send": ("Send", "Отправить"),
    "plain.stop": ("Stop", "Остановить"),
    "plain.retry": ("Retry", "Повторить"),
    "plain.regenerate": ("Regenerate", "Ответить заново"),
    "plain.waiting": ("waiting …", "ждём ответ …"),
    "plain.failed": ("no answer came", "ответа не было"),
    "plain.hidden": ("not sent on", "не отправляется дальше"),
    "plain.variant": ("answer {index} of {count}", "ответ {index} из {count}"),
    "plain.tool": ("tool “{name}”", "инструмент «{name}»"),
    "plain.nothing": ("write a prompt first", "сначала напишите запрос"),
    "plain.running": (
        "an answer is still coming: wait for it or stop it",
        "ответ ещё идёт – дождитесь его или остановите",
    ),
    "plain.slow": (
        "The kernel is busy with a cell – this panel is answered after it.",
        "Ядро занято ячейкой – панель ответит после неё.",
    ),
}
