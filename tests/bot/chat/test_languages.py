"""A person is spoken to in the language of their own Discord; what is quoted stays as its source wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import simcord.actors
from chat_world import labels, text, texts, world
from digest_walks import allow
from drafts import draft
from small_desk import ARTICLES, HARBOUR, add_articles

from bot.rendering.quotes import shown_quotes

QUESTION = "How many tonnes of silt did the harbour master say?"
SAILS = "When does the ferry to Islay sail?"

SpeakAs = Callable[[str], None]


@pytest.fixture
def speak_as(monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeakAs]:
    """Lets people in the simulated Discord, which knows American English only, use theirs in another language."""
    made, used = simcord.actors._interactions.base_payload, {"locale": "en-US"}

    def payload(*args: Any, **kwargs: Any) -> Any:
        record, sent = made(*args, **kwargs)
        return record, sent | used

    monkeypatch.setattr(simcord.actors._interactions, "base_payload", payload)
    yield lambda locale: used.update(locale=locale)


@pytest.mark.parametrize(
    ("locale", "framing", "buttons"),
    [
        ("es-ES", "De 1 artículo:", {"Leer", "Seguir preguntando"}),
        ("es-419", "De 1 artículo:", {"Leer", "Seguir preguntando"}),
        ("zh-CN", "来自 1 篇文章：", {"阅读", "追问"}),
        ("de", "From 1 article:", {"Read", "Follow up"}),
    ],
)
async def test_an_answer_speaks_the_askers_language_and_quotes_word_for_word(
    tmp_path: Path, speak_as: SpeakAs, locale: str, framing: str, buttons: set[str]
) -> None:
    async with world(tmp_path) as place:
        speak_as(locale)
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert texts(asked.response)[0] == f"**{QUESTION}**"
        assert framing in texts(asked.response)
        assert buttons <= set(labels(asked.response))
        quote = shown_quotes(text(asked.response))[0]
        assert "4,200 tonnes of silt" in quote
        assert quote in HARBOUR.text


async def test_buttons_answer_whoever_presses_in_their_own_language(tmp_path: Path, speak_as: SpeakAs) -> None:
    async with world(tmp_path) as place:
        speak_as("es-ES")
        asked = await place.alex.slash(place.channel, "ask", question=SAILS)
        await place.restart()
        speak_as("zh-CN")
        more = await place.mia.click(asked.response, label="Más")
        assert "更多段落，来自 3 篇文章：" in text(more.response)
        assert texts(more.response)[0] == texts(asked.response)[0]
        first, further = shown_quotes(text(asked.response)), shown_quotes(text(more.response))
        assert further and not set(first) & set(further)
        assert all(any(quote in article.text for article in ARTICLES) for quote in further)
        speak_as("en-GB")
        last = await place.mia.click(more.response, label="更多")
        assert "More passages, from " in text(last.response)


async def test_a_follow_up_is_read_back_from_a_page_in_another_language(tmp_path: Path, speak_as: SpeakAs) -> None:
    async with world(tmp_path) as place:
        speak_as("zh-CN")
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        form = await place.alex.click(asked.response, label="追问")
        assert form.modal is not None
        followed = await place.alex.submit_modal(form, {"question": "Why?"})
        searched = "**Why? (tonnes silt harbour master)**"
        assert texts(followed.response)[1] == f"-# 正在搜索：{searched}"
        speak_as("es-419")
        more = await place.alex.click(followed.response, label="更多")
        assert texts(more.response)[0] == searched


async def test_refusals_and_suggestions_speak_the_language_too(tmp_path: Path, speak_as: SpeakAs) -> None:
    async with world(tmp_path) as place:
        speak_as("es-ES")
        bad = await place.alex.slash(place.channel, "ask", question=QUESTION, since="soon")
        assert "No he podido leer «soon» como una fecha. Usa 2024" in text(bad.response)
        dates = await place.alex.autocomplete(place.channel, "ask", "since", "últ", question="abc")
        assert [(choice["name"], choice["value"]) for choice in dates[:2]] == [
            ("los últimos 7 días", "7d"),
            ("los últimos 30 días", "30d"),
        ]
        typed = await place.alex.slash(place.channel, "ask", question=QUESTION, since="El mes pasado", only_me=True)
        assert "Buscado: desde el 1 dic 2025" in text(typed.response)
        speak_as("zh-CN")
        none = await place.alex.slash(place.channel, "ask", question="zebra quantum parliament")
        assert "这个资料库里没有答案。其中有 3 篇文章，2023年2月1日至2024年7月5日" in text(none.response)


async def test_the_notices_of_a_turnstile_speak_the_language_too(tmp_path: Path, speak_as: SpeakAs) -> None:
    async with world(tmp_path) as place:
        speak_as("es-ES")
        for _ in range(6):
            await place.alex.slash(place.channel, "ask", question=QUESTION, only_me=True)
        seventh = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert "Ya llevas 6 preguntas en 10 minutos. Podrás preguntar de nuevo <t:" in text(seventh.response)


async def test_a_mention_is_answered_in_the_language_of_its_server(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        me = place.env.bot.user
        guild = place.env.create_guild("Costa", preferred_locale="es-ES")
        channel = guild.create_text_channel("general")
        ana = guild.add_member(place.env.create_user("ana"))
        await ana.send(channel, f"<@{me.id}> {QUESTION}")
        assert "De 1 artículo:" in texts(channel.last_message)
        await place.alex.send(place.channel, f"<@{me.id}> {QUESTION}")
        assert "From 1 article:" in texts(place.channel.last_message)


async def test_discord_is_sent_the_names_of_commands_in_all_languages(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        (sent,) = [request.json for request in place.env.http_requests if request.path.endswith("/commands")]
        (ask,) = [command for command in sent if command["name"] == "ask"]
        assert ask["name_localizations"] == {"es-ES": "preguntar", "es-419": "preguntar", "zh-CN": "提问"}
        assert ask["options"][0]["description_localizations"]["zh-CN"] == "用你自己的话；报道中的人名或数字会有帮助"


async def test_a_digest_speaks_its_servers_language_and_its_menus_everyones(tmp_path: Path, speak_as: SpeakAs) -> None:
    async with world(tmp_path) as place:
        await place.room.servers.change(place.guild.id, language="zh_Hans")
        speak_as("es-ES")
        preview = await place.mia.slash(place.channel, "digest add")
        assert texts(preview.response)[0] == "**Todo lo nuevo**"
        await place.mia.click(preview.response, label="Empezar")
        add_articles(place.archive, [draft("The lobsters are back.", title="Lobsters", published="2026-01-01")])
        listed = await place.mia.slash(place.channel, "digest list")
        assert "Todo lo nuevo" in text(listed.response)
        await place.mia.click(listed.response, label="Publicar ahora")
        assert "publicados: 1" in text(listed.response)
        digest = place.channel.last_message
        assert text(digest).startswith("**所有新内容** · 1 篇新文章 · 1月1日")
        assert shown_quotes(text(digest)) == ["The lobsters are back."]
        assert texts(digest)[-1].startswith("-# #D1-")


async def test_trouble_with_a_digest_is_told_in_its_servers_language(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.room.servers.change(place.guild.id, language="es")
        preview = await place.mia.slash(place.channel, "digest add", topic="lobsters")
        await place.mia.click(preview.response, label="Start")
        add_articles(place.archive, [draft("The lobsters are back.", title="Lobsters", published="2026-01-01")])
        await allow(place, place.channel, send_messages=False)
        await place.pass_days(3)
        (told,) = place.mia.user.dm_channel.history()
        assert f"Tu resumen **lobsters** en <#{place.channel.id}>. No puedo publicarlo" in text(told)
        assert "falta Enviar mensajes" in text(told)


async def test_a_limit_that_is_too_high_is_refused_with_the_bounds_in_their_language(
    tmp_path: Path, speak_as: SpeakAs
) -> None:
    async with world(tmp_path) as place:
        speak_as("es-ES")
        panel = (await place.mia.slash(place.channel, "settings")).response
        form = await place.mia.click(panel, label="Cambiar límites")
        given = {"member_questions": "6", "server_questions": "60", "server_digests": "25", "channel_digests": "101"}
        refused = await place.mia.submit_modal(form, given)
        assert "usa un número de 1 a 100. No se ha cambiado nada." in text(refused.response)
