// SPDX-License-Identifier: GPL-2.0-or-later
// All there is about a variant on a kernel.

import { findVariant, kernelIndex, kernels, open, runOf,
	topologies } from "./data.js";
import { equals, values } from "./difference.js";
import { html } from "./dom.js";
import { drawLadder } from "./picture.js";
import { drawPlots } from "./plot.js";
import { compareAddress, go, variantAddress } from "./route.js";
import { badge, claimText, verdictOf } from "./verdict.js";

/** The story of a case, a paragraph each. */
export function drawStory(one) {
	const paragraphs = (one.story || one.title || "").split(/\n\s*\n/)
		.filter((text) => text.trim());
	return html("div", { class: "story" },
		paragraphs.map((text) => html("p", {}, text)));
}

/** As an image, a document can run nothing and link to nothing. */
export function drawTopology(one) {
	const drawing = topologies[one.topology];
	if (!drawing)
		return html("p", { class: "none" }, `topology ${one.topology}`);
	return html("figure", { class: "topology" }, html("img", {
		alt: `Topology ${one.topology}`,
		src: `data:image/svg+xml,${encodeURIComponent(drawing)}`,
	}));
}

export function section(title, ...content) {
	return html("section", {}, html("h3", {}, title), ...content);
}

function table(run, part, explain) {
	return html("table", { class: "values" },
		Object.entries(values(run, part)).map(([name, value]) =>
			html("tr", {}, html("th", { scope: "row" }, name,
				explain?.(name) ? html("small", {}, explain(name)) : ""),
			html("td", {}, value))));
}

function isEmpty(part) {
	return !part || !Object.keys(part).length;
}

/* Parts of which there are none are left out. */
function drawParts(variant, run) {
	const { facts } = variant.of;
	return [
		["Observations", "observations"],
		["Facts", "facts", (name) => facts?.[name]],
		["Claims decided", "claims", (number) => claimText(Number(number))],
		["Counters that moved", "counters"],
	].filter(([, part]) => !isEmpty(run[part])).map(([title, part, explain]) =>
		section(title, table(run, part, explain)));
}

function drawNotes(run) {
	return run.notes?.length ? [section("Notes", html("ul", {},
		run.notes.map((note) => html("li", {}, note))))] : [];
}

/* ---- kernels ------------------------------------------------------------ */

function drawTab(variant, kernel, at) {
	const run = runOf(variant, kernel);
	const { name } = kernels[kernel];
	if (run === undefined)
		return html("span", { class: "tab none", title: "did not run" }, name);
	return html("a", {
		class: "tab", href: variantAddress(variant, name),
		"aria-current": kernel === at ? "true" : undefined,
	}, name, " ", badge(verdictOf(run)));
}

function drawCompareLinks(variant, kernel) {
	const others = kernels.filter((_, other) => other !== kernel &&
		runOf(variant, other) !== undefined);
	if (!others.length)
		return [];
	const same = equals(variant, kernel);
	return [html("p", { class: "compare-with no-print" }, "Compare with ",
		others.flatMap(({ name }, i) => [i ? " · " : "", html("a", {
			href: compareAddress(name, kernels[kernel].name, variant),
		}, name), same.includes(name) ? " (the same)" : ""]))];
}

/** A neighbour that has run, to the left (-1) or right (1). */
export function stepKernel(route, by) {
	const variant = findVariant(route.case, route.variant ?? "");
	for (let i = kernelIndex(route.kernel) + by; variant && kernels[i]; i += by) {
		if (runOf(variant, i) === undefined)
			continue;
		go({
			case: route.case, variant: route.variant,
			kernel: kernels[i].name,
		});
		return;
	}
}

/* ---- the view ----------------------------------------------------------- */

/** "Linux 6.18.44, host, real time, 12 ms" */
export function aboutRun(kernel, run) {
	const { release, guest, time } = kernels[kernel];
	const parts = [`Linux ${release}`, guest, `${time} time`];
	if (run.duration_ms !== undefined)
		parts.push(`${run.duration_ms} ms`);
	return parts.join(", ");
}

export function drawVerdict(run, about) {
	const where = run.file ? ` (${run.file}:${run.line ?? 0})` : "";
	return html("p", { class: "verdict-line" }, badge(run.verdict),
		run.reason ? html("span", { class: "reason" }, ` ${run.reason}${where} `)
			: " ",
		html("span", { class: "about" }, about));
}

export function drawRoom(of) {
	return Math.max(300, of.clientWidth - 4);
}

function drawRun(section_of, variant, kernel) {
	const run = open(runOf(variant, kernel));
	const ladder = html("div", { class: "ladder" });
	section_of.replaceChildren(
		html("h2", {}, variant.of.name, html("small", {}, variant.name)),
		html("nav", { class: "tabs", "aria-label": "Kernels" },
			kernels.map((_, i) => drawTab(variant, i, kernel))),
		drawVerdict(run, aboutRun(kernel, run)),
		...drawCompareLinks(variant, kernel),
		html("div", { class: "columns" },
			html("div", { class: "main" }, section("Ladder", ladder),
				...drawPlots(variant)),
			html("aside", {}, section("Story", drawStory(variant.of)),
				section("Topology", drawTopology(variant.of)),
				...drawParts(variant, run), ...drawNotes(run))));
	ladder.append(drawLadder(run, drawRoom(ladder)));
}

export function showVariant(section_of, route) {
	const variant = findVariant(route.case, route.variant ?? "");
	let kernel = kernelIndex(route.kernel);
	if (variant && (kernel < 0 || runOf(variant, kernel) === undefined))
		kernel = variant.runs.findIndex((run) => run >= 0);
	if (!variant || kernel < 0) {
		section_of.replaceChildren(html("p", { class: "none" },
			`There is no variant '${route.variant ?? ""}' of ${route.case}.`));
		return;
	}
	drawRun(section_of, variant, kernel);
}
