// The corrections as files: a CSV with one row an event, and an .eaf for ELAN.
import { isPart, sourceOf } from "./corrections.js";

const COLUMNS = [
  "person_id", "onset_s", "offset_s", "label", "code", "body_part", "source", "label_id",
  "original_onset_s", "original_offset_s", "original_label", "confidence", "session",
];

/** One row an event, deleted ones too; times with all the digits that the session has. */
export function csvOf(items, session) {
  const rows = items.map((item) => [
    item.person, item.onset.toFixed(6), item.offset.toFixed(6), item.label, item.code, item.part, sourceOf(item), item.labelId,
    item.original?.onset.toFixed(6), item.original?.offset.toFixed(6), item.original?.label, item.confidence, session,
  ]);
  return [COLUMNS, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

function cell(value) {
  const text = String(value ?? "");
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * An ELAN document: a tier a person with the actions, one with their body parts, one with what became of each, and one
 * with what was deleted. Annotations of a tier may not overlap in ELAN, so what overlaps stands in a further tier. The video
 * is linked where every annotation lies in it; times are then the video's, otherwise the session's.
 */
export function eafOf(items, labels, video, author = "mmn-live review") {
  const inVideo = video && !video.url.startsWith("data:") && items.every((item) => item.onset >= video.start_s);
  const shift = inVideo ? video.start_s : 0;
  const parts = [...new Set(items.filter(isPart).map((item) => item.label))];
  const named = parts.map((name, i) => ({ code: `part_${i + 1}`, name, text: "a movement of this part of the body that was not told more exactly" }));
  const document = new EafDocument([...labels, ...named], shift);
  for (const person of [...new Set(items.map((item) => item.person))].sort((a, b) => a - b)) {
    const mine = items.filter((item) => item.person === person);
    const kept = mine.filter((item) => !item.deleted);
    document.tier(`action person ${person}`, "action", person, kept, (item) => item.label);
    document.tier(`body part person ${person}`, "text", person, kept, (item) => item.part);
    document.tier(`review person ${person}`, "text", person, kept, sourceOf);
    document.tier(`deleted person ${person}`, "action", person, mine.filter((item) => item.deleted), (item) => item.label);
  }
  return document.text(author, inVideo ? video.url : null);
}

class EafDocument {
  constructor(labels, shift) {
    this.labels = labels;
    this.shift = shift;
    this.slots = [];
    this.tiers = [];
    this.annotations = 0;
  }

  tier(name, type, person, items, valueOf) {
    layered(items).forEach((layer, i) => {
      const annotations = layer.map((item) => this.annotation(item, valueOf(item))).join("");
      const id = xml(i ? `${name} (${i + 1})` : name);
      this.tiers.push(`<TIER LINGUISTIC_TYPE_REF="${type}" PARTICIPANT="person ${person}" TIER_ID="${id}">${annotations}</TIER>\n`);
    });
  }

  annotation(item, value) {
    const [from, to] = [this.slot(item.onset), this.slot(item.offset)];
    this.annotations += 1;
    return `<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a${this.annotations}" TIME_SLOT_REF1="${from}" TIME_SLOT_REF2="${to}">` +
      `<ANNOTATION_VALUE>${xml(value)}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>\n`;
  }

  slot(time) {
    this.slots.push(Math.round(1000 * (time - this.shift)));
    return `ts${this.slots.length}`;
  }

  text(author, url) {
    const media = url ? mediaDescriptor(url) : "";
    const inOrder = this.slots.map((time, i) => ({ time, id: `ts${i + 1}` })).sort((a, b) => a.time - b.time);
    const slots = inOrder.map(({ time, id }) => `<TIME_SLOT TIME_SLOT_ID="${id}" TIME_VALUE="${time}"/>`).join("\n");
    const entries = this.labels.map(
      ({ code, name, text }) => `<CV_ENTRY_ML CVE_ID="cve_${xml(code)}"><CVE_VALUE DESCRIPTION="${xml(text)}" LANG_REF="eng">${xml(name)}</CVE_VALUE></CV_ENTRY_ML>`,
    ).join("\n");
    return `<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="${xml(author)}" DATE="${new Date().toISOString().slice(0, 19)}+00:00" FORMAT="3.0" VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">${media}<PROPERTY NAME="lastUsedAnnotationId">${this.annotations}</PROPERTY></HEADER>
<TIME_ORDER>
${slots}
</TIME_ORDER>
${this.tiers.join("")}<LINGUISTIC_TYPE CONTROLLED_VOCABULARY_REF="labels" GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="action" TIME_ALIGNABLE="true"/>
<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="text" TIME_ALIGNABLE="true"/>
<LANGUAGE LANG_DEF="http://cdb.iso.org/lg/CDB-00138502-001" LANG_ID="eng" LANG_LABEL="English (eng)"/>
<CONTROLLED_VOCABULARY CV_ID="labels"><DESCRIPTION LANG_REF="eng">micro-actions</DESCRIPTION>
${entries}
</CONTROLLED_VOCABULARY>
</ANNOTATION_DOCUMENT>
`;
  }
}

function mediaDescriptor(url) {
  const relative = /^[a-z]+:/i.test(url) ? "" : ` RELATIVE_MEDIA_URL="./${xml(url)}"`;
  const type = url.endsWith(".mkv") ? "video/x-matroska" : "video/mp4";
  return `<MEDIA_DESCRIPTOR MEDIA_URL="${xml(new URL(url, location.href).href)}"${relative} MIME_TYPE="${type}"/>`;
}

/** The items spread over as few layers as it takes for none to overlap in its layer; at least one layer. */
function layered(items) {
  const layers = [[]];
  for (const item of [...items].sort((a, b) => a.onset - b.onset)) {
    const free = layers.find((layer) => !layer.length || layer[layer.length - 1].offset <= item.onset);
    if (free) free.push(item);
    else layers.push([item]);
  }
  return layers;
}

function xml(text) {
  const named = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(text).replace(/[&<>"]/g, (character) => named[character]);
}

/** Hand a text to the browser as a file to save. */
export function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
