// Elements made in one line.

/** An element with properties (className, onclick, ...), attributes (aria-*, role, data-*) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === "style") for (const [key, item] of Object.entries(value)) element.style.setProperty(key, item);
    else if (name in element && !name.includes("-")) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Say something to a screen reader. */
export function announce(text) {
  byId("live").textContent = text;
}

/** A canvas' context, sized to its box on screens of any density, cleared; null while it has no size. */
export function freshContext(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width || !height) return null;
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const context = canvas.getContext("2d");
  context.scale(density, density);
  return context;
}

/** The value of a custom property of the style sheet. */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Black or white, whichever is easier to read on a colour such as "#0072b2" (relative luminance as in WCAG 2.2). */
export function inkOn(colour) {
  const parts = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255);
  const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#14171c" : "#ffffff";
}
