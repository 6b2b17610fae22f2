// SPDX-License-Identifier: GPL-2.0-or-later
// What two kernels do differently in a variant.

import { isSame, kernels, open, partOf, runOf } from "./data.js";

/** What is behaviour.  Durations are not: a kernel that is slow is no other; nor
 * are facts: they explain. */
export const PARTS = ["verdict", "observations", "trace", "claims", "counters"];

function hasRun(run) {
	return ["pass", "fail"].includes(partOf(run, "verdict"));
}

/* What in real time depends on the machine is no behaviour of the kernel. */
function settled(part, a, b) {
	const is_mixed = kernels[a].time !== kernels[b].time;
	return is_mixed && ["trace", "counters"].includes(part)
		? `settled_${part}` : part;
}

/* What did not run is no other behaviour, and bulk variants have no trace. */
function isComparable(a, b, part) {
	if (part === "verdict")
		return true;
	return hasRun(a) && hasRun(b) &&
		(part !== "trace" || partOf(a, part) && partOf(b, part));
}

/** The parts in which a variant differs on two kernels. */
export function differences(variant, a, b) {
	const run_a = runOf(variant, a), run_b = runOf(variant, b);
	if (run_a === undefined || run_b === undefined)
		return [];
	return PARTS.filter((part) =>
		!isSame(run_a, run_b, settled(part, a, b)) &&
		isComparable(run_a, run_b, part));
}

function compareToLeft(variant, kernel) {
	let left = kernel - 1;
	while (left >= 0 && runOf(variant, left) === undefined)
		left--;
	return left >= 0 && differences(variant, left, kernel).length > 0;
}

/** Whether a variant does otherwise on a kernel than on the one to its left. */
export function differsFromLeft(variant, kernel) {
	variant.changed ??= kernels.map((_, i) => compareToLeft(variant, i));
	return variant.changed[kernel];
}

/* A settled trace leaves out gaps and lines: its line's place in the whole. */
function placeOf(n, lines, trace) {
	let place = -1;
	for (const line of lines.slice(0, n + 1)) {
		do
			place++;
		while (place < trace.length &&
		       trace[place].replace(/^\+\d+s /, "") !== line);
	}
	return lines[n] === undefined ? trace.length : place;
}

function firstUnequal(lines_a, lines_b) {
	const n = Math.max(lines_a.length, lines_b.length);
	for (let i = 0; i < n; i++) {
		if (lines_a[i] !== lines_b[i])
			return i;
	}
	return undefined;
}

/** The lines in which two traces differ first, one of each; undefined if none
 * does. */
export function firstDifference(variant, a, b) {
	const runs = [a, b].map((kernel) => open(runOf(variant, kernel)));
	if (!runs.every((run) => run.trace))
		return undefined;
	const name = settled("trace", a, b);
	const n = firstUnequal(runs[0][name], runs[1][name]);
	if (n === undefined || name === "trace")
		return n === undefined ? undefined : [n, n];
	return runs.map((run) => placeOf(n, run[name], run.trace));
}

/* ---- values ------------------------------------------------------------- */

/** {name: value} of a part, with values as text. */
export function values(run, part) {
	const of = run[part] ?? {};
	if (part.endsWith("counters")) {
		return Object.fromEntries(Object.entries(of).flatMap(
			([host, moved]) => Object.entries(moved).map(
				([name, by]) => [`${host} ${name}`, `+${by}`])));
	}
	return Object.fromEntries(Object.entries(of).map(([name, value]) =>
		[name, Array.isArray(value) ? value.join("\n")
			: value === true ? "holds"
				: value === false ? "does not hold" : String(value)]));
}

/** [name, value on a, value on b] of what differs in a part. */
export function changes(variant, a, b, part) {
	const [of_a, of_b] = [a, b].map((kernel) =>
		values(open(runOf(variant, kernel)), settled(part, a, b)));
	const names = new Set([...Object.keys(of_a), ...Object.keys(of_b)]);
	return [...names].filter((name) => of_a[name] !== of_b[name])
		.map((name) => [name, of_a[name], of_b[name]]);
}

function partSummary(variant, a, b, part) {
	const run_a = open(runOf(variant, a)), run_b = open(runOf(variant, b));
	if (part === "verdict")
		return `${run_a.verdict} → ${run_b.verdict}`;
	if (part === "trace")
		return `segments from ${firstDifference(variant, a, b)[1] + 1} on`;
	const changed = changes(variant, a, b, part);
	if (part === "claims")
		return changed.map(([number, , is]) =>
			`claim ${number} ${is ?? "undecided"}`).join(", ");
	if (changed.length > 1)
		return changed.map(([name]) => name).join(", ");
	const [name, was, is] = changed[0];
	return `${name}: ${was ?? "–"} → ${is ?? "–"}`;
}

/** A difference in a few words. */
export function summary(variant, a, b) {
	return differences(variant, a, b)
		.map((part) => partSummary(variant, a, b, part)).join(" · ");
}

/** The facts that decide a difference: [fact, what it means, a, b]. */
export function deciding(variant, a, b) {
	return changes(variant, a, b, "facts").map(([fact, was, is]) =>
		[fact, variant.of.facts?.[fact], was, is]);
}

/** Kernels on which a variant does the same as on this one, by name. */
export function equals(variant, kernel) {
	return kernels.filter((_, other) => other !== kernel &&
		runOf(variant, other) !== undefined &&
		!differences(variant, kernel, other).length)
		.map(({ name }) => name);
}
