"""Models with the architectures of the real ones, few and random weights, and characters as words."""

import string
from pathlib import Path
from typing import Any

import spacy
import torch
from gliner import GLiNER, GLiNERConfig
from spacy.language import Language
from spacy.training import Example
from thinc.api import fix_random_seed
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from tests.support.spacy_pipelines import TEXTS, recogniser

WIDTH = 16
SPECIAL = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
CHARACTERS = [*string.ascii_letters, ".", ","]
#: Several, so that what a random model makes of a text depends on the text.
LABELS = ("PERSON", "ORG", "GPE", "EVENT")
#: The listeners of spacy-curated-transformers for a recogniser, with their own settings and whether they read
#: all layers.
LISTENERS: dict[str, tuple[dict[str, Any], bool]] = {
    "LastTransformerLayerListener.v1": ({}, False),
    "ScalarWeightingListener.v1": (
        {"weighting": {"@architectures": "spacy-curated-transformers.ScalarWeight.v1", "num_layers": 1}},
        True,
    ),
}


def curated(folder: Path, listener: str, upstream: str = "*", name: str = "transformer") -> Path:
    """As en_core_web_trf: a curated transformer that `ner` listens to, and components for other things."""
    more, all_layers = LISTENERS[listener]
    nlp = _blank()
    transformer = nlp.add_pipe("curated_transformer", name, config=_curated(all_layers))
    encoder = next(node for node in transformer.model.walk() if node.name == "char_encoder")  # type: ignore[attr-defined]  # spaCy has no types
    encoder.attrs["vocab"] = {piece: i for i, piece in enumerate([*SPECIAL, *CHARACTERS])}
    return _saved(
        nlp, folder, _listener(f"spacy-curated-transformers.{listener}", upstream, width=WIDTH, **more)
    )


def spacy_transformer(folder: Path, encoder: Path) -> Path:
    """As pipelines trained with spacy-transformers, on a BERT of the folder `encoder`."""
    bert(encoder)
    nlp = _blank()
    model = {
        "@architectures": "spacy-transformers.TransformerModel.v3",
        "name": str(encoder),
        "get_spans": {"@span_getters": "spacy-transformers.strided_spans.v1", "window": 32, "stride": 24},
    }
    nlp.add_pipe("transformer", config={"model": model})
    return _saved(nlp, folder, _listener("spacy-transformers.TransformerListener.v1", "*", grad_factor=1.0))


def gliner(folder: Path, encoder: Path, max_len: int) -> Path:
    """With weights so large that it is sure of what it finds."""
    torch.manual_seed(0)
    config = GLiNERConfig(
        model_name=str(encoder),
        encoder_config=bert(encoder).to_dict(),
        hidden_size=WIDTH,
        max_width=3,
        max_len=max_len,
        dropout=0.0,
        num_rnn_layers=1,
    )
    model = GLiNER.from_config(config, backbone_from_pretrained=False)
    with torch.no_grad():
        for weights in model.model.prompt_rep_layer.parameters():
            weights.mul_(5)
    model.save_pretrained(folder)
    return folder


def bert(folder: Path) -> BertConfig:
    """A BERT in a folder, with its tokenizer."""
    torch.manual_seed(0)
    pieces = [*SPECIAL, *CHARACTERS, *(f"##{each}" for each in CHARACTERS)]
    numbered = {piece: i for i, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(numbered, unk_token=SPECIAL[3]))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    names = ("pad", "cls", "sep", "unk", "mask")
    special = {f"{name}_token": piece for name, piece in zip(names, SPECIAL, strict=True)}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=256, **special).save_pretrained(
        folder
    )
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=256,
        initializer_range=1.0,
    )
    BertModel(config).save_pretrained(folder)
    return config


def _blank() -> Language:
    torch.manual_seed(0)
    fix_random_seed(0)
    return spacy.blank("en", meta={"name": "tiny_trf", "version": "0.1.0"})


def _curated(all_layers: bool) -> dict[str, Any]:
    model = {
        "@architectures": "spacy-curated-transformers.BertTransformer.v1",
        "vocab_size": len(SPECIAL) + len(CHARACTERS),
        "hidden_width": WIDTH,
        "intermediate_width": 2 * WIDTH,
        "num_attention_heads": 2,
        "num_hidden_layers": 1,
        "piece_encoder": {"@architectures": "spacy-curated-transformers.CharEncoder.v1"},
        "with_spans": {
            "@architectures": "spacy-curated-transformers.WithStridedSpans.v1",
            "stride": 24,
            "window": 32,
        },
    }
    return {"model": model, "all_layer_outputs": all_layers}


def _listener(architecture: str, upstream: str, **more: Any) -> dict[str, Any]:
    return {
        "@architectures": architecture,
        "upstream": upstream,
        "pooling": {"@layers": "reduce_mean.v1"},
        **more,
    }


def _saved(nlp: Language, folder: Path, listener: dict[str, Any]) -> Path:
    """With a `ner` of random weights, which listens, and a `senter` and `tagger` that it does not need."""
    nlp.add_pipe("senter")
    nlp.add_pipe("ner", config=recogniser(listener))
    spans = [(0, 4, label) for label in LABELS]
    sentences = [True, *[False] * (len(nlp.make_doc(TEXTS[0])) - 1)]
    examples = [
        Example.from_dict(nlp.make_doc(TEXTS[0]), {"entities": [span], "sent_starts": sentences})
        for span in spans
    ]
    nlp.initialize(lambda: examples)
    nlp.to_disk(folder)
    return folder
