"""ELAN's annotation format 3.0: https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from mmn_live.exports.content import SessionContent, lanes, person_name
from mmn_live.exports.files import relative_path, write_text
from mmn_live.types import Event, RecordedVideo

_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_MIME_TYPES = {".mp4": "video/mp4", ".mkv": "video/x-matroska"}
_LANGUAGE = {"LANG_ID": "und", "LANG_LABEL": "undetermined (und)", "LANG_DEF": "http://cdb.iso.org/lg/CDB-00130975-001"}
_ASSOCIATION = {"STEREOTYPE": "Symbolic_Association", "DESCRIPTION": "1-1 association with a parent annotation"}
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ElanWriter:
    """One .eaf: for every person the tiers action, body part and an empty one for correction; and the gaps.

    A body part hangs on its action, so it follows when the action is moved. The correction tier takes the names of the
    whole label set from a controlled vocabulary. The video is linked, its time 0 is the file's.
    """

    def __init__(self, content: SessionContent, folder: Path) -> None:
        self._content = content
        self.files = [folder / f"{content.name}.eaf"]
        self._slots: list[int] = []
        self._annotations = 0

    def write(self) -> None:
        """Write the file. Raises RecordingError where it cannot be written."""
        tiers = self._tiers()
        ElementTree.register_namespace("xsi", _XSI)
        root = Element("ANNOTATION_DOCUMENT", {"AUTHOR": "mmn-live", "FORMAT": "3.0", "VERSION": "3.0"})
        root.set("DATE", datetime.now(timezone.utc).isoformat(timespec="seconds"))
        root.set(f"{{{_XSI}}}noNamespaceSchemaLocation", _SCHEMA)
        root.append(self._header())
        root.append(self._time_order())
        root.extend(tiers)
        self._append_types(root)
        ElementTree.indent(root, " ")
        declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
        write_text(self.files[0], declaration + ElementTree.tostring(root, encoding="unicode") + "\n")

    def _header(self) -> Element:
        header = Element("HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
        if self._content.video is not None:
            header.append(_media(self._content.video, self.files[0].parent))
        SubElement(header, "PROPERTY", {"NAME": "lastUsedAnnotationId"}).text = str(self._annotations)
        return header

    def _time_order(self) -> Element:
        """Slots in the order of their times, as the format wants them."""
        order = Element("TIME_ORDER")
        for number, time_ms in sorted(enumerate(self._slots, 1), key=lambda slot: slot[1]):
            SubElement(order, "TIME_SLOT", {"TIME_SLOT_ID": f"ts{number}", "TIME_VALUE": str(time_ms)})
        return order

    def _tiers(self) -> list[Element]:
        content = self._content
        tiers: list[Element] = []
        for person_id in content.person_ids:
            name = f"{person_name(person_id)} " if len(content.person_ids) > 1 else ""
            tiers += self._action_tiers(name, person_id)
            tiers.append(_tier(f"{name}correction", "correction", person_id))
        gaps = [(*content.span_ms(gap.start_s, gap.end_s), gap.reason) for gap in content.gaps]
        for i, row in enumerate(lanes(gaps), 1):
            tier = _tier(_numbered("not observed", i), "not observed", None)
            tiers.append(tier)
            for start_ms, end_ms, reason in row:
                self._annotate(tier, start_ms, end_ms, reason)
        return tiers

    def _action_tiers(self, prefix: str, person_id: int) -> Iterable[Element]:
        events = self._content.events_of(person_id)
        spans = [(*self._span(event), str(i)) for i, event in enumerate(events)]
        for number, row in enumerate(lanes(spans), 1):
            action = _tier(_numbered(f"{prefix}action", number), "action", person_id)
            part = _tier(_numbered(f"{prefix}body part", number), "body part", person_id, action)
            for start_ms, end_ms, i in row:
                parent = self._annotate(action, start_ms, end_ms, events[int(i)].label)
                self._attach(part, parent, events[int(i)].body_part)
            yield from (action, part)

    def _span(self, event: Event) -> tuple[int, int]:
        return self._content.span_ms(event.onset_s, event.offset_s)

    def _annotate(self, tier: Element, start_ms: int, end_ms: int, text: str) -> str:
        slots = {"TIME_SLOT_REF1": f"ts{len(self._slots) + 1}", "TIME_SLOT_REF2": f"ts{len(self._slots) + 2}"}
        self._slots += [start_ms, end_ms]
        return self._add(tier, "ALIGNABLE_ANNOTATION", slots, text)

    def _attach(self, tier: Element, parent: str, text: str) -> None:
        self._add(tier, "REF_ANNOTATION", {"ANNOTATION_REF": parent}, text)

    def _add(self, tier: Element, kind: str, attributes: dict[str, str], text: str) -> str:
        self._annotations += 1
        number = f"a{self._annotations}"
        annotation = SubElement(SubElement(tier, "ANNOTATION"), kind, {"ANNOTATION_ID": number, **attributes})
        SubElement(annotation, "ANNOTATION_VALUE").text = _xml(text)
        return number

    def _append_types(self, root: Element) -> None:
        aligned = {"GRAPHIC_REFERENCES": "false", "TIME_ALIGNABLE": "true"}
        vocabulary = {"CONTROLLED_VOCABULARY_REF": self._content.vocabulary_name}
        for name, more in (
            ("action", vocabulary),
            ("correction", vocabulary),
            ("body part", {"CONSTRAINTS": _ASSOCIATION["STEREOTYPE"], "TIME_ALIGNABLE": "false"}),
            ("not observed", {}),
        ):
            SubElement(root, "LINGUISTIC_TYPE", {"LINGUISTIC_TYPE_ID": name, **aligned, **more})
        SubElement(root, "LANGUAGE", _LANGUAGE)
        SubElement(root, "CONSTRAINT", _ASSOCIATION)
        root.append(self._vocabulary())

    def _vocabulary(self) -> Element:
        content, language = self._content, {"LANG_REF": _LANGUAGE["LANG_ID"]}
        vocabulary = Element("CONTROLLED_VOCABULARY", {"CV_ID": content.vocabulary_name})
        SubElement(vocabulary, "DESCRIPTION", language).text = "labels of mmn-live"
        for i, label in enumerate(content.vocabulary):
            entry = SubElement(vocabulary, "CV_ENTRY_ML", {"CVE_ID": f"cveid{i}"})
            description = _xml(": ".join(part for part in (label.code, label.definition or label.body_part) if part))
            SubElement(entry, "CVE_VALUE", {"DESCRIPTION": description, **language}).text = _xml(label.name)
        return vocabulary


def _tier(name: str, kind: str, person_id: int | None, parent: Element | None = None) -> Element:
    attributes = {"LINGUISTIC_TYPE_REF": kind, "TIER_ID": name}
    if parent is not None:
        attributes["PARENT_REF"] = parent.attrib["TIER_ID"]
    if person_id is not None:
        attributes["PARTICIPANT"] = person_name(person_id)
    return Element("TIER", attributes)


def _media(video: RecordedVideo, folder: Path) -> Element:
    """The link to the video, absolute and relative to the .eaf: ELAN tries both."""
    attributes = {
        "MEDIA_URL": video.file.resolve().as_uri(),
        "MIME_TYPE": _MIME_TYPES.get(video.file.suffix.lower(), "video/*"),
        "RELATIVE_MEDIA_URL": f"./{quote(relative_path(video.file, folder))}",
    }
    return Element("MEDIA_DESCRIPTOR", attributes)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"


def _xml(text: str) -> str:
    """Without what no XML file can hold."""
    return _NOT_XML.sub("\ufffd", text)
