"""Where sentences end, by the product's splitter and by its peers, on sentences whose ends are known.

    python -m benchmarks.sentence_splitting --eval ../shared/eval

A peer that is not installed is left out, and said so; install them beside each other in an environment of their own:
blingfire, nupunkt, pysbd, sentencex, syntok. A boundary is the place where a sentence after the first begins.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.halves import held_out
from corpus.sentences import sentence_spans

WRITTEN = Path(__file__).parent.parent / "tests" / "samples" / "sentences.txt"
LANGUAGES = {
    "cyrillic": "ru",
    "spanish": "es",
}  # of the written kinds, for peers that ask; cjk and other by the letters
Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Case:
    """A text, where its sentences after the first begin, and the stretch within which all of them are known."""

    id: str
    text: str
    begins: frozenset[int]
    within: tuple[int, int]
    unsure: frozenset[int] = frozenset()  # places where no reader could tell: neither right nor wrong
    language: str = "en"


@dataclass(slots=True)
class Tally:
    right: int = 0
    predicted: int = 0
    gold: int = 0
    texts: int = 0
    whole: int = 0  # texts whose every character that is not white space lies in exactly one span, in order
    failed: int = 0  # texts on which the splitter raised an error
    exact: int = 0  # texts with every boundary right and none besides

    @property
    def precision(self) -> float:
        return self.right / self.predicted if self.predicted else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, required=True, help="folder of question sets")
    parser.add_argument("--failures", metavar="SPLITTER", help="show where it fails, in the developed halves only")
    parser.add_argument("--only", metavar="SPLITTER", help="leave out the others")
    args = parser.parse_args()
    splitters = {name: split for name, split in installed().items() if args.only in (None, name)}
    sets = {
        "multihop_rag": list(joined_sentences(args.eval / "multihop_rag" / "corpus.jsonl", "\n\n")),
        "timeline17": list(joined_sentences(args.eval / "timeline17" / "corpus.jsonl", "\n")),
        "trec_qa": list(joined_candidates(args.eval / "trec_qa")),
        "clapnq": list(gold_sentences(args.eval / "clapnq")),
    }
    print("| set | half | splitter | precision | recall | F1 | texts whole | errors | CPU ms per 10,000 characters |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, cases in sets.items():
        for half in ("developed", "held out"):
            chosen = [case for case in cases if held_out(case.id) == (half == "held out")]
            for splitter, split in splitters.items():
                tally, seconds = judged(split, chosen)
                characters = sum(len(case.text) for case in chosen)
                print(
                    f"| {name} | {half} | {splitter} | {tally.precision:.3f} | {tally.recall:.3f} | {tally.f1:.3f} "
                    f"| {tally.whole / tally.texts:.3f} | {tally.failed} | {seconds * 1e7 / characters:.2f} |"
                )
    kinds = written_cases()
    print(f"\n| splitter | {' | '.join(kinds)} | all exact |")
    print("|---|" + "---|" * (len(kinds) + 1))
    for splitter, split in splitters.items():
        tallies = [judged(split, cases)[0] for cases in kinds.values()]
        cells = [f"{tally.exact}/{tally.texts}" for tally in tallies]
        print(f"| {splitter} | {' | '.join(cells)} | {sum(t.exact for t in tallies)}/{sum(t.texts for t in tallies)} |")
    if args.failures:
        for case in [case for cases in kinds.values() for case in cases] + [
            case for cases in sets.values() for case in cases if not held_out(case.id)
        ]:
            show_failure(case, splitters[args.failures])


# The sets


def joined_sentences(corpus: Path, between: str) -> Iterator[Case]:
    """Documents that hold one sentence a line (the first line of timeline17 runs headline and sentence together)."""
    for document in _lines(corpus):
        sentences = [line.strip() for line in document["text"].split(between) if line.strip()]
        yield _joined(document["id"], sentences[1:] if between == "\n" else sentences)


def joined_candidates(folder: Path) -> Iterator[Case]:
    """Candidate sentences of one question, one after another."""
    texts = {document["id"]: document["text"] for document in _lines(folder / "corpus.jsonl")}
    for question in _lines(folder / "queries.jsonl"):
        yield _joined(question["id"], [texts[id] for id in question["candidate_doc_ids"]])


def gold_sentences(folder: Path) -> Iterator[Case]:
    """Passages with one sentence known: it begins and ends where its annotators said, and nothing breaks it."""
    texts = {document["id"]: document["text"] for document in _lines(folder / "corpus.jsonl")}
    for question in _lines(folder / "queries.jsonl"):
        for text in (texts[id] for id in question["gold_doc_ids"]):
            for sentence in question["gold_evidence"]:
                start = text.find(sentence.strip())
                if start < 0:
                    continue
                after = re.compile(r"\s*").match(text, start + len(sentence.strip()))
                end = after.end() if after else len(text)
                begins = {place for place in (start, end) if 0 < place < len(text)}
                yield Case(question["id"], text, frozenset(begins), (start, end))


def written_cases() -> dict[str, list[Case]]:
    """The cases of ``tests/samples/sentences.txt`` by kind."""
    kinds: dict[str, list[Case]] = {}
    for number, paragraph in enumerate(WRITTEN.read_text(encoding="utf-8").split("\n\n")[1:]):
        head, *sentences = paragraph.strip().split("\n")
        kind = head.removeprefix("## ")
        between = {"cjk": "", "list": "\n"}.get(kind, " ")
        sentences = [sentence.replace("␤", "\n") for sentence in sentences]
        case = _joined(f"{kind}-{number}", sentences, between, _language(kind, paragraph))
        kinds.setdefault(kind, []).append(case)
    return kinds


def _joined(id: str, sentences: Sequence[str], between: str = " ", language: str = "en") -> Case:
    text, begins, unsure = "", set[int](), set[int]()
    for sentence in sentences:
        if text and sentence.startswith("'' "):  # trec_qa: the end of the quotation before
            text, sentence = f"{text} ''", sentence[3:]
        if text:
            ends = re.search(r"[.!?…。！？।؟:][\"'”’»」)\]]*\s*$", text) is not None or between == "\n"
            text += between
            (begins if ends else unsure).add(len(text))
        text += sentence
    return Case(id, text, frozenset(begins), (0, len(text)), frozenset(unsure), language)


def _language(kind: str, text: str) -> str:
    if re.search(r"[぀-ヿ]", text):
        return "ja"
    if re.search(r"[\u4e00-\u9fff]", text):
        return "zh"
    if re.search(r"[\u0600-\u06ff]", text):
        return "ar"
    if re.search(r"[\u0900-\u097f]", text):
        return "hi"
    return LANGUAGES.get(kind, "en")


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


# The splitters


def installed() -> dict[str, Callable[[str, str], Spans]]:
    """The product's splitter first, then every peer that can be imported."""
    found: dict[str, Callable[[str, str], Spans]] = {"product": lambda text, language: sentence_spans(text)}
    for name, make in {
        "syntok": _syntok,
        "blingfire": _blingfire,
        "sentencex": _sentencex,
        "pysbd": _pysbd,
        "nupunkt": _nupunkt,
    }.items():
        try:
            found[name] = make()
        except ImportError as missing:
            print(f"{name} is left out: {missing}\n")
    return found


def _syntok() -> Callable[[str, str], Spans]:
    segmenter = importlib.import_module("syntok.segmenter")
    tokenizer = importlib.import_module("syntok.tokenizer").Tokenizer()

    def split(text: str, language: str) -> Spans:
        found = [one for one in segmenter.split(tokenizer.tokenize(text)) if one]
        return [(one[0].offset, one[-1].offset + len(one[-1].value)) for one in found]

    return split


def _blingfire() -> Callable[[str, str], Spans]:
    to_offsets = importlib.import_module("blingfire").text_to_sentences_and_offsets
    return lambda text, language: list(to_offsets(text)[1])


def _sentencex() -> Callable[[str, str], Spans]:
    boundaries = importlib.import_module("sentencex").get_sentence_boundaries

    def split(text: str, language: str) -> Spans:
        return [(one["start_index"], one["end_index"]) for one in boundaries(language, text)]

    return split


def _pysbd() -> Callable[[str, str], Spans]:
    make = importlib.import_module("pysbd").Segmenter
    segmenters = {language: make(language=language, char_span=True) for language in ("en", "ru", "es", "ja", "zh")}
    segmenters |= {language: make(language=language, char_span=True) for language in ("hi", "ar")}

    def split(text: str, language: str) -> Spans:
        return [(one.start, one.end) for one in segmenters[language].segment(text)]

    return split


def _nupunkt() -> Callable[[str, str], Spans]:
    spans = importlib.import_module("nupunkt").sent_spans
    spans("Load the model.")
    return lambda text, language: list(spans(text))


# The judgement


def judged(split: Callable[[str, str], Spans], cases: Sequence[Case]) -> tuple[Tally, float]:
    """What a splitter got right, and the CPU seconds it took."""
    tally, seconds = Tally(), 0.0
    for case in cases:
        begun = time.process_time()
        try:
            spans = split(case.text, case.language)
        except (AssertionError, ValueError, IndexError, KeyError):
            spans = []  # a peer that fails on a text; blingfire asserts on its own offsets
            tally.failed += 1
        seconds += time.process_time() - begun
        predicted = _begins(case, spans)
        tally.texts += 1
        tally.right += len(predicted & case.begins)
        tally.predicted += len(predicted)
        tally.gold += len(case.begins)
        tally.exact += predicted == case.begins
        tally.whole += _is_whole(case.text, spans)
    return tally, seconds


def _begins(case: Case, spans: Spans) -> frozenset[int]:
    """The predicted boundaries in the known stretch, each at the first character that is not white space."""
    found = set()
    for start, _ in spans:
        while start < len(case.text) and case.text[start].isspace():
            start += 1
        if case.within[0] <= start <= case.within[1] and 0 < start < len(case.text):
            found.add(start)
    return frozenset(found - case.unsure)


def _is_whole(text: str, spans: Spans) -> bool:
    position = 0
    for start, end in spans:
        if not position <= start <= end <= len(text) or text[position:start].strip():
            return False
        position = end
    return not text[position:].strip()


def show_failure(case: Case, split: Callable[[str, str], Spans]) -> None:
    predicted = _begins(case, split(case.text, case.language))
    for place in sorted(predicted ^ case.begins):
        kind = "broken" if place in predicted else "joined"
        print(f"{kind}: {case.id}: {case.text[max(0, place - 60) : place]!r} | {case.text[place : place + 40]!r}")


if __name__ == "__main__":
    main()
