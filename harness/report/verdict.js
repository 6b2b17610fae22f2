// SPDX-License-Identifier: GPL-2.0-or-later
// Verdicts, of variants and of claims: a sign and a word each, so that no colour
// is needed to tell them apart.

import { claims, cases, kernels, open, partOf, runOf } from "./data.js";
import { html } from "./dom.js";

/** The worst first. */
export const VERDICTS = ["fail", "broken", "skip", "pass"];

const SIGNS = {
	pass: "✓", fail: "✗", broken: "!", skip: "–",
	true: "✓", false: "✗", "in part": "◐", undecided: "·",
};

export function sign(verdict) {
	return SIGNS[verdict] ?? "?";
}

/** "✓ pass": the word is hidden where there is no room for it. */
export function badge(verdict) {
	const kind = SIGNS[verdict] ? verdict.replace(" ", "-") : "broken";
	return html("span", { class: `verdict ${kind}`, title: verdict },
		html("span", { class: "sign", "aria-hidden": true }, sign(verdict)),
		html("span", { class: "word" }, verdict));
}

export function verdictOf(run) {
	return partOf(run, "verdict");
}

/** How many runs have which verdict on a kernel. */
export function tally(variants, kernel) {
	const counts = {};
	for (const variant of variants) {
		const run = runOf(variant, kernel);
		if (run === undefined)
			continue;
		const verdict = verdictOf(run);
		counts[verdict] = (counts[verdict] ?? 0) + 1;
	}
	return counts;
}

/** "✗ 1 ✓ 11" */
export function tallyBadges(counts) {
	return VERDICTS.filter((verdict) => counts[verdict]).map((verdict) =>
		html("span", {
			class: `verdict ${verdict}`,
			title: `${counts[verdict]} ${verdict}`,
		}, `${sign(verdict)}\u202f${counts[verdict]}`));
}

/* ---- claims ------------------------------------------------------------- */

let said; // claim -> by kernel: {held, failed}

function collect() {
	said = new Map();
	for (const one of cases) {
		for (const variant of one.variants) {
			kernels.forEach((_, kernel) => count(variant, kernel));
		}
	}
}

function count(variant, kernel) {
	const run = runOf(variant, kernel);
	const decided = run === undefined ? undefined : open(run).claims;
	for (const [claim, holds] of Object.entries(decided ?? {})) {
		if (!said.has(claim))
			said.set(claim, kernels.map(() => ({ held: 0, failed: 0 })));
		said.get(claim)[kernel][holds ? "held" : "failed"]++;
	}
}

/** What the variants together say of a claim on a kernel. */
export function claimVerdict(number, kernel) {
	if (!said)
		collect();
	const counts = said.get(String(number))?.[kernel];
	if (!counts || counts.held + counts.failed === 0)
		return "undecided";
	if (counts.held && counts.failed)
		return "in part";
	return counts.held ? "true" : "false";
}

export function claimText(number) {
	return claims?.find((claim) => claim.number === number)?.claim;
}
