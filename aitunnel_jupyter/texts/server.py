"""What servers, keys and addresses say: errors on the way to an answer."""

MESSAGES: dict[str, tuple[str, str]] = {
    "key.missing": (
        "no API key for {host}: type %ai key, or set AITUNNEL_API_KEY; without a key: %ai local",
        "нет API-ключа для {host}: введите %ai key или задайте AITUNNEL_API_KEY; без ключа: %ai local",
    ),
    "key.withheld": (
        "no API key for {host}, and those of other servers are not sent there: type %ai key while it is set, or Chat(base_url=…, api_key=…), or set AITUNNEL_BASE_URL beside the key",
        "нет API-ключа для {host}, а ключи других серверов туда не отправляются: введите %ai key, пока он выбран, или Chat(base_url=…, api_key=…), или задайте AITUNNEL_BASE_URL рядом с ключом",
    ),
    "key.exposed": (
        "{host} is reached over plain http, where others can read the gateway's API key: it is not sent; use https, or another key: %ai key",
        "до {host} — открытый http, где посторонние могут прочитать API-ключ шлюза: он не отправлен; нужен https или другой ключ: %ai key",
    ),
    "key.unusable": (
        "the API key contains {what}, a key is plain letters, digits and dashes: enter it again with %ai key",
        "в API-ключе есть {what}, а ключ — это латинские буквы, цифры и дефисы: введите его заново через %ai key",
    ),
    "key.file": (
        "the key file {path} cannot be read ({why}): check AIMagics.key_file",
        "файл с ключом {path} не читается ({why}): проверьте AIMagics.key_file",
    ),
    "address.invalid": (
        "{url} is not a usable base URL: it looks like https://api.aitunnel.ru/v1",
        "{url} не подходит как базовый URL: он выглядит так: https://api.aitunnel.ru/v1",
    ),
    "address.environment": (
        "the environment variable {name} is unusable here ({why}): correct it or unset it, then try again",
        "переменная окружения {name} здесь непригодна ({why}): исправьте или уберите её и повторите",
    ),
    "connect.failed": (
        "no connection to {host} ({why}): check the network or the base URL, then run the cell again",
        "нет соединения с {host} ({why}): проверьте сеть или базовый URL и запустите ячейку снова",
    ),
    "connect.proxy": (
        "no connection to {host} through the proxy {proxy} ({why}): correct that variable, or put the host into NO_PROXY",
        "нет соединения с {host} через прокси {proxy} ({why}): исправьте эту переменную или добавьте хост в NO_PROXY",
    ),
    "connect.certificates": (
        "no connection to {host} ({why}): its certificate is not among those that {name} names; correct that variable or unset it",
        "нет соединения с {host} ({why}): его сертификата нет среди тех, что указаны в {name}; исправьте или уберите эту переменную",
    ),
    "stalled": (
        "no data from {host} for {seconds} s (pings do not count). Run the cell again, or allow more: --timeout 300",
        "от {host} нет данных уже {seconds} с (пустые сигналы не в счёт). Запустите ячейку снова или дайте больше времени: --timeout 300",
    ),
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
    "http.3xx": (
        '{status}: {host} answers at another address: if you trust it, %config AIMagics.base_url = "{base_url}"',
        '{status}: {host} отвечает по другому адресу: если доверяете ему, %config AIMagics.base_url = "{base_url}"',
    ),
    "http.3xx.elsewhere": (
        "{status}: {host} sends to {location}, which was not followed: check the base URL",
        "{status}: {host} отсылает на {location}, перехода не было: проверьте базовый URL",
    ),
    "http.401": (
        "{status}: the key was not accepted by {host}: enter it again with %ai key ({detail})",
        "{status}: {host} не принял ключ: введите его заново через %ai key ({detail})",
    ),
    "http.401.keyless": (
        "{status}: {host} wants an API key and none was sent, keys are kept per server: type %ai key while it is set, or Chat(base_url=…, api_key=…) ({detail})",
        "{status}: {host} требует API-ключ, а его не отправляли, ключи хранятся по серверам: введите %ai key, пока он выбран, или Chat(base_url=…, api_key=…) ({detail})",
    ),
    "http.402": (
        "{status}: not enough balance: the price of --max-tokens is reserved up front. Lower it, or top up the account or the key's limit ({detail})",
        "{status}: не хватает денег на счёте или лимита ключа: пополните счёт или уменьшите --max-tokens, по нему резервируется цена ({detail})",
    ),
    "http.403": (
        "{status}: this key may not do that (model, address or content not allowed): {detail}",
        "{status}: этому ключу так нельзя (модель, адрес или содержание не разрешены): {detail}",
    ),
    "http.404": (
        "{status}: {host} has no model {model}: %ai models lists them; if all fail, check the base URL ({detail})",
        "{status}: у {host} нет модели {model}: список — в %ai models; если не отвечает ни одна, проверьте базовый URL ({detail})",
    ),
    "http.404.close": (
        "{status}: {host} has no model {model}. Close: {close} · %ai models lists them all ({detail})",
        "{status}: у {host} нет модели {model}. Похожие: {close} · весь список — в %ai models ({detail})",
    ),
    "http.407": (
        "{status}: the proxy before {host} wants a name and a password: write them into its variable, NAME:PASSWORD@ before the proxy's address ({detail})",
        "{status}: прокси перед {host} требует имя и пароль: впишите их в его переменную, ИМЯ:ПАРОЛЬ@ перед адресом прокси ({detail})",
    ),
    "http.413": (
        "{status}: the request is too large: shorten it ({detail})",
        "{status}: запрос слишком велик: сократите его ({detail})",
    ),
    "http.429": (
        "{status}: the model's provider is rate-limiting requests: try again in a minute ({detail})",
        "{status}: провайдер модели ограничивает частоту запросов: повторите через минуту ({detail})",
    ),
    "http.429.wait": (
        "{status}: the model's provider is rate-limiting requests: try again in {seconds} s ({detail})",
        "{status}: провайдер модели ограничивает частоту запросов: повторите через {seconds} с ({detail})",
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
        "{status}: {host} sent something that is not an answer: {detail}",
        "{status}: {host} прислал нечто, что не является ответом: {detail}",
    ),
    "http.402.reserved": (
        "{status}: up to {ceiling} ₽ are reserved for max_tokens={max_tokens}, and the account or key has less: lower --max-tokens, top up, or set %config AIMagics.afford = True ({detail})",
        "{status}: под max_tokens={max_tokens} резервируется до {ceiling} ₽, а на счёте или ключе меньше: уменьшите --max-tokens, пополните счёт или задайте %config AIMagics.afford = True ({detail})",
    ),
    "stream.error": (
        "the model's provider stopped with “{detail}” (code {status}). The partial answer is kept; %ai continue goes on, running the cell again asks from the start",
        "провайдер модели прервал ответ: «{detail}» (код {status}). Полученное сохранено; %ai continue продолжит, повторный запуск ячейки спросит с начала",
    ),
    "stream.error.nothing": (
        "the model's provider stopped with “{detail}” (code {status}) before any text came. Run the cell again or take another model",
        "провайдер модели прервал ответ: «{detail}» (код {status}), текста ещё не было. Запустите ячейку снова или возьмите другую модель",
    ),
    "stream.cut": (
        "the connection to {host} ended in the middle of the answer. The partial answer is kept; %ai continue goes on, running the cell again asks from the start",
        "соединение с {host} оборвалось посреди ответа. Полученное сохранено; %ai continue продолжит, повторный запуск ячейки спросит с начала",
    ),
    "stream.cut.nothing": (
        "the connection to {host} ended before any text came. Run the cell again",
        "соединение с {host} оборвалось, текста ещё не было. Запустите ячейку снова",
    ),
    "stream.long": (
        "{host} sent more than {limit} MB in one answer, reading was stopped: what came is kept",
        "{host} прислал больше {limit} МБ в одном ответе, чтение остановлено: полученное сохранено",
    ),
    "stream.empty": (
        "{host} ended the stream without an answer: run the cell again or take another model",
        "{host} завершил поток без ответа: запустите ячейку снова или возьмите другую модель",
    ),
    "internal": (
        "aitunnel_jupyter itself failed ({why}), not the network or the server: what came is kept. Run the cell again; please report this line (%pip show aitunnel_jupyter tells where)",
        "сбой в самом aitunnel_jupyter ({why}), а не в сети или на сервере: полученное сохранено. Запустите ячейку снова; пожалуйста, сообщите об этой строке (куда: %pip show aitunnel_jupyter)",
    ),
    "answer.failed": ("the answer went wrong: {why}", "ответ не получился: {why}"),
    "stopped": ("stopped", "остановлено"),
}
