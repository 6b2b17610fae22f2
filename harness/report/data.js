// SPDX-License-Identifier: GPL-2.0-or-later
// What the page is about, as `linger report` has put it here: harness/report_data.c
// describes the form.

import { byId } from "./dom.js";

const data = JSON.parse(byId("data").textContent);

/** [{name, release, guest, time}] */
export const kernels = data.kernels;
/** [{number, claim, said_by, true_if}], or undefined */
export const claims = data.claims;
/** name -> SVG document, as text */
export const topologies = data.topologies;

const natural = new Intl.Collator("en", { numeric: true });

export const cases = data.cases
	.map((one) => ({
		...one,
		variants: one.variants
			.map((name, i) => ({ name, runs: one.runs[i] }))
			.sort((a, b) => natural.compare(a.name, b.name)),
	}))
	.sort((a, b) => natural.compare(a.name, b.name));
for (const one of cases) {
	for (const variant of one.variants)
		variant.of = one;
}

export const n_variants = cases.reduce((n, one) => n + one.variants.length, 0);

const opened = new Map();
const part = Object.fromEntries(data.parts.map((name, i) => [name, i]));

/** What one part of a run is, undefined if there is none. */
export function partOf(run, name) {
	return data.pool[data.runs[run][part[name]]];
}

/** Whether two runs are equal in a part; quick, since equal ones are stored
 * once. */
export function isSame(a, b, name) {
	return data.runs[a][part[name]] === data.runs[b][part[name]];
}

/** All of a run, by the names of a baseline. */
export function open(run) {
	if (opened.has(run))
		return opened.get(run);
	const all = {};
	for (const name of data.parts)
		all[name] = partOf(run, name);
	for (const name of ["trace", "settled_trace"])
		all[name] = all[name]?.map((line) => data.lines[line]);
	opened.set(run, all);
	return all;
}

/** The run of a variant on a kernel, undefined if there is none. */
export function runOf(variant, kernel) {
	const run = variant.runs[kernel];
	return run < 0 ? undefined : run;
}

export function findVariant(case_name, variant_name) {
	const one = cases.find((candidate) => candidate.name === case_name);
	return one?.variants.find((variant) => variant.name === variant_name);
}

export function kernelIndex(name) {
	return kernels.findIndex((kernel) => kernel.name === name);
}
