"""``%reload_ext`` keeps what the notebook has: budget, conversations, jobs, settings, panels."""

from __future__ import annotations

from byte_server import ByteServer, reply, steps, stream
from kernels import Kernel


def test_a_reload_keeps_budget_conversations_jobs_and_settings(kernel: Kernel, server: ByteServer) -> None:
    """This front end gives the notebook no name, as a terminal, nbclient and Colab give none."""
    actions, (gate,) = steps("One ", "two")
    slow, quick = server.on("slow", *actions), server.on("m", *stream("Hi"))
    kernel.run(f"%config AIMagics.base_url = '{quick}'\n%ai journal off")
    assert "of 7.00 ₽" in kernel.run("%ai budget 7 --search 2").text()
    kernel.run("%%ai -c talk\none")
    kernel.run(f"%%ai -b -o story --base-url {slow}\nTell")
    server.wait_for(lambda: server.requests("slow"))
    for again in ("%reload_ext aitunnel_jupyter", "%reload_ext aitunnel_jupyter"):
        assert kernel.run(again).status == "ok"
    told = kernel.run("%ai budget").text()
    assert "0.51 of 7.00 ₽" in told
    assert "web search: at most 2.00 ₽" in told
    kernel.run("%%ai -c talk\ntwo")
    assert [message["content"] for message in server.requests("m")[-1].json["messages"]] == ["one", "Hi", "two"]
    assert "story" in str(kernel.run("%ai jobs").messages)
    gate.open()
    assert kernel.run("str(story.result(60))").result == "'One two'"
    assert not server.requests("slow")[0].closed_at
    names = "[type(c).__name__ for c in get_ipython().configurables].count('AIMagics')"
    assert kernel.run(names).result == "1"
    kernel.run("%reload_ext aitunnel_jupyter\n%unload_ext aitunnel_jupyter")
    assert kernel.run(names).result == "0"
    assert kernel.run("%load_ext aitunnel_jupyter").status == "ok"
    assert "no budget" in kernel.run("%ai budget").text(), "an unloaded journal in memory is gone"


def test_after_unloading_and_loading_the_process_has_the_same_name(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", *stream("Hi"))
    server.on("public", reply(404, {}))
    kernel.run("%ai budget 7")
    kernel.run(f"%%ai -c talk --base-url {base_url}\none")
    kernel.run("%unload_ext aitunnel_jupyter")
    kernel.run("%load_ext aitunnel_jupyter")
    assert "0.51 of 7.00 ₽" in kernel.run("%ai budget").text()
    kernel.run(f"%%ai -c talk --base-url {base_url}\ntwo")
    assert [message["content"] for message in server.requests("m")[-1].json["messages"]] == ["one", "Hi", "two"]
    script = "from aitunnel_jupyter.notebook.desk import Desk; [Desk(get_ipython()).notebook for _ in 'ab']"
    assert len(set(eval(kernel.run(script).result))) == 1
