"""Language of texts by corpus.language beside lingua and py3langid alone, on pages that say which language they are in.

Usage: python benchmarks/language.py FOLDER...   (folders with .html or .html.gz, at any depth, with `<html lang>`)
       python benchmarks/language.py --cost NAME (memory and time of one of them, in a process of its own)

Texts are the pages' own paragraphs: 5 words (of a language without spaces, 2.5 letters for a word), 20, 200. Pages are
halved by the sha256 of their text. Some pages say wrongly what they are written in: a page is left out when lingua
and py3langid, given all of its text, agree on one language and the page says another. The thresholds of
corpus/language.py were chosen on the first half.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from halves import held_out

from corpus.charsets import charset_of_page, decoded
from corpus.language import language_of
from corpus.markup import typed_markup

_LANG = re.compile(r"<html[^>]{0,2000}?\slang\s*=\s*[\"']?([A-Za-z]{2,3})[\"'_\s>-]", re.IGNORECASE)
_NO_SPACES = frozenset({"ja", "zh", "th", "lo", "km", "my", "bo"})
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "yue": "zh", "cmn": "zh", "tl": "fil"}
_LENGTHS = (5, 20, 200)
_MOST_PAGES = 60  # of one language, so that no language is the whole
_PLAIN = "The council of the island said on Sunday that the ferry would run at night again. " * 15

Answer = Callable[[str], str | None]


def lingua_answer(*, high: bool = False) -> Answer:
    from lingua import LanguageDetectorBuilder

    builder = LanguageDetectorBuilder.from_all_languages().with_minimum_relative_distance(0.1)
    detector = (builder if high else builder.with_low_accuracy_mode()).build()

    def answer(text: str) -> str | None:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else None

    return answer


def langid_answer() -> Answer:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=0.5)

    def answer(text: str) -> str | None:
        tag = model.classify(text)[0]
        return None if tag == "und" else str(tag)

    return answer


def product_answer() -> Answer:
    def answer(text: str) -> str | None:
        found = language_of(text)
        return found.tag if found else None

    return answer


PEERS: dict[str, Callable[[], Answer]] = {
    "corpus.language": product_answer,
    "py3langid at .5": langid_answer,
    "lingua, low accuracy": lingua_answer,
}
COSTS = PEERS | {"lingua, high accuracy": lambda: lingua_answer(high=True)}


def same(tag: str | None) -> str | None:
    return _SAME.get(tag, tag) if tag else None


def languages_of_both() -> set[str | None]:
    from lingua import Language
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    one = {same(language.iso_code_639_1.name.lower()) for language in Language.all()}
    return one & {same(tag) for tag in LanguageIdentifier.from_model_file(MODEL_FILE).labels}


def pages(folders: list[Path]) -> Iterator[tuple[str, str]]:
    """The declared language and the text of every page with enough of it, in a language that both libraries know."""
    comparable = languages_of_both()
    for folder in folders:
        for path in sorted(folder.rglob("*.html*")):
            raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            markup, _ = decoded(raw, charset_of_page(raw))
            said = _LANG.search(markup[:20_000])
            if said is None or same(said.group(1).lower()) not in comparable:
                continue
            blocks = dict.fromkeys(block.text for block in typed_markup(markup)[0])
            text = "\n".join(line for line in blocks if len(line) >= 60)
            if len(text) >= 600:
                yield said.group(1).lower(), text


def cut(text: str, tag: str, count: int) -> str:
    """So many words from the middle of the text."""
    if tag in _NO_SPACES:
        letters = "".join(text.split())
        start = max(len(letters) // 2 - count, 0)
        return letters[start : start + count * 5 // 2]
    words = text.split()
    start = max(len(words) // 2 - count // 2, 0)
    return " ".join(words[start : start + count])


def resident() -> int:
    """MB of memory held by this process, as Linux tells it."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(found.group(1)) // 1024 if found else 0


def cost(name: str) -> None:
    import_started = time.perf_counter()
    before = resident()
    answer = COSTS[name]()
    answer("Der Rat der Insel sagte am Sonntag, dass die Fähre wieder in der Nacht fahren soll.")
    loaded = time.perf_counter() - import_started
    started = time.perf_counter()
    for _ in range(50):
        answer(_PLAIN)
    each = (time.perf_counter() - started) / 50
    memory = resident() - before
    print(f"| {name} | {loaded:.2f} | {memory} | {each * 1000:.2f} |")


def main() -> None:
    if sys.argv[1] == "--cost":
        cost(sys.argv[2])
        return
    found = list(pages([Path(name) for name in sys.argv[1:]]))
    peers = {name: make() for name, make in PEERS.items()}
    kept: list[tuple[str, str]] = []
    left_out: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for tag, text in found:
        one, other = same(peers["py3langid at .5"](text[:4000])), same(peers["lingua, low accuracy"](text[:4000]))
        if one is not None and one == other and one != same(tag):
            left_out[tag] += 1
        elif taken[tag] < _MOST_PAGES:
            taken[tag] += 1
            kept.append((tag, text))
    print(f"{len(found)} pages, {sum(left_out.values())} left out ({dict(left_out)})")
    print(f"{len(kept)} pages in {len(taken)} languages: {dict(taken.most_common())}\n")
    print("| half | words | " + " | ".join(f"{name}: right / none / wrong" for name in peers) + " |")
    print("|---|---|" + "---|" * len(peers))
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    for half in (False, True):
        for count in _LENGTHS:
            row = []
            for name, answer in peers.items():
                shares: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
                for tag, text in kept:
                    if held_out(text) is not half:
                        continue
                    said = same(answer(cut(text, tag, count)))
                    shares[tag].append((said == same(tag), said is None))
                    if said not in (None, same(tag)):
                        wrong[name][f"{tag}>{said}"] += 1
                # The mean over languages: German and English would drown the others.
                right = sum(sum(r for r, _ in of) / len(of) for of in shares.values()) / len(shares)
                none = sum(sum(n for _, n in of) / len(of) for of in shares.values()) / len(shares)
                row.append(f"{right:.3f} / {none:.3f} / {abs(1 - right - none):.3f}")
            print(f"| {('developed on', 'held out')[half]} | {count} | " + " | ".join(row) + " |", flush=True)
    for name, counter in wrong.items():
        print(f"\n{name}, wrong most often: {dict(counter.most_common(12))}")
    print("\n| | s until the first answer | MB | ms for 1,200 characters |\n|---|---|---|---|", flush=True)
    for name in COSTS:
        subprocess.run([sys.executable, __file__, "--cost", name], check=True)


if __name__ == "__main__":
    main()
