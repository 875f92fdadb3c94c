"""The packaged model computed by PyTorch, OpenVINO and ONNX Runtime, all in float32 and one thread, in one run.

Usage: python benchmarks/encoder_backends.py LONG SET [--passages 128] [--questions 100] [--rounds 3] [--only OpenVINO]
       (LONG: a folder with corpus.jsonl of whole articles, for the cost; SET: one with queries.jsonl too, for recall)
Needs: pip install openvino onnx   (onnx where ONNX Runtime is not left out)

PyTorch and OpenVINO as the product has them, inside sentence-transformers; "bare" is the model alone behind its
tokenizer. CPU is process time, rounds of all backends take turns, and the least of the rounds is shown: the machine is
shared. Quality is beside PyTorch: the least cosine of a text's two vectors, the share of the first ten neighbours that
are the same, and recall@1 of the vectors alone on the development half of the set.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from halves import held_out

from retrieval.models.embedding import Vectors
from retrieval.models.model_settings import Backend, ModelSettings
from retrieval.models.sentence_model import SentenceModel

WORDS, BATCHES, BULK = 120, (1, 8, 32), 32
INPUTS = ("input_ids", "attention_mask", "token_type_ids")

Run = Callable[[dict[str, Any]], Vectors]
Encode = Callable[[Sequence[str], int], Vectors]


class Whole(torch.nn.Module):
    """Token numbers to unit vectors: the transformer, the mean over its tokens, and the length made 1."""

    def __init__(self, transformer: torch.nn.Module) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        found = self.transformer(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        counted = attention_mask.unsqueeze(-1).to(found.dtype)
        return torch.nn.functional.normalize((found * counted).sum(1) / counted.sum(1), dim=1)


def onnx_run(whole: Whole, example: dict[str, Any]) -> Run:
    import onnxruntime

    exported = io.BytesIO()
    axes = {name: {0: "batch", 1: "tokens"} for name in INPUTS}
    torch.onnx.export(
        whole,
        tuple(example[name] for name in INPUTS),
        exported,
        input_names=list(INPUTS),
        output_names=["vectors"],
        dynamic_axes=axes | {"vectors": {0: "batch"}},
        opset_version=18,
        dynamo=False,
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(exported.getvalue(), options, providers=["CPUExecutionProvider"])
    return lambda features: session.run(None, {name: features[name] for name in INPUTS})[0]


def batched(tokenizer: Any, most_tokens: int, run: Run) -> Encode:
    """As sentence-transformers does it: the longest texts first, padded to the longest of their batch."""

    def encode(texts: Sequence[str], batch: int) -> Vectors:
        order = np.argsort([-len(text) for text in texts])
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        for first in range(0, len(order), batch):
            some = order[first : first + batch]
            features = tokenizer(
                [texts[number] for number in some],
                padding=True,
                truncation=True,
                max_length=most_tokens,
                return_tensors="np",
            )
            vectors[some] = run(features)
        return vectors

    return encode


def cpu_ms(encode: Encode, texts: Sequence[str], batch: int) -> float:
    """CPU of a text; with batch 0 each text is a call of its own, as a question is."""
    started = time.process_time()
    if batch:
        encode(texts, batch)
    else:
        for text in texts:
            encode([text], 1)
    return (time.process_time() - started) / len(texts) * 1000


def passages_of(folder: Path, count: int) -> list[str]:
    found: list[str] = []
    for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines():
        document = json.loads(line)
        words = document["text"].split()
        title = document.get("title") or ""
        found += [f"{title}\n{' '.join(words[start : start + WORDS])}" for start in range(0, len(words), WORDS)]
        if len(found) >= count:
            break
    return found[:count]


def recall_at_1(questions: Vectors, documents: Vectors, right: Sequence[set[int]]) -> float:
    first = (questions @ documents.T).argmax(axis=1)
    return float(np.mean([number in good for number, good in zip(first.tolist(), right, strict=True)]))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("long", type=Path)
    parser.add_argument("set", type=Path)
    parser.add_argument("--passages", type=int, default=128)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="backends beside PyTorch, with commas between; default: all")
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = SentenceModel()
    library = model._model
    tokenizer, most_tokens = library[0].tokenizer, int(model.most_tokens or 256)

    documents = [json.loads(line) for line in (options.set / "corpus.jsonl").read_text("utf-8").splitlines()]
    places = {document["id"]: number for number, document in enumerate(documents)}
    texts = [f"{document.get('title') or ''}\n{document['text']}" for document in documents]
    lines = (json.loads(line) for line in (options.set / "queries.jsonl").read_text("utf-8").splitlines())
    asked = [one for one in lines if one["answerable"] and not held_out(one["id"])]
    right = [{places[name] for name in [*one["gold_doc_ids"], *one.get("alt_doc_ids", [])]} for one in asked]
    questions = [one["question"] for one in asked]
    passages = passages_of(options.long, options.passages)

    whole = Whole(library[0].auto_model).eval()
    example = dict(tokenizer(passages[:2], padding=True, truncation=True, return_tensors="pt"))

    def openvino() -> Encode:
        exchanged = SentenceModel(ModelSettings(backend=Backend.OPENVINO))._model
        return lambda some, batch: _by_library(exchanged, some, batch)

    others: dict[str, Callable[[], Encode]] = {
        "PyTorch, bare": lambda: batched(tokenizer, most_tokens, lambda features: _by_torch(whole, features)),
        "OpenVINO": openvino,
        "ONNX Runtime, bare": lambda: batched(tokenizer, most_tokens, onnx_run(whole, example)),
    }
    backends: dict[str, Encode] = {"PyTorch": lambda some, batch: _by_library(library, some, batch)}
    backends |= {name: others[name]() for name in (options.only.split(",") if options.only else others)}

    costs: dict[str, list[list[float]]] = {name: [] for name in backends}
    for encode in backends.values():
        encode(passages[:4], 4)
    for _ in range(options.rounds):
        for name, encode in backends.items():
            by_batch = [cpu_ms(encode, passages, batch) for batch in BATCHES]
            costs[name].append([*by_batch, cpu_ms(encode, questions[: options.questions], 0)])

    print(f"{len(passages)} passages of {WORDS} words, {options.questions} questions one by one, CPU ms each")
    print(f"quality: {len(texts)} documents and {len(questions)} questions of {options.set.name}, development half\n")
    print("| backend | passage, " + " | ".join(f"batch {batch}" for batch in BATCHES) + " | question | "
          "least cosine | same first ten | recall@1 |")  # fmt: skip
    print("|---|" + "---|" * (len(BATCHES) + 4))
    vectors = {name: (encode(texts, BULK), encode(questions, BULK)) for name, encode in backends.items()}
    truth_documents, truth_questions = vectors["PyTorch"]
    best = _first_ten(truth_questions, truth_documents)
    for name, (of_documents, of_questions) in vectors.items():
        least = np.min(costs[name], axis=0)
        ours = np.concatenate([of_documents, of_questions]).astype(np.float64)
        theirs = np.concatenate([truth_documents, truth_questions]).astype(np.float64)
        cosine = (ours * theirs).sum(1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
        same = np.mean([len(a & b) / 10 for a, b in zip(_first_ten(of_questions, of_documents), best, strict=True)])
        print(
            f"| {name} | {' | '.join(f'{cost:.1f}' for cost in least)} | {cosine.min():.7f} | {same:.4f} "
            f"| {recall_at_1(of_questions, of_documents, right):.4f} |",
            flush=True,
        )
    return 0


def _by_library(library: Any, texts: Sequence[str], batch: int) -> Vectors:
    with torch.inference_mode():
        found = library.encode(list(texts), batch_size=batch, show_progress_bar=False, normalize_embeddings=True)
    return np.asarray(found, dtype=np.float32)


def _by_torch(whole: Whole, features: dict[str, Any]) -> Vectors:
    with torch.inference_mode():
        return whole(**{name: torch.from_numpy(features[name]) for name in INPUTS}).numpy()


def _first_ten(questions: Vectors, documents: Vectors) -> list[set[int]]:
    return [set(islice(row, 10)) for row in np.argsort(-(questions @ documents.T), axis=1).tolist()]


if __name__ == "__main__":
    sys.exit(main())
