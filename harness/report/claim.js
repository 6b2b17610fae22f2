// SPDX-License-Identifier: GPL-2.0-or-later
// What texts claim, and what the kernels say to it.

import { cases, claims, kernels } from "./data.js";
import { html } from "./dom.js";
import { address } from "./route.js";
import { badge, claimVerdict } from "./verdict.js";

function deciders(number) {
	const names = cases.filter((one) => (one.claims ?? []).includes(number))
		.map(({ name }) => name);
	if (!names.length)
		return html("span", { class: "none" }, "no case decides it");
	return html("a", { href: address({ claim: number }) },
		names.length === 1 ? names[0] : `${names.length} cases`);
}

function drawClaim({ number, claim, said_by, true_if }) {
	return html("tr", {},
		html("th", { scope: "row" }, String(number)),
		html("td", { class: "claim" }, html("p", {}, claim),
			html("p", { class: "by" },
				said_by?.length ? `Said by ${said_by.join(", ")}. ` : "",
				true_if ? `True if ${true_if} ` : "", deciders(number))),
		kernels.map(({ name }, kernel) => html("td",
			{ class: "said", "data-kernel": name },
			badge(claimVerdict(number, kernel)))));
}

export function showClaims(section) {
	section.replaceChildren(html("h2", {}, "Claims"), html("p", {},
		"Each is judged by all variants that decide it: true if all say so, ",
		"false if none does, else true in part."),
	html("table", { class: "claims" },
		html("thead", {}, html("tr", {}, html("th", {}, "no."),
			html("th", {}, "claim"), kernels.map(({ name }) =>
				html("th", { scope: "col" }, name)))),
		html("tbody", {}, claims.map(drawClaim))));
}
