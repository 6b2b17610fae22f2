// SPDX-License-Identifier: GPL-2.0-or-later
// Two kernels side by side: a list of what differs, and each difference in full.

import { cases, findVariant, kernelIndex, kernels, open,
	runOf } from "./data.js";
import { PARTS, changes, deciding, differences, firstDifference,
	summary } from "./difference.js";
import { choices, html } from "./dom.js";
import { List } from "./list.js";
import { drawLadder } from "./picture.js";
import { address, compareAddress, go } from "./route.js";
import { aboutRun, drawRoom, drawStory, drawVerdict, section } from "./variant.js";

let found = []; // variants, on kernels `between`
let between;
let wanted = ""; // only what differs in this part; "": in any
const entries = html("div", {
	class: "entries", role: "list", tabindex: 0, id: "entries",
});
const entry_list = new List(entries, drawEntry);

/** The two kernels of an address, or those that are the obvious ones. */
function pair(text) {
	const names = (text ?? "").split(",");
	const last = kernels.length - 1;
	const [a, b] = names.map(kernelIndex);
	return [a >= 0 ? a : Math.max(0, last - 1), b >= 0 ? b : last];
}

function drawChoice(a, b, variant, ...more) {
	const names = kernels.map(({ name }) => [name, name]);
	const to = (first, second) => {
		location.hash = compareAddress(first, second, variant);
	};
	const name_a = kernels[a].name, name_b = kernels[b].name;
	return html("div", { class: "pair" },
		choices("First kernel", names, name_a, (name) => to(name, name_b)),
		html("button", {
			type: "button", title: "Swap", click: () => to(name_b, name_a),
		}, "⇄"),
		choices("Second kernel", names, name_b, (name) => to(name_a, name)),
		...more);
}

/* ---- the list ----------------------------------------------------------- */

function findDifferent(a, b) {
	let n = 0;
	found = cases.flatMap((one) => one.variants).filter((variant) => {
		if (runOf(variant, a) === undefined || runOf(variant, b) === undefined)
			return false;
		n++;
		const parts = differences(variant, a, b);
		return wanted ? parts.includes(wanted) : parts.length > 0;
	});
	return n;
}

function drawEntry(i) {
	const variant = found[i];
	const [a, b] = between;
	const words = summary(variant, a, b);
	return html("a", {
		class: "entry", role: "listitem",
		href: compareAddress(kernels[a].name, kernels[b].name, variant),
		title: words,
	}, html("span", { class: "what" }, html("b", {}, variant.of.name),
		` ${variant.name}`),
	html("span", { class: "how" }, words));
}

function drawWanted(section_of, a, b) {
	const parts = PARTS.map((part) => [part, `in ${part}`]);
	return choices("In what", [["", "in anything"], ...parts], wanted, (part) => {
		wanted = part;
		drawList(section_of, a, b);
	});
}

function drawList(section_of, a, b) {
	const n = findDifferent(a, b);
	between = [a, b];
	section_of.replaceChildren(html("h2", {}, "What is different"),
		drawChoice(a, b, undefined, drawWanted(section_of, a, b)),
		html("p", { id: "found", role: "status" },
			a === b ? "Choose two kernels."
				: `${found.length} of ${n} variants that ran on both ` +
					"behave differently."),
		entries);
	entry_list.set(found.length);
}

/* ---- one variant -------------------------------------------------------- */

function drawChanges(variant, a, b) {
	const times = [a, b].map((kernel) =>
		open(runOf(variant, kernel)).duration_ms);
	const rows = ["observations", "counters", "claims"].flatMap((part) =>
		changes(variant, a, b, part).map(([name, was, is]) => html("tr", {},
			html("th", { scope: "row" },
				part === "claims" ? `claim ${name}` : name),
			html("td", {}, was ?? "–"), html("td", {}, is ?? "–"))));
	if (times[0] !== times[1])
		rows.push(html("tr", {}, html("th", { scope: "row" }, "duration"),
			times.map((ms) =>
				html("td", {}, ms === undefined ? "–" : `${ms} ms`))));
	if (!rows.length)
		return html("p", { class: "none" },
			"Observations, counters and claims are the same.");
	return html("table", { class: "values changes" }, html("thead", {},
		html("tr", {}, html("th", {}, "≠"), html("th", {}, kernels[a].name),
			html("th", {}, kernels[b].name))), html("tbody", {}, rows));
}

function drawFacts(variant, a, b) {
	return deciding(variant, a, b).map(([fact, means, was, is]) =>
		html("p", { class: "fact" }, html("b", {}, fact),
			` ${was ?? "was not asked"} → ${is ?? "was not asked"}`,
			means ? `: ${means}` : ""));
}

function sayWhere(of_a, of_b, marks) {
	if (marks)
		return `Segment ${marks[1] + 1} is the first that differs. `;
	return of_a.trace && of_b.trace ? "The traces are the same. "
		: "There are no two traces to compare. ";
}

function drawSide(kernel, run) {
	const ladder = html("div", { class: "ladder" });
	return [html("article", {}, html("h3", {}, kernels[kernel].name),
		drawVerdict(run, aboutRun(kernel, run)), ladder), ladder];
}

function drawVariant(section_of, variant, a, b) {
	const of_a = open(runOf(variant, a)), of_b = open(runOf(variant, b));
	const marks = firstDifference(variant, a, b);
	const [side_a, ladder_a] = drawSide(a, of_a);
	const [side_b, ladder_b] = drawSide(b, of_b);
	section_of.replaceChildren(
		html("h2", {}, variant.of.name, html("small", {}, variant.name)),
		drawChoice(a, b, variant),
		html("p", { class: "same" }, sayWhere(of_a, of_b, marks),
		html("a", {
			href: address({
				compare: `${kernels[a].name},${kernels[b].name}`,
			}),
		}, "All differences")),
		...drawFacts(variant, a, b),
		html("div", { class: "sides" }, side_a, side_b),
		section("What else differs", drawChanges(variant, a, b)),
		section("Story", drawStory(variant.of)));
	ladder_a.append(drawLadder(of_a, drawRoom(ladder_a), marks?.[0]));
	ladder_b.append(drawLadder(of_b, drawRoom(ladder_b), marks?.[1]));
}

/* ---- the view ----------------------------------------------------------- */

export function showCompare(section_of, route) {
	const [a, b] = pair(route.compare);
	const variant = route.case === undefined ? undefined
		: findVariant(route.case, route.variant ?? "");
	if (!variant) {
		drawList(section_of, a, b);
		return;
	}
	if ([a, b].some((kernel) => runOf(variant, kernel) === undefined)) {
		section_of.replaceChildren(html("h2", {}, variant.of.name,
			html("small", {}, variant.name)), drawChoice(a, b, variant),
		html("p", { class: "none" }, "It did not run on both kernels."));
		return;
	}
	drawVariant(section_of, variant, a, b);
}

/** Esc: from a variant to the list; false if there is none above. */
export function leaveCompare(route) {
	if (route.case === undefined)
		return false;
	go({ compare: route.compare });
	return true;
}

/** The arrow keys go from entry to entry. */
export function moveInCompare(by) {
	const drawn = [...entries.querySelectorAll(".entry")];
	const at = drawn.indexOf(document.activeElement);
	drawn[Math.max(0, Math.min(drawn.length - 1, at + by))]?.focus();
}
