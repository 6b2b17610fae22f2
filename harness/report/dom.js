// SPDX-License-Identifier: GPL-2.0-or-later
// Elements.  What comes from data becomes text or an attribute's value here,
// and nowhere does it become markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
	for (const [name, value] of Object.entries(attributes)) {
		if (typeof value === "function")
			node.addEventListener(name, value);
		else if (name.startsWith("aria-") && value !== undefined)
			node.setAttribute(name, String(value));
		else if (value !== undefined && value !== false)
			node.setAttribute(name, value === true ? "" : value);
	}
	node.append(...children.flat().filter((child) => child !== undefined));
	return node;
}

/** A new element: attributes, and functions as listeners by event. */
export function html(tag, attributes = {}, ...children) {
	return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
	return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function byId(id) {
	return document.getElementById(id);
}

/** A list of choices: [value, words]. */
export function choices(label, list, chosen, change) {
	const options = list.map(([value, words]) =>
		html("option", { value, selected: value === chosen }, words));
	return html("select", {
		"aria-label": label,
		title: label,
		change: (event) => change(event.target.value),
	}, options);
}
