"""The text of a reply, without quotes and signatures: the product beside the libraries that cut replies, in one run.

Usage: python benchmarks/reply_stripping.py CASES.jsonl [-v] [ARTICLES.jsonl]
CASES are lines of {id, raw, reply}; -v shows the cases missed in the half that rules were developed on. ARTICLES, lines
of {id, text, author}, are wrapped and read as replies that their authors sent: what is cut of them is cut wrongly, but
for publishers' lines ("Sign up for ...").
Needs: pip install email-reply-parser   (talon 1.4.4, if it is installed, is asked too)

The product reads each case as a mail with the subject "Re: case" and the sender that the case names, if any; its reply
is what the draft holds as paragraphs, headings and captions. Token F1 is the harmonic mean of precision and recall over
the words of a case as a bag, 1 when both are empty, meaned over cases; exact compares after collapsing white space.
"Words lost" are words of a raw case that no block of the draft holds. Cases are split by the sha256 of their id: rules
were developed on the even half; the odd half is the one to quote.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import quotequail
from halves import held_out
from mailparser_reply import EmailReplyParser as MailParserReply

from corpus.article import BlockKind, Draft, RawItem
from corpus.extraction.drafting import draft_of
from corpus.readers.mail import read_mail

_OWN = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CAPTION})
MOST_ARTICLES = 300
_LANGUAGES = ["en", "de", "es", "fr", "it", "pl", "sv", "zh"]


def draft_of_case(case: Mapping[str, str]) -> Draft:
    head = (
        f"From: {case.get('sender') or ''} <a@mail.example>\nSubject: Re: case\nContent-Type: text/plain; charset=utf-8"
    )
    item = read_mail(f"{head}\n\n{case['raw']}".encode(), case["id"], "eml")
    assert isinstance(item, RawItem)
    return draft_of(item)


def by_product(case: Mapping[str, str]) -> str:
    draft = draft_of_case(case)
    return "\n\n".join(draft.words_of(block) for block in draft.blocks if block.kind in _OWN)


def by_mail_parser_reply(case: Mapping[str, str]) -> str:
    return MailParserReply(languages=_LANGUAGES).parse_reply(text=case["raw"]) or ""


def by_quotequail(case: Mapping[str, str]) -> str:
    return "\n".join(text for shown, text in quotequail.quote(case["raw"]) if shown)


def libraries() -> dict[str, Callable[[Mapping[str, str]], str]]:
    found: dict[str, Callable[[Mapping[str, str]], str]] = {
        "mail-parser-reply": by_mail_parser_reply,
        "quotequail": by_quotequail,
    }
    if importlib.util.find_spec("email_reply_parser"):
        from email_reply_parser import EmailReplyParser

        found["email-reply-parser"] = lambda case: EmailReplyParser.parse_reply(case["raw"])
    if importlib.util.find_spec("talon"):
        from talon import quotations
        from talon.signature.bruteforce import extract_signature

        found["talon"] = lambda case: extract_signature(quotations.extract_from_plain(case["raw"]))[0] or ""
    return found


def token_f1(given: str, wanted: str) -> float:
    ours, gold = Counter(re.findall(r"\w+", given)), Counter(re.findall(r"\w+", wanted))
    if not ours and not gold:
        return 1.0
    shared = (ours & gold).total()
    return 2 * shared / (ours.total() + gold.total())


def collapsed(text: str) -> str:
    return " ".join(text.split())


def words_lost(case: Mapping[str, str]) -> int:
    kept, wanted = (Counter(re.findall(r"\w+", text)) for text in (draft_of_case(case).text, case["raw"]))
    return (wanted - kept).total()


def articles_cut(path: Path, strippers: Mapping[str, Callable[[Mapping[str, str]], str]]) -> None:
    """Prints how much of articles, which hold nothing of others, each cuts."""
    cases = []
    for line in path.read_text("utf-8").splitlines()[:MOST_ARTICLES]:
        article = json.loads(line)
        paragraphs = (
            textwrap.fill(text, 72, break_on_hyphens=False) for text in article["text"].split("\n") if text.strip()
        )
        author = (article.get("author") or "").split(",")[0]
        cases.append({"id": article["id"], "raw": "\n\n".join(paragraphs), "sender": author})
    print("\n| by | articles | cut anywhere | words cut |\n|---|---|---|---|")
    total = sum(len(case["raw"].split()) for case in cases)
    for name, strip in strippers.items():
        cut = [(Counter(case["raw"].split()) - Counter(strip(case).split())).total() for case in cases]
        print(f"| {name} | {len(cases)} | {sum(map(bool, cut))} | {sum(cut) / total:.4%} |")


def main(arguments: Sequence[str]) -> int:
    paths = [Path(argument) for argument in arguments if argument != "-v"]
    cases = [json.loads(line) for line in paths[0].read_text("utf-8").splitlines()]
    halves = {
        "developed on": [case for case in cases if not held_out(case["id"])],
        "held out": [case for case in cases if held_out(case["id"])],
    }
    strippers = {"product": by_product, **libraries()}
    print("| by | half | cases | token F1 | exact |\n|---|---|---|---|---|")
    for name, strip in strippers.items():
        for half, chosen in {**halves, "all": cases}.items():
            replies = [(strip(case), case["reply"]) for case in chosen]
            f1 = sum(token_f1(given, wanted) for given, wanted in replies) / len(chosen)
            exact = sum(collapsed(given) == collapsed(wanted) for given, wanted in replies) / len(chosen)
            print(f"| {name} | {half} | {len(chosen)} | {f1:.3f} | {exact:.3f} |")
    print(f"\nwords lost by the product: {sum(map(words_lost, cases))}")
    for path in paths[1:]:
        articles_cut(path, strippers)
    if "-v" in arguments:
        for case in halves["developed on"]:
            given = by_product(case)
            if collapsed(given) != collapsed(case["reply"]):
                print(f"\n{case['id']}\n  given  {given[:300]!r}\n  wanted {case['reply'][:300]!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
