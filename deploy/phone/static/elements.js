// Making elements. Text is always set as text, never as markup, so nothing that was typed can become a script.

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** `make("p", { class: "dim" }, "text", other)`; attributes named `onclick` and the like are listeners. */
export const make = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
export const draw = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

let count = 0;
/** A label above a control. */
export function field(words, control) {
  control.id ||= `field-${(count += 1)}`;
  return make("div", { class: "field" }, make("label", { for: control.id }, words), control);
}

/** A select of [code, words] pairs; with `none`, nothing is chosen at first. */
export function choice(name, pairs, none) {
  const first = none == null ? [] : [make("option", { value: "" }, none)];
  return make("select", { name }, first, pairs.map(([code, words]) => make("option", { value: code }, words)));
}

/** Buttons of which one (radio) or any (checkbox) is pressed: a real fieldset, so keyboards and readers know it. */
export function buttons(type, name, legend, pairs, attributes = {}) {
  const parts = pairs.map(([code, words]) => {
    const id = `${name}-${code}-${(count += 1)}`;
    const required = type === "radio" && attributes.required;
    return make("span", {}, make("input", { type, name, id, value: code, required }), make("label", { for: id }, words));
  });
  const group = make("div", { class: attributes.class ?? "chips" }, parts);
  return make("fieldset", {}, make("legend", {}, legend), group, attributes.below ?? null);
}

/** Whole numbers from `least` to `most` as pairs. */
export const numbers = (least, most) =>
  Array.from({ length: most - least + 1 }, (_, at) => [String(least + at), String(least + at).replace("-", "−")]);

export const card = (title, ...children) => make("section", { class: "card" }, make("h2", {}, title), children);

/** A form that hands over its values and is empty again afterwards. */
export function form(title, done, ...children) {
  const whole = make("form", { class: "card" }, make("h2", {}, title), children);
  whole.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await done(new FormData(whole)) !== false) whole.reset();
  });
  return whole;
}

export const submit = (words) => make("button", { class: "button strong" }, words);
