"""The text of a reply, without quotes and signatures: the product beside the libraries that cut replies, in one run.

Usage: python benchmarks/reply_stripping.py CASES.jsonl [-v]   (lines of {id, raw, reply}; -v shows the cases missed
in the half that rules were developed on)
Needs: pip install email-reply-parser   (talon 1.4.4, if it is installed, is asked too)

The product reads each case as a mail with the subject "Re: case"; its reply is what the draft holds as paragraphs,
headings and captions. Token F1 is the harmonic mean of precision and recall over the words of a case as a bag, 1 when
both are empty, meaned over cases; exact compares after collapsing white space. "Words lost" are words of the raw case
that no block of the draft holds, quote marks apart. Cases are split by the sha256 of their id: rules were developed on
the even half; the odd half is the one to quote.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import quotequail
from mailparser_reply import EmailReplyParser as MailParserReply

from corpus.article import BlockKind, Draft
from corpus.extraction import draft_of
from corpus.readers.mail import read_mail

_OWN = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CAPTION})
_LANGUAGES = ["en", "de", "es", "fr", "it", "pl", "sv", "zh"]


def held_out(identifier: str) -> bool:
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % 2 == 1


def draft_of_body(body: str) -> Draft:
    head = b"From: a@mail.example\nSubject: Re: case\nContent-Type: text/plain; charset=utf-8\n\n"
    item = read_mail(head + body.encode("utf-8"), "case", "eml")
    return draft_of(item)  # type: ignore[arg-type]


def by_product(body: str) -> str:
    draft = draft_of_body(body)
    return "\n\n".join(draft.words_of(block) for block in draft.blocks if block.kind in _OWN)


def by_mail_parser_reply(body: str) -> str:
    return MailParserReply(languages=_LANGUAGES).parse_reply(text=body) or ""


def by_quotequail(body: str) -> str:
    return "\n".join(text for shown, text in quotequail.quote(body) if shown)


def libraries() -> dict[str, Callable[[str], str]]:
    found: dict[str, Callable[[str], str]] = {"mail-parser-reply": by_mail_parser_reply, "quotequail": by_quotequail}
    if importlib.util.find_spec("email_reply_parser"):
        from email_reply_parser import EmailReplyParser

        found["email-reply-parser"] = EmailReplyParser.parse_reply
    if importlib.util.find_spec("talon"):
        from talon import quotations
        from talon.signature.bruteforce import extract_signature

        found["talon"] = lambda body: extract_signature(quotations.extract_from_plain(body))[0] or ""
    return found


def token_f1(given: str, wanted: str) -> float:
    ours, gold = Counter(re.findall(r"\w+", given)), Counter(re.findall(r"\w+", wanted))
    if not ours and not gold:
        return 1.0
    shared = (ours & gold).total()
    return 2 * shared / (ours.total() + gold.total())


def collapsed(text: str) -> str:
    return " ".join(text.split())


def words_lost(body: str) -> int:
    marks = re.compile(r"[>\s]+")
    kept = Counter(marks.sub("", draft_of_body(body).text))
    return (Counter(marks.sub("", body)) - kept).total()


def main(arguments: Sequence[str]) -> int:
    cases = [json.loads(line) for line in Path(arguments[0]).read_text("utf-8").splitlines()]
    halves = {
        "developed on": [case for case in cases if not held_out(case["id"])],
        "held out": [case for case in cases if held_out(case["id"])],
    }
    strippers = {"product": by_product, **libraries()}
    print("| by | half | cases | token F1 | exact |\n|---|---|---|---|---|")
    for name, strip in strippers.items():
        for half, chosen in {**halves, "all": cases}.items():
            replies = [(strip(case["raw"]), case["reply"]) for case in chosen]
            f1 = sum(token_f1(given, wanted) for given, wanted in replies) / len(chosen)
            exact = sum(collapsed(given) == collapsed(wanted) for given, wanted in replies) / len(chosen)
            print(f"| {name} | {half} | {len(chosen)} | {f1:.3f} | {exact:.3f} |")
    print(f"\ncharacters lost by the product: {sum(words_lost(case['raw']) for case in cases)}")
    if "-v" in arguments:
        for case in halves["developed on"]:
            given = by_product(case["raw"])
            if collapsed(given) != collapsed(case["reply"]):
                print(f"\n{case['id']}\n  given  {given[:300]!r}\n  wanted {case['reply'][:300]!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
