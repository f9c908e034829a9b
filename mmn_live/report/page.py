"""Puts the page together: one HTML file with its style, its script and its data inside, that asks for nothing else."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib import resources

from mmn_live.report.content import Content, data

MODULES = (
    *("spans.js", "rates.js", "format.js", "dom.js", "corrections.js", "export.js", "player.js"),
    *("probabilities.js", "pointer.js", "timeline.js", "picker.js", "tables.js", "review.js", "help.js", "main.js"),
)
"""The page's modules, each after those that it imports."""

_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|function|class)\b)", re.MULTILINE)


def render(content: Content) -> str:
    """The report as the text of an HTML file.

    Its policy lets nothing be fetched from any network, and nothing run or styled that is not in it: scripts and styles
    are let in by their hash, videos from disk, from the page itself or from nowhere.
    """
    style, script = _read("style.css"), bundle()
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",
            "media-src file: data: blob:",
            "connect-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    parts = {
        "policy": html.escape(policy, quote=True).replace("&#x27;", "'"),
        "title": html.escape(content.title),
        "style": style,
        "data": escaped(json.dumps(data(content), ensure_ascii=False, separators=(",", ":"), allow_nan=False)),
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _read("index.html"))


def bundle() -> str:
    """All modules as one script in a scope of its own: what they import from each other is there by its name."""
    texts = [_EXPORT.sub("", _IMPORT.sub("", _read(name))) for name in MODULES]
    return '"use strict";\n(() => {\n' + "\n".join(texts) + "})();\n"


def escaped(text: str) -> str:
    """JSON in which nothing can end, or begin, an element of the page."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return (resources.files("mmn_live.report") / "page" / name).read_text(encoding="utf-8")
