"""OpenVINO in place of PyTorch for the transformer of a model: the same vectors, for less CPU on Intel processors.

An extra that an operator installs: pip install "briefing-bot[openvino]". Everything else (tokens, prompts, pooling,
further layers) stays with sentence-transformers. Only float32 is offered: int8 gives a text another vector in another
batch, and stored vectors must not depend on what they were made together with.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from retrieval.errors import ModelUnusable
from retrieval.models.embedding import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LEAST_COSINE = 0.9999
# Short and long, several alphabets, one that is cut at the model's longest: together in a batch, and one by one.
CHECKED = (
    "Who was arrested?",
    "The harbour master said that the ferry “Marta” sails again on 4 March, after 11 weeks in dock.",
    "Кто арестован? 逮捕されたのは誰ですか。 ¿Quién fue detenido? 1-boc-4-AP, $1.2bn",
    "",
    "Prices rose again in July. " * 120,
)


def use_openvino(model: SentenceTransformer, *, needed: float = LEAST_COSINE) -> None:
    """Exchange what computes a model's transformer, if that changes no vector.

    Raises `ModelUnusable` where OpenVINO is missing, cannot take this model, or gives vectors whose cosine to those of
    PyTorch is below `needed`; the model is then as it was.
    """
    expected = _vectors(model)
    first: Any = model[0]
    torch_model = getattr(first, "model", None)
    openvino = _import_openvino()
    try:
        first.model = _OpenVinoTransformer(openvino, torch_model, model.preprocess(list(CHECKED[:2])))
        least = least_cosine(expected, _vectors(model))
    except Exception as error:  # whatever a model that cannot be traced provokes inside three libraries
        first.model = torch_model
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise ModelUnusable(f"OpenVINO cannot take this model ({reason}): set BRIEFING_BACKEND=torch") from error
    if not least >= needed:
        first.model = torch_model
        raise ModelUnusable(
            f"OpenVINO gives other vectors than PyTorch for this model (cosine {least:.5f}, at least {needed} is "
            "needed): set BRIEFING_BACKEND=torch"
        )


def _import_openvino() -> Any:
    # It would report its use to its makers over the network, and make a number for this machine, as soon as it is
    # imported; without its reporter, which is a package of its own, it does not.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        return importlib.import_module("openvino")
    except ImportError as error:
        raise ModelUnusable(
            'BRIEFING_BACKEND is openvino, which is not installed: pip install "briefing-bot[openvino]"'
        ) from error


def least_cosine(some: Vectors, other: Vectors) -> float:
    """The least cosine between rows of the same number; nan where a vector has no length."""
    lengths = np.linalg.norm(some, axis=1) * np.linalg.norm(other, axis=1)
    with np.errstate(invalid="ignore"):
        return float(np.min(np.sum(some.astype(np.float64) * other, axis=1) / lengths))


def _vectors(model: SentenceTransformer) -> Vectors:
    with torch.inference_mode():
        together = model.encode(list(CHECKED), show_progress_bar=False)
        alone = [model.encode([text], show_progress_bar=False)[0] for text in CHECKED]
    return np.concatenate([together, alone])


class _OpenVinoTransformer(torch.nn.Module):
    """Stands where sentence-transformers has the transformer: token numbers to token vectors."""

    def __init__(self, openvino: Any, model: Any, features: dict[str, Any]) -> None:
        super().__init__()
        self.config = model.config
        example = {name: value for name, value in features.items() if isinstance(value, torch.Tensor)}
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # traces are deprecated in PyTorch, and what OpenVINO reads
            traced = torch.jit.trace(  # type: ignore[no-untyped-call]
                _TokenVectors(model, tuple(example)).eval(), tuple(example.values()), strict=False
            )
        # As openvino.convert_model does it, which reports each conversion.
        frontend = openvino.frontend.FrontEndManager().load_by_framework("pytorch")
        decoders = importlib.import_module("openvino.frontend.pytorch.ts_decoder")
        decoder = decoders.TorchScriptPythonDecoder(traced)  # has to live until the end of the conversion
        converted = frontend.convert(frontend.load(decoder))
        options = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
        self._request = openvino.Core().compile_model(converted, "CPU", options).create_infer_request()
        self._names = tuple(example)

    def forward(self, **features: Any) -> dict[str, torch.Tensor]:
        found = self._request.infer([features[name].numpy() for name in self._names])
        return {"last_hidden_state": torch.from_numpy(np.array(found[0]))}


class _TokenVectors(torch.nn.Module):
    """A transformer with inputs by place and one output, the last layer: what can be traced."""

    def __init__(self, model: Any, names: tuple[str, ...]) -> None:
        super().__init__()
        self.model = model
        self._names = names

    def forward(self, *values: torch.Tensor) -> Any:
        return self.model(**dict(zip(self._names, values, strict=True))).last_hidden_state
