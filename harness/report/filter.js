// SPDX-License-Identifier: GPL-2.0-or-later
// Which variants the matrix shows.

import { cases, claims, kernelIndex, kernels, runOf } from "./data.js";
import { differsFromLeft } from "./difference.js";
import { byId, choices, html } from "./dom.js";
import { VERDICTS, verdictOf } from "./verdict.js";

/** By the names of the address: q, on, verdict, claim, changed. */
export const filter = {};

const FILTERS = ["q", "on", "verdict", "claim", "changed"];

export function setFilter(from) {
	for (const key of FILTERS)
		filter[key] = from[key] ?? "";
	byId("search").value = filter.q;
}

export function isFiltering() {
	return FILTERS.some((key) => filter[key]);
}

/** The kernels that have a column, by index. */
export function shownKernels() {
	const only = kernelIndex(filter.on);
	return only >= 0 ? [only] : kernels.map((_, i) => i);
}

function searched(words, one, variant) {
	const text = `${one.name} ${variant.name} ${one.title}`.toLowerCase();
	return words.every((word) => text.includes(word));
}

function hasVerdict(variant, kernel) {
	const run = runOf(variant, kernel);
	return run !== undefined && verdictOf(run) === filter.verdict;
}

/** [{one, variants}] of the cases of which any variant is left. */
export function filtered() {
	const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
	const shown = shownKernels();
	const isWanted = (one, variant) =>
		searched(words, one, variant) &&
		(!filter.verdict ||
		 shown.some((kernel) => hasVerdict(variant, kernel))) &&
		(!filter.changed ||
		 shown.some((kernel) => differsFromLeft(variant, kernel)));
	return cases
		.filter((one) => !filter.claim ||
			(one.claims ?? []).includes(Number(filter.claim)))
		.map((one) => ({
			one,
			variants: one.variants.filter((variant) =>
				isWanted(one, variant)),
		}))
		.filter(({ variants }) => variants.length);
}

/* ---- the bar ------------------------------------------------------------ */

function claimChoices() {
	const numbers = new Set(cases.flatMap((one) => one.claims ?? []));
	const text = (number) => claims?.find((claim) =>
		claim.number === number)?.claim ?? "";
	return [...numbers].sort((a, b) => a - b).map((number) =>
		[String(number), `${number} ${text(number).slice(0, 60)}`]);
}

/** The choices beside the search field; `change` is called after each. */
export function drawFilterBar(change) {
	const choose = (key) => (value) => {
		filter[key] = value;
		change();
	};
	const changed = html("input", {
		type: "checkbox", id: "changed", checked: Boolean(filter.changed),
		change: (event) => choose("changed")(event.target.checked ? "1" : ""),
	});
	return [
		choices("Kernel", [["", "all kernels"],
			...kernels.map(({ name }) => [name, name])], filter.on,
		choose("on")),
		choices("Verdict", [["", "any verdict"],
			...VERDICTS.map((verdict) => [verdict, verdict])], filter.verdict,
		choose("verdict")),
		choices("Claim", [["", "any claim"], ...claimChoices()], filter.claim,
			choose("claim")),
		html("label", { for: "changed" }, changed, " ≠ changed only"),
	];
}
