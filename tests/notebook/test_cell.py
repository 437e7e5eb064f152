"""``%%ai`` in a real kernel: the answer streams, lands in variables, and ends as one output."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from byte_server import END, HEAD, ByteServer, delta, finish, piece, reply, stream, usage
from kernels import Kernel

ANSWER = "# Cats\n\nA **cat** lives in `Perm`.\n\n```python\nprint('meow')\n```\n\nThe end."


def deltas(text: str, size: int = 5) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def test_loading_prints_nothing_and_imports_a_few_modules_of_our_own(start_kernel: Callable[..., Kernel]) -> None:
    """The bar is 10 ms (benchmarks/load.py measures it): what takes time are imports, and they can be counted."""
    kernel = start_kernel(load=False)
    run = kernel.run(
        "import sys; before = set(sys.modules)\n%load_ext aitunnel_jupyter\nnew = set(sys.modules) - before"
    )
    assert (run.status, run.outputs) == ("ok", [])
    assert int(kernel.run("len(new)").result) <= 20
    assert (
        kernel.run("[name for name in new if name.split('.')[0] not in ('aitunnel_jupyter', 'IPython')]").result == "[]"
    )
    heavy = "{'httpx', 'nest_asyncio2', 'aitunnel_jupyter.redaction', 'aitunnel_jupyter.notebook.commands'}"
    assert kernel.run(f"{heavy} & set(sys.modules)").result == "set()"


def test_unload_and_reload_leave_nothing_behind(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("ok", *stream("Hi"))
    kernel.run(f"%config AIMagics.base_url = '{base_url}'")
    assert kernel.run("%%ai -o kept\nHello").status == "ok"
    kernel.run("import threading, sys\nip = get_ipython()\n%unload_ext aitunnel_jupyter")
    state = kernel.run(
        "('ai' in ip.magics_manager.magics['line'], 'ai' in ip.magics_manager.magics['cell'],"
        " 'AIMagics' in [type(c).__name__ for c in ip.configurables],"
        " [t.name for t in threading.enumerate() if 'aitunnel' in t.name], str(kept),"
        " [t for t in ip.input_transformers_cleanup if 'aitunnel' in getattr(t, '__module__', '')])"
    )
    assert state.result == "(False, False, False, [], 'Hi', [])"
    assert kernel.run("%load_ext aitunnel_jupyter\n%reload_ext aitunnel_jupyter").status == "ok"
    assert kernel.run(f"%config AIMagics.base_url = '{base_url}'\n%ai ask Hello").status == "ok"
    assert kernel.run("[type(c).__name__ for c in ip.configurables].count('AIMagics')").result == "1"


def test_the_answer_streams_and_ends_as_one_output(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("story", *stream(*deltas(ANSWER), pause=0.03))
    run = kernel.run(f"%%ai gpt-5.2 -o story --base-url {base_url}\nHello")
    assert (run.status, run.error) == ("ok", "")
    (output,) = run.outputs
    assert output["data"]["text/plain"] == ANSWER
    html = output["data"]["text/html"]
    assert "<strong>cat</strong>" in html
    assert "test-model" in html
    assert "1\u202f240 → 310 tokens · 0.51 ₽" in html
    facts = output["metadata"]["aitunnel"]
    assert (facts["model"], facts["cost_rub"], facts["finish_reason"], facts["request_id"]) == (
        "test-model", "0.51", "stop", "gen-1",
    )  # fmt: skip
    shown = [m["content"]["data"].get("text/html", "") for m in run.messages if "data" in m["content"]]
    growing = [len(html) for html in shown[:-1]]
    assert len(growing) > 2, "it grows before it is whole"
    assert any("A <strong>cat</strong>" in html and "The end" not in html for html in shown)


def test_the_answer_is_a_value_for_later_cells(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("story", *stream(*deltas(ANSWER)))
    run = kernel.run(f"%%ai -o story --base-url {base_url}\nHello")
    count = run.reply["content"]["execution_count"]
    assert kernel.run("type(story).__name__, story == _ai, _ai is story").result == "('Answer', True, True)"
    assert kernel.run(f"_ai{count} is story").result == "True"
    assert kernel.run("story.code, story.code[0].language").result == "([\"print('meow')\\n\"], 'python')"
    assert kernel.run("str(story.cost), story.usage.prompt_tokens, story.finish_reason, story.complete").result == (
        "('0.51', 1240, 'stop', True)"
    )
    assert (
        kernel.run(
            "import pickle; copy = pickle.loads(pickle.dumps(story)); copy == story, copy.facts == story.facts"
        ).result
        == "(True, True)"
    )
    run = kernel.run("story")
    assert "<strong>cat</strong>" in run.outputs[0]["data"]["text/html"]
    assert set(run.outputs[0]["data"]) == {"text/html", "text/plain"}
    assert run.outputs[0]["data"]["text/plain"] == ANSWER


def test_variables_go_into_the_prompt_and_everything_else_stays(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("p", *stream("ok"))
    kernel.run("city = 'Perm'; d = {'k': '{city}'}")
    run = kernel.run(
        f"%%ai --base-url {base_url}\n  {{city}} {{d['k']}} {{len(city)}} {{}} {{\"a\": 1}} \\frac{{a}}{{b}} {{town}}\n$HOME {{{{city}}}}\n"
    )
    assert "no variable for {town}: left as written" in run.outputs[0]["data"]["text/html"]
    (seen,) = server.requests("p")
    assert seen.json["messages"][0]["content"] == ('  Perm {city} 4 {} {"a": 1} \\frac{a}{b} {town}\n$HOME {city}')


def test_one_line_beside_other_code_clears_nothing(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("line", *stream(*deltas(ANSWER), pause=0.02))
    run = kernel.run(f"print('before')\n%ai ask -m m --base-url {base_url} What's  up?\nprint('after')")
    assert [output["kind"] for output in run.outputs] == ["stream", "display_data", "stream"]
    assert run.outputs[1]["data"]["text/plain"] == ANSWER
    assert server.requests("line")[0].json["messages"][0]["content"] == "What's  up?"


def test_a_question_may_end_in_a_question_mark(kernel: Kernel, server: ByteServer) -> None:
    kernel.run(f"%config AIMagics.base_url = '{server.on('q', *stream('Yes'))}'\nname = 'Tom'")
    quotes = "'" * 3
    run = kernel.run(
        "%ai ask Is it up?\nfor n in range(2):\n    %ai ask -t 0 What's {name} got?  \n"
        f"text = {quotes}\n%ai ask Is this text?\n{quotes}"
    )
    assert (run.status, run.error, len(run.displays)) == ("ok", "", 3)
    asked = [seen.json["messages"][0]["content"] for seen in server.requests("q")]
    assert asked == ["Is it up?", "What's Tom got?", "What's Tom got?"]
    assert kernel.run("text").result == repr("\n%ai ask Is this text?\n")
    assert "together" in kernel.run("%ai context Is it up?").displays[0]["data"]["text/plain"]
    (payload,) = kernel.run("%ai?").reply["content"]["payload"]
    assert "Ask a model" in payload["data"]["text/plain"]


def test_the_cell_magic_called_from_code_clears_nothing_either(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("loop", *stream("Hi"))
    run = kernel.run(
        f"print('before')\nfor n in range(2):\n    get_ipython().run_cell_magic('ai', '--base-url {base_url}', 'Hello')"
    )
    assert [output["kind"] for output in run.outputs] == ["stream", "display_data", "display_data"]


def test_a_dry_run_shows_the_request_masks_the_key_and_sends_nothing(
    start_kernel: Callable[..., Kernel], server: ByteServer
) -> None:
    base_url = server.on("dry", *stream("x"))
    # A base URL beside the key: the key is for that server.
    kernel = start_kernel(AITUNNEL_API_KEY="sk-aitunnel-0123456789abcdef0123456789abcdef", AITUNNEL_BASE_URL=base_url)
    run = kernel.run(
        f'%%ai m -s Short. -t 0.5 -p top_k=3 -p \'provider={{"sort": "price"}}\' --dry-run --base-url {base_url}\nПривет'
    )
    head, _, body = run.text().partition("\n\n")
    assert head.splitlines()[0] == f"POST {base_url}/chat/completions"
    assert "Bearer sk-…" in head
    assert "0123456789" not in run.text()
    sent = json.loads(body)
    assert (sent["top_k"], sent["provider"], sent["messages"][1]["content"]) == (
        3,
        {"sort": "price"},
        "Привет",
    )
    assert server.requests("dry") == []


def test_reasoning_streams_apart_and_folds_when_the_answer_begins(kernel: Kernel, server: ByteServer) -> None:
    thoughts = [
        action for word in ("Let me ", "think ", "<b>hard</b>.") for action in (piece(delta(reasoning=word)), 0.2)
    ]
    base_url = server.on("r", HEAD, *thoughts, piece(delta("Yes.")), 0.3, piece(finish() + usage()), END)
    run = kernel.run(f"%%ai -o a --base-url {base_url}\nHello")
    shown = [m["content"]["data"]["text/html"] for m in run.messages if "data" in m["content"]]
    assert any("<details open>" in html and "Let me" in html for html in shown)
    (output,) = run.outputs
    assert (
        "<details><summary>reasoning</summary><div>Let me think &lt;b&gt;hard&lt;/b&gt;.</div></details>"
        in output["data"]["text/html"]
    )
    assert output["data"]["text/plain"] == "Yes."
    assert kernel.run("a.reasoning").result == "'Let me think <b>hard</b>.'"


def test_waiting_says_what_for_and_leaves_nothing(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("slow", HEAD, 2.3, *stream("Hi")[1:])
    run = kernel.run(f"%%ai gpt-5.2 --base-url {base_url}\nHello")
    waits = [m["content"]["data"]["text/html"] for m in run.messages if "aitunnel-wait" in str(m["content"])]
    assert any("waiting for gpt-5.2 … 2 s" in html for html in waits)
    assert len(waits) < 12, "painted only when its text changes"
    assert len(run.outputs) == 1


def test_the_whole_answer_at_once(kernel: Kernel, server: ByteServer) -> None:
    body = {"model": "m", "choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}
    base_url = server.on("whole", reply(200, body))
    run = kernel.run(f"%%ai --no-stream --base-url {base_url}\nHello")
    assert run.outputs[0]["data"]["text/plain"] == "Hi"


def test_four_queued_cells_all_run_in_order(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("q", *stream(*"abc", pause=0.1))
    sent = [kernel.send(f"%%ai -o a{n} --base-url {base_url}\nNumber {n}") for n in range(4)]
    assert [kernel.finish(one).status for one in sent] == ["ok"] * 4
    assert [seen.json["messages"][0]["content"] for seen in server.requests("q")] == [f"Number {n}" for n in range(4)]
    assert len({seen.connection for seen in server.requests("q")}) == 1


def test_formats(kernel: Kernel, server: ByteServer) -> None:
    answers = {
        "text": ("**x** <b>", "**x** &lt;b&gt;"),
        "code": ("Here:\n```python\nx = 1\n```\nbye", "<pre"),
        "json": ('```json\n{"a": [1]}\n```', "a"),
        "html": ("```html\n<h1>Hi</h1>\n```", "sandbox"),
        "math": ("$$x^2$$", "x^2"),
    }
    for form, (text, expected) in answers.items():
        base_url = server.on(form, *stream(*deltas(text)))
        run = kernel.run(f"%%ai -f {form} --base-url {base_url}\nHello")
        assert expected in run.outputs[0]["data"]["text/html"], form
        assert run.outputs[0]["data"]["text/plain"] == text
    assert server.requests("json")[0].json["response_format"] == {"type": "json_object"}


def test_a_long_answer_never_reaches_the_fold_of_jupyterlab(kernel: Kernel, server: ByteServer) -> None:
    """JupyterLab hides what comes after a cell's 50th output until someone clicks."""
    text = "".join(f"Paragraph number {n} of a very long answer.\n\n" for n in range(1_200))
    base_url = server.on("long", *stream(*deltas(text, 45), pause=0.01))
    run = kernel.run(f"%%ai --base-url {base_url}\nHello")
    at_the_end = [message["msg_type"] for message in run.messages].index("clear_output")
    live = [message for message in run.messages[:at_the_end] if message["msg_type"] == "display_data"]
    assert 25 < len(live) < 50
    shown: dict[str, str] = {}
    for message in run.messages[:at_the_end]:
        if "transient" in message["content"]:
            shown[message["content"]["transient"]["display_id"]] = message["content"]["data"].get("text/html", "")
    whole = "".join(shown.values())
    numbers = [int(number) for number in re.findall(r"Paragraph number (\d+) of a very long answer\.<", whole)]
    assert numbers == list(range(len(numbers))), "every block once, in order"
    assert len(numbers) > 800
    assert [output["data"]["text/plain"] for output in run.outputs] == [text]


def test_bytes_stay_linear_in_a_single_huge_block(kernel: Kernel, server: ByteServer) -> None:
    text = "```python\n" + "value = compute(value) + 1\n" * 2_000 + "```\n"
    base_url = server.on("fence", *stream(*deltas(text, 200), pause=0.02))
    run = kernel.run(f"%%ai --base-url {base_url}\nHello")
    assert run.outputs[0]["data"]["text/plain"] == text
    assert run.iopub_bytes < 30 * len(text)
