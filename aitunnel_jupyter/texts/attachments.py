"""What goes along with a prompt; {name} is what was typed after -a."""

MESSAGES: dict[str, tuple[str, str]] = {
    "attach.lost": (
        "{name} is no longer in the kernel: attach it again",
        "{name} уже нет в ядре: приложите ещё раз",
    ),
    "attach.no_error": ("no cell has failed so far", "пока ни одна ячейка не завершилась ошибкой"),
    "attach.no_output": ("no cell has a value so far", "пока ни у одной ячейки нет значения"),
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
    "attach.reading": (
        '{name} may do more than read: put its value into a variable and attach that, or %config AIMagics.calls = "any"',
        '{name} — не просто чтение: присвойте значение переменной и приложите её, или %config AIMagics.calls = "any"',
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
        "{url}: {host} is not on the public internet ({address}): add --allow-private if that is meant",
        "{url}: {host} находится не в открытом интернете ({address}): если так и надо, добавьте --allow-private",
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
}
