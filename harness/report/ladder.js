// SPDX-License-Identifier: GPL-2.0-or-later
// A ladder out of a canonical trace (lib/canonical.h): its arrows and notes, and
// the order in which things happen in it.

const TRACE_LINE = new RegExp("^(?:\\+(\\d+)s )?([^ :]+):(\\w+) > ([^ :]+):(\\w+) " +
	"(\\S*) (\\d+:\\d+\\(\\d+\\)(?: ack \\d+)?)(?: (<[^>]*>))?( released)?" +
	"(?: (lost|dropped|held|rewritten))?(?: by (.+))?$");

const GAP_MS = 1000;

function readArrow(line, hosts) {
	const found = TRACE_LINE.exec(line);
	if (!found)
		return undefined;
	const [, gap, from_host, sport, to_host, dport, flags, numbers, options,
		released, fate, by] = found;
	const from = hosts.indexOf(from_host), to = hosts.indexOf(to_host);
	if (from < 0 || to < 0 || from === to)
		return undefined;
	return {
		from, to, line, fate, by,
		gap: Number(gap ?? 0) * GAP_MS,
		label: `${flags} ${numbers}`,
		options: options ?? "",
		injected: Boolean(released),
		segment: [from, sport, to, dport, flags, numbers, options].join(" "),
	};
}

function timeArrows(arrows, run) {
	let now = 0;
	arrows.forEach((arrow, i) => {
		now = run.times_ms?.[i] ?? now + arrow.gap;
		arrow.left = now;
		arrow.end = now + (run.took_ms?.[i] ?? 0);
	});
}

/* A state without a time of its own came with the segment before it. */
function readNotes(run, arrows) {
	return (run.states ?? []).map(([n, host, connection, text, ms]) => ({
		after: Math.min(n, arrows.length),
		host: run.hosts.indexOf(host),
		connection, text,
		time: ms ?? arrows[n - 1]?.left ?? 0,
	})).filter((note) => note.host >= 0);
}

/* Whether the last rule that one tells of is the first of the other. */
function isSameRule(held_by, released_by) {
	if (!held_by || !released_by)
		return true;
	return held_by.split(", ").at(-1) === released_by.split(", ")[0];
}

/* Of several held ones that are alike, the first that still waits. */
function pairReleases(arrows) {
	const held = [];
	for (const arrow of arrows) {
		if (arrow.injected) {
			const alike = held.filter((other) =>
				other.segment === arrow.segment &&
				isSameRule(other.by, arrow.by));
			arrow.held_as = alike.find((other) => !other.released_as) ??
				alike[0];
			if (arrow.held_as)
				arrow.held_as.released_as = arrow;
		}
		if (arrow.fate === "held")
			held.push(arrow);
	}
}

/* At one instant the order of the lines is all there is. */
function order(arrows, notes) {
	const steps = [];
	arrows.forEach((arrow, i) => {
		steps.push({ kind: "leaves", arrow, time: arrow.left, at: 2 * i });
		steps.push({ kind: "arrives", arrow, time: arrow.end, at: 2 * i });
	});
	for (const note of notes)
		steps.push({ kind: "note", note, time: note.time,
			at: 2 * note.after - 1 });
	return steps.sort((a, b) => a.time - b.time || a.at - b.at);
}

/** Undefined if the run has no trace, or one that cannot be drawn. */
export function readLadder(run) {
	if (!run.trace || !run.hosts)
		return undefined;
	const arrows = run.trace.map((line) => readArrow(line, run.hosts));
	if (!arrows.every((arrow) => arrow))
		return undefined;
	timeArrows(arrows, run);
	pairReleases(arrows);
	const notes = readNotes(run, arrows);
	const connections = run.hosts.map((_, host) => Math.max(0, ...notes
		.filter((note) => note.host === host)
		.map((note) => note.connection + 1)));
	for (const note of notes) {
		note.words = connections[note.host] > 1
			? `#${note.connection + 1} ${note.text}` : note.text;
	}
	return {
		hosts: run.hosts, arrows, notes, connections,
		steps: order(arrows, notes),
		is_timed: Boolean(run.times_ms),
	};
}

/* ---- words -------------------------------------------------------------- */

export function seconds(ms) {
	return (ms / 1000).toFixed(3);
}

/** "60.2 s", "20 ms" */
export function span(ms) {
	return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms} ms`;
}

/** What became of an arrow on its way; "" if nothing did. */
export function remark(ladder, arrow) {
	const words = arrow.by ? [arrow.by] : [];
	if (arrow.held_as && ladder.is_timed)
		words.push(`held for ${span(arrow.left - arrow.held_as.end)}`);
	else if (arrow.injected)
		words.push("released");
	if (arrow.fate === "lost" || arrow.fate && !arrow.by)
		words.push(arrow.fate);
	let text = words.join(": ");
	if (arrow.fate === "held" && !arrow.released_as)
		text += ", not released";
	else if (arrow.fate === "held" && ladder.is_timed)
		text += `, released at ${seconds(arrow.released_as.left)}`;
	return text;
}
