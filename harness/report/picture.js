// SPDX-License-Identifier: GPL-2.0-or-later
// The picture of a ladder, as lib/ladder_svg.c draws it.

import { readLadder, remark, seconds, span } from "./ladder.js";
import { HEAD, LANE, LINE, Layout, noteSide } from "./layout.js";
import { html, svg } from "./dom.js";

const TIP = 9; // length of an arrow's head
const TAIL_SLOPE_MAX = 9; // degrees
const SHRINK = 1.3; // what is wider by no more than this is made to fit

function text(x, y, class_name, anchor, words) {
	return svg("text", {
		x, y, class: class_name,
		"text-anchor": anchor === "start" ? undefined : anchor,
	}, words);
}

function line(class_name, x1, y1, x2, y2) {
	return svg("path", { class: class_name, d: `M${x1} ${y1}L${x2} ${y2}` });
}

/* ---- the frame ---------------------------------------------------------- */

function drawHosts(layout) {
	return layout.ladder.hosts.flatMap((name, i) => {
		const x = layout.hosts[i], width = layout.names[i];
		return [
			line("life", x, layout.top, x, layout.bottom),
			svg("rect", {
				class: "host", x: x - width / 2, y: HEAD - 10, width,
				height: 24, rx: 5,
			}),
			text(x, HEAD + 6, "name", "middle", name),
		];
	});
}

/* ---- time --------------------------------------------------------------- */

/* A departure's time is worth a tick; others' if they add something to the tick
 * before and don't hide the next departure's. */
function needsTick(steps, i, after) {
	if (steps[i].kind === "leaves")
		return true;
	return after >= 1 &&
		(i + 1 === steps.length || steps[i + 1].y - steps[i].y >= LINE);
}

function drawAxis(layout) {
	const { steps, is_timed } = layout.ladder;
	const drawn = [];
	let last_time = -Infinity, last_y = 0;

	if (!is_timed)
		return drawn;
	drawn.push(line("axis", layout.axis, layout.top, layout.axis,
		layout.bottom));
	steps.forEach((step, i) => {
		const { y } = step;
		if (!needsTick(steps, i, step.time - last_time) || y - last_y < LINE)
			return;
		drawn.push(line("axis", layout.axis - 4, y, layout.axis, y),
			text(layout.axis - 8, y + 4, "faint", "end",
				seconds(step.time)));
		last_time = step.time;
		last_y = y;
	});
	return drawn;
}

function drawBreakMark(x, y) {
	return [
		svg("path", {
			class: "page",
			d: `M${x - 8} ${y}L${x + 8} ${y - 6}L${x + 8} ${y}` +
				`L${x - 8} ${y + 6}Z`,
		}),
		line("axis", x - 8, y, x + 8, y - 6),
		line("axis", x - 8, y + 6, x + 8, y),
	];
}

function drawBreaks(layout) {
	const lines = layout.ladder.is_timed ? [layout.axis, ...layout.hosts]
		: layout.hosts;
	const [first, second] = layout.hosts;
	return layout.breaks.flatMap(({ y, ms }) => [
		...lines.flatMap((x) => drawBreakMark(x, y)),
		...second === undefined ? [] : [text((first + second) / 2, y + 4,
			"faint", "middle", `${span(ms)} pass`)],
	]);
}

/* ---- notes -------------------------------------------------------------- */

const STATES = [
	["SYN", "syn"], ["ESTAB", "open"], ["TIME", "wait"], ["FIN", "closing"],
	["CLOSE-", "closing"], ["CLOSING", "closing"], ["LAST", "closing"],
];

/* A state's bar ends where the next state of its connection begins. */
function drawBars(layout) {
	return layout.ladder.notes.flatMap((note, i) => {
		if (note.text === "CLOSED")
			return [];
		const next = layout.ladder.notes.slice(i + 1).find((other) =>
			other.host === note.host &&
			other.connection === note.connection);
		const [, kind] = STATES.find(([begins]) =>
			note.text.startsWith(begins)) ?? ["", ""];
		const x = layout.hosts[note.host] +
			noteSide(note.host) * note.connection * LANE;
		const height = (next?.y ?? layout.bottom) - note.y - 2;
		return [svg("rect", {
			class: `bar ${kind}`, x: x - 3, y: note.y, width: 6,
			height: Math.max(1, height), rx: 2,
		})];
	});
}

function drawStates(layout) {
	return layout.ladder.notes.map((note) => {
		const side = noteSide(note.host);
		const x = layout.hosts[note.host] +
			side * layout.noteOffset(note.host);
		return text(x, note.y + 9, "halo state", side < 0 ? "end" : "start",
			note.words);
	});
}

/* ---- arrows ------------------------------------------------------------- */

function shaftOf(layout, arrow) {
	const right = arrow.from < arrow.to ? 1 : -1;
	const to = layout.hosts[arrow.to];
	const shaft = {
		x1: layout.hosts[arrow.from] + 4 * right, y1: arrow.leaves,
		x2: to - 4 * right, y2: arrow.arrives, right,
	};
	if (arrow.shelf)
		shaft.x2 = to - arrow.shelf * right;
	if (arrow.held_as)
		shaft.x1 = to - arrow.held_as.shelf * right;
	if (arrow.fate === "lost") {
		shaft.x2 -= (shaft.x2 - shaft.x1) / 3;
		shaft.y2 -= (shaft.y2 - shaft.y1) / 3;
	}
	shaft.slope = Math.atan2((shaft.y2 - shaft.y1) * right,
		(shaft.x2 - shaft.x1) * right) * 180 / Math.PI;
	return shaft;
}

function classOf(arrow) {
	switch (arrow.fate) {
	case "lost":
	case "dropped":
		return "arrow bad";
	case "held":
		return "arrow held";
	case "rewritten":
		return "arrow rewritten";
	default:
		return arrow.injected ? "arrow held" : "arrow";
	}
}

/* What is in it is drawn along the shaft, with the origin at a point of it. */
function along(x, y, slope, ...children) {
	return svg("g", {
		transform: `translate(${Math.round(x)} ${Math.round(y)}) ` +
			`rotate(${slope.toFixed(2)})`,
	}, ...children);
}

function drawTip(arrow, right) {
	switch (arrow.fate) {
	case "held":
		return svg("path", {
			class: "shaft", d: `M${-5 * right} -7h${5 * right}v14h${-5 * right}`,
		});
	case "lost":
	case "dropped":
		return svg("path", {
			class: "shaft",
			d: `M${right > 0 ? -10 : 0} -5l10 10m0 -10l-10 10`,
		});
	default:
		return svg("path", { class: "tip", d: `M0 0l${-TIP * right} -4v8z` });
	}
}

function drawLines(words, x, y, anchor) {
	const drawn = words.lines.map((words_of_line, i) => text(x, y + i * LINE,
		i ? "halo faint" : "halo label", anchor, words_of_line));
	if (words.remark)
		drawn.push(text(x, y + words.lines.length * LINE, "halo remark",
			anchor, words.remark));
	return drawn;
}

/* The numbers over the arrow, the rest under it, in the middle; what became of
 * it where it ends. */
function drawWordsAlong(shaft, words) {
	const half = Math.abs(shaft.x2 - shaft.x1) / 2;
	const drawn = words.lines.map((words_of_line, i) => text(0,
		i ? i * LINE : -6, i ? "halo faint" : "halo label", "middle",
		words_of_line));
	if (words.remark) {
		const row = words.fits ? 1 : words.lines.length;
		drawn.push(text(shaft.right * (half - 12), row * LINE, "halo remark",
			shaft.right > 0 ? "end" : "start", words.remark));
	}
	return along((shaft.x1 + shaft.x2) / 2, (shaft.y1 + shaft.y2) / 2,
		shaft.slope, ...drawn);
}

/* All words over the arrow, where it leaves: what crosses it isn't there. */
function drawWordsAtTail(shaft, words) {
	const slope = Math.max(-TAIL_SLOPE_MAX,
		Math.min(TAIL_SLOPE_MAX, shaft.slope));
	return along(shaft.x1 + 12 * shaft.right, shaft.y1, slope,
		...drawLines(words, 0, -6 - (words.over - 1) * LINE,
			shaft.right > 0 ? "start" : "end"));
}

/* Beside the shelf that it comes from, and the shelf itself. */
function drawRelease(shaft, held, words) {
	return [
		line("shaft shelf", shaft.x1, held.arrives + 8, shaft.x1, shaft.y1),
		...drawLines(words, shaft.x1 - 10 * shaft.right, shaft.y1 + 2,
			shaft.right > 0 ? "end" : "start"),
	];
}

function drawArrow(layout, arrow) {
	const { hosts } = layout.ladder;
	const shaft = shaftOf(layout, arrow);
	const { words } = arrow;
	const hint = `${seconds(arrow.left)} ${hosts[arrow.from]} > ` +
		`${hosts[arrow.to]}: ${arrow.label} ${arrow.options} ` +
		remark(layout.ladder, arrow);
	let said;
	if (arrow.held_as)
		said = drawRelease(shaft, arrow.held_as, words);
	else if (arrow.crosses)
		said = [drawWordsAtTail(shaft, words)];
	else
		said = [drawWordsAlong(shaft, words)];
	return svg("g", { class: classOf(arrow) }, svg("title", {}, hint),
		line(arrow.injected ? "shaft injected" : "shaft", shaft.x1, shaft.y1,
			shaft.x2, shaft.y2),
		along(shaft.x2, shaft.y2, shaft.slope, drawTip(arrow, shaft.right)),
		...said);
}

/* ---- the whole ---------------------------------------------------------- */

/* Where two ladders begin to differ: at an arrow, or where this one ends. */
function drawMark(layout) {
	const arrow = layout.ladder.arrows[layout.mark];
	const top = layout.mark_top;
	const bottom = arrow ? arrow.arrives + 8 + arrow.words.under * LINE
		: layout.bottom;
	return svg("g", { class: "mark" },
		svg("rect", {
			x: 1, y: top, width: layout.width - 2, height: bottom - top,
			rx: 4,
		}),
		text(layout.width - 6, top - 4, "halo remark", "end",
			arrow ? "first difference" : "first difference: ends here"));
}

function describe(ladder) {
	const n = ladder.arrows.length;
	return `Ladder diagram: ${n} segment${n === 1 ? "" : "s"} between ` +
		`${ladder.hosts.join(", ")}; time runs downwards, not to scale.`;
}

/** The ladder of a run in so many pixels, as an element; `mark` is the line
 * where it begins to differ from another. */
export function drawLadder(run, room, mark) {
	const ladder = readLadder(run);
	if (!ladder)
		return listLines(run, mark);
	const layout = new Layout(ladder, room, mark);
	const { width, height } = layout;
	return svg("svg", {
		class: width <= room * SHRINK ? "lg-ladder fits" : "lg-ladder",
		role: "img", width, height,
		viewBox: `0 0 ${width} ${height}`, "aria-label": describe(ladder),
	},
	mark === undefined ? undefined : drawMark(layout),
	drawHosts(layout), drawAxis(layout), drawBars(layout), drawBreaks(layout),
	ladder.arrows.map((arrow) => drawArrow(layout, arrow)),
	drawStates(layout),
	ladder.arrows.length ? undefined : text(layout.axis + 12,
		layout.bottom - 12, "halo faint", "start", "(no segments)"));
}

/* A trace that is no ladder is still a list of lines. */
function listLines(run, mark) {
	if (!run.trace)
		return html("p", { class: "none" },
			"No trace: a bulk variant's is not kept, and what did not " +
			"run has none.");
	return html("ol", { class: "trace" }, run.trace.map((words, i) =>
		html("li", { class: i === mark ? "differs" : undefined }, words)));
}
