"""The end of a mail: what is a signature, and what is still the writer's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import BlockKind, RawBlock
from corpus.extraction.furniture import marked_furniture
from corpus.extraction.quoting import marked_quotes
from corpus.extraction.signatures import is_device_line
from corpus.headers import Sender
from corpus.plain_text import typed_blocks

_ANA = Sender("Ana Maria Bee", "ana.bee@mail.example")
_ANSWER = "I heard only one of them."
_QUOTE = "\n\nOn Fri, May 2, 2031 at 9:00 AM Bo <bo@x.example> wrote:\n> two bells\n"


def _own(text: str, *, signer: Sender | None = _ANA, reply: bool = True) -> list[str]:
    blocks = marked_furniture(marked_quotes(typed_blocks(text), reply=reply), signer=signer, reply=reply)
    return [block.text for block in blocks if block.kind is BlockKind.PARAGRAPH]


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAna Bee\nBrae",
        "--\nAna Bee\nBrae",
        "-- \nA line of verse that somebody likes to put below everything that he writes to a list, and it is long",
        "Best regards,\nAna",
        "Best regards\n\nAna Maria Bee",
        "Cheers, Ana",
        "Thanks!\nAna",
        "Thanks in advance,\nAna Bee",
        "Many thanks and kind regards,\nAna",
        "Thank you,\nNoam",
        "Mit freundlichen Grüßen\nAna Bee",
        "Viele Grüße, Ana",
        "Cordialement,\nAna Bee\nGardienne des cloches\n+33 1 23 45 67 89",
        "Un saludo,\nAna",
        "Med vänliga hälsningar\nAna",
        "С уважением,\nАна Би",
        "Happy ringing,\nAna",
        "Ana",
        "ana.",
        "--ana",
        "- amb",
        "-a",
        "Ana Bee\nKeeper of Bells, Brae Tower\nana.bee@mail.example\n(555) 346-9947\nwww.tower.example",
        "Ana Maria Bee, Tower of Brae\n\tana.bee@mail.example",
        "---\nAna Maria Bee\t\t\tana.bee@mail.example\nBrae Tower,\nBrae 41",
        "Ana\n-------\nAna Maria Bee, School of Bells, Brae. ana.bee@mail.example\n(Home)+353-1-8204643",
        "Ana\nvia mobile",
        "Sent from my iPhone",
        "Ana\n\nSent from my phone, please excuse brevity",
        "Get Outlook for iOS<https://aka.example/x>",
        "Envoyé de mon iPhone",
        "Von meinem iPhone gesendet",
        "Enviado desde mi iPhone",
        "Отправлено с iPhone",
        "发自我的 iPhone",
        "This e-mail and any attachments are confidential and intended for the addressee only. If you are not the "
        "addressee, delete it.",
        "CONFIDENTIALITY NOTICE: The words above are for the recipient. Notify the sender if you are not the keeper.",
        "Diese Nachricht ist vertraulich und nur für den Empfänger bestimmt.",
    ],
)  # fmt: skip
def test_a_signature_is_marked_above_a_quotation_and_at_the_end(signature: str) -> None:
    signer = Sender("Ана Би", None) if "Ана" in signature else _ANA
    assert _own(f"{_ANSWER}\n\n{signature}", signer=signer) == [_ANSWER]
    assert _own(f"{_ANSWER}\n\n{signature}{_QUOTE}", signer=signer) == [_ANSWER]


@pytest.mark.parametrize(
    "text",
    [
        f"{_ANSWER}\n\nThanks for your answer.",
        f"{_ANSWER}\n\nThanks!",
        f"{_ANSWER}\n\nThanks, Bo",  # somebody is thanked
        f"{_ANSWER}\n\nBo",
        f"{_ANSWER}\n\nAna Bee rang the second one, I think.",
        f"{_ANSWER}\n\nBest,\nthe second bell was the louder one of the two that I could hear.",
        f"{_ANSWER}\n\nAna\n\nP.S. The second bell was the louder one.",
        f"{_ANSWER}\n\n- Jim has one\n- Ana has two",
        f"{_ANSWER}\n\nAna\n[1] https://x.example/bells",
        f"{_ANSWER}\n\nBells that I know:\nOs\nBrae",
        f"{_ANSWER}\n\n--\n\nAnd here is the longer story of how the bell came to Brae, which nobody has told on this "
        f"list so far.\n\n> words that stand in the act\n\n{_ANSWER}",
        f"{_ANSWER}\n\n---\n\n{_ANSWER}",
        f"{_ANSWER}\n\n--\n\nAnd here is the longer story of how the bell came to Brae, which nobody has told on this "
        f"list so far.\n\n{_ANSWER}",
        "Sent from my hometown to the front in the winter of that year, the letter never came.",
        "Thanks,\nAna",
        "This message is for the keeper: ring both.",
        f"{_ANSWER}\n\nThe message was intended for the council, which had asked that it be kept confidential.",
        f"{_ANSWER}\n\n> Who has the key?\n\nAna",
        f"{_ANSWER}\n\nSent from Brae, the bell came to Os.",
    ],
)
def test_a_writers_own_words_are_no_signature(text: str) -> None:
    wanted = "".join(line for line in text.split("\n") if not line.startswith("> "))
    assert "".join("".join(_own(text)).split()) == "".join(wanted.split())


def test_an_article_keeps_the_name_that_ends_it() -> None:
    article = f"{_ANSWER}\n\nAna Maria Bee\nThe Brae Post"
    assert _own(article, reply=False) == article.split("\n\n")
    letter = f"{_ANSWER}\n\nYours sincerely,\nBo Reed"
    assert _own(letter, reply=False) == letter.split("\n\n")
    assert _own(letter, signer=None, reply=False) == letter.split("\n\n")
    assert _own(f"{_ANSWER}\n\nBest regards,\nAna", reply=False) == [_ANSWER]  # whoever posts it closes his mail


def test_signatures_between_answers_are_looked_for_at_the_end_only() -> None:
    text = f"> one\n\n{_ANSWER}\n\nAna\n\n> two\n\nSecond.\n\nAna"
    assert _own(text) == [_ANSWER, "Ana", "Second."]


@pytest.mark.parametrize("sender", [Sender(None, None), Sender("", ""), Sender("-", "@"), Sender("Ana", None)])
def test_a_sender_of_whom_little_is_known_does_no_harm(sender: Sender) -> None:
    assert _own(f"{_ANSWER}\n\nBo", signer=sender) == [_ANSWER, "Bo"]
    assert _own(f"{_ANSWER}\n\n-", signer=sender)[0] == _ANSWER


def test_a_line_that_a_program_adds_is_short() -> None:
    assert is_device_line("Sent from my iPad")
    assert not is_device_line("Sent from my " + "x " * 5000)
    assert not is_device_line("Sent from my" + " word" * 40)


@given(
    st.lists(st.builds(RawBlock, st.sampled_from(BlockKind), st.text(min_size=1, max_size=40)), max_size=8),
    st.builds(Sender, st.none() | st.text(max_size=20), st.none() | st.text(max_size=20)),
    st.booleans(),
)
def test_no_character_is_lost_whoever_signs(blocks: list[RawBlock], signer: Sender, reply: bool) -> None:
    marked = marked_furniture(blocks, signer=signer, reply=reply)
    assert "".join("".join(block.text.split()) for block in marked) == "".join(
        "".join(block.text.split()) for block in blocks
    )
