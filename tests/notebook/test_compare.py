"""Several models at once: together, side by side, one dict of answers."""

from __future__ import annotations

from byte_server import HANG, HEAD, ByteServer, delta, piece, reply, stream
from kernels import Kernel


def by_model(seen):  # type: ignore[no-untyped-def]
    """Each model says its name, slowly; one of them refuses."""
    model = seen.json["model"]
    if model == "bad":
        return [reply(404, {"error": {"message": "no such model"}})]
    if model == "hang":
        return [HEAD, piece(delta("hangs")), HANG]
    return stream(*[f"{model} "] * 10, pause=0.1)


def test_all_stream_at_once_and_land_in_one_dict(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", by_model)
    run = kernel.run(f"%%ai one,two,three -o found --base-url {base_url}\nHello")
    assert run.status == "ok"
    (output,) = run.outputs
    assert "one one" in output["data"]["text/plain"]
    assert output["data"]["text/plain"].index("── one ──") < output["data"]["text/plain"].index("── three ──")
    assert "1.53" not in output["data"]["text/plain"]
    assert output["data"]["text/plain"].count("0.51") == 3
    assert output["data"]["text/html"].count("<section ") == 3
    frames = [m["content"]["data"]["text/html"] for m in run.messages if "text/html" in m["content"].get("data", {})]
    assert any("one one" in frame and "two two" in frame and frame.count("one") < 12 for frame in frames), "all at once"
    assert set(output["metadata"]["aitunnel"]["compared"]) == {"one", "two", "three"}
    assert kernel.run("list(found), str(found['two']).strip() == 'two ' * 9 + 'two', _ai is found").result == (
        "(['one', 'two', 'three'], True, True)"
    )
    assert (
        kernel.run("{k: str(v.cost) for k, v in found.items()}").result
        == "{'one': '0.51', 'two': '0.51', 'three': '0.51'}"
    )
    assert "<section " in str(kernel.run("found").outputs[0]["data"])


def test_one_that_fails_says_so_in_its_column_and_the_others_go_on(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", by_model)
    run = kernel.run(f"%%ai one,bad -o found --base-url {base_url}\nHello")
    assert run.status == "ok"
    assert "✗ 404" in run.displays[0]["data"]["text/html"]
    assert (
        kernel.run("found['one'].complete, found['bad'].complete, '404' in found['bad'].error").result
        == "(True, False, True)"
    )
    all_bad = kernel.run(
        f"%%ai bad,bad2 -o none --base-url {server.on('no', reply(404, {'error': {'message': 'x'}}))}\nHi"
    )
    assert (all_bad.status, "404" in all_bad.error) == ("error", True)


def test_stop_keeps_what_came_of_each(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", by_model)
    sent = kernel.send(f"%%ai one,hang -o found --base-url {base_url}\nHello")
    kernel.wait_until(sent, lambda run: "hangs" in str(run.messages))
    kernel.interrupt()
    stopped = kernel.finish(sent)
    assert stopped.error == "stopped"
    server.wait_for(lambda: all(seen.closed_at for seen in server.requests("m")))
    assert kernel.run("str(found['hang']), found['hang'].complete").result == "('hangs', False)"


def test_what_several_models_cannot_do_is_one_line(kernel: Kernel) -> None:
    for options in ("-c talk", "-b", "-f code --replace"):
        run = kernel.run(f"%%ai one,two {options}\nHello")
        assert "one model" in run.text("stderr"), options
    assert "model name" in kernel.run("%%ai one,two!\nHello").text("stderr")
    assert kernel.run("%%ai one, --dry-run\nHello").status == "ok", "a trailing comma is one model"


def test_a_comparison_in_one_line_beside_other_output(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", by_model)
    run = kernel.run(f"print('before')\n%ai ask -m one,two -o found --base-url {base_url} Hello\nprint('after')")
    assert run.status == "ok"
    assert "before" in run.text()
    assert "after" in run.text()
    assert len(run.displays) == 1
    kernel.run(f"%config AIMagics.base_url = '{base_url}'")
    assert kernel.run("%ai compare one,two What is it?").status == "ok"
    assert kernel.run("list(_ai)").result == "['one', 'two']"
    assert server.requests("m")[-1].json["messages"][-1]["content"] == "What is it?"
    assert "comma" in kernel.run("%ai compare one What is it?").text("stderr")
